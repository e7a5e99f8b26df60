"""What a person can do on the page of an issue: each act has its form, its right, its states and one service call."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.workflow.acting import Act, table
from bihuan.quality.issues import forms as f
from bihuan.quality.issues import permissions as perm
from bihuan.quality.issues.models import IssueState
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
from bihuan.quality.issues.turns import due
from bihuan.quality.issues.workflow import HEARD, OPEN

S = IssueState
Data = dict[str, Any]
SEEKING = frozenset({S.REGISTERED, S.INVESTIGATING})
BEFORE_APPROVAL = SEEKING | {S.PLANNING}
IMPROVING = frozenset(planning.IMPROVING)


def at(*values: str) -> frozenset[str]:
    """Some states."""
    return frozenset(values)


ACTS = table(
    Act("start", _("Start the investigation"), perm.ISSUE_INVESTIGATE, at(S.REGISTERED),
        lambda i, by, d, v: investigating.start_investigation(issue=i, by=by, expected_version=v), None, "primary"),
    Act("pass_on", _("Pass on to quality"), "", OPEN,
        lambda i, by, d, v: registration.pass_on(issue=i, by=by, **d), f.PassOnForm, "primary", ready=due("pass_on")),
    Act("grade", _("Grade"), perm.ISSUE_MANAGE, OPEN,
        lambda i, by, d, v: judging.grade_issue(issue=i, by=by, values=d, expected_version=v), f.GradeForm),
    Act("assign", _("Assign a follower"), perm.ISSUE_MANAGE, OPEN,
        lambda i, by, d, v: judging.assign_follower(issue=i, by=by, expected_version=v, **d), f.AssignForm),
    Act("team", _("Name the team"), perm.ISSUE_INVESTIGATE, SEEKING,
        lambda i, by, d, v: investigating.name_team(issue=i, by=by, **d), f.TeamForm),
    Act("fact", _("Describe the problem (5W1H)"), perm.ISSUE_INVESTIGATE, SEEKING,
        lambda i, by, d, v: investigating.add_fact(issue=i, by=by, **d), f.FactForm),
    Act("finding", _("Add a finding"), perm.ISSUE_INVESTIGATE, BEFORE_APPROVAL | {S.VERIFYING},
        lambda i, by, d, v: investigating.add_finding(issue=i, by=by, **d), f.FindingForm, has_files=True),
    Act("flow", _("Draw a step of the process"), perm.ISSUE_INVESTIGATE, SEEKING,
        lambda i, by, d, v: investigating.draw_step(issue=i, by=by, **d), f.FlowForm),
    Act("part", _("Receive a returned part"), perm.ISSUE_INVESTIGATE, OPEN,
        lambda i, by, d, v: investigating.receive_part(issue=i, by=by, **d), f.PartForm),
    Act("analyse", _("Analyse a returned part"), perm.ISSUE_INVESTIGATE, OPEN,
        lambda i, by, d, v: investigating.analyse_part(by=by, **d), f.AnalyseForm, "primary", True,
        ready=due("analyse")),
    Act("preliminary", _("Report preliminarily"), perm.ISSUE_INVESTIGATE, SEEKING,
        lambda i, by, d, v: investigating.report_preliminarily(issue=i, by=by, text=d["reason"]), f.ReasonForm),
    Act("cause", _("Suspect a cause"), perm.ISSUE_INVESTIGATE, at(S.INVESTIGATING),
        lambda i, by, d, v: investigating.suspect_cause(issue=i, by=by, **d), f.CauseForm, "primary"),
    Act("decide", _("Judge a cause"), perm.ISSUE_INVESTIGATE, at(S.INVESTIGATING),
        lambda i, by, d, v: investigating.decide_cause(by=by, **d), f.DecideCauseForm, "primary", True,
        ready=due("decide")),
    Act("conclude", _("Conclude the investigation"), perm.ISSUE_INVESTIGATE, at(S.INVESTIGATING),
        lambda i, by, d, v: investigating.conclude_investigation(issue=i, by=by, expected_version=v), None,
        "primary"),
    Act("attribute", _("Name the responsible"), perm.ISSUE_INVESTIGATE, BEFORE_APPROVAL,
        lambda i, by, d, v: judging.attribute(issue=i, by=by, values=d, expected_version=v), f.AttributeForm),
    Act("responsibility", _("Decide the responsibility"), perm.ISSUE_RESPONSIBILITY, BEFORE_APPROVAL,
        lambda i, by, d, v: judging.decide_responsibility(issue=i, by=by, expected_version=v, **d),
        f.ResponsibilityForm, "primary", ready=due("responsibility")),
    Act("contain", _("Contain suspect goods"), perm.ISSUE_PLAN, OPEN,
        lambda i, by, d, v: planning.contain(issue=i, by=by, **d), f.ContainForm),
    Act("measure", _("Set a measure"), perm.ISSUE_PLAN, BEFORE_APPROVAL | IMPROVING,
        lambda i, by, d, v: planning.set_measure(issue=i, by=by, **d), f.MeasureForm),
    Act("submit", _("Submit the plan"), perm.ISSUE_PLAN, at(S.PLANNING),
        lambda i, by, d, v: planning.submit_plan(issue=i, by=by, expected_version=v), None, "primary"),
    Act("progress", _("Report the progress of a measure"), "", OPEN | IMPROVING,
        lambda i, by, d, v: planning.report_progress(by=by, **d), f.ProgressForm, ready=due("progress")),
    Act("end_measure", _("Report a measure"), "", OPEN | IMPROVING,
        lambda i, by, d, v: planning.end_measure(by=by, **d), f.EndMeasureForm, "primary", True,
        ready=due("end_measure")),
    Act("adopt", _("Take a measure into the management system"), perm.ISSUE_VERIFY, IMPROVING,
        lambda i, by, d, v: planning.adopt_measure(by=by, **d), f.AdoptForm, ready=due("adopt")),
    Act("change", _("Issue a technical change"), perm.ISSUE_PLAN, at(S.PLANNING, S.PUBLISHED, S.IMPLEMENTING),
        lambda i, by, d, v: planning.issue_change(issue=i, by=by, **d), f.ChangeForm, has_files=True),
    Act("receive", _("Confirm the receipt of a change"), "", OPEN,
        lambda i, by, d, v: planning.receive_change(by=by, **d), f.PickChangeForm, "primary", ready=due("receive")),
    Act("execute", _("Report a change as executed"), "", OPEN,
        lambda i, by, d, v: planning.execute_change(by=by, **d), f.ExecuteForm, "primary", ready=due("execute")),
    Act("ask_reply", _("Ask a department to reply"), perm.ISSUE_MANAGE, OPEN,
        lambda i, by, d, v: planning.ask_reply(issue=i, by=by, **d), f.RequestReplyForm),
    Act("reply", _("Reply for my department"), "", OPEN,
        lambda i, by, d, v: planning.give_reply(reply=d.pop("reply"), by=by, values=d), f.ReplyForm, "primary",
        ready=due("reply")),
    Act("confirm_reply", _("Confirm a reply"), perm.ISSUE_MANAGE, OPEN,
        lambda i, by, d, v: planning.confirm_reply(by=by, **d), f.PickReplyForm, "primary", ready=due("confirm_reply")),
    Act("implement", _("Carry out the measures"), perm.ISSUE_MANAGE, at(S.PUBLISHED),
        lambda i, by, d, v: publishing.start_implementation(issue=i, by=by, expected_version=v), None, "primary"),
    Act("rule", _("Give the final ruling"), perm.ISSUE_RULE, HEARD,
        lambda i, by, d, v: publishing.rule(issue=i, by=by, **d), f.RulingForm, "primary", ready=due("rule")),
    Act("breakpoint", _("Choose the breakpoint"), perm.ISSUE_VERIFY, at(S.IMPLEMENTING, S.VERIFYING),
        lambda i, by, d, v: proving.choose_break_point(issue=i, by=by, values=d, expected_version=v),
        f.BreakpointForm),
    Act("prove", _("Measures done, prove the effect"), perm.ISSUE_MANAGE, at(S.IMPLEMENTING),
        lambda i, by, d, v: proving.finish_measures(issue=i, by=by, expected_version=v), None, "primary"),
    Act("evaluate", _("Evaluate by customers, sample or audit"), perm.ISSUE_VERIFY, at(S.VERIFYING),
        lambda i, by, d, v: proving.evaluate(issue=i, by=by, **d), f.EvaluateForm, has_files=True),
    Act("check", _("Judge the effect"), perm.ISSUE_VERIFY, at(S.VERIFYING),
        lambda i, by, d, v: proving.check_effect(issue=i, by=by, **d), f.CheckForm, "primary"),
    Act("close", _("Close"), perm.ISSUE_CLOSE, at(S.VERIFYING),
        lambda i, by, d, v: proving.close_issue(issue=i, by=by, expected_version=v), None, "primary"),
    Act("eight_d", _("Open the 8D"), perm.ISSUE_MANAGE, OPEN,
        lambda i, by, d, v: eight_d.open_eight_d(issue=i, by=by), ready=due("eight_d")),
    Act("discipline_owner", _("Assign a discipline"), perm.ISSUE_MANAGE, OPEN,
        lambda i, by, d, v: eight_d.assign_discipline(by=by, **d), f.DisciplineOwnerForm,
        ready=due("discipline_owner")),
    Act("discipline", _("Hand in a discipline"), "", OPEN,
        lambda i, by, d, v: eight_d.submit_discipline(by=by, **d), f.DisciplineForm, "normal", True,
        ready=due("discipline")),
    Act("judge", _("Judge a discipline"), perm.ISSUE_VERIFY, OPEN,
        lambda i, by, d, v: eight_d.judge_discipline(by=by, **d), f.JudgeDisciplineForm, ready=due("judge")),
    Act("communicate", _("Tell departments"), perm.ISSUE_INVESTIGATE, OPEN,
        lambda i, by, d, v: overseeing.communicate(issue=i, by=by, **d), f.CommunicateForm),
    Act("supervise", _("Supervise: finding, reward, penalty"), perm.ISSUE_SUPERVISE, OPEN | {S.CLOSED},
        lambda i, by, d, v: overseeing.supervise(issue=i, by=by, **d), f.SuperviseForm),
    Act("correct", _("Correct a finding"), "", OPEN | {S.CLOSED},
        lambda i, by, d, v: overseeing.correct_finding(by=by, **d), f.CorrectForm, "primary", ready=due("correct")),
    Act("release", _("Release the work"), perm.ISSUE_MANAGE, OPEN,
        lambda i, by, d, v: judging.release_work(issue=i, by=by, expected_version=v, **d), f.ReasonForm,
        ready=due("release")),
    Act("reopen", _("Reopen"), perm.ISSUE_CLOSE, at(S.CLOSED),
        lambda i, by, d, v: proving.reopen_issue(issue=i, by=by, expected_version=v, **d), f.ReasonForm),
    Act("cancel", _("No quality issue"), perm.ISSUE_MANAGE, SEEKING,
        lambda i, by, d, v: proving.cancel_issue(issue=i, by=by, expected_version=v, **d), f.ReasonForm, "danger"),
)  # fmt: skip
