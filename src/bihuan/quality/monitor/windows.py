"""Which failures and which units a window takes in, on a given day."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from bihuan.core.policy.schema.monitor import Monitor, RateWindow
from bihuan.quality.monitor.exposure import MADE, START
from bihuan.quality.monitor.facts import add_months, month_of
from bihuan.quality.monitor.models import Kind, Source


@dataclass(frozen=True, slots=True)
class Bounds:
    """From ``first`` to ``last`` inclusive, of one kind of counter; ``age`` is the highest age in months.

    ``since`` is the day from which complaints of that window may come; single serious cases are looked for there.
    """

    kind: Kind
    first: date
    last: date
    age: int | None
    since: date

    def counters(self) -> Q:
        """The counters within."""
        found = Q(kind=self.kind, period__gte=self.first, period__lte=self.last)
        return found & Q(age__lte=self.age) if self.age is not None else found


def bounds(window: RateWindow, on: date) -> Bounds:
    """The window as it stands on a day; the running month is its last one.

    By service age only units count that have reached the age, so that the young ones do not thin the rate.
    """
    month = month_of(on)
    if window.basis == "rolling_days":
        first = on - timedelta(days=window.length - 1)
        return Bounds(Kind.COMPLAINT, first, on, None, first)
    age = window.age if window.basis == "service_age" else None
    last = add_months(month, -age) if age is not None else month
    first = add_months(last, 1 - window.length)
    kind = Kind.MADE if window.basis == "production_month" else Kind.SHIP
    return Bounds(kind, first, last, age, first)


def units(rules: Monitor, found: Bounds) -> Q:
    """The units behind the failures of a window; in service are all installed so far, whenever that was."""
    source = Source.INSTALLED if rules.denominator == "in_service" else Source(rules.denominator)
    by = MADE if found.kind == Kind.MADE else START
    until = found.last if found.kind == Kind.COMPLAINT else add_months(found.last, 1) - timedelta(days=1)
    wanted = Q(source=source, kind=by, period__lte=until)
    return wanted if rules.denominator == "in_service" else wanted & Q(period__gte=found.first)


def in_words(rules: Monitor, found: Bounds) -> str:
    """The window and its units as people read them."""
    names = {
        "ship_month": _("shipped %(first)s to %(last)s"), "production_month": _("made %(first)s to %(last)s"),
        "service_age": _("shipped %(first)s to %(last)s, failed within %(age)s months"),
        "rolling_days": _("complaints %(first)s to %(last)s"),
    }  # fmt: skip
    days = found.kind == Kind.COMPLAINT
    first, last = (f"{day:%Y-%m-%d}" if days else f"{day:%Y-%m}" for day in (found.first, found.last))
    text = names[rules.window.basis] % {"first": first, "last": last, "age": found.age}
    return f"{text} / {denominator_name(rules.denominator)}"


def denominator_name(code: str) -> str:
    """The units below the line, in words."""
    return {
        "shipped": _("units shipped"), "installed": _("units installed"), "in_service": _("units in service"),
        "inspected": _("pieces inspected"),
    }[code]  # fmt: skip
