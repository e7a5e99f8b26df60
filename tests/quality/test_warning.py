"""Early warning below the lines, and the question of what other lines would have raised."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from bihuan.core.activity.models import Activity
from bihuan.core.jobs.models import Job, Schedule
from bihuan.core.jobs.relay import run_due
from bihuan.core.jobs.services import enqueue, ensure_schedules
from bihuan.core.policy.schema.monitor import EarlyWarning, Monitor, RateWindow
from bihuan.quality.monitor.facts import add_months, month_of
from bihuan.quality.monitor.models import Alarm, Cell, Counter, Exposure, Finding, Kind, Level
from bihuan.quality.monitor.warning import judge_grid, keep, look
from bihuan.quality.monitor.whatif import crossings
from bihuan.registry.products.models import Batch
from bihuan.registry.products.services import create_unit
from tests.cast import Cast
from tests.quality import shop
from tests.quality.test_pages import client

TODAY = date(2026, 11, 21)


def cells(cast: Cast, count: int, exposure: int) -> list[Cell]:
    """Cells of one line with the same shipments in every month of five years."""
    rows = [
        Cell.objects.create(
            key=f"line:{cast.model.line_id}|m:{n}", level=Level.LINE, scope=f"line:{cast.model.line_id}",
            line=cast.model.line, mechanism=shop.mechanism(f"m{n}"),
        )
        for n in range(count)
    ]  # fmt: skip
    months = [add_months(month_of(TODAY), -index) for index in range(60)]
    Exposure.objects.bulk_create(
        Exposure(source="shipped", scope=rows[0].scope, kind="start", period=month, quantity=exposure)
        for month in months
    )
    return rows


def seen(cell: Cell, month: date, number: int, age: int = 0) -> None:
    """So many defects reported in a month."""
    Counter.objects.create(cell=cell, kind=Kind.COMPLAINT, period=month + timedelta(days=9), count=number)
    Counter.objects.create(cell=cell, kind=Kind.SHIP, period=add_months(month, -age), age=age, count=number)


def test_a_rising_cell_is_found_and_calm_ones_are_not() -> None:
    """QIS-16: of 400 cells with about one event a month the one that rises is first, in the first month of its rise.

    Two of the 399 calm ones, whose history happened to be low, stand in false signal at the end.
    """
    dice = np.random.default_rng(3)
    level = dice.gamma(4, 0.25, (400, 1))
    counts = dice.poisson(np.repeat(level, 24, axis=1)).astype(float)
    counts[17, 18:] += 5
    found = judge_grid(counts, np.full((400, 24), 5000.0), EarlyWarning())
    assert found is not None
    assert np.flatnonzero(found[0].signal[:, -1]).tolist() == [17, 170, 206]
    assert int(found[0].order[0]) == 17
    assert int(found[0].first[17]) == 6


@pytest.mark.django_db
def test_a_mechanism_is_seen_below_the_line_and_kept_with_its_first_month(cast: Cast) -> None:
    """QIS-16: far below 3 per mille no rule fires; the finding stays with the month in which it was first seen."""
    rows = cells(cast, 30, 100_000)
    last = add_months(month_of(TODAY), -1)
    for place, cell in enumerate(rows):
        for back in range(24):
            if (place + back) % 3 == 0:
                seen(cell, add_months(last, -back), 1 + place % 2)
    for back in range(3):
        Counter.objects.filter(cell=rows[4], kind=Kind.COMPLAINT, period__month=add_months(last, -back).month).delete()
        Counter.objects.create(cell=rows[4], kind=Kind.COMPLAINT, period=add_months(last, -back), count=9)
    assert look(on=TODAY) == {"cells": 30, "findings": 1}
    finding = Finding.objects.get()
    assert (finding.cell_id, finding.place, finding.first_month) == (rows[4].pk, 1, date(2026, 8, 1))
    assert Alarm.objects.count() == 0
    look(on=add_months(TODAY, 1))
    finding.refresh_from_db()
    assert (finding.first_month, finding.last_month, Finding.objects.count()) == (
        date(2026, 8, 1),
        date(2026, 11, 1),
        1,
    )
    keep([], last)
    finding.refresh_from_db()
    assert finding.is_current is False


@pytest.mark.django_db
def test_the_page_says_what_speaks_for_a_finding(cast: Cast) -> None:
    """QIS-16: months that add up and a sudden month are told apart; a rate that decides nothing is not shown."""
    month = month_of(TODAY)
    slow, sudden = cells(cast, 2, 100_000)
    for cell, place, excess, rate in ((slow, 1, 2.5, 0.93), (sudden, 2, -1.0, 0.0004)):
        Finding.objects.create(cell=cell, first_month=month, last_month=month, place=place, observed=5, expected=0.04,
                               q_value=rate, excess=excess)  # fmt: skip
    page = client(cast, "quality_engineer").get("/quality/monitor/").content.decode()
    assert page.count("逐月累积超限") == 2  # a row and a card
    assert page.count("上月突增，错误发现率 0.0004") == 2  # a row and a card
    assert "0.93" not in page


@pytest.mark.django_db
def test_without_history_nothing_is_said(cast: Cast) -> None:
    """QIS-16: no cell, no shipment, no failure: no finding and no error."""
    assert look(on=TODAY) == {"cells": 0, "findings": 0}
    cells(cast, 2, 100)
    assert look(on=TODAY) == {"cells": 2, "findings": 0}


@pytest.mark.django_db
def test_the_night_judges_and_looks_and_shows_its_progress(cast: Cast) -> None:
    """QIS-16: a schedule of its own, once a day; its result is kept on the job."""
    ensure_schedules()
    assert Schedule.objects.get(kind="monitor.night").every_seconds == 86_400
    shop.ship(cast, 100)
    shop.coded(cast)
    Cell.objects.update(judged_on=None)
    job = enqueue("monitor.night")
    run_due()
    done = Job.objects.get(pk=job.pk)
    assert (done.state, done.result, done.progress) == ("done", {"cells": 4, "findings": 0}, 4)
    assert not Cell.objects.filter(judged_on=None).exists()


@pytest.mark.django_db
def test_what_if_names_the_months_in_which_a_line_would_have_been_crossed(cast: Cast) -> None:
    """QIS-01: 2 and 3 failures among 1000 shipped a month; strictly more than the line, once per crossing."""
    first, second = cells(cast, 2, 1000)
    month = month_of(TODAY)
    for back, number in ((10, 2), (4, 3), (3, 2)):
        seen(first, add_months(month, -back), number)
    seen(second, add_months(month, -4), 2)
    rules = Monitor(window=RateWindow(basis="ship_month", length=1))
    rows = Cell.objects.filter(level=Level.LINE)

    def crossed(numerator: int, per: int = 1000, rules: Monitor = rules) -> list[tuple[int, date, int, int]]:
        return [
            (hit.cell.pk, hit.month, hit.count, hit.exposure) for hit in crossings(rows, rules, (numerator, per), TODAY)
        ]

    assert crossed(3) == []
    assert crossed(2) == [(first.pk, add_months(month, -4), 3, 1000)]
    assert [hit[:3] for hit in crossed(19, 10_000)] == [
        (first.pk, add_months(month, -4), 3), (second.pk, add_months(month, -4), 2), (first.pk, add_months(month, -10), 2),
    ]  # fmt: skip
    wide = Monitor(window=RateWindow(basis="ship_month", length=12))
    assert crossed(5, 12_000, wide) == [(first.pk, add_months(month, -3), 7, 12_000)]
    days = Monitor(window=RateWindow(basis="rolling_days", length=62))
    assert crossed(24, 10_000, days) == [(first.pk, add_months(month, -3), 5, 2000)]


@pytest.mark.django_db
def test_what_if_knows_a_failure_only_from_its_complaint_on(cast: Cast) -> None:
    """QIS-16: units shipped long ago whose failures were reported later cross the line when they were reported."""
    (cell,) = cells(cast, 1, 1000)
    seen(cell, add_months(month_of(TODAY), -2), 30, age=5)
    rules = Monitor(window=RateWindow(basis="ship_month", length=12))
    hits = crossings(Cell.objects.filter(pk=cell.pk), rules, (2, 1000), TODAY)
    assert [(hit.month, hit.count) for hit in hits] == [(add_months(month_of(TODAY), -2), 30)]


@pytest.mark.django_db
def test_what_if_agrees_with_what_the_monitor_says_today(cast: Cast) -> None:
    """QIS-16: for the window and the line in force, the last month is what the board shows; and nothing is written."""
    shop.ship(cast, 1000)
    shop.many(cast, 4)
    cell = shop.cell()
    before = (Activity.objects.count(), Alarm.objects.count())
    rules = Monitor()
    hits = crossings(Cell.objects.filter(pk=cell.pk), rules, (3, 1000), timezone.localdate())
    assert [(hit.count, hit.exposure) for hit in hits] == [(cell.count, cell.exposure)]
    assert (Activity.objects.count(), Alarm.objects.count()) == before


@pytest.mark.django_db
def test_what_if_by_service_age_takes_only_units_that_have_reached_the_age(cast: Cast) -> None:
    """QIS-16: of ships of twelve months that are six months out or more; who failed later than that does not count."""
    (cell,) = cells(cast, 1, 100)
    month = month_of(TODAY)
    for back, age, number in ((1, 3, 4), (2, 7, 9), (3, 6, 2)):
        seen(cell, add_months(month, -back), number, age=age)
    rows = Cell.objects.filter(pk=cell.pk)

    def crossed(age: int, line: tuple[int, int] = (1, 1200)) -> list[tuple[int, int, int]]:
        rules = Monitor(window=RateWindow(basis="service_age", length=12, age=age))
        found = crossings(rows, rules, line, TODAY)
        return [(hit.month.month, hit.count, hit.exposure) for hit in found]

    assert crossed(6) == [(8, 2, 1200)]
    assert crossed(6, (2, 1200)) == []
    assert crossed(7) == [(9, 11, 1200)]
    assert crossed(3) == [(10, 4, 1200)]
    assert crossed(2) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "window",
    [
        {"basis": "ship_month", "length": 24}, {"basis": "ship_month", "length": 36},
        {"basis": "production_month", "length": 12}, {"basis": "production_month", "length": 36},
        {"basis": "service_age", "length": 24, "age": 14}, {"basis": "service_age", "length": 36, "age": 30},
        {"basis": "rolling_days", "length": 120},
    ],
)  # fmt: skip
@pytest.mark.parametrize("denominator", ["shipped", "installed", "in_service"])
def test_what_if_reckons_every_window_as_the_monitor_does(cast: Cast, window: dict[str, Any], denominator: str) -> None:
    """QIS-16: the same count and the same units by each window and denominator, of all that was reported today."""
    for months, quantity in ((30, 700), (14, 200), (2, 90)):
        made = shop.months_ago(months + 3)
        batch = Batch.objects.create(model=cast.model, number=f"B-{months}", produced_on=made)
        day = shop.months_ago(months)
        shop.ship(cast, quantity, on=day, batch=batch)
        for number in range(2):
            unit = create_unit(
                serial=f"SN-{months}-{number}", model=cast.model, by=None, batch=batch, shipped_on=day, installed_on=day
            )
        shop.coded(cast, unit=unit)
    shop.ship(cast, 60, on=add_months(month_of(timezone.localdate()), 1) - timedelta(days=1))
    shop.policy(window=window, denominator=denominator)
    cell = shop.cell()
    rules = Monitor(window=RateWindow(**window), denominator=denominator)
    hits = crossings(Cell.objects.filter(pk=cell.pk), rules, (1, 10**6), timezone.localdate())
    assert cell.count > 0
    assert [(hit.count, hit.exposure) for hit in hits] == ([(cell.count, cell.exposure)] if cell.exposure else [])
