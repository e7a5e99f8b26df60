"""Counts, scrappings and discrepancies of parts over HTTP, with the rules of the pages."""

from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from bihuan.core.permissions.services import person, require
from bihuan.core.rest.fields import Code, Count, In, SeenIn, words
from bihuan.core.rest.paging import PageQuery
from bihuan.core.rest.problems import known, wrong
from bihuan.core.rest.routing import Router
from bihuan.service.parts import models as m
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.api_base import Pieces, many, one_of, part_named, place_named, sees_money, store_named
from bihuan.service.parts.money import yuan
from bihuan.service.parts.queries import held_by
from bihuan.service.parts.services import counting, scrapping, using
from bihuan.service.parts.services.discrepancies import settle

router = Router(tags=["parts"])
SCRAP = ("part", "place", "asked_by", "move")


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
    version: int
    words: str
    reason: str
    job: str
    used_by: str
    settlement: str
    finding: str

    @classmethod
    def of(cls, row: m.Discrepancy) -> "PartDiscrepancyOut":
        """Build the view of a discrepancy."""
        names = ("number", "state", "version", "words", "reason", "settlement", "finding")
        return cls(job=row.job_name, used_by=row.used_by.username, **{name: getattr(row, name) for name in names})


class PartCountPage(Schema):
    """A page of counts."""

    items: list[PartCountOut]
    next: str | None


class PartScrapOut(Schema):
    """A request to scrap parts; ``amount`` is what left the stock with them, for those who may see money."""

    number: str
    state: str
    version: int
    part: str
    place: str
    condition: str
    lot: str
    quantity: int
    ground: str
    finding: str
    asked_by: str
    amount: Decimal | None

    @classmethod
    def of(cls, row: m.Scrap, *, shows_money: bool) -> "PartScrapOut":
        """Build the view of a scrapping."""
        names = ("number", "state", "version", "condition", "lot", "quantity", "ground", "finding")
        return cls(
            part=row.part.code, place=row.place.code, asked_by=row.asked_by.username,
            amount=yuan(row.move.amount) if shows_money and row.move else None,
            **{name: getattr(row, name) for name in names},
        )  # fmt: skip


class PartDifferenceOut(Schema):
    """A line that is not as the ledger says; shown when everything is counted (PRT-04)."""

    part: str
    condition: str
    lot: str
    expected: int
    counted: int
    cause: str


class PartScrapPage(Schema):
    """A page of scrappings."""

    items: list[PartScrapOut]
    next: str | None


class PartDiscrepancyPage(Schema):
    """A page of discrepancies."""

    items: list[PartDiscrepancyOut]
    next: str | None


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


class PartCauseIn(In):
    """Why a part is not there as the ledger says."""

    part: Code
    condition: Code = m.Condition.GOOD.value
    lot: Code = ""
    cause: Annotated[str, words(200, 1)]


class PartCountCompletionIn(SeenIn):
    """The cause of each surplus and shortage; none where everything agrees."""

    causes: Annotated[list[PartCauseIn], Field(max_length=1000)] = []


class PartReasonIn(SeenIn):
    """Why."""

    reason: Annotated[str, words(300, 1)]


class PartScrapIn(In):
    """What is scrapped, on which ground, and what was found."""

    part: Code
    place: Code
    quantity: Pieces
    condition: Code = m.Condition.DEFECTIVE.value
    lot: Code = ""
    ground: Code
    finding: Annotated[str, words(300, 1)]


class PartBookingIn(SeenIn):
    """Which issued line it was, or which ``part`` of the engineer's own stock, and how many of it."""

    line: Count = 0
    part: Code = ""
    quantity: Pieces
    lot: Code = ""


class PartSettlementIn(SeenIn):
    """What it turned out to be; why, where nothing was booked."""

    settlement: Code
    finding: Annotated[str, words(300)] = ""


def _count(request: HttpRequest, number: str) -> m.Count:
    row: m.Count = one_of(request, m.Count, number, "place")
    return row


def _discrepancy(request: HttpRequest, number: str) -> m.Discrepancy:
    row: m.Discrepancy = one_of(request, m.Discrepancy, number, "used_by", "case", "unit")
    return row


@router.get("/counts", response=PartCountPage, summary="List counts of parts")
def counts(request: HttpRequest, page: PageQuery, state: Code = "") -> PartCountPage:
    """The newest counts first, by state."""
    items, following = many(request, m.Count, m.CountState, state, page, "place")
    return PartCountPage(items=[PartCountOut.of(row) for row in items], next=following)


@router.post("/counts", response={201: PartCountOut}, summary="Begin a count")
def open_count(request: HttpRequest, data: PartCountIn) -> PartCountOut:
    """Begin a count of a place (PRT-04)."""
    require(request.user, perm.PARTS_KEEP)
    kind = known("kind", data.kind, set(m.CountKind.values))
    row = counting.open_count(
        by=person(request), kind=kind, place=store_named("place", data.place), freezes=data.freezes
    )
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
    part = part_named("part", data.part)
    counting.enter_part(
        count=row, by=person(request), part=part, condition=condition, counted=data.counted, lot=data.lot
    )
    return PartCountOut.of(_count(request, number))


