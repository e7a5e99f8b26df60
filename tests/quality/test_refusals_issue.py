"""What an issue refuses on its way: each rule is asked once, by itself, at its station."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.core.files.services import store
from bihuan.quality.issues import alarms
from bihuan.quality.issues.forms import ReportForm
from bihuan.quality.issues.models import Discipline, Issue, Objection, Publication
from bihuan.quality.issues.papers import issue_paper
from bihuan.quality.issues.services import (
    eight_d,
    investigating,
    judging,
    overseeing,
    planning,
    proving,
    publishing,
    registration,
)
from bihuan.quality.issues.workflow import papers_accepted, work_released
from bihuan.quality.monitor.services import note_report
from bihuan.registry.products.models import Batch
from tests.caller import Caller
from tests.quality.refusing import forbidden, refused, unknown_field
from tests.quality.story import Quality, approved, graded, implemented, investigated, planned
from tests.service.story import png

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def published(q: Quality) -> tuple[Issue, Publication]:
    """On the notice board."""
    issue = approved(q, planned(q, investigated(q, graded(q, q.issue(mechanism=q.mechanism)))))
    return issue, issue.publications.get()


def test_grading_and_responsibility_take_only_what_is_known(q: Quality) -> None:
    """TRI-09, QIS-09: no grade of another company, no field of another table, no responsibility without its reason."""
    issue = q.issue()
    judging.assign_follower(issue=issue, by=q.quentin, owner=q.quentin)
    investigating.name_team(issue=issue, by=q.quentin, leader=q.qiu)
    refused("Grade the issue first", investigating.start_investigation, issue=issue, by=q.quentin)
    ask: dict[str, Any] = {"issue": issue, "by": q.quentin}
    refused("is not known", judging.grade_issue, values={"criteria": ["use"], "grade": 9}, **ask)
    unknown_field(judging.grade_issue, values={"state": "closed"}, **ask)
    unknown_field(judging.attribute, values={"grade": 3}, **ask)
    ask["by"] = q.olga
    refused("Internal or external", judging.decide_responsibility, responsibility="open", reason="x", **ask)
    refused("give a reason", judging.decide_responsibility, responsibility="internal", reason=" ", **ask)


def test_an_investigation_stands_still_where_its_state_says_so(q: Quality) -> None:
    """CAP-03: no cause before the investigation has begun, no endless flow chart."""
    issue = q.issue()
    cause: dict[str, Any] = {"issue": issue, "by": q.quentin, "text": "x", "bone": "machine", "kind": "occurrence"}
    refused("present state", investigating.suspect_cause, **cause)
    for place in range(investigating.MOST_STEPS):
        investigating.draw_step(issue=issue, by=q.quentin, text=str(place))
    refused("its most steps", investigating.draw_step, issue=issue, by=q.quentin, text="x")
    assert issue.flow.count() == investigating.MOST_STEPS


def test_an_8d_is_opened_in_time_handed_in_by_its_owner_and_judged_after(q: Quality) -> None:
    """QIS-03, D23: no words, no evidence, no turn: no discipline moves."""
    issue = q.issue()
    proving.cancel_issue(issue=issue, by=q.quentin, reason="误报")
    refused("present state", eight_d.open_eight_d, issue=issue, by=q.quentin)
    issue = graded(q, q.issue(description="另一条线的异响"))
    rows = {row.code: row for row in eight_d.open_eight_d(issue=issue, by=q.quentin)}
    first = rows["d0"]
    forbidden(eight_d.assign_discipline, row=first, by=q.paul, owner=q.paul)
    forbidden(eight_d.submit_discipline, row=first, by=q.paul, text="x")
    refused("Write the text", eight_d.submit_discipline, row=first, by=q.quentin, text=" ")
    refused("not handed in", eight_d.judge_discipline, row=first, by=q.qiu, accepted=True)
    refused("not handed in", eight_d.judge_discipline, row=first, by=q.qiu, accepted=False, remark="x")
    evidence = [store(data=png(), name="证据.png", by=q.quentin)]
    eight_d.submit_discipline(row=first, by=q.quentin, text="已隔离", uploads=evidence)
    refused("not open", eight_d.submit_discipline, row=first, by=q.quentin, text="noch einmal")
    refused("The 8D is not finished", papers_accepted, issue, None, {})
    assert Discipline.objects.filter(state="accepted").count() == 0


def test_a_text_that_was_sent_back_meanwhile_is_not_accepted(q: Quality) -> None:
    """D23: who looks at the first revision opens no gate for the second one."""
    issue = graded(q, q.issue())
    row = next(row for row in eight_d.open_eight_d(issue=issue, by=q.quentin) if row.code == "d1")
    eight_d.submit_discipline(row=row, by=q.quentin, text="一")
    seen = Discipline.objects.select_related("issue").get(pk=row.pk)
    eight_d.judge_discipline(row=row, by=q.qiu, accepted=False, remark="不全")
    eight_d.submit_discipline(row=row, by=q.quentin, text="二")
    refused("not handed in", eight_d.judge_discipline, row=seen, by=q.qiu, accepted=True)
    eight_d.judge_discipline(row=row, by=q.qiu, accepted=True)
    assert (row.state, row.revision, row.text) == ("accepted", 2, "二")


def test_an_8d_of_a_company_without_one(q: Quality, monkeypatch: pytest.MonkeyPatch) -> None:
    """D23: a company that has no disciplines opens no empty 8D."""
    monkeypatch.setattr(eight_d, "rules_of", lambda issue: {})
    refused("does not use the 8D", eight_d.open_eight_d, issue=q.issue(), by=q.quentin)


def test_a_measure_ends_once_with_words_and_by_its_people(q: Quality) -> None:
    """CAP-06, CAP-11, QIS-10: somebody else's measure, no result, a second end, a dropped one without the right to plan."""
    issue = planned(q, investigated(q, graded(q, q.issue(mechanism=q.mechanism))))
    measure = issue.measures.get(kind="corrective")
    ask = {"measure": measure, "done": True}
    forbidden(planning.end_measure, by=q.cast.charlie, result="x", **ask)
    forbidden(planning.end_measure, measure=measure, by=q.paul, done=False, result="x")
    refused("Say what was done", planning.end_measure, by=q.paul, result=" ", **ask)
    planning.end_measure(by=q.paul, result="已校准", **ask)
    refused("ended already", planning.end_measure, by=q.paul, result="noch einmal", **ask)
    refused("Name the document", planning.adopt_measure, measure=measure, by=q.quentin, document=" ")


