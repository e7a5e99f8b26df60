"""Drafting vouchers: which lines, who bears which share, what a deduction is calculated from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.activity.words import money
from bihuan.core.files.services import attach, store
from bihuan.core.numbering.services import next_number
from bihuan.core.permissions.services import require
from bihuan.core.policy import queries as policy
from bihuan.core.search import services as search
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.cost import permissions as perm
from bihuan.quality.cost.ledger import collected
from bihuan.quality.cost.models import CostLine, Item, Kind, Share, Voucher, VoucherState, first_of_month
from bihuan.quality.cost.money import split, to_cent
from bihuan.quality.cost.services.lines import Subject, about, check_amount, open_lines
from bihuan.quality.cost.workflow import WORKFLOW
from bihuan.registry.people.models import Department, User
from bihuan.service.desk.models import Case

PATTERNS = {
    Kind.TRANSFER: "ZY{yyyymm}-{seq:04d}", Kind.DEDUCTION: "KK{yyyymm}-{seq:04d}", Kind.CLAIM: "SP{yyyymm}-{seq:04d}",
    Kind.COMPENSATION: "BC{yyyymm}-{seq:04d}", Kind.WRITE_OFF: "HX{yyyymm}-{seq:04d}",
}  # fmt: skip
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Bearer:
    """Who bears which part: a unit, a supplier or a person, with a weight in per cent."""

    weight: Decimal = HUNDRED
    department: Department | None = None
    supplier_name: str = ""
    person: User | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        """The same bearer has the same key."""
        return (self.department and self.department.pk, self.supplier_name.strip(), self.person and self.person.pk)


@dataclass(frozen=True)
class Row:
    """A row of the calculation of a deduction."""

    text: str
    price: Decimal
    quantity: Decimal = Decimal(1)
    rate: Decimal = HUNDRED

    @property
    def amount(self) -> Decimal:
        """Quantity × price × rate, half up to the cent."""
        return to_cent(self.quantity * self.price * self.rate / HUNDRED)


def _new(kind: Kind, subject: Subject | None, by: Any, total: Decimal, **fields: Any) -> Voucher:
    version = getattr(subject, "policy_version_id", None) or policy.current().pk
    pattern = policy.content(version).numbering.get(f"cost_{kind.value}", PATTERNS[kind])
    voucher = Voucher.objects.create(
        kind=kind, number=next_number(f"cost.{kind.value}", pattern), policy_version_id=version, drafter_id=by.pk,
        from_department_id=getattr(by, "department_id", None), total=check_amount(total, "total"),
        drafted_at=timezone.now(), **about(subject), **fields,
    )  # fmt: skip
    about_it = {"to": voucher.state, "name": money(voucher.total), "kind": kind.value}
    record(subject=voucher, verb="voucher.drafted", by=by, data=about_it)
    if subject is not None:
        told = {"name": f"{voucher.get_kind_display()} {voucher.number}"}
        record(subject=subject, verb="cost.voucher_drafted", by=by, data=told)
    index_voucher(voucher)
    return voucher


def _take(lines: Iterable[CostLine], subject: Subject) -> tuple[list[int], Decimal]:
    """The lines that a voucher takes, all of the same subject and all of them open."""
    ids = [line.pk for line in lines]
    rows = list(open_lines(subject).filter(pk__in=ids))
    if not ids:
        raise MoveRefused(_("There are no open costs here."), code="lines")
    if len(rows) != len(set(ids)):
        raise MoveRefused(_("Another voucher has taken one of these costs."), code="lines")
    return ids, sum((row.amount for row in rows), Decimal(0))


def _tie(voucher: Voucher, ids: Sequence[int]) -> None:
    """Give the lines to the voucher; two vouchers that reach for one line cannot both have it."""
    rows = CostLine.objects.filter(pk__in=ids, voucher__isnull=True, voided_at__isnull=True)
    if rows.update(voucher=voucher) != len(ids):
        raise MoveRefused(_("Another voucher has taken one of these costs."), code="lines")


@transaction.atomic
def draft_transfer(
    *, subject: Subject, by: AbstractBaseUser, lines: Iterable[CostLine], bearers: Sequence[Bearer], description: str,
    basis: str = "", occurred_on: date | None = None,
) -> Voucher:  # fmt: skip
    """Draft 《质量事故费用转移单》: costs of a quality accident go to the units concerned by their shares (CST-01)."""
    require(by, perm.TRANSFER, subject)
    ids, total = _take(lines, subject)
    voucher = _new(Kind.TRANSFER, subject, by, total, description=description, basis=basis,
                   occurred_on=occurred_on or timezone.localdate())  # fmt: skip
    _tie(voucher, ids)
    write_shares(voucher, bearers)
    return voucher


@transaction.atomic
def draft_claim(
    *, subject: Subject, by: AbstractBaseUser, lines: Iterable[CostLine], supplier_name: str, description: str,
    basis: str = "",
) -> Voucher:  # fmt: skip
    """Draft a claim: the supplier is to bear the costs; what he does not bear is shared when he has answered."""
    require(by, perm.TRANSFER, subject)
    if not supplier_name.strip():
        raise MoveRefused(_("Name the supplier."), code="supplier_name")
    ids, total = _take(lines, subject)
    voucher = _new(Kind.CLAIM, subject, by, total, description=description, basis=basis)
    _tie(voucher, ids)
    write_shares(voucher, [Bearer(supplier_name=supplier_name.strip())])
    return voucher


@transaction.atomic
def draft_deduction(
    *, by: AbstractBaseUser, debtor: Bearer, rows: Sequence[Row], reason: str, clause: str,
    subject: Subject | None = None, settles: Share | None = None, way: str = "", month: date | None = None,
) -> Voucher:  # fmt: skip
    """Draft 《扣款通知单》: initiated by the general manager's office after coordination (CST-02, CST-08, CST-11).

    With ``settles`` it collects a share that the debtor bears, never more than is left of it; without, it is a penalty.
    """
    require(by, perm.DEDUCT, subject)
    total = sum((row.amount for row in rows), Decimal(0))
    if settles is not None:
        settles = Share.objects.select_for_update().select_related("voucher").get(pk=settles.pk)
        debtor = Bearer(HUNDRED, settles.department, settles.supplier_name, settles.person)
        left = settles.amount - collected(settles)
        if settles.voucher.state != VoucherState.POSTED:
            raise MoveRefused(_("Only a posted share is collected."), code="settles")
        if total > left:
            raise MoveRefused(_("Of this share %(left)s is left.") % {"left": left}, code="settles")
    voucher = _new(
        Kind.DEDUCTION, subject or (settles.voucher.about if settles else None), by, total, description=reason,
        basis=clause, settles=settles, way=way, month=first_of_month(month) if month else None,
    )  # fmt: skip
    Item.objects.bulk_create(
        Item(voucher=voucher, text=row.text, quantity=row.quantity, price=row.price, rate=row.rate, amount=row.amount)
        for row in rows
    )
    write_shares(voucher, [debtor])
    return voucher


@transaction.atomic
def draft_compensation(*, case: Case, by: AbstractBaseUser, kind: str, amount: Decimal, description: str) -> Voucher:
    """Draft a compensation of a customer: fee reduction, money or replacement (CST-10)."""
    require(by, perm.COMPENSATE, case)
    if kind not in {item.code for item in case.policy.cost.compensation_kinds}:
        raise MoveRefused(_("“%(value)s” is not known") % {"value": kind}, code="kind")
    return _new(Kind.COMPENSATION, case, by, amount, description=description, compensation_kind=kind)


@transaction.atomic
def draft_write_off(
    *, subject: Subject, by: AbstractBaseUser, lines: Iterable[CostLine], description: str, uploads: Iterable[Any] = ()
) -> Voucher:
    """Draft 《产品质量处理核销申报表》 with what was collected from the customer (CST-06)."""
    require(by, perm.COMPENSATE, subject)
    ids, total = _take(lines, subject)
    voucher = _new(Kind.WRITE_OFF, subject, by, total, description=description)
    _tie(voucher, ids)
    keep(voucher=voucher, files=uploads, by=by)
    return voucher


def write_shares(voucher: Voucher, bearers: Sequence[Bearer]) -> list[Share]:
    """Share the amount by weights, to the cent; the weights are a hundred per cent, every bearer stands once."""
    if sum((bearer.weight for bearer in bearers), Decimal(0)) != HUNDRED:
        raise MoveRefused(_("The shares must add up to 100 %."), code="shares")
    if len({bearer.key for bearer in bearers}) != len(bearers):
        raise MoveRefused(_("Somebody stands twice among those who bear it."), code="shares")
    if any(bearer.weight <= 0 for bearer in bearers):
        raise MoveRefused(_("A share is more than nothing."), code="shares")
    parts = split(voucher.total, [bearer.weight for bearer in bearers])
    voucher.shares.all().delete()
    return Share.objects.bulk_create(
        Share(
            voucher=voucher, weight=bearer.weight, amount=part, department=bearer.department, person=bearer.person,
            supplier_name=bearer.supplier_name.strip(),
        )
        for bearer, part in zip(bearers, parts, strict=True)
    )  # fmt: skip


@transaction.atomic
def set_shares(
    *, voucher: Voucher, by: AbstractBaseUser, bearers: Sequence[Bearer], expected_version: int | None = None
) -> Voucher:
    """Share a draft anew; a claim is the supplier's until he has answered."""
    if voucher.kind != Kind.TRANSFER:
        raise MoveRefused(_("This is not possible in the present state."), code="state")
    words = "，".join(f"{row.bearer} {row.amount}" for row in write_shares(voucher, bearers))
    return apply(voucher, WORKFLOW["share"], by=by, data={"name": words}, expected_version=expected_version)


