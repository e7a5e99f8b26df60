"""The proposed day: routes as numbers, and the page on which a dispatcher accepts them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.core.jobs.relay import run_due
from bihuan.core.jobs.services import Job
from bihuan.core.policy import queries as policy
from bihuan.core.policy.services import read_file, save_version
from bihuan.registry.people.models import User
from bihuan.registry.people.services import create_user
from bihuan.service.desk.models import Case
from bihuan.service.visits.models import Absence, Spot, Visit
from bihuan.service.visits.proposing import DUE_FIRST, gathered, working_hours
from bihuan.service.visits.routing import Place, Stop, Travel, Worker, air_line, solve, timed
from bihuan.service.visits.services.dispatching import accept, ask_for_day
from tests.cast import Cast
from tests.service.test_visit_pages import browser
from tests.service.visiting import hour, planned, qualified, working_case

EAST, WEST = Place(30.0, 121.6, 1), Place(30.0, 120.2, 2)


def stop(key: int, place: Place, *who: int, **changes: Any) -> Stop:
    values = {"minutes": 60, "earliest": 480, "latest": 960, **changes}
    return Stop(key, place, allowed=frozenset(who), **values)


def test_ways_are_counted_by_degrees_or_by_region() -> None:
    """WO-18: 111.2 km to a degree of latitude; one customer has no way; without degrees the region decides."""
    travel = Travel(speed_kmh=60, detour=1.5)
    assert round(air_line(Place(30, 120), Place(31, 120)), 1) == 111.2
    assert travel.minutes(Place(30, 120), Place(31, 120)) == 167
    assert travel.minutes(Place(customer=7, region=1), Place(30, 120, customer=7)) == 0
    assert [travel.minutes(Place(region=1), Place(region=region, customer=2)) for region in (1, 2)] == [30, 150]


def test_each_goes_where_he_may_and_what_is_planned_already_stands() -> None:
    """KNO-05: the near one has not passed the training; a kept visit keeps its engineer and its time."""
    workers = [Worker(1, EAST, 480, 1080), Worker(2, WEST, 480, 1080)]
    stops = [stop(10, EAST, 2), stop(11, WEST, 1, 2), stop(12, EAST, 1, earliest=600, latest=600, kept=True),
             stop(13, EAST)]  # fmt: skip
    plan = solve(stops, workers, Travel(), seconds=0.5)
    where = {leg.stop.key: (who, leg.starts) for who, legs in plan.routes.items() for leg in legs}
    assert (where[10][0], where[12]) == (2, (1, 600))
    assert [one.key for one in plan.left] == [13]


def test_urgent_visits_go_first_when_the_day_is_too_short() -> None:
    """WO-18: of three hours of work in two hours the urgent ones are done."""
    stops = [
        stop(1, EAST, 1, latest=540),
        stop(2, EAST, 1, latest=540, priority=3),
        stop(3, EAST, 1, latest=540, priority=2),
    ]
    plan = solve(stops, [Worker(1, EAST, 480, 600)], Travel(), seconds=0.5)
    assert sorted(leg.stop.key for leg in plan.routes[1]) == [2, 3]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(480, 700), st.integers(30, 90), st.booleans()), max_size=8))
def test_no_plan_breaks_a_window_a_shift_or_a_training(rows: list[tuple[int, int, int, bool]]) -> None:
    """KNO-05, WO-18: whatever the day, each visit is placed at most once, in its window, by somebody who may, in his hours."""
    places = [Place(30 + place / 5, 120.5, place) for place in range(4)]
    workers = [Worker(1, places[0], 480, 900), Worker(2, places[2], 480, 1020)]
    stops = [stop(key, places[at], *((1, 2) if both else (2,)), earliest=begin, latest=begin + 60, minutes=long)
             for key, (at, begin, long, both) in enumerate(rows)]  # fmt: skip
    plan = solve(stops, workers, Travel(), seconds=0.1)
    legs = [(worker, leg) for worker in workers for leg in plan.routes[worker.key]]
    assert sorted([leg.stop.key for _worker, leg in legs] + [one.key for one in plan.left]) == list(range(len(rows)))
    for worker, leg in legs:
        assert worker.key in leg.stop.allowed
        assert leg.stop.earliest <= leg.starts <= leg.stop.latest
        assert leg.starts + leg.stop.minutes <= worker.end
    for worker in workers:
        assert timed(worker, [leg.stop for leg in plan.routes[worker.key]], Travel()) == plan.routes[worker.key]


def next_working_day() -> Any:
    """A coming day on which people work."""
    day = timezone.localdate() + timedelta(days=1)
    while working_hours(day) is None:
        day += timedelta(days=1)
    return day


def company(cast: Cast) -> dict[str, Any]:
    """Two engineers who may, one who may not, one who is away; two waiting cases, one visit that stands."""
    people = {name: create_user(username=name, name=name, password="x" * 12, roles=["technician"], region=cast.south)
              for name in ("gina", "hugo", "iris")}  # fmt: skip
    for user in (cast.erik, people["gina"], people["iris"]):
        qualified(cast, user)
    day = next_working_day()
    Absence.objects.create(user=people["iris"], starts_on=day, ends_on=day, reason="年假")
    Spot.objects.create(region=cast.south, latitude="30.0", longitude="121.6")
    Spot.objects.create(customer=cast.customer, latitude="30.1", longitude="121.7")
    gap = (day - timezone.localdate()).days
    kept = planned(cast, working_case(cast), starts_at=hour(gap, 10), ends_at=hour(gap, 12))
    return {**people, "day": day, "kept": kept, "cases": [working_case(cast), working_case(cast)]}


@pytest.mark.django_db
def test_a_day_is_proposed_read_and_accepted_visit_by_visit(cast: Cast) -> None:
    """WO-03, WO-17: nothing is planned before the dispatcher accepts; the kept visit stands, who may not is not sent."""
    world, client = company(cast), browser(cast.bob)
    page = client.post(reverse("visits:propose"), {"day": world["day"].isoformat()})
    assert "正在计算" in client.get(page.url).content.decode()
    run_due()
    plan = Job.objects.get(kind="visits.propose_day").result
    legs = [(route["name"], leg) for route in plan["routes"] for leg in route["legs"]]
    assert {leg["case"] for _name, leg in legs if "case" in leg} == {case.number for case in world["cases"]}
    assert {name for name, _leg in legs} <= {"何工", "gina"}
    assert (plan["left"], Visit.objects.count()) == ([], 1)
    shown = client.get(page.url).content.decode()
    for case in world["cases"]:
        assert case.number in shown
    first = world["cases"][0].number
    board = f"/visits/board/?view=day&day={world['day']}"
    assert f'href="{board.replace("&", "&amp;")}"' in shown
    assert client.post(f"{page.url}accept/", {"case": [first]}).url == board
    assert client.get(board).context["days"] == [world["day"]]
    row = Visit.objects.get(case__number=first)
    proposed = next(leg for _name, leg in legs if leg.get("case") == first)
    assert (row.starts_at, row.state) == (datetime.fromisoformat(proposed["starts_at"]), "planned")
    Visit.objects.update(starts_at=row.starts_at + timedelta(days=40), ends_at=row.ends_at + timedelta(days=40))
    refused = client.post(f"{page.url}accept/", {"case": [first]})
    assert refused.status_code == 409
    assert "该工单已安排上门" in refused.content.decode()
    assert Visit.objects.count() == 2
    assert browser(cast.erik).get(page.url).status_code == 404, "plans too, and asked for no day"
    assert browser(cast.grace).get(page.url).status_code in {403, 404}


@pytest.mark.django_db
def test_what_changed_since_the_proposal_is_refused_with_the_reason_and_the_rest_is_planned(cast: Cast) -> None:
    """WO-18: an engineer who became absent is not sent; the other visit is planned all the same."""
    world = company(cast)
    job = ask_for_day(day=world["day"], by=cast.bob)
    run_due()
    job.refresh_from_db()
    route = next(route for route in job.result["routes"] if any("case" in leg for leg in route["legs"]))
    gone = {leg["case"] for leg in route["legs"] if "case" in leg}
    Absence.objects.create(user_id=route["engineer"], starts_on=world["day"], ends_on=world["day"], reason="病假")
    chosen = {case.number for case in world["cases"]}
    planned_ones, refused = accept(proposal=job, chosen=chosen, by=cast.bob)
    assert {row["case"] for row in refused} == gone
    assert all("病假" in row["why"] for row in refused)
    assert {row.case.number for row in planned_ones} == chosen - gone


@pytest.mark.django_db
def test_what_nobody_can_do_is_named_with_its_reason(cast: Cast) -> None:
    """KNO-05: no training, no visit; a day without work plans nothing."""
    case = working_case(cast)
    job = ask_for_day(day=next_working_day(), by=cast.bob)
    run_due()
    job.refresh_from_db()
    assert [row["case"] for row in job.result["left"]] == [case.number]
    assert "未通过" in job.result["left"][0]["why"]


@pytest.mark.django_db
def test_who_is_away_is_given_no_visit_of_a_proposed_day(cast: Cast) -> None:
    """WO-18: the only one who has passed the training is on leave: the case is named as left, with nobody sent."""
    qualified(cast, cast.erik)
    case, day = working_case(cast), next_working_day()
    Absence.objects.create(user=cast.erik, starts_on=day, ends_on=day, reason="年假")
    job = ask_for_day(day=day, by=cast.bob)
    run_due()
    job.refresh_from_db()
    assert (job.result["routes"], [row["case"] for row in job.result["left"]]) == ([], [case.number])


@pytest.mark.django_db
def test_what_is_due_on_the_day_goes_before_what_is_not(cast: Cast) -> None:
    """WO-18: due by the end of that day counts as more urgent, due the day after does not."""
    qualified(cast, cast.erik)
    day, cases = next_working_day(), [working_case(cast) for _turn in range(2)]
    for case, offset in zip(cases, (0, 1), strict=True):
        Case.objects.filter(pk=case.pk).update(next_due_at=hour((day - timezone.localdate()).days + offset, 23))
    urgency = {stop.key: stop.priority for stop in gathered(cast.bob, day).stops}
    assert urgency[cases[0].pk] - urgency[cases[1].pk] == DUE_FIRST


@pytest.mark.django_db
def test_a_case_that_left_the_planners_sight_is_not_planned(cast: Cast) -> None:
    """D07, WO-18: his role was bound to his region after he had asked; nothing of other regions is planned by him."""
    world = company(cast)
    job = ask_for_day(day=world["day"], by=cast.bob)
    run_due()
    job.refresh_from_db()
    data = read_file("general")
    next(role for role in data["roles"] if role["code"] == "after_sales_manager")["scope"] = "region"
    save_version(data=data, by=cast.bob)
    policy.forget()
    User.objects.filter(pk=cast.bob.pk).update(region=cast.south)
    bob = User.objects.get(pk=cast.bob.pk)
    planned_ones, refused = accept(proposal=job, chosen={case.number for case in world["cases"]}, by=bob)
    assert (planned_ones, {row["case"] for row in refused}) == ([], {case.number for case in world["cases"]})
    assert all("已不在您的范围内" in row["why"] for row in refused)
