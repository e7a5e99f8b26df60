"""Reading calendars."""

from zoneinfo import ZoneInfo

import chinese_calendar

from bihuan.core.calendar.arithmetic import CalendarData
from bihuan.core.calendar.models import CalendarDay, DayKind, WorkCalendar
from bihuan.core.policy.queries import looked
from bihuan.core.rows.services import ask

_data: dict[tuple[int, int], CalendarData] = {}

FALLBACK = CalendarData(ZoneInfo("Asia/Shanghai"), dict.fromkeys(range(5), ((510, 720), (810, 1050))))


def forget() -> None:
    """Drop what was read; for a process whose database was exchanged."""
    _data.clear()


def data_for(calendar: WorkCalendar) -> CalendarData:
    """Return a calendar as plain values; kept by id and version."""
    key = (calendar.pk, calendar.version)
    if key not in _data:
        windows: dict[int, tuple[tuple[int, int], ...]] = {}
        for row in calendar.windows.all():
            windows[row.weekday] = (*windows.get(row.weekday, ()), (row.start, row.end))
        special = {row.date: row.kind != DayKind.HOLIDAY for row in calendar.days.all()}
        _data[key] = CalendarData(ZoneInfo(calendar.time_zone), windows, special)
    return _data[key]


def default_data() -> CalendarData:
    """Return the default calendar; before one exists, plain weekdays."""
    return looked("calendar", _default)


def _default() -> CalendarData:
    """Only id and version are asked for each time: they name what is kept."""
    found = ask("SELECT id, version FROM calendar_workcalendar WHERE is_default")
    if not found:
        return FALLBACK
    key: tuple[int, int] = found[0][:2]
    return _data[key] if key in _data else data_for(WorkCalendar.objects.get(pk=key[0]))


def official_years(calendar: WorkCalendar) -> set[int]:
    """Years for which the official days were loaded."""
    return {day.year for day in CalendarDay.objects.filter(calendar=calendar, source="official").dates("date", "year")}


def known_years() -> range:
    """Years that the library of holidays knows."""
    holidays = chinese_calendar.constants.holidays
    return range(min(holidays).year, max(holidays).year + 1)
