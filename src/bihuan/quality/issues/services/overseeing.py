"""Telling departments, and the office that supervises: findings with a limit, rewards, penalties (SLA-21, CAP-13)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import Entry, record, record_many
from bihuan.core.notify.services import tell
from bihuan.core.permissions.services import Refused, require
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues import permissions as perm
from bihuan.quality.issues.models import Communication, Issue, NoteKind, Supervision
from bihuan.registry.people.models import Department, User


@transaction.atomic
def communicate(
    *, issue: Issue, by: AbstractBaseUser, medium: str, departments: Sequence[Department], text: str,
    held_on: date | None = None,
) -> Communication:  # fmt: skip
    """Tell departments by meeting, mail, report or training; their people get a notice of it (CAP-13)."""
    require(by, perm.ISSUE_INVESTIGATE, issue)
    day = held_on or timezone.localdate()
    if not departments:
        raise MoveRefused(_("Say which departments were told."), code="departments")
    if day > timezone.localdate():
        raise MoveRefused(_("This day has not come yet."), code="held_on")
    row = Communication.objects.create(
        issue=issue, medium=medium, text=text, held_on=day, by_id=by.pk, at=timezone.now()
    )
    row.departments.set(departments)
    names = "、".join(str(item) for item in departments)
    record(subject=issue, verb="issue.communicated", by=by, data={"name": f"{row.get_medium_display()} → {names}"})
    people = User.objects.filter(department__in=departments, is_active=True).exclude(pk=by.pk)
    title = f"{issue.number} {row.get_medium_display()}: {text[:80]}"
    tell(users=people, title=title, subject=issue, verb="issue.communicated")
    return row


@transaction.atomic
def supervise(
    *, issue: Issue, by: AbstractBaseUser, kind: str, department: Department, text: str,
    person: AbstractBaseUser | None = None, amount: Decimal | None = None, due_at: datetime | None = None,
) -> Supervision:  # fmt: skip
    """Note a finding that is to be corrected by a day, a reward or a penalty (SLA-21, KPI-22)."""
    require(by, perm.ISSUE_SUPERVISE, issue)
    finding = kind == NoteKind.FINDING
    if finding and (due_at is None or due_at <= timezone.now()):
        raise MoveRefused(_("A finding needs a day by which it is corrected."), code="due_at")
    if person is not None and person.pk == by.pk:
        raise MoveRefused(_("Nobody rewards or punishes himself."), code="person")
    row = Supervision.objects.create(
        issue=issue, kind=kind, department=department, person_id=person.pk if person else None, text=text,
        amount=None if finding else amount, due_at=due_at if finding else None, noted_by_id=by.pk,
        noted_at=timezone.now(),
    )  # fmt: skip
    about = {"name": f"{row.get_kind_display()} → {person or department}", "reason": text[:120]}
    entries = [Entry(issue, "issue.supervised", about)]
    if finding:
        entries.append(Entry(row, "supervision.noted", about))
    record_many(entries=entries, by=by)
    people = [person] if person else User.objects.filter(department=department, is_active=True)
    title = f"{issue.number} {row.get_kind_display()}: {text[:80]}"
    tell(users=people, title=title, subject=issue, level="warn" if finding else "info", verb="issue.supervised")
    return row


@transaction.atomic
def correct_finding(*, note: Supervision, by: AbstractBaseUser, text: str) -> Supervision:
    """The department concerned says what it corrected; its own people only (KPI-22)."""
    if getattr(by, "department_id", None) != note.department_id:
        raise Refused(perm.ISSUE_EXECUTE)
    if not text.strip():
        raise MoveRefused(_("Say what was done."), code="text")
    rows = Supervision.objects.filter(pk=note.pk, kind=NoteKind.FINDING, corrected_at__isnull=True)
    if not rows.update(correction=text, corrected_at=timezone.now(), corrected_by_id=by.pk):
        raise MoveRefused(_("There is nothing left to correct."), code="conflict")
    note.refresh_from_db()
    about = {"name": str(note.department), "reason": text[:120]}
    entries = [Entry(note.issue, "issue.finding_corrected", about), Entry(note, "supervision.corrected", about)]
    record_many(entries=entries, by=by)
    return note
