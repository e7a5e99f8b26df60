"""Purchase plans, orders, receipts, counts and discrepancies of parts over HTTP, with the rules of the pages."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from bihuan.core.permissions.services import can, found, person, require
from bihuan.core.rest.fields import Code, Count, Day, In, MaybeText, Money, words
from bihuan.core.rest.paging import PageQuery, cut
from bihuan.core.rest.problems import WrongFields, known
from bihuan.core.rest.routing import Router
from bihuan.registry.spares.models import Part
from bihuan.registry.spares.queries import by_code
from bihuan.registry.suppliers.models import Supplier
from bihuan.service.parts import models as m
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.money import yuan
from bihuan.service.parts.queries import papers_for, receipts_for, stores
from bihuan.service.parts.services import counting, purchasing

router = Router(tags=["parts"])
Pieces = Annotated[int, Field(ge=1, le=1_000_000)]


class PlanLineOut(Schema):
    """So many of a part to be bought on a day."""

    part: str
    proposed: int
    quantity: int
    ordered: int
    buy_on: date
    ground: str


class PartPlanOut(Schema):
    """A purchase plan with its lines."""

    number: str
    state: str
    version: int
    starts_on: date
    ends_on: date
    drafted_by: str
    lines: list[PlanLineOut]

    @classmethod
    def of(cls, row: m.Plan) -> "PartPlanOut":
        """Build the view of a plan."""
        lines = [
            PlanLineOut(part=one.part.code, proposed=one.proposed, quantity=one.quantity, ordered=one.ordered,
                        buy_on=one.buy_on, ground=one.ground)
            for one in row.lines.all()
        ]  # fmt: skip
        return cls(number=row.number, state=row.state, version=row.version, starts_on=row.starts_on,
                   ends_on=row.ends_on, drafted_by=row.drafted_by.username, lines=lines)  # fmt: skip


class OrderLineOut(Schema):
    """So many of a part at a price, which only those see who may see money."""

    part: str
    quantity: int
    received: int
    price: Decimal | None


class PartOrderOut(Schema):
    """An order with its lines."""

    number: str
    state: str
    version: int
    supplier: str
    plan: str | None
    due_on: date
    lines: list[OrderLineOut]

    @classmethod
    def of(cls, row: m.Order, *, shows_money: bool) -> "PartOrderOut":
        """Build the view of an order."""
        lines = [
            OrderLineOut(part=one.part.code, quantity=one.quantity, received=one.received,
                         price=yuan(one.price) if shows_money else None)
            for one in row.lines.all()
        ]  # fmt: skip
        return cls(number=row.number, state=row.state, version=row.version, supplier=row.supplier.code,
                   plan=row.plan.number if row.plan else None, due_on=row.due_on, lines=lines)  # fmt: skip


class PartReceiptOut(Schema):
    """Goods that came; ``amount`` is the voucher of finance."""

    number: str
    order: str
    part: str
    quantity: int
    accepted: int | None
    refused: int
    finding: str
    delivery_note: str
    registered_at: datetime
    inspected_at: datetime | None
    amount: Decimal | None

    @classmethod
    def of(cls, row: m.Receipt, *, shows_money: bool) -> "PartReceiptOut":
        """Build the view of a receipt."""
        names = ("number", "quantity", "refused", "finding", "delivery_note", "registered_at", "inspected_at")
        return cls(
            order=row.line.order.number, part=row.line.part.code, accepted=row.accepted if row.inspected_at else None,
            amount=yuan(row.amount) if shows_money and row.inspected_at else None,
            **{name: getattr(row, name) for name in names},
        )  # fmt: skip


class CountLineOut(Schema):
    """What was counted; what the ledger says stays hidden while it is counted (PRT-04)."""

    part: str
    condition: str
    lot: str
    counted: int | None
    expected: int | None
    cause: str


class PartCountOut(Schema):
    """A count with its lines."""

    number: str
    state: str
    version: int
    kind: str
    place: str
    freezes: bool
    lines: list[CountLineOut]

    @classmethod
    def of(cls, row: m.Count) -> "PartCountOut":
        """Build the view of a count."""
        is_blind = row.state == m.CountState.OPEN
        lines = [
            CountLineOut(part=one.part.code, condition=one.condition, lot=one.lot, counted=one.counted,
                         expected=None if is_blind else one.expected, cause=one.cause)
            for one in row.lines.all()
        ]  # fmt: skip
        return cls(number=row.number, state=row.state, version=row.version, kind=row.kind, place=row.place.code,
                   freezes=row.freezes, lines=lines)  # fmt: skip


class PartDiscrepancyOut(Schema):
    """What a report named without an issue (PRT-18)."""

    number: str
    state: str
    words: str
    reason: str
    job: str
    used_by: str
    settlement: str
    finding: str

    @classmethod
    def of(cls, row: m.Discrepancy) -> "PartDiscrepancyOut":
        """Build the view of a discrepancy."""
        names = ("number", "state", "words", "reason", "settlement", "finding")
        return cls(job=row.job_name, used_by=row.used_by.username, **{name: getattr(row, name) for name in names})


class PartPlanPage(Schema):
    """A page of plans."""

    items: list[PartPlanOut]
    next: str | None


class PartOrderPage(Schema):
    """A page of orders."""

    items: list[PartOrderOut]
    next: str | None


class PartReceiptPage(Schema):
    """A page of receipts."""

    items: list[PartReceiptOut]
    next: str | None


class PartCountPage(Schema):
    """A page of counts."""

    items: list[PartCountOut]
    next: str | None


class PartDiscrepancyPage(Schema):
    """A page of discrepancies."""

    items: list[PartDiscrepancyOut]
    next: str | None


class PartPlanIn(In):
    """The period for which is bought."""

    starts_on: Day
    ends_on: Day


class VersionIn(In):
    """The version that the caller saw."""

    version: Count | None = None


class OrderedIn(In):
    """So many of a part of the plan, at an agreed price."""

    part: Code
    quantity: Pieces
    price: Money


class PartOrderIn(In):
    """From whom, until when, what."""

    supplier: Code
    due_on: Day
    lines: Annotated[list[OrderedIn], Field(min_length=1, max_length=200)]
    version: Count | None = None


class PartReceiptIn(In):
    """What came, with the supplier's delivery note."""

    part: Code
    quantity: Pieces
    delivery_note: Annotated[str, words(60, 1)]
    version: Count | None = None


