"""What parts ask of one person today: to issue, to inspect, to count, to settle; to order, to press for (PRT-17)."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.permissions.services import can
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import (
    Count,
    CountState,
    Discrepancy,
    DiscrepancyState,
    Order,
    OrderState,
    Plan,
    PlanState,
    Receipt,
    RequisitionState,
)
from bihuan.service.parts.queries import requisitions_for
from bihuan.service.parts.services.count_plan import due_counts
from bihuan.ui.todo import Todo, register

MOST = 10


def of_keeper(user: Any) -> Iterator[Todo]:
    """What waits in the store; goods that somebody registered himself are for another to inspect."""
    if not can(user, perm.PARTS_KEEP):
        return
    papers = requisitions_for(user).filter(state=RequisitionState.APPROVED, lines__reserved__gt=0).distinct()
    for row in papers.select_related("receiver").order_by("approved_at", "id")[:MOST]:
        about = f"{row.number} {row.receiver} {row.purpose}"
        yield Todo(_("Issue parts"), about, _page("requisition", row.number, "issue"))
    goods = Receipt.objects.filter(inspected_at__isnull=True).exclude(registered_by=user.pk)
    for came in goods.select_related("line__part", "line__order").order_by("registered_at", "id")[:MOST]:
        about = f"{came.number} {came.line.part} × {came.quantity}"
        yield Todo(_("Inspect and accept"), about, _page("order", came.line.order.number, "inspect"))
    for count in Count.objects.filter(state=CountState.OPEN).select_related("place").order_by("id")[:MOST]:
        yield Todo(_("Go on counting"), f"{count.number} {count.place}", _page("count", count.number))
    for due in due_counts()[:MOST]:
        address = f"{reverse('parts:count_new')}?kind={due.period}&place={due.place.pk}"
        yield Todo(_("Begin a count"), f"{due.kind} {due.place}", address, due.last, due.is_late)
    found = Discrepancy.objects.filter(state=DiscrepancyState.OPEN).select_related("used_by").order_by("id")
    for one in found[:MOST]:
        yield Todo(_("Settle"), f"{one.number} {one.used_by} {one.words}"[:80], _page("discrepancy", one.number))


def of_buyer(user: Any) -> Iterator[Todo]:
    """Reviewed plans that are not ordered, and orders that should have come."""
    if not can(user, perm.PARTS_BUY):
        return
    plans = Plan.objects.filter(state=PlanState.APPROVED, lines__ordered__lt=F("lines__quantity")).distinct()
    for plan in plans.order_by("starts_on", "id")[:MOST]:
        about = f"{plan.number} {plan.starts_on} – {plan.ends_on}"
        yield Todo(_("Order from a supplier"), about, _page("plan", plan.number, "order"))
    late = Order.objects.filter(state=OrderState.SENT, due_on__lt=timezone.localdate()).select_related("supplier")
    for order in late.order_by("due_on", "id")[:MOST]:
        about, address = f"{order.number} {order.supplier}", _page("order", order.number, "negotiate")
        yield Todo(_("Negotiate with the supplier"), about, address, order.due_on, is_late=True)


def _page(kind: str, number: str, act: str = "") -> str:
    address = reverse(f"parts:{kind}", args=[number])
    return f"{address}?do={act}#do" if act else address


register("parts-keeper", of_keeper)
register("parts-buyer", of_buyer)
