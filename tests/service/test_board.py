"""The dispatch board: where it opens, what it tells of each person, the ways between his visits."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from bihuan.registry.customers.services import create_customer
from bihuan.registry.people.services import create_user
from bihuan.service.visits.boarding import opening_day, rows_of, trained
from bihuan.service.visits.models import Absence, Qualification, Spot
from bihuan.service.visits.places import Way
from bihuan.service.visits.proposing import working_hours
from bihuan.service.visits.services.rostering import issue_roster
from bihuan.service.visits.staffing import suggest
from tests.caller import Caller
from tests.cast import PASSWORD, Cast
from tests.service.test_visit_pages import browser
from tests.service.visiting import hour, planned, qualified, working_case

MONDAY = date(2026, 11, 23)
QUARTER = timedelta(minutes=15)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "opens"),
    [("2026-11-20 16:00", date(2026, 11, 20)), ("2026-11-20 17:20", MONDAY), ("2026-11-21 10:00", MONDAY),
     ("2026-11-22 23:50", MONDAY), ("2026-11-23 00:10", MONDAY), ("2026-09-30 18:00", date(2026, 10, 8)),
     ("2026-10-10 09:00", date(2026, 10, 10))],
)  # fmt: skip
def test_the_board_opens_where_there_is_work_left(cast: Cast, now: str, opens: date) -> None:
    """WO-17: after hours, on a weekend, on a holiday it opens on the next working day's week; a make-up day counts."""
    with time_machine.travel(f"{now}+08:00", tick=False):
        assert opening_day(cast.bob) == opens
        page = browser(cast.bob).get(reverse("visits:board")).content.decode()
        assert f'data-date="{opens}"' in page
        assert f'data-date="{opens - timedelta(days=opens.weekday() + 1)}"' not in page


@pytest.mark.django_db
def test_a_visit_ahead_on_a_day_without_work_keeps_its_week(cast: Cast) -> None:
    """WO-17: somebody drives on Sunday: the board shows Sunday until he is back; a named day is shown as asked for."""
    qualified(cast, cast.erik)
    with time_machine.travel("2026-11-20 10:00+08:00", tick=False):
        planned(cast, working_case(cast), starts_at=hour(2), ends_at=hour(2, 11))
    for now, opens in (("2026-11-21 10:00", "2026-11-22"), ("2026-11-22 10:59", "2026-11-22"),
                       ("2026-11-22 11:00", "2026-11-23")):  # fmt: skip
        with time_machine.travel(f"{now}+08:00", tick=False):
            assert f"{opening_day(cast.bob)}" == opens
    with time_machine.travel("2026-11-22 12:00+08:00", tick=False):
        page = browser(cast.bob).get(f"{reverse('visits:board')}?day=2026-11-22&view=day").content.decode()
    assert 'data-date="2026-11-22"' in page


@pytest.mark.django_db
def test_the_board_tells_training_load_and_ways(cast: Cast) -> None:
    """API, WO-03, KNO-05: lines that he passed, one that ends before the week does, hours against those that he has, tight ways."""
    qualified(cast, cast.erik)
    qualified(cast, cast.erik, line="mould", valid_until=MONDAY + timedelta(days=5))
    Spot.objects.create(customer=cast.customer, latitude="30.0", longitude="121.6")
    away = create_customer(name="苏州精工塑胶有限公司", by=None, region=cast.north)
    Spot.objects.create(customer=away, latitude="30.3", longitude="121.6")  # an hour by the usual rules
    with time_machine.travel("2026-11-20 10:00+08:00", tick=False):
        planned(cast, working_case(cast), starts_at=hour(3, 9), ends_at=hour(3, 11))
        later = planned(cast, working_case(cast, customer=away), starts_at=hour(3, 12) - QUARTER, ends_at=hour(3, 15))
        Absence.objects.create(user=cast.erik, starts_on=MONDAY + timedelta(days=4), ends_on=MONDAY + timedelta(days=4),
                               reason="年假")  # fmt: skip
        week = [MONDAY + timedelta(days=offset) for offset in range(7)]
        erik = next(row for row in rows_of(cast.bob, week) if row.person == cast.erik)
        assert (erik.passed, erik.ended) == ([str(cast.lines["general"])], [f"{cast.lines['mould']} 2026-11-28"])
        assert (erik.visits, erik.hours, erik.capacity, erik.is_full) == (2, 3.8, 30.0, False)
        (first, before), (way, after) = erik.cells[0].slots[0], erik.cells[0].slots[1]
        assert (first, after, way, way is not None and way.is_tight) == (None, later, Way(60, 45), True)
        assert before.starts_at < after.starts_at
        page = browser(cast.bob).get(f"{reverse('visits:board')}?day={MONDAY}").content.decode()
        told = Caller(cast.bob).get(f"/dispatch/board?first={MONDAY}&days=7").json()["people"]
    row = next(one for one in told if one["engineer"] == "erik")
    assert {name: row[name] for name in ("region", "passed", "ended", "visits", "hours", "capacity", "overbooked")} == {
        "region": "", "passed": erik.passed, "ended": erik.ended, "visits": 2, "hours": 3.8,
        "capacity": 30.0, "overbooked": False,
    }  # fmt: skip
    assert [one["way"] for one in row["days"][0]["visits"]] == [None, {"minutes": 60, "gap": 45, "tight": True}]
    for text in ("路程 1 小时，间隔 45 分", "时间紧", "2 次上门，3.8/30 小时", "2026-11-28", "未通过任何培训"):
        assert text in page


