"""A recall from the question to the final report."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bihuan.core.activity.models import Activity
from bihuan.core.activity.queries import tampered
from bihuan.core.approvals.models import Approval
from bihuan.core.approvals.services import vote
from bihuan.core.calendar.arithmetic import add_months
from bihuan.core.deadlines.models import Deadline
from bihuan.core.jobs.relay import run_due
from bihuan.core.notify.models import OutboundMail
from bihuan.core.permissions.services import Refused
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.recall.figures import figures_of, percent, progress_of
from bihuan.quality.recall.models import Recall, RecallReport
from bihuan.quality.recall.services import judging, owners, steps
from bihuan.quality.recall.services.population import is_reproduced
from tests.quality.recall_story import (
    approved,
    dangerous,
    decided,
    ended,
    judgement,
    opened,
    published,
    ship,
    submitted,
    unit,
)
from tests.quality.story import Quality

pytestmark = pytest.mark.django_db


def refusal(call: object, **values: object) -> MoveRefused:
    with pytest.raises(MoveRefused) as refused:
        call(**values)  # type: ignore[operator]
    return refused.value


def due(subject: object) -> dict[str, Deadline]:
    label = subject._meta.label_lower  # type: ignore[attr-defined]
    return {row.code: row for row in Deadline.objects.filter(subject_type=label, subject_id=subject.pk)}  # type: ignore[attr-defined]


def test_a_recall_walks_from_the_question_to_its_final_report(q: Quality) -> None:
    """QIS-12, TRI-07: judged by engineering, decided by the chain, carried out, reported, closed; the journal holds."""
    recall = ended(q, published(q, decided(q)))
    steps.take_step(recall=recall, by=q.quentin, kind="final_report", reference="粤市监召 2026-11")
    recall.refresh_from_db()
    steps.close(recall=recall, by=q.quentin)
    recall.refresh_from_db()
    assert recall.state == "closed"
    figures = figures_of(recall)
    assert (figures.total, figures.done, figures.open, percent(figures.done, figures.total)) == (20, 20, 0, "100.0 %")
    assert list(tampered("recall.recall")) == []
    verbs = list(
        Activity.objects.filter(subject_type="issues.issue", subject_id=recall.issue_id).values_list("verb", flat=True)
    )
    assert [verb for verb in verbs if "recall" in verb] == [
        "issue.recall_asked",
        "issue.recall_decided",
        "issue.recall_closed",
    ]
    assert {row.state for row in RecallReport.objects.all()} == {"dropped"}


def test_no_recall_is_a_decision_too(q: Quality) -> None:
    """QIS-12: engineering proposes that none is needed; the chain agrees; nothing is frozen, the question rests."""
    ship(q, 20)
    recall = approved(q, submitted(q, opened(q), proposal="none"))
    assert (recall.state, recall.is_at_rest, recall.affected.count()) == ("declined", True, 0)
    again = judging.open_recall(issue=recall.issue, by=q.quentin)
    assert again.pk != recall.pk


def test_the_chain_decides_and_nobody_decides_on_his_own_analysis(q: Quality) -> None:
    """QIS-12, D10: the drafter has no vote; a return gives the question back with its reason."""
    ship(q, 5)
    recall = submitted(q, opened(q))
    approval = Approval.objects.get(subject_type="recall.recall", subject_id=recall.pk)
    with pytest.raises(Refused):
        vote(approval=approval, by=q.cast.erik, approved=True)
    with pytest.raises(Refused):
        vote(approval=approval, by=q.cast.grace, approved=True)
    vote(approval=approval, by=q.quentin, approved=False, comment="温升试验样本太少")
    recall.refresh_from_db()
    assert (recall.state, recall.is_decided) == ("judging", False)


def test_what_is_missing_is_named_with_its_field(q: Quality) -> None:
    """QIS-12: an analysis without its parts, a scope that holds nothing, a day that is over."""
    recall = opened(q)
    assert str(refusal(judging.submit, recall=recall, by=q.cast.erik).reason)
    for field in ("hazard", "analysis", "severity", "remedy_text", "planned_until"):
        error = refusal(judging.judge, recall=recall, by=q.cast.erik, values=judgement(**{field: ""}))
        assert error.code == field
    yesterday = timezone.localdate() - timedelta(days=1)
    error = refusal(judging.judge, recall=recall, by=q.cast.erik, values=judgement(planned_until=yesterday))
    assert error.code == "planned_until"
    judging.judge(recall=recall, by=q.cast.erik, values=judgement())
    assert refusal(judging.submit, recall=recall, by=q.cast.erik).code == "scope"
    model = q.cast.model
    error = refusal(judging.add_scope, recall=recall, by=q.cast.erik, values={"model": model, "serial_from": "A"})
    assert error.code == "serial_to"
    values = {"model": model, "made_from": timezone.localdate(), "made_to": yesterday}
    assert refusal(judging.add_scope, recall=recall, by=q.cast.erik, values=values).code == "made_to"


def test_one_question_is_open_per_issue(q: Quality) -> None:
    """QIS-12: asking twice is refused and changes nothing."""
    recall = opened(q)
    assert refusal(judging.open_recall, issue=recall.issue, by=q.quentin).code == "state"
    assert Recall.objects.count() == 1
    with pytest.raises(Refused):
        judging.open_recall(issue=recall.issue, by=q.cast.alice)


def test_the_limits_of_the_law_follow_the_steps(q: Quality) -> None:
    """QIS-12: 2 working days for the danger, 10 for the plan, 3 to publish, 3 months, 15 working days at the end."""
    recall = decided(q)
    rows = due(recall)
    assert set(rows) == {"recall_judgement", "recall_danger", "recall_stop_sale", "recall_plan"}
    assert rows["recall_danger"].starts_at == recall.discovered_at
    published(q, recall)
    rows = due(recall)
    assert {code for code, row in rows.items() if row.state == "open"} == set()
    assert rows["recall_publish"].state == rows["recall_owners"].state == "met"
    report = recall.reports.get()
    progress = due(report)["recall_progress"]
    assert progress.due_at == report.due_at
    assert 88 <= (report.due_at - timezone.now()).days <= 93
    ended(q, recall)
    assert due(recall)["recall_final"].state == "open"


def test_vehicles_have_other_limits(q: Quality) -> None:
    """QIS-12: the regime of the product line chooses the rows of the law."""
    line = q.cast.model.line
    line.code = "vehicle"
    line.save()
    recall = decided(q)
    assert recall.regime == "vehicle"
    assert {"recall_danger_vehicle", "recall_plan_vehicle"} <= set(due(recall))
    assert "recall_plan" not in due(recall)


def test_steps_come_in_their_order_and_once(q: Quality) -> None:
    """QIS-12: nothing is published before the sale has stopped and the plan is filed; a step is taken once."""
    recall = decided(q)
    by = q.quentin
    assert refusal(steps.take_step, recall=recall, by=by, kind="publish", reference="网站")
    assert refusal(owners.begin_telling, recall=recall, by=by).code == "state"
    assert refusal(steps.take_step, recall=recall, by=by, kind="file_plan").code == "reference"
    soon = timezone.now() + timedelta(hours=2)
    assert refusal(steps.take_step, recall=recall, by=by, kind="stop_sale", at=soon).code == "at"
    early = recall.discovered_at - timedelta(days=1)
    assert refusal(steps.take_step, recall=recall, by=by, kind="stop_sale", at=early).code == "at"
    steps.take_step(recall=recall, by=by, kind="stop_sale")
    assert refusal(steps.take_step, recall=recall, by=by, kind="stop_sale").code == "state"
    with pytest.raises(Refused):
        steps.take_step(recall=recall, by=q.cast.alice, kind="file_plan", reference="x")


def test_owners_are_told_once_with_what_they_hold(q: Quality) -> None:
    """QIS-12: a mail to who has an address, in public to those whom nobody knows; a second run tells nobody twice."""
    recall = published(q, decided(q))
    mail = OutboundMail.objects.get(kind="recall")
    assert "RC000、RC001、RC002" in mail.text
    assert "/r/" in mail.text
    figures = figures_of(recall)
    assert (figures.told, figures.states["waiting"], figures.total) == (20, 0, 20)
    assert refusal(owners.begin_telling, recall=recall, by=q.quentin).code == "state"
    assert OutboundMail.objects.filter(kind="recall").count() == 1


def test_an_owner_is_unreachable_only_after_enough_tries(q: Quality) -> None:
    """QIS-12: three tries by policy, a reason, and the recall closes only when every unit has ended."""
    recall = published(q, decided(q))
    row = recall.affected.get(serial="RC000")
    for text in ("无人接听", "停机"):
        owners.record_try(row=row, by=q.cast.alice, text=text)
    assert refusal(owners.end_without, row=row, by=q.cast.alice, move="give_up", reason="联系不上")
    owners.record_try(row=row, by=q.cast.alice, text="挂号信退回")
    assert refusal(owners.end_without, row=row, by=q.cast.alice, move="give_up", reason=" ").code == "reason"
    owners.end_without(row=row, by=q.cast.alice, move="give_up", reason="挂号信退回")
    assert refusal(steps.complete, recall=recall, by=q.quentin)
    assert figures_of(recall).done == 0
    owners.record_measure(row=recall.affected.get(serial="RC000"), by=q.cast.alice, measure="scrap")
    assert figures_of(recall).measures["scrap"] == 1


def test_a_serial_that_comes_forward_is_taken_out_of_those_without(q: Quality) -> None:
    """QIS-12: the sum stays; the same serial twice is one unit; one outside the scope is refused."""
    recall = published(q, decided(q))
    row = owners.register_owner(recall=recall, by=q.cast.alice, serial="rc 777", holder_name="李女士")
    assert (row.serial, row.state, row.quantity) == ("RC777", "answered", 1)
    again = owners.register_owner(recall=recall, by=q.cast.alice, serial="RC777", text="改约周六")
    assert again.pk == row.pk
    figures = figures_of(recall)
    assert (figures.total, figures.identified, figures.states["answered"]) == (20, 4, 1)
    other = q.cast.unit
    assert refusal(owners.register_owner, recall=recall, by=q.cast.alice, serial=other.serial).code == "serial"


def test_part_of_a_row_without_serials_is_done(q: Quality) -> None:
    """QIS-12: a dealer sends five back; five are done, the rest stays told; more than there are is refused."""
    recall = published(q, decided(q))
    rest = recall.affected.get(serial="")
    assert refusal(owners.record_measure, row=rest, by=q.cast.alice, measure="refund", quantity=99).code == "quantity"
    owners.record_measure(row=rest, by=q.cast.alice, measure="refund", quantity=5)
    rest.refresh_from_db()
    assert (rest.quantity, rest.state) == (12, "told")
    figures = figures_of(recall)
    assert (figures.done, figures.measures["refund"], figures.total) == (5, 5, 20)
    stale = recall.affected.get(serial="RC001")
    assert (
        refusal(owners.record_measure, row=stale, by=q.cast.alice, measure="repair", expected_version=99).code
        == "conflict"
    )


def test_later_shipments_are_additions_and_wake_a_completed_recall(q: Quality) -> None:
    """QIS-12: what is shipped of the scope after the decision is added by itself, marked, and told at once."""
    recall = ended(q, published(q, decided(q)))
    assert is_reproduced(recall)
    ship(q, 7, number="FH-2")
    run_due()
    recall.refresh_from_db()
    figures = figures_of(recall)
    assert (recall.state, figures.total, figures.frozen, figures.added) == ("running", 27, 20, 7)
    assert recall.frozen_total == 20
    assert not is_reproduced(recall)
    ended(q, recall)
    assert due(recall)["recall_final"].cycle in {1, 2}
    assert Deadline.objects.filter(code="recall_final", state="open").count() == 1


def test_a_unit_that_becomes_known_is_no_addition(q: Quality) -> None:
    """QIS-12: an owner registers his product: one of the units without serials has its serial now, the sum stays."""
    recall = published(q, decided(q))
    unit(q, "RC500")
    run_due()
    figures = figures_of(recall)
    assert (figures.total, figures.added, figures.identified) == (20, 0, 4)
    assert recall.affected.get(serial="RC500").state == "told"


def test_the_owner_answers_through_his_link(q: Quality) -> None:
    """QIS-12: his answer reaches every unit that he holds, with his name and when it suits him."""
    recall = published(q, decided(q))
    notice = recall.notices.get()
    owners.owner_answers(notice=notice, values={"name": "王工", "phone": "138", "wish": "上门维修", "when": "周六上午"})
    assert set(recall.affected.filter(customer=q.cast.customer).values_list("state", flat=True)) == {"answered"}
    assert Activity.objects.filter(verb="recall.owner_answered", actor_name="王工").count() == 1


def test_the_law_counts_from_the_discovery(q: Quality) -> None:
    """QIS-12: from the complaint that told of the danger, or the day that somebody names; never from one to come."""
    now, day = timezone.now(), timedelta(days=1)
    for named in (None, now - 5 * day, now + 2 * day):
        issue = dangerous(q, complained_at=now - 3 * day)
        recall = judging.open_recall(issue=issue, by=q.quentin, discovered_at=named)
        if named is not None and named > now:
            assert now <= recall.discovered_at <= timezone.now()
        else:
            assert recall.discovered_at == (named or issue.complained_at)
        clock = Deadline.objects.get(subject_type="recall.recall", subject_id=recall.pk, code="recall_danger")
        assert clock.starts_at == recall.discovered_at
        judging.withdraw(recall=recall, by=q.quentin, reason="重新判断")


def test_progress_reports_keep_their_figures(q: Quality) -> None:
    """QIS-12: a filed report keeps what it said, the next one is due three months after the last."""
    recall = published(q, decided(q))
    report = recall.reports.get()
    owners.record_measure(row=recall.affected.get(serial=""), by=q.cast.alice, measure="repair", quantity=4)
    steps.file_report(report=report, by=q.quentin, reference="阶段报告 1")
    owners.record_measure(row=recall.affected.get(serial="", state="told"), by=q.cast.alice, measure="repair")
    report.refresh_from_db()
    assert report.figures["states"]["done"] == 4
    first, second = recall.reports.all()
    assert timezone.localdate(second.due_at) == add_months(timezone.localdate(first.due_at), 3)
    assert refusal(steps.file_report, report=report, by=q.quentin, reference="x").code == "conflict"
    points = progress_of(recall)
    assert (points[-1].done, points[-1].total) == (17, 20)
