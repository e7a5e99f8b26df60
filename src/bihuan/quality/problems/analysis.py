"""Pareto and trend of quality problems (KPI-09, KPI-10)."""

from collections import Counter as Tally
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.quality.issues.models import Source
from bihuan.quality.issues.queries import visible_to
from bihuan.quality.monitor.exposure import START
from bihuan.quality.monitor.facts import add_months, month_of, months_between
from bihuan.quality.monitor.models import Counter, Exposure, Kind, Level
from bihuan.quality.monitor.models import Source as Denominator
from bihuan.stats.charts import NELSON, Chart, Setup, laney_u_chart, u_chart
from bihuan.stats.errors import NoAnswer

TOP = 12
FIELD_MONTHS = 24
SPANS = (12, 24, 36)
PER = 1000
FAILURES = {
    "mechanism": (gettext_lazy("Failure mechanism"), "cell__mechanism__name"),
    "model": (gettext_lazy("Product model"), "cell__model__code"),
    "line": (gettext_lazy("Product line"), "cell__line__name"),
}  # fmt: skip
PROBLEMS = {
    "cause": (gettext_lazy("Cause category"), "cause_category__name"),
    "unit": (gettext_lazy("Responsible unit"), "department__name"),
    "supplier": (gettext_lazy("Supplier"), "supplier_name"),
    "source": (gettext_lazy("Source"), "source"),
}  # fmt: skip


@dataclass(frozen=True)
class Share:
    """A bar of the Pareto: so many of all, and the share with all larger ones; parts in tenths of a per cent."""

    label: str
    count: int
    total: int
    running: int

    @property
    def percent(self) -> str:
        """Its share of all."""
        return f"{self.count * 100 / self.total:.1f} %"

    @property
    def together(self) -> str:
        """The share of it and all before it."""
        return f"{self.running * 100 / self.total:.1f} %"


def first_month(span: int) -> date:
    """The first month of a span that ends with this one."""
    return add_months(month_of(timezone.localdate()), 1 - span)


def dimensions() -> list[tuple[str, Any]]:
    """What may be counted by."""
    return [(code, label) for code, (label, _field) in {**FAILURES, **PROBLEMS}.items()]


def pareto(user: Any, by: str, *, line: int | None, span: int) -> list[Share]:
    """Counted failures, or problems, by one of the dimensions; the smallest are put together.

    What nobody has named yet is no cause among others: it stands behind them all and is counted with them.
    """
    tally = _failures(FAILURES[by][1], line, span) if by in FAILURES else _problems(user, PROBLEMS[by][1], line, span)
    total, running, rows = sum(tally.values()), 0, []
    unnamed = tally.pop("", 0)
    ranked = sorted(tally.items(), key=lambda item: (-item[1], item[0]))
    rest = sum(count for _label, count in ranked[TOP:])
    tail = [(label, count) for label, count in ((_("Others"), rest), (_("not named"), unnamed)) if count]
    for label, count in [*ranked[:TOP], *tail]:
        running += count
        rows.append(Share(label, count, total, running))
    return rows


def _failures(field: str, line: int | None, span: int) -> Tally[str]:
    rows = Counter.objects.filter(cell__level=Level.MODEL, kind=Kind.COMPLAINT, period__gte=first_month(span))
    if line:
        rows = rows.filter(cell__line=line)
    found = rows.values_list(field).annotate(n=Sum("count")).order_by()
    return _named(found)


def _problems(user: Any, field: str, line: int | None, span: int) -> Tally[str]:
    rows = visible_to(user).filter(registered_at__date__gte=first_month(span))
    if line:
        rows = rows.filter(line=line)
    found = rows.order_by().values_list(field).annotate(n=Count("pk", distinct=True))
    if field == "source":
        return Tally({str(Source(code).label): n for code, n in found})
    return _named(found)


def _named(rows: Any) -> Tally[str]:
    tally: Tally[str] = Tally()
    for label, count in rows:
        if count:
            tally[label or ""] += count
    return tally


