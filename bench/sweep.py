"""The sweep with many open deadlines of which a thousand are due."""

import time
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from bihuan.core.deadlines.models import Deadline
from bihuan.core.deadlines.sweep import sweep
from bihuan.service.desk.models import Case

BATCH = 10_000


def measure(count: int, due: int = 1000) -> dict[str, float]:
    """Return the seconds of one sweep."""
    now = timezone.now()
    sweep()
    case = Case.objects.order_by("pk").first()
    if case is None:
        raise RuntimeError("make the demo company first")
    ids = list(Case.objects.order_by("-pk").values_list("pk", flat=True)[:due])
    for start in range(0, count, BATCH):
        rows = []
        for i in range(start, min(start + BATCH, count)):
            soon = i < due
            moment = now - timedelta(minutes=1) if soon else now + timedelta(days=1 + i % 30)
            rows.append(
                Deadline(
                    subject_type="desk.case", subject_id=ids[i] if soon and i < len(ids) else 10**9 + i, policy_version_id=case.policy_version_id,
                    code="solution", name="方案", cycle=99, starts_at=now - timedelta(days=1), due_at=moment, warn_at=moment,
                    next_check_at=moment, warned_at=now if soon else None,
                )
            )  # fmt: skip
        Deadline.objects.bulk_create(rows, ignore_conflicts=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    began = time.perf_counter()
    handled = sweep()
    return {"open deadlines": count, "handled": handled, "seconds (wanted: under 2)": time.perf_counter() - began}
