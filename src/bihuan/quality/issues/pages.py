"""What the page of an issue shows."""

from typing import Any

from bihuan.core.activity.queries import timeline
from bihuan.core.approvals.queries import for_subject as approvals_of
from bihuan.core.deadlines.models import Deadline
from bihuan.core.deadlines.services import milestones, of_subject
from bihuan.core.files.queries import attachments_of
from bihuan.core.permissions.services import can
from bihuan.core.workflow.acting import steps_of
from bihuan.quality.issues import issue_panels
from bihuan.quality.issues import permissions as perm
from bihuan.quality.issues.actions import ACTS, Act, available
from bihuan.quality.issues.alarms import alarms_of
from bihuan.quality.issues.fishbone import draw, ordered
from bihuan.quality.issues.flowchart import draw_flow
from bihuan.quality.issues.labels import words_of
from bihuan.quality.issues.models import ActionState, CauseState, Containment, Issue, IssueState, Location, Source
from bihuan.quality.issues.papers import wanted
from bihuan.quality.issues.queries import linked_cases
from bihuan.quality.issues.services.proving import breakpoint_text, needed_exposure
from bihuan.quality.issues.services.registration import superiors_of
from bihuan.quality.monitor.permissions import QUALITY_VIEW
from bihuan.registry.people.models import Department

S = IssueState
STATIONS = (
    S.REGISTERED, S.INVESTIGATING, S.PLANNING, S.APPROVING, S.PUBLISHED, S.IMPLEMENTING, S.VERIFYING, S.CLOSED,
)  # fmt: skip


def deadlines_of(issue: Issue) -> list[Deadline]:
    """The milestones of this round: open ones first, by their due time."""
    return milestones(of_subject(issue).filter(cycle=issue.cycle))


def parts_of(issue: Issue) -> dict[str, Any]:
    """Everything that belongs to the issue, one query for each kind, however much there is."""
    causes = list(issue.causes.filter(cycle=issue.cycle).select_related("decided_by"))
    notices = issue.publications.select_related("objection__by", "objection__department", "objection__ruled_by")
    return {
        "causes": causes,
        "team": list(issue.team.select_related("user__department")),
        "facts": list(issue.facts.all()),
        "findings": list(issue.findings.select_related("found_by")),
        "measures": list(issue.measures.filter(issue_cycle=issue.cycle).select_related("owner", "cause")),
        "containments": contained(issue),
        "changes": list(issue.changes.select_related("department", "received_by", "executed_by")),
        "replies": list(issue.replies.select_related("department", "replied_by", "confirmed_by")),
        "notices": list(notices.prefetch_related("receipts__department")),
        "disciplines": list(issue.disciplines.select_related("owner")),
        "checks": list(issue.checks.select_related("by")),
        "signals": list(issue.signals.all()),
        "flow": list(issue.flow.all()),
        "returned": list(issue.parts.select_related("received_by", "analysed_by")),
        "evaluations": list(issue.evaluations.filter(cycle=issue.cycle).select_related("by")),
        "supervisions": list(issue.supervisions.select_related("department", "person", "corrected_by")),
        "communications": list(issue.communications.select_related("by").prefetch_related("departments")),
    }


def _is_superior(issue: Issue, user: Any) -> bool:
    """Whether the report waits for this person; asked without a query where it cannot be."""
    if issue.source != Source.EMPLOYEE or issue.state != S.REGISTERED:
        return False
    return user.pk in {row.pk for row in superiors_of(issue)}


def contained(issue: Issue) -> list[Containment]:
    """Containment in the order in which goods travel."""
    order = list(Location.values)
    rows = issue.containments.filter(cycle=issue.cycle).select_related("by")
    return sorted(rows, key=lambda row: order.index(row.location))