@pytest.mark.django_db
def test_a_visit_of_somebody_who_became_absent_is_marked(cast: Cast) -> None:
    """WO-03, WO-18: ill after he was planned: the board says that his visit needs somebody else; a free day does not."""
    qualified(cast, cast.erik)
    planned(cast, working_case(cast))
    address = f"{reverse('visits:board')}?view=day&day="
    for user in (cast.erik, cast.bob):
        Absence.objects.create(user=user, starts_on=hour().date(), ends_on=hour(2).date(), reason="病假")
    page = browser(cast.bob).get(f"{address}{hour():%Y-%m-%d}").content.decode()
    assert page.count("需改派") == 1
    sheet = str(issue_roster(first=hour().date(), last=hour(2).date(), by=cast.bob).paper)
    assert "休（病假）\\n09:00 宁波海天塑机（需改派）" in sheet
    assert sheet.count("需改派") == 1
    assert "需改派" not in browser(cast.bob).get(f"{address}{hour(2):%Y-%m-%d}").content.decode()


@pytest.mark.django_db
def test_a_training_counts_to_its_last_day(cast: Cast) -> None:
    """KNO-05: on its last day it holds, the day after it does not; of two trainings of a line the longer one counts."""
    first = qualified(cast, cast.erik, valid_until=MONDAY)
    name = str(first.line)
    assert trained([first], MONDAY) == ([name], [])
    assert trained([first], MONDAY + timedelta(days=1)) == ([], [f"{name} 2026-11-23"])
    longer = qualified(cast, cast.erik, training="复训", valid_until=MONDAY + timedelta(days=365))
    assert trained([longer, first], MONDAY + timedelta(days=1)) == ([name], [])


@pytest.mark.django_db
def test_who_has_more_visits_than_hours_is_marked(cast: Cast) -> None:
    """WO-03: a visit on a day without work counts in full, against no hours at all."""
    qualified(cast, cast.erik)
    with time_machine.travel("2026-11-20 10:00+08:00", tick=False):
        planned(cast, working_case(cast), starts_at=hour(2), ends_at=hour(2, 11))
        row = next(row for row in rows_of(cast.bob, [date(2026, 11, 22)]) if row.person == cast.erik)
    assert (row.hours, row.capacity, row.is_full) == (2.0, 0, True)


@given(st.integers(0, 600), st.integers(-60, 600))
def test_a_way_is_tight_when_the_time_between_does_not_suffice(minutes: int, between: int) -> None:
    """WO-18: a way that just fits is not tight; the gap is never less than nothing."""
    leaves = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001 - a span, no moment
    way = Way.between(minutes, leaves, leaves + timedelta(minutes=between))
    assert way.gap == max(between, 0)
    assert way.is_tight == (max(between, 0) < minutes)


