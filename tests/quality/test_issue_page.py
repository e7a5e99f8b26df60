"""What the page of an issue shows where."""

from datetime import date

import pytest
from django.utils import timezone

from bihuan.core.files.queries import attachments_of
from bihuan.core.files.services import store
from bihuan.quality.issues.pages import issue_context
from bihuan.quality.issues.services import eight_d, investigating, judging, publishing
from bihuan.quality.issues.services.evidence import add_evidence
from bihuan.quality.issues.services.proving import needed_exposure
from bihuan.registry.people.models import User
from tests.quality.story import (
    Quality,
    approved,
    coded,
    graded,
    implemented,
    investigated,
    made,
    planned,
    read_by_all,
    shipped,
)
from tests.service.story import png

pytestmark = pytest.mark.django_db


def test_evidence_stands_beside_what_it_proves(q: Quality) -> None:
    """CAP-06, CAP-02, QIS-03: a file of a measure, a part or a discipline is shown there; the rest with the facts."""
    issue = graded(q, q.issue(mechanism=q.mechanism))
    part = investigating.receive_part(issue=issue, by=q.quentin, name="主轴", received_at=timezone.now())
    photo = [store(data=png(), name="解剖.png", by=q.quentin)]
    investigating.analyse_part(part=part, by=q.quentin, is_confirmed=True, result="滚道剥落", uploads=photo)
    rows = {row.code: row for row in eight_d.open_eight_d(issue=issue, by=q.quentin)}
    note = [store(data="一".encode(), name="D2.txt", by=q.quentin)]
    eight_d.submit_discipline(row=rows["d2"], by=q.quentin, text="问题描述", uploads=note)
    add_evidence(issue=issue, by=q.quentin, files=[store(data="二".encode(), name="现场.txt", by=q.quentin)])
    issue = implemented(q, approved(q, planned(q, investigated(q, issue))))
    found = issue_context(issue, q.quentin)
    assert [file.caption for file in found["returned"][0].files] == ["解剖.png"]
    assert {row.code: [file.caption for file in row.files] for row in found["disciplines"] if row.files} == {
        "d2": ["D2.txt"]
    }
    assert all([file.caption for file in row.files] == ["证据.png"] for row in found["measures"])
    assert [file.caption for file in found["attachments"]] == ["现场.txt"]
    assert len(attachments_of(issue)) == 3 + len(found["measures"])


def test_a_test_of_a_part_is_told_once(q: Quality) -> None:
    """SLA-04: its result is a finding of the investigation, and stands on the page beside the part alone."""
    issue = graded(q, q.issue(mechanism=q.mechanism))
    part = investigating.receive_part(issue=issue, by=q.quentin, name="主轴", received_at=timezone.now())
    investigating.analyse_part(part=part, by=q.quentin, is_confirmed=False, result="未发现异常")
    investigating.add_finding(issue=issue, by=q.quentin, kind="survey", text="现场温度正常")
    assert [row.text for row in issue_context(issue, q.quentin)["findings"]] == ["现场温度正常"]
    assert issue.findings.count() == 2


def test_who_judges_the_effect_sees_the_counts_before(q: Quality) -> None:
    """CAP-08: the numbers of now stand in the form of the judgement, with what the proof needs."""
    issue = implemented(q, approved(q, planned(q, investigated(q, graded(q, q.issue(mechanism=q.mechanism))))))
    batch = shipped(q, "N", date(2026, 3, 10), 500)
    coded(q, made(q, "N1", batch))
    form = issue_context(issue, q.quentin, "check")["form"]
    needed = needed_exposure(issue.policy.issues.proof)
    assert form.fields["remark"].help_text.startswith("目前：整改后生产 500 台，其中 1 台再次故障")
    assert f"验证需要 {needed} 台" in form.fields["remark"].help_text


def test_the_form_of_what_is_missing_stands_open(q: Quality) -> None:
    """NCR-15, TRI-09, CAP-01, CAP-06: follower, grade, team; then the measures; then the breakpoint, for whoever may."""
    issue = q.issue(mechanism=q.mechanism)

    def opened(by: User) -> str:
        issue.refresh_from_db()
        issue.__dict__.pop("_parts", None)
        issue.__dict__.pop("_turns", None)
        act = issue_context(issue, by)["opened"]
        return act.name if act else ""

    assert opened(q.quentin) == "assign"
    judging.assign_follower(issue=issue, by=q.quentin, owner=q.quentin)
    assert opened(q.quentin) == "grade"
    judging.grade_issue(issue=issue, by=q.quentin, values={"criteria": ["function"], "dispersion": 2})
    assert opened(q.quentin) == "team"
    assert opened(q.paul) != "team"
    investigating.name_team(issue=issue, by=q.quentin, leader=q.qiu, members=[q.paul])
    investigating.start_investigation(issue=issue, by=q.quentin)
    assert opened(q.quentin) == "cause"
    investigated(q, issue)
    assert opened(q.quentin) == "contain"
    approved(q, planned(q, issue))
    read_by_all(issue)
    publishing.start_implementation(issue=issue, by=q.quentin)
    assert opened(q.paul) == "end_measure"
    issue.measures.update(state="done")
    assert opened(q.quentin) == "breakpoint"
