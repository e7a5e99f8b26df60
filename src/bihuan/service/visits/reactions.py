"""What field service does when something happens below it."""

from typing import Any

from django.utils.translation import gettext as _

from bihuan.core.activity.models import Activity
from bihuan.core.activity.reactions import on
from bihuan.service.desk.models import Case
from bihuan.service.visits.models import Purpose, Visit, VisitState
from bihuan.service.visits.services.planning import authorisation_ended, call_off

S = VisitState


@on("approval.approved", "approval.returned")
def authorised(activity: Activity, subject: Any) -> None:
    """The supervisor has decided on a visit."""
    if isinstance(subject, Visit):
        authorisation_ended(visit=subject, approved=activity.verb == "approval.approved")


@on("case.cancelled", "case.sent_back")
def nobody_drives(activity: Activity, subject: Any) -> None:
    """A cancelled case is not visited; one that is back in diagnosis is not served by the old plan."""
    if not isinstance(subject, Case):
        return
    rows = subject.visits.filter(state__in=(S.ASKED, S.PLANNED, S.CONFIRMED))
    if activity.verb == "case.sent_back":
        rows = rows.filter(purpose=Purpose.SERVICE)
    for visit in rows.select_related("engineer"):
        call_off(visit=visit, by=None, reason=str(activity.data.get("reason") or _("The case is cancelled.")))
