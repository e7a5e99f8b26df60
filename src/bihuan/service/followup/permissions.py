"""What may be done with follow-ups."""

from typing import Final

from django.utils.translation import gettext_lazy as _

FOLLOW_UP_VIEW: Final = "followup.view"
FOLLOW_UP_CALL: Final = "followup.call"
REVIEW: Final = "followup.review"

CATALOGUE = {
    FOLLOW_UP_VIEW: _("See follow-ups"),
    FOLLOW_UP_CALL: _("Call customers and record their answers"),
    REVIEW: _("Review unsatisfied services"),
}
