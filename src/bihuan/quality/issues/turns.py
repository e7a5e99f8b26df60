"""What belongs to an issue, read once for a page, and for which acts there is anything to do."""

from collections.abc import Callable
from typing import Any

from bihuan.core.permissions.services import can
from bihuan.quality.issues import permissions as perm
from bihuan.quality.issues.models import (
    ActionKind,
    ActionState,
    CauseState,
    Containment,
    Issue,
    IssueState,
    Location,
    Source,
)
from bihuan.quality.issues.services.registration import superiors_of

S = IssueState


def parts_of(issue: Issue) -> dict[str, Any]:
    """Everything that belongs to the issue, one query for each kind, however much there is; read once for a page."""
    kept = issue.__dict__.get("_parts")
    if kept is None:
        kept = issue.__dict__["_parts"] = _read(issue)
    return dict(kept)


def _read(issue: Issue) -> dict[str, Any]:
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


def next_step(issue: Issue, parts: dict[str, Any]) -> str:
    """The act that the issue lacks before it can go on, as its guards ask for it; empty where nothing is missing."""
    missing: tuple[tuple[str, bool], ...] = ()
    if issue.state == S.REGISTERED:
        has_leader = any(row.is_leader for row in parts["team"])
        missing = (("assign", not issue.owner_id), ("grade", not issue.grade), ("team", not has_leader))
    elif issue.state == S.PLANNING:
        named = issue.department_id and issue.responsible_id and issue.cause_category_id
        kinds = {row.kind for row in parts["measures"] if row.state != ActionState.DROPPED}
        lacks = not {ActionKind.CORRECTIVE, ActionKind.PREVENTIVE} <= kinds
        grave = (issue.grade or 0) >= issue.policy.issues.containment_from
        missing = (("attribute", not named), ("contain", grave and not parts["containments"]), ("measure", lacks))
    elif issue.state == S.IMPLEMENTING:
        waits = any(row.state == ActionState.OPEN and row.kind != ActionKind.IMPROVEMENT for row in parts["measures"])
        missing = (("breakpoint", not waits and not issue.breakpoint_kind),)
    return next((name for name, is_missing in missing if is_missing), "")


def contained(issue: Issue) -> list[Containment]:
    """Containment in the order in which goods travel."""
    order = list(Location.values)
    rows = issue.containments.filter(cycle=issue.cycle).select_related("by")
    return sorted(rows, key=lambda row: order.index(row.location))


def due(name: str) -> Callable[[Issue, Any], bool]:
    """Whether there is anything to do for an act, asked of all acts at once."""
    return lambda issue, user: _turns(issue, user)[name]


def _turns(issue: Issue, user: Any) -> dict[str, bool]:
    """For which acts there is anything to do, and for whom: read from what the page has already loaded."""
    kept = issue.__dict__.setdefault("_turns", {})
    if user.pk not in kept:
        kept[user.pk] = turns(issue, user, parts_of(issue))
    return dict(kept[user.pk])


def turns(issue: Issue, user: Any, parts: dict[str, Any]) -> dict[str, bool]:
    """For which acts there is anything to do, and for whom."""
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