@dataclass(frozen=True)
class Month:
    """A month of the trend."""

    month: date
    failures: int
    units: int
    rate: float | None = None
    upper: float | None = None
    lower: float | None = None
    rules: str = ""


@dataclass(frozen=True)
class Trend:
    """Failures per thousand units in the field by month, with limits where they can be worked out."""

    months: list[Month]
    centre: float | None
    remark: str
    chart: Chart | None


def trend(*, line: int | None, mechanism: int | None, span: int, laney: bool = False) -> Trend:
    """A u chart of failures per 1,000 units shipped in the 24 months before; plain, or by Laney for large fields.

    Limits are phase I over the months shown, by Nelson's rules; the running month is shown and not judged.
    """
    first, today = first_month(span), timezone.localdate()
    months = [add_months(first, index) for index in range(span)]
    failures = _by_month(line, mechanism, first)
    units = _in_field(line, first)
    rows = [Month(month, failures.get(month, 0), units.get(month, 0)) for month in months]
    judged = [place for place, row in enumerate(rows) if row.units > 0 and row.month < month_of(today)]
    try:
        draw = laney_u_chart if laney else u_chart
        chart = draw(
            [rows[place].failures for place in judged], [rows[place].units / PER for place in judged],
            Setup(rules=NELSON),
        )  # fmt: skip
    except NoAnswer:
        plain = [_plain(row) for row in rows]
        return Trend(plain, None, str(_("Too few months with shipments and failures for limits.")), None)
    return Trend(_judged(rows, judged, chart), float(chart.centre[0]), "", chart)


def _plain(row: Month) -> Month:
    return Month(row.month, row.failures, row.units, row.failures * PER / row.units if row.units else None)


RULES = {
    "nelson-1": gettext_lazy("beyond a limit"),
    "nelson-2": gettext_lazy("9 in a row on one side"),
    "nelson-3": gettext_lazy("6 in a row rising or falling"),
    "nelson-4": gettext_lazy("14 in a row up and down"),
    "nelson-5": gettext_lazy("2 of 3 beyond two sigma"),
    "nelson-6": gettext_lazy("4 of 5 beyond one sigma"),
    "nelson-7": gettext_lazy("15 in a row within one sigma"),
    "nelson-8": gettext_lazy("8 in a row outside one sigma"),
}


def _judged(rows: Sequence[Month], judged: Sequence[int], chart: Chart) -> list[Month]:
    found = [_plain(row) for row in rows]
    for index, place in enumerate(judged):
        row = rows[place]
        names = [str(RULES[name]) for name in chart.signals.names(index)]
        found[place] = Month(
            row.month, row.failures, row.units, float(chart.points[index]), float(chart.upper[index]),
            float(chart.lower[index]), "、".join(names),
        )  # fmt: skip
    return found


def _by_month(line: int | None, mechanism: int | None, first: date) -> dict[date, int]:
    rows = Counter.objects.filter(cell__level=Level.LINE, kind=Kind.COMPLAINT, period__gte=first)
    if line:
        rows = rows.filter(cell__line=line)
    if mechanism:
        rows = rows.filter(cell__mechanism=mechanism)
    found = rows.annotate(month=TruncMonth("period")).values_list("month").annotate(n=Sum("count"))
    return dict(found.order_by())


def _in_field(line: int | None, first: date) -> dict[date, int]:
    """For each month the units shipped in it and the 23 months before."""
    begin = add_months(first, 1 - FIELD_MONTHS)
    rows = Exposure.objects.filter(source=Denominator.SHIPPED, kind=START, period__gte=begin)
    rows = rows.filter(scope=f"line:{line}") if line else rows.filter(scope__startswith="line:")
    found = rows.annotate(month=TruncMonth("period")).values_list("month").annotate(n=Sum("quantity")).order_by()
    sent = dict(found)
    last = month_of(timezone.localdate())
    months = [add_months(begin, index) for index in range(months_between(begin, last) + 1)]
    return {
        month: sum(sent.get(add_months(month, -back), 0) for back in range(FIELD_MONTHS))
        for month in months
        if month >= first
    }