@transaction.atomic
def prepare_compensation(
    *, voucher: Voucher, by: AbstractBaseUser, values: dict[str, Any], uploads: Iterable[Any] = (),
    expected_version: int | None = None,
) -> Voucher:  # fmt: skip
    """Record the visit of supervisor and technician, their appraisal, and the customer's agreement (CST-05)."""
    if voucher.kind != Kind.COMPENSATION:
        raise MoveRefused(_("This is not possible in the present state."), code="state")
    known = {"visited_on", "supervisor", "technician", "appraisal", "agreed_with", "agreed_on"}
    if unknown := set(values) - known:
        raise KeyError(sorted(unknown))
    today = timezone.localdate()
    for name in ("visited_on", "agreed_on"):
        if values.get(name) and values[name] > today:
            raise MoveRefused(_("This day has not come yet."), code=name)
    if values.get("supervisor") and values.get("supervisor") == values.get("technician"):
        raise MoveRefused(_("Supervisor and technician are two people."), code="technician")
    keep(voucher=voucher, files=uploads, by=by)
    data = {"name": str(values.get("appraisal", ""))[:120]}
    return apply(
        voucher, WORKFLOW["prepare"], by=by, data=data, fields=values, expected_version=expected_version
    )  # fmt: skip


def keep(*, voucher: Voucher, files: Iterable[Any], by: Any) -> None:
    """Store uploads and tie them to the voucher."""
    for item in files:
        file = store(data=item, name=item.name or "file", by=by)
        attach(subject=voucher, file=file, role="evidence", caption=file.name, by=by)


def index_voucher(voucher: Voucher) -> None:
    """Write the search entry of a voucher, in the caller's transaction."""
    words = [voucher.description, voucher.basis, voucher.about_number, str(voucher.total)]
    search.index(
        subject=voucher, title=f"{voucher.number} {voucher.get_kind_display()}", text="\n".join(filter(None, words)),
        at=voucher.drafted_at, owner_id=voucher.drafter_id,
    )  # fmt: skip
