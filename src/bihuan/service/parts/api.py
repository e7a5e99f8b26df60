"""Parts over HTTP: stock, ledger, and requisitions from asking to the issue."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from bihuan.core.permissions.services import found, person, require
from bihuan.core.rest.fields import Code, Count, In, Line, MaybeText, words
from bihuan.core.rest.paging import PageQuery, Words, cut
from bihuan.core.rest.problems import WrongFields, known
from bihuan.core.rest.routing import Router
from bihuan.registry.spares.models import Part
from bihuan.registry.spares.queries import by_words
from bihuan.service.desk.api.base import case_of, colleague
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.api_base import Pieces, part_named, place_named, sees_money
from bihuan.service.parts.idle import Idle, days_of, idle_stock, reasons_of
from bihuan.service.parts.models import Condition, Move, Place, Requisition, RequisitionLine, RequisitionState, Stock
from bihuan.service.parts.money import yuan
from bihuan.service.parts.queries import balances_of, for_page, moves_for, requisition_for, requisitions_for, visible_to
from bihuan.service.parts.services import keeping, requisitions

router = Router(tags=["parts"])
IdleDays = Annotated[int | None, Field(ge=1, le=3650)]


class StockBalanceOut(Schema):
    """What lies in a place."""

    place: str
    condition: str
    lot: str
    quantity: int


class StockOut(Schema):
    """A part with what is there; ``free`` may be promised."""

    code: str
    name: str
    model: str
    specification: str
    unit: str
    stored: int
    free: int
    carried: int
    defective: int
    safety: int
    minimum: int
    maximum: int
    level: str
    replaced_by: str | None

    @classmethod
    def of(cls, row: Stock) -> "StockOut":
        """Build the view of a part."""
        part = row.part
        return cls(
            code=part.code, name=part.name, model=part.model, specification=part.specification, unit=part.unit_name,
            stored=row.stored, free=row.free, carried=row.good - row.stored, defective=row.defective,
            safety=row.safety, minimum=row.minimum, maximum=row.maximum, level=row.state,
            replaced_by=part.replaced_by.code if part.replaced_by else None,
        )  # fmt: skip


class PartOut(StockOut):
    """A part with its places."""

    balances: list[StockBalanceOut]


class IdleStockOut(StockOut):
    """A part that lies idle: why, for how many days, and what is bound in it for those who may see money."""

    why: list[str]
    days: int | None
    bound: Decimal | None

    @classmethod
    def made(cls, row: Any, *, shows_money: bool) -> "IdleStockOut":
        """Build the view of a row of the list."""
        why = [one.value for one in reasons_of(row)]
        bound = yuan(row.bound) if shows_money else None
        return cls(**StockOut.of(row).dict(), why=why, days=days_of(row.moved_at), bound=bound)


class IdleStockPage(Schema):
    """A page of idle stock."""

    items: list[IdleStockOut]
    next: str | None


class StockPage(Schema):
    """A page of parts."""

    items: list[StockOut]
    next: str | None


class StockMoveOut(Schema):
    """A line of the ledger."""

    id: int
    kind: str
    part: str
    quantity: int
    source: str
    destination: str
    lot: str
    paper: str
    by: str | None
    at: datetime

    @classmethod
    def of(cls, row: Move) -> "StockMoveOut":
        """Build the view of a move."""
        return cls(
            id=row.pk, kind=row.kind, part=row.part.code, quantity=row.quantity, source=row.source.code,
            destination=row.destination.code, lot=row.lot, paper=row.reference,
            by=row.by.username if row.by else None, at=row.at,
        )  # fmt: skip


class MovePage(Schema):
    """A page of the ledger."""

    items: list[StockMoveOut]
    next: str | None


class RequisitionLineOut(Schema):
    """So many of a part; ``id`` names it when it is issued or used."""

    id: int
    part: str
    wanted: str
    quantity: int
    reserved: int
    issued: int
    used: int
    given_back: int

    @classmethod
    def of(cls, row: RequisitionLine) -> "RequisitionLineOut":
        """Build the view of a line."""
        names = ("quantity", "reserved", "issued", "used", "given_back")
        return cls(
            id=row.pk, part=row.part.code, wanted=row.wanted.code, **{name: getattr(row, name) for name in names}
        )


class RequisitionOut(Schema):
    """A requisition with its lines."""

    number: str
    state: str
    version: int
    purpose: str
    case: str | None
    job: str
    asked_by: str
    receiver: str
    created_at: datetime
    lines: list[RequisitionLineOut]

    @classmethod
    def of(cls, row: Requisition) -> "RequisitionOut":
        """Build the view of a requisition."""
        return cls(
            number=row.number, state=row.state, version=row.version, purpose=row.purpose,
            case=row.case.number if row.case else None, job=row.job_name, asked_by=row.asked_by.username,
            receiver=row.receiver.username, created_at=row.created_at,
            lines=[RequisitionLineOut.of(line) for line in row.lines.all()],
        )  # fmt: skip


class RequisitionPage(Schema):
    """A page of requisitions."""

    items: list[RequisitionOut]
    next: str | None


class WantedIn(In):
    """So many of a part."""

    part: Code
    quantity: Pieces = 1


class JobPartsIn(In):
    """Which parts a job needs: a visit, a repair."""

    lines: Annotated[list[WantedIn], Field(min_length=1, max_length=50)]
    purpose: Annotated[str, words(300, 1)]

    def pairs(self) -> list[tuple[Part, int]]:
        """The parts with their quantities."""
        return [(part_named("lines", line.part), line.quantity) for line in self.lines]


class UsedPartIn(In):
    """So many of an issued line, or of a ``part`` by its number out of the own stock of the job's people."""

    line: Count = 0
    part: Code = ""
    quantity: Pieces
    lot: Code = ""


