"""Work of the monitor outside the request: judging after shipments, going through cases, the night."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.jobs.registry import job
from bihuan.core.jobs.services import Progress, enqueue
from bihuan.quality.monitor.counting import count_case
from bihuan.quality.monitor.exposure import expose_inspections, expose_shipments, expose_units
from bihuan.quality.monitor.judging import judge
from bihuan.quality.monitor.models import Cell
from bihuan.quality.monitor.rolling import held_until, hold, moved, release
from bihuan.quality.monitor.warning import look
from bihuan.registry.products.models import InspectedLot, Shipment, Unit
from bihuan.service.desk.models import Case

DAY: Final = 86_400
CHUNK: Final = 500
BEHIND: Final = {
    "batch": lambda pk: Q(unit__batch=pk), "model": lambda pk: Q(unit__model=pk) | Q(model=pk),
    "symptom": lambda pk: Q(symptom=pk), "cause": lambda pk: Q(cause_category=pk),
    "customer": lambda pk: Q(customer=pk),
}  # fmt: skip


def judge_later(scopes: Iterable[str]) -> None:
    """Let the cells of some scopes be judged after the commit."""
    if wanted := sorted(scopes):
        enqueue("monitor.judge", {"scopes": wanted})


def refresh_later(kind: str, pk: int, mark: int) -> None:
    """Let the cases behind a changed row be counted again; the mark of the change makes it happen once."""
    enqueue("monitor.refresh", {"kind": kind, "pk": pk}, key=f"monitor.refresh:{mark}")


@job("monitor.judge", label=_("Judge cells that changed"))
def judge_scopes(payload: dict[str, Any], progress: Progress) -> None:
    """Judge the cells of the scopes whose units changed; shipments after their failures are right from here on."""
    scopes = payload["scopes"]
    for start in range(0, len(scopes), CHUNK):
        _judge_all(Cell.objects.filter(scope__in=scopes[start : start + CHUNK]).values_list("pk", flat=True), progress)


@job("monitor.judge_all", label=_("Judge all cells"))
def judge_all(payload: dict[str, Any], progress: Progress) -> None:
    """Judge every cell; a new policy may change what is above a line."""
    _judge_all(Cell.objects.values_list("pk", flat=True), progress)


def judge_moved(on: date, report: Callable[[int, int], None] | None = None) -> int:
    """Judge the cells that a new day may judge otherwise; the day is noted once as that up to which all hold.

    Returns how many were judged.
    """
    done, until = 0, held_until()
    if until is not None and until > on:
        release()
    for cells in moved(on):
        for part in parts(cells.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=5000)):
            judge(part, on=on)
            done += len(part)
            if report is not None:
                report(done, 0)
    hold(on)
    return done


def _judge_all(ids: Any, progress: Progress) -> None:
    done = 0
    for part in parts(ids.order_by("pk").iterator(chunk_size=5000)):
        judge(part)
        done += len(part)
        progress.report(done, 0)


def parts(items: Iterable[int]) -> Iterator[list[int]]:
    """Cut a long row of numbers into parts, each for one transaction."""
    part: list[int] = []
    for item in items:
        part.append(item)
        if len(part) == CHUNK:
            yield part
            part = []
    if part:
        yield part


@job("monitor.refresh", label=_("Count cases again behind a changed row"))
def refresh(payload: dict[str, Any], progress: Progress) -> None:
    """Count the cases behind a changed row again, and the units where dates or regions changed."""
    kind, pk = payload["kind"], payload["pk"]
    touched: set[int] = set()
    for done, case in enumerate(Case.objects.filter(BEHIND[kind](pk)).values_list("pk", flat=True), 1):
        touched |= count_case(case)
        if done % 100 == 0:
            progress.report(done)
    scopes = _expose_behind(kind, pk)
    touched |= set(Cell.objects.filter(scope__in=scopes).values_list("pk", flat=True))
    for part in parts(sorted(touched)):
        judge(part)


def _expose_behind(kind: str, pk: int) -> set[str]:
    if kind not in {"batch", "model", "customer"}:
        return set()
    changed: set[str] = set()
    if kind != "customer":
        for part in parts(Shipment.objects.filter(**{kind: pk}).values_list("pk", flat=True)):
            changed |= expose_shipments(part)
        for part in parts(InspectedLot.objects.filter(**{kind: pk}).values_list("pk", flat=True)):
            changed |= expose_inspections(part)
    for part in parts(Unit.objects.filter(**{kind: pk}).values_list("pk", flat=True)):
        changed |= expose_units(part)
    return changed


@job("monitor.night", label=_("Nightly early warning"), every_seconds=DAY, max_attempts=3)
def night(payload: dict[str, Any], progress: Progress) -> dict[str, int]:
    """Judge the cells whose window has moved on, then look for what rises below the lines."""
    judge_moved(timezone.localdate(), progress.report)
    return look(report=progress.report)
