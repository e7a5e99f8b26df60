"""The wished time of a customer, the midday rest, the duty roster as a paper, rounds that finish by themselves."""

import json
from dataclasses import replace
from datetime import date, time, timedelta
from time import monotonic
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.core.documents.models import Document
from bihuan.core.jobs.relay import run_due
from bihuan.core.notify.models import Notification
from bihuan.core.permissions.services import Refused
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk.services import closing
from bihuan.service.visits.inserting import settled
from bihuan.service.visits.models import Absence, CarePlan, DutyRoster, Spot, TimeWish, Visit
from bihuan.service.visits.proposing import around, next_day_of_work, rest_on, working_hours
from bihuan.service.visits.routing import Place, Rest, Stop, Travel, Worker, solve, tried, windows
from bihuan.service.visits.services import planning, working
from bihuan.service.visits.services.dispatching import accept, ask_for_day
from bihuan.service.visits.services.rostering import issue_roster
from bihuan.service.visits.services.wishing import keep_wish, wish_of
from tests.caller import Caller
from tests.cast import Cast
from tests.service import stocking
from tests.service.test_care import on_site as care_on_site
from tests.service.test_care import plan_values as care_values
from tests.service.test_visit_pages import browser
from tests.service.visiting import hour, on_site, planned, qualified, reported, signed, working_case

NOON = Rest(12 * 60, 60)
HOME = Place(30.0, 120.0)


def stop(key: int, minutes: int = 60, earliest: int = 480, latest: int = 1000, **more: Any) -> Stop:
    return Stop(key, HOME, minutes, earliest, latest, frozenset({1}), **more)


def test_a_day_without_the_rest_is_shorter_by_it() -> None:
    """WO-18: before the rest a moment stays, within it all fall on its beginning, after it they come earlier."""
    assert [NOON.squeezed(moment) for moment in (719, 720, 750, 780, 781)] == [719, 720, 720, 720, 721]
    assert (NOON.earliest, NOON.latest) == (660, 780)


def test_a_route_holds_the_rest_and_nothing_begins_within_it() -> None:
    """WO-18: five hours of work with an hour of rest between them; a sixth, seventh and eighth visit end the day."""
    worker = Worker(1, HOME, 480, 1020)
    late, legs = tried(worker, [stop(key) for key in range(8)], Travel(), NOON)
    assert late == 0
    assert [leg.starts for leg in legs] == [480, 540, 600, 660, 780, 840, 900, 960]
    assert [(leg.stop.key, leg.rest) for leg in legs if leg.rest is not None] == [(4, 720)]
    assert tried(worker, [stop(key) for key in range(9)], Travel(), NOON)[0] > 0
    assert tried(worker, [stop(key) for key in range(9)], Travel())[0] == 0


def test_the_rest_is_taken_on_the_way_and_not_too_late() -> None:
    """WO-18: on the road it begins within its hours; who works through them is late, except where people eat on site."""
    far = Stop(2, Place(30.0, 120.7), 60, 480, 1000, frozenset({1}))
    way = Travel().minutes(HOME, far.place)
    late, legs = tried(Worker(1, HOME, 480, 1080), [stop(1, 180), far], Travel(), NOON)
    assert (late, legs[1].starts) == (0, 480 + 180 + way + 60)
    assert legs[1].rest is not None
    assert NOON.earliest <= legs[1].rest <= NOON.latest
    assert tried(Worker(1, HOME, 480, 1080), [stop(3, 180, 670, 670)], Travel(), NOON)[0] == 50
    assert tried(Worker(1, HOME, 480, 1080), [stop(3, 180, 640, 640)], Travel(), NOON)[0] == 0


def test_a_visit_that_lasts_over_noon_is_offered_before_the_rest_or_after_it() -> None:
    """WO-18: a short one has one window; a long one two, so that nobody waits for his meal; what is kept has its time."""
    assert windows(stop(1, 30), NOON) == [(480, 940, 30)]
    assert windows(stop(1, 180), NOON) == [(480, 660, 180), (720, 940, 180)]
    assert windows(stop(1, 120, 640, 640, kept=True), NOON) == [(640, 640, 80)]
    assert windows(stop(1, 120), None) == [(480, 1000, 120)]


