"""What may be done with returned defectives; which role may is policy."""

from typing import Final

from django.utils.translation import gettext_lazy as _

RETURNED_VIEW: Final = "returned.view"
RETURNED_HAND_OVER: Final = "returned.hand_over"
RETURNED_ANALYSE: Final = "returned.analyse"

CATALOGUE = {
    RETURNED_VIEW: _("See returned defectives"),
    RETURNED_HAND_OVER: _("Hand returned defectives over to engineering"),
    RETURNED_ANALYSE: _("Receive, analyse and repair returned defectives"),
}
