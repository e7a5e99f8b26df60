"""What the pages of the monitor show, read with a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from bihuan.core.policy import queries as policy
from bihuan.core.policy.schema.monitor import Monitor
from bihuan.quality.monitor.counting import CELLS
from bihuan.quality.monitor.estimates import Limits, intervals, remark
from bihuan.quality.monitor.exposure import START
from bihuan.quality.monitor.facts import add_months, month_of, months_between
from bihuan.quality.monitor.judging import profile_of
from bihuan.quality.monitor.models import (
    Alarm,
    AlarmState,
    Cell,
    CountedCase,
    Counter,
    Exposure,
    Finding,
    Kind,
    Level,
    Source,
)
from bihuan.quality.monitor.rolling import held_until
from bihuan.service.desk.models import Case
from bihuan.service.desk.queries import visible_to
from bihuan.ui.charts import trend

TOP = 50
TREND = 12
MONTHS = 24


@dataclass(frozen=True)
class CellRow:
    """A row of the board."""

    cell: Cell
    limits: Limits
    remark: str
    trend: list[int]
    points: str
    rules: list[str]
    alarm: Alarm | None
    finding: Finding | None

    @property
    def per_mille(self) -> float | None:
        """The rate to show; comparisons never use it."""
        return self.cell.count * 1000 / self.cell.exposure if self.cell.exposure > 0 else None

    @property
    def low(self) -> float | None:
        """The lower limit in per mille."""
        return None if self.limits[0] is None else self.limits[0] * 1000

    @property
    def high(self) -> float | None:
        """The upper limit in per mille."""
        return None if self.limits[1] is None else self.limits[1] * 1000


def rules_of(cell: Cell) -> Monitor:
    """The monitor of the cell's line."""
    return policy.parsed(policy.current(profile_of(cell))).monitor


def rows_of(cells: Sequence[Cell]) -> list[CellRow]:
    """Rows with interval, remark, trend, rules, live alarm and early warning."""
    if not cells:
        return []
    ids = [cell.pk for cell in cells]
    lines = trends(ids)
    live = Alarm.objects.filter(cell__in=ids, state__in=[AlarmState.OPEN, AlarmState.JOINED]).order_by("level", "pk")
    alarms = {alarm.cell_id: alarm for alarm in live}
    findings = {row.cell_id: row for row in Finding.objects.filter(cell__in=ids, is_current=True)}
    limits: dict[int, Limits] = {}
    for confidence in {rules_of(cell).confidence for cell in cells}:
        group = [cell for cell in cells if rules_of(cell).confidence == confidence]
        found = intervals([(cell.count, cell.exposure) for cell in group], confidence)
        limits |= {cell.pk: pair for cell, pair in zip(group, found, strict=True)}
    rows = []
    for cell in cells:
        rules, line = rules_of(cell), lines.get(cell.pk, [0] * TREND)
        fired = [rule.name for rule in rules.rules if rule.code in cell.fired]
        words = remark(cell.count, cell.exposure, limits[cell.pk][0], rules)
        rows.append(
            CellRow(cell, limits[cell.pk], words, line, trend(line), fired, alarms.get(cell.pk), findings.get(cell.pk))
        )
    return rows


def trends(ids: Sequence[int]) -> dict[int, list[int]]:
    """Defects by month of complaint over the last twelve months."""
    first = add_months(month_of(timezone.localdate()), 1 - TREND)
    rows = Counter.objects.filter(cell__in=ids, kind=Kind.COMPLAINT, period__gte=first)
    found: dict[int, list[int]] = {}
    by_month = rows.annotate(month=TruncMonth("period")).values_list("cell_id", "month").annotate(n=Sum("count"))
    for cell, month, number in by_month.order_by():
        place = months_between(first, month)
        if 0 <= place < TREND:
            found.setdefault(cell, [0] * TREND)[place] += number
    return found


def ranked(rows: QuerySet[Cell], level: str, line: str, words: str, *, above: bool) -> QuerySet[Cell]:
    """Cells of a level, those with a graver rule first, then by rate; cells without a defect left out."""
    found = rows.filter(level=level, count__gt=0)
    if line.isdigit():
        found = found.filter(line=int(line))
    if words:
        named = Q()
        for field in ("mechanism__name", "symptom__name", "model__code", "model__name", "batch__number"):
            named |= Q(**{f"{field}__icontains": words})
        found = found.filter(named)
    if above:
        found = found.filter(stage__gt=0)
    return found.order_by("-stage", "-rank", "pk")


