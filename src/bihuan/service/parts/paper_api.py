"""Purchase plans, orders and receipts of parts over HTTP, with the rules of the pages."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from bihuan.core.permissions.services import found, person, require
from bihuan.core.rest.fields import Code, Count, Day, In, MaybeText, Money, SeenIn, words
from bihuan.core.rest.paging import PageQuery, cut
from bihuan.core.rest.problems import WrongFields
from bihuan.core.rest.routing import Router
from bihuan.registry.suppliers.models import Supplier
from bihuan.service.parts import models as m
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.api_base import Pieces, line_with, many, one_of, sees_money, store_named
from bihuan.service.parts.money import yuan
from bihuan.service.parts.queries import receipts_for
from bihuan.service.parts.services import purchasing

router = Router(tags=["parts"])


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


class PartPlanIn(In):
    """The period for which is bought."""

    starts_on: Day
    ends_on: Day


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


def _plan(request: HttpRequest, number: str) -> m.Plan:
    row: m.Plan = one_of(request, m.Plan, number, "drafted_by")
    return row


def _order(request: HttpRequest, number: str) -> m.Order:
    row: m.Order = one_of(request, m.Order, number, "supplier", "plan")
    return row


def _receipt(request: HttpRequest, number: str) -> m.Receipt:
    rows = receipts_for(request.user).select_related("line__part", "line__order__supplier")
    return found(rows.filter(number=number).first())


@router.get("/plans", response=PartPlanPage, summary="List purchase plans of parts")
def plans(request: HttpRequest, page: PageQuery, state: Code = "") -> PartPlanPage:
    """The newest plans first, by state."""
    items, following = many(request, m.Plan, m.PlanState, state, page, "drafted_by")
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
def submission(request: HttpRequest, number: str, data: SeenIn) -> PartPlanOut:
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
    rows = [(line_with(row.lines.all(), one.part), one.quantity, one.price) for one in data.lines]
    made = purchasing.order(plan=row, by=person(request), supplier=supplier, due_on=data.due_on, rows=rows,
                            expected_version=data.version)  # fmt: skip
    return PartOrderOut.of(_order(request, made.number), shows_money=sees_money(request))


@router.get("/orders", response=PartOrderPage, summary="List orders of parts")
def orders(request: HttpRequest, page: PageQuery, state: Code = "") -> PartOrderPage:
    """The newest orders first, by state."""
    items, following = many(request, m.Order, m.OrderState, state, page, "supplier", "plan")
    sees = sees_money(request)
    return PartOrderPage(items=[PartOrderOut.of(row, shows_money=sees) for row in items], next=following)


@router.get("/orders/{number}", response=PartOrderOut, summary="One order of parts")
def order(request: HttpRequest, number: str) -> PartOrderOut:
    """One order with its lines."""
    return PartOrderOut.of(_order(request, number), shows_money=sees_money(request))


@router.post("/orders/{number}/receipts", response={201: PartReceiptOut}, summary="Register goods that came")
def register(request: HttpRequest, number: str, data: PartReceiptIn) -> PartReceiptOut:
    """The purchaser registers what came; the keeper inspects it (PRT-11)."""
    row = _order(request, number)
    require(request.user, perm.PARTS_BUY, row)
    made = purchasing.register_receipt(
        paper=row, by=person(request), line=line_with(row.lines.all(), data.part), quantity=data.quantity,
        delivery_note=data.delivery_note, expected_version=data.version,
    )  # fmt: skip
    return PartReceiptOut.of(_receipt(request, made.number), shows_money=sees_money(request))


@router.get("/receipts", response=PartReceiptPage, summary="List receipts of parts")
def receipts(request: HttpRequest, page: PageQuery, waiting: bool | None = None) -> PartReceiptPage:
    """The newest receipts first; those that wait for inspection, or those that were inspected (PRT-11)."""
    require(request.user, perm.PARTS_VIEW)
    rows = receipts_for(request.user).select_related("line__part", "line__order")
    if waiting is not None:
        rows = rows.filter(inspected_at__isnull=waiting)
    items, following = cut(rows, page)
    sees = sees_money(request)
    return PartReceiptPage(items=[PartReceiptOut.of(row, shows_money=sees) for row in items], next=following)


@router.post("/receipts/{number}/inspection", response=PartReceiptOut, summary="Inspect and accept")
def inspection(request: HttpRequest, number: str, data: PartInspectionIn) -> PartReceiptOut:
    """The keeper accepts good pieces into the ledger; who registered them does not accept them (PRT-11)."""
    row = _receipt(request, number)
    paper = _order(request, row.line.order.number)
    require(request.user, perm.PARTS_KEEP, paper)
    purchasing.inspect(
        paper=paper, by=person(request), receipt=row, accepted=data.accepted, place=store_named("place", data.place),
        finding=data.finding, lots=data.lots, expected_version=data.version,
    )  # fmt: skip
    return PartReceiptOut.of(_receipt(request, number), shows_money=sees_money(request))
