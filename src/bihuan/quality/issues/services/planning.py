"""Containment, measures, technical changes, replies, and the approval of the plan (CAP-04..07, CAP-14, CAP-15)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import Entry, record, record_many
from bihuan.core.approvals.services import open_approval
from bihuan.core.notify.services import tell
from bihuan.core.permissions.services import Refused, can, require
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues import permissions as perm
from bihuan.quality.issues.models import (
    ActionKind,
    ActionState,
    Cause,
    CauseState,
    Containment,
    Issue,
    IssueState,
    Measure,
    Reply,
    TechnicalChange,
)
from bihuan.quality.issues.services.evidence import keep
from bihuan.quality.issues.workflow import OPEN, WORKFLOW
from bihuan.registry.people.models import Department, User
from bihuan.registry.people.queries import with_permission

S = IssueState
PLANNING = (S.REGISTERED, S.INVESTIGATING, S.PLANNING)
CHAIN = "quality_plan"
IMPROVING = (S.IMPLEMENTING, S.VERIFYING, S.CLOSED)
REPLY_FIELDS = frozenset({"cause", "disposition", "corrective", "preventive", "need", "done_on"})


def _in(issue: Issue, *states: str) -> None:
    if issue.state not in states:
        raise MoveRefused(_("This is not possible in the present state."), code="state")


def _future(moment: datetime) -> None:
    if moment <= timezone.now():
        raise MoveRefused(_("The due date lies in the past."), code="due_at")


def _of_department(by: Any, department_id: int) -> None:
    """A department answers for itself: its own people, or those who manage issues."""
    if by.department_id != department_id:
        raise Refused(perm.ISSUE_EXECUTE)


@transaction.atomic
def contain(
    *, issue: Issue, by: AbstractBaseUser, location: str, found: int, sorted_out: int, bad: int, remark: str = ""
) -> Containment:
    """Say what was found, sorted and bad at one place; the newest count of a place stands, older ones stay in the
    journal."""
    require(by, perm.ISSUE_PLAN, issue)
    _in(issue, *OPEN)
    if sorted_out > found or bad > sorted_out:
        raise MoveRefused(_("Not more can be sorted than was found, nor more bad than was sorted."), code="bad")
    values = {"found": found, "sorted": sorted_out, "bad": bad, "remark": remark, "by_id": by.pk, "at": timezone.now()}
    row, _created = Containment.objects.update_or_create(
        issue=issue, cycle=issue.cycle, location=location, defaults=values
    )
    about = {"name": f"{row.get_location_display()} {found}/{sorted_out}/{bad}", "location": location}
    record(subject=issue, verb="issue.contained", by=by, data={**about, "found": found, "bad": bad})
    return row


@transaction.atomic
def set_measure(
    *, issue: Issue, by: AbstractBaseUser, kind: str, text: str, goal: str, owner: AbstractBaseUser,
    due_at: datetime, cause: Cause | None = None, means: str = "",
) -> Measure:  # fmt: skip
    """Set a measure with its responsible person, due date and goal; its clock starts (CAP-06, SLA-15, SLA-16).

    A corrective measure stands against a confirmed cause; an interim one may be set before the cause is known. Further
    improvements are set while the effect is proven, and go on after the issue is closed (CAP-10).
    """
    require(by, perm.ISSUE_PLAN, issue)
    _in(issue, *(IMPROVING if kind == ActionKind.IMPROVEMENT else PLANNING))
    _future(due_at)
    if cause is not None and (cause.issue_id != issue.pk or cause.state != CauseState.CONFIRMED):
        raise MoveRefused(_("Measures stand against confirmed causes."), code="cause")
    row = Measure.objects.create(
        issue=issue, issue_cycle=issue.cycle, kind=kind, text=text, goal=goal, owner_id=owner.pk, due_at=due_at,
        cause=cause, means=means, set_at=timezone.now(),
    )  # fmt: skip
    about = {"name": text[:120], "kind": kind, "owner_name": str(owner), "due": due_at}
    record_many(entries=[Entry(issue, "issue.measure_set", about), Entry(row, "measure.set", about)], by=by)
    title = _("A measure of %(number)s is yours: %(text)s") % {"number": issue.number, "text": text[:80]}
    tell(users=[owner], title=title, subject=issue, verb="measure.set")
    return row


@transaction.atomic
def end_measure(
    *, measure: Measure, by: AbstractBaseUser, done: bool, result: str, uploads: Iterable[Any] = ()
) -> Measure:
    """Report a measure as done with its evidence, or drop it with the reason; its owner or who carries out may."""
    issue = measure.issue
    owns = measure.owner_id == by.pk and by.is_active
    if not owns and not can(by, perm.ISSUE_EXECUTE, issue):
        raise Refused(perm.ISSUE_EXECUTE)
    goes_on = measure.kind == ActionKind.IMPROVEMENT
    if not done:
        require(by, perm.ISSUE_PLAN, issue)
        _in(issue, *(IMPROVING if goes_on else PLANNING))
    _in(issue, *(IMPROVING if goes_on else OPEN))
    if not result.strip():
        raise MoveRefused(_("Say what was done."), code="result")
    state = ActionState.DONE if done else ActionState.DROPPED
    fields: dict[str, Any] = {"state": state, "result": result, "ended_at": timezone.now(), "ended_by_id": by.pk}
    if done:
        fields |= {"progress": 100, "trouble": ""}
    if not Measure.objects.filter(pk=measure.pk, state=ActionState.OPEN).update(**fields):
        raise MoveRefused(_("This measure has ended already."), code="conflict")
    measure.refresh_from_db()
    keep(issue=issue, files=uploads, by=by, role=f"measure.{measure.pk}")
    about = {"name": measure.text[:120], "state": state.value}
    verb = "measure.done" if done else "measure.dropped"
    record_many(entries=[Entry(issue, "issue.measure_ended", about), Entry(measure, verb, about)], by=by)
    return measure


@transaction.atomic
def report_progress(*, measure: Measure, by: AbstractBaseUser, progress: int, trouble: str = "") -> Measure:
    """Say how far a measure is; what is in the way reaches those who coordinate (CAP-17, SLA-21)."""
    issue = measure.issue
    if not (measure.owner_id == by.pk and by.is_active) and not can(by, perm.ISSUE_EXECUTE, issue):
        raise Refused(perm.ISSUE_EXECUTE)
    if not 0 <= progress <= 100:
        raise MoveRefused(_("Between 0 and 100 per cent."), code="progress")
    rows = Measure.objects.filter(pk=measure.pk, state=ActionState.OPEN)
    if not rows.update(progress=progress, trouble=trouble[:300]):
        raise MoveRefused(_("This measure has ended already."), code="conflict")
    measure.refresh_from_db()
    about = {"name": measure.text[:120], "progress": progress, "reason": trouble}
    record_many(entries=[Entry(issue, "issue.measure_moved", about), Entry(measure, "measure.moved", about)], by=by)
    if trouble.strip():
        title = _("A measure of %(number)s is stuck: %(text)s") % {"number": issue.number, "text": trouble[:80]}
        tell(users=with_permission(perm.ISSUE_SUPERVISE, issue), title=title, subject=issue, level="warn",
             verb="measure.moved")  # fmt: skip
        if issue.owner is not None:
            tell(users=[issue.owner], title=title, subject=issue, level="warn", verb="measure.moved")
    return measure


@transaction.atomic
def adopt_measure(*, measure: Measure, by: AbstractBaseUser, document: str) -> Measure:
    """Take a measure that was approved and done into the quality management system, by its document (CAP-11)."""
    issue = measure.issue
    require(by, perm.ISSUE_VERIFY, issue)
    if not document.strip():
        raise MoveRefused(_("Name the document that holds it from now on."), code="document")
    rows = Measure.objects.filter(pk=measure.pk, state=ActionState.DONE, adopted_at__isnull=True)
    fields = {"adopted_as": document.strip()[:120], "adopted_at": timezone.now(), "adopted_by_id": by.pk}
    if not rows.update(**fields):
        raise MoveRefused(_("Only a measure that is done is taken over, and once."), code="conflict")
    measure.refresh_from_db()
    about = {"name": f"{measure.text[:80]} → {measure.adopted_as}"}
    entries = [Entry(issue, "issue.measure_adopted", about), Entry(measure, "measure.adopted", about)]
    record_many(entries=entries, by=by)
    return measure


@transaction.atomic
def issue_change(
    *, issue: Issue, by: AbstractBaseUser, title: str, before: str, after: str, department: Department,
    due_at: datetime, uploads: Iterable[Any] = (),
) -> TechnicalChange:  # fmt: skip
    """Issue a technical change document to a production unit and tell its people (QIS-11)."""
    require(by, perm.ISSUE_PLAN, issue)
    _in(issue, S.PLANNING, S.PUBLISHED, S.IMPLEMENTING)
    _future(due_at)
    row = TechnicalChange.objects.create(
        issue=issue,
        title=title,
        before=before,
        after=after,
        department=department,
        due_at=due_at,
        issued_by_id=by.pk,
        issued_at=timezone.now(),
    )
    keep(issue=issue, files=uploads, by=by, role=f"change.{row.pk}")
    about = {"name": f"{title} → {department}"}
    record_many(entries=[Entry(issue, "issue.change_issued", about), Entry(row, "change.issued", about)], by=by)
    words = _("Technical change of %(number)s: %(title)s") % {"number": issue.number, "title": title}
    tell(users=User.objects.filter(department=department, is_active=True), title=words, subject=issue,
         verb="change.issued")  # fmt: skip
    return row


@transaction.atomic
def receive_change(*, change: TechnicalChange, by: AbstractBaseUser) -> TechnicalChange:
    """The production unit confirms that it has the document; only its own people may (QIS-10)."""
    _of_department(by, change.department_id)
    rows = TechnicalChange.objects.filter(pk=change.pk, received_at__isnull=True)
    if not rows.update(received_at=timezone.now(), received_by_id=by.pk):
        raise MoveRefused(_("The receipt is confirmed already."), code="conflict")
    return _moved(change, by, "change.received")


@transaction.atomic
def execute_change(*, change: TechnicalChange, by: AbstractBaseUser, executed_on: date) -> TechnicalChange:
    """The production unit says from which day on it works by the change; that day is a natural breakpoint."""
    _of_department(by, change.department_id)
    if executed_on > timezone.localdate():
        raise MoveRefused(_("This day has not come yet."), code="executed_on")
    rows = TechnicalChange.objects.filter(pk=change.pk, received_at__isnull=False, executed_on__isnull=True)
    if not rows.update(executed_on=executed_on, executed_by_id=by.pk):
        raise MoveRefused(_("Confirm the receipt first; a change is executed once."), code="conflict")
    return _moved(change, by, "change.executed")


def _moved(change: TechnicalChange, by: Any, verb: str) -> TechnicalChange:
    change.refresh_from_db()
    about = {"name": f"{change.title} · {change.department}", "what": verb}
    record_many(entries=[Entry(change.issue, "issue.change_moved", about), Entry(change, verb, about)], by=by)
    return change


@transaction.atomic
def ask_reply(
    *, issue: Issue, by: AbstractBaseUser, department: Department, due_at: datetime, question: str = ""
) -> Reply:
    """Ask a department to fill the reply block by a due date (SLA-14, NCR-10)."""
    require(by, perm.ISSUE_MANAGE, issue)
    _in(issue, *OPEN)
    _future(due_at)
    row = Reply.objects.create(
        issue=issue, department=department, due_at=due_at, question=question, asked_by_id=by.pk, asked_at=timezone.now()
    )
    about = {"name": str(department)}
    record_many(entries=[Entry(issue, "issue.reply_asked", about), Entry(row, "reply.asked", about)], by=by)
    title = _("Your department is asked to reply to %(number)s: %(title)s") % {
        "number": issue.number, "title": issue.title
    }  # fmt: skip
    tell(users=User.objects.filter(department=department, is_active=True), title=title, subject=issue, level="warn",
         verb="reply.asked")  # fmt: skip
    return row


@transaction.atomic
def give_reply(*, reply: Reply, by: AbstractBaseUser, values: Mapping[str, Any]) -> Reply:
    """A department answers for itself: cause, disposition, measures, completion date (NCR-10).

    Sales may answer with what the customer needs, so that design and production can follow it (CAP-20).
    """
    if unknown := set(values) - REPLY_FIELDS:
        raise KeyError(sorted(unknown))
    _of_department(by, reply.department_id)
    if not (str(values.get("cause", "")).strip() or str(values.get("need", "")).strip()):
        raise MoveRefused(_("Say what the cause is, or what the customer needs."), code="cause")
    rows = Reply.objects.filter(pk=reply.pk, replied_at__isnull=True)
    if not rows.update(**values, replied_at=timezone.now(), replied_by_id=by.pk):
        raise MoveRefused(_("Your department has replied already."), code="conflict")
    reply.refresh_from_db()
    about = {"name": str(reply.department)}
    record_many(entries=[Entry(reply.issue, "issue.replied", about), Entry(reply, "reply.given", about)], by=by)
    return reply


@transaction.atomic
def confirm_reply(*, reply: Reply, by: AbstractBaseUser) -> Reply:
    """Confirm a department's reply before the customer is answered; nobody confirms his own (QIS-15)."""
    require(by, perm.ISSUE_MANAGE, reply.issue)
    if reply.replied_by_id == by.pk:
        raise MoveRefused(_("Nobody confirms his own reply."), code="own")
    rows = Reply.objects.filter(pk=reply.pk, replied_at__isnull=False, confirmed_at__isnull=True)
    if not rows.update(confirmed_at=timezone.now(), confirmed_by_id=by.pk):
        raise MoveRefused(_("There is no reply that waits for confirmation."), code="conflict")
    reply.refresh_from_db()
    about = {"name": str(reply.department)}
    entries = [Entry(reply.issue, "issue.reply_confirmed", about), Entry(reply, "reply.confirmed", about)]
    record_many(entries=entries, by=by)
    return reply


@transaction.atomic
def submit_plan(*, issue: Issue, by: AbstractBaseUser, expected_version: int | None = None) -> Issue:
    """Send the plan through the chain that its grade chooses; drafter and leader of the team are recused (D10)."""
    fields = {"drafter_id": by.pk}
    apply(issue, WORKFLOW["submit"], by=by, fields=fields, expected_version=expected_version)
    leaders = [row.user for row in issue.team.filter(is_leader=True).select_related("user")]
    title = _("Plan of %(number)s: %(title)s") % {"number": issue.number, "title": issue.title}
    open_approval(
        subject=issue, chain_subject=CHAIN, title=title, by=by, level=issue.grade or 0, recused=leaders,
        data={"issue": issue.pk, "cycle": issue.cycle},
    )  # fmt: skip
    issue.refresh_from_db()
    return issue
