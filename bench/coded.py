"""Coded cases in bulk, written by SQL: what stands behind the measurements of the monitor.

5,000 mechanisms, 2,000 models of which each has 50 of them, a batch of each model in each of 60 months, 30 regions;
common models and early failures are more frequent than others, as they are in the field.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

MECHANISMS, MODELS, MONTHS, REGIONS, EACH = 5000, 2000, 60, 30, 50
FIRST = 10**9
CASE = {
    "postgresql": "generate_series(1::bigint, {size}) AS t(n)",
    "sqlite": "(WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < {size}) SELECT n FROM t) AS t",
}
DAY = {
    "postgresql": "(DATE '2021-01-01' + (month * 30 + age * 30 + n % 29)::int)",
    "sqlite": "date('2021-01-01', '+' || (month * 30 + age * 30 + n % 29) || ' days')",
}
MONTH = {
    "postgresql": "(DATE '2021-01-01' + make_interval(months => ({0})::int))::date",
    "sqlite": "date('2021-01-01', printf('%+d months', {0}))",
}
CELLS = {"line": "line_cell_id", "model": "model_cell_id", "batch": "batch_cell_id", "region": "region_cell_id"}


def fill(size: int) -> None:
    """Cells, counted cases and their counters; whatever stood there is dropped. Cases themselves are not written."""
    from django.db import connection

    from bihuan.quality.monitor.recount import counted_sql

    vendor = connection.vendor
    run("SET session_replication_role = replica" if vendor == "postgresql" else "PRAGMA foreign_keys=OFF")
    for table in ("monitor_counter", "monitor_countedcase", "monitor_cell"):
        run(f"TRUNCATE {table} CASCADE" if vendor == "postgresql" else f"DELETE FROM {table}")
    with without_indexes("monitor_countedcase"):
        run(_cases(vendor, size))
    with without_indexes("monitor_cell"):
        for level, field in CELLS.items():
            run(_cells(level, field))
    with without_indexes("monitor_counter"):
        run("INSERT INTO monitor_counter (cell_id, kind, period, age, count) " + counted_sql())
    run("VACUUM ANALYZE" if vendor == "postgresql" else "ANALYZE")


def _cases(vendor: str, size: int) -> str:
    yes, no = ("true", "false") if vendor == "postgresql" else ("1", "0")
    model = f"({MODELS} - 1 - {_drawn(7919, 999983)} % {MODELS} * ({_drawn(104729, 999979)} % 997) / 997)"
    place = f"({_drawn(611953, 999961)} % {EACH} * ({_drawn(7877, 999959)} % 101) / 101)"
    month = f"({_drawn(31337, 999953)} % {MONTHS})"
    age = f"({_drawn(4409, 999931)} % 24 * ({_drawn(15485863, 999917)} % 89) / 89)"
    drawn = f"SELECT n, {model} AS model, {place} AS place, {month} AS month, {age} AS age FROM {CASE[vendor]}"
    named = (
        f"SELECT n, age, month, (model * 25 + place) % {MECHANISMS} AS mechanism, model * {EACH} + place AS spot "
        f"FROM ({drawn.format(size=size)}) drawn"
    )
    return (
        "INSERT INTO monitor_countedcase (case_id, identity, fault, line_cell_id, model_cell_id, batch_cell_id, "
        "region_cell_id, complained_on, ship_month, ship_age, made_month, made_age, is_serious, is_danger, is_first) "
        f"SELECT {FIRST} + n, 'c:' || ({FIRST} + n), 'm:' || mechanism, {FIRST} + mechanism, {FIRST} + 10000 + spot, "
        f"{FIRST} + 1000000 + spot * {MONTHS} + month, {FIRST} + 200000 + mechanism * {REGIONS} + {_drawn(53, 999907)} % {REGIONS}, "
        f"{DAY[vendor]}, {MONTH[vendor].format('month')}, age, {MONTH[vendor].format('month - 2')}, age + 2, "
        f"CASE WHEN n % 200 = 0 THEN {yes} ELSE {no} END, CASE WHEN n % 1000 = 0 THEN {yes} ELSE {no} END, {yes} "
        f"FROM ({named}) named"
    )


def _drawn(factor: int, prime: int) -> str:
    """A number that looks drawn, the same on every database; other primes give numbers that know nothing of it."""
    return f"((n * {factor}) % {prime})"


def _cells(level: str, field: str) -> str:
    return (
        "INSERT INTO monitor_cell (id, key, level, scope, count, exposure, rank, stage, fired) "
        f"SELECT {field}, 'bench:' || {field}, '{level}', 'bench:' || {field}, 0, 0, 0, 0, '[]' "
        f"FROM (SELECT DISTINCT {field} FROM monitor_countedcase) AS used"
    )


@contextmanager
def without_indexes(table: str) -> Iterator[None]:
    """On PostgreSQL a table without its indexes, which are made anew afterwards: that is quicker."""
    from django.db import connection

    if connection.vendor != "postgresql":
        yield
        return
    rules = run(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        f"WHERE conrelid = '{table}'::regclass AND contype = 'u'"
    )
    for name, _text in rules:
        run(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    indexes = run(f"SELECT indexname, indexdef FROM pg_indexes WHERE tablename = '{table}' AND indexname !~ '_pkey$'")
    for name, _text in indexes:
        run(f'DROP INDEX "{name}"')
    yield
    run("SET maintenance_work_mem = '1GB'")
    for name, text in rules:
        run(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {text}')
    for _name, text in indexes:
        run(text)


def run(statement: str) -> list[tuple[Any, ...]]:
    """One statement as it stands; its rows, if it has any."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []
