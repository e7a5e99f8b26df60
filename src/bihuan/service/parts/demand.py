"""What was needed month by month, and the stock levels that follow from it (PRT-02, PRT-06, PRT-15)."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Case, F, IntegerField, Sum, When
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.policy.schema.field import PartsRules
from bihuan.registry.spares.models import Part
from bihuan.service.parts.models import Move, MoveKind
from bihuan.stats.demand import classify_demand, forecast_demand, reorder_point
from bihuan.stats.errors import NoAnswer

DAYS_A_MONTH = 30.4375


@dataclass(frozen=True)
class Levels:
    """Safety, minimum and maximum stock that demand, lead time and service level ask for."""

    rate: float
    method: str
    safety: int
    minimum: int
    maximum: int

    @property
    def ground(self) -> str:
        """From what it was worked out, for people."""
        values = {"rate": f"{self.rate:.2f}", "method": self.method.upper(), "minimum": self.minimum,
                  "maximum": self.maximum}  # fmt: skip
        return _("%(rate)s a month (%(method)s), minimum %(minimum)s, maximum %(maximum)s") % values


@dataclass(frozen=True)
class NoLevels:
    """Nothing can be proposed: why, and what to do instead, for people."""

    ground: str


def months_before(today: date, count: int) -> list[date]:
    """The first days of the whole months before this one, the oldest first."""
    found, day = [], today.replace(day=1)
    for _step in range(count):
        day = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
        found.append(day)
    return found[::-1]


def issued_by_month(parts: Iterable[Part], months: list[date]) -> Mapping[int, list[int]]:
    """What was needed, month by month: issues less what was given back, never below zero, and what reports took out of
    own stocks, which no issue brought there."""
    signed = Case(When(kind=MoveKind.GIVE_BACK, then=-F("quantity")), default=F("quantity"),
                  output_field=IntegerField())  # fmt: skip
    ids = [part.pk for part in parts]
    moves = Move.objects.filter(part__in=ids, at__gte=_local(months[0]))
    issues = moves.filter(kind__in=(MoveKind.ISSUE, MoveKind.GIVE_BACK))
    own = moves.filter(kind=MoveKind.USE, use__isnull=False, use__line__requisition__approved_at=None)
    found = {pk: dict.fromkeys(months, 0) for pk in ids}
    for rows, pieces in ((issues, Sum(signed)), (own, Sum("quantity"))):
        for row in rows.annotate(month=TruncMonth("at")).values("part", "month").annotate(pieces=pieces):
            if (month := row["month"].date()) in found[row["part"]]:
                found[row["part"]][month] += max(0, row["pieces"])
    return {pk: list(values.values()) for pk, values in found.items()}


def _local(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def levels_of(demand: list[int], lead_days: int, rules: PartsRules) -> Levels | NoLevels:
    """Levels by the method that suits the demand (Croston, SBA or TSB), or why there are none.

    The minimum is the point at which a new order arrives in time with the wanted chance; the maximum is that and the
    demand of the months for which an order shall last. Demand that never varies needs nothing to be safe from.
    """
    try:
        method = classify_demand(demand).method if sum(1 for count in demand if count) > 1 else "tsb"
        found = forecast_demand(demand, method)
        lead = max(lead_days, 1) / DAYS_A_MONTH
        point, safety = _point(found.rate, math.sqrt(found.variance), lead, rules.service_level)
    except NoAnswer:
        text = _(
            "Nothing was issued in the last %(count)s months, so nothing can be proposed. Enter the levels by what you "
            "know of sales and repairs; 0 means that nothing is kept."
        )
        return NoLevels(text % {"count": len(demand)})
    minimum = max(1, math.ceil(point))
    maximum = minimum + max(1, math.ceil(found.rate * rules.cover_months))
    return Levels(found.rate, method, min(minimum, max(0, math.ceil(safety))), minimum, maximum)


def _point(rate: float, deviation: float, lead: float, service: float) -> tuple[float, float]:
    """At how many pieces to order again, and how many of them are for safety."""
    if deviation == 0:
        return rate * lead, 0.0
    shape = "gamma" if deviation > rate / 2 else "normal"
    plan = reorder_point(rate, deviation, lead, service=service, method=shape)
    return plan.reorder_point, plan.safety