def turns(issue: Issue, user: Any, parts: dict[str, Any]) -> dict[str, bool]:
    """For which acts there is anything to do, and for whom: read from what the page has already loaded."""
    mine = user.department_id
    open_rows = [row for row in parts["disciplines"] if row.state == "open"]
    objections = [getattr(row, "objection", None) for row in parts["notices"]]
    runs = can(user, perm.ISSUE_EXECUTE, issue)
    return {
        "decide": any(row.state == CauseState.OPEN for row in parts["causes"]),
        "analyse": any(row.analysed_at is None for row in parts["returned"]),
        "adopt": any(row.state == ActionState.DONE and row.adopted_at is None for row in parts["measures"]),
        "progress": any(
            row.state == ActionState.OPEN and (runs or row.owner_id == user.pk) for row in parts["measures"]
        ),
        "correct": any(row.state == "noted" and row.department_id == mine for row in parts["supervisions"]),
        "pass_on": issue.passed_on_at is None and _is_superior(issue, user),
        "end_measure": any(
            row.state == ActionState.OPEN and (runs or row.owner_id == user.pk) for row in parts["measures"]
        ),
        "receive": any(row.received_at is None and row.department_id == mine for row in parts["changes"]),
        "execute": any(row.state == "received" and row.department_id == mine for row in parts["changes"]),
        "reply": any(row.replied_at is None and row.department_id == mine for row in parts["replies"]),
        "confirm_reply": any(row.state == "replied" and row.replied_by_id != user.pk for row in parts["replies"]),
        "rule": any(row is not None and row.round > 1 and not row.ruling for row in objections),
        "responsibility": issue.responsibility == "open",
        "eight_d": not parts["disciplines"] and bool(issue.policy.issues.eight_d),
        "discipline_owner": bool(parts["disciplines"]),
        "discipline": any(row.owner_id == user.pk or can(user, perm.ISSUE_INVESTIGATE, issue) for row in open_rows),
        "judge": any(row.state != "open" and row.owner_id != user.pk for row in parts["disciplines"]),
        "release": issue.is_stopped,
    }


def chosen(acts: list[Act], wish: str) -> Act | None:
    """The one form that stands open: the wished one, else the next step that has a form."""
    forms = [act for act in acts if act.form]
    named = next((act for act in forms if act.name == wish), None)
    return named or next((act for act in forms if act.tone == "primary"), None)


def issue_context(issue: Issue, user: Any, wish: str = "", bound: Any = None) -> dict[str, Any]:
    """Everything that the page shows; the number of queries does not depend on how much there is."""
    parts = parts_of(issue)
    cases, all_cases = linked_cases(issue, user)
    acts = available(issue, user, turns(issue, user, parts))
    opened = ACTS.get(wish) if bound is not None else chosen(acts, wish)
    form = bound if bound is not None else opened.form(issue=issue) if opened and opened.form else None
    return {
        "issue": issue, "steps": steps_of(issue.state, STATIONS), "words": words_of(issue), **parts,
        "tree": ordered(parts["causes"]), "fish": draw(issue.title, parts["causes"]) if parts["causes"] else None,
        "chart": draw_flow(parts["flow"]) if parts["flow"] else None, "told": told_by_alarms(parts["signals"], issue),
        "opened": opened, "form": form,
        "bar": [act for act in acts if act.tone == "primary"],
        "more": [act for act in acts if act.tone != "primary"],
        "deadlines": deadlines_of(issue), "timeline": timeline(issue), "approvals": approvals_of(issue),
        "attachments": attachments_of(issue), "cases": cases, "all_cases": all_cases,
        "may_see_alarms": can(user, QUALITY_VIEW),
        "papers": wanted(issue), "may_issue": can(user, "documents.issue", issue),
        "breakpoint": breakpoint_text(issue),
        "needed": issue.needed_exposure or needed_exposure(issue.policy.issues.proof),
        "needed_days": issue.policy.issues.proof.min_days, "company": issue.policy.company,
        "parts": issue_panels.rendered(user, issue),
    }  # fmt: skip


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
