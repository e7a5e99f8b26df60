"""The rules of quality issues, one by one; what is refused changes nothing."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from bihuan.core.activity.models import Activity
from bihuan.core.approvals.models import Approval
from bihuan.core.approvals.services import choose_chain, vote
from bihuan.core.deadlines.models import Deadline
from bihuan.core.deadlines.services import of_subject
from bihuan.core.documents.layout import size
from bihuan.core.permissions.services import Refused
from bihuan.core.policy import queries as policy
from bihuan.core.policy.schema.issues import Proof
from bihuan.core.policy.services import PolicyError, check, read_file, save_version
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues import fishbone
from bihuan.quality.issues.models import Issue, Source
from bihuan.quality.issues.papers import needed_codes
from bihuan.quality.issues.queries import visible_to
from bihuan.quality.issues.services import eight_d, investigating, judging, planning, proving, publishing
from bihuan.quality.issues.services.registration import register_issue
from tests.quality.story import (
    Quality,
    approved,
    coded,
    confirmed,
    graded,
    implemented,
    investigated,
    made,
    planned,
    proven,
    shipped,
    whole,
)

pytestmark = pytest.mark.django_db


def change_rules(**changes: Any) -> None:
    """Put a changed general profile in force."""
    data = read_file("general")
    data["issues"] = {**data["issues"], **changes}
    save_version(data=data, by=None, note="test")
    policy.forget()


def refused(code: str, call: Any, **kwargs: Any) -> str:
    """Call a service that must refuse, and return its reason; the journal must not have grown."""
    before = Activity.objects.count()
    with pytest.raises(MoveRefused) as caught:
        call(**kwargs)
    assert (caught.value.code, Activity.objects.count()) == (code, before)
    return str(caught.value.reason)


def test_the_72_hours_count_from_the_earliest_complaint(q: Quality) -> None:
    """SLA-03, QIS-07, D13: not from the registration of case or issue; the report stops the clock."""
    from bihuan.quality.issues.papers import issue_paper

    heard = timezone.now() - timedelta(hours=30)
    first, second = coded(q, complained_at=heard), coded(q)
    issue = register_issue(sign=q.sign(source=Source.CASE), by=q.quentin, cases=[second, first])
    row = of_subject(issue).get(code="issue_report")
    assert (issue.complained_at, row.due_at) == (heard, heard + timedelta(hours=72))
    issue_paper(subject=issue, code="F01", by=q.quentin)
    row.refresh_from_db()
    assert (row.state, row.is_late) == ("met", False)


def test_an_employee_report_has_no_72_hours_but_stops_the_work(q: Quality) -> None:
    """NCR-01, NCR-16: place, time and the stop of the work are kept; the work goes on when quality says so."""
    issue = q.issue(stop_work=True, occurred_at=timezone.now())
    verbs = set(Activity.objects.filter(subject_type="issues.issue").values_list("verb", flat=True))
    assert {"issue.registered", "issue.work_stopped"} <= verbs
    assert of_subject(issue).filter(code="issue_report").count() == 0
    assert issue.is_stopped
    with pytest.raises(Refused):
        judging.release_work(issue=issue, by=q.paul, reason="已隔离")
    judging.release_work(issue=issue, by=q.quentin, reason="已隔离")
    assert not issue.is_stopped
    refused("state", judging.release_work, issue=issue, by=q.quentin, reason="再次")


def test_the_same_report_twice_is_one_issue(q: Quality) -> None:
    """NCR-01: a second press of the button on a bad line makes no second issue."""
    assert q.issue(client_key="k1") == q.issue(client_key="k1")
    assert Issue.objects.count() == 1


def test_a_case_of_the_same_mechanism_and_model_joins_the_open_issue(q: Quality) -> None:
    """NCR-07: repeats join with their cases; a closed issue is not joined in silence."""
    first = register_issue(sign=q.sign(mechanism=q.mechanism), by=q.paul, cases=[coded(q)])
    again = register_issue(sign=q.sign(mechanism=q.mechanism), by=q.paul, cases=[coded(q)])
    assert (again, first.links.count(), Issue.objects.count()) == (first, 2, 1)
    Issue.objects.filter(pk=first.pk).update(state="closed")
    assert register_issue(sign=q.sign(mechanism=q.mechanism), by=q.paul) != first


def test_failed_acceptance_at_delivery_opens_an_issue_by_itself(q: Quality) -> None:
    """INT-34: the channel of the policy starts the same handling."""
    case = q.cast.case(channel="delivery")
    issue = Issue.objects.get()
    assert (issue.source, issue.links.get().case, issue.complained_at) == ("delivery", case, case.complained_at)


def test_the_criteria_give_the_grade_and_who_goes_below_says_why(q: Quality) -> None:
    """TRI-07, TRI-09, D05: the highest criterion decides; numbers and flags, never words."""
    issue = q.issue()
    values = {"criteria": ["use", "accident"]}
    judging.grade_issue(issue=issue, by=q.quentin, values=values)
    assert (issue.grade, issue.is_serious, issue.is_safety) == (3, True, True)
    refused("reason", judging.grade_issue, issue=issue, by=q.quentin, values={**values, "grade": 1})
    judging.grade_issue(issue=issue, by=q.quentin, values={**values, "grade": 2, "reason": "已排除伤人可能"})
    assert issue.grade == 2
    refused("criteria", judging.grade_issue, issue=issue, by=q.quentin, values={"criteria": ["x"]})


def test_what_was_judged_before_is_lessened_with_a_reason_alone(q: Quality) -> None:
    """TRI-08, TRI-09: without ticks a grave issue does not become a light one in silence, nor does danger end so."""
    issue = q.issue()
    judging.grade_issue(issue=issue, by=q.quentin, values={"criteria": ["use", "accident"]})
    refused("reason", judging.grade_issue, issue=issue, by=q.quentin, values={"grade": 1, "is_safety": True})
    refused("reason", judging.grade_issue, issue=issue, by=q.quentin, values={"grade": 3, "is_safety": False})
    issue.refresh_from_db()
    assert (issue.grade, issue.is_safety) == (3, True)
    judging.grade_issue(issue=issue, by=q.quentin, values={"grade": 1, "is_safety": False, "reason": "绝缘完好"})
    assert (issue.grade, issue.is_safety) == (1, False)


def test_the_grade_chooses_the_clock_of_the_investigation(q: Quality) -> None:
    """SLA-09: general in 5 working days, severe and major reported preliminarily in 2; a new grade changes it."""
    issue = q.issue()
    judging.grade_issue(issue=issue, by=q.quentin, values={"criteria": ["use"]})
    assert set(of_subject(issue).filter(state="open").values_list("code", flat=True)) == {
        "issue_follower", "issue_investigation"
    }  # fmt: skip
    judging.grade_issue(issue=issue, by=q.quentin, values={"criteria": ["function"]})
    assert set(of_subject(issue).filter(state="open").values_list("code", flat=True)) == {
        "issue_follower", "issue_preliminary"
    }  # fmt: skip
    investigating.report_preliminarily(issue=issue, by=q.quentin, text="初步判断为装配问题")
    assert of_subject(issue).get(code="issue_preliminary").state == "met"


def test_forms_follow_rules_and_the_special_report_adds_to_the_sheet(q: Quality) -> None:
    """D21, D22, D23, QIS-03: F05 adds to F01 unless the company says that it replaces it; 8D on the customer's wish."""
    issue = register_issue(sign=q.sign(source=Source.COMPLAINT, wants_8d=True, is_safety=True), by=q.quentin)
    assert needed_codes(issue) == {"F01", "F03", "F05"}
    change_rules(report_replaces_sheet=True)
    other = register_issue(sign=q.sign(source=Source.COMPLAINT, is_safety=True), by=q.quentin)
    assert (needed_codes(other), needed_codes(q.issue())) == ({"F05"}, {"F08"})


