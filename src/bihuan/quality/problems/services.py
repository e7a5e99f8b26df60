"""Asking other product lines, and their answers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.notify.services import tell
from bihuan.core.permissions.services import Refused, can, require
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues.models import Issue, Source
from bihuan.quality.issues.services.evidence import keep
from bihuan.quality.issues.services.registration import Sign, register_issue
from bihuan.quality.problems import permissions as perm
from bihuan.quality.problems.models import ReadAcross, ReadAcrossState
from bihuan.quality.problems.notice import hang_question
from bihuan.quality.problems.workflow import ANSWERS, WORKFLOW
from bihuan.registry.products.models import ProductLine


@transaction.atomic
def ask_lines(
    *, issue: Issue, by: AbstractBaseUser, lines: Iterable[ProductLine], owner: AbstractBaseUser, due_at: datetime,
    question: str = "",
) -> list[ReadAcross]:  # fmt: skip
    """Ask lines whether a problem occurs there too (CAP-19); one that was asked already is passed over.

    The issue's own line knows already. Nobody asked at all is refused, so is a limit that is over.
    """
    require(by, perm.READ_ACROSS, issue)
    if due_at <= timezone.now():
        raise MoveRefused(_("This time is over."), code="due_at")
    asked = set(ReadAcross.objects.filter(issue=issue).values_list("line", flat=True)) | {issue.line_id}
    fresh = [line for line in lines if line.pk not in asked]
    if not fresh:
        raise MoveRefused(_("These lines have been asked already."), code="lines")
    words = question.strip() or _("Does “%(title)s” occur here too, or could it?") % {"title": issue.title}
    rows = []
    for line in fresh:
        row = ReadAcross.objects.create(
            issue=issue, line=line, owner_id=owner.pk, due_at=due_at, question=words[:300], asked_by_id=by.pk
        )
        record(subject=row, verb="readacross.asked", by=by, data={"name": str(line)})
        rows.append(row)
    record(
        subject=issue, verb="issue.read_across_asked", by=by, data={"name": "、".join(str(row.line) for row in rows)}
    )
    hang_question(issue=issue, rows=rows)
    title = _("Read-across %(number)s: does “%(title)s” occur in your products?")
    told = {"number": issue.number, "title": issue.title}
    tell(users=[owner], title=title % told, subject=issue, level="warn", verb="issue.read_across_asked")
    return rows


@transaction.atomic
def answer(
    *, row: ReadAcross, by: AbstractBaseUser, state: str, finding: str, uploads: Iterable[Any] = (),
    expected_version: int | None = None,
) -> ReadAcross:  # fmt: skip
    """Answer with what was found; evidence is kept on the issue. Where it occurs, the line gets an issue of its own."""
    if row.owner_id != by.pk and not can(by, perm.READ_ACROSS, row):
        raise Refused(perm.READ_ACROSS)
    if state not in ANSWERS:
        raise MoveRefused(_("“%(value)s” is not known") % {"value": state}, code="state")
    if not finding.strip():
        raise MoveRefused(_("Say what was looked at and what was found."), code="finding")
    fields: dict[str, Any] = {"finding": finding, "answered_at": timezone.now(), "answered_by_id": by.pk}
    data = {"name": f"{row.line}：{ReadAcrossState(state).label}"}
    move = WORKFLOW["answer"]
    apply(row, move, by=None, data=data, fields=fields, target=state, expected_version=expected_version,
          actor_name=str(by))  # fmt: skip
    keep(issue=row.issue, files=uploads, by=by, role="read_across")
    record(subject=row.issue, verb="issue.read_across_answered", by=by, data=data)
    if state == ReadAcrossState.OCCURS:
        _raise_issue(row, by, finding)
    return row


def _raise_issue(row: ReadAcross, by: AbstractBaseUser, finding: str) -> None:
    """The line's own issue, or the open one of the same mechanism that it joins."""
    issue = row.issue
    sign = Sign(
        source=Source.EMPLOYEE, title=f"{row.line}：{issue.title}"[:120], line=row.line, mechanism=issue.mechanism,
        symptom=issue.symptom, is_safety=issue.is_safety,
        description=f"{finding}\n（横向展开自 {issue.number}）",
    )  # fmt: skip
    raised = register_issue(sign=sign, by=by)
    ReadAcross.objects.filter(pk=row.pk).update(raised=raised)
    row.raised = raised


@transaction.atomic
def ask_again(*, row: ReadAcross, by: AbstractBaseUser, reason: str, due_at: datetime) -> ReadAcross:
    """An answer that does not convince goes back with its reason."""
    if due_at <= timezone.now():
        raise MoveRefused(_("This time is over."), code="due_at")
    fields = {"due_at": due_at, "answered_at": None, "answered_by": None}
    apply(row, WORKFLOW["ask_again"], by=by, data={"reason": reason}, fields=fields)
    tell(users=[row.owner], title=_("Please look again: %(what)s") % {"what": row}, subject=row.issue, level="warn")
    return row
