"""The moves of a return."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.permissions.services import require
from bihuan.core.workflow.table import Move, MoveRefused, Workflow
from bihuan.service.desk import permissions as desk
from bihuan.service.returns import permissions as perm
from bihuan.service.returns.models import Fault, Remedy, ReturnOrder, ReturnState
from bihuan.service.returns.money import agreed_offer, owed
from bihuan.service.returns.services.approving import exceeds

S = ReturnState
HERE = frozenset({S.RECEIVED, S.INSPECTED, S.APPROVING, S.OFFERED, S.AGREED, S.WORKING, S.READY})
CODED = frozenset({S.INSPECTED, S.APPROVING, S.OFFERED, S.AGREED, S.WORKING, S.READY, S.SHIPPED, S.CLOSED})
PAYABLE = frozenset({S.AGREED, S.WORKING, S.READY, S.SHIPPED, S.CLOSED})
OPEN = frozenset(set(S) - {S.CLOSED, S.REFUSED, S.CANCELLED})


def agreed_remedy(order: ReturnOrder) -> str:
    """What the customer agreed to, or nothing."""
    offer = agreed_offer(order)
    return offer.remedy if offer else ""


def settles(remedy: Remedy) -> Any:
    """Make the guard that only what the customer agreed to is done with his goods (SOL-03, SOL-07)."""

    def guard(order: ReturnOrder, by: Any, data: Mapping[str, Any]) -> None:
        """The remedy must be the one that the customer agreed to."""
        if agreed_remedy(order) != remedy:
            raise MoveRefused(_("The customer has agreed to another remedy."), code="remedy")

    return guard


def confirms_problem(order: ReturnOrder, by: Any, data: Mapping[str, Any]) -> None:
    """The review confirms the problem and that it can be repaired before anything is sent (RET-02)."""
    if not data.get("problem_confirmed") or not data.get("conditions_checked"):
        raise MoveRefused(_("Confirm the problem and check the conditions of repair first."), code="problem_confirmed")


def has_finding(order: ReturnOrder, by: Any, data: Mapping[str, Any]) -> None:
    """What was looked at and found is said; what the user caused is a fault that was found (RET-04, RET-09)."""
    if not str(data.get("finding", "")).strip():
        raise MoveRefused(_("Say what was looked at and what was found."), code="finding")
    if data.get("fault") == Fault.NONE and (data.get("user_caused") or data.get("exclusion")):
        raise MoveRefused(_("Where no trouble was found nobody has caused it."), code="fault")


def parts_are_the_same(order: ReturnOrder, by: Any, data: Mapping[str, Any]) -> None:
    """A replaced part has the model and the specification of the original (WO-20)."""
    if str(data.get("parts", "")).strip() and not data.get("same_parts"):
        raise MoveRefused(_("A replaced part has the same model and specification as the original."), code="same_parts")


def is_recorded(order: ReturnOrder, by: Any, data: Mapping[str, Any]) -> None:
    """What was not written down is not judged (RET-06)."""
    if not order.repair.recorded_at:
        raise MoveRefused(_("Write the repair record first."), code="record")


def criteria_are_met(order: ReturnOrder, by: Any, data: Mapping[str, Any]) -> None:
    """Goods pass when each criterion was judged and is met (RET-05)."""
    if any(row["passed"] is not True for row in data.get("results", ())):
        raise MoveRefused(_("Each criterion must be met before the goods pass."), code="passed")


def cost_is_cleared(order: ReturnOrder, by: Any, data: Mapping[str, Any]) -> None:
    """A repair that costs the company more than was approved waits for its approval (CST-03, D10)."""
    if exceeds(order, order.repair) is not None:
        raise MoveRefused(_("The repair costs more than was approved: its approval is awaited."), code="cost")


def is_paid(order: ReturnOrder, by: Any, data: Mapping[str, Any]) -> None:
    """What the customer pays is paid before the goods travel back, unless the company gives credit (CST-09)."""
    left = owed(order) if order.policy.returns.pays_first else 0
    if left:
        raise MoveRefused(_("The customer still owes %(left)s CNY: record the payment first.") % {"left": left},
                          code="payment")  # fmt: skip


def loan_is_back(order: ReturnOrder, by: Any, data: Mapping[str, Any]) -> None:
    """A return is not over while the customer still has our unit."""
    if order.loans.filter(returned_at=None).exists():
        raise MoveRefused(_("The loaner unit is still with the customer."), code="loan")


def move(name: str, label: Any, sources: Any, target: str | None, permission: str, verb: str, **more: Any) -> Move:
    """Build a move of a return; sources may be one state or many."""
    states = frozenset({sources}) if isinstance(sources, str) else frozenset(sources)
    return Move(name, label, states, target, permission, f"return.{verb}", **more)


WORKFLOW = Workflow(
    model="returns.returnorder",
    states=tuple(S.values),
    moves=(
        move("approve", _("Approve the return"), S.REQUESTED, S.APPROVED, perm.RETURNS_REVIEW, "approved",
             guards=(confirms_problem,), tone="primary"),
        move("refuse", _("Refuse the request"), S.REQUESTED, S.REFUSED, perm.RETURNS_REVIEW, "refused",
             needs_reason=True, tone="danger"),
        move("send", _("Goods sent"), S.APPROVED, S.IN_TRANSIT, perm.RETURNS_REQUEST, "sent"),
        move("receive", _("Goods received"), {S.APPROVED, S.IN_TRANSIT}, S.RECEIVED, perm.RETURNS_WORK, "received",
             tone="primary"),
        move("inspect", _("Record the inspection"), {S.RECEIVED, S.INSPECTED}, S.INSPECTED, perm.RETURNS_WORK,
             "inspected", guards=(has_finding,), tone="primary"),
        move("code", _("Code the fault"), CODED, None, desk.CASE_CODE, "coded"),
        move("submit", _("Submit the remedy for approval"), S.INSPECTED, S.APPROVING, perm.RETURNS_OFFER, "submitted"),
        move("withhold", _("Remedy not approved"), S.APPROVING, S.INSPECTED, perm.RETURNS_OFFER, "withheld",
             person=False),
        move("offer", _("Offer a remedy"), {S.INSPECTED, S.APPROVING}, S.OFFERED, perm.RETURNS_OFFER, "offered",
             tone="primary"),
        move("agree", _("Customer agrees"), S.OFFERED, S.AGREED, perm.RETURNS_OFFER, "agreed"),
        move("object", _("Customer objects"), S.OFFERED, S.INSPECTED, perm.RETURNS_OFFER, "objected"),
        move("arrange", _("Arrange the repair"), S.AGREED, S.WORKING, perm.RETURNS_WORK, "arranged",
             guards=(settles(Remedy.REPAIR),), tone="primary"),
        move("record", _("Write the repair record"), S.WORKING, None, perm.RETURNS_WORK, "recorded",
             guards=(parts_are_the_same,)),
        move("pass", _("Evaluation passed"), S.WORKING, S.READY, perm.RETURNS_EVALUATE, "ready",
             guards=(is_recorded, criteria_are_met, cost_is_cleared), tone="primary"),
        move("fail", _("Evaluation not passed"), S.WORKING, None, perm.RETURNS_EVALUATE, "failed",
             guards=(is_recorded,)),
        move("exchange", _("Exchange the unit"), S.AGREED, S.READY, perm.RETURNS_WORK, "exchanged",
             guards=(settles(Remedy.REPLACE),), tone="primary"),
        move("give_back", _("Give back unrepaired"), S.AGREED, S.READY, perm.RETURNS_WORK, "given_back",
             guards=(settles(Remedy.GIVE_BACK),), tone="primary"),
        move("refund", _("Record the refund"), S.AGREED, S.CLOSED, perm.RETURNS_REVIEW, "refunded",
             guards=(settles(Remedy.REFUND), loan_is_back), tone="primary"),
        move("scrap", _("Record the scrapping"), S.AGREED, S.CLOSED, perm.RETURNS_REVIEW, "scrapped",
             guards=(settles(Remedy.SCRAP), loan_is_back), tone="primary"),
        move("pay", _("Record a payment"), PAYABLE, None, perm.RETURNS_PAYMENTS, "paid"),
        move("ship", _("Send to the customer"), S.READY, S.SHIPPED, perm.RETURNS_WORK, "shipped", guards=(is_paid,),
             tone="primary"),
        move("close", _("Customer has the goods"), S.SHIPPED, S.CLOSED, perm.RETURNS_REQUEST, "closed",
             guards=(loan_is_back,), tone="primary"),
        move("lend", _("Lend a unit"), HERE, None, perm.RETURNS_WORK, "lent"),
        move("take_back", _("Loaner unit is back"), OPEN, None, perm.RETURNS_WORK, "loan_returned"),
        move("cancel", _("Cancel the return"), {S.REQUESTED, S.APPROVED, S.IN_TRANSIT}, S.CANCELLED,
             perm.RETURNS_REQUEST, "cancelled", needs_reason=True, tone="danger"),
    ),
)  # fmt: skip


def authorise(order: ReturnOrder, name: str, by: Any) -> None:
    """Refuse who may not make this move before anything is looked at or kept; ``by`` None is the customer's link."""
    if by is not None:
        require(by, WORKFLOW[name].permission, order)