def figures(cells: QuerySet[Cell], level: str, alarms: QuerySet[Alarm], findings: QuerySet[Finding]) -> dict[str, Any]:
    """The numbers above the board; above a line are those of the level that it shows."""
    return {
        "open": alarms.filter(state=AlarmState.OPEN).order_by()[:100].count(),
        "above": cells.filter(level=level, stage__gt=0).order_by()[:100].count(),
        "findings": findings.order_by()[:100].count(),
        "without": cells.filter(level=Level.MODEL, count__gt=0, exposure=0).order_by()[:100].count(),
        "judged_on": held_until(),
    }


def holds_until(cell: Cell) -> date | None:
    """The day up to which a cell holds: its own judgement, or the last night that passed over it."""
    days = [day for day in (cell.judged_on, held_until()) if day is not None]
    return max(days, default=None) if cell.judged_on else None


@dataclass(frozen=True)
class MonthRow:
    """One month of a cell."""

    month: date
    reported: int
    shipped: int
    failed: int

    @property
    def per_mille(self) -> float | None:
        """Of the units shipped in the month, how many have failed so far."""
        return self.failed * 1000 / self.shipped if self.shipped > 0 else None


def months_of(cell: Cell, count: int = MONTHS) -> list[MonthRow]:
    """The last two years: failures by month of complaint, units by ship month, and how many of those failed."""
    first = add_months(month_of(timezone.localdate()), 1 - count)
    rows = Counter.objects.filter(cell=cell, kind__in=[Kind.COMPLAINT, Kind.SHIP], period__gte=first)
    seen = rows.annotate(month=TruncMonth("period")).values_list("kind", "month").annotate(n=Sum("count")).order_by()
    by_kind = {(kind, month): number for kind, month, number in seen}
    sent = shipped_by_month(Q(scope=cell.scope), first)
    months = [add_months(first, index) for index in range(count)]
    return [
        MonthRow(m, by_kind.get((Kind.COMPLAINT, m), 0), sent.get(m, 0), by_kind.get((Kind.SHIP, m), 0)) for m in months
    ]


def shipped_by_month(scopes: Q, first: date, source: str = Source.SHIPPED) -> dict[date, int]:
    """Units by month for some scopes."""
    rows = Exposure.objects.filter(scopes, source=source, kind=START, period__gte=first)
    by_month = rows.annotate(month=TruncMonth("period")).values_list("month").annotate(n=Sum("quantity"))
    return dict(by_month.order_by())


def cases_of(cell: Cell, user: Any) -> QuerySet[Case]:
    """The cases that count in a cell and that the user may see; those that were counted by an earlier one too."""
    field = CELLS[Level(cell.level)]
    counted = CountedCase.objects.filter(**{f"{field}_id": cell.pk}).values("pk")
    rows = visible_to(user).filter(pk__in=counted)
    return rows.select_related("customer", "model", "owner", "unit", "symptom").annotate(shown=F("pk"))


@dataclass(frozen=True)
class ShipmentMonth:
    """One month of what was shipped, installed and inspected."""

    month: date
    shipped: int
    installed: int
    inspected: int


def shipment_months(scope: str, lines: Sequence[int], count: int = MONTHS) -> list[ShipmentMonth]:
    """Units shipped, installed and inspected by month: of one scope, or of all product lines."""
    first = add_months(month_of(timezone.localdate()), 1 - count)
    scopes = Q(scope=scope) if scope else Q(scope__in=[f"line:{pk}" for pk in lines])
    sent = shipped_by_month(scopes, first)
    fitted = shipped_by_month(scopes, first, Source.INSTALLED)
    seen = shipped_by_month(scopes, first, Source.INSPECTED)
    months = [add_months(first, index) for index in range(count)]
    return [ShipmentMonth(m, sent.get(m, 0), fitted.get(m, 0), seen.get(m, 0)) for m in months]


def recent(today: date) -> date:
    """The day two years ago."""
    return today - timedelta(days=731)