class RequisitionIn(JobPartsIn):
    """Which parts, for what; ``receiver`` left out is the caller."""

    case: Code = ""
    receiver: Line = ""


class PieceIn(In):
    """So many of a line, from a place."""

    line: Count
    quantity: Pieces
    place: Code
    lot: Code = ""


class IssueIn(In):
    """What is handed out; ``scanned`` are the codes that were read, one a line, checked where they are given."""

    pieces: Annotated[list[PieceIn], Field(min_length=1, max_length=50)]
    scanned: MaybeText = ""
    version: Count | None = None


class PartTransferIn(In):
    """From a place to a place of ours, or into the stock of the ``receiver``."""

    part: Code
    source: Code
    destination: Code = ""
    receiver: Line = ""
    quantity: Pieces
    condition: Code = Condition.GOOD.value
    lot: Code = ""
    reason: Annotated[str, words(300)] = ""


def _requisition(request: HttpRequest, number: str) -> Requisition:
    return found(requisition_for(request.user, number))


@router.get("", response=StockPage, summary="List parts")
def stock(request: HttpRequest, page: PageQuery, words: Words = "") -> StockPage:
    """Parts with what is there, by words of number, name, model and specification."""
    require(request.user, perm.PARTS_VIEW)
    items, following = cut(by_words(visible_to(request.user), words, "part__"), page)
    return StockPage(items=[StockOut.of(row) for row in items], next=following)


@router.get("/idle", response=IdleStockPage, summary="List idle stock")
def idle(request: HttpRequest, page: PageQuery, why: Code = "", days: IdleDays = None) -> IdleStockPage:
    """Stock that is long unmoved, above its maximum, obsolete or defective, by reason and days (PRT-05)."""
    require(request.user, perm.PARTS_VIEW)
    if why:
        known("why", why, set(Idle.values))
    items, following = cut(idle_stock(request.user, why, days), page)
    sees = sees_money(request)
    return IdleStockPage(items=[IdleStockOut.made(row, shows_money=sees) for row in items], next=following)


