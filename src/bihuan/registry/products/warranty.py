"""The warranty as pure reckoning (domain facts B1)."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

Interval = tuple[date, date]


@dataclass(frozen=True)
class Terms:
    """What a warranty policy promises."""

    months: int
    start_basis: str
    fallback_days: int = 90


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
    """``in``, ``out`` or ``unknown`` on a day; ``until`` is the last day that is still covered."""

    state: str
    basis: str
    starts_on: date | None = None
    until: date | None = None

    def days_left(self, on: date) -> int | None:
        """Days that remain, negative when it is over."""
        return (self.until - on).days if self.until else None


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def start_of(terms: Terms, dates: Dates) -> tuple[date | None, str]:
    """Return the first day and what it is taken from: replacement, the basis, the invoice, or the making."""
    if dates.replaced_on:
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


def evaluate(terms: Terms | None, dates: Dates, on: date, suspended: Sequence[Interval] = ()) -> Warranty:
    """Say whether a day lies in the warranty; days of repair within the period prolong it.

    Without terms or without any date the answer is ``unknown``, never a guess.
    """
    if terms is None:
        return Warranty("unknown", "no_policy")
    start, basis = start_of(terms, dates)
    if start is None:
        return Warranty("unknown", basis)
    until = add_months(start, terms.months) - timedelta(days=1)
    for begin, end in sorted(suspended):
        if begin <= until and end >= start:
            until += timedelta(days=(end - max(begin, start)).days + 1)
    return Warranty("in" if on <= until else "out", basis, start, until)
