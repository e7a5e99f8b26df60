"""Working time: published days, and properties that hold for every start."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.core.calendar.arithmetic import CalendarData, CalendarError, Unit
from bihuan.core.calendar.models import WorkCalendar
from bihuan.core.calendar.queries import data_for, official_years
from bihuan.core.calendar.services import ensure_default_calendar, set_days, set_windows

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = dict.fromkeys(range(5), ((510, 720), (810, 1050)))
DATA = CalendarData(SHANGHAI, OFFICE, {date(2026, 10, 1): False, date(2026, 10, 10): True})
starts = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001
amounts = st.integers(0, 60 * 80).map(lambda minutes: timedelta(minutes=minutes))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-02-13T10:00", 3, "2026-02-25"),
        ("2026-09-30T10:00", 1, "2026-10-08"),
        ("2026-09-30T10:00", 3, "2026-10-10"),
    ],
)
def test_working_days_skip_holidays_and_count_make_up_days(start: str, days: int, due: str) -> None:
    """D12, SLA-09: three working days after Friday 2026-02-13 end on 2026-02-25."""
    data = data_for(ensure_default_calendar())
    assert data.add_working_days(at(start), days).astimezone(SHANGHAI).date().isoformat() == due


@pytest.mark.django_db
def test_every_official_day_is_as_the_library_says_and_2027_is_unknown() -> None:
    calendar = ensure_default_calendar()
    data, day = data_for(calendar), date(2024, 1, 1)
    while day.year < 2027:
        assert data.is_working_day(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)
    assert 2027 not in official_years(calendar)


@pytest.mark.django_db
def test_a_day_set_by_hand_counts_at_once() -> None:
    calendar = ensure_default_calendar()
    monday = date(2026, 11, 23)
    assert data_for(calendar).is_working_day(monday)
    set_days(calendar=calendar, days=[monday], kind="holiday", name="厂庆", by=None)
    calendar = WorkCalendar.objects.get()
    assert not data_for(calendar).is_working_day(monday)
    with pytest.raises(ValueError, match="overlap"):
        set_windows(calendar=calendar, windows={0: [(500, 700), (690, 800)]}, by=None)


def test_hours_of_work_run_from_window_to_window() -> None:
    start = at("2026-11-20T17:00")  # Friday, half an hour before the end
    assert DATA.add_working_hours(start, timedelta(hours=1)) == at("2026-11-23T09:00")
    assert DATA.add(Unit.HOURS, 24, start) == at("2026-11-21T17:00")


def test_a_calendar_without_work_says_so() -> None:
    empty = CalendarData(SHANGHAI, {})
    with pytest.raises(CalendarError):
        empty.add_working_hours(at("2026-11-20T17:00"), timedelta(hours=1))
    with pytest.raises(CalendarError):
        empty.add_working_days(at("2026-11-20T17:00"), 1)


@given(starts, amounts)
def test_the_time_that_was_added_is_the_time_between(start: datetime, amount: timedelta) -> None:
    assert DATA.working_time_between(start, DATA.add_working_hours(start, amount)) == amount


@given(starts, amounts, amounts)
def test_more_time_ends_later(start: datetime, first: timedelta, second: timedelta) -> None:
    shorter, longer = sorted((first, second))
    assert DATA.add_working_hours(start, shorter) <= DATA.add_working_hours(start, longer)


@given(starts, st.integers(0, 60 * 24 * 12), amounts.filter(bool), st.integers(0, 60 * 24 * 12))
def test_the_pieces_say_of_every_start_what_adding_says(
    start: datetime, width: int, amount: timedelta, at: int
) -> None:
    """INT-13: what a database is told about many starts is what the calendar says of each."""
    end, asked = start + timedelta(minutes=width), start + timedelta(minutes=min(at, width))
    piece = next(piece for piece in DATA.working_pieces(amount, start, end) if asked <= piece.until)
    assert (piece.ends or asked + piece.shift) == DATA.add_working_hours(asked, amount)


@given(starts, st.integers(1, 200), st.integers(0, 100), st.integers(1, 100))
def test_a_pause_moves_the_end_by_its_own_length(start: datetime, amount: int, begins: int, lasts: int) -> None:
    pause = (start + timedelta(hours=begins), start + timedelta(hours=begins + lasts))
    plain = DATA.due_at(Unit.HOURS, amount, start)
    paused = DATA.due_at(Unit.HOURS, amount, start, [pause])
    assert plain is not None
    assert paused == (plain + timedelta(hours=lasts) if begins < amount else plain)


def test_an_open_pause_has_no_end() -> None:
    start = at("2026-11-20T10:00")
    assert DATA.due_at(Unit.HOURS, 24, start, [(start + timedelta(hours=1), None)]) is None