def test_a_solved_day_holds_every_rest_and_makes_room_for_what_was_left() -> None:
    """WO-18: three engineers, a morning and an afternoon full of visits: all are placed, in time, around the rest."""
    everybody = frozenset({1, 2, 3})
    stops = [Stop(key, Place(30.0, 120.0 + key % 4 / 20), 60, 480, 660 if key < 9 else 960, everybody)
             for key in range(21)]  # fmt: skip
    workers = [Worker(key, HOME, 480, 1080) for key in (1, 2, 3)]
    plan = solve(stops, workers, Travel(), rest=NOON, seconds=0.6)
    assert plan.left == []
    for worker in workers:
        late, legs = tried(worker, [leg.stop for leg in plan.routes[worker.key]], Travel(), NOON)
        assert (late, legs) == (0, plan.routes[worker.key])
        for leg in legs:
            assert not any(leg.starts < other.rest + 60 and leg.starts + 60 > other.rest
                           for other in legs if other.rest is not None)  # fmt: skip


def test_what_was_left_is_inserted_makes_others_move_or_takes_a_less_urgent_place() -> None:
    """WO-18: by its urgency only: among equals the one that has a place keeps it; what is planned already is never moved."""
    one, two = Worker(1, HOME, 480, 600), Worker(2, HOME, 480, 600)
    first, late_one = stop(1, 60, 480, 480), stop(2, 60, 540, 540)

    def left(routes: dict[int, list[Stop]], *more: Stop, workers: Any = (one,)) -> list[int]:
        stops = [*(row for rows in routes.values() for row in rows), *more]
        return [row.key for row in settled(routes, stops, workers, Travel(), None, monotonic() + 5).left]

    assert left({1: [first]}, late_one) == []
    assert left({1: [first]}, stop(3, 60, 480, 480)) == [3]
    assert left({1: [first]}, stop(3, 60, 480, 480, priority=1)) == [1]
    assert left({1: [replace(first, kept=True)]}, stop(3, 60, 480, 480, priority=9)) == [3]
    assert left({1: [first]}, stop(3, 60, 480, 480, kept=True)) == [1]
    both = frozenset({1, 2})
    assert left({1: [replace(first, allowed=both)], 2: []}, stop(3, 60, 480, 480), workers=(one, two)) == []
    assert left({1: [stop(5, 90, 480, 540), stop(6, 60, 480, 520, priority=1)]}) == [5]


def test_who_has_a_visit_far_away_stays_there() -> None:
    """WO-18: too far for the day he is there already; else his day grows by the way; the day can be searched."""
    near, far = Place(30.0, 120.3), Place(23.0, 113.1)
    worker, travel = Worker(1, HOME, 510, 1050), Travel()
    way = travel.minutes(HOME, near)
    assert (way, Travel(step=15).minutes(HOME, near)) == (50, 60)
    assert around(worker, near, 500, 1040, travel) == Worker(1, HOME, 500 - way, 1040 + way)
    there = around(worker, far, 540, 660, travel)
    assert there == Worker(1, far, 510, 1050)
    kept = Stop(-1, far, 120, 540, 540, frozenset({1}), kept=True)
    plan = solve([kept, Stop(2, far, 60, 510, 990, frozenset({1}))], [there], travel, rest=NOON, seconds=0.2)
    assert [leg.starts for leg in plan.routes[1] if leg.stop.kept] == [540]
    assert plan.left == []


def at_home(cast: Cast) -> None:
    """Erik lives near his customer."""
    cast.erik.region = cast.south
    cast.erik.save()
    Spot.objects.create(region=cast.south, latitude="30.0", longitude="121.6")