def test_a_change_and_a_reply_are_answered_once(q: Quality) -> None:
    """QIS-10, QIS-15, NCR-10: a receipt is confirmed once, a reply is confirmed by somebody else and after it is given."""
    issue = investigated(q, graded(q, q.issue(mechanism=q.mechanism)))
    due = timezone.now() + 3 * DAY
    change = planning.issue_change(
        issue=issue, by=q.quentin, title="T", before="a", after="b", department=q.paul.department, due_at=due
    )
    planning.receive_change(change=change, by=q.paul)
    refused("confirmed already", planning.receive_change, change=change, by=q.paul)
    reply = planning.ask_reply(issue=issue, by=q.quentin, department=q.quentin.department, due_at=due)
    refused("no reply that waits", planning.confirm_reply, reply=reply, by=q.qiu)
    unknown_field(planning.give_reply, reply=reply, by=q.quentin, values={"confirmed_at": due})
    planning.give_reply(reply=reply, by=q.quentin, values={"cause": "x"})
    refused("his own reply", planning.confirm_reply, reply=reply, by=q.quentin)
    note = overseeing.supervise(
        issue=issue, by=q.olga, kind="finding", department=q.paul.department, text="未按期", due_at=due
    )
    refused("Say what was done", overseeing.correct_finding, note=note, by=q.paul, text=" ")


