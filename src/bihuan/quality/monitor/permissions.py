"""What may be done with the monitor; which role may is policy (D07, D08)."""

from typing import Final

from django.utils.translation import gettext_lazy as _

QUALITY_VIEW: Final = "quality.view"
QUALITY_WHAT_IF: Final = "quality.what_if"
QUALITY_EXPORT: Final = "quality.export"
ALARM_CLOSE: Final = "quality.close_alarm"
ALARM_JOIN: Final = "quality.join_alarm"

CATALOGUE = {
    QUALITY_VIEW: _("See the quality monitor"),
    QUALITY_WHAT_IF: _("Try other thresholds"),
    QUALITY_EXPORT: _("Take tables of the monitor away"),
    ALARM_CLOSE: _("Close alarms with a reason"),
    ALARM_JOIN: _("Take alarms into issues"),
}
