"""Lists, search and pages with many cases against few."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

from bihuan.core.search.services import index_rows
from bihuan.core.search.text import normalise
from bihuan.registry.people.models import User
from bihuan.service.desk.models import Case

WORDS = (
    "主轴异响",
    "电机过热",
    "面板死机",
    "漏水严重",
    "门扇变形",
    "热流道漏料",
    "表面裂缝",
    "不制冷",
    "打火烧焦",
    "尺寸超差",
)
BATCH = 5000


def fill(count: int) -> None:
    """Add cases with their search entries, in bulk."""
    pattern = Case.objects.order_by("pk").first()
    if pattern is None:
        raise RuntimeError("make the demo company first")
    have, states = Case.objects.count(), ["new", "triaged", "working", "archived", "archived", "archived"]
    now = timezone.now()
    for start in range(have, count, BATCH):
        size = min(BATCH, count - start)
        cases = Case.objects.bulk_create(
            Case(
                number=f"BX{start + i:09d}", policy_version_id=pattern.policy_version_id, channel="phone", service_type="repair",
                summary=f"{WORDS[(start + i) % 10]} {start + i}", description=f"{WORDS[(start + i) % 10]}，第 {start + i} 次反馈，请处理。",
                state=states[i % 6], customer_id=pattern.customer_id, registered_at=now, complained_at=now, priority=i % 4 + 1,
            )
            for i in range(size)
        )  # fmt: skip
        index_rows(
            [("desk.case", case.pk, case.summary, normalise(case.description), now, None, None) for case in cases]
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def fastest(work: Callable[[], Any], rounds: int = 15) -> float:
    """Milliseconds of the fastest call."""
    best = float("inf")
    for _round in range(rounds):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best * 1000


def measure() -> dict[str, float]:
    """Time the list, the search and the page of a case."""
    client = Client()
    client.force_login(User.objects.get(username="jingli"))
    number = Case.objects.order_by("-pk").values_list("number", flat=True)[0]
    pages = {
        "list": "/cases/",
        "search 异响": "/search/?q=异响",
        "search 主轴异响": "/search/?q=主轴异响",
        "case": f"/cases/{number}/",
    }

    def get(address: str) -> Callable[[], None]:
        def work() -> None:
            if client.get(address).status_code != 200:
                raise RuntimeError(address)

        return work

    return {name: fastest(get(address)) for name, address in pages.items()}