@pytest.mark.django_db
def test_a_proposed_day_keeps_to_the_wished_time(cast: Cast) -> None:
    """WO-18: the visit begins within the wished hours; one that wishes another day is left with that reason."""
    qualified(cast, cast.erik)
    Spot.objects.create(customer=cast.customer, latitude="30.1", longitude="121.7")
    at_home(cast)
    day = next_day_of_work(timezone.localdate() + timedelta(days=1))
    after_three, elsewhen = working_case(cast), working_case(cast)
    keep_wish(case=after_three, by=cast.bob, begins=time(15), words="下午三点以后")
    keep_wish(case=elsewhen, by=cast.bob, day=day + timedelta(days=1))
    job = ask_for_day(day=day, by=cast.bob)
    run_due()
    job.refresh_from_db()
    legs = [leg for route in job.result["routes"] for leg in route["legs"]]
    assert [leg["case"] for leg in legs] == [after_three.number]
    assert legs[0]["starts_at"][11:16] >= "15:00"
    assert any("下午三点以后" in text for text in legs[0]["reasons"])
    assert [(row["case"], "另一天" in row["why"]) for row in job.result["left"]] == [(elsewhen.number, True)]


@pytest.mark.django_db
def test_who_does_not_plan_has_no_day_proposed_and_accepts_none(cast: Cast) -> None:
    """WO-03: the right to plan is asked before the search and again before anything is planned."""
    day = next_day_of_work(timezone.localdate())
    with pytest.raises(Refused):
        ask_for_day(day=day, by=cast.charlie)
    job = ask_for_day(day=day, by=cast.bob)
    with pytest.raises(MoveRefused) as refused:
        accept(proposal=job, chosen={"SV1"}, by=cast.bob)
    assert refused.value.code == "state"
    run_due()
    job.refresh_from_db()
    with pytest.raises(Refused):
        accept(proposal=job, chosen={"SV1"}, by=cast.charlie)


@pytest.mark.django_db
def test_a_wish_is_kept_taken_back_and_refused(cast: Cast) -> None:
    """WO-18: a day that is over and an end before its beginning are refused; an empty wish takes it back; who does not plan keeps none."""
    case, today = working_case(cast), timezone.localdate()
    for values, code in (({"day": today - timedelta(days=1)}, "day"), ({"begins": time(9), "until": time(8)}, "until")):
        with pytest.raises(MoveRefused) as refused:
            keep_wish(case=case, by=cast.bob, **values)
        assert refused.value.code == code
    with pytest.raises(Refused):
        keep_wish(case=case, by=cast.charlie, day=today)
    assert not TimeWish.objects.exists()
    kept = keep_wish(case=case, by=cast.bob, day=today, begins=time(14), until=time(16), words="午后")
    assert str(kept) == f"{today:%Y-%m-%d} 14:00–16:00 午后"
    TimeWish.objects.update(day=today - timedelta(days=1))
    case.refresh_from_db()
    assert wish_of(case) is None
    assert keep_wish(case=case, by=cast.bob) is None
    assert not TimeWish.objects.exists()


@pytest.mark.django_db
def test_the_customer_says_by_his_link_when_it_suits_him(cast: Cast) -> None:
    """WO-18: day and half of the day stand with his case, before whoever plans again; the page needs no words for it."""
    qualified(cast, cast.erik)
    visit, client = planned(cast, working_case(cast)), browser(cast.bob)
    day = timezone.localdate() + timedelta(days=5)
    address = reverse("visit:appointment", args=[visit.token])
    assert client.post(address, {"decision": "no", "person": "王工"}).status_code == 409
    answer = client.post(address, {"decision": "no", "person": "王工", "day": day.isoformat(), "half": "afternoon"})
    assert answer.status_code == 302
    row = TimeWish.objects.get(case=visit.case_id)
    assert (row.day, row.begins, row.until, row.person) == (day, time(12), None, "王工")
    visit.refresh_from_db()
    assert visit.wish == f"{day:%Y-%m-%d} 12:00 以后"
    page = client.get(reverse("visits:wish", args=[visit.case.number])).content.decode()
    assert f'value="{day:%Y-%m-%d}"' in page


