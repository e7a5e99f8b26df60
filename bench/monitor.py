"""The monitor: one more coded case at growing sizes, a recount against the bare GROUP BY, the early-warning run.

usage: python -m bench.monitor small|full, on an empty database of BIHUAN_DATABASE_URL. scripts/bench.sh runs it beside
bench.run, since it fills tables with counters that no case stands behind.
"""

import os
import statistics
import time
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
os.environ.setdefault("BIHUAN_LOG_LEVEL", "CRITICAL")

import django
import numpy as np
from django.core.management import call_command

SIZES = {"small": ((10_000, 100_000), 200_000, 100_000), "full": ((10_000, 100_000, 1_000_000), 2_000_000, 1_000_000)}
MECHANISMS, MODELS, MONTHS = 500, 200, 60


def main() -> None:
    """Measure and print a table."""
    django.setup()
    from django.db import connection

    from bench.run import asked_size, keep

    size = asked_size()
    counters, cases, cells = SIZES[size]
    call_command("migrate", interactive=False, verbosity=0)
    rows = [*coding(counters), *recount(cases), *warning(cells)]
    lines = [f"# monitor, {connection.vendor}, {size}", "", "| what | value | wanted |", "| --- | --- | --- |"]
    keep([*lines, *(f"| {name} | {value:.2f} | {wanted} |" for name, value, wanted in rows)],
         f"monitor-{connection.vendor}-{size}")  # fmt: skip


def world():
    """Profiles, one line with a model, people, and a case to code."""
    from tests.cast import build_cast

    return build_cast()


def coding(sizes):
    """CPU of the counting and judging of one coded case while more and more counters are stored."""
    from django.db import connection, transaction
    from tests.quality import shop

    from bihuan.quality.monitor.counting import count_case
    from bihuan.quality.monitor.judging import judge
    from bihuan.quality.monitor.models import Counter
    from bihuan.service.desk.models import Case

    cast = world()
    shop.ship(cast, 100_000)
    for size in sizes:
        fill_counters(cast, size)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        taken = []
        for index in range(60):
            case = shop.judged(cast, shop.case(cast), symptom=cast.symptom)
            Case.objects.filter(pk=case.pk).update(mechanism=shop.mechanism(f"bench{index % 3}"))
            case.refresh_from_db()
            begin = time.process_time()
            with transaction.atomic():
                changed = count_case(case.pk)
                counted = time.process_time()
                judge(changed, case=case)
            taken.append((1000 * (counted - begin), 1000 * (time.process_time() - begin)))
        stored = f"one more coded case with {Counter.objects.count():,} counters stored"
        yield f"{stored}: cells updated, ms CPU", statistics.median(row[0] for row in taken[10:]), "under 5"
        yield f"{stored}: updated and judged, ms CPU", statistics.median(row[1] for row in taken[10:]), "no line"


def fill_counters(cast, size):
    """Counters of other cells, and a full history in the cells that the measured cases hit."""
    from django.utils import timezone
    from tests.quality import shop

    from bihuan.quality.monitor.facts import add_months, month_of
    from bihuan.quality.monitor.models import Cell, Counter, Level

    month, have = month_of(timezone.localdate()), Counter.objects.count()
    wanted = max(0, size - have) // 10
    first = Cell.objects.count()
    cells = Cell.objects.bulk_create(
        (
            Cell(key=f"bench:{first + n}", level=Level.BATCH, scope=f"bench:{first + n}", line=cast.model.line,
                 mechanism=shop.mechanism("bench0"))
            for n in range(wanted)
        ), batch_size=2000,
    )  # fmt: skip
    Counter.objects.bulk_create(
        (
            Counter(cell=cell, kind="complaint", period=add_months(month, -index), age=0, count=1)
            for cell in cells
            for index in range(10)
        ),
        batch_size=5000,
    )


def recount(size):
    """The comparison of all counters within the database against bare GROUP BYs of the same rows."""
    from django.db import connection

    from bihuan.quality.monitor.models import Counter
    from bihuan.quality.monitor.recount import counted_sql, counters

    fill_cases(size)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE monitor_countedcase")
    bare = (
        "SELECT model_cell_id, ship_month, ship_age, COUNT(*) FROM monitor_countedcase WHERE is_first "
        "GROUP BY model_cell_id, ship_month, ship_age"
    )
    one = seconds(lambda: run(f"SELECT COUNT(*) FROM ({bare}) x"))
    all_parts = seconds(lambda: run(f"SELECT SUM(n) FROM ({counted_sql()}) x"))
    Counter.objects.all()._raw_delete("default")
    run("INSERT INTO monitor_counter (cell_id, kind, period, age, count) " + counted_sql())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE monitor_counter")
    compared = seconds(lambda: list(counters()), rounds=2)
    name = f"recount of {size:,} counted cases into {Counter.objects.count():,} counters"
    yield f"{name}, seconds", compared, "no line"
    yield f"{name}, times the bare GROUP BYs of all its levels and months", compared / all_parts, "under 3"
    yield f"{name}, times one bare GROUP BY of the same rows", compared / one, "under 3 (issue C)"


