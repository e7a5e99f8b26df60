"""Quality costs over HTTP: entering, vouchers, answers of those who bear them, posting, the ledger."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from bihuan.core.permissions.services import found, person, require
from bihuan.core.rest.fields import Code, Count, Day, In, Line, MaybeText, Money, Text, Wide, words
from bihuan.core.rest.paging import PageQuery, cut
from bihuan.core.rest.problems import WrongFields, known, wrong
from bihuan.core.rest.routing import Router
from bihuan.quality.cost import ledger
from bihuan.quality.cost import permissions as perm
from bihuan.quality.cost.models import CostLine, Kind, Share, Voucher, VoucherState
from bihuan.quality.cost.opening import ROWS
from bihuan.quality.cost.queries import FOR_PAGE, for_page, lines_for, visible_to
from bihuan.quality.cost.services import drafting, settling
from bihuan.quality.cost.services.lines import enter_line, open_lines, void_line
from bihuan.registry.people.models import Department
from bihuan.service.desk.api.base import colleague, row_of

router = Router(tags=["costs"])
ABOUT = ("case", "issue", "sheet")
Percent = Annotated[Decimal, Field(gt=0, le=100, max_digits=5, decimal_places=2)]
Supplier = Annotated[str, words(120)]


class CostOut(Schema):
    """A cost; ``voucher`` is what has taken it, nothing while nobody bears it."""

    id: int
    about: str
    kind: str
    amount: Decimal
    occurred_on: date
    note: str
    voucher: str | None
    is_void: bool

    @classmethod
    def of(cls, row: CostLine) -> "CostOut":
        """Build the view of a cost."""
        names = ("kind", "amount", "occurred_on", "note")
        return cls(
            id=row.pk, about=row.about_number, voucher=row.voucher.number if row.voucher else None,
            is_void=row.voided_at is not None, **{name: getattr(row, name) for name in names},
        )  # fmt: skip


class CostPage(Schema):
    """A page of costs."""

    items: list[CostOut]
    next: str | None


class ShareOut(Schema):
    """What one bears."""

    id: int
    bearer: str
    weight: Decimal
    amount: Decimal
    answer: str

    @classmethod
    def of(cls, row: Share) -> "ShareOut":
        """Build the view of a share."""
        return cls(id=row.pk, **{name: getattr(row, name) for name in ("bearer", "weight", "amount", "answer")})


class VoucherOut(Schema):
    """A voucher with its shares; they are its total to the cent."""

    number: str
    kind: str
    state: str
    version: int
    about: str
    description: str
    total: Decimal
    objection_until: datetime | None
    reference: str
    shares: list[ShareOut]

    @classmethod
    def of(cls, row: Voucher) -> "VoucherOut":
        """Build the view of a voucher."""
        names = ("number", "kind", "state", "version", "description", "total", "objection_until", "reference")
        shares = [ShareOut.of(share) for share in row.shares.all()]
        return cls(about=row.about_number, shares=shares, **{name: getattr(row, name) for name in names})


class VoucherPage(Schema):
    """A page of vouchers."""

    items: list[VoucherOut]
    next: str | None


class BalanceOut(Schema):
    """What stands on an account; debit is positive. ``differences`` is empty while ledger and papers agree."""

    balances: dict[str, Decimal]
    differences: list[str]


class CostIn(In):
    """A cost of a case, an issue or a nonconformity: exactly one of the three is named."""

    case: Line = ""
    issue: Line = ""
    sheet: Line = ""
    kind: Code
    amount: Money
    occurred_on: Day
    note: Wide = ""


class VoidIn(In):
    """Why a cost is void."""

    reason: Annotated[str, words(200, 1)]


class ShareIn(In):
    """Who bears how many per cent: a department by its code or a supplier by his name."""

    department: Code = ""
    supplier: Supplier = ""
    weight: Percent


class TransferIn(In):
    """A cost transfer of all open costs of a case, an issue or a nonconformity."""

    case: Line = ""
    issue: Line = ""
    sheet: Line = ""
    description: Text
    basis: Annotated[str, words(300)] = ""
    shares: Annotated[list[ShareIn], Field(min_length=1, max_length=50)]


class AboutIn(In):
    """What a voucher is about: one case, issue or nonconformity."""

    case: Line = ""
    issue: Line = ""
    sheet: Line = ""
    description: Text


class ClaimIn(AboutIn):
    """A claim of all open costs against a supplier."""

    supplier: Annotated[str, words(120, 1)]
    basis: Annotated[str, words(300)] = ""


class RowIn(In):
    """A row of the calculation: quantity × price × rate in per cent."""

    text: Annotated[str, words(120, 1)]
    price: Money
    quantity: Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=3)] = Decimal(1)
    rate: Percent = Decimal(100)


class DeductionIn(In):
    """A deduction: ``settles`` collects a posted share by its id, else it is a penalty of one debtor."""

    settles: Count | None = None
    department: Code = ""
    person: Code = ""
    supplier: Supplier = ""
    reason: Text
    clause: Annotated[str, words(300, 1)]
    rows: Annotated[list[RowIn], Field(min_length=1, max_length=50)]
    way: Annotated[str, words(60)] = ""
    month: Day | None = None


class CompensationIn(In):
    """A compensation of a customer for a case."""

    case: Line
    kind: Code
    amount: Money
    description: Text


class VoucherStepIn(In):
    """One step of a voucher: send, submit, lapse, post (reference), cancel (text)."""

    step: Code
    version: Count | None = None
    reference: Annotated[str, words(40)] = ""
    text: MaybeText = ""


class ShareAnswerIn(In):
    """The answer of a bearer; an objection gives its reason."""

    accepted: bool
    reason: Annotated[str, words(300)] = ""


def _subject(request: HttpRequest, data: Any) -> Any:
    named = [field for field in ABOUT if getattr(data, field)]
    if len(named) != 1:
        raise WrongFields({"case": _("Name exactly one case, issue or nonconformity.")})
    return row_of(named[0], ROWS[named[0]](request.user), getattr(data, named[0]), "number")


def _row(request: HttpRequest, number: str) -> Voucher:
    return found(for_page(request.user, number))


def _out(request: HttpRequest, number: str) -> VoucherOut:
    return VoucherOut.of(_row(request, number))


@router.get("/lines", response=CostPage, summary="List costs")
def lines(request: HttpRequest, page: PageQuery) -> CostPage:
    """The newest costs first."""
    require(request.user, perm.VIEW)
    items, following = cut(lines_for(request.user).select_related(*ABOUT, "voucher"), page)
    return CostPage(items=[CostOut.of(row) for row in items], next=following)


@router.post("/lines", response={201: CostOut}, summary="Enter a cost")
def enter(request: HttpRequest, data: CostIn) -> Any:
    """Enter a cost; it stands in the ledger at once."""
    subject = _subject(request, data)
    require(request.user, perm.ENTER, subject)
    return CostOut.of(enter_line(subject=subject, by=person(request), **data.dict(exclude=set(ABOUT))))


@router.post("/lines/{int:pk}/void", response=CostOut, summary="Void a cost")
def void(request: HttpRequest, pk: int, data: VoidIn) -> CostOut:
    """Void a cost that was wrong; it stays readable."""
    row = get_object_or_404(lines_for(request.user).select_related(*ABOUT, "voucher"), pk=pk)
    return CostOut.of(void_line(line=row, by=person(request), reason=data.reason))


@router.get("/ledger", response=BalanceOut, summary="The balances of the ledger")
def balances(request: HttpRequest) -> BalanceOut:
    """What stands on each account, and whether the ledger agrees with the papers to the cent."""
    require(request.user, perm.VIEW)
    return BalanceOut(balances=ledger.balances(), differences=list(ledger.differences()))


@router.get("/vouchers", response=VoucherPage, summary="List vouchers")
def vouchers(request: HttpRequest, page: PageQuery, kind: Code = "", state: Code = "") -> VoucherPage:
    """The newest vouchers first: by kind, by state."""
    require(request.user, perm.VIEW)
    rows = visible_to(request.user)
    if kind:
        rows = rows.filter(kind=known("kind", kind, set(Kind.values)))
    if state:
        rows = rows.filter(state=known("state", state, set(VoucherState.values)))
    shares = ("shares__department", "shares__person")
    items, following = cut(rows.select_related(*FOR_PAGE).prefetch_related(*shares), page)
    return VoucherPage(items=[VoucherOut.of(row) for row in items], next=following)


@router.post("/vouchers", response={201: VoucherOut}, summary="Draft a cost transfer")
def transfer(request: HttpRequest, data: TransferIn) -> Any:
    """Draft a transfer of all open costs to those who bear them (CST-01)."""
    subject = _subject(request, data)
    require(request.user, perm.TRANSFER, subject)
    units = Department.objects.filter(is_active=True)
    bearers = [
        drafting.Bearer(item.weight, row_of("department", units, item.department), item.supplier)
        for item in data.shares
    ]
    if any((bearer.department is None) == (not bearer.supplier_name) for bearer in bearers):
        raise wrong("shares", data.shares[0].department)
    voucher = drafting.draft_transfer(
        subject=subject, by=person(request), lines=open_lines(subject), bearers=bearers, description=data.description,
        basis=data.basis,
    )  # fmt: skip
    return _out(request, voucher.number)


@router.post("/claims", response={201: VoucherOut}, summary="Draft a supplier claim")
def claim(request: HttpRequest, data: ClaimIn) -> Any:
    """Draft a claim: a supplier is to bear all open costs."""
    subject = _subject(request, data)
    voucher = drafting.draft_claim(
        subject=subject, by=person(request), lines=open_lines(subject), supplier_name=data.supplier,
        description=data.description, basis=data.basis,
    )  # fmt: skip
    return _out(request, voucher.number)


@router.post("/deductions", response={201: VoucherOut}, summary="Draft a deduction notice")
def deduction(request: HttpRequest, data: DeductionIn) -> Any:
    """Draft a deduction: of a share that somebody bears, or a penalty (CST-02)."""
    require(request.user, perm.DEDUCT)
    shares = Share.objects.filter(voucher__in=visible_to(request.user).values("pk"))
    settles = get_object_or_404(shares, pk=data.settles) if data.settles is not None else None
    unit = row_of("department", Department.objects.filter(is_active=True), data.department)
    somebody = colleague("person", data.person) if data.person else None
    if sum(bool(one) for one in (settles, unit, somebody, data.supplier)) != 1:
        raise WrongFields({"department": _("Choose exactly one debtor.")})
    debtor = drafting.Bearer(department=unit, supplier_name=data.supplier, person=somebody)
    rows = [drafting.Row(row.text, row.price, row.quantity, row.rate) for row in data.rows]
    voucher = drafting.draft_deduction(
        by=person(request), debtor=debtor, rows=rows, reason=data.reason, clause=data.clause, settles=settles,
        way=data.way, month=data.month,
    )  # fmt: skip
    return _out(request, voucher.number)


@router.post("/compensations", response={201: VoucherOut}, summary="Draft a compensation")
def compensation(request: HttpRequest, data: CompensationIn) -> Any:
    """Draft a compensation of the customer of a case (CST-10)."""
    case = row_of("case", ROWS["case"](request.user), data.case, "number")
    if case is None:
        raise wrong("case", data.case)
    voucher = drafting.draft_compensation(
        case=case, by=person(request), kind=data.kind, amount=data.amount, description=data.description
    )
    return _out(request, voucher.number)


@router.post("/write-offs", response={201: VoucherOut}, summary="Draft a write-off")
def write_off(request: HttpRequest, data: AboutIn) -> Any:
    """Draft the declaration of all open costs for write-off (CST-06)."""
    subject = _subject(request, data)
    voucher = drafting.draft_write_off(
        subject=subject, by=person(request), lines=open_lines(subject), description=data.description
    )
    return _out(request, voucher.number)


@router.get("/vouchers/{number}", response=VoucherOut, summary="One voucher")
def detail(request: HttpRequest, number: str) -> VoucherOut:
    """One voucher with its shares."""
    return _out(request, number)


@router.post("/vouchers/{number}/steps", response=VoucherOut, summary="Take a step")
def step(request: HttpRequest, number: str, data: VoucherStepIn) -> VoucherOut:
    """Send, submit, let lapse, post or cancel a voucher."""
    more: dict[str, Any] = {
        "voucher": _row(request, number), "by": person(request), "expected_version": data.version
    }  # fmt: skip
    steps: dict[str, Any] = {
        "send": lambda: settling.send_voucher(**more),
        "submit": lambda: settling.submit_voucher(**more),
        "lapse": lambda: settling.let_lapse(**more),
        "post": lambda: settling.post_voucher(reference=data.reference, **more),
        "cancel": lambda: settling.cancel_voucher(reason=data.text, **more),
    }
    steps[known("step", data.step, steps)]()
    return _out(request, number)


@router.post("/vouchers/{number}/shares/{int:pk}", response=VoucherOut, summary="Answer for a share")
def answer(request: HttpRequest, number: str, pk: int, data: ShareAnswerIn) -> VoucherOut:
    """Accept a share or object to it: a unit answers for itself."""
    share = get_object_or_404(_row(request, number).shares.select_related("voucher", "department"), pk=pk)
    if data.accepted:
        settling.accept_share(share=share, by=person(request))
    else:
        settling.object_to_share(share=share, by=person(request), reason=data.reason)
    return _out(request, number)
