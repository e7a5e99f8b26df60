"""The hours and days of a return: 24, 48, 72 hours, and the limits of the law by the calendar (SLA-04..07, RET-07)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from bihuan.core.calendar.arithmetic import Unit
from bihuan.core.calendar.queries import FALLBACK
from bihuan.core.deadlines.services import of_subject
from bihuan.core.policy.schema.service import DeadlineRule
from bihuan.core.policy.services import read_file
from bihuan.registry.products.entitlement import FaultKind, limits
from bihuan.service.desk.services.triage import edit_case
from bihuan.service.returns.models import ReturnOrder
from tests.cast import Cast
from tests.registry.test_warranty import asked
from tests.service import returning as story

CLOCKS = {
    row["code"]: DeadlineRule.model_validate(row)
    for row in read_file("general")["deadlines"]
    if row["code"].startswith("return_")
}
moments = st.integers(0, 1_490_000).map(lambda count: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=count))
minutes = st.integers(1, 5000).map(lambda count: timedelta(minutes=count))


@given(
    st.sampled_from([("simple", 24), ("verify", 48), ("special", 72)]),
    moments,
    st.lists(st.tuples(minutes, minutes), max_size=5),
)
def test_the_hours_and_the_general_manager_move_by_the_waiting_and_by_nothing_else(
    degree: tuple[str, int], start: datetime, spells: list[tuple[timedelta, timedelta]]
) -> None:
    """SLA-04, SLA-05, SLA-06, SLA-07: holidays or not, 24, 48 or 72 hours in our hands; 72 of them reach the manager."""
    rule, pauses, at = CLOCKS[f"return_{degree[0]}"], [], start
    for work, wait in spells:
        pauses.append((at + work, at + work + wait))
        at = pauses[-1][1]
    due = FALLBACK.due_at(Unit(rule.unit), rule.amount, start, pauses)
    assert due is not None
    waited = sum((max(min(end, due) - begin, timedelta()) for begin, end in pauses if begin < due), timedelta())
    assert due - start - waited == timedelta(hours=degree[1])
    manager = next(step for step in rule.escalations if "general_manager" in step.roles)
    assert rule.amount + manager.after_hours == 72
    assert rule.pause_states == ("offered",)


@given(moments, st.sampled_from([10, 20]))
def test_the_working_days_of_the_law_are_counted_one_by_one(start: datetime, count: int) -> None:
    """RET-07, D12: the limit lies on the n-th working day after the request, for any day of the year."""
    order = ReturnOrder(requested_at=start, limits={"answer_days": count, "busy_days": 3})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bihuan.service.returns.models.order.default_data", lambda: FALLBACK)
        due, busy = order.answer_due_at, order.busy_due_at
    day, left = start.astimezone(FALLBACK.zone).date(), count
    while left:
        day += timedelta(days=1)
        left -= FALLBACK.is_working_day(day)
    assert due is not None
    assert due.astimezone(FALLBACK.zone).date() == day
    assert busy == start + timedelta(days=3)
    assert order.finish_due_at is None


SUMMER, WINTER = date(2025, 6, 10), date(2025, 12, 10)
CASES: list[tuple[str, date, dict[str, Any], dict[str, int]]] = [
    # 汽车：更换、退货的要求 10 个工作日答复、20 个工作日完成；修理没有这两个时限
    ("car_2021", SUMMER, {"wish": "replace"}, {"answer_days": 10, "finish_days": 20}),
    ("car_2021", SUMMER, {"wish": "refund"}, {"answer_days": 10, "finish_days": 20}),
    ("car_2021", SUMMER, {"wish": "repair"}, {}),
    # 农机：农忙季节整机或主要部件 3 日，易损件或其他零件 1 日；故障未明时按较短的
    ("farm_2010", SUMMER, {"wish": "repair", "fault": "main_part"}, {"busy_days": 3}),
    ("farm_2010", SUMMER, {"wish": "repair", "fault": "serious"}, {"busy_days": 3}),
    ("farm_2010", SUMMER, {"wish": "repair", "fault": "ordinary"}, {"busy_days": 1}),
    ("farm_2010", SUMMER, {"wish": "repair"}, {"busy_days": 1}),
    ("farm_2010", WINTER, {"wish": "repair"}, {}),
    ("farm_2010", date(2025, 5, 19), {"wish": "repair"}, {}), ("farm_2010", date(2025, 5, 20), {"wish": "repair"}, {"busy_days": 1}),
    ("farm_2010", date(2025, 6, 30), {"wish": "repair"}, {"busy_days": 1}), ("farm_2010", date(2025, 7, 1), {"wish": "repair"}, {}),
    ("appliance_1995", SUMMER, {"wish": "refund"}, {}), ("contract", SUMMER, {"wish": "refund"}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "day", "wish", "wanted"), CASES)
def test_the_limits_of_the_sectors(code: str, day: date, wish: dict[str, str], wanted: dict[str, int]) -> None:
    """RET-07, SLA-12: which limit runs for which wish, fault and day."""
    assert limits(asked(code, 90), day, **wish).known() == wanted


def test_no_limit_runs_where_no_right_holds() -> None:
    """RET-07: out of warranty, or where the user caused it, the law sets no time."""
    assert not limits(asked("farm_2010", 3000), SUMMER, wish="repair").known()
    assert not limits(asked("farm_2010", 90, user_caused=True), SUMMER, wish="repair").known()
    assert not limits(asked("car_2021", 90, fault=FaultKind.NONE), SUMMER, wish="refund").known()


@pytest.mark.django_db
def test_an_exchange_of_a_car_is_answered_and_done_by_the_calendar(cast: Cast) -> None:
    """RET-07, D12: asked on 2026-09-23, answered by 2026-10-14, done by 2026-10-28: National Day does not count."""
    with time_machine.travel(datetime(2026, 9, 23, 2, tzinfo=UTC), tick=False):
        story.promised(cast, "car_2021", 36)
        case = story.case_of(cast, story.sold(cast, "CAR-1", 30))
        order = story.requested(cast, case, wish="replace")
        due = {row.code: row.due_at.date().isoformat() for row in of_subject(order) if row.due_at}
        assert (due["return_law_answer"], due["return_law_finish"]) == ("2026-10-14", "2026-10-28")
        order = story.inspected(cast, story.received(cast, story.approved(cast, order)))
        story.offered(cast, order, remedy="replace", price_paid=4000)
        states = dict(of_subject(order).values_list("code", "state"))
        assert (states["return_law_answer"], states["return_law_finish"]) == ("met", "open")


@pytest.mark.django_db
def test_in_the_busy_season_the_fault_that_was_found_changes_the_limit(cast: Cast) -> None:
    """RET-07: a day from the request while nothing is known, three for a main part, none for what the user caused."""
    with time_machine.travel(datetime(2026, 6, 10, 2, tzinfo=UTC), tick=False) as clock:
        story.promised(cast, "farm_2010")
        case = story.case_of(cast, story.sold(cast, "TRACTOR-1", 30))
        order = story.requested(cast, case)
        row = of_subject(order).get(code="return_law_busy")
        assert row.due_at == order.requested_at + timedelta(days=1)
        clock.shift(timedelta(hours=5))
        order = story.inspected(cast, story.received(cast, story.approved(cast, order)), fault="main_part")
        row.refresh_from_db()
        assert row.due_at == order.requested_at + timedelta(days=3)
        story.inspected(cast, order, fault="main_part", user_caused=True)
        row.refresh_from_db()
        assert (row.state, order.limits) == ("void", {})


@pytest.mark.django_db
def test_a_unit_that_is_named_later_brings_its_limits(cast: Cast) -> None:
    """RET-07: the limits count from the request, whenever the unit becomes known."""
    with time_machine.travel(datetime(2026, 6, 10, 2, tzinfo=UTC), tick=False) as clock:
        story.promised(cast, "farm_2010")
        case = cast.case(unit=None, serial_text="")
        order = story.approved(cast, story.requested(cast, case))
        assert not of_subject(order).filter(code="return_law_busy").exists()
        edit_case(case=case, by=cast.alice, values={"unit": story.sold(cast, "TRACTOR-2", 30)})
        clock.shift(timedelta(hours=20))
        story.received(cast, ReturnOrder.objects.get(pk=order.pk))
        row = of_subject(order).get(code="return_law_busy")
        assert row.due_at == order.requested_at + timedelta(days=1)


@pytest.mark.django_db
def test_a_new_degree_keeps_the_waiting_that_went_before(cast: Cast) -> None:
    """SLA-05: ten hours in which the customer was waited for do not count, before the new degree either."""
    from bihuan.service.returns.services import offering

    with time_machine.travel(datetime(2026, 6, 10, 2, tzinfo=UTC), tick=False) as clock:
        row = story.offered(cast)
        clock.shift(timedelta(hours=10))
        order = offering.decide(offer=row, agreed=False, person="王工", means="link", opinion="太久")
        story.inspected(cast, order, degree="verify")
        assert order.received_at
        assert of_subject(order).get(code="return_verify").due_at == order.received_at + timedelta(hours=58)


@pytest.mark.django_db
def test_the_season_is_the_one_of_the_request(cast: Cast) -> None:
    """RET-07: asked for on the last day of the season and received after it, the limit of the season still runs."""
    with time_machine.travel(datetime(2026, 6, 30, 2, tzinfo=UTC), tick=False) as clock:
        story.promised(cast, "farm_2010")
        order = story.requested(cast, story.case_of(cast, story.sold(cast, "TRACTOR-3", 30)))
        assert order.limits == {"busy_days": 1}
        clock.shift(timedelta(days=2))
        order = story.received(cast, story.approved(cast, order))
        assert ReturnOrder.objects.get(pk=order.pk).limits == {"busy_days": 1}
