"""What is late in quality and with whom, for the office that supervises (SLA-21, QIS-09)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.deadlines.models import Deadline, DeadlineState
from bihuan.quality.issues.models import (
    Discipline,
    Issue,
    Measure,
    Reply,
    ReturnedPart,
    Supervision,
    TechnicalChange,
)
from bihuan.quality.issues.queries import visible_to

MOST = 200
PARTS: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "issues.issue": (Issue, ("department", "owner__department")),
    "issues.measure": (Measure, ("issue", "owner__department")),
    "issues.reply": (Reply, ("issue", "department")),
    "issues.technicalchange": (TechnicalChange, ("issue", "department")),
    "issues.discipline": (Discipline, ("issue", "owner__department")),
    "issues.returnedpart": (ReturnedPart, ("issue", "received_by__department")),
    "issues.supervision": (Supervision, ("issue", "department", "person")),
}  # fmt: skip


@dataclass(frozen=True)
class Late:
    """One milestone that has passed, with its issue and who holds it."""

    issue: Issue
    what: str
    department: Any
    person: Any
    due_at: datetime


def late_rows(user: Any) -> list[Late]:
    """The milestones of issues and their parts that have passed, the oldest first; one query for each kind."""
    rows = Deadline.objects.filter(
        subject_type__in=list(PARTS), state=DeadlineState.OPEN, due_at__lte=timezone.now()
    ).order_by("due_at", "pk")
    seen = set(visible_to(user).order_by().values_list("pk", flat=True)) if rows.exists() else set()
    milestones = list(rows[: MOST * 2])
    subjects = {kind: _subjects(kind, milestones) for kind in {row.subject_type for row in milestones}}
    found = []
    for row in milestones:
        part = subjects[row.subject_type].get(row.subject_id)
        issue = part if isinstance(part, Issue) else getattr(part, "issue", None)
        if issue is not None and issue.pk in seen:
            found.append(_late(row, issue, part))
    return found[:MOST]


def _subjects(kind: str, milestones: list[Deadline]) -> dict[int, Any]:
    model, related = PARTS[kind]
    ids = [row.subject_id for row in milestones if row.subject_type == kind]
    rows = model._default_manager.select_related(*related).filter(pk__in=ids)
    return {row.pk: row for row in rows}


def _late(row: Deadline, issue: Issue, part: Any) -> Late:
    names = ("person", "owner", "received_by")
    person = next((found for name in names if (found := getattr(part, name, None)) is not None), None)
    department = getattr(part, "department", None) or getattr(person, "department", None)
    text = "" if part is issue else str(getattr(part, "text", "") or getattr(part, "title", ""))[:60]
    return Late(issue, f"{row.name} {text}".strip(), department, person, row.due_at or row.starts_at)


def supervision_context(user: Any) -> dict[str, Any]:
    """Late work by department, and the newest notes."""
    rows = sorted(late_rows(user), key=lambda row: (str(row.department or _("none")), row.due_at))
    notes = Supervision.objects.filter(issue__in=visible_to(user).order_by().values("pk"))
    return {
        "late": rows,
        "notes": list(notes.select_related("issue", "department", "person").order_by("-pk")[:100]),
    }
