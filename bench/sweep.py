"""The sweep with many open deadlines of which a thousand are due."""

import time
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from bench.growth import refresh, run
from bench.processor import database_cpu, own_cpu
from bihuan.core.deadlines.sweep import sweep
from bihuan.service.desk.models import Case

BATCH = 50_000
OPEN = (
    "INSERT INTO deadlines_deadline (subject_type, subject_id, policy_version_id, code, name, cycle, state, starts_at, "
    "due_at, warn_at, next_check_at, warned_at, escalation_level) "
    "SELECT 'desk.case', {subject}, %s, 'solution', '方案', 99, 'open', %s, %s, %s, %s, %s, 0 FROM n"
)
NEWEST = "(SELECT max(id) FROM desk_case) - n"


def fill(count: int, due: int) -> None:
    """Add open milestones: the newest cases are due now, all others within thirty days."""
    case = Case.objects.order_by("pk").first()
    if case is None:
        raise RuntimeError("make the demo company first")
    now = timezone.now()
    start, soon = now - timedelta(days=1), now - timedelta(minutes=1)
    run(OPEN.format(subject=NEWEST), 0, due, [case.policy_version_id, start, soon, soon, soon, now])
    for first in range(due, count, BATCH):
        later = now + timedelta(days=1 + first // BATCH % 30)
        size = min(BATCH, count - first)
        run(
            OPEN.format(subject="1000000000 + n"),
            first,
            size,
            [case.policy_version_id, start, later, later, later, None],
        )
    refresh()


def measure(count: int, due: int = 1000) -> dict[str, float]:
    """Return the seconds of one sweep."""
    sweep()
    fill(count, due)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM deadlines_deadline WHERE state = 'open'")
        found = cursor.fetchone()[0]
    before, began = own_cpu() + database_cpu(), time.perf_counter()
    handled = sweep()
    return {
        "open deadlines": found,
        "handled": handled,
        "seconds (wanted: under 2)": time.perf_counter() - began,
        "seconds of CPU, with the database's": own_cpu() + database_cpu() - before,
    }
