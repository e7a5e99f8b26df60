"""The words for what happens to alarms."""

from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.verbs import describe

describe(
    {
        "alarm.raised": _("raised the alarm"),
        "alarm.repeated": _("saw it again"),
        "alarm.sank": _("saw it fall below the line"),
        "alarm.joined": _("took the alarm into an issue"),
        "alarm.reported": _("issued the report"),
        "alarm.closed": _("closed the alarm"),
        "alarm.settled": _("settled the alarm with its issue"),
    }
)
