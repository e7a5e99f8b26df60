"""What sheets, hand-overs of defectives and read-across questions refuse: each rule is asked once, by itself."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.quality.nonconformity.models import Disposition, Nonconformity, SheetObjection
from bihuan.quality.nonconformity.papers import issue_paper
from bihuan.quality.nonconformity.services import disposing, objecting, reporting, reviewing
from bihuan.quality.nonconformity.workflow import WORKFLOW
from bihuan.quality.problems import services as problems
from bihuan.quality.returned import services as returned
from tests.caller import Caller
from tests.quality import goods
from tests.quality.refusing import forbidden, refused, unknown_field
from tests.quality.story import Quality

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_review_takes_only_what_is_known(q: Quality) -> None:
    """NCR-02, NCR-03, NCR-18: class, place and label of the goods, their number, and no field of another table."""
    sheet = goods.found(q)
    ask: dict[str, Any] = {"sheet": sheet, "by": q.quentin}
    refused("is not known", reviewing.take_sheet, defect_class=9, **ask)
    refused("Say where the goods stand", reviewing.isolate, place=" ", label_no="1", **ask)
    refused("Give the number of the label", reviewing.isolate, place="A", label_no=" ", **ask)
    goods.taken(q, sheet)
    unknown_field(reviewing.review, values={"state": "closed"}, **ask)
    for quantity in (0, 201):
        refused("More were found than the lot holds", reviewing.review, values={"quantity": quantity}, **ask)
    refused("does not use the form", issue_paper, code="F04", **ask)


def test_the_superior_says_something(q: Quality) -> None:
    """NCR-12: an opinion without words is none."""
    duan = goods.other_head(q)
    refused("write a text", reporting.give_opinion, sheet=goods.found(q), by=duan, opinion=" ")


def test_goods_are_disposed_of_in_their_state_and_by_a_kind_that_exists(q: Quality) -> None:
    """NCR-18: nothing before the review, no kind of another company, nothing is taken back once it is approved."""
    sheet = goods.found(q)
    ask: dict[str, Any] = {"by": q.quentin, "quantity": 1, "owner": q.paul}
    refused("present state", disposing.dispose, sheet=sheet, kind="scrap", **ask)
    goods.reviewed(q, goods.taken(q, sheet))
    refused("is not known", disposing.dispose, sheet=sheet, kind="sink", **ask)
    goods.approved(q, goods.disposed(q, sheet))
    row = sheet.dispositions.select_related("sheet").first()
    refused("present state", disposing.drop_disposition, disposition=row, by=q.quentin)
    refused("present state", disposing.dispose, sheet=sheet, kind="scrap", **ask)


def test_a_recount_is_disposed_of_to_the_piece(q: Quality) -> None:
    """NCR-18: after fewer were counted too many have a disposition, and nobody approves that."""
    sheet = goods.disposed(q, goods.reviewed(q, goods.taken(q, goods.found(q))))
    reviewing.review(sheet=sheet, by=q.quentin, values={"quantity": 10})
    refused("add up to 12 pieces, found were 10", reviewing.submit_sheet, sheet=sheet, by=q.quentin)


def test_a_disposition_is_reported_once_with_words_by_its_people(q: Quality) -> None:
    """NCR-18: somebody else's work, no result, a second report, a second check."""
    sheet = goods.ready(q, ("rework", 12))
    row = sheet.dispositions.select_related("sheet").get()
    forbidden(disposing.finish_disposition, disposition=row, by=q.cast.charlie, result="x")
    refused("write a text", disposing.finish_disposition, disposition=row, by=q.paul, result=" ")
    stale = Disposition.objects.select_related("sheet").get(pk=row.pk)
    disposing.finish_disposition(disposition=row, by=q.paul, result="已返工")
    refused("reported already", disposing.finish_disposition, disposition=stale, by=q.paul, result="x")
    stale = Disposition.objects.select_related("sheet").get(pk=row.pk)
    disposing.verify_disposition(disposition=row, by=q.quentin, failed=0)
    refused("verified it already", disposing.verify_disposition, disposition=stale, by=q.quentin, failed=1)


