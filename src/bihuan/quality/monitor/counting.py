"""Counters follow the cases: each change of a case changes its counters by the difference, whatever is stored."""

from collections import Counter as Tally
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, transaction

from bihuan.core.rows.services import Kept, ask, update
from bihuan.quality.monitor.facts import Facts, counter_keys, of_case
from bihuan.quality.monitor.models import Cell, CountedCase, Level

CELLS = {Level.LINE: "line_cell", Level.MODEL: "model_cell", Level.BATCH: "batch_cell", Level.REGION: "region_cell"}
COPIED = (
    "identity", "fault", "mechanism_id", "symptom_id", "complained_on", "ship_month", "ship_age", "made_month",
    "made_age", "is_serious", "is_danger",
)  # fmt: skip
CELL_IDS = tuple(f"{name}_id" for name in CELLS.values())
KEPT = (*COPIED, *CELL_IDS, "is_first")
NAMES = tuple(field.attname for field in CountedCase._meta.concrete_fields)
Deltas = Tally[tuple[int, str, date, int]]
NEXT = """SELECT case_id FROM monitor_countedcase WHERE identity = %s AND fault = %s AND case_id <> %s
ORDER BY complained_on, case_id LIMIT 1"""
ADD = """INSERT INTO monitor_counter (cell_id, kind, period, age, count) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (cell_id, kind, period, age) DO UPDATE SET count = monitor_counter.count + excluded.count"""


@transaction.atomic
def count_case(case_id: int) -> set[int]:
    """Bring one case to what it says now; returns the cells whose counters changed.

    The cells are locked first, in one order, so that two changes of the same serial never both count as the first.
    """
    before = counted(case_id)
    facts = of_case(case_id)
    if before is None and facts is None:
        return set()
    cells = ensure_cells([facts] if facts else [])
    after = row_of(facts, cells) if facts else None
    if before is not None and after is not None and same(before, after):
        return set()
    lock({*cell_ids(before), *cell_ids(after)})
    deltas: Deltas = Tally()
    _elect(before, after, deltas)
    if after is not None and before is None:
        after.save(force_insert=True)
    elif after is not None:
        update([after], KEPT)
    elif before is not None:
        before.delete()
    write(deltas)
    return {cell for (cell, *_rest), change in deltas.items() if change}


_counted = Kept(lambda: CountedCase.objects.order_by().filter(pk=Kept.KEY).values_list(*NAMES))


def counted(case_id: int) -> CountedCase | None:
    """What a case counts as so far."""
    row = next(iter(_counted(case_id)), None)
    return CountedCase.from_db(DEFAULT_DB_ALIAS, NAMES, row) if row else None


def same(one: CountedCase, other: CountedCase) -> bool:
    """Whether two rows count alike."""
    return all(getattr(one, name) == getattr(other, name) for name in (*COPIED, *CELL_IDS))


def _elect(before: CountedCase | None, after: CountedCase | None, deltas: Deltas) -> None:
    """Let the first case of a serial with a fault count, in the group that is left and in the one that is joined."""
    groups = {(row.identity, row.fault) for row in (before, after) if row is not None}
    for group in sorted(groups):
        was = before if before is not None and (before.identity, before.fault) == group else None
        now = after if after is not None and (after.identity, after.fault) == group else None
        mine = was or now
        other = _first_other(group, mine.case_id if mine else 0)
        old = was if was is not None and was.is_first else other
        new = min((row for row in (now, other) if row is not None), key=_order, default=None)
        if now is not None:
            now.is_first = new is now
        if old is not None:
            tally(deltas, old, -1)
        if new is not None:
            tally(deltas, new, +1)
        if other is not None and other.is_first != (new is other):
            CountedCase.objects.filter(pk=other.pk).update(is_first=new is other)


def _first_other(group: tuple[str, str], case_id: int) -> CountedCase | None:
    if group[0] == f"c:{case_id}":
        return None
    row = next(iter(ask(NEXT, *group, case_id)), None)
    return counted(row[0]) if row else None


def _order(row: CountedCase) -> tuple[date, int]:
    return row.complained_on, row.case_id


def row_of(facts: Facts, cells: Mapping[str, int]) -> CountedCase:
    """The row of a case that counts."""
    row = CountedCase(case_id=facts.case_id, **{name: getattr(facts, name) for name in COPIED})
    for level, scope in facts.scopes().items():
        setattr(row, f"{CELLS[level]}_id", cells[f"{scope}|{facts.fault}"])
    return row


def cell_ids(row: CountedCase | None) -> list[int]:
    """The cells in which a row counts."""
    if row is None:
        return []
    ids = (getattr(row, name) for name in CELL_IDS)
    return [pk for pk in ids if pk]


def tally(deltas: Deltas, row: CountedCase, change: int) -> None:
    """Add one defect to the differences, or take it off."""
    for cell in cell_ids(row):
        for key in counter_keys(row):
            deltas[cell, *key] += change


def ensure_cells(all_facts: Iterable[Facts]) -> dict[str, int]:
    """The cells of defects by key; a first defect makes its cells."""
    wanted: dict[str, tuple[Facts, Level, str]] = {}
    for facts in all_facts:
        for level, scope in facts.scopes().items():
            wanted[f"{scope}|{facts.fault}"] = (facts, level, scope)
    known = _known(wanted)
    if missing := [key for key in sorted(wanted) if key not in known]:
        Cell.objects.bulk_create([_cell(key, *wanted[key]) for key in missing], ignore_conflicts=True)
        known |= _known(missing)
    return known


def _known(keys: Collection[str]) -> dict[str, int]:
    places = ", ".join(["%s"] * len(keys))
    return dict(ask(f"SELECT key, id FROM monitor_cell WHERE key IN ({places})", *keys)) if keys else {}  # noqa: S608


def _cell(key: str, facts: Facts, level: Level, scope: str) -> Cell:
    ids = {"line_id": facts.line_id, "mechanism_id": facts.mechanism_id, "symptom_id": facts.symptom_id}
    if level in {Level.MODEL, Level.BATCH}:
        ids["model_id"] = facts.model_id
    if level == Level.BATCH:
        ids["batch_id"] = facts.batch_id
    if level == Level.REGION:
        ids["region_id"] = facts.region_id
    return Cell(key=key, level=level, scope=scope, **ids)


def lock(ids: Iterable[int]) -> None:
    """Hold cells until the end of the transaction, in one order for all writers."""
    wanted = sorted(set(ids))
    if wanted and connection.features.has_select_for_update:
        list(Cell.objects.select_for_update().filter(pk__in=wanted).order_by("pk").values_list("pk"))


def write(deltas: Mapping[tuple[int, str, date, int], int]) -> None:
    """Add differences to the counters, one statement for all."""
    day = connection.ops.adapt_datefield_value
    rows = [(cell, kind, day(period), age, n) for (cell, kind, period, age), n in sorted(deltas.items()) if n]
    run_many(ADD, rows)


def run_many(statement: str, rows: list[tuple[Any, ...]]) -> None:
    """Run an INSERT of one row for many rows in one round."""
    if not rows:
        return
    head, tail = statement.split("VALUES", 1)
    place, rest = tail.split(")", 1)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), 500):
            part = rows[start : start + 500]
            values = ", ".join([f"{place})"] * len(part))
            cursor.execute(f"{head}VALUES {values}{rest}", [value for row in part for value in row])
