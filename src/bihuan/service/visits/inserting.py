"""After the search: the rest is laid into each route, and what found no place is inserted, moving others if need be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from time import monotonic

from bihuan.service.visits.routing import Plan, Remembered, Rest, Stop, Travel, Worker, tried

Routes = dict[int, list[Stop]]
Found = tuple[int, int, list[Stop]]
MOST_MOVES = 3


def settled(
    routes: Routes, stops: Sequence[Stop], workers: Sequence[Worker], travel: Travel, rest: Rest | None,
    until: float,
) -> Plan:  # fmt: skip
    """The routes with their times: nothing in them is late, and as little as possible is left.

    What is late is taken out, then everything without a place is tried, the urgent first: where it costs the least
    way; else where others make room that find a place themselves, up to three in a row; else instead of a less urgent
    one. It ends at ``until`` of the running clock with what it has.
    """
    ways = Remembered(travel)
    day = _Day(routes, {worker.key: worker for worker in workers}, ways, rest, until)
    for key in list(routes):
        kept = sorted((one for one in stops if one.kept and key in one.allowed), key=lambda one: one.earliest)
        day.tolerated[key] = day.late(key, kept)
        day.lighten(key)
    placed = {stop.key for rows in day.routes.values() for stop in rows}
    for stop in sorted((one for one in stops if one.key not in placed), key=lambda one: (-one.kept, -one.priority)):
        day.place(stop)
    plan = Plan({key: tried(day.workers[key], rows, ways, rest)[1] for key, rows in day.routes.items()})
    placed = {leg.stop.key for legs in plan.routes.values() for leg in legs}
    plan.left = [one for one in stops if one.key not in placed]
    return plan


@dataclass
class _Day:
    """The routes while they are being changed; ``tolerated`` is how late what is planned already makes each."""

    routes: Routes
    workers: dict[int, Worker]
    travel: Remembered
    rest: Rest | None
    until: float
    tolerated: dict[int, int] = field(default_factory=dict)

    def late(self, key: int, rows: Sequence[Stop]) -> int:
        """How late a route would be."""
        return tried(self.workers[key], rows, self.travel, self.rest)[0]

    def way(self, key: int, rows: Sequence[Stop]) -> int:
        """The travelling of a route, home again included."""
        home = self.workers[key].home
        places = [home, *(stop.place for stop in rows), home]
        return sum(self.travel.minutes(one, other) for one, other in pairwise(places))

    def lighten(self, key: int) -> None:
        """Take out what makes a route late, the least urgent that helps; what is kept stays."""
        while self.late(key, self.routes[key]) > self.tolerated[key]:
            movable = [stop for stop in self.routes[key] if not stop.kept]
            if not movable:
                return
            gone = min(movable, key=lambda stop: (self.late(key, self._without(key, stop)), stop.priority, stop.key))
            self.routes[key] = self._without(key, gone)

    def _without(self, key: int, gone: Stop) -> list[Stop]:
        return [stop for stop in self.routes[key] if stop.key != gone.key]

    def place(self, stop: Stop) -> bool:
        """Give a stop a place; returns whether it has one now."""
        found = self.cheapest(stop)
        if found is not None:
            self.routes[found[1]] = found[2]
            return True
        if any(self._make_room(stop, moves, frozenset({stop.key})) for moves in range(1, MOST_MOVES + 1)):
            return True
        return self._instead(stop)

    def cheapest(self, stop: Stop) -> Found | None:
        """Where a stop costs the least way: minutes, worker, his route then."""
        keys = sorted(key for key in self.routes if key in stop.allowed)
        return min((one for key in keys for one in self._ways_in(key, self.routes[key], stop)), default=None,
                   key=lambda one: one[:2])  # fmt: skip

    def _ways_in(self, key: int, rows: Sequence[Stop], stop: Stop) -> Iterator[Found]:
        before = self.way(key, rows)
        for place in range(len(rows) + 1):
            longer = [*rows[:place], stop, *rows[place:]]
            if self.late(key, longer) <= self.tolerated[key]:
                yield self.way(key, longer) - before, key, longer

    def _make_room(self, stop: Stop, moves: int, fixed: frozenset[int]) -> bool:
        """Move another visit out of the way and find it a place, for which others may move in turn."""
        for key, other, rows in self._exchanges(stop, fixed):
            if monotonic() > self.until:
                return False
            before, self.routes[key] = self.routes[key], rows
            if moves == 1:
                if (found := self.cheapest(other)) is not None:
                    self.routes[found[1]] = found[2]
                    return True
            elif self._make_room(other, moves - 1, fixed | {other.key}):
                return True
            self.routes[key] = before
        return False

    def _instead(self, stop: Stop) -> bool:
        """Take the place of the least urgent visit that is less urgent; that one waits for another day."""
        less = [one for one in self._exchanges(stop, frozenset()) if stop.kept or one[1].priority < stop.priority]
        if not less:
            return False
        key, _other, rows = min(less, key=lambda one: (one[1].priority, one[0]))
        self.routes[key] = rows
        return True

    def _exchanges(self, stop: Stop, fixed: frozenset[int]) -> Iterator[tuple[int, Stop, list[Stop]]]:
        """Every visit in whose stead a stop would fit, with the route as it were then."""
        for key in sorted(stop.allowed):
            for other in self.routes.get(key, ()):
                if other.kept or other.key in fixed:
                    continue
                inside = min(self._ways_in(key, self._without(key, other), stop), default=None, key=lambda one: one[:2])
                if inside is not None:
                    yield key, other, inside[2]
