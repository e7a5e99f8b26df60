"""The page of a quality issue with 500 linked cases, 50 causes and 100 measures: its queries and its CPU."""

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench.growth import cheapest
from bihuan.quality.issues.models import Cause, Issue, IssueCase, Measure, Source
from bihuan.quality.issues.services.registration import Sign, register_issue
from bihuan.registry.people.models import User
from bihuan.service.desk.models import Case

CASES, CAUSES, MEASURES = 500, 50, 100
BONES = ("people", "machine", "material", "method", "environment", "measurement")


def measure() -> dict[str, float]:
    """Build a small and a full issue, and look at each as the quality engineer does."""
    person = User.objects.filter(grants__role="quality_engineer", is_active=True).order_by("pk")[0]
    client = Client()
    client.force_login(person)
    small, full = built(person, 5, 3, 4), built(person, CASES, CAUSES, MEASURES)
    few, many = page(client, small), page(client, full)
    return {
        f"page with {CASES} cases, {CAUSES} causes, {MEASURES} measures, ms CPU (under 150)": many[0],
        "the same, queries": many[1],
        "page with 5 cases, 3 causes, 4 measures, ms CPU": few[0],
        "the same, queries (equal)": few[1],
    }


@transaction.atomic
def built(person: User, cases: int, causes: int, measures: int) -> Issue:
    """An issue with so many parts; written at once, since the page does not ask how they came."""
    sign = Sign(source=Source.EMPLOYEE, description="测量用的质量问题", place="测量")
    issue = register_issue(sign=sign, by=person)
    linked = Case.objects.order_by("-pk").values_list("pk", flat=True)[:cases]
    IssueCase.objects.bulk_create([IssueCase(issue=issue, case_id=pk) for pk in linked])
    rows: list[Cause] = []
    for number in range(causes):
        parent = rows[number // 4] if number % 4 and number >= 8 else None
        rows.append(
            Cause.objects.create(
                issue=issue, bone=parent.bone if parent else BONES[number % 6], kind="occurrence", parent=parent,
                text=f"原因 {number}：压接高度超差", state="confirmed", evidence="复测", decided_by=person,
            )
        )  # fmt: skip
    due = timezone.now() + timedelta(days=9)
    Measure.objects.bulk_create(
        Measure(
            issue=issue, kind="corrective", text=f"措施 {number}：每班校准", goal="合格", owner=person, due_at=due,
            cause=rows[number % len(rows)],
        )
        for number in range(measures)
    )  # fmt: skip
    return issue


def page(client: Client, issue: Issue) -> tuple[float, float]:
    """CPU of the cheapest look of several, and the queries of one."""
    address = reverse("issues:issue", args=[issue.number])

    def look() -> None:
        if client.get(address).status_code != 200:
            raise RuntimeError(address)

    look()
    asked: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        look()
    return cheapest(look, rounds=12)[1], float(len(asked))
