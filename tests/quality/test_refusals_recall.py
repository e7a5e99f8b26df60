"""What a recall refuses: each rule is asked once, by itself, at its station."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.core.policy.schema.profile import Profile
from bihuan.core.workflow.services import apply
from bihuan.quality.recall import papers
from bihuan.quality.recall.figures import percent
from bihuan.quality.recall.letters import text_of
from bihuan.quality.recall.models import Affected, Recall, RecallReport
from bihuan.quality.recall.services import judging, owners, steps
from bihuan.quality.recall.services import population as frozen
from bihuan.quality.recall.workflow import UNIT_WORKFLOW, WORKFLOW
from bihuan.registry.products.models import Batch
from tests.quality import recall_story as story
from tests.quality.refusing import forbidden, refused, unknown_field
from tests.quality.story import Quality

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def put(recall: Recall, state: str) -> Recall:
    """As if it stood there, for rules that look at the state alone."""
    Recall.objects.filter(pk=recall.pk).update(state=state)
    recall.refresh_from_db()
    return recall


def test_a_judgement_says_yes_or_no_in_the_companys_words(q: Quality) -> None:
    """QIS-12: no proposal, a severity that nobody knows, fields of another table, a batch of another model, no scope."""
    recall = story.opened(q)
    ask: dict[str, Any] = {"recall": recall, "by": q.cast.erik}
    refused("Is a recall needed or not", judging.judge, values=story.judgement(proposal="open"), **ask)
    refused("is not known", judging.judge, values=story.judgement(severity=9), **ask)
    unknown_field(judging.judge, values=story.judgement(state="closed"), **ask)
    unknown_field(judging.add_scope, values={"model": q.cast.model, "state": "x"}, **ask)
    other = q.cast.model.line.models.create(code="ANDERS", name="另一型号")
    batch = Batch.objects.create(model=other, number="X1", quantity=1)
    refused("not of this model", judging.add_scope, values={"model": q.cast.model, "batch": batch}, **ask)
    judging.judge(values=story.judgement(), **ask)
    for scope in recall.scopes.all():
        judging.drop_scope(scope=scope, by=q.cast.erik)
    refused("Name the affected products first", judging.submit, **ask)


def test_the_steps_of_the_law_come_in_their_order_with_their_reference(q: Quality) -> None:
    """QIS-12: no publication before the plan, no telling before it, no population twice, no letters of a closed recall."""
    recall = story.decided(q)
    ask: dict[str, Any] = {"recall": recall, "by": q.quentin}
    refused("frozen already", frozen.freeze, recall=recall)
    steps.take_step(kind="stop_sale", **ask)
    refused("File the recall plan first", steps.take_step, kind="publish", reference="公告 1", **ask)
    steps.take_step(kind="file_plan", reference="P-1", **ask)
    put(recall, "completed")
    refused("not under way", owners.begin_telling, **ask)
    put(recall, "preparing")
    forbidden(owners.begin_telling, recall=recall, by=q.cast.charlie)
    steps.take_step(kind="publish", reference="公告 1", **ask)
    recall.refresh_from_db()
    owners.tell_everybody(recall=recall)
    refused("not under way", papers.issue_letters, recall=put(recall, "closed"), by=q.quentin)
    report = RecallReport.objects.get()
    refused("Give the reference", steps.file_report, report=report, by=q.quentin, reference=" ")


def test_nothing_is_published_while_it_is_still_made_and_sold(q: Quality) -> None:
    """QIS-12: a filed plan is not enough; the law stops production and sale first."""
    recall = story.decided(q)
    ask: dict[str, Any] = {"recall": recall, "by": q.quentin}
    steps.take_step(kind="file_plan", reference="P-1", **ask)
    recall.refresh_from_db()
    refused("Stop production and sale first", steps.take_step, kind="publish", reference="公告 1", **ask)
    recall.refresh_from_db()
    assert recall.state == "preparing"


def test_an_owner_answers_with_words_about_a_unit_of_the_scope(q: Quality) -> None:
    """QIS-12: no words, no measure that the list does not know, no serial, none of another model, and in time."""
    recall = story.published(q, story.decided(q))
    row = recall.affected.exclude(serial="").select_related("recall").first()
    assert row is not None
    refused("What did the owner answer", owners.record_answer, row=row, by=q.cast.alice, text=" ")
    refused("is not known", owners.record_measure, row=row, by=q.cast.alice, measure="pray")
    come: dict[str, Any] = {"recall": recall, "by": q.cast.alice}
    refused("is required", owners.register_owner, serial=" ", **come)
    other = q.cast.model.line.models.create(code="ANDERS", name="另一型号")
    story.create_unit(serial="AND1", model=other, by=None, customer=q.cast.customer)
    refused("outside the scope", owners.register_owner, serial="AND1", **come)
    second = Batch.objects.create(model=q.cast.model, number="B2", quantity=5)
    Affected.objects.create(recall=recall, model=q.cast.model, batch=second, quantity=5)
    refused("Choose the batch", owners.register_owner, serial="NEU1", **come)
    forbidden(owners.give_up_rest, recall=recall, by=q.cast.alice, reason="x")
    notice = recall.notices.get()
    put(recall, "closed")
    notice.refresh_from_db()
    notice.recall = recall
    refused("not under way", owners.owner_answers, notice=notice, values={"wish": "维修"})
    refused("not under way", owners.register_owner, serial="NEU1", **come)
    row.recall = recall
    refused("not under way", apply, row, UNIT_WORKFLOW["try"], by=q.cast.alice, data={"name": "x"})


def test_units_without_serials_end_after_the_publication_and_two_do_not_take_the_same(q: Quality) -> None:
    """QIS-12: unknown holders are told in public; who splits a row that somebody else has changed is told."""
    recall = story.decided(q)
    row = recall.affected.filter(serial="").select_related("recall").first()
    assert row is not None
    Affected.objects.filter(pk=row.pk).update(state="told")
    row.refresh_from_db()
    refused("Publish the recall first", apply, row, UNIT_WORKFLOW["give_up"], by=q.cast.alice, data={"reason": "x"})
    Affected.objects.filter(pk=row.pk).update(version=row.version + 1)
    refused("Somebody else", frozen.split, row=row, quantity=1)


def test_a_recall_ends_with_its_reports_and_without_later_units(q: Quality) -> None:
    """QIS-12: later shipments, the final report, an overdue progress report."""
    recall = story.published(q, story.decided(q))
    later = story.Shipment(number="FH-9", model=q.cast.model, batch=q.batch, shipped_on=story.SHIPPED, quantity=4)
    later.save()
    refused("later units of the same scope", story.ended, q, recall)
    later.delete()
    story.ended(q, recall)
    ask: dict[str, Any] = {"recall": recall, "by": q.quentin}
    refused("File the final report first", steps.close, **ask)
    steps.take_step(kind="final_report", reference="F-1", **ask)
    RecallReport.objects.update(due_at=timezone.now() - HOUR, asked_at=timezone.now() - 2 * HOUR)
    refused("progress report is overdue", steps.close, **ask)
    RecallReport.objects.update(due_at=timezone.now() + HOUR)
    story.Shipment.objects.create(
        number="FH-2", model=q.cast.model, batch=q.batch, shipped_on=story.SHIPPED, quantity=4
    )
    refused("later units of the same scope", apply, recall, WORKFLOW["close"], by=q.quentin)


def test_a_company_without_the_text_of_the_letter_is_told(q: Quality, monkeypatch: pytest.MonkeyPatch) -> None:
    """QIS-12: a letter of nobody's words is not sent."""
    recall = story.published(q, story.decided(q))
    notice = recall.notices.get()
    monkeypatch.setattr(Profile, "reply", lambda self, code: None)
    with pytest.raises(LookupError, match="recall_notice"):
        text_of(notice, [])


def test_the_page_keeps_what_was_typed_in_a_state_that_has_gone(q: Quality, client: Client) -> None:
    """QIS-12: an act of another state is refused with what was typed."""
    recall = put(story.opened(q), "deciding")
    client.force_login(q.cast.erik)
    values = {key: str(value) for key, value in story.judgement(severity=3).items()}
    answer = client.post(reverse("recall:act", args=[recall.number, "judge"]), values)
    assert (answer.status_code, "30 件复测 8 件" in answer.text) == (409, True)


def test_a_rate_is_never_rounded_up_to_the_whole() -> None:
    """QIS-12: one of twelve thousand is left, and the paper does not say that all are done; nothing has no rate."""
    assert (percent(11_999, 12_000), percent(12_000, 12_000), percent(0, 0)) == ("99.9 %", "100.0 %", "—")
