"""Dispatching over HTTP: the board, proposed days, wished times, duty rosters, the daily check of the tools."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from bihuan.core.documents.api import PaperOut
from bihuan.core.jobs.models import Job
from bihuan.core.permissions.services import found, person, require
from bihuan.core.rest.fields import Code, Count, Day, In, Line, MaybeText, TimeOfDay, Wide
from bihuan.core.rest.problems import WrongFields
from bihuan.core.rest.routing import Router
from bihuan.service.desk.api.base import case_of
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.boarding import BoardCell, BoardRow, rows_of
from bihuan.service.visits.models import Visit
from bihuan.service.visits.places import Way
from bihuan.service.visits.queries import waiting_cases
from bihuan.service.visits.services.caring import check_tools
from bihuan.service.visits.services.dispatching import accept, ask_for_day, proposal_of
from bihuan.service.visits.services.rostering import issue_roster
from bihuan.service.visits.services.wishing import keep_wish, wish_of

router = Router(tags=["dispatch"])
MOST_DAYS = 31


class WayOut(Schema):
    """The way from the visit before and the time for it, in minutes; ``tight`` where the time does not suffice."""

    minutes: int
    gap: int
    tight: bool


class SlotOut(Schema):
    """A visit in somebody's day; ``way`` is empty for the first of a day."""

    visit: str
    state: str
    starts_at: datetime
    ends_at: datetime
    place: str
    way: WayOut | None

    @classmethod
    def of(cls, way: Way | None, row: Visit) -> "SlotOut":
        """Build the view of a visit on the board."""
        told = WayOut(minutes=way.minutes, gap=way.gap, tight=way.is_tight) if way else None
        return cls(visit=row.number, state=row.state, starts_at=row.starts_at, ends_at=row.ends_at, place=row.place,
                   way=told)  # fmt: skip


class BoardDayOut(Schema):
    """What somebody has on a day; ``absent`` is the reason for which he is away."""

    day: date
    absent: str
    visits: list[SlotOut]

    @classmethod
    def of(cls, cell: BoardCell) -> "BoardDayOut":
        """Build the view of a cell of the board."""
        slots = [SlotOut.of(way, row) for way, row in cell.slots]
        return cls(day=cell.day, absent=cell.absent.reason if cell.absent else "", visits=slots)


class BoardRowOut(Schema):
    """Somebody who goes on visits, with his days.

    ``passed`` are the product lines that he may be sent to, ``ended`` those whose training ends before the last day,
    with it; ``hours`` is the work of his visits against the working hours that he has.
    """

    engineer: str
    region: str
    passed: list[str]
    ended: list[str]
    visits: int
    hours: float
    capacity: float
    overbooked: bool
    days: list[BoardDayOut]

    @classmethod
    def of(cls, row: BoardRow) -> "BoardRowOut":
        """Build the view of a row of the board."""
        return cls(
            engineer=row.person.username, region=str(row.person.region or ""), passed=row.passed, ended=row.ended,
            visits=row.visits, hours=row.hours, capacity=row.capacity, overbooked=row.is_full,
            days=[BoardDayOut.of(cell) for cell in row.cells],
        )  # fmt: skip


class WaitingOut(Schema):
    """A case that waits for a visit, with the time that its customer wishes."""

    case: str
    summary: str
    priority: int | None
    due_at: datetime | None
    wish: str


class BoardOut(Schema):
    """Who is where, and what waits for a visit, the most urgent first."""

    people: list[BoardRowOut]
    waiting: list[WaitingOut]


class DayIn(In):
    """The day to be proposed."""

    day: Day


class ProposedDayOut(Schema):
    """A proposed day: its search, and when it is done the routes by engineer and what found no place."""

    id: int
    state: str
    day: str
    routes: list[dict[str, Any]]
    left: list[dict[str, Any]]

    @classmethod
    def of(cls, row: Job) -> "ProposedDayOut":
        """Build the view of a proposal."""
        plan = row.result or {}
        day = plan.get("day") or row.payload["day"]
        return cls(id=row.pk, state=row.state, day=day, routes=plan.get("routes", []), left=plan.get("left", []))


class AcceptIn(In):
    """Which cases of the proposal are planned as proposed."""

    cases: Annotated[list[Code], Field(min_length=1, max_length=300)]


class RefusedOut(Schema):
    """A case that could not be planned as proposed, and why."""

    case: str
    why: str


class AcceptedOut(Schema):
    """What was planned, and what was refused meanwhile."""

    planned: list[str]
    refused: list[RefusedOut]


