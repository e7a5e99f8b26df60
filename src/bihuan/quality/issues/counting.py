"""Counting the same mechanism in units made after the breakpoint, against what was shipped of them (CAP-08, NCR-07).

The one place where the proof reads counts; the rate monitor may stand behind it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum

from bihuan.quality.issues.models import Breakpoint, Issue
from bihuan.registry.products.models import Shipment, Unit
from bihuan.service.desk.models import Case, CaseState, Nature


@dataclass(frozen=True)
class Counts:
    """Defective units after the breakpoint, shipped units, and defective ones of which nobody knows when they were
    made."""

    count: int
    exposure: int
    undated: int


def since_of(issue: Issue) -> date | None:
    """The production day of the breakpoint; None for a serial."""
    if issue.breakpoint_kind == Breakpoint.DATE:
        return issue.breakpoint_on
    if issue.breakpoint_kind == Breakpoint.BATCH and issue.breakpoint_batch is not None:
        return issue.breakpoint_batch.produced_on
    return None


def effect_counts(issue: Issue) -> Counts:
    """Count with the same rules as the monitor: one serial once; misuse, duplicates and cancelled cases out."""
    after = _made_after(issue)
    cases = _defects(issue)
    dated = cases.filter(unit__in=after.values("pk"))
    unknown = cases.filter(complained_at__date__gte=_first_day(issue)).filter(
        Q(unit__isnull=True) | Q(unit__produced_on__isnull=True, unit__batch__produced_on__isnull=True)
    )
    undated = unknown.count() if issue.breakpoint_kind != Breakpoint.SERIAL else unknown.filter(unit=None).count()
    return Counts(dated.values("unit").distinct().count(), _shipped(issue, after), undated)


def _defects(issue: Issue) -> QuerySet[Case]:
    rows = Case.objects.filter(mechanism=issue.mechanism_id, duplicate_of__isnull=True)
    rows = (
        rows.exclude(state=CaseState.CANCELLED)
        .exclude(nature=Nature.MISUSE)
        .exclude(cause_category__is_user_caused=True)
    )
    if issue.mechanism_id is None:
        return rows.none()
    return rows.filter(**_scope(issue, ""))


def _scope(issue: Issue, prefix: str) -> dict[str, Any]:
    """The product that the issue is about: its model, else its line."""
    if issue.model_id:
        return {f"{prefix}model": issue.model_id}
    return {f"{prefix}model__line": issue.line_id} if issue.line_id else {}


def _made_after(issue: Issue) -> QuerySet[Unit]:
    units = Unit.objects.filter(**_scope(issue, ""))
    if issue.breakpoint_kind == Breakpoint.SERIAL:
        return units.filter(serial__gte=issue.breakpoint_serial)
    day = since_of(issue)
    if day is None:
        return units.none()
    return units.filter(Q(produced_on__gte=day) | Q(produced_on__isnull=True, batch__produced_on__gte=day))


def _first_day(issue: Issue) -> date:
    return since_of(issue) or issue.complained_at.date()


def _shipped(issue: Issue, after: QuerySet[Unit]) -> int:
    """Shipments of batches made after the day; those of no batch by the day of shipping; a serial counts its units."""
    if issue.breakpoint_kind == Breakpoint.SERIAL:
        return after.filter(shipped_on__isnull=False).count()
    day = since_of(issue)
    if day is None:
        return 0
    dated = Q(batch__produced_on__gte=day) | Q(batch__produced_on__isnull=True, shipped_on__gte=day)
    rows = Shipment.objects.filter(**_scope(issue, "")).filter(dated)
    return rows.aggregate(sum=Sum("quantity"))["sum"] or 0