@pytest.mark.django_db
def test_a_visit_that_ends_as_the_next_begins_leaves_no_time_for_the_way(cast: Cast) -> None:
    """WO-03, WO-18: exactly one after the other, before and after: both are told, with nothing between."""
    qualified(cast, cast.erik)
    Spot.objects.create(customer=cast.customer, latitude="30.0", longitude="121.6")
    away = create_customer(name="苏州精工塑胶有限公司", by=None, region=cast.north)
    Spot.objects.create(customer=away, latitude="30.3", longitude="121.6")
    case = working_case(cast)
    for at in (9, 14):
        planned(cast, working_case(cast, customer=away), starts_at=hour(at=at), ends_at=hour(at=at + 1))
    for start, end in ((10, 11), (13, 14)):
        erik = next(row for row in suggest(case, hour(at=start), hour(at=end)) if row.user == cast.erik)
        assert erik.fits
        assert len(erik.warnings) == 1
        assert "间隔只有 0 分" in erik.warnings[0]


@pytest.mark.django_db
def test_of_several_visits_the_nearest_before_and_after_decide_on_the_ways(cast: Cast) -> None:
    """WO-03, WO-18: at home, far away, here, far away, at home: the two ways to and from far away are told."""
    qualified(cast, cast.erik)
    Spot.objects.create(customer=cast.customer, latitude="30.0", longitude="121.6")
    away = create_customer(name="苏州精工塑胶有限公司", by=None, region=cast.north)
    Spot.objects.create(customer=away, latitude="30.3", longitude="121.6")
    visits = {
        at: planned(cast, working_case(cast, customer=where), starts_at=hour(at=at), ends_at=hour(at=at + 1))
        for at, where in ((7, cast.customer), (9, away), (11, away), (14, cast.customer))
    }
    erik = next(row for row in suggest(working_case(cast), hour(at=10), hour(at=11)) if row.user == cast.erik)
    assert [visits[at].number in text for at, text in zip((9, 11), erik.warnings, strict=True)] == [True, True]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "starts"), [("11:15", 705), ("11:16", 810), ("11:30", 810), ("12:59", 810), ("13:01", 825)]
)
def test_of_today_the_first_minute_of_the_rest_is_rest(cast: Cast, now: str, starts: int) -> None:
    """WO-18: half an hour of headway; who could leave as the rest begins leaves after it."""
    with time_machine.travel(f"2026-11-23 {now}+08:00", tick=False):
        assert working_hours(MONDAY) == (starts, 1050)


def move_form(cast: Cast, visit: Any, **changes: Any) -> dict[str, Any]:
    """The form of rescheduling as the browser sends it."""
    times = {name: f"{timezone.localtime(getattr(visit, name)):%Y-%m-%dT%H:%M}" for name in ("starts_at", "ends_at")}
    return {**times, "engineer": visit.engineer_id, "reason": "", "version": visit.version, **changes}


@pytest.mark.django_db
def test_who_moves_a_visit_is_told_who_suits_and_nothing_happens(cast: Cast) -> None:
    """WO-03, WO-18: for the time that was typed, the visit itself aside; what was typed stays, helpers too."""
    for user in (cast.erik, cast.bob):
        qualified(cast, user)
    visit = planned(cast, working_case(cast))
    client, address = browser(cast.bob), reverse("visits:act", args=[visit.number, "reschedule"])
    opened = client.get(f"{reverse('visits:visit', args=[visit.number])}?do=reschedule")
    assert {row.user for row in opened.context["candidates"] if row.fits} == {cast.erik, cast.bob}
    Qualification.objects.filter(user=cast.erik).update(valid_until=timezone.localdate() + timedelta(days=3))
    asked = move_form(cast, visit, suggest="1", starts_at=f"{hour(5):%Y-%m-%dT%H:%M}",
                      ends_at=f"{hour(5, 11):%Y-%m-%dT%H:%M}", helpers=[cast.grace.pk, cast.bob.pk])  # fmt: skip
    page = client.post(address, asked)
    assert page.status_code == 200
    assert [row.user for row in page.context["candidates"] if row.fits] == [cast.bob]
    assert page.context["form"].initial["helpers"] == [str(cast.grace.pk), str(cast.bob.pk)]
    before = visit.version
    visit.refresh_from_db()
    assert (visit.version, visit.state) == (before, "planned")
    tara = create_user(username="tara", name="塔工", password=PASSWORD, roles=["technician"])
    visit.helpers.add(tara)
    assert browser(tara).post(address, asked).status_code == 403
    refused = client.post(address, move_form(cast, visit, starts_at="", reason="x"))
    assert (refused.status_code, refused.context["candidates"]) == (422, [])
