"""A whole day for 200 visits and 40 engineers, against sending the nearest engineer first."""

import random
import time

from bihuan.service.visits.routing import Place, Plan, Rest, Stop, Travel, Worker, solve, timed, tried

VISITS, ENGINEERS, LINES, TOWNS = 200, 40, 5, 12
SHIFT = (8 * 60, 18 * 60)
TRAVEL = Travel()
REST = Rest(12 * 60, 60)


def day(seed):
    """Towns in a province of 300 by 300 km, engineers in them, customers around them with windows of three hours."""
    dice = random.Random(seed)
    towns = [(29 + dice.random() * 2.7, 119 + dice.random() * 3) for _town in range(TOWNS)]
    workers, lines = [], []
    for key in range(ENGINEERS):
        home = towns[key % TOWNS]
        workers.append(Worker(key, Place(*home, region=key % TOWNS), *SHIFT))
        lines.append({dice.randrange(LINES) for _line in range(3)} | {key % LINES})
    stops = []
    for key in range(VISITS):
        town = dice.randrange(TOWNS)
        place = Place(towns[town][0] + dice.gauss(0, 0.15), towns[town][1] + dice.gauss(0, 0.15), region=town)
        line, begin = dice.randrange(LINES), dice.choice((480, 540, 600, 660, 780, 840))
        can = frozenset(worker.key for worker in workers if line in lines[worker.key])
        stops.append(Stop(key, place, dice.choice((30, 45, 60)), begin, begin + 180, can, dice.randrange(3)))
    return stops, workers


def nearest_first(stops, workers):
    """What a dispatcher does by hand: the earliest time first, each to the qualified engineer who is nearest by then."""
    routes = {worker.key: [] for worker in workers}
    for stop in sorted(stops, key=lambda one: (one.earliest, -one.priority)):
        can = [worker for worker in workers if worker.key in stop.allowed]
        free = [worker for worker in can if begins(worker, routes[worker.key], stop) <= stop.latest] or can
        best = min(free, key=lambda worker: (way_to(worker, routes[worker.key], stop), worker.key))
        routes[best.key].append(stop)
    return Plan({worker.key: timed(worker, routes[worker.key], TRAVEL) for worker in workers})


def way_to(worker, route, stop):
    return TRAVEL.minutes(route[-1].place if route else worker.home, stop.place)


def begins(worker, route, stop):
    return timed(worker, [*route, stop], TRAVEL)[-1].starts


def late(plan):
    return sum(max(0, leg.starts - leg.stop.latest) for legs in plan.routes.values() for leg in legs)


def travelled(plan, workers):
    homes = {worker.key: worker.home for worker in workers}
    ways = sum(leg.travel for legs in plan.routes.values() for leg in legs)
    return ways + sum(TRAVEL.minutes(legs[-1].stop.place, homes[key]) for key, legs in plan.routes.items() if legs)


def unfit(plan):
    return sum(key not in leg.stop.allowed for key, legs in plan.routes.items() for leg in legs)


def placed(plan):
    return sum(map(len, plan.routes.values()))


def in_time(plan):
    return sum(leg.starts <= leg.stop.latest for legs in plan.routes.values() for leg in legs)


def broken(plan, workers):
    """Routes that are late for a window, the rest or the end of the day."""
    return sum(tried(one, [leg.stop for leg in plan.routes[one.key]], TRAVEL, REST)[0] > 0 for one in workers)


def measure():
    """Five days, each without and with an hour of midday rest; times are the longest, minutes and counts the sums."""
    ours, theirs, rested = [0] * 4, [0] * 4, [0] * 2
    seconds = []
    solve(*day(99), TRAVEL, seconds=0.2)  # what is loaded at the first call
    for seed in range(5):
        stops, workers = day(seed)
        for rest in (None, REST):
            started = time.perf_counter()
            plan = solve(stops, workers, TRAVEL, rest=rest)
            seconds.append(time.perf_counter() - started)
            if rest is None:
                found = (placed(plan), unfit(plan), late(plan), travelled(plan, workers))
                ours = [one + other for one, other in zip(ours, found, strict=True)]
            else:
                rested = [rested[0] + placed(plan), rested[1] + broken(plan, workers)]
        hand = nearest_first(stops, workers)
        found = (placed(hand), in_time(hand), late(hand), travelled(hand, workers))
        theirs = [one + other for one, other in zip(theirs, found, strict=True)]
    return [
        ("seconds to plan a day of 200 visits and 40 engineers, the longest of ten", max(seconds), "under 10"),
        ("visits placed in time, of 1000", ours[0], "all that can be"),
        ("visits begun in time, nearest engineer first", theirs[1], "no line"),
        ("visits given to somebody who may not", ours[1], 0),
        ("late minutes", ours[2], "less than nearest first"),
        ("late minutes, nearest engineer first", theirs[2], "no line"),
        ("minutes of travel", ours[3], "less than nearest first"),
        ("minutes of travel, nearest engineer first", theirs[3], "no line"),
        ("visits placed in time with an hour of midday rest, of 1000", rested[0], "no line"),
        ("routes of these that are late for a visit, the rest or the evening", rested[1], 0),
    ]


if __name__ == "__main__":
    import sys

    from bench.run import keep

    size = sys.argv[1] if len(sys.argv) > 1 else "small"
    lines = [f"# routes, {size}", "", "| what | value | wanted |", "| --- | --- | --- |"]
    keep([*lines, *(f"| {what} | {value:g} | {wanted} |" for what, value, wanted in measure())], f"routes-{size}")