class PartInspectionIn(In):
    """What was accepted and where it is put; ``lots`` are batch or serial numbers, one a line."""

    accepted: Count
    place: Code
    lots: MaybeText = ""
    finding: Annotated[str, words(300)] = ""
    version: Count | None = None


class PartCountIn(In):
    """What is counted, and whether it stands still meanwhile."""

    kind: Code
    place: Code
    freezes: bool = False


class CountedIn(In):
    """What was found of a part."""

    part: Code
    counted: Annotated[int, Field(ge=0, le=1_000_000)]
    condition: Code = m.Condition.GOOD.value
    lot: Code = ""


def _part(code: str) -> Part:
    if (row := by_code(code)) is None:
        raise WrongFields({"part": _("There is no part of this number.")})
    return row


def _place(code: str) -> m.Place:
    if (row := stores().filter(code=code).first()) is None:
        raise WrongFields({"place": _("“%(value)s” is not known") % {"value": code}})
    return row


def _one(request: HttpRequest, kind: Any, number: str, *related: str) -> Any:
    rows = papers_for(request.user, kind).select_related(*related).prefetch_related("lines__part")
    return found(rows.filter(number=number).first())


def _many(request: HttpRequest, kind: Any, states: Any, state: str, page: Any, *related: str) -> Any:
    require(request.user, perm.PARTS_VIEW)
    rows = papers_for(request.user, kind).select_related(*related)
    if state:
        rows = rows.filter(state=known("state", state, set(states.values)))
    return cut(rows.prefetch_related("lines__part") if hasattr(kind, "lines") else rows, page)


def _line(rows: Any, code: str) -> Any:
    part = _part(code)
    line = next((one for one in rows if one.part_id == part.pk), None)
    if line is None:
        raise WrongFields({"part": _("“%(value)s” is not known") % {"value": code}})
    return line


