"""The moves of the papers of parts."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.workflow.table import Move, MoveRefused, Workflow
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import (
    CountState,
    DiscrepancyState,
    OrderState,
    PlanState,
    Requisition,
    RequisitionState,
    ScrapState,
)

C, D, P, R, S = CountState, OrderState, PlanState, RequisitionState, ScrapState
X = DiscrepancyState
OPEN = frozenset({R.APPROVED, R.ISSUED})


def nothing_issued(row: Requisition, by: Any, data: Mapping[str, Any]) -> None:
    """What was issued is given back or used, not called off (PRT-13)."""
    if any(line.issued for line in row.lines.all()):
        raise MoveRefused(_("Parts were issued already: let them be given back, then close it."))


def nothing_held(row: Requisition, by: Any, data: Mapping[str, Any]) -> None:
    """Every issued piece is used or back before the paper is closed (PRT-16, PRT-18)."""
    if held := [str(line.part) for line in row.lines.all() if line.held]:
        raise MoveRefused(_("Neither used nor given back yet: %(what)s") % {"what": "、".join(held)})


def move(name: str, label: Any, sources: Any, target: str | None, permission: str, verb: str, **more: Any) -> Move:
    """Build a move; sources may be one state or many."""
    states = frozenset({sources}) if isinstance(sources, str) else frozenset(sources)
    return Move(name, label, states, target, permission, verb, **more)


REQUISITION = Workflow(
    model="parts.requisition",
    states=tuple(R.values),
    moves=(
        move("approve", _("Requisition approved"), R.ASKED, R.APPROVED, perm.PARTS_ASK, "requisition.approved",
             person=False),
        move("decline", _("Requisition declined"), R.ASKED, R.DECLINED, perm.PARTS_ASK, "requisition.declined",
             person=False),
        move("issue", _("Issue parts"), R.APPROVED, None, perm.PARTS_KEEP, "requisition.issued", tone="primary"),
        move("substitute", _("Issue the successor instead"), R.APPROVED, None, perm.PARTS_KEEP,
             "requisition.substituted"),
        move("use", _("Record the use"), OPEN, None, perm.PARTS_ASK, "requisition.used"),
        move("correct", _("Report corrected"), R.ISSUED, None, perm.PARTS_ASK, "requisition.corrected", person=False),
        move("give_back", _("Take unused parts back"), OPEN, None, perm.PARTS_KEEP, "requisition.given_back"),
        move("take_old", _("Take old parts back"), {R.APPROVED, R.ISSUED, R.CLOSED}, None, perm.PARTS_KEEP,
             "requisition.old_taken"),
        move("close", _("Close"), OPEN, R.CLOSED, perm.PARTS_KEEP, "requisition.closed", guards=(nothing_held,)),
        move("cancel", _("Call off"), {R.ASKED, R.APPROVED}, R.CANCELLED, perm.PARTS_VIEW, "requisition.cancelled",
             guards=(nothing_issued,), needs_reason=True, tone="danger"),
    ),
)  # fmt: skip

PLAN = Workflow(
    model="parts.plan",
    states=tuple(P.values),
    moves=(
        move("change", _("Change the quantities"), P.DRAFT, None, perm.PARTS_PLAN, "plan.changed"),
        move("submit", _("Send for review"), P.DRAFT, P.ASKED, perm.PARTS_PLAN, "plan.submitted", tone="primary"),
        move("approve", _("Plan reviewed"), P.ASKED, P.APPROVED, perm.PARTS_PLAN, "plan.approved", person=False),
        move("return", _("Plan returned"), P.ASKED, P.DRAFT, perm.PARTS_PLAN, "plan.returned", person=False),
        move("order", _("Order from a supplier"), P.APPROVED, None, perm.PARTS_BUY, "plan.ordered", tone="primary"),
        move("reopen", _("Order called off"), P.ORDERED, P.APPROVED, perm.PARTS_BUY, "plan.reopened", person=False),
        move("cancel", _("Call off"), {P.DRAFT, P.APPROVED}, P.CANCELLED, perm.PARTS_PLAN, "plan.cancelled",
             needs_reason=True, tone="danger"),
    ),
)  # fmt: skip

ORDER = Workflow(
    model="parts.order",
    states=tuple(D.values),
    moves=(
        move("register", _("Register goods that came"), D.SENT, None, perm.PARTS_BUY, "order.registered",
             tone="primary"),
        move("inspect", _("Inspect and accept"), D.SENT, None, perm.PARTS_KEEP, "order.inspected", tone="primary"),
        move("negotiate", _("Negotiate with the supplier"), D.SENT, None, perm.PARTS_BUY, "order.negotiated"),
        move("finish", _("All received"), D.SENT, D.RECEIVED, perm.PARTS_KEEP, "order.received", person=False),
        move("cancel", _("Call off"), D.SENT, D.CANCELLED, perm.PARTS_BUY, "order.cancelled", needs_reason=True,
             tone="danger"),
    ),
)  # fmt: skip

COUNT = Workflow(
    model="parts.count",
    states=tuple(C.values),
    moves=(
        move("enter", _("Enter what was counted"), C.OPEN, None, perm.PARTS_KEEP, "count.entered", tone="primary"),
        move("finish", _("Finish the count"), C.OPEN, C.ASKED, perm.PARTS_KEEP, "count.finished"),
        move("post", _("Differences posted"), C.ASKED, C.POSTED, perm.PARTS_KEEP, "count.posted", person=False),
        move("again", _("Count again"), C.ASKED, C.OPEN, perm.PARTS_KEEP, "count.returned", person=False),
        move("cancel", _("Call off"), C.OPEN, C.CANCELLED, perm.PARTS_KEEP, "count.cancelled", needs_reason=True,
             tone="danger"),
    ),
)  # fmt: skip

SCRAP = Workflow(
    model="parts.scrap",
    states=tuple(S.values),
    moves=(
        move("finish", _("Scrapped"), S.ASKED, S.DONE, perm.PARTS_KEEP, "scrap.done", person=False),
        move("decline", _("Declined"), S.ASKED, S.DECLINED, perm.PARTS_KEEP, "scrap.declined", person=False),
    ),
)  # fmt: skip

DISCREPANCY = Workflow(
    model="parts.discrepancy",
    states=tuple(X.values),
    moves=(
        move("open", _("Report signed"), X.DECLARED, X.OPEN, perm.PARTS_KEEP, "discrepancy.opened", person=False),
        move("withdraw", _("Report corrected"), X.DECLARED, X.WITHDRAWN, perm.PARTS_KEEP, "discrepancy.withdrawn",
             person=False),
        move("book", _("Book from an issue"), X.OPEN, None, perm.PARTS_KEEP, "discrepancy.booked", tone="primary"),
        move("settle", _("Settle"), X.OPEN, X.SETTLED, perm.PARTS_KEEP, "discrepancy.settled", tone="primary"),
    ),
)  # fmt: skip
