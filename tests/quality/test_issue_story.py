"""An issue from the first sign to the proven remedy."""

import pytest

from bihuan.core.activity.models import Activity
from bihuan.core.activity.queries import tampered
from tests.quality.story import Quality, whole

pytestmark = pytest.mark.django_db

STATIONS = [
    "registered", "investigating", "planning", "approving", "published", "implementing", "verifying", "closed",
]  # fmt: skip


def stations(number: int) -> list[str]:
    rows = Activity.objects.filter(subject_type="issues.issue", subject_id=number, data__has_key="to").order_by("seq")
    found: list[str] = []
    for data in rows.values_list("data", flat=True):
        if not found or found[-1] != data["to"]:
            found.append(data["to"])
    return found


def test_an_alarm_becomes_an_issue_and_walks_to_its_proven_end(q: Quality) -> None:
    """NCR-20, QIS-01, CAP-08: every station once, in order; the result stands beside the closed state."""
    q.alarm()
    from bihuan.quality.issues.models import Issue

    issue = whole(q, Issue.objects.get())
    issue.refresh_from_db()
    assert stations(issue.pk) == STATIONS
    assert (issue.state, issue.result, issue.cycle) == ("closed", "effective", 1)
    assert list(tampered("issues.issue")) == []


@pytest.mark.parametrize("criteria", [("use",), ("function",), ("accident",)])
def test_every_grade_reaches_the_end(q: Quality, criteria: tuple[str, ...]) -> None:
    """TRI-09, D10: general, severe and major walk the same stations by their own chains."""
    issue = whole(q, q.issue(), criteria)
    assert (issue.state, issue.grade) == ("closed", {"use": 1, "function": 2, "accident": 3}[criteria[0]])
