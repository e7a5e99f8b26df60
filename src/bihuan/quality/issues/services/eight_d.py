"""The 8D report: disciplines with gates; what is rejected takes with it what stands on it (QIS-03, D23)."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.queries import timeline
from bihuan.core.activity.services import Entry, record, record_many
from bihuan.core.files.queries import attachments_of
from bihuan.core.notify.services import tell
from bihuan.core.permissions.services import Refused, can, require
from bihuan.core.policy.schema.issues import DisciplineRule
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues import permissions as perm
from bihuan.quality.issues.models import Discipline, DisciplineState, Issue
from bihuan.quality.issues.services.evidence import keep

D = DisciplineState


def rules_of(issue: Issue) -> dict[str, DisciplineRule]:
    """The disciplines of the company by code."""
    return {rule.code: rule for rule in issue.policy.issues.eight_d}


@transaction.atomic
def open_eight_d(*, issue: Issue, by: AbstractBaseUser) -> list[Discipline]:
    """Open the 8D once: a row for each discipline, each with its due date from the start (D23)."""
    require(by, perm.ISSUE_MANAGE, issue)
    if issue.is_at_rest:
        raise MoveRefused(_("This is not possible in the present state."), code="state")
    if issue.disciplines.exists():
        raise MoveRefused(_("The 8D is open already."), code="conflict")
    rules = rules_of(issue)
    if not rules:
        raise MoveRefused(_("This company does not use the 8D."), code="form")
    now = timezone.now()
    rows = Discipline.objects.bulk_create(
        [
            Discipline(issue=issue, code=rule.code, name=rule.name, owner=issue.owner, opened_at=now,
                       due_at=now + timedelta(hours=rule.due_hours))
            for rule in rules.values()
        ]
    )  # fmt: skip
    record(subject=issue, verb="issue.eight_d_opened", by=by, data={"name": "8D"})
    record_many(entries=[Entry(row, "discipline.opened", {"revision": 1}) for row in rows], by=by, new_subjects=True)
    return rows


def _rule(row: Discipline) -> DisciplineRule:
    return rules_of(row.issue).get(row.code) or DisciplineRule(code=row.code, name=row.name)


@transaction.atomic
def assign_discipline(*, row: Discipline, by: AbstractBaseUser, owner: AbstractBaseUser) -> Discipline:
    """Give a discipline to its owner."""
    require(by, perm.ISSUE_MANAGE, row.issue)
    Discipline.objects.filter(pk=row.pk).update(owner=owner.pk)
    row.refresh_from_db()
    title = f"{row.issue.number} {row.code.upper()} {row.name}"
    tell(users=[owner], title=title, subject=row.issue, verb="discipline.opened")
    about = {"name": f"{row.code.upper()} {row.name}", "owner_name": str(owner)}
    record(subject=row.issue, verb="issue.discipline_moved", by=by, data=about)
    return row


@transaction.atomic
def submit_discipline(*, row: Discipline, by: AbstractBaseUser, text: str, uploads: Iterable[Any] = ()) -> Discipline:
    """Hand in a discipline: its owner, its text, and the evidence that the policy wants."""
    if row.owner_id != by.pk and not can(by, perm.ISSUE_INVESTIGATE, row.issue):
        raise Refused(perm.ISSUE_INVESTIGATE)
    if not text.strip():
        raise MoveRefused(_("Write the text of the discipline."), code="text")
    keep(issue=row.issue, files=uploads, by=by, role=f"8d.{row.code}")
    if _rule(row).evidence and not _has_evidence(row):
        raise MoveRefused(_("This discipline needs evidence."), code="uploads")
    changed = Discipline.objects.filter(pk=row.pk, state=D.OPEN, revision=row.revision)
    if not changed.update(state=D.SUBMITTED, text=text):
        raise MoveRefused(_("This discipline is not open."), code="conflict")
    return _moved(row, by, "discipline.submitted")


def _has_evidence(row: Discipline) -> bool:
    return any(item.role == f"8d.{row.code}" for item in attachments_of(row.issue))


@transaction.atomic
def judge_discipline(*, row: Discipline, by: AbstractBaseUser, accepted: bool, remark: str = "") -> Discipline:
    """Open the gate or reject: those it stands on come first, nobody judges his own, a rejection says why.

    What stands on a rejected discipline is opened again with the next revision, however far it was.
    """
    require(by, perm.ISSUE_VERIFY, row.issue)
    if by.pk in {row.owner_id, _handed_in_by(row)}:
        raise MoveRefused(_("Nobody judges his own discipline."), code="own")
    if not accepted:
        return _reject(row, by, remark)
    missing = _not_accepted(row)
    if missing:
        raise MoveRefused(_("These come first: %(names)s") % {"names": "、".join(missing)}, code="gate")
    changed = Discipline.objects.filter(pk=row.pk, state=D.SUBMITTED, revision=row.revision)
    if not changed.update(state=D.ACCEPTED, remark=remark, decided_at=timezone.now()):
        raise MoveRefused(_("This discipline was not handed in."), code="conflict")
    return _moved(row, by, "discipline.accepted")


def _handed_in_by(row: Discipline) -> int | None:
    """Who handed in the present text: its owner, or who did it for him."""
    return next((entry.actor_id for entry in timeline(row) if entry.verb == "discipline.submitted"), None)


def _not_accepted(row: Discipline) -> list[str]:
    needed = Discipline.objects.filter(issue=row.issue_id, code__in=_rule(row).needs).exclude(state=D.ACCEPTED)
    return [item.code.upper() for item in needed]


def _reject(row: Discipline, by: Any, remark: str) -> Discipline:
    if not remark.strip():
        raise MoveRefused(_("Please give a reason."), code="remark")
    if row.state == D.OPEN:
        raise MoveRefused(_("This discipline was not handed in."), code="conflict")
    reopened = dependents(row.issue, row.code) | {row.code}
    for item in row.issue.disciplines.filter(code__in=reopened).exclude(state=D.OPEN):
        changed = Discipline.objects.filter(pk=item.pk, revision=item.revision)
        note = remark if item.pk == row.pk else _("%(code)s was rejected") % {"code": row.code.upper()}
        hours = _rule(item).due_hours
        if not changed.update(state=D.OPEN, revision=item.revision + 1, remark=note, decided_at=None,
                              due_at=timezone.now() + timedelta(hours=hours), opened_at=timezone.now()):  # fmt: skip
            raise MoveRefused(_("Somebody else has just changed this. Please look again."), code="conflict")
        record(subject=item, verb="discipline.rejected", by=by, data={"reason": note})
        item.refresh_from_db()
        record(subject=item, verb="discipline.opened", by=by, data={"revision": item.revision})
    about = {"name": f"{row.code.upper()} {row.name}", "reason": remark, "reopened": sorted(reopened)}
    record(subject=row.issue, verb="issue.discipline_moved", by=by, data=about)
    row.refresh_from_db()
    return row


def dependents(issue: Issue, code: str) -> set[str]:
    """Every discipline that stands on this one, directly or through others."""
    rules, found, border = rules_of(issue), set[str](), {code}
    while border:
        border = {item.code for item in rules.values() if set(item.needs) & border} - found
        found |= border
    return found


def _moved(row: Discipline, by: Any, verb: str) -> Discipline:
    row.refresh_from_db()
    about = {"name": f"{row.code.upper()} {row.name}", "state": row.state, "revision": row.revision}
    record_many(entries=[Entry(row.issue, "issue.discipline_moved", about), Entry(row, verb, about)], by=by)
    return row
