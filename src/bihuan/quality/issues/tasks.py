"""What quality asks of one person today: his measures and disciplines, and what his department has to answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.quality.issues.models import (
    ActionState,
    Discipline,
    DisciplineState,
    Issue,
    IssueState,
    Measure,
    NoteKind,
    Reply,
    Supervision,
    TechnicalChange,
)
from bihuan.quality.issues.queries import AT_REST

MOST = 20
Kind = tuple[type[Model], Q, str, str | Promise]
WORKED_ON = ~Q(issue__state__in=AT_REST)
CLOSED = Q(issue__state=IssueState.CLOSED)
MINE: tuple[Kind, ...] = (
    (Measure, Q(state=ActionState.OPEN) & (WORKED_ON | CLOSED), "end_measure", _("Measure")),
    (Discipline, WORKED_ON & Q(state=DisciplineState.OPEN), "discipline", _("Discipline")),
)
OURS: tuple[Kind, ...] = (
    (Reply, WORKED_ON & Q(replied_at__isnull=True), "reply", _("Reply of the department")),
    (TechnicalChange, WORKED_ON & Q(received_at__isnull=True), "receive", _("Receipt of a change")),
    (TechnicalChange, WORKED_ON & Q(received_at__isnull=False, executed_on__isnull=True), "execute",
     _("Execution of a change")),
    (Supervision, (WORKED_ON | CLOSED) & Q(kind=NoteKind.FINDING, corrected_at__isnull=True), "correct",
     _("Finding to correct")),
)  # fmt: skip


@dataclass(frozen=True)
class Task:
    """One thing to do: the act on the page of its issue, and until when."""

    issue: Issue
    act: str
    what: str | Promise
    text: str
    due_at: datetime


def tasks_of(user: Any) -> list[Task]:
    """The tasks of a person and of his department, the most urgent first; one query for each kind (CAP-17, SLA-15)."""
    asked = [(Q(owner=user.pk), kind) for kind in MINE]
    if user.department_id:
        asked += [(Q(department=user.department_id), kind) for kind in OURS]
    found: list[Task] = []
    for whose, (model, which, act, what) in asked:
        rows: Any = model._default_manager.filter(whose & which)
        found += [
            Task(row.issue, act, what, _words(row), row.due_at)
            for row in rows.select_related("issue").order_by("due_at")[:MOST]
        ]
    return sorted(found, key=lambda task: task.due_at)[:MOST]


def _words(row: Any) -> str:
    if isinstance(row, Discipline):
        return f"{row.code.upper()} {row.name}"
    return str(getattr(row, "title", "") or getattr(row, "text", "") or getattr(row, "question", ""))[:80]