def test_an_investigation_needs_follower_grade_and_team(q: Quality) -> None:
    """NCR-15, CAP-01: nobody starts without them."""
    issue = q.issue()
    refused("refused", investigating.start_investigation, issue=issue, by=q.quentin)
    judging.assign_follower(issue=issue, by=q.quentin, owner=q.quentin)
    judging.grade_issue(issue=issue, by=q.quentin, values={"criteria": []})
    refused("refused", investigating.start_investigation, issue=issue, by=q.quentin)
    assert issue.state == "registered"


def test_causes_are_decided_by_evidence_and_only_once(q: Quality) -> None:
    """CAP-02, CAP-03, CAP-19: guesses are not causes; a severe issue needs escape and system causes and an expert."""
    issue = graded(q, q.issue(), ("function",))
    guess = investigating.suspect_cause(
        issue=issue, by=q.quentin, text="轴承来料差", bone="material", kind="occurrence"
    )
    decide = investigating.decide_cause
    refused("evidence", decide, cause=guess, by=q.quentin, confirmed=False, evidence=" ")
    refused("refused", investigating.conclude_investigation, issue=issue, by=q.quentin)
    decide(cause=guess, by=q.quentin, confirmed=False, evidence="来料检验 32 件合格")
    refused("conflict", decide, cause=guess, by=q.quentin, confirmed=True, evidence="x")
    below = {"issue": issue, "by": q.quentin, "text": "x", "bone": "people", "kind": "occurrence", "parent": guess}
    refused("parent", investigating.suspect_cause, **below)
    confirmed(q, issue)
    reason = refused("refused", investigating.conclude_investigation, issue=issue, by=q.quentin)
    assert "流出原因、系统原因" in reason
    confirmed(q, issue, "escape")
    confirmed(q, issue, "system")
    assert "专家论证" in refused("refused", investigating.conclude_investigation, issue=issue, by=q.quentin)


