"""What parts do when something happens below them."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.models import Activity
from bihuan.core.activity.reactions import on, on_many
from bihuan.core.search import services as search
from bihuan.service.desk.models import Case
from bihuan.service.parts.models import Count, Plan, Requisition, RequisitionState, Scrap, Stock
from bihuan.service.parts.services import counting, purchasing, requisitions, scrapping


@on_many("part.created")
def part_is_kept(parts: Sequence[Any]) -> None:
    """A new part stands in the list of stock, with nothing in store."""
    Stock.objects.bulk_create([Stock(part=part) for part in parts], ignore_conflicts=True)
    index_parts(parts)


@on_many("part.changed")
def part_is_found(parts: Sequence[Any]) -> None:
    """A changed record is found by its new words."""
    index_parts(parts)


def index_parts(parts: Sequence[Any]) -> None:
    """Write the search entries of parts."""
    now = timezone.now()
    texts = [search.Text(part, str(part), f"{part.model} {part.specification}", now) for part in parts]
    search.index_many(texts)


@on("approval.approved", "approval.returned")
def decided(activity: Activity, subject: Any) -> None:
    """The head of after-sales has decided."""
    is_approved = activity.verb == "approval.approved"
    if isinstance(subject, Requisition):
        requisitions.approval_ended(row=subject, approved=is_approved)
    elif isinstance(subject, Plan):
        purchasing.plan_reviewed(plan=subject, approved=is_approved)
    elif isinstance(subject, Count):
        counting.count_decided(count=subject, approved=is_approved, by=activity.actor)
    elif isinstance(subject, Scrap):
        scrapping.scrap_decided(row=subject, approved=is_approved, by=activity.actor)


@on("case.cancelled")
def nobody_needs_them(activity: Activity, subject: Any) -> None:
    """For a cancelled case nothing more is issued; what is out comes back through the keeper."""
    if isinstance(subject, Case):
        states = (RequisitionState.ASKED, RequisitionState.APPROVED)
        for row in subject.requisitions.filter(state__in=states).exclude(lines__issued__gt=0):
            reason = str(activity.data.get("reason") or _("The case is cancelled."))
            requisitions.cancel(row=row, by=None, reason=reason)