def test_measures_are_reported_once_in_their_state_by_their_people(q: Quality) -> None:
    """NCR-03, NCR-07: no closing without words, without the measures, or while departments may still object."""
    early = goods.reviewed(q, goods.taken(q, goods.found(q)))
    refused("present state", disposing.report_measures, sheet=early, by=q.paul, result="x")
    sheet = goods.finished(q, goods.ready(q, ("scrap", 12), part_name="端盖"))
    forbidden(disposing.report_measures, sheet=sheet, by=q.cast.charlie, result="x")
    refused("write a text", disposing.report_measures, sheet=sheet, by=q.paul, result=" ")
    close: dict[str, Any] = {"sheet": sheet, "by": q.quentin}
    refused("write a text", disposing.close_sheet, verification=" ", **close)
    refused("is not reported as done", disposing.close_sheet, verification="x", **close)
    disposing.report_measures(sheet=sheet, by=q.paul, result="隔板已加")
    refused("reported already", disposing.report_measures, sheet=sheet, by=q.paul, result="x")
    refused("time for objections is not over", disposing.close_sheet, verification="x", **close)
    assert Nonconformity.objects.get(pk=sheet.pk).state == "disposing"


def test_an_objection_to_a_sheet_waits_for_one_ruling_by_somebody_else(q: Quality) -> None:
    """NCR-05, NCR-06: one at a time; a ruling has a reason, and nobody rules on his own objection."""
    sheet = goods.ready(q)
    SheetObjection.objects.create(
        sheet=sheet, round=2, department=q.chen.department, by=q.chen, reason="x", at=timezone.now()
    )
    refused("waits for the final ruling", objecting.object_to_sheet, sheet=sheet, by=q.paul, reason="x")
    refused("waits for the final ruling", WORKFLOW["close"].guards[3], sheet, None, {})
    ask: dict[str, Any] = {"sheet": sheet, "by": q.chen, "upheld": True}
    refused("give a reason", objecting.rule_on_sheet, reason=" ", **ask)
    refused("his own objection", objecting.rule_on_sheet, reason="x", **ask)


def test_the_page_of_a_report_keeps_what_was_typed(q: Quality, client: Client) -> None:
    """NCR-13: a lot that holds fewer than were found, and a file that is none, are told beside their fields."""
    client.force_login(q.paul)
    fields = {"origin": "process", "description": "外圈划痕", "quantity": 12, "lot_size": 5, "client_key": "k"}
    answer = client.post(reverse("nonconformity:report"), fields)
    assert ("外圈划痕" in answer.text, "lot_size" in answer.context["form"].errors) == (True, True)
    bad = SimpleUploadedFile("x.exe", b"MZ\x90\x00")
    answer = client.post(reverse("nonconformity:report"), {**fields, "lot_size": 50, "uploads": bad})
    assert ("外圈划痕" in answer.text, "uploads" in answer.context["form"].errors) == (True, True)
    assert not Nonconformity.objects.exists()


def test_engineering_says_what_it_found_and_how_it_ended(q: Quality) -> None:
    """RET-08: no analysis without words, no end that the list does not know, no model that nobody makes."""
    row = returned.hand_over(by=q.cast.bob, model=q.cast.model, quantity=2, problem="异响", degree="simple")
    returned.receive(row=row, by=q.cast.erik)
    refused("what was found", returned.analyse, row=row, by=q.cast.erik, finding=" ")
    refused("is not known", returned.finish, row=row, by=q.cast.erik, outcome="gone")
    body = {"model": "NONE", "quantity": 1, "problem": "异响", "degree": "simple"}
    assert Caller(q.cast.bob).post("/returned", body).status_code == 422


def test_a_question_is_asked_again_for_a_day_that_comes(q: Quality) -> None:
    """CAP-12: a due date that is over is none."""
    issue = q.issue(mechanism=q.mechanism)
    due = timezone.now() + DAY
    rows = problems.ask_lines(issue=issue, by=q.quentin, lines=q.cast.lines.values(), owner=q.paul, due_at=due)
    ask: dict[str, Any] = {"row": rows[0], "by": q.quentin, "reason": "x"}
    refused("This time is over", problems.ask_again, due_at=timezone.now() - DAY, **ask)
