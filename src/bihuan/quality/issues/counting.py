"""Counting the same mechanism in units made after the breakpoint, from the monitor's facts (CAP-08, NCR-07).

The one place where the proof reads counts. What is a defect, and whose, is what the monitor counted: one serial once;
misuse, no trouble found, duplicates and cancelled cases out. The units behind it are the monitor's too, by the
denominator of the company.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Length
from django.utils import timezone

from bihuan.quality.issues.models import Breakpoint, Issue
from bihuan.quality.monitor.models import CountedCase, Exposed, Source
from bihuan.registry.products.models import Batch, Unit
from bihuan.service.desk.models import Case


@dataclass(frozen=True)
class Counts:
    """Defective units made after the breakpoint and the units behind them.

    ``mature`` of those units are out for at least the wanted days. ``undated`` are defects reported since the
    breakpoint of which nobody knows when they were made; they count nowhere and are told.
    """

    count: int
    exposure: int
    mature: int
    undated: int


def since_of(issue: Issue) -> date | None:
    """The production day of the breakpoint; None for a serial."""
    if issue.breakpoint_kind == Breakpoint.DATE:
        return issue.breakpoint_on
    if issue.breakpoint_kind == Breakpoint.BATCH and issue.breakpoint_batch is not None:
        return issue.breakpoint_batch.produced_on
    return None


def effect_counts(issue: Issue, *, on: date | None = None) -> Counts:
    """Count the defects and the units after the breakpoint, as they are known on a day."""
    day = on or timezone.localdate()
    defects = _defects(issue).filter(complained_on__lte=day)
    after = defects.filter(_made_after(issue, "case__unit__")) if issue.breakpoint_kind else defects.none()
    ripe = day - timedelta(days=issue.policy.issues.proof.min_days)
    return Counts(after.count(), _behind(issue, day), _behind(issue, ripe), _undated(issue, defects))


def _defects(issue: Issue) -> QuerySet[CountedCase]:
    """What the monitor counted of the mechanism in the product of the issue: its model, else its line."""
    rows = CountedCase.objects.filter(mechanism=issue.mechanism_id or 0, is_first=True)
    if issue.model_id:
        return rows.filter(model_cell__model=issue.model_id)
    return rows.filter(line_cell__line=issue.line_id) if issue.line_id else rows


def _made_after(issue: Issue, prefix: str) -> Q:
    """Units that carry the remedy. A longer serial is a later one, so that 1000 comes after 999."""
    if issue.breakpoint_kind == Breakpoint.SERIAL:
        text = issue.breakpoint_serial
        later = _serials(Unit.objects.filter(**_scope(issue)), text).values("pk")
        return Q(**{f"{prefix}pk__in": later})
    day = since_of(issue)
    if day is None:
        return Q(pk__in=[])
    by_unit = Q(**{f"{prefix}produced_on__gte": day})
    by_batch = Q(**{f"{prefix}produced_on__isnull": True, f"{prefix}batch__produced_on__gte": day})
    return by_unit | by_batch


def _serials(rows: QuerySet[Unit], text: str) -> QuerySet[Unit]:
    sized = rows.annotate(size=Length("serial"))
    return sized.filter(Q(size__gt=len(text)) | Q(size=len(text), serial__gte=text))


def _scope(issue: Issue) -> dict[str, Any]:
    if issue.model_id:
        return {"model": issue.model_id}
    return {"model__line": issue.line_id} if issue.line_id else {}


def _undated(issue: Issue, defects: QuerySet[CountedCase]) -> int:
    since = since_of(issue) or timezone.localdate(issue.complained_at)
    unknown = Q(case__unit__isnull=True)
    if issue.breakpoint_kind != Breakpoint.SERIAL:
        unknown |= Q(case__unit__produced_on__isnull=True, case__unit__batch__produced_on__isnull=True)
    return defects.filter(unknown, complained_on__gte=since).count()


def _behind(issue: Issue, until: date) -> int:
    """Units out by a day: shipped, inspected or installed, as the company counts; a serial counts single units.

    A shipment or inspected lot of no batch, or of one without a date, counts by its own day.
    """
    lots = {"shipped": Source.SHIPPED, "inspected": Source.INSPECTED}.get(issue.policy.monitor.denominator)
    if issue.breakpoint_kind == Breakpoint.SERIAL:
        begun = "shipped_on" if lots else "installed_on"
        rows = _serials(Unit.objects.filter(**_scope(issue)), issue.breakpoint_serial)
        return rows.filter(**{f"{begun}__lte": until}).count()
    day = since_of(issue)
    if day is None:
        return 0
    found = Exposed.objects.filter(start_on__lte=until, **_ids(issue))
    if lots:
        batches = Batch.objects.filter(**_scope(issue))
        dated = Q(batch_id__in=batches.filter(produced_on__gte=day).values("pk"))
        known = batches.filter(produced_on__isnull=False).values("pk")
        loose = Q(batch_id__isnull=True) | ~Q(batch_id__in=known)
        return _sum(found.filter(dated | (loose & Q(start_on__gte=day)), source=lots))
    units = Unit.objects.filter(_made_after(issue, ""), **_scope(issue))
    return _sum(found.filter(source=Source.INSTALLED, subject_id__in=units.values("pk")))


def _ids(issue: Issue) -> dict[str, int]:
    if issue.model_id:
        return {"model_id": issue.model_id}
    return {"line_id": issue.line_id} if issue.line_id else {}


def _sum(rows: QuerySet[Exposed]) -> int:
    return rows.aggregate(sum=Sum("quantity"))["sum"] or 0


def made_before_remedy(issue: Issue, case: Case | None) -> bool:
    """Whether the product of a case is known to have been made before the breakpoint of an issue."""
    unit = case.unit if case is not None else None
    if unit is None or not issue.breakpoint_kind:
        return False
    if issue.breakpoint_kind == Breakpoint.SERIAL:
        first = issue.breakpoint_serial
        return (len(unit.serial), unit.serial) < (len(first), first)
    made = unit.produced_on or (unit.batch.produced_on if unit.batch else None)
    day = since_of(issue)
    return made is not None and day is not None and made < day
