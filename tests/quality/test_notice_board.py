"""Sheets and questions to other lines on the notice board: receipts, objections, and no customer's data."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.core.activity.queries import timeline
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues import board
from bihuan.quality.issues.models import Publication
from bihuan.quality.nonconformity.models import Nonconformity
from bihuan.quality.nonconformity.services import objecting, reviewing
from bihuan.quality.problems import services as problems
from tests.quality import goods
from tests.quality.refusing import refused
from tests.quality.story import Quality, coded

pytestmark = pytest.mark.django_db


def put(sheet: Nonconformity, state: str) -> Nonconformity:
    """As if it stood there."""
    Nonconformity.objects.filter(pk=sheet.pk).update(state=state)
    sheet.refresh_from_db()
    return sheet


def test_an_approved_sheet_hangs_for_a_week_before_all_departments(q: Quality, client: Client) -> None:
    """NCR-04, NCR-05: with receipts of the departments, and its objections reach the sheet."""
    sheet = goods.ready(q)
    notice = Publication.objects.get()
    assert (notice.kind, notice.number, notice.until - notice.published_at) == (
        "sheet",
        sheet.number,
        timedelta(days=7),
    )
    board.confirm_read(publication=notice, by=q.paul)
    assert [row.verb for row in timeline(sheet)][:2] == ["nonconformity.notice_read", "nonconformity.published"]
    refused("nothing to confirm", board.confirm_read, publication=notice, by=q.paul)
    client.force_login(q.paul)
    assert sheet.number in client.get(reverse("issues:board")).text
    address = reverse("issues:notice", args=[notice.pk])
    for state, offered in (("closed", False), ("disposing", True)):
        Nonconformity.objects.filter(pk=sheet.pk).update(state=state)
        assert bool(client.get(address).context["may_object"]) is offered
    assert address in client.get(reverse("nonconformity:sheet", args=[sheet.number])).text
    assert client.post(address, {"reason": "责任不在装配"}).status_code == 302
    sheet.refresh_from_db()
    assert (sheet.state, sheet.objections.get().reason) == ("reviewing", "责任不在装配")
    page = client.get(address).text
    assert ("责任不在装配" in page, "已撤下" in page) == (True, True)


def test_the_second_notice_carries_the_second_objection(q: Quality) -> None:
    """NCR-06: each round hangs by itself; the ruling takes down what it upholds against."""
    sheet = goods.ready(q)
    objecting.object_to_sheet(sheet=sheet, by=q.paul, reason="一")
    goods.approved(q, sheet)
    objecting.object_to_sheet(sheet=sheet, by=q.paul, reason="二")
    second, first = board.notices_of("sheet", sheet)
    found = board.BOARDS["sheet"].objection_of
    assert found is not None
    assert (found(first).reason, found(second).reason) == ("一", "二")
    assert (first.withdrawn_at is None, second.withdrawn_at is None) == (False, True)
    objecting.rule_on_sheet(sheet=sheet, by=q.chen, upheld=True, reason="重新评审")
    second.refresh_from_db()
    assert second.withdrawn_at is not None


def test_no_customer_hangs_on_the_board(q: Quality) -> None:
    """NCR-05: neither from the case of the sheet nor who permitted the concession."""
    case = coded(q)
    goods.ready(q, ("concession", 12), case=case, description=f"{case.customer.name} 王工 13800001234 反馈外圈划痕")
    text = str(Publication.objects.get().paper)
    assert "外圈划痕" in text
    for word in (case.customer.name, case.contact_name, "13800001234", "0312"):
        assert word not in text


def test_a_company_without_publicity_hangs_nothing(q: Quality) -> None:
    """D27: whether sheets hang is policy; the precast works have none."""
    model = q.cast.lines["precast"].models.create(code="PC-1", name="叠合板")
    sheet = goods.found(q, model=model)
    goods.taken(q, sheet)
    assert reviewing.sheet_decided(sheet=put(sheet, "approving"), approved=True, by=None).state == "disposing"
    assert not Publication.objects.exists()


def test_a_question_to_other_lines_hangs_too_and_nobody_objects_to_it(q: Quality, client: Client) -> None:
    """CAP-19, NCR-05: whoever knows more reads it; the issue has no result on the board by that."""
    issue = q.issue(mechanism=q.mechanism, description="王工 13800001234：主轴异响")
    due = timezone.now() + timedelta(days=9)
    rows = problems.ask_lines(issue=issue, by=q.quentin, lines=q.cast.lines.values(), owner=q.paul, due_at=due)
    notice = Publication.objects.get()
    assert (notice.kind, notice.issue, issue.publications.count()) == ("read_across", None, 0)
    assert str(rows[0].line) in str(notice.paper)
    assert "13800001234" not in str(notice.paper)
    client.force_login(q.paul)
    address = reverse("issues:notice", args=[notice.pk])
    page = client.get(address).text
    assert ("主轴异响" in page, "<textarea" in page) == (True, False)
    assert client.post(address, {"reason": "x"}).status_code == 404
    client.post(reverse("issues:read", args=[notice.pk]))
    assert notice.receipts.get(department=q.paul.department).read_by == q.paul
    with pytest.raises(MoveRefused):
        board.confirm_read(publication=notice, by=q.paul)
