"""Sending, answering, deciding, approving, posting (CST-01..06, CST-11)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.activity.words import money
from bihuan.core.approvals.services import open_approval
from bihuan.core.calendar.queries import default_data
from bihuan.core.notify.services import tell
from bihuan.core.permissions.services import Refused, can, require
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.cost import permissions as perm
from bihuan.quality.cost.ledger import book_voucher
from bihuan.quality.cost.models import Answer, CostLine, Kind, Share, Voucher, VoucherState
from bihuan.quality.cost.services.drafting import Bearer, write_shares
from bihuan.quality.cost.services.lines import enter_line
from bihuan.quality.cost.workflow import WORKFLOW
from bihuan.registry.people.models import Department, User
from bihuan.registry.people.queries import with_permission

S = VoucherState
HUNDRED = Decimal(100)
RIGHTS = {
    Kind.TRANSFER: perm.TRANSFER, Kind.CLAIM: perm.TRANSFER, Kind.DEDUCTION: perm.DEDUCT,
    Kind.COMPENSATION: perm.COMPENSATE, Kind.WRITE_OFF: perm.COMPENSATE,
}  # fmt: skip


def right_of(voucher: Voucher) -> str:
    """The right that its kind needs."""
    return RIGHTS[Kind(voucher.kind)]


@transaction.atomic
def send_voucher(*, voucher: Voucher, by: AbstractBaseUser, expected_version: int | None = None) -> Voucher:
    """Send it to those who bear it; the time for objections begins (CST-01, CST-02)."""
    require(by, right_of(voucher), voucher)
    now = timezone.now()
    until = default_data().add_working_days(now, voucher.policy.cost.objection_days)
    # The limit stands on the row before the journal is written: the clock that starts with this move reads it.
    voucher.objection_until = until
    fields = {"sent_at": now, "objection_until": until}
    apply(voucher, WORKFLOW["send"], by=by, fields=fields, expected_version=expected_version)
    title = _("%(kind)s %(number)s: your share is waiting for an answer") % {
        "kind": voucher.get_kind_display(), "number": voucher.number
    }  # fmt: skip
    for share in voucher.shares.select_related("department", "person"):
        tell(users=people_of(share), title=title, subject=voucher, level="warn", verb="voucher.sent")
    return voucher


def people_of(share: Share) -> list[User]:
    """Who may answer for a share."""
    if share.person is not None:
        return [share.person]
    return list(User.objects.filter(is_active=True, department=share.department_id)) if share.department_id else []


def may_answer(share: Share, user: Any) -> bool:
    """A unit answers for itself, a person for himself; what a supplier says is recorded by whoever handles it."""
    if share.department_id is not None:
        return bool(user.department_id == share.department_id)
    if share.person_id is not None:
        return bool(user.pk == share.person_id)
    return can(user, right_of(share.voucher), share.voucher)


def _answer(share: Share, by: AbstractBaseUser, answer: Answer, reason: str) -> Voucher:
    voucher = share.voucher
    if not may_answer(share, by):
        raise Refused(perm.VIEW)
    # As it is now, not as it was read: somebody may have objected since.
    if Voucher.objects.select_for_update().get(pk=voucher.pk).state != S.SENT:
        raise MoveRefused(_("This is not possible in the present state."), code="state")
    rows = Share.objects.filter(pk=share.pk, answer=Answer.OPEN)
    if not rows.update(answer=answer, answered_by_id=by.pk, answered_at=timezone.now(), reason=reason):
        raise MoveRefused(_("This share has been answered already."), code="conflict")
    return voucher


@transaction.atomic
def accept_share(*, share: Share, by: AbstractBaseUser) -> Voucher:
    """Accept a share; with the last one the voucher is agreed."""
    voucher = _answer(share, by, Answer.ACCEPTED, "")
    record(subject=voucher, verb="voucher.accepted", by=by, data={"name": str(share)})
    if not voucher.shares.exclude(answer=Answer.ACCEPTED).exists():
        apply(voucher, WORKFLOW["agree"], by=None)
        _tell_finance(voucher)
    return voucher


@transaction.atomic
def object_to_share(*, share: Share, by: AbstractBaseUser, reason: str) -> Voucher:
    """Object in time and with a reason; the general manager's office decides."""
    if not reason.strip():
        raise MoveRefused(_("Please give a reason."), code="reason")
    until = share.voucher.objection_until
    if until is not None and timezone.now() > until:
        raise MoveRefused(_("The time for objections is over."), code="late")
    voucher = _answer(share, by, Answer.OBJECTED, reason.strip())
    data = {"reason": reason, "by": str(by), "name": str(share)}
    apply(voucher, WORKFLOW["object"], by=None, data=data, actor_name=str(by))
    title = _("Objection to %(number)s, your decision is needed: %(reason)s") % {
        "number": voucher.number, "reason": reason[:80]
    }  # fmt: skip
    tell(users=with_permission(perm.DECIDE, voucher), title=title, subject=voucher, level="warn")
    return voucher


@transaction.atomic
def decide_objection(
    *, voucher: Voucher, by: AbstractBaseUser, decision: str, bearers: Sequence[Bearer] = (),
    expected_version: int | None = None,
) -> Voucher:  # fmt: skip
    """Decide an objection for good: the shares stand, or they are set anew. Who objected does not decide."""
    if not decision.strip():
        raise MoveRefused(_("Please give a reason."), code="decision")
    if voucher.shares.filter(answer=Answer.OBJECTED, answered_by=by.pk).exists():
        raise MoveRefused(_("Nobody rules on his own objection."), code="own")
    if bearers:
        if voucher.kind == Kind.DEDUCTION:
            raise MoveRefused(_("A deduction is not shared; cancel it instead."), code="shares")
        write_shares(voucher, bearers)
    voucher.shares.exclude(answer=Answer.ACCEPTED).update(answer=Answer.RULED)
    fields = {"decision": decision, "decided_by": by}
    data = {"reason": decision}
    apply(voucher, WORKFLOW["decide"], by=by, data=data, fields=fields, expected_version=expected_version)
    _tell_finance(voucher)
    return voucher


