"""What a person can do on the page of a return: each act has its form, its right, its states and one service call."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.files.services import store
from bihuan.core.permissions.services import can
from bihuan.core.workflow.acting import Act, table
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk import permissions as desk
from bihuan.service.parts import permissions as parts
from bihuan.service.returns import forms as f
from bihuan.service.returns import permissions as perm
from bihuan.service.returns.models import Remedy, ReturnOrder, ReturnState
from bihuan.service.returns.money import owed
from bihuan.service.returns.services import handling, offering, parting, paying, requesting, settling
from bihuan.service.returns.services.approving import exceeds
from bihuan.service.returns.workflow import CODED, HERE, OPEN, PAYABLE, agreed_remedy

S = ReturnState
Data = dict[str, Any]


def at(*values: str) -> frozenset[str]:
    """Some states."""
    return frozenset(values)


def agreed_to(remedy: Remedy) -> Any:
    """Make the question whether the customer agreed to this remedy."""
    return lambda order, user: agreed_remedy(order) == remedy


def judges(order: ReturnOrder, user: Any) -> bool:
    """The repair is written down, somebody else did it, and its cost waits for nobody."""
    own = user.pk == order.owner_id and not order.policy.returns.own_evaluation
    return order.repair.recorded_at is not None and not own and exceeds(order, order.repair) is None


def may_work(order: ReturnOrder, user: Any) -> bool:
    """Who asks for parts works on returns."""
    return can(user, perm.RETURNS_WORK, order)


def owes(order: ReturnOrder, user: Any) -> bool:
    """The customer has not paid all that he agreed to pay."""
    return owed(order) > 0


def may_travel(order: ReturnOrder, user: Any) -> bool:
    """Nothing is owed that is to be paid first."""
    return not order.policy.returns.pays_first or owed(order) == 0


def is_lent(order: ReturnOrder, user: Any) -> bool:
    """The customer has one of our units."""
    return order.loans.filter(returned_at=None).exists()


def ends_with(remedy: Remedy) -> Any:
    """Make the question whether this remedy can end the return: agreed to, and our unit is back."""
    return lambda order, user: agreed_remedy(order) == remedy and not is_lent(order, user)


def holds_up(order: ReturnOrder, user: Any) -> bool:
    """Nothing but our unit, which the customer still has, holds up the end."""
    last = order.state == S.SHIPPED or agreed_remedy(order) in {Remedy.REFUND, Remedy.SCRAP}
    return last and is_lent(order, user)


def _consent(order: ReturnOrder, by: Any, data: Data, version: int | None) -> None:
    uploads = data.pop("uploads")
    offer = order.offers.last()
    if offer is None:
        raise MoveRefused(_("Nothing is offered."), code="state")
    proof = store(data=uploads[0], name=uploads[0].name or "proof", by=by, allow=f.PROOF) if uploads else None
    agreed = data.pop("agreed") == "yes"
    offering.decide(offer=offer, by=by, agreed=agreed, evidence=proof, expected_version=version, **data)


def _record(order: ReturnOrder, by: Any, data: Data, version: int | None) -> None:
    uploads = data.pop("uploads")
    handling.record_work(order=order, by=by, values=data, uploads=uploads, expected_version=version)


def run(service: Any) -> Any:
    """Make the call of a service whose arguments are the fields of its form."""
    return lambda order, by, data, version: service(order=order, by=by, expected_version=version, **data)


ACTS = table(
    Act("approve", _("Approve the return"), perm.RETURNS_REVIEW, at(S.REQUESTED), run(requesting.approve),
        f.ApproveForm, "primary"),
    Act("refuse", _("Refuse the request"), perm.RETURNS_REVIEW, at(S.REQUESTED), run(requesting.refuse), f.ReasonForm,
        "danger"),
    Act("receive", _("Goods received"), perm.RETURNS_WORK, at(S.APPROVED, S.IN_TRANSIT), run(handling.receive),
        f.ReceiveForm, "primary", True),
    Act("send", _("Goods sent"), perm.RETURNS_REQUEST, at(S.APPROVED), run(requesting.send), f.WayForm),
    Act("offer", _("Offer a remedy"), perm.RETURNS_OFFER, at(S.INSPECTED), run(offering.offer), f.OfferForm,
        "primary"),
    Act("inspect", _("Record the inspection"), perm.RETURNS_WORK, at(S.RECEIVED), run(handling.inspect),
        f.InspectForm, "primary", True),
    Act("inspect_again", _("Correct the inspection"), perm.RETURNS_WORK, at(S.INSPECTED), run(handling.inspect),
        f.InspectForm, has_files=True),
    Act("code", _("Code the fault"), desk.CASE_CODE, CODED, run(handling.code_found), f.CodeForm),
    Act("consent", _("Record the customer's word"), perm.RETURNS_OFFER, at(S.OFFERED), _consent, f.ConsentForm,
        "primary", True),
    Act("arrange", _("Arrange the repair"), perm.RETURNS_WORK, at(S.AGREED), run(handling.arrange), f.ArrangeForm,
        "primary", ready=agreed_to(Remedy.REPAIR)),
    Act("evaluate", _("Evaluate the repair"), perm.RETURNS_EVALUATE, at(S.WORKING), run(handling.evaluate),
        f.EvaluateForm, "primary", ready=judges),
    Act("record", _("Write the repair record"), perm.RETURNS_WORK, at(S.WORKING), _record, f.RecordForm, "primary",
        True),
    Act("parts", _("Ask for spare parts"), parts.PARTS_ASK, at(S.WORKING),
        lambda r, by, d, v: parting.ask_parts(order=r, by=by, **d), f.PartsForm, ready=may_work),
    Act("exchange", _("Exchange the unit"), perm.RETURNS_WORK, at(S.AGREED), run(settling.exchange), f.UnitChoiceForm,
        "primary", ready=agreed_to(Remedy.REPLACE)),
    Act("give_back", _("Give back unrepaired"), perm.RETURNS_WORK, at(S.AGREED), run(settling.give_back), f.RemarkForm,
        "primary", ready=agreed_to(Remedy.GIVE_BACK)),
    Act("refund", _("Record the refund"), perm.RETURNS_REVIEW, at(S.AGREED), run(settling.refund), f.RefundForm,
        "primary", ready=ends_with(Remedy.REFUND)),
    Act("scrap", _("Record the scrapping"), perm.RETURNS_REVIEW, at(S.AGREED), run(settling.scrap), f.ScrapForm,
        "primary", True, ready=ends_with(Remedy.SCRAP)),
    Act("pay", _("Record a payment"), perm.RETURNS_PAYMENTS, PAYABLE, run(paying.record_payment), f.PaymentForm,
        "primary", ready=owes),
    Act("ship", _("Send to the customer"), perm.RETURNS_WORK, at(S.READY), run(settling.ship), f.WayForm, "primary",
        ready=may_travel),
    Act("close", _("Customer has the goods"), perm.RETURNS_REQUEST, at(S.SHIPPED), run(settling.close), f.CloseForm,
        "primary", ready=lambda order, user: not is_lent(order, user)),
    Act("lend", _("Lend a unit"), perm.RETURNS_WORK, HERE, run(settling.lend), f.LendForm,
        ready=lambda order, user: not is_lent(order, user)),
    Act("take_back_first", _("Loaner unit is back"), perm.RETURNS_WORK, at(S.AGREED, S.SHIPPED),
        run(settling.take_loan_back), f.ConditionForm, "primary", ready=holds_up),
    Act("take_back", _("Loaner unit is back"), perm.RETURNS_WORK, OPEN, run(settling.take_loan_back),
        f.ConditionForm, ready=lambda order, user: is_lent(order, user) and not holds_up(order, user)),
    Act("cancel", _("Cancel the return"), perm.RETURNS_REQUEST, at(S.REQUESTED, S.APPROVED, S.IN_TRANSIT),
        run(requesting.call_off), f.ReasonForm, "danger"),
)  # fmt: skip
