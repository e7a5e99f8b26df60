"""Nonconforming goods from the find to the last verified piece."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.core.activity.models import Activity
from bihuan.core.activity.queries import tampered
from bihuan.core.approvals.models import Approval
from bihuan.core.approvals.services import vote
from bihuan.core.deadlines.services import of_subject
from bihuan.core.documents.models import Document
from bihuan.core.documents.rendering import to_pdf, to_word
from bihuan.core.notify.models import Notification
from bihuan.core.permissions.services import Refused
from bihuan.core.search.queries import find_visible
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.nonconformity.balance import needs, open_pieces, settled
from bihuan.quality.nonconformity.documents import signed
from bihuan.quality.nonconformity.models import Disposition, Ending, Nonconformity, Origin, SheetState
from bihuan.quality.nonconformity.papers import issue_paper
from bihuan.quality.nonconformity.services import disposing, objecting, reporting, reviewing
from bihuan.quality.nonconformity.workflow import WORKFLOW
from tests.quality.goods import approved, closed, disposed, finished, found, other_head, ready, reviewed, taken, waited
from tests.quality.story import Quality
from tests.service.story import png

pytestmark = pytest.mark.django_db


def told(user: object) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("id").values_list("title", flat=True))


def test_a_sheet_walks_from_the_find_to_its_end(q: Quality) -> None:
    """NCR-02, NCR-03, NCR-04, NCR-18: proposer, time, goods; isolated, reviewed, approved, disposed of, verified, closed."""
    sheet = found(q)
    assert (sheet.state, sheet.reporter, sheet.title) == ("reported", q.paul, "轴承外圈有划痕")
    assert sheet.reported_at is not None
    sheet = closed(q, approved(q, disposed(q, reviewed(q, taken(q, sheet)))))
    assert (sheet.state, sheet.is_at_rest) == ("closed", True)
    states = [row.data["to"] for row in Activity.objects.filter(subject_type="nonconformity.nonconformity").order_by("seq")
              if "to" in row.data]  # fmt: skip
    assert [state for index, state in enumerate(states) if index == 0 or states[index - 1] != state] == [
        "reported", "reviewing", "approving", "disposing", "closed",
    ]  # fmt: skip
    assert list(tampered("nonconformity.nonconformity")) == []


def test_the_superior_hears_first_and_then_quality(q: Quality) -> None:
    """NCR-12, NCR-14: an employee's report reaches the head of his department and quality; the head judges severity."""
    head, sheet = other_head(q), found(q)
    assert any(sheet.number in title for title in told(head))
    assert any(sheet.number in title for title in told(q.quentin))
    first = Notification.objects.filter(title__contains=sheet.number).order_by("id").first()
    assert first is not None
    assert first.user == head
    with pytest.raises(Refused):
        reporting.give_opinion(sheet=sheet, by=q.paul, opinion="没事")
    with pytest.raises(Refused):
        reporting.give_opinion(sheet=sheet, by=q.cast.bob, opinion="别的部门")
    reporting.give_opinion(sheet=sheet, by=head, opinion="外观问题，批量，较重")
    with pytest.raises(MoveRefused):
        reporting.give_opinion(sheet=sheet, by=head, opinion="再说一次")
    assert (sheet.superior, sheet.superior_opinion) == (head, "外观问题，批量，较重")


def test_the_same_report_twice_is_one_sheet(q: Quality) -> None:
    """NCR-02: a telephone that sends twice makes one sheet."""
    assert found(q, client_key="k1") == found(q, client_key="k1")
    assert Nonconformity.objects.count() == 1


def test_a_press_that_its_twin_overtook_gets_the_twins_sheet(q: Quality, monkeypatch: pytest.MonkeyPatch) -> None:
    """NCR-02: the twin's sheet was not there yet when this press looked for it; any other error is told."""
    first, looks, look = found(q, client_key="k1"), [], reporting._of_key

    def late(find: Any) -> Nonconformity | None:
        looks.append(find)
        return look(find) if len(looks) > 1 else None

    monkeypatch.setattr(reporting, "_of_key", late)
    assert found(q, client_key="k1") == first
    assert Nonconformity.objects.count() == 1
    monkeypatch.setattr(reporting, "_of_key", lambda _find: None)
    with pytest.raises(IntegrityError), transaction.atomic():
        found(q, client_key="k1")


def test_more_than_the_lot_nothing_or_a_nameless_supplier_is_refused(q: Quality) -> None:
    """NCR-02: numbers that cannot be."""
    for changes, code in (
        ({"quantity": 0}, "quantity"),
        ({"lot_size": 3}, "lot_size"),
        ({"origin": Origin.SUPPLIER}, "supplier_name"),
    ):
        with pytest.raises(MoveRefused) as refused:
            found(q, **changes)
        assert refused.value.code == code
    assert Nonconformity.objects.count() == 0