@pytest.mark.django_db
def test_the_roster_is_a_numbered_paper_and_its_second_issue_a_revision(cast: Cast) -> None:
    """WO-17, WO-30, F15: visits, absences and who is free stand on it; what was issued stays; who is on it sees it and learns of it."""
    qualified(cast, cast.erik)
    visit = planned(cast, working_case(cast))
    day = timezone.localtime(visit.starts_at).date()
    Absence.objects.create(
        user=cast.erik, starts_on=day + timedelta(days=1), ends_on=day + timedelta(days=1), reason="年假"
    )
    first = issue_roster(first=day, last=day + timedelta(days=2), by=cast.bob)
    said = json.dumps(first.data, ensure_ascii=False)
    assert first.number.startswith("F15-")
    for text in ("维修排班表", visit.number, "宁波海天", "休（年假）", "待命", str(cast.bob)):
        assert text in said
    assert "13800001234" not in said
    planning.call_off(visit=visit, by=cast.bob, reason="客户停产")
    second = issue_roster(first=day, last=day + timedelta(days=2), by=cast.bob)
    assert (second.number, second.revision, DutyRoster.objects.count()) == (first.number, 2, 1)
    assert visit.number not in json.dumps(second.data, ensure_ascii=False)
    first.refresh_from_db()
    assert visit.number in json.dumps(first.data, ensure_ascii=False)
    assert Notification.objects.filter(user=cast.erik, verb="roster.issued").count() == 1
    page = reverse("visits:roster", args=[first.subject_id])
    assert browser(cast.erik).get(page).status_code == 200
    assert browser(cast.charlie).get(page).status_code in {403, 404}
    for last in (day - timedelta(days=1), day + timedelta(days=40)):
        with pytest.raises(MoveRefused):
            issue_roster(first=day, last=last, by=cast.bob)
    with pytest.raises(Refused):
        issue_roster(first=day, last=day, by=cast.charlie)
    assert Document.objects.filter(form_code="F15").count() == 2


@pytest.mark.django_db
def test_a_round_that_is_signed_closes_its_case_and_a_finding_goes_on(cast: Cast) -> None:
    """WO-22, WO-33: carried out and signed, the case closes by itself; what was found is a case that stays open."""
    visit = care_on_site(CarePlan.objects.create(**care_values(cast)))
    rows = [{"code": "c1", "value": "18 K", "passed": True}, {"code": "c2", "value": "渗漏", "passed": False}]
    working.write_report(visit=visit, by=cast.erik, values={"verdict": "done", "results": rows})
    signed(visit)
    visit.case.refresh_from_db()
    assert (visit.case.state, visit.case.closed_at is not None) == ("closed", True)
    finding = type(visit.case).objects.exclude(pk=visit.case_id).get()
    assert finding.state == "new"
    assert closing.archive_case(case=visit.case, by=cast.bob).case_id == visit.case_id


@pytest.mark.django_db
@pytest.mark.parametrize(("verdict", "said"), [("open", {}), ("done", {"satisfied": False, "opinion": "漏了一处"})])
def test_a_round_that_is_not_done_leaves_its_case_open(cast: Cast, verdict: str, said: dict[str, Any]) -> None:
    """WO-33: not carried out as planned, or not accepted: somebody looks after it."""
    visit = care_on_site(CarePlan.objects.create(**care_values(cast)))
    rows = [{"code": code, "value": "好", "passed": True} for code in ("c1", "c2")]
    working.write_report(visit=visit, by=cast.erik, values={"verdict": verdict, "results": rows})
    signed(visit, **said)
    visit.case.refresh_from_db()
    assert visit.case.state == "new"


@pytest.mark.django_db
def test_a_round_belongs_to_a_care_plan(cast: Cast) -> None:
    """WO-07, D17: nobody passes the supervisor's gate by calling a visit a round."""
    case = cast.case()
    with pytest.raises(MoveRefused) as refused:
        planned(cast, case, purpose="round")
    assert (refused.value.code, Visit.objects.count()) == ("purpose", 0)