def test_a_chain_of_whys_keeps_its_bone_and_ends_at_seven(q: Quality) -> None:
    """CAP-03: each why lies below the one it explains."""
    issue, above = graded(q, q.issue()), None
    for depth in range(7):
        above = investigating.suspect_cause(
            issue=issue, by=q.quentin, text=f"为什么 {depth}", bone="machine" if depth == 0 else "people",
            kind="occurrence", parent=above,
        )  # fmt: skip
        assert above.bone == "machine"
    deeper = {"issue": issue, "by": q.quentin, "text": "x", "bone": "people", "kind": "occurrence", "parent": above}
    refused("parent", investigating.suspect_cause, **deeper)


def test_the_general_managers_office_decides_the_responsibility(q: Quality) -> None:
    """QIS-09, NCR-21: quality may not; without it, without unit and person, no plan goes to approval."""
    issue = graded(q, q.issue())
    with pytest.raises(Refused):
        judging.decide_responsibility(issue=issue, by=q.quentin, responsibility="internal", reason="x")
    investigating.conclude_investigation(issue=confirmed(q, issue).issue, by=q.quentin)
    issue.refresh_from_db()
    assert "责任人" in refused("refused", planning.submit_plan, issue=issue, by=q.quentin)
    values = {"cause_category": q.cast.cause, "department": q.paul.department, "responsible": q.paul}
    judging.attribute(issue=issue, by=q.quentin, values=values)
    assert "总经办" in refused("refused", planning.submit_plan, issue=issue, by=q.quentin)