def fill_cases(size):
    """Counted cases over mechanisms, models and months, written without their cases."""
    from django.db import connection
    from tests.quality import shop

    from bihuan.quality.monitor.models import Cell, Level
    from bihuan.registry.products.models import ProductLine

    line, mechanism = ProductLine.objects.get(code="general"), shop.mechanism("bench0")
    levels = {
        Level.LINE: MECHANISMS,
        Level.MODEL: MECHANISMS * MODELS // 10,
        Level.BATCH: MECHANISMS * MODELS,
        Level.REGION: MECHANISMS * 5,
    }
    begin = {}
    for level, count in levels.items():
        made = Cell.objects.bulk_create(
            (
                Cell(key=f"r:{level}:{n}", level=level, scope=f"r:{level}:{n}", line=line, mechanism=mechanism)
                for n in range(count)
            ),
            batch_size=5000,
        )
        begin[level] = Cell.objects.get(key=f"r:{level}:0").pk, len(made)
    random = np.random.default_rng(1)
    off = "SET session_replication_role = replica" if connection.vendor == "postgresql" else "PRAGMA foreign_keys=OFF"
    run(off)
    first = 10**9
    for start in range(0, size, 20_000):
        write_cases(random, begin, first + start, min(20_000, size - start))


def write_cases(random, begin, first, size):
    from datetime import date

    from bihuan.quality.monitor.facts import add_months
    from bihuan.quality.monitor.models import CountedCase, Level

    month = date(2022, 1, 1)
    places = {level: start + random.integers(0, count, size) for level, (start, count) in begin.items()}
    days, ages = random.integers(0, MONTHS * 30, size).tolist(), random.integers(0, 24, size).tolist()
    CountedCase.objects.bulk_create(
        (
            CountedCase(
                case_id=first + n, identity=f"c:{first + n}", fault="m:1", line_cell_id=int(places[Level.LINE][n]),
                model_cell_id=int(places[Level.MODEL][n]), batch_cell_id=int(places[Level.BATCH][n]),
                region_cell_id=int(places[Level.REGION][n]), complained_on=month + timedelta(days=days[n]),
                ship_month=add_months(month, days[n] // 30), ship_age=ages[n], made_month=add_months(month, days[n] // 30 - 2),
                made_age=ages[n] + 2, is_first=True,
            )
            for n in range(size)
        ), batch_size=5000,
    )  # fmt: skip


def warning(cells):
    """The detector over many cells by 12 months, after 12 months of history, against bare Poisson tails."""
    from scipy import special

    from bihuan.core.policy.schema.monitor import EarlyWarning
    from bihuan.quality.monitor.warning import judge_grid

    random = np.random.default_rng(2)
    level = np.clip(random.gamma(1.0, 1.0, cells), 0.05, 5)
    counts = random.poisson(np.repeat(level[:, None], 24, axis=1)).astype(np.float64)
    exposure = np.full(counts.shape, 1000.0)
    watched, expected = counts[:, 12:], np.repeat(level[:, None], 12, axis=1)
    bare = processor(lambda: special.gammainc(watched, expected))
    found = processor(lambda: judge_grid(counts, exposure, EarlyWarning()), rounds=1)
    yield f"early warning over {cells:,} cells by 12 months, seconds of CPU", found, "no line"
    wanted = "at most 15 over a million; the limits of the CUSUM are simulated once, however few the cells"
    yield f"early warning over {cells:,} cells, times the bare vectorised tails", found / bare, wanted


def processor(work, rounds=3):
    """CPU seconds of the cheapest round."""
    least = float("inf")
    for _round in range(rounds):
        begin = time.process_time()
        work()
        least = min(least, time.process_time() - begin)
    return least


def run(statement):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else None


def seconds(work, rounds=3):
    """CPU and waiting for the database: wall seconds of the fastest round."""
    best = float("inf")
    for _round in range(rounds):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best


if __name__ == "__main__":
    main()