@pytest.mark.django_db
def test_the_rest_is_read_from_the_calendar(cast: Cast) -> None:
    """WO-18: the gap between the hours of work; a day without work has none, and the next day of work is found."""
    day = next_day_of_work(timezone.localdate())
    assert working_hours(day) is not None
    rest = rest_on(date(2026, 11, 23))
    assert rest == Rest(720, 90)
    assert rest_on(date(2026, 11, 22)) is None
    assert next_day_of_work(date(2020, 1, 1)) == day


@pytest.mark.django_db
def test_dispatching_runs_over_http(cast: Cast) -> None:
    """API, WO-03, WO-17, WO-18, PRT-12: board, wish, proposed day, acceptance, roster, tools and the paper of a visit."""
    qualified(cast, cast.erik)
    Spot.objects.create(customer=cast.customer, latitude="30.1", longitude="121.7")
    at_home(cast)
    case, day = working_case(cast), next_day_of_work(timezone.localdate() + timedelta(days=1))
    caller = Caller(cast.bob)
    kept = caller.post(f"/dispatch/wishes/{case.number}", {"begins": "14:00", "words": "下午"})
    assert (kept.status_code, kept.json()["begins"]) == (200, "14:00:00")
    board = caller.get(f"/dispatch/board?first={day}&days=2").json()
    assert [(row["case"], "下午" in row["wish"]) for row in board["waiting"]] == [(case.number, True)]
    asked = caller.post("/dispatch/days", {"day": day.isoformat()})
    assert asked.status_code == 201
    run_due()
    address = f"/dispatch/days/{asked.json()['id']}"
    found = caller.get(address).json()
    assert (found["state"], found["left"]) == ("done", [])
    accepted = caller.post(f"{address}/acceptance", {"cases": [case.number]}).json()
    visit = Visit.objects.get(number=accepted["planned"][0])
    assert timezone.localtime(visit.starts_at).time() >= time(14)
    days = {"first": day.isoformat(), "last": day.isoformat()}
    assert caller.post("/dispatch/rosters", days).json()["form"] == "F15"
    assert Caller(cast.charlie).post("/dispatch/rosters", days).status_code == 403
    tools = Caller(cast.erik).post("/dispatch/tools", {"good": [], "faults": "全部送检"})
    assert tools.json()["faults"] == "全部送检"
    wanted = {"lines": [{"part": stocking.part().code, "quantity": 2}], "purpose": "更换"}
    asked = caller.post(f"/visits/{visit.number}/parts", wanted)
    assert (asked.status_code, asked.json()["lines"][0]["quantity"], asked.json()["job"]) == (201, 2, visit.number)
    paper = caller.post(f"/visits/{visit.number}/paper", {})
    assert (paper.status_code, paper.json()["form"]) == (201, "F22")


@pytest.mark.django_db
def test_two_visits_for_a_case_and_the_first_signed_does_not_finish_it(cast: Cast) -> None:
    """ACC-05, WO-28: while another visit stands the case stays in work."""
    qualified(cast, cast.erik)
    case = working_case(cast)
    first = planned(cast, case)
    planned(cast, case, starts_at=hour(2), ends_at=hour(2, 11))
    signed(reported(cast, on_site(cast, first)))
    case.refresh_from_db()
    assert case.state == "working"


def test_a_wish_for_one_moment_and_a_roster_of_a_whole_month_are_taken(cast: Cast) -> None:
    """WO-17, WO-18: to the minute and to the day; a minute backwards and a day more are refused."""
    case, nine = working_case(cast), time(9)
    assert keep_wish(case=case, by=cast.bob, begins=nine, until=nine) is not None
    with pytest.raises(MoveRefused) as refused:
        keep_wish(case=case, by=cast.bob, begins=nine, until=time(8, 59))
    assert refused.value.code == "until"
    qualified(cast, cast.erik)
    first = timezone.localdate()
    with pytest.raises(MoveRefused) as longer:
        issue_roster(first=first, last=first + timedelta(days=32), by=cast.bob)
    assert longer.value.code == "last"
    assert issue_roster(first=first, last=first + timedelta(days=31), by=cast.bob).revision
