"""What returns do when something happens below them."""

from typing import Any

from django.utils.translation import gettext as _

from bihuan.core.activity.models import Activity
from bihuan.core.activity.reactions import on
from bihuan.service.desk.models import Case
from bihuan.service.returns.models import ReturnOrder, ReturnState
from bihuan.service.returns.services.offering import approval_ended
from bihuan.service.returns.services.requesting import call_off

S = ReturnState


@on("approval.approved", "approval.returned")
def go_on_after_approval(activity: Activity, subject: Any) -> None:
    """The approval of an offer or of the cost of a repair has ended."""
    if isinstance(subject, ReturnOrder):
        data = activity.data.get("data") or {}
        approval_ended(order=subject, data=data, approved=activity.verb == "approval.approved", by=activity.actor)


@on("case.cancelled")
def nothing_comes(activity: Activity, subject: Any) -> None:
    """What belongs to a cancelled case is not sent any more; goods that are here are still given back."""
    if not isinstance(subject, Case):
        return
    for order in subject.returns.filter(state__in=(S.REQUESTED, S.APPROVED)):
        call_off(order=order, reason=str(activity.data.get("reason") or _("The case is cancelled.")))
