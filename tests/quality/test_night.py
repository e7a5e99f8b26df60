"""The night judges the cells that a new day may judge otherwise, and that is as good as judging all of them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bihuan.core.policy.services import read_file, save_version
from bihuan.quality.monitor.jobs import judge_moved
from bihuan.quality.monitor.judging import judge
from bihuan.quality.monitor.models import Alarm, Cell, Counter, Exposure
from bihuan.quality.monitor.rolling import held_until
from bihuan.registry.products.models import ProductLine
from tests.cast import Cast
from tests.quality import shop

pytestmark = pytest.mark.django_db
START = date(2026, 1, 25)
HELD = ("count", "exposure", "rank", "stage", "fired", "version_id")
WINDOWS = (
    {"basis": "rolling_days", "length": 9}, {"basis": "ship_month", "length": 2},
    {"basis": "production_month", "length": 2}, {"basis": "service_age", "length": 2, "age": 1},
)  # fmt: skip
day_of = st.integers(-20, 20).map(lambda place: START + timedelta(days=place))
counter = st.tuples(
    st.integers(0, 2), st.sampled_from(["ship", "made", "complaint", "serious", "danger"]), day_of, st.integers(0, 2),
    st.integers(1, 40),
)  # fmt: skip
unit = st.tuples(
    st.integers(0, 2), st.sampled_from(["shipped", "installed"]), st.sampled_from(["start", "made"]), day_of,
    st.integers(1, 4000),
)  # fmt: skip


def rules(window: dict[str, Any], denominator: str) -> None:
    """The window and the units that this company judges by."""
    data = read_file("general")
    data["monitor"] = {**data["monitor"], "window": window, "denominator": denominator}
    save_version(data=data, by=None)


def cells_of(cast: Cast) -> list[Cell]:
    """Three cells whose alarms have a case to speak of."""
    shop.coded(cast)
    rows = list(Cell.objects.filter(line=cast.model.line).order_by("pk")[:3])
    Counter.objects.all().delete()
    Exposure.objects.all().delete()
    Alarm.objects.all().delete()
    Cell.objects.update(judged_on=None, version_id=None, fired=[], count=0, exposure=0)
    return rows


def held() -> tuple[list[Any], list[Any]]:
    return (
        list(Cell.objects.order_by("pk").values_list("pk", *HELD)),
        list(Alarm.objects.order_by("pk").values_list("pk", "rule", "state", "measure", "is_below", "latest_count")),
    )


def fill(cells: list[Cell], counters: list[Any], units: list[Any]) -> None:
    """Counters and units as services would have left them."""
    for place, kind, period, age, count in counters:
        month = period.replace(day=1) if kind in {"ship", "made"} else period
        Counter.objects.update_or_create(
            cell=cells[place % len(cells)], kind=kind, period=month, age=age if kind in {"ship", "made"} else 0,
            defaults={"count": count},
        )  # fmt: skip
    for place, source, kind, period, quantity in units:
        Exposure.objects.update_or_create(
            source=source, scope=cells[place % len(cells)].scope, kind=kind,
            period=period.replace(day=1) if kind == "made" else period, defaults={"quantity": quantity},
        )  # fmt: skip


@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: str(window["basis"]))
def test_after_the_night_judging_everything_changes_nothing(cast: Cast, window: dict[str, Any]) -> None:
    """QIS-01, TRI-10: whatever is counted, whichever window, over the turn of the month and over nights left out."""
    rules(window, "in_service" if window["basis"] == "service_age" else "shipped")
    cells = cells_of(cast)

    @settings(max_examples=8, deadline=None, database=None, phases=(Phase.generate,))
    @given(
        counters=st.lists(counter, max_size=12),
        units=st.lists(unit, max_size=6),
        steps=st.lists(st.integers(1, 4), min_size=2, max_size=5),
    )
    def nights(counters: list[Any], units: list[Any], steps: list[int]) -> None:
        with transaction.atomic():
            fill(cells, counters, units)
            day = START
            for step in steps:
                judge_moved(day)
                kept, begun = held(), transaction.savepoint()
                assert judge([cell.pk for cell in Cell.objects.all()], on=day) == 0
                assert held() == kept
                transaction.savepoint_rollback(begun)
                day += timedelta(days=step)
            transaction.set_rollback(True)

    nights()


def test_a_quiet_night_judges_nothing_and_a_new_policy_everything(cast: Cast) -> None:
    """QIS-01: within a month nothing moves but what is dated; the turn of the month and another version move all."""
    rules({"basis": "ship_month", "length": 2}, "shipped")
    cells = cells_of(cast)
    everything = Cell.objects.count()
    first, last = date(2026, 1, 5), date(2026, 1, 30)
    assert (judge_moved(first), judge_moved(last)) == (everything, 0)
    assert (held_until(), set(Cell.objects.values_list("judged_on", flat=True))) == (last, {first})
    Counter.objects.create(cell=cells[0], kind="danger", period=date(2026, 1, 31), count=1)
    assert judge_moved(date(2026, 1, 31)) == 1
    assert judge_moved(date(2026, 2, 1)) == everything
    rules({"basis": "ship_month", "length": 3}, "shipped")
    assert judge_moved(date(2026, 2, 2)) == everything
    ProductLine.objects.filter(pk=cast.model.line_id).update(profile=cast.lines["mould"].profile)
    assert judge_moved(date(2026, 2, 3)) == everything


def test_a_night_writes_its_day_once_and_one_before_it_judges_everything(cast: Cast) -> None:
    """QIS-01: a quiet night writes one row however many cells there are; a clock put back trusts no night."""
    rules({"basis": "ship_month", "length": 2}, "shipped")
    cells_of(cast)
    judge_moved(date(2026, 1, 5))
    with CaptureQueriesContext(connection) as asked:
        assert judge_moved(date(2026, 1, 6)) == 0
    written = [row["sql"] for row in asked if row["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]
    assert len(written) == 1
    assert "monitor_held" in written[0]
    assert judge_moved(date(2026, 1, 4)) == Cell.objects.count()
    assert held_until() == date(2026, 1, 4)


def test_units_and_failures_that_leave_a_rolling_window_are_seen(cast: Cast) -> None:
    """QIS-01: nine days hold the ninth day back and not the tenth, for units and for failures alike."""
    rules({"basis": "rolling_days", "length": 9}, "shipped")
    cell, day = cells_of(cast)[0], date(2026, 1, 12)
    judge_moved(day)
    for back, quantity in ((8, 700), (7, 300)):
        Exposure.objects.create(
            source="shipped", scope=cell.scope, kind="start", period=day - timedelta(days=back), quantity=quantity
        )
        Counter.objects.create(cell=cell, kind="complaint", period=day - timedelta(days=back), count=1)
    judge([cell.pk], on=day)
    seen = []
    for later in range(3):
        judge_moved(day + timedelta(days=later))
        cell.refresh_from_db()
        seen.append((cell.count, cell.exposure))
    assert seen == [(2, 1000), (1, 300), (0, 0)]
    Counter.objects.filter(cell=cell).delete()
    Exposure.objects.create(
        source="shipped", scope=cell.scope, kind="start", period=day + timedelta(days=3), quantity=50
    )
    judge_moved(day + timedelta(days=3))
    cell.refresh_from_db()
    assert (cell.count, cell.exposure) == (0, 50)
