"""Team, findings, facts, causes (CAP-01..03, CAP-16, CAP-19, NCR-03)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import Entry, record, record_many
from bihuan.core.notify.services import tell
from bihuan.core.permissions.services import require
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues import permissions as perm
from bihuan.quality.issues.models import (
    Cause,
    CauseState,
    Finding,
    FindingKind,
    FlowStep,
    Issue,
    IssueState,
    ProblemFact,
    ReturnedPart,
    TeamMember,
)
from bihuan.quality.issues.services.evidence import keep
from bihuan.quality.issues.workflow import OPEN, WORKFLOW

DEEPEST = 7
MOST_STEPS = 24


def _may(issue: Issue, by: Any, *states: str) -> None:
    require(by, perm.ISSUE_INVESTIGATE, issue)
    if issue.state not in (states or (IssueState.INVESTIGATING,)):
        raise MoveRefused(_("This is not possible in the present state."), code="state")


@transaction.atomic
def name_team(
    *, issue: Issue, by: AbstractBaseUser, leader: AbstractBaseUser, members: Sequence[AbstractBaseUser] = ()
) -> list[TeamMember]:
    """Name the team anew; its leader is recused from the approval of the plan (CAP-01, CAP-02)."""
    _may(issue, by, IssueState.REGISTERED, IssueState.INVESTIGATING)
    issue.team.all().delete()
    others = {user.pk: user for user in members if user.pk != leader.pk}
    rows = [TeamMember(issue=issue, user_id=leader.pk, is_leader=True)]
    rows += [TeamMember(issue=issue, user_id=pk) for pk in others]
    made = TeamMember.objects.bulk_create(rows)
    names = "、".join(str(user) for user in (leader, *others.values()))
    record(subject=issue, verb="issue.team_named", by=by, data={"name": names})
    title = _("You are in the team of %(number)s: %(title)s") % {"number": issue.number, "title": issue.title}
    tell(users=[leader, *others.values()], title=title, subject=issue, verb="issue.team_named")
    return made


@transaction.atomic
def start_investigation(*, issue: Issue, by: AbstractBaseUser, expected_version: int | None = None) -> Issue:
    """Begin, with follower, grade and team named."""
    return apply(issue, WORKFLOW["start"], by=by, expected_version=expected_version)


@transaction.atomic
def add_finding(
    *, issue: Issue, by: AbstractBaseUser, kind: str, text: str, place: str = "", uploads: Iterable[Any] = ()
) -> Finding:
    """Record a survey, a test, an expert review, with its evidence."""
    _may(issue, by, IssueState.REGISTERED, IssueState.INVESTIGATING, IssueState.PLANNING, IssueState.VERIFYING)
    row = Finding.objects.create(
        issue=issue, cycle=issue.cycle, kind=kind, text=text, place=place, found_by_id=by.pk, at=timezone.now()
    )
    keep(issue=issue, files=uploads, by=by, role=f"finding.{row.pk}")
    record(subject=issue, verb="issue.finding_added", by=by, data={"name": str(row)})
    return row


@transaction.atomic
def add_fact(
    *, issue: Issue, by: AbstractBaseUser, kind: str, is_text: str, is_not: str = "", difference: str = ""
) -> ProblemFact:
    """Describe the problem by a row of 5W1H, is and is not (CAP-03)."""
    _may(issue, by, IssueState.REGISTERED, IssueState.INVESTIGATING)
    row = ProblemFact.objects.create(issue=issue, kind=kind, is_text=is_text, is_not=is_not, difference=difference)
    record(subject=issue, verb="issue.fact_added", by=by, data={"name": f"{row.get_kind_display()}: {row.is_text}"})
    return row


@transaction.atomic
def draw_step(
    *, issue: Issue, by: AbstractBaseUser, text: str, control: str = "", is_suspect: bool = False
) -> FlowStep:
    """Draw the next step of the process in which the problem arose (CAP-03)."""
    _may(issue, by, IssueState.REGISTERED, IssueState.INVESTIGATING)
    if issue.flow.count() >= MOST_STEPS:
        raise MoveRefused(_("The flow chart has its most steps."), code="text")
    row = FlowStep.objects.create(issue=issue, text=text, control=control, is_suspect=is_suspect)
    record(subject=issue, verb="issue.step_drawn", by=by, data={"name": text})
    return row


@transaction.atomic
def receive_part(
    *, issue: Issue, by: AbstractBaseUser, name: str, serial: str = "", received_at: datetime | None = None
) -> ReturnedPart:
    """A defective product came back: its hours for the analysis count from its arrival (SLA-04)."""
    _may(issue, by, *OPEN)
    moment = received_at or timezone.now()
    if moment > timezone.now():
        raise MoveRefused(_("This time has not come yet."), code="received_at")
    row = ReturnedPart.objects.create(
        issue=issue, name=name, serial=serial, received_at=moment, received_by_id=by.pk
    )  # fmt: skip
    about = {"name": str(row)}
    record_many(entries=[Entry(issue, "issue.part_received", about), Entry(row, "part.received", about)], by=by)
    return row


@transaction.atomic
def analyse_part(
    *, part: ReturnedPart, by: AbstractBaseUser, is_confirmed: bool, result: str, uploads: Iterable[Any] = ()
) -> ReturnedPart:
    """Say what the test of a returned part showed, with its evidence; also that no fault was found (SLA-04)."""
    issue = part.issue
    _may(issue, by, *OPEN)
    if not result.strip():
        raise MoveRefused(_("Say what the test showed."), code="result")
    rows = ReturnedPart.objects.filter(pk=part.pk, analysed_at__isnull=True)
    fields = {"result": result, "is_confirmed": is_confirmed, "analysed_at": timezone.now(), "analysed_by_id": by.pk}
    if not rows.update(**fields):
        raise MoveRefused(_("This part is already analysed."), code="conflict")
    part.refresh_from_db()
    keep(issue=issue, files=uploads, by=by, role=f"part.{part.pk}")
    Finding.objects.create(
        issue=issue,
        cycle=issue.cycle,
        kind=FindingKind.TEST,
        text=result,
        place=str(part)[:120],
        found_by_id=by.pk,
        at=timezone.now(),
    )
    about = {"name": str(part), "confirmed": is_confirmed}
    record_many(entries=[Entry(issue, "issue.part_analysed", about), Entry(part, "part.analysed", about)], by=by)
    return part


@transaction.atomic
def suspect_cause(
    *, issue: Issue, by: AbstractBaseUser, text: str, bone: str, kind: str, parent: Cause | None = None
) -> Cause:
    """Put a suspected cause on a bone, or one why below another; a chain is at most seven whys deep (CAP-03)."""
    _may(issue, by)
    depth, above = 0, parent
    while above is not None:
        depth, above = depth + 1, above.parent
    if depth >= DEEPEST or (parent is not None and parent.issue_id != issue.pk):
        raise MoveRefused(_("The chain of whys is too deep."), code="parent")
    if parent is not None and parent.state == CauseState.REJECTED:
        raise MoveRefused(_("This cause was rejected; nothing follows from it."), code="parent")
    where = parent.bone if parent else bone
    row = Cause.objects.create(issue=issue, cycle=issue.cycle, text=text, bone=where, kind=kind, parent=parent)
    record(subject=issue, verb="issue.cause_suspected", by=by, data={"name": text})
    return row


@transaction.atomic
def decide_cause(
    *, cause: Cause, by: AbstractBaseUser, confirmed: bool, evidence: str, uploads: Iterable[Any] = ()
) -> Cause:
    """Confirm or reject a suspected cause by evidence; without evidence nothing is decided, nothing decided twice."""
    issue = cause.issue
    _may(issue, by)
    if not evidence.strip():
        raise MoveRefused(_("A cause is confirmed or rejected by evidence only."), code="evidence")
    state = CauseState.CONFIRMED if confirmed else CauseState.REJECTED
    fields = {"state": state, "evidence": evidence, "decided_by_id": by.pk, "decided_at": timezone.now()}
    if not Cause.objects.filter(pk=cause.pk, state=CauseState.OPEN).update(**fields):
        raise MoveRefused(_("This cause is already decided."), code="conflict")
    cause.refresh_from_db()
    keep(issue=issue, files=uploads, by=by, role=f"cause.{cause.pk}")
    record(subject=issue, verb="issue.cause_decided", by=by, data={"name": cause.text, "state": state.value})
    return cause


@transaction.atomic
def report_preliminarily(*, issue: Issue, by: AbstractBaseUser, text: str) -> Finding:
    """Report the preliminary investigation of a severe or major issue to the superiors (SLA-09)."""
    row = add_finding(issue=issue, by=by, kind="records", text=text)
    record(subject=issue, verb="issue.preliminary_reported", by=by, data={"name": text[:120]})
    return row


@transaction.atomic
def conclude_investigation(*, issue: Issue, by: AbstractBaseUser, expected_version: int | None = None) -> Issue:
    """Conclude, with the causes that this grade needs confirmed."""
    return apply(issue, WORKFLOW["conclude"], by=by, expected_version=expected_version)