@router.get(
    "/counts/{number}/differences", response=list[PartDifferenceOut], summary="What differs from the ledger",
    openapi_extra={"responses": {409: {"$ref": "#/components/responses/Problem409"}}},
)  # fmt: skip
def differences(request: HttpRequest, number: str) -> list[PartDifferenceOut]:
    """Surplus and shortage, once every line has its number: a blind count shows nothing before (PRT-04)."""
    row = _count(request, number)
    require(request.user, perm.PARTS_KEEP, row)
    return [
        PartDifferenceOut(part=one.part.code, condition=one.condition, lot=one.lot, expected=one.expected,
                      counted=one.counted or 0, cause=one.cause)
        for one in counting.found_otherwise(row)
    ]  # fmt: skip


@router.post("/counts/{number}/completion", response=PartCountOut, summary="Finish a count")
def completion(request: HttpRequest, number: str, data: PartCountCompletionIn) -> PartCountOut:
    """Everything is counted and each difference has its cause: the head of after-sales decides (PRT-04)."""
    row = _count(request, number)
    require(request.user, perm.PARTS_KEEP, row)
    lines = {(one.part.code, one.condition, one.lot): one.pk for one in row.lines.all()}
    causes = {}
    for one in data.causes:
        if (pk := lines.get((one.part, one.condition, one.lot))) is None:
            raise wrong("causes", one.part)
        causes[pk] = one.cause
    counting.finish_count(count=row, by=person(request), causes=causes, expected_version=data.version)
    return PartCountOut.of(_count(request, number))


@router.post("/counts/{number}/cancellation", response=PartCountOut, summary="Call a count off")
def cancellation(request: HttpRequest, number: str, data: PartReasonIn) -> PartCountOut:
    """Give a count up; its place moves again (PRT-04)."""
    row = _count(request, number)
    require(request.user, perm.PARTS_KEEP, row)
    counting.cancel_count(count=row, by=person(request), reason=data.reason, expected_version=data.version)
    return PartCountOut.of(_count(request, number))


@router.get("/scraps", response=PartScrapPage, summary="List scrappings of parts")
def scraps(request: HttpRequest, page: PageQuery, state: Code = "") -> PartScrapPage:
    """The newest scrappings first, by state (PRT-05)."""
    items, following = many(request, m.Scrap, m.ScrapState, state, page, *SCRAP)
    sees = sees_money(request)
    return PartScrapPage(items=[PartScrapOut.of(row, shows_money=sees) for row in items], next=following)


@router.post("/scraps", response={201: PartScrapOut}, summary="Ask to scrap parts")
def ask_scrap(request: HttpRequest, data: PartScrapIn) -> PartScrapOut:
    """Ask to scrap obsolete, damaged or long overstocked parts; who decides is policy (PRT-05)."""
    require(request.user, perm.PARTS_KEEP)
    row = scrapping.ask_scrap(
        part=part_named("part", data.part), by=person(request), place=place_named("place", data.place),
        quantity=data.quantity, ground=known("ground", data.ground, set(m.ScrapGround.values)), finding=data.finding,
        condition=known("condition", data.condition, set(m.Condition.values)), lot=data.lot,
    )  # fmt: skip
    return scrap(request, row.number)


@router.get("/scraps/{number}", response=PartScrapOut, summary="One scrapping of parts")
def scrap(request: HttpRequest, number: str) -> PartScrapOut:
    """One scrapping with its state."""
    row = one_of(request, m.Scrap, number, *SCRAP)
    return PartScrapOut.of(row, shows_money=sees_money(request))


@router.get("/discrepancies", response=PartDiscrepancyPage, summary="List parts used without an issue")
def discrepancies(request: HttpRequest, page: PageQuery, state: Code = "") -> PartDiscrepancyPage:
    """The newest discrepancies first, by state (PRT-18)."""
    items, following = many(request, m.Discrepancy, m.DiscrepancyState, state, page, "used_by")
    return PartDiscrepancyPage(items=[PartDiscrepancyOut.of(row) for row in items], next=following)


@router.get("/discrepancies/{number}", response=PartDiscrepancyOut, summary="One discrepancy")
def discrepancy(request: HttpRequest, number: str) -> PartDiscrepancyOut:
    """One discrepancy with what it turned out to be."""
    return PartDiscrepancyOut.of(_discrepancy(request, number))


@router.post("/discrepancies/{number}/booking", response=PartDiscrepancyOut, summary="Book parts from an issue")
def booking(request: HttpRequest, number: str, data: PartBookingIn) -> PartDiscrepancyOut:
    """Book what a report named without an issue from what its engineer holds (PRT-18)."""
    row = _discrepancy(request, number)
    require(request.user, perm.PARTS_KEEP, row)
    line = held_by(row.used_by_id).filter(pk=data.line).first()
    if line is None and (data.line or not data.part):
        raise wrong("line", str(data.line))
    part = None if line else part_named("part", data.part)
    using.book_from(row=row, by=person(request), line=line, part=part, quantity=data.quantity, lot=data.lot,
                    expected_version=data.version)  # fmt: skip
    return PartDiscrepancyOut.of(_discrepancy(request, number))


@router.post("/discrepancies/{number}/settlement", response=PartDiscrepancyOut, summary="Settle a discrepancy")
def settlement(request: HttpRequest, number: str, data: PartSettlementIn) -> PartDiscrepancyOut:
    """Say what it turned out to be: booked from an issue, or why nothing of our stock was used (PRT-18)."""
    row = _discrepancy(request, number)
    require(request.user, perm.PARTS_KEEP, row)
    settle(
        row=row, by=person(request), settlement=known("settlement", data.settlement, set(m.Settlement.values)),
        finding=data.finding, expected_version=data.version,
    )  # fmt: skip
    return PartDiscrepancyOut.of(_discrepancy(request, number))
