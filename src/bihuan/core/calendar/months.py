"""A year as pages show it: twelve months of weeks, every day with what it is."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bihuan.core.calendar.arithmetic import CalendarData
from bihuan.core.calendar.models import CalendarDay


@dataclass(frozen=True)
class Day:
    """One day on the page; ``special`` is there when it differs from its weekday."""

    date: date
    works: bool
    special: CalendarDay | None
    in_month: bool


Month = tuple[date, list[list[Day]]]


def months_of(year: int, data: CalendarData, special: Mapping[date, CalendarDay]) -> list[Month]:
    """Return (first day, weeks) of each month; weeks begin on Monday."""
    plan = calendar.Calendar(firstweekday=0)
    found: list[Month] = []
    for month in range(1, 13):
        weeks = [
            [Day(day, data.is_working_day(day), special.get(day), day.month == month) for day in week]
            for week in plan.monthdatescalendar(year, month)
        ]
        found.append((date(year, month, 1), weeks))
    return found
