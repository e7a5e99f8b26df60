"""Other lines, windows or units: which alarms there would have been. Reads counters only and writes nothing."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet
from numpy.typing import NDArray

from bihuan.core.policy.schema.monitor import Monitor
from bihuan.quality.monitor.facts import add_months, month_of
from bihuan.quality.monitor.models import Cell, Counter, Exposure, Kind
from bihuan.quality.monitor.windows import Bounds, bounds, units
from bihuan.stats.rates import exceeds

MONTHS = 24
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Crossing:
    """A cell that came above the line in a month, with the figures of that month's end."""

    cell: Cell
    month: date
    count: int
    exposure: int


@dataclass(frozen=True)
class Rows:
    """Counters or exposures as columns: the cell's or scope's place, days and months as numbers, how many."""

    place: Ints
    period: Ints
    until: Ints
    age: Ints
    number: Ints


def crossings(cells: QuerySet[Cell], rules: Monitor, line: tuple[int, int], today: date) -> list[Crossing]:
    """Every crossing of the past two years, month by month, the newest first; three queries, however many cells."""
    known = list(cells.order_by("pk"))
    if not known:
        return []
    ends = [_end(add_months(month_of(today), shift), today) for shift in range(-MONTHS, 1)]
    counters, behind = _counters(cells, known, rules, today), _exposures(known, rules, today)
    scopes = _places(cell.scope for cell in known)
    of_cell = np.array([scopes[cell.scope] for cell in known], dtype=np.int64)
    before: NDArray[np.bool_] | None = None
    found: list[Crossing] = []
    for end in ends:
        window = bounds(rules.window, end)
        count = _sum(counters, _within(counters, window, end), len(known))
        exposure = _sum(behind, _behind(behind, rules, window), len(scopes))[of_cell]
        above = _above(count, exposure, line)
        if before is not None:
            for place in np.flatnonzero(above & ~before):
                item = known[int(place)]
                found.append(Crossing(item, month_of(end), int(count[place]), int(exposure[place])))
        before = above
    return sorted(found, key=lambda item: (item.month, item.count), reverse=True)


def _end(month: date, today: date) -> date:
    return min(add_months(month, 1) - timedelta(days=1), today)


def _places(scopes: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for scope in scopes:
        found.setdefault(scope, len(found))
    return found


def _counters(cells: QuerySet[Cell], known: list[Cell], rules: Monitor, today: date) -> Rows:
    """Counters of the window's kind; of a month and an age the complaint's own month follows."""
    place = {cell.pk: index for index, cell in enumerate(known)}
    kind = bounds(rules.window, today).kind
    wanted = Counter.objects.filter(cell__in=cells.order_by().values("pk"), kind=kind)
    rows = wanted.values_list("cell_id", "period", "age", "count")
    data = [
        (place[cell], period.toordinal(), _complained(kind, period, age).toordinal(), age, number)
        for cell, period, age, number in rows.iterator(chunk_size=10_000)
    ]
    return _columns(data)


def _complained(kind: Kind, period: date, age: int) -> date:
    return period if kind == Kind.COMPLAINT else add_months(period, max(age, 0))


def _exposures(known: list[Cell], rules: Monitor, today: date) -> Rows:
    scopes = _places(cell.scope for cell in known)
    window = bounds(rules.window, today)
    first = bounds(rules.window, _end(add_months(month_of(today), -MONTHS), today)).first
    ever = Bounds(window.kind, first, window.last, window.age, first)
    levels = {cell.level for cell in known}
    rows = Exposure.objects.filter(units(rules, ever)).values_list("scope", "period", "quantity")
    data = [
        (scopes[scope], period.toordinal(), period.toordinal(), 0, quantity)
        for scope, period, quantity in rows.filter(_of(levels)).iterator(chunk_size=10_000)
        if scope in scopes
    ]
    return _columns(data)


def _of(levels: set[str]) -> Q:
    found = Q()
    for level in sorted(levels):
        found |= Q(scope__startswith=f"{level}:")
    return found


def _columns(data: list[tuple[int, int, int, int, int]]) -> Rows:
    table = np.array(data, dtype=np.int64).reshape(-1, 5)
    return Rows(*(table[:, index] for index in range(5)))


def _within(rows: Rows, window: Bounds, end: date) -> NDArray[np.bool_]:
    inside = (rows.period >= window.first.toordinal()) & (rows.period <= window.last.toordinal())
    inside &= rows.until <= end.toordinal()
    return inside & (rows.age <= window.age) if window.age is not None else inside


def _behind(rows: Rows, rules: Monitor, window: Bounds) -> NDArray[np.bool_]:
    last = window.last if window.kind == Kind.COMPLAINT else add_months(window.last, 1) - timedelta(days=1)
    inside = rows.period <= last.toordinal()
    return inside if rules.denominator == "in_service" else inside & (rows.period >= window.first.toordinal())


def _sum(rows: Rows, inside: NDArray[np.bool_], size: int) -> Ints:
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, rows.place[inside], rows.number[inside])
    return total


def _above(count: Ints, exposure: Ints, line: tuple[int, int]) -> NDArray[np.bool_]:
    above = np.zeros(count.size, dtype=np.bool_)
    known = np.flatnonzero((exposure > 0) & (count > 0))
    if known.size:
        above[known] = exceeds(count[known], exposure[known], *line)
    return above
