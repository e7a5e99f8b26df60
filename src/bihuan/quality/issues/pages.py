"""What the page of an issue shows."""

from typing import Any

from django.utils.translation import gettext as _

from bihuan.core.activity.queries import timeline
from bihuan.core.approvals.queries import for_subject as approvals_of
from bihuan.core.deadlines.models import Deadline
from bihuan.core.deadlines.services import milestones, of_subject
from bihuan.core.files.models import Attachment
from bihuan.core.files.queries import attachments_of
from bihuan.core.permissions.services import can
from bihuan.core.workflow.acting import Outcome, acts_context, steps_of
from bihuan.quality.issues import issue_panels
from bihuan.quality.issues import permissions as perm
from bihuan.quality.issues.actions import ACTS
from bihuan.quality.issues.alarms import alarms_of
from bihuan.quality.issues.fishbone import draw, ordered
from bihuan.quality.issues.flowchart import draw_flow
from bihuan.quality.issues.labels import words_of
from bihuan.quality.issues.models import ActionState, Issue, IssueState
from bihuan.quality.issues.papers import wanted
from bihuan.quality.issues.queries import linked_cases
from bihuan.quality.issues.services.proving import breakpoint_text, needed_exposure
from bihuan.quality.issues.turns import next_step, parts_of
from bihuan.quality.monitor.permissions import QUALITY_VIEW
from bihuan.registry.people.models import Department

S = IssueState
STATIONS = (
    S.REGISTERED, S.INVESTIGATING, S.PLANNING, S.APPROVING, S.PUBLISHED, S.IMPLEMENTING, S.VERIFYING, S.CLOSED,
)  # fmt: skip

# The rows that files prove, with the role under which their files are kept.
PROVEN = {
    "causes": "cause.{row.pk}", "findings": "finding.{row.pk}", "returned": "part.{row.pk}",
    "measures": "measure.{row.pk}", "changes": "change.{row.pk}", "evaluations": "evaluation.{row.pk}",
    "disciplines": "8d.{row.code}",
}  # fmt: skip


def deadlines_of(issue: Issue) -> list[Deadline]:
    """The milestones of this round: open ones first, by their due time."""
    return milestones(of_subject(issue).filter(cycle=issue.cycle))


def opens_by_itself(issue: Issue, user: Any, measures: list[Any]) -> bool:
    """Whether the next step's form stands open: who plans reports no measure of others before they are carried out."""
    if issue.state not in {S.PLANNING, S.APPROVING, S.PUBLISHED} or not can(user, perm.ISSUE_PLAN, issue):
        return True
    return any(row.owner_id == user.pk and row.state == ActionState.OPEN for row in measures)


def issue_context(issue: Issue, user: Any, wish: str = "", outcome: Outcome | None = None) -> dict[str, Any]:
    """Everything that the page shows; the number of queries does not depend on how much there is."""
    parts = parts_of(issue)
    loose = with_files(parts, attachments_of(issue))
    cases, all_cases = linked_cases(issue, user)
    return {
        "issue": issue, "row": issue, "act_address": "issues:act", "who": f"{_('Follower')}：{issue.owner or '—'}",
        **acts_context(
            ACTS, issue, user, wish or next_step(issue, parts), outcome,
            opens=opens_by_itself(issue, user, parts["measures"]),
        ),
        "steps": steps_of(issue.state, STATIONS),
        "words": words_of(issue), **parts, "findings": said_once(parts),
        "tree": ordered(parts["causes"]), "fish": draw(issue.title, parts["causes"]) if parts["causes"] else None,
        "chart": draw_flow(parts["flow"]) if parts["flow"] else None, "told": told_by_alarms(parts["signals"], issue),
        "deadlines": deadlines_of(issue), "timeline": timeline(issue), "approvals": approvals_of(issue),
        "attachments": loose, "cases": cases, "all_cases": all_cases,
        "may_see_alarms": can(user, QUALITY_VIEW),
        "papers": wanted(issue), "may_issue": can(user, "documents.issue", issue),
        "breakpoint": breakpoint_text(issue),
        "needed": issue.needed_exposure or needed_exposure(issue.policy.issues.proof),
        "needed_days": issue.policy.issues.proof.min_days, "company": issue.policy.company,
        "parts": issue_panels.rendered(user, issue),
    }  # fmt: skip


def with_files(parts: dict[str, Any], files: list[Attachment]) -> list[Attachment]:
    """Give each row of an issue the files that prove it, by their role; returns those that belong to no row shown."""
    by_role: dict[str, list[Attachment]] = {}
    for file in files:
        by_role.setdefault(file.role, []).append(file)
    for name, role in PROVEN.items():
        for row in parts[name]:
            row.files = by_role.pop(role.format(row=row), [])
    return [file for file in files if file.role in by_role]


def said_once(parts: dict[str, Any]) -> list[Any]:
    """The findings without those that stand on the page as the result of a returned part already."""
    told = {(str(row)[:120], row.result) for row in parts["returned"]}
    return [row for row in parts["findings"] if (row.place, row.text) not in told]


def told_by_alarms(signals: list[Any], issue: Issue) -> list[tuple[Any, Any]]:
    """What the monitor said, each with the alarm as it stands now."""
    alarms = alarms_of(issue) if signals else {}
    return [(row, alarms.get(row.alarm_id)) for row in signals]


def board_context(user: Any, rows: list[Any]) -> dict[str, Any]:
    """Notices with what the reader's department has done about each."""
    mine: Department | None = user.department
    told = []
    for row in rows:
        receipts = list(row.receipts.all())
        own = next((item for item in receipts if mine and item.department_id == mine.pk), None)
        read = sum(item.read_at is not None for item in receipts)
        told.append({"row": row, "own": own, "read": read, "all": len(receipts)})
    return {"notices": told}
