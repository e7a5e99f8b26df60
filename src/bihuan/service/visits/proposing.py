"""Proposing a day: what waits, who is there, and the plan in words; nothing is written (WO-03, WO-17, WO-18)."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.calendar.queries import default_data
from bihuan.core.policy.queries import default as rules_in_force
from bihuan.registry.people.queries import with_permission
from bihuan.service.desk.models import Case
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.places import STEP, Places, travel_of
from bihuan.service.visits.queries import waiting_cases
from bihuan.service.visits.routing import Leg, Place, Plan, Rest, Stop, Travel, Worker, solve, tried
from bihuan.service.visits.services.wishing import wish_of
from bihuan.service.visits.staffing import Roster, day_of, region_of

MOST_CASES = 300
HEADWAY = timedelta(minutes=30)
LONGEST_SEARCH = 7.0
DUE_FIRST = 3
FURTHEST = 31


@dataclass
class Day:
    """Everything that a plan of one day needs, read once."""

    day: date
    travel: Travel
    cases: dict[int, Case] = field(default_factory=dict)
    people: dict[int, Any] = field(default_factory=dict)
    stops: list[Stop] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    kept: dict[int, str] = field(default_factory=dict)
    obstacles: dict[int, list[str]] = field(default_factory=dict)
    rest: Rest | None = None


def propose(user: Any, day: date, report: Any = None) -> dict[str, Any]:
    """Plan what waits onto a day, around what is planned: rows with reasons, and what cannot be done and why."""
    found = gathered(user, day)
    plan = solve(found.stops, found.workers, found.travel, rest=found.rest, seconds=LONGEST_SEARCH, report=report)
    return told(found, plan)


def gathered(user: Any, day: date) -> Day:
    """Read the waiting cases, the people who are there, and what they have on that day already."""
    found = Day(day, travel_of(rules_in_force()))
    hours = working_hours(day)
    if hours is None:
        return found
    found.rest = rest_on(day)
    places = Places()
    people = with_permission(perm.VISITS_WORK)
    found.people = {one.pk: one for one in people}
    cases = waiting_cases(user, MOST_CASES)
    found.cases = {case.pk: case for case in cases}
    rosters = _rosters(cases, people, day)
    anybody = next(iter(rosters.values()), None)
    away = {pk for pk, rows in anybody.away.items() if rows} if anybody else set()
    found.workers = [Worker(one.pk, places.of(None, one.region_id), *hours) for one in people if one.pk not in away]
    _keep_booked(found, anybody, places)
    for case in cases:
        _add(found, case, rosters[case.line_id], places, hours)
    return found


def working_hours(day: date) -> tuple[int, int] | None:
    """From when to when people are sent on a day, in minutes; of today only what is left of it."""
    windows = default_data().windows_on(day)
    if not windows:
        return None
    start, end = min(begin for begin, _end in windows), max(end for _begin, end in windows)
    soon = timezone.localtime(timezone.now() + HEADWAY)
    if soon.date() > day:
        return None
    if soon.date() == day:
        start = max(start, -(-(soon.hour * 60 + soon.minute) // STEP) * STEP)
    rest = rest_on(day)
    if rest is not None and rest.start <= start < rest.latest:
        start = rest.latest
    return (start, end) if start < end else None


def next_day_of_work(day: date) -> date:
    """The first day from this one on, and from today on, on which people can still be sent."""
    day = max(day, timezone.localdate())
    for offset in range(FURTHEST):
        if working_hours(day + timedelta(days=offset)) is not None:
            return day + timedelta(days=offset)
    return day


def rest_on(day: date) -> Rest | None:
    """The midday rest of the calendar: the longest gap between its hours of work."""
    spans = sorted(default_data().windows_on(day))
    gaps = [(after[0] - before[1], before[1]) for before, after in pairwise(spans) if after[0] > before[1]]
    return Rest(max(gaps)[1], max(gaps)[0]) if gaps else None


def _rosters(cases: list[Case], people: list[Any], day: date) -> dict[int | None, Roster]:
    """What is known of everybody on that day, once for each product line."""
    start, end = day_of(timezone.make_aware(datetime.combine(day, time.min)))
    lines: dict[int | None, Case] = {case.line_id: case for case in cases}
    return {line: Roster.of(case, people, start, end - timedelta(minutes=1)) for line, case in lines.items()}


def _keep_booked(found: Day, roster: Roster | None, places: Places) -> None:
    """What is planned already stands; its people go on from there."""
    if roster is None:
        return
    midnight = day_of(roster.start)[0]
    present = {worker.key: place for place, worker in enumerate(found.workers)}
    for pk, rows in roster.booked.items():
        for visit in rows if pk in present else ():
            start = max(0, round((visit.starts_at - midnight).total_seconds() / 60))
            end = min(24 * 60, round((visit.ends_at - midnight).total_seconds() / 60))
            where = places.of(visit.case.customer_id, visit.region_id)
            key = -len(found.kept) - 1
            found.kept[key] = visit.number
            found.stops.append(Stop(key, where, max(end - start, 1), start, start, frozenset({pk}), kept=True))
            found.workers[present[pk]] = around(found.workers[present[pk]], where, start, end, found.travel)
    _spare_the_rest(found)


def around(one: Worker, where: Place, start: int, end: int, travel: Travel) -> Worker:
    """Somebody on the day of a planned visit: he leaves home early enough, or stays there when it is too far."""
    way = travel.minutes(one.home, where)
    if start - way < 0 or end + way > 24 * 60:
        return replace(one, home=where, start=min(one.start, start), end=max(one.end, end))
    return replace(one, start=min(one.start, start - way), end=max(one.end, end + way))


def _spare_the_rest(found: Day) -> None:
    """Whose planned visits leave no room for the rest has decided so with his planner."""
    for place, one in enumerate(found.workers):
        own = sorted((stop for stop in found.stops if one.key in stop.allowed), key=lambda stop: stop.earliest)
        if found.rest is not None and tried(one, own, found.travel, found.rest)[0]:
            found.workers[place] = replace(one, rests=False)


def _add(found: Day, case: Case, roster: Roster, places: Places, hours: tuple[int, int]) -> None:
    """A waiting case as a stop: who may go, from when to when; what is due by that day goes first."""
    minutes = round(case.policy.visits.usual_hours * 60)
    roster.case = case
    why, allowed = Counter[str](), set[int]()
    for worker in found.workers:
        if text := roster.unqualified(found.people[worker.key]):
            why[text] += 1
        else:
            allowed.add(worker.key)
    if not allowed:
        found.obstacles[case.pk] = list(why)
    is_due = case.next_due_at is not None and timezone.localtime(case.next_due_at).date() <= found.day
    urgency = (case.priority or 0) + (DUE_FIRST if is_due else 0)
    earliest, latest, why_not = _span(case, found.day, hours, minutes)
    if why_not:
        found.obstacles.setdefault(case.pk, []).append(why_not)
        return
    where = places.of(case.customer_id, region_of(case))
    found.stops.append(Stop(case.pk, where, minutes, earliest, latest, frozenset(allowed), urgency))


def _span(case: Case, day: date, hours: tuple[int, int], minutes: int) -> tuple[int, int, str]:
    """From when to when a visit may begin on a day, as the hours of work and the customer's wish say; else why not."""
    earliest, latest, wish = hours[0], hours[1] - minutes, wish_of(case)
    if latest < earliest:
        return earliest, latest, _("The visit is longer than what is left of the day.")
    if wish is None:
        return earliest, latest, ""
    if wish.day not in (None, day):
        return earliest, latest, _("The customer wishes another day: %(wish)s") % {"wish": wish}
    begins, until = wish.bounds()
    earliest, latest = max(earliest, begins), min(latest, until)
    why = _("The wished time cannot be kept on this day: %(wish)s") % {"wish": wish} if latest < earliest else ""
    return earliest, latest, why