def test_a_plan_has_corrective_and_preventive_measures_and_a_grave_one_contains(q: Quality) -> None:
    """CAP-06, QIS-13, SLA-15: the limit is the day that people set, and its clock runs on the measure."""
    issue = investigated(q, graded(q, q.issue(), ("function",)))
    assert "纠正措施、预防措施" in refused("refused", planning.submit_plan, issue=issue, by=q.quentin)
    due = timezone.now() + timedelta(days=3)
    common = {"issue": issue, "by": q.quentin, "text": "校准", "goal": "合格", "owner": q.paul}
    row = planning.set_measure(kind="corrective", due_at=due, **common)
    assert Deadline.objects.get(subject_type="issues.measure", subject_id=row.pk).due_at == due
    past = timezone.now() - timedelta(minutes=1)
    refused("due_at", planning.set_measure, kind="preventive", due_at=past, **common)
    planning.set_measure(kind="preventive", due_at=due, **common)
    assert "遏制" in refused("refused", planning.submit_plan, issue=issue, by=q.quentin)
    place = {"issue": issue, "by": q.quentin, "location": "transit"}
    refused("bad", planning.contain, found=10, sorted_out=8, bad=9, **place)
    planning.contain(found=10, sorted_out=10, bad=1, **place)
    assert planning.submit_plan(issue=issue, by=q.quentin).state == "approving"


def test_nobody_approves_his_own_plan_nor_the_leader_nor_twice_nor_out_of_turn(q: Quality) -> None:
    """D10, CAP-05, CAP-07: drafter and leader are recused, steps come in turn, a step is taken once."""
    issue = graded(q, q.issue())
    investigating.name_team(issue=issue, by=q.quentin, leader=q.cast.bob, members=[])
    issue = investigated(q, issue)
    reason = refused("approvers", _submit_in_one, q=q, issue=issue)
    assert "会签" in reason
    issue = Issue.objects.get(pk=issue.pk)
    assert issue.state == "planning"
    issue.team.filter(is_leader=True).update(user=q.qiu)
    planned(q, issue)
    approval = Approval.objects.get(state="open")
    for outsider in (q.quentin, q.qiu, q.chen, q.cast.grace):
        with pytest.raises(Refused):
            vote(approval=approval, by=outsider, approved=True)
    vote(approval=approval, by=q.cast.bob, approved=True)
    with pytest.raises(MoveRefused):
        vote(approval=approval, by=q.cast.bob, approved=True)
    assert (approval.votes.count(), approval.current) == (1, 0)


def _submit_in_one(q: Quality, issue: Issue) -> None:
    from django.db import transaction

    with transaction.atomic():
        planned(q, issue)


def test_a_returned_plan_goes_back_to_planning(q: Quality) -> None:
    """CAP-07: a return has its reason; the second round is a new approval."""
    issue = planned(q, investigated(q, graded(q, q.issue())))
    vote(approval=Approval.objects.get(state="open"), by=q.cast.bob, approved=False, comment="目标不清")
    issue.refresh_from_db()
    assert issue.state == "planning"
    planning.submit_plan(issue=issue, by=q.quentin)
    assert approved(q, issue).state == "published"


@pytest.mark.parametrize(
    ("profile", "level", "steps"),
    [
        ("general", 1, ["有关部门会签", "总工程师批准"]),
        ("general", 3, ["有关部门会签", "总工程师审核", "总经理批准"]),
        ("mould", 2, ["有关部门会签", "总工程师批准"]),
        ("precast", 2, ["售后服务部门负责人审核", "公司主管领导审批"]),
        ("precast", 3, ["售后服务部门负责人审核", "公司主管领导审批", "总经理批准"]),
        ("appliance", 3, ["有关部门会签", "总工程师审核", "总经理批准"]),
        ("door", 3, ["总工程师批准"]),
    ],
)
def test_each_company_approves_by_its_own_chain(q: Quality, profile: str, level: int, steps: list[str]) -> None:
    """D10, CAP-15, NCR-04: the chains of the profiles by grade."""
    chain = choose_chain(policy.parsed(policy.current(profile)), "quality_plan", level, 0)  # type: ignore[arg-type]
    assert chain is not None
    assert [step.name for step in chain.steps] == steps


