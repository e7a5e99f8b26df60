"""Changing calendars; every change moves the version and lets deadlines be computed again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import chinese_calendar
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F

from bihuan.core.activity.services import record
from bihuan.core.calendar.models import CalendarDay, DayKind, WorkCalendar, WorkWindow
from bihuan.core.calendar.queries import known_years

OFFICE_HOURS = ((510, 720), (810, 1050))


@transaction.atomic
def ensure_default_calendar() -> WorkCalendar:
    """Make the default calendar: five days, 8:30 to 12:00 and 13:30 to 17:30, official days of the known years."""
    calendar = WorkCalendar.objects.filter(is_default=True).first()
    if calendar is None:
        calendar = WorkCalendar.objects.create(code="default", name="公司日历", is_default=True)
        rows = [WorkWindow(calendar=calendar, weekday=day, start=a, end=b) for day in range(5) for a, b in OFFICE_HOURS]
        WorkWindow.objects.bulk_create(rows)
        seed_official_days(calendar=calendar, years=known_years())
    return calendar


@transaction.atomic
def seed_official_days(*, calendar: WorkCalendar, years: Iterable[int]) -> int:
    """Load the official days off and make-up days; a day that a person has set stays as it is."""
    wanted = set(years)
    rows = [
        CalendarDay(calendar=calendar, date=day, kind=DayKind.HOLIDAY, name=str(name), source="official")
        for day, name in chinese_calendar.constants.holidays.items()
        if day.year in wanted
    ]
    rows += [
        CalendarDay(calendar=calendar, date=day, kind=DayKind.MAKEUP, name=str(name), source="official")
        for day, name in chinese_calendar.constants.workdays.items()
        if day.year in wanted
    ]
    CalendarDay.objects.bulk_create(rows, ignore_conflicts=True)
    _touch(calendar)
    return len(rows)


@transaction.atomic
def set_days(
    *, calendar: WorkCalendar, days: Sequence[date], kind: str, name: str, by: AbstractBaseUser | None
) -> None:
    """Set days by hand."""
    _write(calendar, [{"date": day, "kind": kind, "name": name} for day in days], "manual")
    data = {"days": [str(day) for day in days], "kind": kind, "name": name}
    record(subject=calendar, verb="calendar.day_set", by=by, data=data)


@transaction.atomic
def clear_days(*, calendar: WorkCalendar, days: Sequence[date], by: AbstractBaseUser | None) -> None:
    """Let days follow their weekday again."""
    calendar.days.filter(date__in=days).delete()
    _touch(calendar)
    record(subject=calendar, verb="calendar.day_cleared", by=by, data={"days": [str(day) for day in days]})


@transaction.atomic
def import_days(*, calendar: WorkCalendar, days: Sequence[Mapping[str, Any]], by: AbstractBaseUser | None) -> None:
    """Set official days from a table: ``date``, ``kind`` and, if known, ``name``."""
    _write(calendar, days, "official")
    years = sorted({day["date"].year for day in days})
    record(subject=calendar, verb="calendar.imported", by=by, data={"days": len(days), "years": years})


def _write(calendar: WorkCalendar, days: Sequence[Mapping[str, Any]], source: str) -> None:
    rows = [
        CalendarDay(
            calendar=calendar, date=day["date"], kind=day["kind"], name=day.get("name", ""), source=source
        )
        for day in days
    ]  # fmt: skip
    CalendarDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["calendar", "date"], update_fields=["kind", "name", "source"]
    )
    _touch(calendar)


@transaction.atomic
def set_windows(
    *, calendar: WorkCalendar, windows: Mapping[int, Sequence[tuple[int, int]]], by: AbstractBaseUser | None
) -> None:
    """Set the hours of weekdays (0 is Monday), in minutes; raises ValueError on overlaps and changes nothing."""
    ordered = {weekday: sorted(spans) for weekday, spans in windows.items()}
    for spans in ordered.values():
        overlap = any(before[1] > after[0] for before, after in pairwise(spans))
        if overlap or any(not 0 <= start < end <= 1440 for start, end in spans):
            raise ValueError("windows overlap or run backwards")
    calendar.windows.filter(weekday__in=ordered).delete()
    WorkWindow.objects.bulk_create(
        WorkWindow(calendar=calendar, weekday=weekday, start=start, end=end)
        for weekday, spans in ordered.items()
        for start, end in spans
    )
    _touch(calendar)
    record(subject=calendar, verb="calendar.windows_set", by=by, data={"windows": ordered})


def _touch(calendar: WorkCalendar) -> None:
    """Move the version and let open deadlines in working time be computed again."""
    from bihuan.core.jobs.services import enqueue

    WorkCalendar.objects.filter(pk=calendar.pk).update(version=F("version") + 1)
    calendar.refresh_from_db(fields=["version"])
    enqueue("deadlines.recompute", {}, key=f"deadlines.recompute:{calendar.pk}:{calendar.version}")
