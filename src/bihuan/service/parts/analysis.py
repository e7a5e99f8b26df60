"""What parts were used for, and how well the stock serves (PRT-15, PRT-02)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count as Number
from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.service.parts.models import CountLine, CountState, PartUse, RequisitionLine, Stock

MOST = 20
GROUPS: Mapping[str, tuple[Any, str]] = {
    "part": (_("Spare part"), "line__part__name"),
    "class": (_("Function class"), "line__part__part_class__name"),
    "model": (_("Product model"), "case__model__code"),
    "mechanism": (_("Failure mechanism"), "case__mechanism__name"),
    "region": (_("Region"), "case__region__name"),
    "engineer": (_("Engineer"), "line__requisition__receiver__name"),
}


@dataclass(frozen=True)
class Share:
    """One number with what it is made of; nothing to divide by is no number."""

    above: int
    below: int

    @property
    def percent(self) -> str:
        """As people read it."""
        return f"{100 * self.above / self.below:.1f} %" if self.below else "—"


@dataclass(frozen=True)
class Analysis:
    """A period: uses by a group, and the three numbers of the stock."""

    rows: list[dict[str, Any]]
    pieces: int
    cost: int
    value: int
    filled: Share
    agreeing: Share

    @property
    def turnover(self) -> str:
        """Cost of what was used in the period over the value of the good stock today."""
        return f"{self.cost / self.value:.2f}" if self.value else "—"


def span(start: date, end: date) -> tuple[datetime, datetime]:
    """The moments from the first day to the end of the last."""
    return tuple(  # type: ignore[return-value]
        timezone.make_aware(datetime.combine(day, time.min)) for day in (start, end + timedelta(days=1))
    )


def uses_of(start: date, end: date) -> QuerySet[PartUse]:
    """What went into products in a period."""
    first, after = span(start, end)
    return PartUse.objects.filter(move__at__gte=first, move__at__lt=after)


def analyse(start: date, end: date, group: str, most: int | None = MOST) -> Analysis:
    """Uses by part, class, model, mechanism, region or engineer; fill rate, turnover and accuracy (PRT-15).

    ``most`` rows, those with the most pieces; None for all.
    """
    _label, path = GROUPS[group]
    uses, (first, after) = uses_of(start, end), span(start, end)
    totals = uses.aggregate(pieces=Sum("quantity"), cost=Sum("move__amount"))
    rows = uses.values(name=F(path)).annotate(
        pieces=Sum("quantity"), cost=Sum("move__amount"), times=Number("line__requisition", distinct=True)
    )
    lines = RequisitionLine.objects.filter(
        filled_at_once__isnull=False, requisition__approved_at__gte=first, requisition__approved_at__lt=after
    ).aggregate(filled=Number("id", filter=Q(filled_at_once=True)), all=Number("id"))
    counted = CountLine.objects.filter(
        count__state=CountState.POSTED, count__posted_at__gte=first, count__posted_at__lt=after, counted__isnull=False
    ).aggregate(agreeing=Number("id", filter=Q(counted=F("expected"))), all=Number("id"))
    return Analysis(
        rows=list(rows.order_by("-pieces", "name")[:most]), pieces=totals["pieces"] or 0, cost=totals["cost"] or 0,
        value=Stock.objects.aggregate(value=Sum("value"))["value"] or 0, filled=Share(lines["filled"], lines["all"]),
        agreeing=Share(counted["agreeing"], counted["all"]),
    )  # fmt: skip
