"""What the numbers of the quality problem database count, and what they leave out."""

from datetime import datetime, time
from typing import Any

import pytest
from django.utils import timezone, translation

from bihuan.quality.issues.services.registration import register_issue
from bihuan.quality.problems import similar
from bihuan.quality.problems.analysis import TOP, pareto, trend
from bihuan.registry.faults.models import FailureMechanism
from bihuan.registry.products.models import ProductModel
from tests.quality import shop
from tests.quality.story import Quality, coded

pytestmark = pytest.mark.django_db


def month(back: int) -> Any:
    return timezone.make_aware(datetime.combine(shop.months_ago(back), time.min))


def test_what_two_problems_share_weighs_as_much_as_it_is_said_to(q: Quality) -> None:
    """CAP-12, CAP-19: the mechanism before the batch before the product."""
    other = ProductModel.objects.create(line=q.cast.model.line, code="SC-9", name="另一型号")
    leak = FailureMechanism.objects.create(code="x", name="漏油")
    first = q.issue(mechanism=q.mechanism, batch=q.batch)
    product = q.issue(mechanism=leak, description="油封渗漏")
    batch = q.issue(model=other, mechanism=leak, batch=q.batch, description="外壳划伤")
    twin = q.issue(model=other, mechanism=q.mechanism, description="包装箱受潮发霉")
    found = similar.find(similar.of_issue(first), q.quentin, by_words=False)
    assert [(match.issue, match.score) for match in found] == [(twin, 5.0), (batch, 3.0), (product, 2.0)]


def test_a_problem_is_found_by_the_words_of_its_customers_but_not_by_its_own_case(q: Quality) -> None:
    """CAP-12: the summaries of its cases are searched too; to whom the case belongs already is not similar to it."""
    case = coded(q, description="开机后尖叫刺耳，隔壁车间都听得到")
    issue = register_issue(sign=q.sign(description="预紧力不足"), by=q.quentin, cases=[case])
    (match,) = similar.find(similar.Asked("机器尖叫刺耳，车间都听得到"), q.quentin)
    assert (match.issue, match.words > 0) == (issue, True)
    assert issue in {row.issue for row in similar.find(similar.of_case(q.cast.case()), q.quentin)}
    assert similar.find(similar.of_case(case), q.quentin) == []


def test_the_pareto_counts_its_span_its_line_and_what_one_sees(q: Quality) -> None:
    """KPI-09, KPI-10: older failures, other lines and problems of others are not in it."""
    shop.ship(q.cast, 90_000, on=shop.months_ago(20))
    shop.coded(q.cast, "old", at=month(14))
    shop.coded(q.cast, "new", at=month(2))
    assert [row.label for row in pareto(q.quentin, "mechanism", line=None, span=12)] == ["机理 new"]
    assert [row.count for row in pareto(q.quentin, "mechanism", line=None, span=24)] == [1, 1]
    issue = q.issue()
    assert [row.count for row in pareto(q.quentin, "source", line=issue.line_id, span=12)] == [1]
    assert pareto(q.quentin, "source", line=q.cast.lines["door"].pk, span=12) == []
    assert pareto(q.cast.charlie, "source", line=None, span=12) == []


def test_the_smallest_bars_of_a_pareto_are_put_together(q: Quality) -> None:
    """KPI-10: no more bars than can be read, and none is lost."""
    shop.ship(q.cast, 90_000)
    shop.many(q.cast, 2, "big")
    for number in range(TOP + 1):
        shop.coded(q.cast, f"small-{number}")
    with translation.override("zh-hans"):
        rows = pareto(q.quentin, "mechanism", line=None, span=12)
    assert (len(rows), rows[0].label, rows[-1].label) == (TOP + 1, "机理 big", "其他")
    assert (rows[-1].count, rows[-1].running, sum(row.count for row in rows)) == (2, TOP + 3, TOP + 3)


def test_what_nobody_has_named_yet_stands_behind_the_bars(q: Quality) -> None:
    """KPI-10: however many there are, they are no mechanism, and the shares are still of all failures."""
    shop.ship(q.cast, 90_000)
    shop.coded(q.cast, "wear")
    for _index in range(2):
        shop.judged(q.cast, shop.case(q.cast))
    with translation.override("zh-hans"):
        rows = pareto(q.quentin, "mechanism", line=None, span=12)
    assert [(row.label, row.count, row.running, row.total) for row in rows] == [
        ("机理 wear", 1, 1, 3), ("未注明", 2, 3, 3),
    ]  # fmt: skip


def test_the_trend_shows_the_running_month_and_judges_it_not(q: Quality) -> None:
    """KPI-10: a month that is not over has too few failures by its nature; its limits are not drawn."""
    shop.ship(q.cast, 2000, on=shop.months_ago(11))
    for back in (5, 4, 3, 2, 1):
        shop.coded(q.cast, "wear", at=month(back))
    shop.many(q.cast, 20, "wear")
    found = trend(line=None, mechanism=shop.mechanism("wear").pk, span=12)
    running = found.months[-1]
    assert (running.failures, running.rate, running.upper, running.rules) == (20, 10.0, None, "")
    assert found.centre == pytest.approx(5 / 11 / 2)
    assert all(row.upper is not None for row in found.months[:-1] if row.units)


def test_the_trend_takes_the_units_of_two_years_and_only_the_mechanism_asked_for(q: Quality) -> None:
    """KPI-10: what was shipped up to 23 months before is in the field; other mechanisms are other charts."""
    shop.ship(q.cast, 1000, on=shop.months_ago(23))
    shop.ship(q.cast, 1000, on=shop.months_ago(9))
    for back in (8, 6, 4, 2):
        shop.coded(q.cast, "wear", at=month(back))
    shop.coded(q.cast, "leak", at=month(2))
    wear = {row.month: row for row in trend(line=None, mechanism=shop.mechanism("wear").pk, span=12).months}
    both = {row.month: row for row in trend(line=None, mechanism=None, span=12).months}
    first, last = shop.months_ago(11).replace(day=1), shop.months_ago(2).replace(day=1)
    assert (wear[first].units, wear[last].units) == (1000, 2000)
    assert (wear[last].failures, both[last].failures) == (1, 2)


def test_laneys_limits_allow_for_what_varies_beside_chance(q: Quality) -> None:
    """KPI-10: months that differ more than chance would have them do not all signal; the mean is the same."""
    shop.ship(q.cast, 20_000, on=shop.months_ago(11))
    for back, count in ((10, 6), (8, 1), (6, 7), (4, 1), (2, 6)):
        for _index in range(count):
            shop.coded(q.cast, "wear", at=month(back))
    plain, wide = (trend(line=None, mechanism=None, span=12, laney=laney) for laney in (False, True))
    assert plain.centre == wide.centre
    assert (wide.months[-2].upper or 0) > (plain.months[-2].upper or 0)