def test_rules_that_name_what_does_not_exist_are_refused() -> None:
    """D05, D33: a level, a role, a department or a discipline that nobody knows is told by its place."""
    data = read_file("general")
    data["issues"] = {
        "grade_criteria": [{"code": "x", "name": "x", "level": 7}], "copies": ["moon"], "recurrence_roles": ["ghost"],
        "eight_d": [{"code": "d1", "name": "x", "needs": ["d0"]}],
    }  # fmt: skip
    with pytest.raises(PolicyError) as caught:
        check(data)
    for part in ("issues: “ghost”", "grade_criteria: “7”", "copies: “moon”", "eight_d: “d0”"):
        assert part in str(caught.value)


def test_departments_answer_for_themselves_and_another_confirms(q: Quality) -> None:
    """SLA-14, QIS-15, NCR-10: by the due date, by their own people; the record shows who confirmed."""
    issue, due = q.issue(), timezone.now() + timedelta(days=2)
    row = planning.ask_reply(issue=issue, by=q.quentin, department=q.paul.department, due_at=due)
    clock = Deadline.objects.get(subject_type="issues.reply", subject_id=row.pk)
    with pytest.raises(Refused):
        planning.give_reply(reply=row, by=q.cast.erik, values={"cause": "x"})
    refused("cause", planning.give_reply, reply=row, by=q.paul, values={"cause": ""})
    planning.give_reply(reply=row, by=q.paul, values={"cause": "工具未校准", "corrective": "校准"})
    refused("conflict", planning.give_reply, reply=row, by=q.paul, values={"cause": "x"})
    planning.confirm_reply(reply=row, by=q.quentin)
    clock.refresh_from_db()
    assert (clock.due_at, clock.state, row.confirmed_by) == (due, "met", q.quentin)


def test_a_technical_change_is_received_then_executed_by_its_unit(q: Quality) -> None:
    """QIS-10, QIS-11, SLA-16: receipt first, no day of the future, once; the issue waits for it."""
    issue = approved(q, planned(q, investigated(q, graded(q, q.issue()))))
    row = planning.issue_change(
        issue=issue, by=q.cast.erik, title="拧紧扭矩", before="35 N·m", after="42±2 N·m",
        department=q.paul.department, due_at=timezone.now() + timedelta(days=5),
    )  # fmt: skip
    with pytest.raises(Refused):
        planning.receive_change(change=row, by=q.cast.erik)
    refused("conflict", planning.execute_change, change=row, by=q.paul, executed_on=timezone.localdate())
    planning.receive_change(change=row, by=q.paul)
    tomorrow = timezone.localdate() + timedelta(days=1)
    refused("executed_on", planning.execute_change, change=row, by=q.paul, executed_on=tomorrow)
    with pytest.raises(MoveRefused, match="技术更改"):
        implemented(q, issue)
    planning.execute_change(change=row, by=q.paul, executed_on=timezone.localdate())
    assert proving.finish_measures(issue=Issue.objects.get(pk=issue.pk), by=q.quentin).state == "verifying"


def test_closing_with_open_measures_or_without_proof_is_refused(q: Quality) -> None:
    """CAP-08, NCR-07: closed is not effective, and nothing closes by wishing."""
    issue = approved(q, planned(q, investigated(q, graded(q, q.issue()))))
    for receipt in issue.publications.get().receipts.all():
        receipt.read_at = timezone.now()
        receipt.save()
    publishing.start_implementation(issue=issue, by=q.quentin)
    assert "未完成的措施" in refused("refused", proving.finish_measures, issue=issue, by=q.quentin)
    refused("state", proving.close_issue, issue=issue, by=q.quentin)
    issue = implemented(q, issue)
    assert "判定效果" in refused("refused", proving.close_issue, issue=issue, by=q.quentin)
    proving.check_effect(issue=issue, by=q.quentin)
    assert "数量不足" in refused("refused", proving.close_issue, issue=issue, by=q.quentin)


