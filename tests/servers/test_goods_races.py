"""Sheets on PostgreSQL: the second acts before the first has committed, and neither spoils the other."""

import pytest

from bihuan.quality.issues.models import Issue
from bihuan.quality.nonconformity.models import Nonconformity
from bihuan.quality.nonconformity.services import disposing, objecting, reviewing
from tests.cast import Cast
from tests.quality import goods
from tests.quality.story import Quality, build_quality
from tests.servers.at_once import overtaken

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("needs_threads")]


@pytest.fixture
def q(cast: Cast) -> Quality:
    return build_quality(cast)


def read(sheet: Nonconformity) -> Nonconformity:
    return Nonconformity.objects.get(pk=sheet.pk)


def test_two_departments_that_object_at_once_are_one_objection_on_postgresql(q: Quality) -> None:
    """NCR-06: the first is heard; the other is no second objection to what nobody has reviewed again."""
    sheet = goods.ready(q)
    one, other = read(sheet), read(sheet)
    done = overtaken(
        lambda: objecting.object_to_sheet(sheet=one, by=q.paul, reason="一"),
        lambda: objecting.object_to_sheet(sheet=other, by=q.cast.erik, reason="二"),
    )
    assert done[1] is None
    assert list(sheet.objections.values_list("round", "reason")) == [(1, "一")]
    assert read(sheet).state == "reviewing"


def test_one_sheet_pressed_twice_at_once_opens_one_issue_on_postgresql(q: Quality) -> None:
    """NCR-19: the issue of the second press is rolled back with its number and its notices."""
    sheet = goods.ready(q)
    one, other = read(sheet), read(sheet)
    done = overtaken(
        lambda: reviewing.open_issue(sheet=one, by=q.quentin), lambda: reviewing.open_issue(sheet=other, by=q.qiu)
    )
    assert (done[1], list(Issue.objects.all())) == (None, [read(sheet).issue])


def test_what_is_carried_out_while_it_is_taken_back_stays_on_postgresql(q: Quality) -> None:
    """NCR-18: of both at once the first is done, the other is told."""
    sheet = goods.finished(q, goods.ready(q, ("rework", 12)), failed=2)
    parent = sheet.dispositions.select_related("sheet").get()
    disposing.dispose(sheet=sheet, by=q.quentin, kind="scrap", quantity=2, owner=q.paul, after=parent)
    one, other = (parent.following.select_related("sheet").get() for _turn in range(2))
    done = overtaken(
        lambda: disposing.finish_disposition(disposition=one, by=q.paul, result="已报废"),
        lambda: disposing.drop_disposition(disposition=other, by=q.quentin) or "dropped",
    )
    assert (done[1], parent.following.get().result) == (None, "已报废")