class WishIn(In):
    """When the customer wishes the visit to begin; everything empty takes the wish back."""

    day: Day | None = None
    begins: TimeOfDay | None = None
    until: TimeOfDay | None = None
    words: Wide = ""
    person: Line = ""


class WishOut(Schema):
    """The wished time of a case; empty where there is none."""

    case: str
    day: date | None = None
    begins: time | None = None
    until: time | None = None
    words: str = ""
    person: str = ""


class RosterIn(In):
    """The days of a duty roster."""

    first: Day
    last: Day


class ToolsIn(In):
    """What is in order, by the codes of the company's list, and what is not."""

    good: Annotated[list[Code], Field(max_length=100)]
    faults: MaybeText = ""


class ToolsOut(Schema):
    """The check of a day."""

    engineer: str
    day: date
    good: list[str]
    faults: str


@router.get("/board", response=BoardOut, summary="Who is where")
def board(request: HttpRequest, first: Day, days: Count = 7) -> BoardOut:
    """Everybody who goes on visits with training, load, days and ways, and the cases that wait (WO-03, WO-17)."""
    require(request.user, perm.VISITS_PLAN)
    if not 1 <= days <= MOST_DAYS:
        raise WrongFields({"days": _("Between 1 and %(most)s.") % {"most": MOST_DAYS}})
    rows = rows_of(request.user, [first + timedelta(days=offset) for offset in range(days)])
    waiting = [
        WaitingOut(case=case.number, summary=case.summary, priority=case.priority, due_at=case.next_due_at,
                   wish=str(wish_of(case) or ""))
        for case in waiting_cases(request.user)
    ]  # fmt: skip
    return BoardOut(people=[BoardRowOut.of(row) for row in rows], waiting=waiting)


@router.post("/days", response={201: ProposedDayOut}, summary="Have a day proposed")
def propose(request: HttpRequest, data: DayIn) -> Any:
    """Ask for the routes of a day; nothing is planned before it is accepted (WO-03, WO-18)."""
    return ProposedDayOut.of(ask_for_day(day=data.day, by=person(request)))


@router.get("/days/{int:pk}", response=ProposedDayOut, summary="One proposed day")
def proposed(request: HttpRequest, pk: int) -> ProposedDayOut:
    """How far the search is, or what it found."""
    require(request.user, perm.VISITS_PLAN)
    return ProposedDayOut.of(found(proposal_of(request.user, pk)))


@router.post("/days/{int:pk}/acceptance", response=AcceptedOut, summary="Plan what was proposed")
def acceptance(request: HttpRequest, pk: int, data: AcceptIn) -> AcceptedOut:
    """Plan the named cases as proposed; what has changed meanwhile is refused with the reason."""
    require(request.user, perm.VISITS_PLAN)
    row = found(proposal_of(request.user, pk))
    planned, refused = accept(proposal=row, chosen=set(data.cases), by=person(request))
    return AcceptedOut(planned=[one.number for one in planned], refused=[RefusedOut(**one) for one in refused])


@router.get("/wishes/{case}", response=WishOut, summary="The time that the customer wishes")
def wish(request: HttpRequest, case: str) -> WishOut:
    """The wished time of a case that is still to come (WO-18)."""
    row = case_of(request, case)
    require(request.user, perm.VISITS_VIEW, row)
    kept = wish_of(row)
    names = ("day", "begins", "until", "words", "person")
    return WishOut(case=row.number, **{name: getattr(kept, name) for name in names} if kept else {})


@router.post("/wishes/{case}", response=WishOut, summary="Keep the time that the customer wishes")
def keep(request: HttpRequest, case: str, data: WishIn) -> WishOut:
    """Keep it, or take it back; a proposed day keeps to it (WO-18)."""
    row = case_of(request, case)
    require(request.user, perm.VISITS_PLAN, row)
    keep_wish(case=row, by=person(request), **data.dict())
    return wish(request, case)


@router.post("/rosters", response={201: PaperOut}, summary="Issue a duty roster")
def roster(request: HttpRequest, data: RosterIn) -> Any:
    """Freeze who is where as a numbered paper; issued again it is the next revision (WO-17)."""
    return PaperOut.of(issue_roster(first=data.first, last=data.last, by=person(request)))


@router.post("/tools", response=ToolsOut, summary="Keep today's check of the tools")
def tools(request: HttpRequest, data: ToolsIn) -> ToolsOut:
    """Keep one's own check of the day; a second one replaces it (WO-27)."""
    row = check_tools(by=person(request), good=data.good, faults=data.faults)
    return ToolsOut(engineer=person(request).username, day=row.day, good=row.good, faults=row.faults)