def told(found: Day, plan: Plan) -> dict[str, Any]:
    """The plan as the page and the acceptance read it: plain values only."""
    routes = [
        {"engineer": pk, "name": str(found.people[pk]), "legs": [_leg(found, leg, legs, pk) for leg in legs],
         "travel": sum(leg.travel for leg in legs)}
        for pk, legs in plan.routes.items() if any(not leg.stop.kept for leg in legs)
    ]  # fmt: skip
    placed = {leg.stop.key for legs in plan.routes.values() for leg in legs}
    left = [
        {"case": case.number, "summary": case.summary, "why": _why(found, case),
         "customer": case.customer.name if case.customer else case.contact_name}
        for case in found.cases.values() if case.pk not in placed
    ]  # fmt: skip
    return {"day": found.day.isoformat(), "routes": routes, "left": left, "waiting": len(found.cases),
            "travel": sum(row["travel"] for row in routes)}  # fmt: skip


def _leg(found: Day, leg: Leg, legs: list[Leg], pk: int) -> dict[str, Any]:
    """One visit of a route with what speaks for it."""
    start = timezone.make_aware(datetime.combine(found.day, time.min)) + timedelta(minutes=leg.starts)
    end = start + timedelta(minutes=leg.stop.minutes)
    times = {"starts_at": start.isoformat(), "ends_at": end.isoformat(),
             "hours": f"{timezone.localtime(start):%H:%M}–{timezone.localtime(end):%H:%M}"}  # fmt: skip
    if leg.rest is not None and found.rest is not None:
        times["rest"] = f"{_clock(leg.rest)}–{_clock(leg.rest + found.rest.minutes)}"
    if leg.stop.kept:
        return {"visit": found.kept[leg.stop.key], **times, "reasons": [_("Planned already")]}
    case, engineer = found.cases[leg.stop.key], found.people[pk]
    way = _("%(minutes)s minutes from home") if leg is legs[0] else _("%(minutes)s minutes from the stop before")
    reasons = [way % {"minutes": leg.travel}]
    if engineer.region_id is not None and engineer.region_id == region_of(case):
        reasons.append(_("Responsible for this region"))
    if len(leg.stop.allowed) < len(found.workers):
        reasons.append(_("One of %(count)s who have passed the training") % {"count": len(leg.stop.allowed)})
    if (wish := wish_of(case)) is not None:
        reasons.append(_("Wished by the customer: %(wish)s") % {"wish": wish})
    customer = case.customer.name if case.customer else case.contact_name
    return {"case": case.number, "summary": case.summary, "customer": customer, **times, "reasons": reasons}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _why(found: Day, case: Case) -> str:
    """Why a case found no place on that day."""
    if case.pk in found.obstacles:
        return " ".join(found.obstacles[case.pk])
    if not found.workers:
        return _("Nobody is there on that day.")
    return _("Nobody who may go has time for it on that day.")
