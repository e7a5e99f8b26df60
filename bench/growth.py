"""Lists, search and pages with many cases against few."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from bench.processor import database_cpu, own_cpu
from bihuan.core.search.services import index_rows
from bihuan.core.search.text import normalise
from bihuan.registry.customers.models import Customer
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
BATCH = 20_000
STATES = ("new", "triaged", "working", "archived", "archived", "archived")
CUSTOMERS = 2_000
NUMBER = "'BX' || (1000000000 + n)"
OF_BATCH = f"FROM n JOIN desk_case c ON c.number = {NUMBER}"
ACTIVITY = (
    "INSERT INTO activity_activity (subject_type, subject_id, seq, verb, actor_name, at, data, prev_hash, hash) "
    f"SELECT 'desk.case', c.id, 1, 'case.registered', '', %s, '{{}}', '', '{'0' * 64}' {OF_BATCH}"
)
DEADLINE = (
    "INSERT INTO deadlines_deadline (subject_type, subject_id, policy_version_id, code, name, cycle, state, starts_at, "
    "escalation_level) "
    f"SELECT 'desk.case', c.id, c.policy_version_id, 'solution', '方案', 1, 'met', %s, 0 {OF_BATCH}"
)
MONTHS = timedelta(days=540)


def against(few: dict[str, tuple[float, float]], many: dict[str, tuple[float, float]]) -> dict[str, float]:
    """Return how much more each page takes with many cases; what it costs in CPU is known also on a busy machine."""
    values: dict[str, float] = {}
    for name, (old, old_cpu) in few.items():
        new, new_cpu = many[name]
        values[f"{name}: {old:.1f} ms -> {new:.1f} ms, times"] = new / old
        values[f"{name}: {old_cpu:.1f} ms CPU -> {new_cpu:.1f} ms CPU, times"] = new_cpu / old_cpu
    return values


def fill(count: int) -> None:
    """Add cases with journal, deadline and search entry, in bulk: many customers, spread over 18 months."""
    pattern = Case.objects.order_by("pk").first()
    if pattern is None:
        raise RuntimeError("make the demo company first")
    add_customers(CUSTOMERS)
    have, now = Case.objects.count(), timezone.now()
    for start in range(have, count, BATCH):
        size = min(BATCH, count - start)
        at = now - MONTHS * (1 - (start + size) / count)
        with transaction.atomic():
            _cases(pattern.pk, start, size, at)
            _search(start, size, at)
    refresh()


def add_customers(count: int) -> None:
    """Make sure that there are so many customers."""
    have = Customer.objects.count()
    rows = [Customer(code=f"BX{n:07d}", name=f"增长试验第{n}有限公司") for n in range(have, count)]
    Customer.objects.bulk_create(rows, batch_size=2000)


def _cases(pattern: int, start: int, size: int, at: datetime) -> None:
    """Copy the pattern with what differs, and give each copy one journal row and one milestone that was met."""
    words = " ".join(f"WHEN {i} THEN '{word}'" for i, word in enumerate(WORDS))
    states = " ".join(f"WHEN {i} THEN '{state}'" for i, state in enumerate(STATES))
    own = {
        "number": NUMBER, "public_token": f"'bench-' || {NUMBER}", "client_key": "NULL", "channel": "'phone'",
        "summary": f"CASE n %% {len(WORDS)} {words} END || ' ' || n", "state": f"CASE n %% {len(STATES)} {states} END",
        "description": f"CASE n %% {len(WORDS)} {words} END || '，第 ' || n || ' 次反馈，请处理。'",
        "priority": "n %% 4 + 1", "registered_at": "%s", "complained_at": "%s", "unit_id": "NULL",
        "owner_id": "NULL", "customer_id": f"(SELECT min(id) FROM customers_customer) + n %% {CUSTOMERS}",
        "next_due_at": "NULL", "contact_phone": "'1' || n", "contact_email": "''",
    }  # fmt: skip
    names = [field.column for field in Case._meta.concrete_fields if not field.primary_key]
    values = [own.get(name, f"p.{name}") for name in names]
    run(
        f"INSERT INTO desk_case ({', '.join(names)}) SELECT {', '.join(values)} FROM desk_case p, n "
        "WHERE p.id = %s",
        start, size, [at] * sum(value == "%s" for value in values) + [pattern],
    )  # fmt: skip
    for sql in (ACTIVITY, DEADLINE):
        run(sql, start, size, [at])


def run(sql: str, start: int, size: int, values: list[Any]) -> None:
    """Run a statement that reads the numbers of a batch from ``n``."""
    numbers = f"SELECT {start} UNION ALL SELECT n + 1 FROM n WHERE n < {start + size - 1}"
    head, select = sql.split(" SELECT ", 1)
    with connection.cursor() as cursor:
        cursor.execute(f"{head} WITH RECURSIVE n (n) AS ({numbers}) SELECT {select}", values)


def _search(start: int, size: int, at: datetime) -> None:
    cases = Case.objects.filter(number__gte=f"BX{10**9 + start}", number__lt=f"BX{10**9 + start + size}")
    rows = cases.order_by("pk").values_list("pk", "summary", "description")
    index_rows(
        [("desk.case", pk, summary, normalise(text), at, None, None) for pk, summary, text in rows.iterator()],
        new=True,
    )


def refresh() -> None:
    """What both databases do by themselves after a while."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def cheapest(work: Callable[[], Any], rounds: int = 40) -> tuple[float, float]:
    """Milliseconds of the fastest call, and of CPU of the cheapest one: here and in the database."""
    best, least = float("inf"), float("inf")
    for _round in range(rounds):
        before, began = own_cpu() + database_cpu(), time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
        least = min(least, own_cpu() + database_cpu() - before)
    return best * 1000, least * 1000


def measure() -> dict[str, tuple[float, float]]:
    """Time the list, the search and the page of a case."""
    client = Client()
    client.force_login(User.objects.get(username="jingli"))
    added = Case.objects.filter(number__startswith="BX", state="triaged")  # the same state, the same forms on its page
    number = added.order_by("-pk").values_list("number", flat=True)[0]
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

    return {name: cheapest(get(address)) for name, address in pages.items()}