def test_no_shipment_and_more_failures_than_shipments_are_never_enough() -> None:
    """CAP-08: a denominator of zero has its stated answer."""
    proof = Proof()
    assert proving.needed_exposure(proof) == 998
    verdicts = {pair: proving.judge(*pair, 998, proof).verdict.value for pair in [
        (0, 0), (3, 2), (0, 997), (0, 998), (1, 998), (1, 50), (12, 1000), (3, 5000),
    ]}  # fmt: skip
    assert verdicts == {
        (0, 0): "not_enough", (3, 2): "not_enough", (0, 997): "not_enough", (0, 998): "effective",
        (1, 998): "not_enough", (1, 50): "not_enough", (12, 1000): "ineffective", (3, 5000): "effective",
    }  # fmt: skip


def test_only_units_that_were_out_long_enough_speak_for_the_remedy() -> None:
    """CAP-08: young ones speak against it at once; failures of the young are never more than the old ones allow."""
    proof = Proof()
    found = {mature: proving.judge(0, 5000, 998, proof, mature).verdict.value for mature in (0, 997, 998)}
    assert found == {0: "not_enough", 997: "not_enough", 998: "effective"}
    assert proving.judge(60, 5000, 998, proof, 0).verdict == "ineffective"
    assert proving.judge(3, 5000, 2, proof, 2).verdict == "not_enough"


def test_the_proof_counts_the_same_mechanism_in_units_made_after_the_remedy(q: Quality) -> None:
    """NCR-07, CAP-08: one serial once; made before, cancelled, misuse and without a date are not counted."""
    issue = implemented(q, approved(q, planned(q, investigated(q, graded(q, q.issue())))))
    old, new = shipped(q, "OLD", date(2026, 2, 1), 500), shipped(q, "NEW", date(2026, 3, 10), 400)
    unit = made(q, "N1", new)
    coded(q, unit)
    coded(q, unit)
    coded(q, made(q, "O1", old))
    coded(q)
    row = proving.check_effect(issue=issue, by=q.quentin)
    assert (row.count, row.exposure, row.undated, row.verdict) == (1, 400, 1, "not_enough")


def test_an_ineffective_remedy_reopens_the_cause_step(q: Quality) -> None:
    """NCR-08, D33: the next round starts at the causes, the verdict stays on record, the office is told."""
    issue = implemented(q, approved(q, planned(q, investigated(q, graded(q, q.issue())))))
    batch = shipped(q, "NEW", date(2026, 3, 10), 400)
    for number in range(8):
        coded(q, made(q, f"N{number}", batch))
    row = proving.check_effect(issue=issue, by=q.quentin)
    issue.refresh_from_db()
    assert (row.verdict, row.cycle, issue.state, issue.cycle) == ("ineffective", 1, "investigating", 2)
    assert (issue.result, issue.breakpoint_kind, issue.causes.filter(cycle=2).count()) == ("ineffective", "", 0)


@pytest.mark.parametrize(
    ("wish", "verb"), [("reopen", None), ("review", "issue.review_called"), ("report", "issue.company_told")]
)
def test_what_a_recurrence_does_is_the_companys_rule(q: Quality, wish: str, verb: str | None) -> None:
    """D33, NCR-08, NCR-09: back to the measure, to the review meeting, or to the company."""
    change_rules(recurrence=wish)
    issue = whole(q, q.issue())
    proving.reopen_issue(issue=issue, by=q.quentin, reason="客户再次投诉")
    verbs = set(Activity.objects.filter(subject_type="issues.issue").values_list("verb", flat=True))
    extra = verbs & {"issue.review_called", "issue.company_told"}
    assert (issue.state, issue.cycle, extra) == ("investigating", 2, {verb} if verb else set())