def _plan(request: HttpRequest, number: str) -> m.Plan:
    row: m.Plan = _one(request, m.Plan, number, "drafted_by")
    return row


def _order(request: HttpRequest, number: str) -> m.Order:
    row: m.Order = _one(request, m.Order, number, "supplier", "plan")
    return row


def _count(request: HttpRequest, number: str) -> m.Count:
    row: m.Count = _one(request, m.Count, number, "place")
    return row


def _receipt(request: HttpRequest, number: str) -> m.Receipt:
    rows = receipts_for(request.user).select_related("line__part", "line__order__supplier")
    return found(rows.filter(number=number).first())


def _sees(request: HttpRequest) -> bool:
    return can(request.user, perm.PARTS_VALUE)


@router.get("/plans", response=PartPlanPage, summary="List purchase plans of parts")
def plans(request: HttpRequest, page: PageQuery, state: Code = "") -> PartPlanPage:
    """The newest plans first, by state."""
    items, following = _many(request, m.Plan, m.PlanState, state, page, "drafted_by")
    return PartPlanPage(items=[PartPlanOut.of(row) for row in items], next=following)


@router.post("/plans", response={201: PartPlanOut}, summary="Draft a purchase plan")
def draft(request: HttpRequest, data: PartPlanIn) -> PartPlanOut:
    """Draft the plan of a period from stock, need and lead time (PRT-06)."""
    require(request.user, perm.PARTS_PLAN)
    row = purchasing.draft_plan(by=person(request), starts_on=data.starts_on, ends_on=data.ends_on)
    return PartPlanOut.of(_plan(request, row.number))


@router.get("/plans/{number}", response=PartPlanOut, summary="One purchase plan")
def plan(request: HttpRequest, number: str) -> PartPlanOut:
    """One plan with its lines."""
    return PartPlanOut.of(_plan(request, number))


@router.post("/plans/{number}/submission", response=PartPlanOut, summary="Send a plan for review")
def submission(request: HttpRequest, number: str, data: VersionIn) -> PartPlanOut:
    """Send a plan to the head of after-sales (PRT-07)."""
    purchasing.submit_plan(plan=_plan(request, number), by=person(request), expected_version=data.version)
    return PartPlanOut.of(_plan(request, number))


@router.post("/plans/{number}/orders", response={201: PartOrderOut}, summary="Order from a supplier")
def order_of_plan(request: HttpRequest, number: str, data: PartOrderIn) -> PartOrderOut:
    """Order lines of a reviewed plan from an approved supplier (PRT-08, PRT-10)."""
    row = _plan(request, number)
    require(request.user, perm.PARTS_BUY, row)
    supplier = Supplier.objects.filter(code=data.supplier).first()
    if supplier is None:
        raise WrongFields({"supplier": _("“%(value)s” is not known") % {"value": data.supplier}})
    rows = [(_line(row.lines.all(), one.part), one.quantity, one.price) for one in data.lines]
    made = purchasing.order(plan=row, by=person(request), supplier=supplier, due_on=data.due_on, rows=rows,
                            expected_version=data.version)  # fmt: skip
    return PartOrderOut.of(_order(request, made.number), shows_money=_sees(request))


@router.get("/orders", response=PartOrderPage, summary="List orders of parts")
def orders(request: HttpRequest, page: PageQuery, state: Code = "") -> PartOrderPage:
    """The newest orders first, by state."""
    items, following = _many(request, m.Order, m.OrderState, state, page, "supplier", "plan")
    sees = _sees(request)
    return PartOrderPage(items=[PartOrderOut.of(row, shows_money=sees) for row in items], next=following)


@router.get("/orders/{number}", response=PartOrderOut, summary="One order of parts")
def order(request: HttpRequest, number: str) -> PartOrderOut:
    """One order with its lines."""
    return PartOrderOut.of(_order(request, number), shows_money=_sees(request))


