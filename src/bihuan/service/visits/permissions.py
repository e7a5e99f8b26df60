"""What may be done with visits; which role may is policy (D07, D17)."""

from typing import Final

from django.utils.translation import gettext_lazy as _

VISITS_VIEW: Final = "visits.view"
VISITS_PLAN: Final = "visits.plan"
VISITS_WORK: Final = "visits.work"
VISITS_STAFF: Final = "visits.staff"

CATALOGUE = {
    VISITS_VIEW: _("See visits"),
    VISITS_PLAN: _("Plan, reschedule and cancel visits"),
    VISITS_WORK: _("Go on visits and write their reports"),
    VISITS_STAFF: _("Keep qualifications and absences"),
}
