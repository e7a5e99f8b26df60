"""After the approval: publication, receipts, objections, the final ruling (NCR-04..06, SLA-17, D27)."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.notify.services import tell
from bihuan.core.permissions.services import Refused, require
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues import permissions as perm
from bihuan.quality.issues.board import Board, hang, register, take_down
from bihuan.quality.issues.models import Issue, IssueState, Objection, Publication, Ruling
from bihuan.quality.issues.notice import public_sections
from bihuan.quality.issues.workflow import HEARD, WORKFLOW
from bihuan.registry.people.queries import with_permission

S = IssueState
RESULT = "result"


@transaction.atomic
def plan_decided(*, issue: Issue, approved: bool, by: AbstractBaseUser | None) -> Issue:
    """Go on after the chain has spoken: publish, or give the plan back to its drafter (D27: publicity is policy)."""
    if not approved:
        return apply(issue, WORKFLOW["return"], by=None, data={"by": str(by or "")})
    publicity = issue.policy.issues.publicity
    target = S.PUBLISHED if publicity.enabled else S.IMPLEMENTING
    apply(issue, WORKFLOW["publish"], by=None, data={"by": str(by or "")}, target=target)
    if publicity.enabled:
        publish(issue=issue)
    return issue


@transaction.atomic
def publish(*, issue: Issue) -> Publication:
    """Put the result up for all departments for the set days, without any customer's data, and tell their people."""
    days = issue.policy.issues.publicity.days
    return hang(kind=RESULT, subject=issue, paper=public_sections(issue), days=days, issue=issue)


def hears(notice: Publication) -> bool:
    """Whether departments may still object: for the whole window, also when measures have begun (NCR-06, SLA-17)."""
    issue = notice.issue
    return notice.is_open and issue is not None and issue.state in HEARD and not _is_ruled(issue)


def _is_ruled(issue: Issue) -> bool:
    return Objection.objects.filter(publication__issue=issue).exclude(ruling="").exists()


@transaction.atomic
def object_to(*, publication: Publication, by: AbstractBaseUser, reason: str) -> Objection:
    """Object within the window: the first leads to a second investigation, the second to the ruling (NCR-06)."""
    issue = publication.issue
    if issue is None:
        raise MoveRefused(_("Nobody objects to this notice."), code="state")
    department = getattr(by, "department_id", None)
    if department is None:
        raise Refused(perm.ISSUE_VIEW)
    if not reason.strip():
        raise MoveRefused(_("Please give a reason."), code="reason")
    if _is_ruled(issue):
        raise MoveRefused(_("The final ruling has been given."), code="final")
    if not hears(publication):
        raise MoveRefused(_("The time for objections is over."), code="state")
    before = Objection.objects.filter(publication__issue=issue, publication__round__lt=publication.round).count()
    try:
        with transaction.atomic():
            row = Objection.objects.create(
                publication=publication, round=before + 1, by_id=by.pk, reason=reason,
                department_id=department,
            )  # fmt: skip
    except IntegrityError as error:
        raise MoveRefused(_("Somebody has already objected to this notice."), code="conflict") from error
    if row.round == 1:
        take_down(kind=RESULT, subject=issue)
        apply(issue, WORKFLOW["object"], by=None, data={"reason": reason, "by": str(by)}, actor_name=str(by))
        _tell(issue, "issues.investigate", _("Objection, investigate again: %(number)s %(title)s"))
    else:
        record(subject=issue, verb="issue.objected_again", by=by, data={"reason": reason})
        _tell(issue, "issues.rule", _("Second objection, your final ruling is needed: %(number)s %(title)s"))
    return row


def _tell(issue: Issue, permission: str, words: str) -> None:
    title = words % {"number": issue.number, "title": issue.title}
    tell(users=with_permission(permission, issue), title=title, subject=issue, level="warn", verb="issue.objected")


@transaction.atomic
def rule(*, issue: Issue, by: AbstractBaseUser, upheld: bool, reason: str) -> Objection:
    """Give the final ruling on the second objection; after it nobody objects any more (NCR-06, D09)."""
    require(by, perm.ISSUE_RULE, issue)
    waiting = Objection.objects.filter(publication__issue=issue, round__gte=2, ruling="").first()
    if waiting is None:
        raise MoveRefused(_("No second objection waits for a ruling."), code="state")
    if not reason.strip():
        raise MoveRefused(_("Please give a reason."), code="reason")
    if waiting.by_id == by.pk:
        raise MoveRefused(_("Nobody rules on his own objection."), code="own")
    ruling = Ruling.UPHELD if upheld else Ruling.DISMISSED
    fields: dict[str, Any] = {
        "ruling": ruling, "ruling_reason": reason, "ruled_by_id": by.pk, "ruled_at": timezone.now()
    }  # fmt: skip
    if not Objection.objects.filter(pk=waiting.pk, ruling="").update(**fields):
        raise MoveRefused(_("The final ruling has been given."), code="conflict")
    waiting.refresh_from_db()
    if upheld:
        take_down(kind=RESULT, subject=issue)
        apply(issue, WORKFLOW["uphold"], by=by, data={"reason": reason})
    else:
        record(subject=issue, verb="issue.objection_dismissed", by=by, data={"reason": reason})
    return waiting


@transaction.atomic
def start_implementation(*, issue: Issue, by: AbstractBaseUser, expected_version: int | None = None) -> Issue:
    """Carry out the measures: every department has read the notice, or its window is over."""
    return apply(issue, WORKFLOW["implement"], by=by, expected_version=expected_version)


register(
    RESULT,
    Board(
        "issue.published", "issue.notice_read",
        lambda notice, by, reason: object_to(publication=notice, by=by, reason=reason),
        lambda notice: getattr(notice, "objection", None), hears,
    ),
)  # fmt: skip
