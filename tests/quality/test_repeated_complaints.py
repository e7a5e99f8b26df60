"""A mechanism that lasts and brings complaint after complaint is a trigger of the special report by itself."""

from datetime import date

import pytest
from django.utils import timezone

from bihuan.core.jobs.relay import run_due
from bihuan.core.policy.schema.monitor import Lasting, RateRule
from bihuan.quality.issues.models import Issue
from bihuan.quality.issues.papers import needed_codes
from bihuan.quality.monitor.rules import Figures, fires
from bihuan.registry.faults.models import FailureMechanism
from tests.cast import Cast
from tests.quality import shop

pytestmark = pytest.mark.django_db


def complained(cast: Cast, months: int, number: int) -> None:
    """So many complaints of one mechanism spread over so many months, far below every rate."""
    shop.ship(cast, 90_000, on=shop.months_ago(12))
    day = timezone.datetime.min.time()
    for place in range(number):
        back = round(place * months / (number - 1))
        at = timezone.make_aware(timezone.datetime.combine(shop.months_ago(back), day))
        shop.coded(cast, "wear", at=at)
    run_due()


def test_lasting_complaints_call_for_the_special_report(cast: Cast) -> None:
    """CMP-07: six complaints over more than six months, one in fifteen thousand: the rule fires, F05 is needed."""
    complained(cast, 7, 7)
    mechanism = FailureMechanism.objects.get(code="wear")
    assert [alarm.form for alarm in shop.alarms("lasting")] == ["F05"]
    assert shop.alarms("per_mille") == []
    issue = Issue.objects.get(mechanism=mechanism)
    assert "F05" in needed_codes(issue)


def test_a_burst_of_complaints_is_not_a_lasting_problem(cast: Cast) -> None:
    """CMP-07: as many complaints within two months do not count as long-standing."""
    complained(cast, 2, 7)
    assert shop.alarms("lasting") == []


@pytest.mark.parametrize(
    ("first", "recent", "fired"),
    [
        (date(2026, 4, 30), 6, 6), (date(2026, 5, 1), 6, 0), (date(2026, 4, 1), 5, 0), (date(2025, 4, 1), 7, 7),
    ],
)  # fmt: skip
def test_six_months_are_enough_and_so_are_six_complaints(first: date, recent: int, fired: int) -> None:
    """CMP-07: both bounds belong to the rule, counted in calendar months from the newest complaint."""
    rule = RateRule(code="lasting", name="长期", form="F05", level=2, lasting=Lasting(months=6, count=6))
    assert fires(rule, Figures(count=9, first=first, last=date(2026, 10, 2)), {6: recent}) == fired
