"""Many processes that register cases at the same time in one database: nothing locked out, nothing lost, no number twice."""

import time
import uuid
from dataclasses import dataclass, field
from multiprocessing import get_context

from django.db import connection, connections

from bihuan.core.activity.models import Activity
from bihuan.core.activity.services import verify
from bihuan.registry.people.models import User
from bihuan.service.desk.models import Case
from bihuan.service.desk.services.registration import Report, register_case

WRITERS = 16
TEXT = "主轴有异响，加工表面出现振纹，停机三十分钟后现象减轻，请尽快安排工程师处理。"


@dataclass
class Written:
    """What one writer was told: its numbers, what failed, and how long the slowest write took."""

    numbers: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    slowest: float = 0.0


def write(job: tuple[str, int, float, float]) -> Written:
    """Register cases from one moment to another."""
    mark, writer, begin, end = job
    found = Written()
    alice = User.objects.get(username="kefu")
    time.sleep(max(0.0, begin - time.time()))
    while time.time() < end:
        began = time.perf_counter()
        key = f"{mark}:{writer}:{len(found.numbers) + len(found.errors)}"
        try:
            report = Report(channel="phone", description=TEXT, contact_phone="13800001234", client_key=key)
            found.numbers.append(register_case(report=report, by=alice).number)
        except Exception as error:
            found.errors.append(f"{type(error).__name__}: {error}")
        found.slowest = max(found.slowest, time.perf_counter() - began)
    connection.close()
    return found


def measure(seconds: int) -> dict[str, float]:
    """Writes per second of all; raises when one was lost, failed or got a number that another has."""
    mark = f"bench:{uuid.uuid4().hex[:8]}"
    connections.close_all()
    begin = time.time() + 2
    with get_context("fork").Pool(WRITERS) as pool:
        found = pool.map(write, [(mark, writer, begin, begin + seconds) for writer in range(WRITERS)], chunksize=1)
    numbers = [number for item in found for number in item.numbers]
    errors = [text for item in found for text in item.errors]
    kept = dict(Case.objects.filter(client_key__startswith=f"{mark}:").values_list("number", "pk"))
    rows = Activity.objects.filter(subject_type="desk.case", subject_id__in=list(kept.values()))
    broken = list(verify(rows.order_by("subject_type", "subject_id", "seq").iterator()))
    lost, double = len(set(numbers) - set(kept)), len(numbers) - len(set(numbers))
    if errors or lost or double or broken or len(kept) != len(numbers):
        raise RuntimeError(f"{len(errors)} errors {errors[:3]}, {lost} lost, {double} double, {broken[:3]}")
    each = [len(item.numbers) for item in found]
    return {
        "writers": WRITERS, "seconds": seconds, "cases": len(numbers), "cases per second": len(numbers) / seconds,
        "fewest of one writer": min(each), "most of one writer": max(each),
        "slowest write, s": max(item.slowest for item in found), "errors": 0, "lost writes": 0, "numbers given twice": 0,
    }  # fmt: skip
