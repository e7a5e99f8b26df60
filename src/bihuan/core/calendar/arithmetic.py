"""Working time as pure arithmetic: no database, no library of holidays."""

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import takewhile
from zoneinfo import ZoneInfo

Window = tuple[int, int]
Interval = tuple[datetime, datetime | None]
HORIZON = timedelta(days=366 * 3)
DAY = timedelta(days=1)


class CalendarError(ValueError):
    """The calendar has no working time within three years of the start."""


class Unit(StrEnum):
    """How a time limit is counted (D12)."""

    HOURS = "hours"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Piece:
    """Starts up to a moment, whose time limit ends at a fixed moment or a fixed span after each."""

    until: datetime
    ends: datetime | None = None
    shift: timedelta = timedelta()


@dataclass(frozen=True)
class CalendarData:
    """A calendar as plain values: windows by weekday in minutes from midnight, special days as work or not.

    A make-up working day has the windows of Monday.
    """

    zone: ZoneInfo
    windows: Mapping[int, tuple[Window, ...]]
    special: Mapping[date, bool] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        """Return whether people work on that day."""
        return self.special.get(day, bool(self.windows.get(day.weekday())))

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """Return the hours of work of a day."""
        if not self.is_working_day(day):
            return ()
        return self.windows.get(day.weekday()) or self.windows.get(0, ())

    def spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the spans of work from a moment on, in UTC; bounded by the horizon."""
        local = start.astimezone(self.zone)
        day, last = local.date(), (local + HORIZON).date()
        while day <= last:
            for begin, end in self.windows_on(day):
                opens, closes = self._at(day, begin), self._at(day, end)
                if closes > start:
                    yield max(opens, start), closes
            day += DAY

    def _at(self, day: date, minute: int) -> datetime:
        midnight = datetime.combine(day + DAY * (minute // 1440), time(), self.zone)
        wall = midnight + timedelta(minutes=minute % 1440)
        return wall.astimezone(UTC)

    def add_working_hours(self, start: datetime, amount: timedelta) -> datetime:
        """Return the moment at which so much working time has passed."""
        left = amount
        for opens, closes in self.spans(start):
            if closes - opens >= left:
                return opens + left
            left -= closes - opens
        raise CalendarError(f"no working time within three years of {start:%Y-%m-%d}")

    def working_pieces(self, amount: timedelta, start: datetime, end: datetime) -> Iterator[Piece]:
        """Yield what ``add_working_hours`` answers for every start between two moments, as straight pieces.

        For asking a database about many starts at once. A piece holds for the starts up to its ``until`` that the
        piece before does not hold.
        """
        last = self.add_working_hours(end, amount)
        spans = list(takewhile(lambda span: span[0] <= last, self.spans(start)))
        for place, (opens, closes) in enumerate(spans):
            yield Piece(opens, ends=self.add_working_hours(opens, amount))
            reached, shift, at = opens, amount, place
            while reached < min(closes, end):
                until = min(closes, spans[at][1] - shift)
                if until > reached:
                    yield Piece(until, shift=shift)
                    reached = until
                else:
                    shift += spans[at + 1][0] - spans[at][1]
                    at += 1
            if opens >= end:
                break

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """Return the same time of day on the n-th working day after the day of the start."""
        local = start.astimezone(self.zone)
        day, left, last = local.date(), days, local.date() + HORIZON
        while left > 0:
            day += DAY
            if day > last:
                raise CalendarError(f"no working day within three years of {start:%Y-%m-%d}")
            left -= self.is_working_day(day)
        return datetime.combine(day, local.time(), self.zone).astimezone(UTC)

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much working time lies between two moments, zero when they are reversed."""
        total = timedelta()
        for opens, closes in self.spans(start):
            if opens >= end:
                break
            total += min(closes, end) - opens
        return total

    def add(self, unit: Unit, amount: float, start: datetime) -> datetime:
        """Return the end of a time limit that nothing interrupts."""
        if unit == Unit.HOURS:
            return (start + timedelta(hours=amount)).astimezone(UTC)
        if unit == Unit.WORKING_HOURS:
            return self.add_working_hours(start, timedelta(hours=amount))
        whole = int(amount)
        end = self.add_working_days(start, whole)
        return end if whole == amount else self.add_working_hours(end, timedelta(hours=8 * (amount - whole)))

    def due_at(self, unit: Unit, amount: float, start: datetime, pauses: Sequence[Interval] = ()) -> datetime | None:
        """Return the end of a time limit whose pauses do not count; None while a pause is open.

        Clock hours move by the length of each pause that began before the end; working time by the working
        time that the pause took.
        """
        end = self.add(unit, amount, start)
        for begin, stop in pauses:
            if begin >= end and stop is not None:
                continue
            if stop is None:
                if begin < end:
                    return None
                continue
            begin = max(begin, start)
            if stop <= begin:
                continue
            if unit == Unit.HOURS:
                end += stop - begin
            else:
                end = self.add_working_hours(end, self.working_time_between(begin, stop))
        return end