def test_approval_needs_isolation_review_and_every_piece(q: Quality) -> None:
    """NCR-03, NCR-18, NCR-21: cause, responsible person, measure and date first; the pieces must add up."""
    sheet = found(q)
    reviewing.take_sheet(sheet=sheet, by=q.quentin, defect_class=1)
    with pytest.raises(MoveRefused, match="隔离"):
        reviewing.submit_sheet(sheet=sheet, by=q.quentin)
    reviewing.isolate(sheet=sheet, by=q.quentin, place="不合格品区", label_no="R-1")
    with pytest.raises(MoveRefused, match="责任人"):
        reviewing.submit_sheet(sheet=sheet, by=q.quentin)
    reviewed(q, sheet)
    with pytest.raises(MoveRefused, match="12"):
        reviewing.submit_sheet(sheet=sheet, by=q.quentin)
    disposed(q, sheet, ("rework", 11))
    with pytest.raises(MoveRefused, match="11"):
        reviewing.submit_sheet(sheet=sheet, by=q.quentin)
    disposed(q, sheet, ("scrap", 1))
    assert reviewing.submit_sheet(sheet=sheet, by=q.quentin).state == "approving"
    assert Approval.objects.get(state="open").steps[0]["roles"] == ["chief_engineer"]


def test_nobody_gives_away_a_piece_twice(q: Quality) -> None:
    """NCR-18: never more dispositions than pieces, whatever kind; the refusal says how many are left."""
    sheet = disposed(q, reviewed(q, taken(q, found(q))), ("rework", 9))
    for kind, quantity in (("scrap", 4), ("scrap", 0), ("return", 100)):
        with pytest.raises(MoveRefused, match="3") as refused:
            disposing.dispose(sheet=sheet, by=q.quentin, kind=kind, quantity=quantity, owner=q.paul)
        assert refused.value.code == "quantity"
    disposing.drop_disposition(disposition=sheet.dispositions.get(), by=q.quentin)
    disposed(q, sheet, ("scrap", 12))
    assert open_pieces(sheet, sheet.dispositions.select_related("sheet")) == 0


def test_a_concession_names_who_permits_it(q: Quality) -> None:
    """NCR-18: 特采 needs a permit where the policy says so."""
    sheet = reviewed(q, taken(q, found(q)))
    with pytest.raises(MoveRefused) as refused:
        disposing.dispose(sheet=sheet, by=q.quentin, kind="concession", quantity=12, owner=q.paul)
    assert refused.value.code == "permit"
    disposed(q, sheet, ("concession", 12))
    assert sheet.dispositions.get().permit == "客户 王工 0312 号"


def test_every_kind_of_disposition_reaches_the_end(q: Quality) -> None:
    """NCR-18: return, rework, repair, concession, regrade, sort, scrap; corrected goods are verified again."""
    parts = tuple((kind, 1) for kind in Ending.values)
    sheet = closed(q, ready(q, *parts, quantity=len(parts)))
    checked = set(sheet.dispositions.filter(verified_at__isnull=False).values_list("kind", flat=True))
    assert checked == {"rework", "repair", "sort"}
    assert sum(settled(sheet.dispositions.select_related("sheet")).values()) == len(parts)


def test_what_fails_again_needs_another_disposition(q: Quality) -> None:
    """NCR-18: re-verification after the correction; failed pieces are not lost and nobody closes over them."""
    sheet = finished(q, ready(q, ("rework", 12)), failed=2)
    assert f"2 件复检仍不合格：{sheet.number}" in told(q.quentin)
    disposing.report_measures(sheet=sheet, by=q.paul, result="已加隔板")
    waited(sheet)
    with pytest.raises(MoveRefused, match="2"):
        disposing.close_sheet(sheet=sheet, by=q.quentin, verification="好")
    parent = sheet.dispositions.get()
    with pytest.raises(MoveRefused):
        disposing.dispose(sheet=sheet, by=q.quentin, kind="scrap", quantity=3, owner=q.paul, after=parent)
    disposing.dispose(sheet=sheet, by=q.quentin, kind="scrap", quantity=2, owner=q.paul, after=parent)
    finished(q, sheet)
    assert disposing.close_sheet(sheet=sheet, by=q.quentin, verification="好").state == "closed"
    assert settled(sheet.dispositions.select_related("sheet")) == {"rework": 10, "scrap": 2}


