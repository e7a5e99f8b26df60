"""Reports of quality problems at the same time on PostgreSQL: one button is one report, one problem is one issue."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.core.activity.models import Activity
from bihuan.core.files.queries import attachments_of
from bihuan.quality.issues.models import Issue, Repeat
from bihuan.quality.issues.services.registration import register_issue
from bihuan.quality.nonconformity.models import Nonconformity
from tests.cast import Cast
from tests.quality import goods
from tests.quality.story import Quality, build_quality
from tests.servers.at_once import THREADS
from tests.servers.at_once import together as at_once
from tests.service.story import png

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("needs_threads")]


@pytest.fixture
def q(cast: Cast) -> Quality:
    return build_quality(cast)


def together(work: Callable[[int], Issue | Nonconformity]) -> set[int]:
    """The rows that the presses of several threads led to, all starting at once; nobody is refused."""
    return {row.pk for row in at_once(work)}


def joined(issue: Issue) -> int:
    rows = Activity.objects.filter(subject_type="issues.issue", subject_id=issue.pk)
    return rows.filter(verb="issue.joined").count()


def press(q: Quality, **sign: Any) -> Issue:
    photo = SimpleUploadedFile("主轴.png", png(), content_type="image/png")
    return register_issue(sign=q.sign(**sign), by=q.paul, uploads=[photo])


def test_six_first_presses_of_one_report_are_one_issue_on_postgresql(q: Quality) -> None:
    """NCR-01: with and without a known mechanism; the photo is kept once and nothing joins."""
    for turn, known in enumerate((None, q.mechanism)):
        found = together(lambda _thread: press(q, mechanism=known, client_key=f"key-{turn}"))  # noqa: B023
        issue = Issue.objects.get(pk=found.pop())
        assert (found, Issue.objects.count()) == (set(), turn + 1)
        assert (joined(issue), len(attachments_of(issue)), Repeat.objects.count()) == (0, 1, 0)


def test_six_presses_of_a_report_that_joins_join_once_on_postgresql(q: Quality) -> None:
    """NCR-07: one line in the journal, one photo, one key."""
    issue = q.issue(mechanism=q.mechanism)
    found = together(lambda _thread: press(q, mechanism=q.mechanism, client_key="again"))
    assert (found, Issue.objects.count()) == ({issue.pk}, 1)
    assert (joined(issue), len(attachments_of(issue)), Repeat.objects.count()) == (1, 1, 1)


def test_six_first_presses_of_one_sheet_are_one_sheet_on_postgresql(q: Quality) -> None:
    """NCR-02: whoever comes second gets the sheet of the first."""
    together(lambda _thread: goods.found(q, client_key="sheet"))
    assert Nonconformity.objects.count() == 1


def test_six_people_who_report_the_same_mechanism_make_one_issue_on_postgresql(q: Quality) -> None:
    """NCR-07: the first opens it, the others join with what they saw."""
    found = together(lambda thread: press(q, mechanism=q.mechanism, client_key=f"person-{thread}"))
    issue = Issue.objects.get()
    assert found == {issue.pk}
    assert (joined(issue), len(attachments_of(issue))) == (THREADS - 1, THREADS)
