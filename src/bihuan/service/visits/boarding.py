"""The dispatch board: who is where, what he has passed, how much he has to do, whether his ways can be made (WO-03).

A row tells the dispatcher what speaks for and against a person before anything is dragged to him; the refusal itself is
the service's.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.utils import timezone

from bihuan.core.calendar.queries import default_data
from bihuan.core.policy.queries import default as rules_in_force
from bihuan.registry.people.models import User
from bihuan.service.visits.calendar import TEAM, token_of
from bihuan.service.visits.models import Absence, Qualification, Visit
from bihuan.service.visits.places import Places, Way, travel_of
from bihuan.service.visits.proposing import next_day_of_work
from bihuan.service.visits.queries import BOOKED, visible_to, waiting_cases
from bihuan.service.visits.rosters import Cell, midnight, of_span, recent_rosters
from bihuan.service.visits.workflow import AHEAD


@dataclass(frozen=True)
class BoardCell:
    """A day of somebody: each visit with the way to it from the one before."""

    day: date
    absent: Absence | None
    slots: tuple[tuple[Way | None, Visit], ...]


@dataclass(frozen=True)
class BoardRow:
    """Somebody with his days, the lines that he may be sent to, and his hours of work against those that he has."""

    person: User
    cells: list[BoardCell]
    passed: list[str]
    ended: list[str]
    visits: int
    hours: float
    capacity: float

    @property
    def is_full(self) -> bool:
        """Whether he has more to do than hours to do it in."""
        return self.hours > self.capacity


@dataclass
class Board:
    """What the rows of a span are made of, read once for everybody."""

    days: list[date]
    places: Places
    training: dict[int, list[Qualification]] = field(default_factory=lambda: defaultdict(list))

    def row(self, person: User, cells: list[Cell]) -> BoardRow:
        """One person's row."""
        passed, ended = trained(self.training[person.pk], self.days[-1])
        visits = {visit.pk: visit for cell in cells for visit in cell.visits}
        span = midnight(self.days[0]), midnight(self.days[-1] + timedelta(days=1))
        free = [cell.day for cell in cells if cell.absent is None]
        return BoardRow(
            person, [self._cell(cell) for cell in cells], passed, ended, len(visits),
            round(sum(work_within(visit, *span) for visit in visits.values()), 1),
            round(sum(_working_hours(midnight(day), midnight(day + timedelta(days=1))) for day in free), 1),
        )  # fmt: skip

    def _cell(self, cell: Cell) -> BoardCell:
        ways = [self._way(one, other) for one, other in pairwise(cell.visits)]
        return BoardCell(cell.day, cell.absent, tuple(zip([None, *ways], cell.visits, strict=False)))

    def _way(self, one: Visit, other: Visit) -> Way:
        where = [self.places.of(visit.case.customer_id, visit.region_id) for visit in (one, other)]
        return Way.between(travel_of(other.policy).minutes(*where), one.ends_at, other.starts_at)


def trained(rows: Iterable[Qualification], last: date) -> tuple[list[str], list[str]]:
    """The lines for which somebody's training holds to the last day, and those for which it ends before it (KNO-05)."""
    until: dict[str, date] = {}
    for row in rows:
        name = str(row.line)
        until[name] = max(until.get(name, date.min), row.valid_until or date.max)
    return (sorted(name for name, day in until.items() if day >= last),
            sorted(f"{name} {day:%Y-%m-%d}" for name, day in until.items() if day < last))  # fmt: skip


def work_within(visit: Visit, start: datetime, end: datetime) -> float:
    """The hours of a visit within a span: the company's hours of work, or where it lies outside of them its own."""
    begin, until = max(visit.starts_at, start), min(visit.ends_at, end)
    return _working_hours(begin, until) or (until - begin).total_seconds() / 3600


def _working_hours(start: datetime, end: datetime) -> float:
    return default_data().working_time_between(start, end).total_seconds() / 3600


def rows_of(user: Any, days: list[date]) -> list[BoardRow]:
    """Everybody who goes on visits; the number of queries depends neither on the people nor on the visits."""
    found = of_span(user, days[0], days[-1])
    customers = {visit.case.customer_id for _one, cells in found for cell in cells for visit in cell.visits}
    board = Board(days, Places(customers))
    rows = Qualification.objects.filter(user__in=[one.pk for one, _cells in found])
    for row in rows.select_related("line"):
        board.training[row.user_id].append(row)
    return [board.row(one, cells) for one, cells in found]


def opening_day(user: Any) -> date:
    """The day on which the board opens: the next on which people can be sent, or an earlier one with a visit ahead."""
    now, day = timezone.now(), next_day_of_work(timezone.localdate())
    ahead = visible_to(user).filter(state__in=BOOKED, ends_at__gt=now, starts_at__lt=midnight(day))
    first = ahead.order_by("starts_at").values_list("starts_at", flat=True).first()
    return day if first is None else timezone.localdate(max(first, now))


def board_context(user: Any, day: date | None, view: str, region: str = "") -> dict[str, Any]:
    """Who is where: engineers as rows, days as columns, and what still waits for a plan (WO-03, WO-17).

    ``region`` shows the people of one region alone; what waits for a visit is shown whole.
    """
    day = day or opening_day(user)
    first = day - timedelta(days=day.weekday()) if view == "week" else day
    days = [first + timedelta(days=offset) for offset in range(7 if view == "week" else 1)]
    step = timedelta(days=7 if view == "week" else 1)
    rows = rows_of(user, days)
    regions = {str(row.person.region_id): row.person.region for row in rows if row.person.region}
    if region in regions:
        rows = [row for row in rows if str(row.person.region_id) == region]
    else:
        region = ""
    calendar = f"{settings.BASE_URL}/v/calendar/team/{token_of(user, TEAM)}.ics"
    return {
        "view": view, "day": day, "days": days, "today": timezone.localdate(), "rows": rows,
        "last": days[-1], "movable": AHEAD, "waiting": waiting_cases(user), "before": first - step,
        "after": first + step, "rosters": recent_rosters(user),
        "asks_training": rules_in_force().visits.needs_qualification, "region": region, "regions": regions,
        "team": regions.get(region, ""), "calendar": f"{calendar}?region={region}" if region else calendar,
    }  # fmt: skip