def test_eight_d_gates_and_rejection_take_dependents_along(q: Quality) -> None:
    """QIS-03, D23: evidence and gate; rejecting one reopens those that stand on it, in the next revision."""
    issue = q.issue()
    judging.assign_follower(issue=issue, by=q.quentin, owner=q.quentin)
    rows = {row.code: row for row in eight_d.open_eight_d(issue=issue, by=q.quentin)}
    refused("conflict", eight_d.open_eight_d, issue=issue, by=q.quentin)
    refused("uploads", eight_d.submit_discipline, row=rows["d2"], by=q.quentin, text="问题描述")
    for code in ("d1", "d4", "d5"):
        uploads = [] if code != "d4" else [_photo(q)]
        eight_d.submit_discipline(row=rows[code], by=q.quentin, text=code, uploads=uploads)
    refused("own", eight_d.judge_discipline, row=rows["d1"], by=q.quentin, accepted=True)
    assert "D2" in refused("gate", eight_d.judge_discipline, row=rows["d4"], by=q.qiu, accepted=True)
    refused("remark", eight_d.judge_discipline, row=rows["d4"], by=q.qiu, accepted=False)
    eight_d.judge_discipline(row=rows["d1"], by=q.qiu, accepted=True)
    issue.disciplines.update(due_at=timezone.now() - timedelta(days=1))
    eight_d.judge_discipline(row=rows["d4"], by=q.qiu, accepted=False, remark="证据不足")
    fresh = issue.disciplines.filter(due_at__gt=timezone.now())
    assert set(fresh.values_list("code", flat=True)) == {"d4", "d5"}
    states = {row.code: (row.state, row.revision) for row in issue.disciplines.all()}
    assert (states["d1"], states["d4"], states["d5"]) == (("accepted", 1), ("open", 2), ("open", 2))
    assert Deadline.objects.filter(subject_type="issues.discipline", subject_id=rows["d5"].pk).count() == 2
    assert eight_d.dependents(issue, "d2") == {"d3", "d4", "d5", "d6", "d7", "d8"}


def _photo(q: Quality) -> Any:
    from bihuan.core.files.services import store
    from tests.service.story import png

    return store(data=png(), name="证据.png", by=q.quentin)


def test_people_see_their_own_issues_and_outsiders_none(q: Quality) -> None:
    """GEN-13: reporter, team, owners of measures and asked departments see; others do not."""
    issue = q.issue()
    assert list(visible_to(q.paul)) == [issue]
    assert list(visible_to(q.cast.alice)) == []
    due = timezone.now() + timedelta(days=1)
    planning.ask_reply(issue=issue, by=q.quentin, department=q.cast.alice.department, due_at=due)
    assert list(visible_to(q.cast.alice)) == [issue]
    assert list(visible_to(q.cast.charlie)) == []


def test_a_policy_change_in_mid_flight_does_not_touch_a_running_issue(q: Quality) -> None:
    """D10, D27: an issue keeps the rules it started under; the next one has the new ones."""
    issue = q.issue()
    change_rules(publicity={"enabled": False})
    assert approved(q, planned(q, investigated(q, graded(q, issue)))).state == "published"
    later = approved(q, planned(q, investigated(q, graded(q, q.issue()))))
    assert (later.state, later.publications.count()) == ("implementing", 0)
    assert proven(q, implemented(q, later)).result == "effective"


def test_the_title_stays_inside_the_head_of_the_fish() -> None:
    """CAP-03: one line or two, each no wider than the head; what is longer is cut and the page has all of it."""
    assert [line for line, _height in fishbone.in_head("铰链间隙偏大", 100)] == ["铰链间隙偏大"]
    lines = fishbone.in_head("铰链压装后间隙偏大，二线连续三扇门都不合格", 100)
    assert [(line, height) for line, height in lines] == [("铰链压装后间隙偏大，", 97), ("二线连续三扇门都不…", 113)]
    assert all(size(line) <= fishbone.IN_HEAD for line, _height in lines)