def test_an_objection_has_a_reason_and_one_ruling_by_somebody_else(q: Quality) -> None:
    """NCR-06, D09: after the ruling nobody objects; two at once are one objection; nobody rules on his own."""
    issue, notice = published(q)
    ask: dict[str, Any] = {"publication": notice, "by": q.paul}
    refused("give a reason", publishing.object_to, reason=" ", **ask)
    row = Objection.objects.create(
        publication=notice, round=2, by=q.chen, department=q.chen.department, reason="x", ruling=""
    )
    refused("Somebody has already objected", publishing.object_to, reason="x", **ask)
    rule: dict[str, Any] = {"issue": issue, "upheld": False}
    refused("give a reason", publishing.rule, by=q.chen, reason=" ", **rule)
    refused("his own objection", publishing.rule, by=q.chen, reason="x", **rule)
    Objection.objects.filter(pk=row.pk).update(by=q.paul)
    publishing.rule(by=q.chen, reason="证据充分", **rule)
    refused("final ruling has been given", publishing.object_to, reason="x", **ask)


def test_two_rulings_at_once_are_one(q: Quality, monkeypatch: pytest.MonkeyPatch) -> None:
    """NCR-06: the ruling that comes second finds the first one written."""
    issue, notice = published(q)
    row = Objection.objects.create(publication=notice, round=2, by=q.paul, department=q.paul.department, reason="x")
    now = timezone.now

    def meanwhile() -> Any:
        Objection.objects.filter(pk=row.pk).update(
            ruling="dismissed", ruling_reason="y", ruled_at=now(), ruled_by=q.chen
        )
        return now()

    monkeypatch.setattr(publishing.timezone, "now", meanwhile)
    with monkeypatch.context():
        refused("final ruling has been given", publishing.rule, issue=issue, by=q.chen, upheld=True, reason="x")


def test_the_proof_wants_a_breakpoint_a_mechanism_and_its_state(q: Quality) -> None:
    """CAP-08, CAP-09: no proof without the day, batch or serial from which products carry the remedy."""
    issue, _notice = published(q)
    sample: dict[str, Any] = {"issue": issue, "by": q.quentin, "method": "audit", "asked": 1, "bad": 0, "text": "x"}
    refused("present state", proving.check_effect, issue=issue, by=q.quentin)
    refused("present state", proving.evaluate, is_good=True, **sample)
    Issue.objects.filter(pk=issue.pk).update(state="implementing")
    issue.refresh_from_db()
    for measure in issue.measures.all():
        planning.end_measure(measure=measure, by=q.paul, done=True, result="x")
    refused("Choose the breakpoint", proving.finish_measures, issue=issue, by=q.quentin)
    undated = Batch.objects.create(model=q.cast.model, number="OHNE", quantity=1)
    for values, words in (
        ({"breakpoint_kind": "moon"}, "from which day, batch or serial"),
        ({"breakpoint_kind": "date", "breakpoint_on": None}, "from which day, batch or serial"),
        ({"breakpoint_kind": "batch", "breakpoint_batch": undated}, "no production date"),
    ):
        refused(words, proving.choose_break_point, issue=issue, by=q.quentin, values=values)
    issue = implemented(q, issue)
    Issue.objects.filter(pk=issue.pk).update(mechanism=None)
    issue.refresh_from_db()
    refused("Without a failure mechanism", proving.check_effect, issue=issue, by=q.quentin)


def test_stopped_work_is_released_before_the_end(q: Quality) -> None:
    """NCR-16: neither cancelled nor closed while a line stands still."""
    issue = q.issue(stop_work=True)
    refused("has not been released", proving.cancel_issue, issue=issue, by=q.quentin, reason="误报")
    refused("has not been released", work_released, issue, None, {})
    judging.release_work(issue=issue, by=q.quentin, reason="已隔离")
    assert proving.cancel_issue(issue=issue, by=q.quentin, reason="误报").state == "cancelled"