@router.get("/moves", response=MovePage, summary="The ledger")
def moves(request: HttpRequest, page: PageQuery, part: Code = "", paper: Code = "") -> MovePage:
    """The newest moves first: by part, by paper (PRT-03)."""
    require(request.user, perm.PARTS_VIEW)
    rows = moves_for(request.user).select_related("part", "source", "destination", "by")
    if part:
        rows = rows.filter(part=part_named("part", part))
    if paper:
        rows = rows.filter(reference=paper)
    items, following = cut(rows, page)
    return MovePage(items=[StockMoveOut.of(row) for row in items], next=following)


@router.post("/transfers", response={201: StockMoveOut}, summary="Move parts between places")
def transfer(request: HttpRequest, data: PartTransferIn) -> StockMoveOut:
    """Move parts without a requisition: to a bin, a warehouse, into an engineer's stock and back (PRT-13)."""
    require(request.user, perm.PARTS_KEEP)
    if bool(data.destination) == bool(data.receiver):
        raise WrongFields({"destination": _("Choose a place or an engineer.")})
    target = colleague("receiver", data.receiver) if data.receiver else place_named("destination", data.destination)
    row = keeping.transfer(
        part=part_named("part", data.part), by=person(request), source=place_named("source", data.source),
        destination=target, quantity=data.quantity, lot=data.lot, reason=data.reason,
        condition=known("condition", data.condition, set(Condition.values)),
    )  # fmt: skip
    return StockMoveOut.of(row)


@router.get("/requisitions", response=RequisitionPage, summary="List requisitions")
def requisition_list(request: HttpRequest, page: PageQuery, state: Code = "") -> RequisitionPage:
    """The newest requisitions first, by state."""
    require(request.user, perm.PARTS_VIEW)
    rows = requisitions_for(request.user).select_related("case", "asked_by", "receiver")
    if state:
        rows = rows.filter(state=known("state", state, set(RequisitionState.values)))
    items, following = cut(rows.prefetch_related("lines__part", "lines__wanted"), page)
    return RequisitionPage(items=[RequisitionOut.of(row) for row in items], next=following)


@router.post("/requisitions", response={201: RequisitionOut}, summary="Ask for parts")
def ask(request: HttpRequest, data: RequisitionIn) -> RequisitionOut:
    """Ask for parts; the head of after-sales approves (PRT-12, PRT-13)."""
    require(request.user, perm.PARTS_ASK)
    receiver = colleague("receiver", data.receiver) if data.receiver else None
    case = case_of(request, data.case) if data.case else None
    row = requisitions.ask(by=person(request), lines=data.pairs(), purpose=data.purpose, receiver=receiver, case=case)
    return RequisitionOut.of(_requisition(request, row.number))


@router.get("/requisitions/{number}", response=RequisitionOut, summary="One requisition")
def requisition(request: HttpRequest, number: str) -> RequisitionOut:
    """One requisition with its lines."""
    return RequisitionOut.of(_requisition(request, number))


@router.post("/requisitions/{number}/issue", response=RequisitionOut, summary="Issue parts")
def issue(request: HttpRequest, number: str, data: IssueIn) -> RequisitionOut:
    """Hand reserved parts out to the receiver (PRT-13, PRT-14)."""
    row = _requisition(request, number)
    require(request.user, perm.PARTS_KEEP, row)
    places = {place.code: place for place in Place.objects.filter(code__in=[piece.place for piece in data.pieces])}
    pieces = []
    for piece in data.pieces:
        place = places[known("place", piece.place, places)]
        line = requisitions.line_of(row, {"line": piece.line})
        pieces.append(requisitions.Piece(line, piece.quantity, place, piece.lot))
    requisitions.issue(row=row, by=person(request), pieces=pieces, scanned=data.scanned, expected_version=data.version)
    return RequisitionOut.of(_requisition(request, number))


@router.get("/{code}", response=PartOut, summary="One part")
def part(request: HttpRequest, code: str) -> PartOut:
    """One part with where it lies."""
    row = found(for_page(request.user, code))
    balances = [
        StockBalanceOut(place=one.place.code, condition=one.condition, lot=one.lot, quantity=one.quantity)
        for one in balances_of(row.part)
    ]  # fmt: skip
    return PartOut(**StockOut.of(row).dict(), balances=balances)
