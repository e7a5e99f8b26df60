"""What the company's plan wants counted, and what a supplier's grade leads to."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.core.notify.models import Notification
from bihuan.core.policy.schema.parts import CountPlan
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.suppliers.models import Assessment
from bihuan.registry.suppliers.services import assess
from bihuan.service.parts.documents import count_sheet
from bihuan.service.parts.models import Count, Place
from bihuan.service.parts.services import counting, keeping
from bihuan.service.parts.services.count_plan import due_counts, tell_due
from tests.cast import Cast
from tests.service.stocking import buyer, keeper, opened, part, place, supplier


@settings(deadline=None)
@given(st.builds(CountPlan, period=st.sampled_from(["month", "year"]), day=st.integers(1, 31), month=st.integers(1, 12),
                 days=st.integers(1, 28)), st.dates(date(2000, 1, 1), date(2099, 12, 31)))  # fmt: skip
def test_the_window_of_a_count_is_the_last_one_that_began(plan: CountPlan, today: date) -> None:
    """PRT-04, D32: it began today or before, on the plan's day or the month's last, and no other began since."""
    first, last = plan.window(today)
    assert first <= today
    assert (last - first).days == plan.days - 1
    assert first.day == plan.day or (first.day < plan.day and (first + timedelta(days=1)).day == 1)
    assert plan.period == "month" or first.month == plan.month
    assert all(plan.window(day)[0] == first for day in (first, first + (today - first) / 2, today))
    assert (today - first).days <= (31 if plan.period == "month" else 366)


def test_the_plan_says_what_is_to_be_counted_and_tells_it_once(cast: Cast) -> None:
    """PRT-04, D32: each place with parts, by month and by year, until it is counted; late ones are told again."""
    main, empty = place(), place("leer")
    with time_machine.travel(datetime(2025, 6, 1, 9, tzinfo=timezone.get_default_timezone()), tick=False):
        opened(part(), 4, where=main)
    who = keeper()

    def due(day: int, month: int = 11) -> list[tuple[str, str, bool]]:
        return [(str(one.place), one.period.value, one.is_late) for one in due_counts(date(2026, month, day))]

    with time_machine.travel(datetime(2026, 11, 25, 9, tzinfo=timezone.get_default_timezone()), tick=False):
        assert due(25) == [(str(main), "year", True), (str(main), "month", False)]
        assert (tell_due(), tell_due(date(2026, 11, 30)), tell_due(date(2026, 11, 30))) == (2, 2, 2)
        assert Notification.objects.filter(user=who, thread_key__startswith="count:").count() == 3
        client = Client()
        client.force_login(who)
        page = client.get("/parts/counts/").content.decode()
        assert f"?kind=month&amp;place={main.pk}" in page
        form = client.get(f"/parts/counts/new/?kind=month&place={main.pk}").content.decode()
        assert f'<option value="{main.pk}" selected' in form
        begun = counting.open_count(by=who, kind="month", place=main)
        assert due(26) == [(str(main), "year", True)]
        assert due(24, 12) == [(str(main), "year", False)]
        begun.delete()
        counting.open_count(by=who, kind="year", place=main)
        assert due(26) == []
        opened(part("6203"), 1, where=empty)
        assert due(25) == [("仓库 leer", "month", False)], (
            "the year's end of last year is no matter of a place that is new"
        )


def test_the_last_day_for_counting_is_not_late_and_new_places_wait_for_the_next_count(cast: Cast) -> None:
    """PRT-04, D32: late from the day after; a place that got its first part on the last day is counted, later not."""
    for code, day in (("a", 29), ("b", 30)):
        with time_machine.travel(datetime(2026, 11, day, 9, tzinfo=timezone.get_default_timezone()), tick=False):
            opened(part(code), 1, where=place(code))

    def due(day: date) -> list[tuple[str, bool]]:
        return [(one.place.code, one.is_late) for one in due_counts(day)]

    assert due(date(2026, 11, 29)) == [("a", False)]
    assert due(date(2026, 11, 30)) == [("a", True)]
    row, store = part("c"), place("c")
    with time_machine.travel(datetime(2026, 11, 1, 9, tzinfo=timezone.get_default_timezone()), tick=False):
        opened(row, 1, where=store)
    assert due(date(2026, 11, 30)) == [("a", True), ("c", True)]
    keeping.transfer(part=row, by=keeper(), source=store, destination=cast.erik, quantity=1)
    assert due(date(2026, 11, 30)) == [("a", True)], "what is empty is not counted"
    Place.objects.filter(code="a").update(is_active=False)
    assert due(date(2026, 11, 30)) == [], "what is out of use is not counted"


@pytest.mark.parametrize(("points", "mildest"), [
    (20, "approved"), (15, "approved"), (14, "warned"), (12, "warned"), (11, "rectifying"), (9, "eliminated"),
])  # fmt: skip
def test_a_grade_leads_at_least_to_its_consequence(cast: Cast, points: int, mildest: str) -> None:
    """PRT-09, D26: 警告、整改、淘汰 by the points; harder is possible, milder is not."""
    steps = ["approved", "warned", "rectifying", "eliminated"]
    maker, soon = supplier(contract_no="HT-1"), timezone.localdate() + timedelta(days=90)
    marks = {name: points // 5 + (place < points % 5) for place, name in enumerate(Assessment.MARKS)}

    def judge(standing: str) -> Any:
        return assess(supplier=maker, by=buyer(), standing=standing, marks=marks, finding="见评价表", rectify_by=soon,
                      next_review_on=soon)  # fmt: skip

    for milder in steps[: steps.index(mildest)]:
        with pytest.raises(MoveRefused) as caught:
            judge(milder)
        assert caught.value.code == "standing"
    for harder in steps[steps.index(mildest) :]:
        assert judge(harder).total == points


def told(answer: Any) -> str:
    """All that the sheet says, which the PDF is made of."""
    return " ".join(" ".join(row) for section in answer.sections for row in getattr(section, "rows", ()))


@pytest.mark.django_db
def test_the_sheet_of_a_count_is_printed_blind_and_afterwards_with_what_was_found(cast: Cast) -> None:
    """PRT-04: who counts writes on a sheet without the numbers of the ledger; posted, it is the record of the count."""
    row = part()
    opened(row, 4711, "9.00")
    count = counting.open_count(by=keeper(), kind="month", place=place())
    sheet = count_sheet(count)
    assert "4711" not in told(sheet).replace(row.code, "")
    assert "实盘数量" in str(sheet.sections[1])
    counting.enter_part(count=count, by=keeper(), part=row, condition="good", counted=4700)
    counting.finish_count(count=Count.objects.get(), by=cast.bob, causes={count.lines.get().pk: "漏登出库"})
    after = told(count_sheet(Count.objects.get()))
    assert [word in after for word in ("4711", "4700", "-11", "漏登出库")] == [True] * 4
    client = Client()
    client.force_login(keeper())
    address = reverse("parts:count_sheet", args=[count.number])
    assert address in client.get(reverse("parts:count", args=[count.number])).content.decode()
    answer = client.get(address)
    assert (answer["Content-Type"], answer.content[:4]) == ("application/pdf", b"%PDF")
