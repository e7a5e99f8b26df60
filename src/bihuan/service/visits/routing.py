"""A day's routes for many engineers: who goes where in which order (WO-03, WO-18, WO-32). Numbers only, no database.

The search is PyVRP's (Wouda, Lan and Kool 2024, doi:10.1287/ijoc.2023.0055): vehicles are engineers, each from his own
home and back, windows are the customers' times, and who may not go to a place finds no road to it. PyVRP knows no
midday rest: it searches a day from which the rest is cut out; ``inserting`` lays the rest into each route and finds a
place for what did not fit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import asin, cos, radians, sin, sqrt
from time import monotonic
from typing import Any

EARTH_KM = 6371.0
NO_ROAD = 1_000_000
WORTH = 100_000
KEPT_WORTH = 50_000_000
EATS_EARLIER = 60
SEARCHING = 0.7
LEAST_SEARCH = 0.1


@dataclass(frozen=True)
class Place:
    """Where something is: degrees if they are known, the region, and the customer."""

    latitude: float | None = None
    longitude: float | None = None
    region: int | None = None
    customer: int | None = None


@dataclass(frozen=True)
class Travel:
    """Minutes between places: by air line, detour and speed where degrees are known, else by region."""

    speed_kmh: float = 45.0
    detour: float = 1.3
    near_minutes: int = 30
    far_minutes: int = 150
    step: int = 1

    def minutes(self, one: Place, other: Place) -> int:
        """How long the way takes, up to a whole ``step``; at one customer there is none."""
        return -(-self._minutes(one, other) // self.step) * self.step

    def _minutes(self, one: Place, other: Place) -> int:
        if one == other or (one.customer is not None and one.customer == other.customer):
            return 0
        if None not in (one.latitude, one.longitude, other.latitude, other.longitude):
            return round(air_line(one, other) * self.detour / self.speed_kmh * 60)
        return self.near_minutes if one.region is not None and one.region == other.region else self.far_minutes


class Remembered:
    """The ways of a day, each worked out once; places are known by who they are, not by what they say."""

    def __init__(self, travel: Travel) -> None:
        self.travel, self.known = travel, dict[tuple[int, int], int]()

    def minutes(self, one: Place, other: Place) -> int:
        """How long the way takes."""
        key = (id(one), id(other))
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self.travel.minutes(one, other)
        return found


Ways = Travel | Remembered


def air_line(one: Place, other: Place) -> float:
    """Kilometres on the sphere (haversine formula)."""
    first, second = radians(one.latitude or 0), radians(other.latitude or 0)
    turn = radians((other.longitude or 0) - (one.longitude or 0))
    half = sin((second - first) / 2) ** 2 + cos(first) * cos(second) * sin(turn / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


@dataclass(frozen=True)
class Stop:
    """A visit to be made: it begins within its window, in minutes of the day; only some may go.

    ``kept`` is planned already: its engineer and its time stand, the others are laid around it.
    """

    key: int
    place: Place
    minutes: int
    earliest: int
    latest: int
    allowed: frozenset[int]
    priority: int = 0
    kept: bool = False


@dataclass(frozen=True)
class Worker:
    """An engineer on that day: from where, from when to when."""

    key: int
    home: Place
    start: int
    end: int
    rests: bool = True


@dataclass(frozen=True)
class Rest:
    """The company's midday rest, in minutes of the day; on the road it begins up to an hour before its time or while
    it lasts."""

    start: int
    minutes: int

    @property
    def earliest(self) -> int:
        """Before this nobody eats."""
        return self.start - EATS_EARLIER

    @property
    def latest(self) -> int:
        """Later than this nobody waits for his meal."""
        return self.start + self.minutes

    def squeezed(self, moment: int) -> int:
        """A moment on a day without the rest."""
        return min(moment, max(self.start, moment - self.minutes))


@dataclass(frozen=True)
class Leg:
    """One stop of a route: when its work begins, how long the way to it was, when the rest before it began."""

    stop: Stop
    starts: int
    travel: int
    rest: int | None = None


@dataclass
class Plan:
    """The routes by worker, and what found no place."""

    routes: dict[int, list[Leg]] = field(default_factory=dict)
    left: list[Stop] = field(default_factory=list)


def solve(
    stops: Sequence[Stop], workers: Sequence[Worker], travel: Travel, *, rest: Rest | None = None,
    seconds: float = 7.0, seed: int = 1, report: Callable[[], object] | None = None,
) -> Plan:  # fmt: skip
    """Plan the day: as many visits as can be made in time, the urgent ones first, with the least travelling.

    Returns the best plan that was found within ``seconds``; a small day ends sooner. ``report`` is called before the
    search, so that a job shows where it is.
    """
    from bihuan.service.visits.inserting import settled

    plan = Plan({worker.key: [] for worker in workers}, list(stops))
    if not stops or not workers:
        return plan
    if report is not None:
        report()
    started = monotonic()
    routes = _searched(stops, workers, travel, rest, started + seconds * SEARCHING, seed)
    return settled(routes, stops, workers, travel, rest, started + seconds)


def _searched(
    stops: Sequence[Stop], workers: Sequence[Worker], travel: Travel, rest: Rest | None, until: float, seed: int
) -> dict[int, list[Stop]]:
    """What PyVRP finds: the stops of each worker in their order."""
    from pyvrp import solve as search
    from pyvrp.stop import MaxRuntime, MultipleCriteria, NoImprovement

    offered = [(stop, window) for stop in stops for window in windows(stop, rest)]
    data = _data(offered, workers, travel, rest)
    stop = MultipleCriteria([MaxRuntime(max(until - monotonic(), LEAST_SEARCH)), NoImprovement(400 + 60 * len(stops))])
    best = search(data, stop, seed=seed, collect_stats=False, display=False).best
    found: dict[int, list[Stop]] = {worker.key: [] for worker in workers}
    for route in best.routes():
        visited = [offered[activity.idx][0] for activity in route if activity.is_client()]
        found[workers[route.vehicle_type()].key] = visited
    return found


Window = tuple[int, int, int]


def windows(stop: Stop, rest: Rest | None) -> list[Window]:
    """When a stop may begin on a day without the rest, and how long it lasts there.

    A long one that may begin before the rest or after it has two windows, so that nobody waits for his meal.
    """
    if rest is None:
        return [(stop.earliest, stop.latest, stop.minutes)]
    early, late = rest.squeezed(stop.earliest), rest.squeezed(stop.latest)
    if stop.kept:
        return [(early, late, max(1, rest.squeezed(stop.earliest + stop.minutes) - early))]
    eats_after = max(rest.latest - stop.minutes, rest.earliest if stop.minutes > rest.latest - rest.earliest else 0)
    if late <= eats_after or early >= rest.start or rest.start + stop.minutes <= rest.latest:
        return [(early, late, stop.minutes)]
    before, after = (early, eats_after, stop.minutes), (max(early, rest.start), late, stop.minutes)
    return [window for window in (before, after) if window[0] <= window[1]]


def timed(worker: Worker, visited: Sequence[Stop], travel: Ways, rest: Rest | None = None) -> list[Leg]:
    """A route with its times: each stop as early as the way, its window and the rest allow."""
    return tried(worker, visited, travel, rest)[1]


def tried(
    worker: Worker, visited: Sequence[Stop], travel: Ways, rest: Rest | None = None
) -> tuple[int, list[Leg]]:  # fmt: skip
    """How many minutes a route is too late for its windows, its rest and the end of the day, and its legs."""
    if rest is None or not worker.rests or worker.start >= rest.latest or not visited:
        return _walked(worker, visited, travel, None, 0)
    best = min(
        (_walked(worker, visited, travel, rest, before) for before in range(len(visited) + 1)),
        key=lambda one: (one[0], one[1][-1].starts, abs(_rest_of(one[1], rest) - rest.start)),
    )
    if best[0]:
        within = _walked(worker, visited, travel, None, 0)
        if within[0] < best[0] and any(_holds(leg, rest) for leg in within[1]):
            return within
    return best


def _rest_of(legs: list[Leg], rest: Rest) -> int:
    return next((leg.rest for leg in legs if leg.rest is not None), rest.start)


def _holds(leg: Leg, rest: Rest) -> bool:
    """Whether a visit is so long that people eat there."""
    return leg.starts <= rest.earliest and leg.starts + leg.stop.minutes >= rest.latest


def _walked(
    worker: Worker, visited: Sequence[Stop], travel: Ways, rest: Rest | None, before: int
) -> tuple[int, list[Leg]]:  # fmt: skip
    """One way through the stops, with the rest on the way to the stop ``before``, or after the last one."""
    legs, at, now, late = list[Leg](), worker.home, worker.start, 0
    for place, stop in enumerate(visited):
        way, rested = travel.minutes(at, stop.place), None
        begins = max(now + way, stop.earliest)
        if rest is not None and place == before:
            rested = max(now, rest.earliest)
            there = rested + rest.minutes + max(0, way - (rested - now))
            begins = max(there, stop.earliest)
            rested = min(max(rested, rest.start), rested + begins - there)
            late += max(0, rested - rest.latest)
        late += max(0, begins - stop.latest)
        legs.append(Leg(stop, begins, way, rested))
        at, now = stop.place, begins + stop.minutes
    if rest is not None and before == len(visited):
        late += max(0, now - rest.latest)
    return late + max(0, now + travel.minutes(at, worker.home) - worker.end), legs


def _data(
    offered: Sequence[tuple[Stop, Window]], workers: Sequence[Worker], travel: Travel, rest: Rest | None
) -> Any:  # fmt: skip
    """The problem as PyVRP wants it: places are homes first, then stops; each set of allowed stops is a profile."""
    import numpy as np
    from pyvrp import Client, ClientGroup, Depot, Location, ProblemData, VehicleType

    places = [*(worker.home for worker in workers), *(stop.place for stop, _window in offered)]
    known: dict[tuple[Place, Place], int] = {}
    ways = np.array([[_way(known, travel, one, other) for other in places] for one in places], dtype=np.int64)
    profiles: dict[tuple[int, ...], int] = {}
    of_worker = [
        profiles.setdefault(
            tuple(n for n, (stop, _window) in enumerate(offered) if worker.key not in stop.allowed), len(profiles)
        )
        for worker in workers
    ]
    matrices = [_without(ways, [len(workers) + n for n in forbidden]) for forbidden in profiles]
    same: dict[int, list[int]] = {}
    for place, (stop, _window) in enumerate(offered):
        same.setdefault(stop.key, []).append(place)
    pairs = [members for members in same.values() if len(members) > 1]
    group_of = {place: group for group, members in enumerate(pairs) for place in members}
    clients = [
        Client(
            location=len(workers) + place, service_duration=minutes, tw_early=early, tw_late=late, required=False,
            prize=KEPT_WORTH if stop.kept else WORTH * (1 + stop.priority), group=group_of.get(place),
        )
        for place, (stop, (early, late, minutes)) in enumerate(offered)
    ]  # fmt: skip
    squeezed = rest.squeezed if rest is not None else int
    vehicles = [
        VehicleType(
            1, start_depot=place, end_depot=place, tw_early=squeezed(worker.start), tw_late=squeezed(worker.end),
            profile=of_worker[place],
        )
        for place, worker in enumerate(workers)
    ]  # fmt: skip
    locations = [Location(place.latitude or 0.0, place.longitude or 0.0) for place in places]
    depots = [Depot(location=place) for place in range(len(workers))]
    groups = [ClientGroup(members, required=False) for members in pairs]
    return ProblemData(locations, clients, depots, vehicles, matrices, matrices, groups)


def _way(known: dict[tuple[Place, Place], int], travel: Travel, one: Place, other: Place) -> int:
    """The way between two places, worked out once for both directions."""
    found = known.get((one, other))
    if found is None:
        found = known[(one, other)] = known[(other, one)] = travel.minutes(one, other)
    return found


def _without(ways: Any, forbidden: list[int]) -> Any:
    """The ways of those who may not go to some places."""
    import numpy as np

    found = np.array(ways)
    found[forbidden, :] = NO_ROAD
    found[:, forbidden] = NO_ROAD
    np.fill_diagonal(found, 0)
    return found
