"""What people should not do with an issue, and what the records may hold: each has its stated answer."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import ProtectedError
from django.utils import timezone, translation

from bihuan.core.approvals.models import Approval
from bihuan.core.approvals.services import vote
from bihuan.core.permissions.services import Refused
from bihuan.core.policy.services import read_file, save_version
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues.counting import effect_counts
from bihuan.quality.issues.models import Issue
from bihuan.quality.issues.services import eight_d, planning, proving
from bihuan.quality.monitor.judging import judge
from bihuan.quality.monitor.models import Alarm
from bihuan.registry.products.models import Batch, Shipment
from bihuan.service.desk.services import triage
from tests.quality import shop
from tests.quality.story import (
    Quality,
    adopted,
    approved,
    coded,
    graded,
    implemented,
    investigated,
    made,
    planned,
    shipped,
)

pytestmark = pytest.mark.django_db


def refused(call: Any, **values: Any) -> tuple[str, str]:
    """The answer in both languages; nothing else is raised, twice."""
    told = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            with pytest.raises((MoveRefused, Refused)) as error:
                call(**values)
            told.append(str(error.value.reason))
    return told[0], told[1]


def submitted(q: Quality) -> tuple[Issue, Approval]:
    issue = planned(q, investigated(q, graded(q, q.issue(mechanism=q.mechanism))))
    return issue, Approval.objects.get(subject_type="issues.issue", subject_id=issue.pk, state="open")


def verifying(q: Quality) -> Issue:
    issue, _approval = submitted(q)
    return implemented(q, approved(q, issue))


def test_approving_ones_own_plan(q: Quality) -> None:
    """CAP-05, D10: the drafter is recused, and so is the leader of the investigation."""
    issue, approval = submitted(q)
    for person in (q.quentin, q.qiu):
        chinese, english = refused(vote, approval=approval, by=person, approved=True)
        assert chinese == "起草人和调查组长不审批自己的方案。"
        assert english == "Drafter and leader of the investigation do not decide on their own plan."
    issue.refresh_from_db()
    approval.refresh_from_db()
    assert (issue.state, approval.state, approval.votes.count()) == ("approving", "open", 0)


def test_approving_twice_and_out_of_turn(q: Quality) -> None:
    """CAP-07, D10: the chief engineer waits for the countersignatures; a vote is given once."""
    _issue, approval = submitted(q)
    told = refused(vote, approval=approval, by=q.chen, approved=True)
    assert told[0] == "还没有轮到您：请先完成“有关部门会签”。"
    vote(approval=approval, by=q.cast.bob, approved=True)
    assert refused(vote, approval=approval, by=q.cast.bob, approved=True)[1] == "You have already decided this step."
    assert approval.votes.count() == 1


def test_closing_with_open_measures_or_before_the_proof(q: Quality) -> None:
    """CAP-08, NCR-07: each obstacle is named, in its own words."""
    issue = verifying(q)
    chinese, english = refused(proving.close_issue, issue=issue, by=q.quentin)
    assert (chinese, english) == ("请先判定效果。", "Judge the effect first.")
    measure = issue.measures.get(kind="corrective")
    issue.measures.filter(pk=measure.pk).update(state="open")
    assert refused(proving.close_issue, issue=issue, by=q.quentin)[1] == "There are open measures."
    issue.measures.filter(pk=measure.pk).update(state="done")
    planning_state = issue.state
    shipped(q, "FEW", date(2026, 3, 10), 20)
    proving.check_effect(issue=issue, by=q.quentin)
    issue.refresh_from_db()
    assert "尚不能判定" in refused(proving.close_issue, issue=issue, by=q.quentin)[0]
    issue.refresh_from_db()
    assert (issue.state, issue.result) == (planning_state, "not_enough")


def test_a_denominator_of_zero_proves_nothing_and_crosses_nothing(q: Quality) -> None:
    """QIS-01, CAP-08: failures without one shipped unit raise no alarm of a rate and prove no effect."""
    shop.coded(q.cast, q.mechanism.code, unit=None)
    assert (Alarm.objects.count(), Issue.objects.count()) == (0, 0)
    issue = verifying(q)
    check = proving.check_effect(issue=issue, by=q.quentin)
    assert (check.verdict, check.count, check.exposure, check.shares) == ("not_enough", 0, 0, ("0.00", "1000.00"))


def test_shipments_that_arrive_after_their_failures(q: Quality) -> None:
    """QIS-16, CAP-08: more failures than units is not enough; when the delivery notes come the verdict is right."""
    issue = verifying(q)
    batch = Batch.objects.create(model=q.cast.model, number="LATE", produced_on=date(2026, 3, 9), quantity=100)
    for number in range(3):
        coded(q, made(q, f"L{number}", batch))
    check = proving.check_effect(issue=issue, by=q.quentin)
    assert (check.verdict, check.count, check.exposure) == ("not_enough", 3, 0)
    row = Shipment.objects.create(
        number="FH-LATE", model=q.cast.model, batch=batch, shipped_on=date(2026, 3, 12), quantity=100
    )
    shop.record(subject=row, verb="shipment.created", by=None)
    check = proving.check_effect(issue=issue, by=q.quentin)
    assert (check.verdict, check.count, check.exposure) == ("ineffective", 3, 100)
    issue.refresh_from_db()
    assert (issue.state, issue.cycle) == ("investigating", 2)


def test_a_mechanism_that_is_coded_anew_leaves_the_proof(q: Quality) -> None:
    """TRI-12: what turns out to be another mechanism is no failure of this remedy; the count follows at once."""
    issue = verifying(q)
    batch = shipped(q, "N", date(2026, 3, 10), 2000)
    case = coded(q, made(q, "R1", batch))
    assert effect_counts(issue).count == 1
    triage.code_case(case=case, by=q.cast.erik, values={"mechanism": shop.mechanism("leak")})
    assert effect_counts(issue).count == 0


def test_a_mechanism_of_an_issue_cannot_be_deleted_and_one_is_needed(q: Quality) -> None:
    """TRI-12: codes are retired, never deleted; without a mechanism nothing can be counted, and that is told."""
    issue = verifying(q)
    with pytest.raises(ProtectedError):
        q.mechanism.delete()
    q.mechanism.is_active = False
    q.mechanism.save()
    shipped(q, "N", date(2026, 3, 10), 2000)
    assert proving.check_effect(issue=issue, by=q.quentin).verdict == "effective"
    Issue.objects.filter(pk=issue.pk).update(mechanism=None)
    issue.refresh_from_db()
    assert refused(proving.check_effect, issue=issue, by=q.quentin)[0] == "没有失效机理，无法统计。"


def test_a_policy_changed_in_mid_flight(q: Quality) -> None:
    """D10, D27, CAP-08: the running issue is proven against its own line; the next has the new one."""
    issue = verifying(q)
    data = read_file("general")
    data["issues"]["proof"] = {**data["issues"]["proof"], "numerator": 1, "denominator": 100_000}
    save_version(data=data, by=None)
    shipped(q, "N", date(2026, 3, 10), 2000)
    adopted(q, issue)
    assert proving.check_effect(issue=issue, by=q.quentin).verdict == "effective"
    assert proving.needed_exposure(q.issue(description="新问题").policy.issues.proof) > 100_000


def test_a_rule_that_is_taken_out_leaves_its_alarm_and_issue(q: Quality) -> None:
    """QIS-01: the alarm keeps the version it was raised under, with the name of its rule; the issue goes on."""
    shop.ship(q.cast, 50)
    shop.coded(q.cast, q.mechanism.code)
    alarm = Alarm.objects.get(rule="percent")
    shop.policy(rules=[rule for rule in read_file("general")["monitor"]["rules"] if rule["code"] != "percent"])
    judge([alarm.cell_id])
    alarm.refresh_from_db()
    assert (alarm.rule_name, alarm.state, alarm.is_below) == ("同种机理超过 1%", "joined", True)
    assert Issue.objects.get().state == "registered"


def test_a_discipline_without_evidence_or_before_its_turn(q: Quality) -> None:
    """QIS-03, D23: evidence where the rules want it; the gate opens in turn; nobody judges his own."""
    issue = graded(q, q.issue())
    rows = {row.code: row for row in eight_d.open_eight_d(issue=issue, by=q.quentin)}
    assert refused(eight_d.submit_discipline, row=rows["d2"], by=q.quentin, text="问题描述")[0] == "该步骤需要证据。"
    eight_d.submit_discipline(row=rows["d1"], by=q.quentin, text="小组")
    assert refused(eight_d.judge_discipline, row=rows["d1"], by=q.quentin, accepted=True)[0]
    eight_d.assign_discipline(row=rows["d1"], by=q.quentin, owner=q.qiu)
    told = refused(eight_d.judge_discipline, row=rows["d1"], by=q.quentin, accepted=True)
    assert told[1] == "Nobody judges his own discipline."
    eight_d.submit_discipline(row=rows["d5"], by=q.quentin, text="措施")
    assert "D4" in refused(eight_d.judge_discipline, row=rows["d5"], by=q.qiu, accepted=True)[1]


def test_measures_of_the_past_and_foreign_causes(q: Quality) -> None:
    """CAP-06: a due date lies ahead, and a measure stands against a confirmed cause of its own issue."""
    issue = graded(q, q.issue())
    values: dict[str, Any] = {
        "issue": issue, "by": q.quentin, "kind": "corrective", "text": "x", "goal": "y", "owner": q.paul,
    }  # fmt: skip
    past = timezone.now() - timedelta(minutes=1)
    assert refused(planning.set_measure, **values, due_at=past)[1] == "The due date lies in the past."
    other = graded(q, q.issue(description="另一处", model=None))
    cause = other.causes.create(bone="machine", kind="occurrence", text="别处", state="confirmed")
    told = refused(planning.set_measure, **values, due_at=timezone.now() + timedelta(days=1), cause=cause)
    assert told[1] == "Measures stand against confirmed causes."
    assert issue.measures.count() == 0