def test_nobody_verifies_his_own_work_and_nothing_is_touched_before_the_approval(q: Quality) -> None:
    """NCR-04, NCR-18: order and four eyes."""
    sheet = disposed(q, reviewed(q, taken(q, found(q))), ("rework", 12))
    row = sheet.dispositions.select_related("sheet").get()
    with pytest.raises(MoveRefused):
        disposing.finish_disposition(disposition=row, by=q.paul, result="已返工")
    approved(q, sheet)
    row = Disposition.objects.select_related("sheet").get()
    with pytest.raises(MoveRefused):
        disposing.verify_disposition(disposition=row, by=q.quentin, failed=0)
    disposing.finish_disposition(disposition=row, by=q.quentin, result="代班完成")
    with pytest.raises(MoveRefused) as refused:
        disposing.verify_disposition(disposition=row, by=q.quentin, failed=0)
    assert refused.value.code == "own"
    with pytest.raises(MoveRefused):
        disposing.verify_disposition(disposition=row, by=q.qiu, failed=13)
    disposing.verify_disposition(disposition=row, by=q.qiu, failed=0)
    with pytest.raises(MoveRefused):
        disposing.verify_disposition(disposition=row, by=q.qiu, failed=0)


def test_a_returned_sheet_comes_back_to_its_handler(q: Quality) -> None:
    """NCR-04: the chief engineer returns it with a reason; the responsible person takes no part."""
    sheet = disposed(q, reviewed(q, taken(q, found(q), 2)))
    other_head(q)
    reviewing.submit_sheet(sheet=sheet, by=q.quentin)
    approval = Approval.objects.get(state="open")
    assert [step["name"] for step in approval.steps] == ["有关部门会签", "总工程师批准"]
    with pytest.raises(Refused):
        vote(approval=approval, by=q.paul, approved=True)
    vote(approval=approval, by=q.cast.erik, approved=False, comment="原因不清")
    sheet.refresh_from_db()
    assert sheet.state == "reviewing"
    assert [(item.name, item.date) for item in signed(sheet).items][1] == ("吴倩", "")
    assert approved(q, sheet).state == "disposing"


def test_each_class_has_its_own_limit_for_the_review(q: Quality) -> None:
    """NCR-03, SLA-12: the class chooses the clock; the measures have the date that the review sets."""
    sheet = taken(q, found(q), 2)
    assert set(of_subject(sheet).values_list("code", flat=True)) == {
        "nonconformity_take",
        "nonconformity_review_severe",
    }
    sheet = approved(q, disposed(q, reviewed(q, sheet)))
    row = of_subject(sheet).get(code="nonconformity_measures")
    assert row.due_at == sheet.due_at
    with pytest.raises(MoveRefused) as refused:
        reviewing.review(sheet=found(q), by=q.quentin, values={"due_at": timezone.now() - timedelta(days=1)})
    assert refused.value.code in {"due_at", "state"}


def test_the_same_part_found_again_names_the_earlier_sheet(q: Quality) -> None:
    """NCR-07: whether the measure held shows in later production."""
    first = closed(q, ready(q))
    again = found(q)
    assert again.follows == first
    assert Activity.objects.filter(subject_id=first.pk, verb="nonconformity.recurred").exists()
    assert any(again.number in title and "再次" in title for title in told(q.quentin))


def test_a_sheet_opens_a_quality_issue_once(q: Quality) -> None:
    """NCR-18, NCR-19: nonconforming goods become a quality issue with one press."""
    sheet = ready(q)
    issue = reviewing.open_issue(sheet=sheet, by=q.quentin)
    assert (issue.quantity, issue.source, issue.model) == (12, "inspection", q.cast.model)
    with pytest.raises(MoveRefused):
        reviewing.open_issue(sheet=sheet, by=q.quentin)


