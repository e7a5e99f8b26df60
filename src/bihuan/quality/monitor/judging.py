"""Cells against the rules: the figures of the window, the rules that fire, alarms raised, repeated, fallen below.

Rules fire as they are written, on whole numbers (QIS-01, QIS-04). Where no unit is known to stand behind a cell there
is no rate, and a line cannot be crossed; the cell is judged again when shipments arrive.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min, Q, Sum
from django.utils import timezone

from bihuan.core.policy import queries as policy
from bihuan.core.policy.schema.monitor import Monitor, RateRule
from bihuan.quality.monitor.alarms import follow_rules
from bihuan.quality.monitor.counting import lock
from bihuan.quality.monitor.facts import add_months, month_of
from bihuan.quality.monitor.models import Cell, Counter, Exposure, Kind
from bihuan.quality.monitor.rules import Figures, fired_rules, spans
from bihuan.quality.monitor.windows import Bounds, bounds, units
from bihuan.service.desk.models import Case

MILLION = 1_000_000
UPDATE = """UPDATE monitor_cell
SET count=%s, exposure=%s, rank=%s, stage=%s, fired=%s, judged_on=%s, version_id=%s WHERE id=%s"""


def figures_of(cells: Sequence[Cell], rules: Monitor, on: date) -> dict[int, Figures]:
    """The figures of many cells under one policy: two queries, however many cells and counters there are."""
    found = bounds(rules.window, on)
    wanted = spans(rules)
    flagged = Q(period__gte=found.since, period__lte=on)
    complaints = Q(kind=Kind.COMPLAINT, count__gt=0, period__lte=on)
    asked: dict[str, Any] = {
        "n": Sum("count", filter=found.counters()),
        "first": Min("period", filter=complaints), "last": Max("period", filter=complaints),
        **{flag: Sum("count", filter=flagged & Q(kind=flag)) for flag in (Kind.SERIOUS.value, Kind.DANGER.value)},
        **{
            f"recent_{index}": Sum("count", filter=complaints & Q(period__gt=add_months(month_of(on), -span)))
            for index, span in enumerate(wanted)
        },
    }  # fmt: skip
    rows = Counter.objects.filter(cell__in=[cell.pk for cell in cells]).values("cell_id").annotate(**asked)
    seen = {row["cell_id"]: row for row in rows.order_by()}
    behind = exposures({cell.scope for cell in cells}, rules, found)
    return {cell.pk: _figures(seen.get(cell.pk, {}), behind.get(cell.scope, 0), len(wanted)) for cell in cells}


def _figures(row: dict[str, Any], exposure: int, wanted: int) -> Figures:
    return Figures(
        row.get("n") or 0, exposure, row.get("serious") or 0, row.get("danger") or 0,
        tuple(row.get(f"recent_{index}") or 0 for index in range(wanted)), row.get("first"), row.get("last"),
    )  # fmt: skip


def exposures(scopes: Iterable[str], rules: Monitor, found: Bounds) -> dict[str, int]:
    """The units behind scopes in a window."""
    rows = Exposure.objects.filter(units(rules, found), scope__in=list(scopes))
    return dict(rows.values_list("scope").annotate(Sum("quantity")).order_by())


def profile_of(cell: Cell) -> str | None:
    """The profile of the cell's product line; None is the default one."""
    return cell.line.profile.code if cell.line and cell.line.profile else None


@transaction.atomic
def judge(ids: Iterable[int], *, on: date | None = None, case: Case | None = None, by: Any = None) -> int:
    """Judge cells as they stand; returns how many alarms were raised.

    ``case`` is the one that changed, if it was a case; without, the newest case of the cell stands for an alarm.
    """
    wanted = set(ids)
    lock(wanted)
    cells = list(Cell.objects.filter(pk__in=wanted).select_related("line__profile").order_by("pk"))
    day, raised = on or timezone.localdate(), 0
    by_profile: dict[str | None, list[Cell]] = {}
    for cell in cells:
        by_profile.setdefault(profile_of(cell), []).append(cell)
    for code, group in by_profile.items():
        version = policy.current(code)
        rules = policy.parsed(version).monitor
        figures = figures_of(group, rules, day)
        hits = {cell.pk: fired_rules(rules, figures[cell.pk], coded=bool(cell.mechanism_id)) for cell in group}
        before = {cell.pk: tuple(cell.fired) for cell in group}
        _note(group, figures, hits, day, version.pk)
        watched = [cell for cell in group if cell.level in rules.levels]
        raised += follow_rules(watched, figures, hits, version, day=day, case=case, by=by, before=before)
    return raised


def _note(
    cells: Sequence[Cell], figures: dict[int, Figures], hits: dict[int, list[tuple[RateRule, int]]], day: date,
    version: int,
) -> None:  # fmt: skip
    """Write what was seen on the cells, where it differs."""
    today = connection.ops.adapt_datefield_value(day)
    rows = []
    for cell in cells:
        found, fired = figures[cell.pk], [rule.code for rule, _cases in hits[cell.pk]]
        stage = max((rule.level for rule, _cases in hits[cell.pk]), default=0)
        rank = found.count * MILLION // found.exposure if found.exposure > 0 else 0
        now = (found.count, found.exposure, rank, stage)
        seen = (cell.count, cell.exposure, cell.rank, cell.stage, cell.fired, cell.judged_on, cell.version_id)
        if seen != (*now, fired, day, version):
            cell.count, cell.exposure, cell.rank, cell.stage = now
            cell.fired, cell.judged_on, cell.version_id = fired, day, version
            text = connection.ops.adapt_json_value(fired, None)
            rows.append((*now, text, today, version, cell.pk))
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(UPDATE, rows)
