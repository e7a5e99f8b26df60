"""The moves of a voucher. Everything else about states is derived from this table."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.files.queries import attachments_of
from bihuan.core.workflow.table import Move, MoveRefused, Workflow
from bihuan.quality.cost import permissions as perm
from bihuan.quality.cost.models import Answer, Kind, Voucher, VoucherState
from bihuan.quality.issues.models import Responsibility

S = VoucherState
SENDS = frozenset({Kind.TRANSFER, Kind.DEDUCTION, Kind.CLAIM})
ASKS = frozenset({Kind.COMPENSATION, Kind.WRITE_OFF})


def is_sent(voucher: Voucher, by: Any, data: Mapping[str, Any]) -> None:
    """Transfers, deductions and claims are sent to those who bear them."""
    if voucher.kind not in SENDS:
        raise MoveRefused(_("This is not possible in the present state."), code="state")


def is_asked(voucher: Voucher, by: Any, data: Mapping[str, Any]) -> None:
    """Compensations and write-offs go through an approval."""
    if voucher.kind not in ASKS:
        raise MoveRefused(_("This is not possible in the present state."), code="state")


def shares_add_up(voucher: Voucher, by: Any, data: Mapping[str, Any]) -> None:
    """The shares are the amount, to the cent."""
    if voucher.shares.aggregate(sum=Sum("amount"))["sum"] != voucher.total:
        raise MoveRefused(_("The shares are not the amount."), code="shares")


def responsibility_decided(voucher: Voucher, by: Any, data: Mapping[str, Any]) -> None:
    """The general manager's office has decided whose it is before costs of an issue move (CST-07)."""
    issue = voucher.issue
    if issue is not None and voucher.kind == Kind.TRANSFER and issue.responsibility == Responsibility.OPEN:
        raise MoveRefused(_("The general manager's office has not decided the responsibility yet."))


def large_is_prepared(voucher: Voucher, by: Any, data: Mapping[str, Any]) -> None:
    """A large compensation: visited by supervisor and technician, appraised, agreed with the customer (CST-05)."""
    if voucher.kind != Kind.COMPENSATION or not voucher.is_large:
        return
    if not (voucher.visited_on and voucher.supervisor_id and voucher.technician_id and voucher.appraisal):
        raise MoveRefused(_("Large amounts: supervisor and technician visit the customer and appraise first."))
    if not (voucher.agreed_with and voucher.agreed_on):
        raise MoveRefused(_("Large amounts: agree with the customer first."))


def has_documents(voucher: Voucher, by: Any, data: Mapping[str, Any]) -> None:
    """A write-off carries what was collected from the customer (CST-06)."""
    if voucher.kind == Kind.WRITE_OFF and not attachments_of(voucher):
        raise MoveRefused(_("Add the documents that were collected from the customer."))


def all_accepted(voucher: Voucher, by: Any, data: Mapping[str, Any]) -> None:
    """Everybody who bears a share has accepted it."""
    if voucher.shares.exclude(answer=Answer.ACCEPTED).exists():
        raise MoveRefused(_("Not everybody has answered."))


def window_over(voucher: Voucher, by: Any, data: Mapping[str, Any]) -> None:
    """Silence accepts, where the policy says so, once the time for objections is over."""
    if not voucher.policy.cost.silence_accepts:
        raise MoveRefused(_("Not everybody has answered."))
    if voucher.objection_until is None or timezone.now() < voucher.objection_until:
        raise MoveRefused(_("The time for objections is not over yet."))


def move(name: str, label: Any, sources: Any, target: str | None, permission: str, verb: str, **more: Any) -> Move:
    """Build a move; sources may be one state or many."""
    states = frozenset({sources}) if isinstance(sources, str) else frozenset(sources)
    return Move(name, label, states, target, permission, f"voucher.{verb}", **more)


WORKFLOW = Workflow(
    model="cost.voucher",
    states=tuple(S.values),
    moves=(
        move("send", _("Send to those who bear it"), S.DRAFT, S.SENT, perm.VIEW, "sent",
             guards=(is_sent, shares_add_up, responsibility_decided), tone="primary"),
        move("submit", _("Submit for approval"), S.DRAFT, S.APPROVING, perm.COMPENSATE, "submitted",
             guards=(is_asked, large_is_prepared, has_documents), tone="primary"),
        move("return", _("Voucher returned"), S.APPROVING, S.DRAFT, perm.VIEW, "returned", person=False),
        move("approve", _("Voucher approved"), S.APPROVING, S.AGREED, perm.VIEW, "approved", person=False),
        move("object", _("Objection"), S.SENT, S.OBJECTED, perm.VIEW, "objected", person=False),
        move("agree", _("Everybody has accepted"), S.SENT, S.AGREED, perm.VIEW, "agreed", person=False,
             guards=(all_accepted,)),
        move("lapse", _("Nobody objected in time"), S.SENT, S.AGREED, perm.VIEW, "lapsed", guards=(window_over,),
             tone="primary"),
        move("decide", _("Decide the objection"), S.OBJECTED, S.AGREED, perm.DECIDE, "decided", tone="primary"),
        move("post", _("Post to the ledger"), S.AGREED, S.POSTED, perm.POST, "posted", tone="primary"),
        move("cancel", _("Cancel"), {S.DRAFT, S.SENT, S.OBJECTED, S.AGREED}, S.CANCELLED, perm.VIEW, "cancelled",
             needs_reason=True, tone="danger"),
        move("share", _("Set the shares"), S.DRAFT, None, perm.TRANSFER, "shared"),
        move("prepare", _("Visit and agreement"), S.DRAFT, None, perm.COMPENSATE, "prepared"),
    ),
)  # fmt: skip
