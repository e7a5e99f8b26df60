"""The monitor: one more coded case at growing sizes, a recount against the bare GROUP BY, the early-warning run.

usage: python -m bench.monitor small|full, on an empty database of BIHUAN_DATABASE_URL. scripts/bench.sh runs it beside
bench.run, since it fills tables with counters that no case stands behind.
"""

import os
import statistics
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
os.environ.setdefault("BIHUAN_LOG_LEVEL", "CRITICAL")

import django
import numpy as np
from django.core.management import call_command

SIZES = {"small": ((10_000, 100_000), 100_000), "full": ((10_000, 1_000_000), 1_000_000)}
LARGEST = 10_000_000
BARE = (
    "SELECT COUNT(*) FROM (SELECT model_cell_id, ship_month, ship_age, COUNT(*) FROM monitor_countedcase WHERE is_first "
    "GROUP BY model_cell_id, ship_month, ship_age) groups"
)


def main() -> None:
    """Measure and print a table."""
    django.setup()
    from django.db import connection

    from bench.run import asked_size, keep

    size = asked_size()
    stored, cells = SIZES[size]
    if size == "full" and connection.vendor == "postgresql":
        stored = (*stored, LARGEST)
    call_command("migrate", interactive=False, verbosity=0)
    rows = [*counted(stored), *warning(cells)]
    lines = [f"# monitor, {connection.vendor}, {size}", "", "| what | value | wanted |", "| --- | --- | --- |"]
    keep([*lines, *(f"| {name} | {value:.2f} | {wanted} |" for name, value, wanted in rows)],
         f"monitor-{connection.vendor}-{size}")  # fmt: skip


def counted(sizes):
    """Each size: all is filled anew, one more case is coded, all is counted again."""
    from tests.cast import build_cast

    from bench import coded

    cast = build_cast()
    for size in sizes:
        coded.fill(size)
        yield from coding(cast, size)
        yield from recount(size)


def coding(cast, size):
    """CPU of this process, and time with what the database did, to count and judge one more coded case.

    Its cells have a full history of five years.
    """
    from django.db import connection, transaction
    from tests.quality import shop

    from bihuan.quality.monitor.counting import count_case
    from bihuan.quality.monitor.exposure import expose_shipments
    from bihuan.quality.monitor.judging import judge
    from bihuan.quality.monitor.models import Cell, Counter
    from bihuan.registry.products.models import Shipment
    from bihuan.service.desk.models import Case

    mechanisms = [shop.mechanism(f"bench{index}") for index in range(3)]
    row = Shipment.objects.create(
        number=f"BENCH{size}", model=cast.model, quantity=100_000, shipped_on=shop.months_ago(3)
    )
    expose_shipments([row.pk])
    for mechanism in mechanisms:
        shop.coded(cast, mechanism.code)
    with_history(Cell.objects.filter(mechanism__in=mechanisms))
    taken = []
    for index in range(60):
        case = shop.judged(cast, shop.case(cast), symptom=cast.symptom)
        Case.objects.filter(pk=case.pk).update(mechanism=mechanisms[index % 3])
        begin, wall = time.process_time(), time.perf_counter()
        with transaction.atomic():
            changed = count_case(case.pk)
            middle = time.process_time(), time.perf_counter()
            judge(changed, case=case)
        taken.append((middle[0] - begin, middle[1] - wall, time.process_time() - begin))
    stored = f"{size:,} coded cases in {Counter.objects.count():,} counters of {Cell.objects.count():,} cells"
    mid = [1000 * statistics.median(row[part] for row in taken[10:]) for part in range(3)]
    yield f"one more with {stored}: cells updated, ms of CPU ({connection.vendor} apart)", mid[0], "under 5"
    yield f"one more with {stored}: cells updated, ms by the clock", mid[1], "no line"
    yield f"one more with {stored}: updated and judged, ms of CPU", mid[2], "no line"


def with_history(cells):
    """Counters of 60 months by 24 ages, and of every day, in the cells that the measured cases hit."""
    from datetime import timedelta

    from django.utils import timezone

    from bihuan.quality.monitor.facts import add_months, month_of
    from bihuan.quality.monitor.models import Counter

    today = timezone.localdate()
    month = month_of(today)
    keys = [
        (kind, add_months(month, -back), age) for kind in ("ship", "made") for back in range(60) for age in range(24)
    ]
    keys += [("complaint", today - timedelta(days=back), 0) for back in range(1, 1800)]
    rows = (Counter(cell=cell, kind=kind, period=day, age=age, count=1) for cell in cells for kind, day, age in keys)
    Counter.objects.bulk_create(rows, batch_size=5000, ignore_conflicts=True)


def recount(size):
    """The check of all counters against one bare GROUP BY of the same rows.

    Measured cases and history are taken away first. PostgreSQL compares sums of hashes; SQLite groups by all keys.
    """
    from bench import coded
    from bihuan.quality.monitor.recount import counters, firsts

    coded.run(f"DELETE FROM monitor_countedcase WHERE case_id < {coded.FIRST}")
    coded.run("DELETE FROM monitor_counter WHERE cell_id IN (SELECT id FROM monitor_cell WHERE key NOT LIKE 'bench:%')")
    one = seconds(lambda: coded.run(BARE))
    found = []
    taken = seconds(lambda: found.extend(counters()), rounds=2)
    if found:
        raise RuntimeError(f"{len(found)} differences where there should be none")
    serials = seconds(lambda: list(firsts()), rounds=1)
    name = f"counters of {size:,} coded cases checked against a recount"
    yield f"{name}, seconds", taken, "no line"
    yield f"{name}, times one bare GROUP BY of the same rows", taken / one, "under 3 on PostgreSQL"
    yield f"first cases of {size:,} identities checked, times the same GROUP BY", serials / one, "no line"


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
    judge_grid(counts[:2000], exposure[:2000], EarlyWarning())  # what is loaded at the first call
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