@router.post("/orders/{number}/receipts", response={201: PartReceiptOut}, summary="Register goods that came")
def register(request: HttpRequest, number: str, data: PartReceiptIn) -> PartReceiptOut:
    """The purchaser registers what came; the keeper inspects it (PRT-11)."""
    row = _order(request, number)
    require(request.user, perm.PARTS_BUY, row)
    made = purchasing.register_receipt(
        paper=row, by=person(request), line=_line(row.lines.all(), data.part), quantity=data.quantity,
        delivery_note=data.delivery_note, expected_version=data.version,
    )  # fmt: skip
    return PartReceiptOut.of(_receipt(request, made.number), shows_money=_sees(request))


@router.get("/receipts", response=PartReceiptPage, summary="List receipts of parts")
def receipts(request: HttpRequest, page: PageQuery, waiting: bool | None = None) -> PartReceiptPage:
    """The newest receipts first; those that wait for inspection, or those that were inspected (PRT-11)."""
    require(request.user, perm.PARTS_VIEW)
    rows = receipts_for(request.user).select_related("line__part", "line__order")
    if waiting is not None:
        rows = rows.filter(inspected_at__isnull=waiting)
    items, following = cut(rows, page)
    sees = _sees(request)
    return PartReceiptPage(items=[PartReceiptOut.of(row, shows_money=sees) for row in items], next=following)


@router.post("/receipts/{number}/inspection", response=PartReceiptOut, summary="Inspect and accept")
def inspection(request: HttpRequest, number: str, data: PartInspectionIn) -> PartReceiptOut:
    """The keeper accepts good pieces into the ledger; who registered them does not accept them (PRT-11)."""
    row = _receipt(request, number)
    paper = _order(request, row.line.order.number)
    require(request.user, perm.PARTS_KEEP, paper)
    purchasing.inspect(
        paper=paper, by=person(request), receipt=row, accepted=data.accepted, place=_place(data.place),
        finding=data.finding, lots=data.lots, expected_version=data.version,
    )  # fmt: skip
    return PartReceiptOut.of(_receipt(request, number), shows_money=_sees(request))


@router.get("/counts", response=PartCountPage, summary="List counts of parts")
def counts(request: HttpRequest, page: PageQuery, state: Code = "") -> PartCountPage:
    """The newest counts first, by state."""
    items, following = _many(request, m.Count, m.CountState, state, page, "place")
    return PartCountPage(items=[PartCountOut.of(row) for row in items], next=following)


@router.post("/counts", response={201: PartCountOut}, summary="Begin a count")
def open_count(request: HttpRequest, data: PartCountIn) -> PartCountOut:
    """Begin a count of a place (PRT-04)."""
    require(request.user, perm.PARTS_KEEP)
    kind = known("kind", data.kind, set(m.CountKind.values))
    row = counting.open_count(by=person(request), kind=kind, place=_place(data.place), freezes=data.freezes)
    return PartCountOut.of(_count(request, row.number))


@router.get("/counts/{number}", response=PartCountOut, summary="One count of parts")
def count(request: HttpRequest, number: str) -> PartCountOut:
    """One count with its lines."""
    return PartCountOut.of(_count(request, number))


@router.post("/counts/{number}/lines", response=PartCountOut, summary="Enter what was counted")
def enter(request: HttpRequest, number: str, data: CountedIn) -> PartCountOut:
    """Write down what was found of a part, blind (PRT-04)."""
    row = _count(request, number)
    require(request.user, perm.PARTS_KEEP, row)
    condition = known("condition", data.condition, set(m.Condition.values))
    counting.enter_part(count=row, by=person(request), part=_part(data.part), condition=condition,
                        counted=data.counted, lot=data.lot)  # fmt: skip
    return PartCountOut.of(_count(request, number))


@router.get("/discrepancies", response=PartDiscrepancyPage, summary="List parts used without an issue")
def discrepancies(request: HttpRequest, page: PageQuery, state: Code = "") -> PartDiscrepancyPage:
    """The newest discrepancies first, by state (PRT-18)."""
    items, following = _many(request, m.Discrepancy, m.DiscrepancyState, state, page, "used_by")
    return PartDiscrepancyPage(items=[PartDiscrepancyOut.of(row) for row in items], next=following)
