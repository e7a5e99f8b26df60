"""A day's routes for many engineers: who goes where in which order (WO-03, WO-18, WO-32). Numbers only, no database.

The search is PyVRP's (Wouda, Lan and Kool 2024, doi:10.1287/ijoc.2023.0055): vehicles are engineers, each from his own
home and back, windows are the customers' times, and who may not go to a place finds no road to it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import asin, cos, radians, sin, sqrt
from typing import Any

EARTH_KM = 6371.0
NO_ROAD = 1_000_000
WORTH = 100_000
KEPT_WORTH = 50_000_000
DAY_MINUTES = 24 * 60


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

    def minutes(self, one: Place, other: Place) -> int:
        """How long the way takes; at one customer there is none."""
        if one == other or (one.customer is not None and one.customer == other.customer):
            return 0
        if None not in (one.latitude, one.longitude, other.latitude, other.longitude):
            return round(air_line(one, other) * self.detour / self.speed_kmh * 60)
        return self.near_minutes if one.region is not None and one.region == other.region else self.far_minutes


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


@dataclass(frozen=True)
class Leg:
    """One stop of a route: when its work begins, and how long the way to it was."""

    stop: Stop
    starts: int
    travel: int


@dataclass
class Plan:
    """The routes by worker, and what found no place."""

    routes: dict[int, list[Leg]] = field(default_factory=dict)
    left: list[Stop] = field(default_factory=list)


def solve(
    stops: Sequence[Stop], workers: Sequence[Worker], travel: Travel, *, seconds: float = 6.0, seed: int = 1,
    report: Callable[[], object] | None = None,
) -> Plan:  # fmt: skip
    """Plan the day: as many visits as can be made in time, the urgent ones first, with the least travelling.

    Returns the best plan that was found within ``seconds``; a small day ends sooner. ``report`` is called before the
    search, so that a job shows where it is.
    """
    if not stops or not workers:
        return Plan({worker.key: [] for worker in workers}, list(stops))
    from pyvrp import solve as search
    from pyvrp.stop import MaxRuntime, MultipleCriteria, NoImprovement

    if report is not None:
        report()
    data = _data(stops, workers, travel)
    patience = 400 + 60 * len(stops)
    stop = MultipleCriteria([MaxRuntime(seconds), NoImprovement(patience)])
    best = search(data, stop, seed=seed, collect_stats=False, display=False).best
    plan = Plan({worker.key: [] for worker in workers})
    for route in best.routes():
        worker = workers[route.vehicle_type()]
        visited = [stops[activity.idx] for activity in route if activity.is_client()]
        plan.routes[worker.key] = timed(worker, visited, travel)
    placed = {leg.stop.key for legs in plan.routes.values() for leg in legs}
    plan.left = [one for one in stops if one.key not in placed]
    return plan


def timed(worker: Worker, visited: Iterable[Stop], travel: Travel) -> list[Leg]:
    """A route with its times: each stop as early as the way and its window allow."""
    legs, at, now = list[Leg](), worker.home, worker.start
    for stop in visited:
        way = travel.minutes(at, stop.place)
        begins = max(now + way, stop.earliest)
        legs.append(Leg(stop, begins, way))
        at, now = stop.place, begins + stop.minutes
    return legs


def _data(stops: Sequence[Stop], workers: Sequence[Worker], travel: Travel) -> Any:
    """The problem as PyVRP wants it: places are homes first, then stops; each set of allowed stops is a profile."""
    import numpy as np
    from pyvrp import Client, Depot, Location, ProblemData, VehicleType

    places = [*(worker.home for worker in workers), *(stop.place for stop in stops)]
    known: dict[tuple[Place, Place], int] = {}
    ways = np.array([[_way(known, travel, one, other) for other in places] for one in places], dtype=np.int64)
    profiles: dict[tuple[int, ...], int] = {}
    of_worker = [
        profiles.setdefault(tuple(n for n, stop in enumerate(stops) if worker.key not in stop.allowed), len(profiles))
        for worker in workers
    ]
    matrices = [_without(ways, [len(workers) + n for n in forbidden]) for forbidden in profiles]
    clients = [
        Client(
            location=len(workers) + place, service_duration=stop.minutes, tw_early=stop.earliest, tw_late=stop.latest,
            required=False, prize=KEPT_WORTH if stop.kept else WORTH * (1 + stop.priority),
        )
        for place, stop in enumerate(stops)
    ]  # fmt: skip
    vehicles = [
        VehicleType(
            1, start_depot=place, end_depot=place, tw_early=worker.start, tw_late=worker.end, profile=of_worker[place],
        )
        for place, worker in enumerate(workers)
    ]  # fmt: skip
    locations = [Location(place.latitude or 0.0, place.longitude or 0.0) for place in places]
    depots = [Depot(location=place) for place in range(len(workers))]
    return ProblemData(locations, clients, depots, vehicles, matrices, matrices)


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