@transaction.atomic
def let_lapse(*, voucher: Voucher, by: AbstractBaseUser, expected_version: int | None = None) -> Voucher:
    """Nobody objected in time: silence accepts."""
    require(by, right_of(voucher), voucher)
    apply(voucher, WORKFLOW["lapse"], by=by, expected_version=expected_version)
    voucher.shares.filter(answer=Answer.OPEN).update(answer=Answer.SILENT)
    _tell_finance(voucher)
    return voucher


@transaction.atomic
def settle_claim(
    *, voucher: Voucher, by: AbstractBaseUser, agreed: Decimal, rest: Department | None, remark: str
) -> Voucher:
    """Record what the supplier agreed to bear; the rest goes to a unit of our own, so that no cent is left."""
    require(by, right_of(voucher), voucher)
    if voucher.kind != Kind.CLAIM or voucher.state != S.SENT:
        raise MoveRefused(_("This is not possible in the present state."), code="state")
    if not 0 <= agreed <= voucher.total or agreed != agreed.quantize(Decimal("0.01")):
        raise MoveRefused(_("At most %(most)s.") % {"most": voucher.total}, code="agreed")
    if agreed < voucher.total and rest is None:
        raise MoveRefused(_("Say who bears the rest."), code="rest")
    share = voucher.shares.get()
    now, left = timezone.now(), voucher.total - agreed
    weight = (agreed / voucher.total * HUNDRED).quantize(Decimal("0.01"))
    Share.objects.filter(pk=share.pk).update(
        amount=agreed, weight=weight, answer=Answer.ACCEPTED, answered_by_id=by.pk, answered_at=now, reason=remark
    )
    if left:
        Share.objects.create(
            voucher=voucher, department=rest, amount=left, weight=HUNDRED - weight, answer=Answer.ACCEPTED,
            answered_by_id=by.pk, answered_at=now,
        )  # fmt: skip
    data = {"name": f"{share.supplier_name} {agreed} · {remark}".strip(" ·")}
    record(subject=voucher, verb="voucher.accepted", by=by, data=data)
    apply(voucher, WORKFLOW["agree"], by=None)
    _tell_finance(voucher)
    return voucher


@transaction.atomic
def submit_voucher(*, voucher: Voucher, by: AbstractBaseUser, expected_version: int | None = None) -> Voucher:
    """Ask for the approval of a compensation or a write-off, by the chain of its amount (CST-03..06, D20).

    A small compensation has a chain without steps: the department does it itself, and finance and the manager in
    charge read of it afterwards.
    """
    apply(voucher, WORKFLOW["submit"], by=by, expected_version=expected_version)
    title = f"{voucher.get_kind_display()} {voucher.number} ¥{voucher.total}"
    level = 2 if voucher.is_large else 1
    open_approval(
        subject=voucher, chain_subject=voucher.kind, title=title, by=by, level=level, amount=voucher.total,
        data={"voucher": voucher.pk},
    )  # fmt: skip
    voucher.refresh_from_db()
    return voucher


@transaction.atomic
def voucher_decided(*, voucher: Voucher, approved: bool, by: AbstractBaseUser | None) -> Voucher:
    """Go on after the chain has spoken."""
    data = {"by": str(by or "")}
    if not approved:
        return apply(voucher, WORKFLOW["return"], by=None, data=data)
    apply(voucher, WORKFLOW["approve"], by=None, data=data)
    _tell_finance(voucher)
    return voucher


def _tell_finance(voucher: Voucher) -> None:
    title = _("Please post %(kind)s %(number)s: %(amount)s") % {
        "kind": voucher.get_kind_display(), "number": voucher.number, "amount": voucher.total
    }  # fmt: skip
    tell(users=with_permission(perm.POST, voucher), title=title, subject=voucher, level="warn", verb="voucher.agreed")


@transaction.atomic
def post_voucher(
    *, voucher: Voucher, by: AbstractBaseUser, reference: str, expected_version: int | None = None
) -> Voucher:
    """Post to the ledger under finance's own number. Who drafted it does not post it."""
    if not reference.strip():
        raise MoveRefused(_("Give the number of the finance voucher."), code="reference")
    if voucher.drafter_id == by.pk:
        raise MoveRefused(_("Nobody posts his own voucher."), code="own")
    fields = {"posted_at": timezone.now(), "posted_by": by, "reference": reference.strip()}
    data = {"name": f"{reference} {money(voucher.total)}"}
    apply(voucher, WORKFLOW["post"], by=by, data=data, fields=fields, expected_version=expected_version)
    if voucher.kind == Kind.COMPENSATION:
        enter_line(
            subject=voucher.about, by=by, kind=voucher.policy.cost.compensation_class, amount=voucher.total,
            occurred_on=timezone.localdate(), note=voucher.number, origin=voucher,
        )  # fmt: skip
    book_voucher(voucher)
    return voucher


@transaction.atomic
def cancel_voucher(
    *, voucher: Voucher, by: AbstractBaseUser, reason: str, expected_version: int | None = None
) -> Voucher:
    """Take it back before it is posted; its costs are open again."""
    require(by, right_of(voucher), voucher)
    apply(voucher, WORKFLOW["cancel"], by=by, data={"reason": reason}, expected_version=expected_version)
    CostLine.objects.filter(voucher=voucher).update(voucher=None)
    return voucher
