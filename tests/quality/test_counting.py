"""What counts as a defective unit, once per serial and mechanism, in every cell."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from bihuan.quality.monitor.models import CountedCase, Counter, Kind
from bihuan.registry.faults.models import CauseCategory
from bihuan.registry.products.models import Batch
from bihuan.service.desk.services import closing, triage
from tests.cast import Cast
from tests.quality import shop

pytestmark = pytest.mark.django_db


def counted(code: str = "wear", level: str = "model") -> int:
    rows = Counter.objects.filter(cell__mechanism__code=code, cell__level=level, kind=Kind.COMPLAINT)
    return sum(rows.values_list("count", flat=True))


def test_a_coded_defect_counts_at_every_level_that_is_known(cast: Cast) -> None:
    """QIS-01, QIS-16: line, model, batch and region each count the unit once, by ship, production and complaint month."""
    batch = Batch.objects.create(model=cast.model, number="B1", produced_on=date(2026, 2, 3))
    unit = shop.unit(cast, "SN-A", shipped=date(2026, 3, 9), batch=batch)
    case = shop.coded(cast, unit=unit)
    day = timezone.localdate(case.complained_at)
    ages = [(day.year - 2026) * 12 + day.month - month for month in (3, 2)]
    for level in ("line", "model", "batch", "region"):
        rows = Counter.objects.filter(cell__mechanism__code="wear", cell__level=level, count__gt=0)
        assert sorted(rows.values_list("kind", "period", "age", "count")) == [
            ("complaint", day, 0, 1),
            ("made", date(2026, 2, 1), ages[1], 1),
            ("ship", date(2026, 3, 1), ages[0], 1),
        ]


def test_a_serial_counts_once_per_mechanism(cast: Cast) -> None:
    """QIS-01: the same unit twice with one mechanism is one; with another mechanism it is one there."""
    unit = shop.unit(cast, "SN-A")
    for code in ("wear", "wear", "leak"):
        shop.coded(cast, code, unit=unit)
    assert (counted("wear"), counted("leak")) == (1, 1)


def test_a_serial_as_told_is_the_serial_of_the_unit(cast: Cast) -> None:
    """QIS-01: a serial that was only told, in another spelling, is the same unit."""
    shop.coded(cast, unit=shop.unit(cast, "SN-A"))
    shop.coded(cast, serial_text="sn-ａ ")
    assert counted() == 1


def test_cases_without_serial_count_each_by_itself(cast: Cast) -> None:
    """QIS-01."""
    shop.many(cast, 3)
    assert counted() == 3


@pytest.mark.parametrize("cause", ["misuse", "nothing"])
def test_misuse_and_no_trouble_found_do_not_count(cast: Cast, cause: str) -> None:
    """TRI-11, QIS-16: what the user caused, and what was no fault, is out again as soon as that is coded."""
    CauseCategory.objects.create(code="nothing", name="未发现故障", is_no_fault=True)
    case = shop.coded(cast)
    assert counted() == 1
    triage.code_case(case=case, by=cast.erik, values={"cause_category": CauseCategory.objects.get(code=cause)})
    assert counted() == 0


def test_a_case_judged_misuse_does_not_count(cast: Cast) -> None:
    """TRI-11."""
    case = shop.judged(cast, shop.case(cast), nature="misuse")
    triage.code_case(case=case, by=cast.erik, values={"mechanism": shop.mechanism()})
    assert not CountedCase.objects.exists()


def test_by_symptom_as_long_as_no_mechanism_is_coded(cast: Cast) -> None:
    """QIS-16: the symptom's cell gives the unit over to that of the mechanism."""
    case = shop.judged(cast, shop.case(cast))
    by_symptom = Counter.objects.filter(cell__symptom=cast.symptom, cell__level="model", kind=Kind.COMPLAINT)
    assert [row.count for row in by_symptom] == [1]
    triage.code_case(case=case, by=cast.erik, values={"mechanism": shop.mechanism()})
    assert [row.count for row in by_symptom.all()] == [0]
    assert counted() == 1


def test_a_recoded_case_moves_by_the_difference(cast: Cast) -> None:
    """QIS-16: the cell that is left and the one that is joined are changed, nothing else."""
    case = shop.coded(cast, "wear")
    shop.coded(cast, "wear")
    triage.code_case(case=case, by=cast.erik, values={"mechanism": shop.mechanism("leak")})
    assert (counted("wear"), counted("leak")) == (1, 1)


def test_a_duplicate_is_out_and_a_reopened_one_counts_again(cast: Cast) -> None:
    """QIS-16: a duplicate is cancelled and out; opened again it stands on its own."""
    first, second = shop.many(cast, 2)
    closing.cancel_case(case=second, by=cast.bob, reason="重复", duplicate_of=first)
    assert counted() == 1
    closing.reopen_case(case=second, by=cast.bob, reason="不是同一台")
    second.refresh_from_db()
    assert second.duplicate_of_id is None
    assert counted() == 2


def test_when_the_first_case_of_a_serial_goes_the_next_one_counts(cast: Cast) -> None:
    """QIS-01: the unit stays defective, in the month of the case that is left."""
    unit = shop.unit(cast, "SN-A")
    early = shop.coded(cast, unit=unit, at=timezone.now() - timedelta(days=70))
    late = shop.coded(cast, unit=unit)
    days = [timezone.localdate(case.complained_at) for case in (early, late)]
    rows = Counter.objects.filter(cell__level="model", kind=Kind.COMPLAINT, count__gt=0)
    assert list(rows.values_list("period", "count")) == [(days[0], 1)]
    closing.cancel_case(case=early, by=cast.bob, reason="客户撤回")
    assert list(rows.values_list("period", "count")) == [(days[1], 1)]


def test_a_corrected_unit_moves_its_cases(cast: Cast) -> None:
    """QIS-16: a unit whose ship date is corrected counts in the right ship month."""
    from bihuan.registry.products.services import update_unit

    unit = shop.unit(cast, "SN-A", shipped=date(2026, 3, 9))
    shop.coded(cast, unit=unit)
    update_unit(unit=unit, by=cast.bob, shipped_on=date(2026, 5, 2))
    rows = Counter.objects.filter(cell__level="model", kind=Kind.SHIP, count__gt=0)
    assert list(rows.values_list("period", "count")) == [(date(2026, 5, 1), 1)]


def test_a_unit_suggested_and_accepted_counts_as_that_unit(cast: Cast) -> None:
    """QIS-01: the journal speaks after the case was changed, so the counting sees the unit."""
    unit = shop.unit(cast, "SN-A")
    shop.coded(cast, unit=unit)
    case = shop.coded(cast)
    assert counted() == 2
    hint = case.suggestions.create(field="unit", value=str(unit.pk), label=unit.serial, reason="序列号", confidence=0.9)
    triage.decide_suggestion(suggestion=hint, by=cast.bob, accept=True)
    assert counted() == 1
