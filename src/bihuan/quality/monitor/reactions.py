"""What the monitor does when something happens below it."""

from collections.abc import Sequence
from typing import Any

from bihuan.core.activity.models import Activity
from bihuan.core.activity.reactions import on, on_many
from bihuan.core.jobs.services import enqueue
from bihuan.quality.monitor.counting import count_case
from bihuan.quality.monitor.exposure import expose_inspections, expose_shipments, expose_units
from bihuan.quality.monitor.jobs import judge_later, refresh_later
from bihuan.quality.monitor.judging import judge
from bihuan.quality.monitor.models import CountedCase
from bihuan.service.desk.models import Case


@on("case.triaged", "case.coded", "case.edited", "case.suggestion_accepted", "case.cancelled", "case.reopened")
def count(activity: Activity, subject: Any) -> None:
    """A case was judged, coded, corrected, cancelled or opened again: its cells follow, and are judged."""
    if changed := count_case(subject.pk):
        judge(changed, case=subject, by=activity.actor)


@on_many("shipment.created", "shipment.changed")
def ship(subjects: Sequence[Any]) -> None:
    """Shipments came or changed: the units behind the rates follow at once, their cells are judged in a job."""
    judge_later(expose_shipments([row.pk for row in subjects]))


@on_many("inspected_lot.created", "inspected_lot.changed")
def inspect(subjects: Sequence[Any]) -> None:
    """Inspected lots came or changed."""
    judge_later(expose_inspections([row.pk for row in subjects]))


@on_many("unit.created", "unit.changed", "unit.card_registered")
def install(subjects: Sequence[Any]) -> None:
    """Units came or changed: the installed ones are counted."""
    judge_later(expose_units([row.pk for row in subjects]))


@on_many("unit.changed")
def recount_units(subjects: Sequence[Any]) -> None:
    """Serial, model, batch or dates of units changed: their cases count anew."""
    cases = Case.objects.filter(unit__in=[row.pk for row in subjects]).values_list("pk", flat=True)
    for pk in list(CountedCase.objects.filter(pk__in=cases).values_list("pk", flat=True)):
        if changed := count_case(pk):
            judge(changed)


@on("batch.changed", "model.changed", "symptom.changed", "cause.changed", "customer.changed")
def refresh(activity: Activity, subject: Any) -> None:
    """Dates, lines, flags or regions changed behind many cases: they are gone through in a job."""
    refresh_later(activity.verb.split(".", 1)[0], subject.pk, activity.pk)


@on("policy.changed")
def rejudge(activity: Activity, subject: Any) -> None:
    """Other lines or windows: counters stay as they are, every cell is judged anew; alarms keep their version."""
    enqueue("monitor.judge_all", {}, key=f"monitor.judge_all:{activity.pk}")
