"""Counters kept by differences are equal to a recount from nothing, whatever happened and in whatever order."""

import random
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from bihuan.config.cli import build_parser
from bihuan.config.commands import check
from bihuan.quality.monitor.fingerprint import agree
from bihuan.quality.monitor.models import CountedCase, Counter, Exposure
from bihuan.quality.monitor.recount import counters, differences, repair
from bihuan.registry.faults.models import CauseCategory
from bihuan.registry.products.models import Batch, ProductModel, Shipment
from bihuan.service.desk.models import Case, CaseState
from bihuan.service.desk.services import closing, triage
from tests.cast import Cast
from tests.quality import shop

pytestmark = pytest.mark.django_db
STEPS = 60


class Story:
    """Any sequence of judging, coding, correcting, cancelling and reopening of cases that share serials."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.dice = cast, random.Random(seed)
        other = ProductModel.objects.create(line=cast.lines["door"], code="LM-1", name="门")
        batch = Batch.objects.create(model=other, number="B1", produced_on=shop.months_ago(9))
        units = [
            shop.unit(cast, "SN-1", shipped=shop.months_ago(5)),
            shop.unit(cast, "SN-2", model=other, shipped=shop.months_ago(7), batch=batch),
        ]
        CauseCategory.objects.create(code="nothing", name="未发现故障", is_no_fault=True)
        self.causes = list(CauseCategory.objects.all())
        told = [{"unit": unit, "model": None} for unit in units] + [{"serial_text": "sn 1"}, {"serial_text": "X-9"}, {}]
        self.cases = [shop.case(cast, **self.dice.choice(told)) for _index in range(8)]

    def step(self) -> None:
        """One thing happens to one case, if it may."""
        case = Case.objects.get(pk=self.dice.choice(self.cases).pk)
        acts: list[Callable[[Case], object]] = [self.judge, self.code, self.code, self.code, self.correct]
        if case.state == CaseState.CANCELLED:
            acts = [self.reopen]
        elif case.state != CaseState.NEW and self.dice.random() < 0.3:
            acts = [self.cancel]
        self.dice.choice(acts)(case)

    def judge(self, case: Case) -> object:
        nature = self.dice.choice(["defect", "defect", "defect", "misuse"])
        danger = self.dice.random() < 0.2
        return shop.judged(self.cast, case, nature=nature, is_safety=danger)

    def code(self, case: Case) -> object:
        values = {
            "mechanism": self.dice.choice([None, *map(shop.mechanism, "ab")]),
            "cause_category": self.dice.choice(self.causes),
        }
        return triage.code_case(case=case, by=self.cast.erik, values=values)

    def correct(self, case: Case) -> object:
        earlier = case.complained_at.replace(day=self.dice.randint(1, 9), month=self.dice.randint(1, 9), year=2026)
        return triage.edit_case(case=case, by=self.cast.bob, values={"complained_at": earlier})

    def cancel(self, case: Case) -> object:
        other = self.dice.choice([None, *(item for item in self.cases if item.pk != case.pk)])
        return closing.cancel_case(case=case, by=self.cast.bob, reason="重复", duplicate_of=other)

    def reopen(self, case: Case) -> object:
        return closing.reopen_case(case=case, by=self.cast.bob, reason="再次出现")


@pytest.mark.parametrize("seed", range(6))
def test_any_sequence_gives_what_a_recount_gives(cast: Cast, seed: int) -> None:
    """QIS-16: counters changed by differences, after every ten steps, equal a count from nothing."""
    story = Story(cast, seed)
    for index in range(STEPS):
        story.step()
        if index % 10 == 9:
            assert [item.text for item in differences()] == []
    assert CountedCase.objects.exists()


def test_a_wrong_counter_is_named_and_put_right(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    """QIS-16: ``bihuan check --rates`` ends with 1 and names the cell, stored and recounted."""
    shop.many(cast, 2)
    args = build_parser().parse_args(["check", "--rates"])
    assert check(args) == 0
    row = Counter.objects.filter(cell=shop.cell(), kind="complaint").get()
    Counter.objects.filter(pk=row.pk).update(count=5)
    capsys.readouterr()
    assert check(args) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("rates: ")
    assert "SC-7" in lines[0]
    assert "5" in lines[0]
    assert "2" in lines[0]
    assert check(build_parser().parse_args(["check", "--rates", "--repair"])) == 1
    assert check(args) == 0
    row.refresh_from_db()
    assert row.count == 2


def test_an_older_database_is_counted_for_the_first_time(cast: Cast) -> None:
    """QIS-16: cases and shipments from before the monitor are counted by a repair."""
    shop.ship(cast, 100)
    shop.many(cast, 2)
    before = sorted(Counter.objects.exclude(count=0).values_list("cell", "kind", "period", "age", "count"))
    sums = sorted(Exposure.objects.values_list("scope", "kind", "period", "quantity"))
    for model in (Counter, CountedCase, Exposure):
        model.objects.all().delete()
    assert len(repair()) > 0
    assert sorted(Counter.objects.exclude(count=0).values_list("cell", "kind", "period", "age", "count")) == before
    assert sorted(Exposure.objects.values_list("scope", "kind", "period", "quantity")) == sums
    assert list(differences()) == []


def test_a_wrong_leader_of_a_serial_is_found(cast: Cast) -> None:
    """QIS-01: two cases of one serial, both marked as counting, are found and put right."""
    unit = shop.unit(cast, "SN-A")
    shop.coded(cast, unit=unit)
    second = shop.coded(cast, unit=unit)
    CountedCase.objects.filter(pk=second.pk).update(is_first=True)
    assert len([item for item in differences() if item.key == (second.pk, False)]) == 1
    repair()
    assert list(differences()) == []


def test_a_changed_shipment_and_a_shipment_that_nobody_counted_are_found(cast: Cast) -> None:
    """QIS-16: the denominators are recounted too."""
    row = shop.ship(cast, 100)
    Shipment.objects.filter(pk=row.pk).update(quantity=70)
    Shipment.objects.create(number="X", model=cast.model, quantity=9, shipped_on=shop.months_ago(1))
    assert len(list(differences())) == 2
    repair()
    assert list(differences()) == []
    scope = f"model:{cast.model.pk}"
    assert sum(Exposure.objects.filter(scope=scope, kind="start").values_list("quantity", flat=True)) == 79


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no hash of whole numbers")
@pytest.mark.parametrize(
    "wrong",
    [
        {"count": 7}, {"count": 0}, {"count": -1}, {"kind": "danger"}, {"age": 0}, {"age": 3},
        {"period": date(2019, 2, 1)},
    ],
)  # fmt: skip
def test_sums_of_hashes_see_every_kind_of_difference_on_postgresql(cast: Cast, wrong: dict[str, Any]) -> None:
    """QIS-16: another count, kind, age, month or cell of one counter, a lost one, a lost case: none stays unseen."""
    shop.many(cast, 3)
    shop.many(cast, 2, "leak")
    assert agree()
    place = transaction.savepoint()
    row = Counter.objects.filter(cell=shop.cell(), kind="ship").get()
    Counter.objects.filter(pk=row.pk).update(**wrong)
    assert not agree()
    assert list(counters()) != []
    transaction.savepoint_rollback(place)
    Counter.objects.filter(pk=row.pk).update(cell=shop.cell(level="line"), period=date(2019, 2, 1))
    assert not agree()
    transaction.savepoint_rollback(place)
    Counter.objects.filter(pk=row.pk).delete()
    assert not agree()
    transaction.savepoint_rollback(place)
    CountedCase.objects.filter(is_first=True)[:1].get().delete()
    assert not agree()
