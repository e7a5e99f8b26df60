"""What a person can do on the pages of plans, orders and counts."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.workflow.acting import Act, table
from bihuan.service.parts import paper_forms as f
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
)
from bihuan.service.parts.queries import beside_issues, held_by
from bihuan.service.parts.services import counting, discrepancies, purchasing, using

Data = dict[str, Any]


def at(*values: str) -> frozenset[str]:
    """Some states."""
    return frozenset(values)


def has_lines(row: Plan, user: Any) -> bool:
    """There is something to buy."""
    return row.lines.exists()


def waits_for_inspection(row: Order, user: Any) -> bool:
    """Goods came that nobody has inspected, or not he who registered them."""
    rows = Receipt.objects.filter(line__order=row, inspected_at__isnull=True)
    return rows.exclude(registered_by=user.pk).exists()


def is_counted(row: Count, user: Any) -> bool:
    """Every line has its number."""
    return row.lines.exists() and not row.lines.filter(counted__isnull=True).exists()


def holds_something(row: Discrepancy, user: Any) -> bool:
    """The engineer has pieces in his hands, of which these may be some."""
    return held_by(row.used_by_id).exists() or beside_issues([row.used_by_id]).exists()


def _register(row: Order, by: Any, data: Data, version: int | None) -> None:
    line = row.lines.select_related("part").get(pk=data.pop("line"))
    purchasing.register_receipt(paper=row, by=by, line=line, expected_version=version, **data)


def _inspect(row: Order, by: Any, data: Data, version: int | None) -> None:
    found = Receipt.objects.select_related("line__part", "line__order__supplier").get(pk=data.pop("receipt"))
    purchasing.inspect(paper=row, by=by, receipt=found, expected_version=version, **data)


def _enter(row: Count, by: Any, data: Data, version: int | None) -> None:
    counting.enter_part(count=row, by=by, **data)


PLAN_ACTS = table(
    Act("change", _("Change the quantities"), perm.PARTS_PLAN, at(PlanState.DRAFT),
        lambda r, by, d, v: purchasing.change_plan(plan=r, by=by, expected_version=v, **d), f.ChangePlanForm),
    Act("submit", _("Send for review"), perm.PARTS_PLAN, at(PlanState.DRAFT),
        lambda r, by, d, v: purchasing.submit_plan(plan=r, by=by, expected_version=v), None, "primary",
        ready=has_lines),
    Act("order", _("Order from a supplier"), perm.PARTS_BUY, at(PlanState.APPROVED),
        lambda r, by, d, v: purchasing.order(plan=r, by=by, expected_version=v, **d), f.OrderForm, "primary"),
    Act("cancel", _("Call off"), perm.PARTS_PLAN, at(PlanState.DRAFT, PlanState.APPROVED),
        lambda r, by, d, v: purchasing.cancel_plan(plan=r, by=by, expected_version=v, **d), f.ReasonForm, "danger"),
)  # fmt: skip
ORDER_ACTS = table(
    Act("inspect", _("Inspect and accept"), perm.PARTS_KEEP, at(OrderState.SENT), _inspect, f.InspectForm, "primary",
        ready=waits_for_inspection),
    Act("register", _("Register goods that came"), perm.PARTS_BUY, at(OrderState.SENT), _register, f.RegisterForm,
        "primary"),
    Act("negotiate", _("Negotiate with the supplier"), perm.PARTS_BUY, at(OrderState.SENT),
        lambda r, by, d, v: purchasing.negotiate(paper=r, by=by, expected_version=v, **d), f.NegotiateForm),
    Act("cancel", _("Call off"), perm.PARTS_BUY, at(OrderState.SENT),
        lambda r, by, d, v: purchasing.cancel_order(paper=r, by=by, expected_version=v, **d), f.ReasonForm, "danger"),
)  # fmt: skip
COUNT_ACTS = table(
    Act("enter", _("Enter what was counted"), perm.PARTS_KEEP, at(CountState.OPEN), _enter, f.EnterForm, "primary"),
    Act("finish", _("Finish the count"), perm.PARTS_KEEP, at(CountState.OPEN),
        lambda r, by, d, v: counting.finish_count(count=r, by=by, expected_version=v, **d), f.FinishForm,
        ready=is_counted),
    Act("cancel", _("Call off"), perm.PARTS_KEEP, at(CountState.OPEN),
        lambda r, by, d, v: counting.cancel_count(count=r, by=by, expected_version=v, **d), f.ReasonForm, "danger"),
)  # fmt: skip
DISCREPANCY_ACTS = table(
    Act("book", _("Book from an issue"), perm.PARTS_KEEP, at(DiscrepancyState.OPEN),
        lambda r, by, d, v: using.book_from(row=r, by=by, expected_version=v, **d), f.BookForm, "primary",
        ready=holds_something),
    Act("settle", _("Settle"), perm.PARTS_KEEP, at(DiscrepancyState.OPEN),
        lambda r, by, d, v: discrepancies.settle(row=r, by=by, expected_version=v, **d), f.SettleForm,
        "primary"),
)  # fmt: skip
SCRAP_ACTS: dict[str, Act] = {}
