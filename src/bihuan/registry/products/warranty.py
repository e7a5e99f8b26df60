"""The period of a warranty as pure reckoning (domain facts B1)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bihuan.core.calendar.arithmetic import add_months

Interval = tuple[date, date]
IsOff = Callable[[date], bool]
LONGEST_HOLIDAY = 31


@dataclass(frozen=True)
class Terms:
    """What a warranty policy promises; ``meter`` is the reading that ends it when it is reached first."""

    months: int
    start_basis: str
    fallback_days: int = 90
    meter: int | None = None
    prolongs: bool = True
    rolls_over: bool = False
    restarts: bool = True


@dataclass(frozen=True)
class Dates:
    """The days that a unit knows of itself."""

    delivered_on: date | None = None
    installed_on: date | None = None
    invoiced_on: date | None = None
    produced_on: date | None = None
    replaced_on: date | None = None


@dataclass(frozen=True)
class Warranty:
    """``in``, ``out`` or ``unknown`` on a day; ``until`` is the last day that is still covered.

    ``prolonged`` counts the days of repair that were added, ``over_meter`` says that the reading ended it.
    """

    state: str
    basis: str
    starts_on: date | None = None
    until: date | None = None
    prolonged: int = 0
    over_meter: bool = False

    def days_left(self, on: date) -> int | None:
        """Days that remain, negative when it is over."""
        return (self.until - on).days if self.until else None


def start_of(terms: Terms, dates: Dates) -> tuple[date | None, str]:
    """Return the first day and what it is taken from: replacement, the basis, the invoice, or the making."""
    if dates.replaced_on and terms.restarts:
        return dates.replaced_on, "replacement"
    handed = [day for day in (dates.delivered_on, dates.installed_on) if day]
    chosen = {
        "latest": max(handed, default=None),
        "delivery": dates.delivered_on,
        "installation": dates.installed_on,
        "invoice": dates.invoiced_on,
    }[terms.start_basis]
    if chosen:
        return chosen, terms.start_basis
    if dates.invoiced_on:
        return dates.invoiced_on, "invoice"
    if handed:
        return max(handed), "latest"
    if dates.produced_on:
        return dates.produced_on + timedelta(days=terms.fallback_days), "production"
    return None, "none"


def merged(intervals: Sequence[Interval]) -> list[Interval]:
    """Intervals that overlap or touch as one, so that no day counts twice."""
    found: list[Interval] = []
    for begin, end in sorted(intervals):
        if found and begin <= found[-1][1] + timedelta(days=1):
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def prolonged_to(start: date, until: date, suspended: Sequence[Interval]) -> date:
    """The last day after the days of repair that fell into the period were added; each moves the ones behind it."""
    for begin, end in merged(suspended):
        if begin <= until and end >= start:
            until += timedelta(days=(end - max(begin, start)).days + 1)
    return until


def rolled(day: date, is_off: IsOff) -> date:
    """The day itself, or the first day after the holiday in which it lies."""
    for ahead in range(LONGEST_HOLIDAY):
        if not is_off(day + timedelta(days=ahead)):
            return day + timedelta(days=ahead)
    return day


def evaluate(
    terms: Terms | None, dates: Dates, on: date, suspended: Sequence[Interval] = (), *,
    meter: int | None = None, is_off: IsOff | None = None,
) -> Warranty:  # fmt: skip
    """Say whether a day lies in the warranty; days of repair within the period prolong it.

    Without terms or without any date the answer is ``unknown``, never a guess. Days lie in it or not; a meter that has
    passed its limit ends it before (first reached).
    """
    if terms is None:
        return Warranty("unknown", "no_policy")
    start, basis = start_of(terms, dates)
    if start is None:
        return Warranty("unknown", basis)
    plain = until = add_months(start, terms.months) - timedelta(days=1)
    if terms.prolongs:
        until = prolonged_to(start, until, suspended)
    extra = (until - plain).days
    if terms.rolls_over and is_off is not None:
        until = rolled(until, is_off)
    over = terms.meter is not None and meter is not None and meter > terms.meter
    return Warranty("in" if on <= until and not over else "out", basis, start, until, extra, over)