def test_objections_lead_to_a_second_review_and_to_the_final_ruling(q: Quality) -> None:
    """NCR-05, NCR-06: in time, by a department, with a reason; the second goes to the chief engineer, whose word is the last."""
    sheet = ready(q)
    with pytest.raises(Refused):
        objecting.object_to_sheet(sheet=sheet, by=q.cast.charlie, reason="x")
    with pytest.raises(MoveRefused):
        objecting.object_to_sheet(sheet=sheet, by=q.paul, reason=" ")
    objecting.object_to_sheet(sheet=sheet, by=q.paul, reason="周转筐由物流配置")
    assert (sheet.state, sheet.cycle, sheet.dispositions.count()) == ("reviewing", 2, 2)
    approved(q, sheet)
    assert of_subject(sheet).filter(code="nonconformity_measures", state="open", cycle=2).count() == 1
    assert not of_subject(sheet).filter(state="open", cycle=1).exists()
    with pytest.raises(MoveRefused):
        objecting.rule_on_sheet(sheet=sheet, by=q.chen, upheld=True, reason="还没有第二次异议")
    objecting.object_to_sheet(sheet=sheet, by=q.paul, reason="仍不同意")
    assert sheet.state == "disposing"
    assert any("最终裁决" in title for title in told(q.chen))
    finished(q, sheet)
    disposing.report_measures(sheet=sheet, by=q.paul, result="已加")
    with pytest.raises(MoveRefused, match="裁决"):
        disposing.close_sheet(sheet=sheet, by=q.quentin, verification="好")
    with pytest.raises(Refused):
        objecting.rule_on_sheet(sheet=sheet, by=q.quentin, upheld=False, reason="x")
    objecting.rule_on_sheet(sheet=sheet, by=q.chen, upheld=False, reason="记录清楚")
    with pytest.raises(MoveRefused) as refused:
        objecting.object_to_sheet(sheet=sheet, by=q.cast.erik, reason="再来")
    assert refused.value.code == "final"
    assert disposing.close_sheet(sheet=sheet, by=q.quentin, verification="好").state == "closed"


def test_an_upheld_objection_reviews_again_and_a_late_one_is_refused(q: Quality) -> None:
    """NCR-06: after the ruling nobody objects any more, whatever it was; after the window nobody at all."""
    late = waited(ready(q))
    with pytest.raises(MoveRefused) as refused:
        objecting.object_to_sheet(sheet=late, by=q.paul, reason="晚了")
    assert refused.value.code == "late"
    sheet = ready(q)
    for reason in ("一", "二"):
        objecting.object_to_sheet(sheet=sheet, by=q.paul, reason=reason)
        if sheet.state == "reviewing":
            approved(q, sheet)
    with pytest.raises(MoveRefused):
        disposing.close_sheet(sheet=sheet, by=q.quentin, verification="好")
    objecting.rule_on_sheet(sheet=sheet, by=q.chen, upheld=True, reason="责任改为物流")
    assert (sheet.state, sheet.cycle) == ("reviewing", 3)
    approved(q, sheet)
    with pytest.raises(MoveRefused):
        objecting.object_to_sheet(sheet=sheet, by=q.paul, reason="三")


def test_the_papers_say_what_the_sheet_says(q: Quality) -> None:
    """NCR-02, NCR-10, F07, F08: the sheet and QTAB 750-4A, frozen, as PDF and Word, addressed to those who have to act."""
    sheet = ready(q)
    paper = issue_paper(sheet=sheet, code="F07", by=q.quentin)
    text = str(paper.data)
    for word in (
        sheet.number,
        "蒲经理",
        "返工",
        "9",
        "总工程师批准",
        "周转筐未垫隔板",
        "R-0312",
        "GB/T 19001-2016 8.7",
    ):
        assert word in text
    items = next(part["items"] for part in paper.data["sections"] if part["kind"] == "signatures")
    today = f"{timezone.localdate():%Y-%m-%d}"
    assert [(item["label"], item["name"], item["date"]) for item in items[:2]] == [
        ("提出人", "蒲经理", today), ("质量部门", "吴倩", today),
    ]  # fmt: skip
    assert {row.department_code for row in paper.recipients.all()} >= {"production", "quality", "gm_office"}
    again = issue_paper(sheet=sheet, code="F07", by=q.quentin)
    assert (again.number, again.revision) == (paper.number, 2)
    report = issue_paper(sheet=sheet, code="F08", by=q.quentin)
    assert "请受理部门" in str(report.data)
    assert "QTAB 750-4A" in str(report.data)
    for document in Document.objects.filter(subject_type="nonconformity.nonconformity"):
        assert to_pdf([document.paper])[:4] == b"%PDF"
        assert to_word(document.paper)[:2] == b"PK"


def test_every_state_by_every_move(q: Quality) -> None:
    """NCR-18: a move from a state that it does not leave, or by somebody without the right, changes nothing."""
    sheet = found(q)
    for state in SheetState:
        Nonconformity.objects.filter(pk=sheet.pk).update(state=state)
        sheet.refresh_from_db()
        before = (sheet.state, sheet.version, Activity.objects.count())
        for move in WORKFLOW.moves:
            if state not in move.sources:
                with pytest.raises(MoveRefused):
                    apply(sheet, move, by=None, data={"reason": "x"})
            else:
                with pytest.raises(Refused):
                    apply(sheet, move, by=q.cast.charlie, data={"reason": "x"})
            assert (sheet.state, sheet.version, Activity.objects.count()) == before


