"""The moves of an issue. Everything else about states is derived from this table."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.workflow.table import Move, MoveRefused, Workflow
from bihuan.quality.issues import permissions as perm
from bihuan.quality.issues.models import (
    ActionKind,
    ActionState,
    CauseKind,
    CauseState,
    FindingKind,
    Issue,
    IssueState,
    Objection,
    Responsibility,
    Result,
    Ruling,
)

S = IssueState
OPEN = frozenset({S.REGISTERED, S.INVESTIGATING, S.PLANNING, S.APPROVING, S.PUBLISHED, S.IMPLEMENTING, S.VERIFYING})
HEARD = frozenset({S.PUBLISHED, S.IMPLEMENTING})


def has_follower(issue: Issue, by: Any, data: Mapping[str, Any]) -> None:
    """Quality assigns a dedicated follower before anything else (NCR-15)."""
    if not issue.owner_id:
        raise MoveRefused(_("Assign a follower first."))


def has_grade(issue: Issue, by: Any, data: Mapping[str, Any]) -> None:
    """The grade decides deadlines, chain and forms, so it comes first (TRI-09)."""
    if not issue.grade:
        raise MoveRefused(_("Grade the issue first."))


def has_team(issue: Issue, by: Any, data: Mapping[str, Any]) -> None:
    """An investigation has a team with a leader (CAP-01)."""
    if not issue.team.filter(is_leader=True).exists():
        raise MoveRefused(_("Name the team and its leader first."))


def causes_decided(issue: Issue, by: Any, data: Mapping[str, Any]) -> None:
    """Every suspected cause is confirmed or rejected; from the set grade on, escape and system causes too (CAP-19)."""
    causes = list(issue.causes.filter(cycle=issue.cycle))
    if any(cause.state == CauseState.OPEN for cause in causes):
        raise MoveRefused(_("Confirm or reject every suspected cause first."))
    confirmed = {cause.kind for cause in causes if cause.state == CauseState.CONFIRMED}
    wanted = {CauseKind.OCCURRENCE}
    if (issue.grade or 0) >= issue.policy.issues.full_cause_from:
        wanted = {CauseKind.OCCURRENCE, CauseKind.ESCAPE, CauseKind.SYSTEM}
    missing = [str(kind.label) for kind in CauseKind if kind in wanted and kind not in confirmed]
    if missing:
        raise MoveRefused(_("No confirmed cause yet: %(kinds)s") % {"kinds": "、".join(missing)})


def objection_answered(issue: Issue, by: Any, data: Mapping[str, Any]) -> None:
    """What an objection set off is an investigation: it brings a finding or judges a cause (NCR-06)."""
    heard = Objection.objects.filter(publication__issue=issue).exclude(ruling=Ruling.DISMISSED).order_by("-pk").first()
    if heard is None:
        return
    since = heard.ruled_at or heard.at
    if not (issue.findings.filter(at__gt=since).exists() or issue.causes.filter(decided_at__gt=since).exists()):
        raise MoveRefused(_("There was an objection: write down first what the new investigation found."))


def experts_heard(issue: Issue, by: Any, data: Mapping[str, Any]) -> None:
    """Severe and major problems need an expert review (CAP-16)."""
    if (issue.grade or 0) < issue.policy.issues.expert_review_from:
        return
    if not issue.findings.filter(cycle=issue.cycle, kind=FindingKind.EXPERT).exists():
        raise MoveRefused(_("This grade needs an expert review."))


def has_attribution(issue: Issue, by: Any, data: Mapping[str, Any]) -> None:
    """Cause, responsible unit and person are named before approval (NCR-21, QIS-09)."""
    if not (issue.department_id and issue.responsible_id and issue.cause_category_id):
        raise MoveRefused(_("Name the cause category, the responsible unit and the responsible person first."))
    if issue.responsibility == Responsibility.OPEN:
        raise MoveRefused(_("The general manager's office has not decided the responsibility yet."))


def has_plan(issue: Issue, by: Any, data: Mapping[str, Any]) -> None:
    """A plan has a corrective and a preventive measure; a grave one has contained the goods first (CAP-06)."""
    kinds = set(current_measures(issue).values_list("kind", flat=True))
    wanted = {ActionKind.CORRECTIVE, ActionKind.PREVENTIVE}
    if missing := [str(kind.label) for kind in ActionKind if kind in wanted - kinds]:
        raise MoveRefused(_("The plan still lacks: %(kinds)s") % {"kinds": "、".join(missing)})
    grave = (issue.grade or 0) >= issue.policy.issues.containment_from
    if grave and not issue.containments.filter(cycle=issue.cycle).exists():
        raise MoveRefused(_("This grade needs containment: say what was found, sorted and bad at each place."))


def current_measures(issue: Issue) -> Any:
    """The measures of this round that were not dropped."""
    return issue.measures.filter(issue_cycle=issue.cycle).exclude(state=ActionState.DROPPED)


def window_closed(issue: Issue, by: Any, data: Mapping[str, Any]) -> None:
    """Measures begin when every department has read the notice, or the window is over (NCR-05, NCR-06).

    Who has read may still object until the window is over, also to measures that have begun.
    """
    objection_ruled(issue, by, data)
    notice = issue.publications.order_by("-round").first()
    if notice is None or hasattr(notice, "objection") or not notice.is_open:
        return
    if notice.receipts.filter(read_at__isnull=True).exists():
        raise MoveRefused(_("The objection window is open and not every department has read the notice."))


def objection_ruled(issue: Issue, by: Any, data: Mapping[str, Any]) -> None:
    """Nothing goes on while an objection to the last notice waits for the chief engineer (NCR-06)."""
    notice = issue.publications.order_by("-round").select_related("objection").first()
    objection = getattr(notice, "objection", None)
    if objection is not None and objection.ruling == Ruling.NONE:
        raise MoveRefused(_("An objection waits for the final ruling."))


def measures_done(issue: Issue, by: Any, data: Mapping[str, Any]) -> None:
    """Nothing is proven or closed while a measure or a change is open; further improvements go on (CAP-10)."""
    open_ones = current_measures(issue).filter(state=ActionState.OPEN).exclude(kind=ActionKind.IMPROVEMENT)
    if open_ones.exists():
        raise MoveRefused(_("There are open measures."))
    if issue.changes.filter(executed_on__isnull=True).exists():
        raise MoveRefused(_("A technical change is not executed yet."))


def has_break_point(issue: Issue, by: Any, data: Mapping[str, Any]) -> None:
    """Without a breakpoint nobody can say which products carry the remedy (CAP-08)."""
    if not issue.breakpoint_kind:
        raise MoveRefused(_("Choose the breakpoint first."))


def effect_proven(issue: Issue, by: Any, data: Mapping[str, Any]) -> None:
    """Closing needs a proven effect; an undecided one closes only where the policy allows it (CAP-08, NCR-07)."""
    check = issue.checks.filter(cycle=issue.cycle).first()
    if check is None:
        raise MoveRefused(_("Judge the effect first."))
    undecided = check.verdict == Result.NOT_ENOUGH and issue.policy.issues.proof.close_undecided
    if check.verdict != Result.EFFECTIVE and not undecided:
        raise MoveRefused(_("The effect is not proven: %(verdict)s") % {"verdict": check.get_verdict_display()})


def effect_evaluated(issue: Issue, by: Any, data: Mapping[str, Any]) -> None:
    """From the set grade on customers, a sample or an audit speak for the effect, and the last one is good (CAP-09)."""
    last = issue.evaluations.filter(cycle=issue.cycle).first()
    if last is None and (issue.grade or 0) >= issue.policy.issues.proof.evaluation_from:
        raise MoveRefused(_("Evaluate the effect by customer feedback, sampling or audit first."))
    if last is not None and not last.is_good:
        raise MoveRefused(_("The last evaluation speaks against the effect."))


def practice_adopted(issue: Issue, by: Any, data: Mapping[str, Any]) -> None:
    """What prevents the problem is part of the quality management system before a grave issue closes (CAP-11)."""
    if (issue.grade or 0) < issue.policy.issues.adopt_from:
        return
    rows = issue.measures.filter(issue_cycle=issue.cycle, kind=ActionKind.PREVENTIVE, state=ActionState.DONE)
    if rows.filter(adopted_at__isnull=True).exists():
        raise MoveRefused(_("A preventive measure is not yet taken into the management system."))


def papers_accepted(issue: Issue, by: Any, data: Mapping[str, Any]) -> None:
    """An 8D that was begun is finished before its issue (D23); D8 itself closes with it."""
    waiting = issue.disciplines.exclude(state="accepted")
    if waiting.exists():
        names = "、".join(waiting.values_list("code", flat=True)).upper()
        raise MoveRefused(_("The 8D is not finished: %(names)s") % {"names": names})


def work_released(issue: Issue, by: Any, data: Mapping[str, Any]) -> None:
    """Stopped work was released by somebody before the issue closes (NCR-16)."""
    if issue.is_stopped:
        raise MoveRefused(_("The stopped work has not been released yet."))


def move(name: str, label: Any, sources: Any, target: str | None, permission: str, verb: str, **more: Any) -> Move:
    """Build a move; sources may be one state or many."""
    states = frozenset({sources}) if isinstance(sources, str) else frozenset(sources)
    return Move(name, label, states, target, permission, f"issue.{verb}", **more)


WORKFLOW = Workflow(
    model="issues.issue",
    states=tuple(S.values),
    moves=(
        move("start", _("Start the investigation"), S.REGISTERED, S.INVESTIGATING, perm.ISSUE_INVESTIGATE,
             "investigation_started", guards=(has_follower, has_grade, has_team), tone="primary"),
        move("conclude", _("Conclude the investigation"), S.INVESTIGATING, S.PLANNING, perm.ISSUE_INVESTIGATE,
             "cause_concluded", guards=(objection_answered, causes_decided, experts_heard), tone="primary"),
        move("submit", _("Submit the plan"), S.PLANNING, S.APPROVING, perm.ISSUE_PLAN, "plan_submitted",
             guards=(has_attribution, has_plan), tone="primary"),
        move("return", _("Plan returned"), S.APPROVING, S.PLANNING, perm.ISSUE_PLAN, "plan_returned", person=False),
        move("publish", _("Plan approved"), S.APPROVING, None, perm.ISSUE_MANAGE, "plan_approved", person=False),
        move("object", _("First objection"), HEARD, S.INVESTIGATING, perm.ISSUE_VIEW, "objected", person=False),
        move("uphold", _("Objection upheld"), HEARD, S.INVESTIGATING, perm.ISSUE_RULE, "objection_upheld",
             person=False),
        move("implement", _("Carry out the measures"), S.PUBLISHED, S.IMPLEMENTING, perm.ISSUE_MANAGE,
             "implementation_started", guards=(window_closed,), tone="primary"),
        move("prove", _("Measures done, prove the effect"), S.IMPLEMENTING, S.VERIFYING, perm.ISSUE_MANAGE,
             "measures_done", guards=(objection_ruled, measures_done, has_break_point), tone="primary"),
        move("fail", _("Not effective"), S.VERIFYING, S.INVESTIGATING, perm.ISSUE_VERIFY, "ineffective",
             person=False),
        move("close", _("Close"), S.VERIFYING, S.CLOSED, perm.ISSUE_CLOSE, "closed",
             guards=(measures_done, effect_proven, effect_evaluated, practice_adopted, papers_accepted,
                                    work_released), tone="primary"),
        move("reopen", _("Reopen"), S.CLOSED, S.INVESTIGATING, perm.ISSUE_CLOSE, "reopened", needs_reason=True),
        move("cancel", _("No quality issue"), {S.REGISTERED, S.INVESTIGATING}, S.CANCELLED, perm.ISSUE_MANAGE,
             "cancelled", needs_reason=True, tone="danger", guards=(work_released,)),
        move("assign", _("Assign a follower"), OPEN, None, perm.ISSUE_MANAGE, "assigned"),
        move("grade", _("Grade"), OPEN, None, perm.ISSUE_MANAGE, "graded"),
        move("attribute", _("Name the responsible"), {S.REGISTERED, S.INVESTIGATING, S.PLANNING}, None,
             perm.ISSUE_INVESTIGATE, "attributed"),
        move("decide_responsibility", _("Decide the responsibility"), {S.REGISTERED, S.INVESTIGATING, S.PLANNING},
             None, perm.ISSUE_RESPONSIBILITY, "responsibility_decided"),
        move("set_breakpoint", _("Choose the breakpoint"), {S.IMPLEMENTING, S.VERIFYING}, None, perm.ISSUE_VERIFY,
             "breakpoint_set"),
        move("release", _("Release the work"), OPEN, None, perm.ISSUE_MANAGE, "work_released", needs_reason=True),
    ),
)  # fmt: skip