def test_a_repeat_joins_no_closed_issue_and_a_lost_race_is_no_issue(
    q: Quality, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NCR-07: a closed issue is opened again, not joined; an error of the database that no rival explains is told."""
    issue = q.issue()
    proving.cancel_issue(issue=issue, by=q.quentin, reason="误报")
    refused("a repeat opens it again", registration.join_issue, issue=issue, by=q.quentin)

    def broken(*args: Any) -> Issue:
        raise IntegrityError("something else")

    monkeypatch.setattr(registration, "_create", broken)
    with pytest.raises(IntegrityError):
        registration.register_issue(sign=q.sign(), by=q.paul)
    assert Issue.objects.count() == 1


def test_only_an_issues_own_papers_and_a_living_alarm(q: Quality, monkeypatch: pytest.MonkeyPatch) -> None:
    """QIS-06, QIS-07: a paper of another subject is none of an issue, a closed alarm hears of no report."""
    refused("does not use the form", issue_paper, subject=q.issue(), code="F04", by=q.quentin)
    alarm = q.alarm()
    monkeypatch.setattr(alarms, "_taken", lambda *args, **values: None)
    refused("in an issue already, or closed", alarms.take_alarm, alarm=q.alarm(rule="warning"), by=q.quentin)
    alarm.state = "closed"
    refused("alarm is closed", note_report, alarm=alarm, by=q.quentin, form="F01", number="1")


def test_pages_and_api_answer_what_is_wrong(q: Quality, client: Client) -> None:
    """NCR-01, NCR-06: beside its field, with what was typed; an act out of its state is refused everywhere."""
    form = ReportForm({"source": "supplier", "description": "x"})
    assert "supplier_name" in form.errors
    issue, notice = published(q)
    client.force_login(q.paul)
    Publication.objects.filter(pk=notice.pk).update(until=timezone.now())
    answer = client.post(reverse("issues:notice", args=[notice.pk]), {"reason": "扭矩记录不完整"})
    assert (answer.status_code, "扭矩记录不完整" in answer.text) == (409, True)
    assert answer.context["form"].non_field_errors() == ["异议期已过。"]
    client.force_login(q.quentin)
    cause = {"text": "工装磨损", "bone": "machine", "kind": "occurrence"}
    answer = client.post(reverse("issues:act", args=[issue.number, "cause"]), cause)
    assert (answer.status_code, "工装磨损" in answer.text) == (409, True)
    caller = Caller(q.quentin)
    assert caller.post(f"/issues/{issue.number}/acts/cause", {"fields": cause}).status_code == 409
    assert Caller(q.paul).post(f"/issues/{issue.number}/acts/rule", {"fields": {}}).status_code == 403
    body = {"description": "x", "source": "case", "case": "CASE-0"}
    assert Caller(q.paul).post("/issues", body).status_code == 422
    assert not issue.causes.filter(text="工装磨损").exists()


def test_a_why_explains_a_cause_of_the_same_issue(q: Quality) -> None:
    """CAP-03: the chain does not cross from one issue to another."""
    one, other = graded(q, q.issue(mechanism=q.mechanism)), graded(q, q.issue())
    above = investigating.suspect_cause(issue=other, by=q.quentin, text="工具漂移", bone="machine", kind="occurrence")
    refused("too deep", investigating.suspect_cause, issue=one, by=q.quentin, text="x", bone="machine",
            kind="occurrence", parent=above)  # fmt: skip


def test_what_is_contained_is_counted_place_by_place_in_each_round(q: Quality) -> None:
    """CAP-06: not more is sorted than was found; a second round finds and sorts again and leaves the first as it was."""
    issue = graded(q, q.issue(mechanism=q.mechanism))
    place = {"issue": issue, "by": q.quentin, "location": "transit"}
    refused("Not more can be sorted", planning.contain, found=10, sorted_out=11, bad=1, **place)
    planning.contain(found=10, sorted_out=10, bad=1, **place)
    planning.contain(found=12, sorted_out=12, bad=2, **place)
    Issue.objects.filter(pk=issue.pk).update(cycle=2)
    issue.refresh_from_db()
    planning.contain(found=5, sorted_out=5, bad=0, **place)
    rows = issue.containments.order_by("cycle").values_list("cycle", "found", "bad")
    assert list(rows) == [(1, 12, 2), (2, 5, 0)]


def test_a_complaint_of_the_future_starts_its_clock_now(q: Quality) -> None:
    """SLA-03: a clock that runs ahead gives nobody more than his 72 hours."""
    ahead = timezone.now() + DAY
    issue = registration.register_issue(sign=q.sign(complained_at=ahead), by=q.quentin)
    assert issue.complained_at == issue.registered_at < ahead