def test_an_employee_reports_goods_from_his_telephone(q: Quality, client: Client) -> None:
    """NCR-02, NCR-13: details, time, place and a photo; what cannot be is told beside the field."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    client.force_login(q.cast.charlie)
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    data = {"description": "螺纹烂牙", "quantity": 5, "lot_size": 3, "origin": "supplier", "place": "来料区",
            "occurred_at": "2099-01-01T08:00", "client_key": "a"}  # fmt: skip
    answer = client.post("/nonconformities/report/", data)
    assert answer.status_code == 422
    assert {"lot_size", "supplier_name", "occurred_at"} == set(answer.context["form"].errors)
    good = {**data, "lot_size": 300, "supplier_name": "永固紧固件", "occurred_at": now, "isolation_place": "待处理区",
            "uploads": SimpleUploadedFile("a.png", png(), "image/png")}  # fmt: skip
    assert client.post("/nonconformities/report/", good).status_code == 302
    sheet = Nonconformity.objects.get()
    assert (sheet.supplier_name, sheet.is_isolated, sheet.reporter) == ("永固紧固件", True, q.cast.charlie)
    assert client.get(reverse("nonconformity:sheet", args=[sheet.number])).status_code == 200
    assert [hit.subject_id for hit in find_visible(q.quentin, "永固紧固件", types=["nonconformity.nonconformity"])] == [
        sheet.pk
    ]


def test_the_page_walks_and_tells_a_refusal_beside_its_field(q: Quality, client: Client) -> None:
    """NCR-18: buttons, forms, refusals with what was typed."""
    sheet = taken(q, found(q))
    client.force_login(q.quentin)
    page = reverse("nonconformity:sheet", args=[sheet.number])
    assert "未指定处置".encode() in client.get(page).content
    act = reverse("nonconformity:act", args=[sheet.number, "dispose"])
    answer = client.post(act, {"kind": "concession", "quantity": 13, "owner": q.paul.pk, "permit": "x"})
    assert answer.status_code == 409
    assert "quantity" in answer.context["form"].errors
    assert client.post(act, {"kind": "scrap", "quantity": 12, "owner": q.paul.pk}).status_code == 302
    stale = client.post(
        reverse("nonconformity:act", args=[sheet.number, "isolate"]), {"place": "a", "label_no": "b", "version": 0}
    )
    assert stale.status_code == 409
    client.force_login(q.cast.charlie)
    assert client.get(page).status_code == 404
    client.force_login(q.paul)
    assert client.post(act, {}).status_code == 403


def test_case_and_issue_show_their_sheets(q: Quality, client: Client) -> None:
    """NCR-18: the goods stand on the page of the case and of the issue."""
    issue, case = q.issue(), q.cast.case()
    first, second = found(q, case=case, origin=Origin.CASE), found(q, issue=issue, origin=Origin.ISSUE)
    client.force_login(q.quentin)
    assert first.number.encode() in client.get(f"/cases/{case.number}/").content
    assert second.number.encode() in client.get(f"/issues/{issue.number}/").content
    page = client.get(f"/nonconformities/report/?issue={issue.number}")
    assert page.context["form"].initial["quantity"] == 3


class Row:
    """A disposition without a database."""

    def __init__(self, pk: int, after: "Row | None", kind: str, quantity: int, failed: int) -> None:
        self.pk, self.after, self.after_id, self.kind = pk, after, after.pk if after else None, kind
        self.quantity, self.failed, self.state = quantity, failed, "over"
        self.passed: int | None = quantity - failed


@settings(max_examples=200)
@given(
    st.integers(1, 500),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000), st.sampled_from(Ending.values)), max_size=12),
)
def test_no_piece_is_lost_or_made_whatever_is_split_and_fails(
    quantity: int, splits: list[tuple[int, int, str]]
) -> None:
    """NCR-18: ends, and what waits for a disposition, are together what was found, after any chain of failed checks."""
    sheet = Nonconformity(quantity=quantity)
    rows: list[Row] = []
    for part, fail, kind in splits:
        need = next((item for item in needs(sheet, rows) if item.left > 0), None)  # type: ignore[arg-type]
        if need is None:
            break
        count = 1 + part % need.left
        rows.append(Row(len(rows) + 1, need.after, kind, count, fail % (count + 1)))  # type: ignore[arg-type]
        ends, left = settled(rows), open_pieces(sheet, rows)  # type: ignore[arg-type]
        assert sum(ends.values()) + left == quantity
        assert left >= 0
