"""Talking with the customer and among ourselves: replies, contacts, notes, delay notices."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.deadlines.models import Deadline, DeadlineState
from bihuan.core.deadlines.services import of_subject
from bihuan.core.notify.services import send_mail
from bihuan.core.permissions.services import require
from bihuan.core.policy.schema.service import ChannelKind
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk import permissions as perm
from bihuan.service.desk.models import Appointment, Case, CaseMessage, CaseState, DelayNotice, Direction
from bihuan.service.desk.services.triage import suspect_danger
from bihuan.service.desk.workflow import WORKFLOW
from bihuan.service.intake.mail.thread import put_token
from bihuan.service.intake.models import InboundMessage


class Purpose(StrEnum):
    """What a word to the customer is; each stops its own clock (D14)."""

    CONTACT = "contact"
    ANSWER = "answer"
    PROGRESS = "progress"
    QUESTION = "question"


VERBS = {
    Purpose.CONTACT: "case.contacted",
    Purpose.ANSWER: "case.answered",
    Purpose.PROGRESS: "case.progress_told",
    Purpose.QUESTION: "case.contacted",
}


@transaction.atomic
def reply(
    *, case: Case, by: AbstractBaseUser, text: str, purpose: Purpose = Purpose.ANSWER, means: str = "email",
    at: datetime | None = None,
) -> CaseMessage:  # fmt: skip
    """Tell the customer something: by mail it is sent, by any other means it is recorded as said (SLA-01, SLA-02).

    An answer waits until the departments that were asked have answered and that is confirmed (ACC-13).
    """
    require(by, perm.CASE_REPLY, case)
    if not text.strip():
        raise MoveRefused(_("Please write a text."), code="text")
    if case.state in {CaseState.CANCELLED, CaseState.ARCHIVED}:
        raise MoveRefused(_("The case is at rest; reopen it first."), code="state")
    if purpose == Purpose.ANSWER and case.consultations.filter(concluded_at__isnull=True).exists():
        raise MoveRefused(_("Departments are still asked: confirm their answers first (conclude the consultation)."),
                          code="purpose")  # fmt: skip
    if means == ChannelKind.EMAIL and not case.contact_email:
        raise MoveRefused(_("The case has no e-mail address."), code="address")
    outbound = mail_customer(case, subject=case.summary, text=text) if means == ChannelKind.EMAIL else None
    message = CaseMessage.objects.create(
        case=case, direction=Direction.OUT, channel=means, author_id=by.pk, author_name=str(by), text=text,
        outbound=outbound, at=at or timezone.now(),
    )  # fmt: skip
    record(subject=case, verb=VERBS[purpose], by=by, data={"message": message.pk, "means": means}, at=at)
    return message


def mail_customer(
    case: Case,
    *,
    subject: str,
    text: str,
    automatic: bool = False,
    kind: str = "case",
    dedupe_key: str | None = None,
) -> Any:
    """Send a mail that belongs to the case's thread; its subject carries the token for the way back."""
    last = _last_inbound(case)
    return send_mail(
        kind=kind,
        to=[case.contact_email],
        subject=put_token(subject, case.number),
        text=text,
        subject_obj=case,
        in_reply_to=last.external_id if last else "",
        automatic=automatic,
        dedupe_key=dedupe_key,
    )


def _last_inbound(case: Case) -> InboundMessage | None:
    rows = InboundMessage.objects.filter(case_message__case=case).only("external_id")
    return rows.order_by("-id").first()


@transaction.atomic
def add_note(*, case: Case, by: AbstractBaseUser, text: str) -> CaseMessage:
    """Write an internal note; it never leaves the house."""
    require(by, perm.CASE_VIEW, case)
    if not text.strip():
        raise MoveRefused(_("Please write a text."), code="text")
    note = CaseMessage.objects.create(
        case=case,
        direction=Direction.NOTE,
        author_id=by.pk,
        author_name=str(by),
        text=text,
        at=timezone.now(),
    )
    record(subject=case, verb="case.noted", by=by, data={"message": note.pk})
    return note


@transaction.atomic
def receive(
    *, case: Case, message: InboundMessage | None, text: str, sender: str, channel: str, html: str = ""
) -> CaseMessage:
    """Add the customer's words to the conversation; a case that waited for them goes on."""
    row = CaseMessage.objects.create(
        case=case, direction=Direction.IN, channel=channel, inbound=message, author_name=sender[:120], text=text,
        html=html, at=message.received_at if message else timezone.now(),
    )  # fmt: skip
    record(subject=case, verb="case.customer_wrote", by=None, actor_name=sender[:80], data={"message": row.pk})
    suspect_danger(case=case, text=text)
    if case.state == CaseState.WAITING:
        resume(case=case, by=None)
    return row


@transaction.atomic
def wait_for_customer(*, case: Case, by: AbstractBaseUser, reason: str, expected_version: int | None = None) -> Case:
    """Wait for the customer; the clocks that the policy names stand still meanwhile."""
    return apply(
        case, WORKFLOW["wait"], by=by, data={"reason": reason}, fields={"resume_state": case.state},
        expected_version=expected_version,
    )  # fmt: skip


@transaction.atomic
def resume(*, case: Case, by: AbstractBaseUser | None, expected_version: int | None = None) -> Case:
    """Go on where the case stood before it waited."""
    target = case.resume_state or CaseState.TRIAGED
    return apply(
        case, WORKFLOW["resume"], by=by, target=target, fields={"resume_state": ""},
        expected_version=expected_version,
    )  # fmt: skip


@transaction.atomic
def appoint(
    *, case: Case, by: AbstractBaseUser, at: datetime, engineer: Any, agreed_with: str, place: str = ""
) -> Appointment:
    """Keep the time that was agreed with the customer and tell him who will come (WO-14, WO-15)."""
    require(by, perm.CASE_REPLY, case)
    return keep_appointment(case=case, by=by, at=at, engineer=engineer, agreed_with=agreed_with, place=place)


@transaction.atomic
def keep_appointment(
    *, case: Case, by: AbstractBaseUser, at: datetime, engineer: Any, agreed_with: str, place: str = ""
) -> Appointment:
    """The same for a time that the customer agreed to by his link; ``by`` is who proposed it."""
    if at <= timezone.now():
        raise MoveRefused(_("The agreed time must lie ahead."), code="at")
    row = Appointment.objects.create(
        case=case, cycle=case.cycle, at=at, engineer=engineer, place=place, agreed_with=agreed_with, by_id=by.pk
    )
    text = _("Your service is agreed for %(at)s. %(engineer)s, telephone %(phone)s, will serve you.") % {
        "at": f"{timezone.localtime(at):%Y-%m-%d %H:%M}", "engineer": engineer, "phone": engineer.phone or "—",
    }  # fmt: skip
    say(case=case, by=by, text=text, kind="appointment")
    data = {"at": at, "engineer": str(engineer), "agreed_with": agreed_with}
    record(subject=case, verb="case.appointed", by=by, data=data)
    return row


def say(*, case: Case, by: AbstractBaseUser, text: str, kind: str, subject: str = "") -> CaseMessage:
    """Tell the customer within a service that journals itself: by mail where he has an address, and in the talk."""
    if case.contact_email:
        mail_customer(case, subject=subject or case.summary, text=text, kind=kind)
    return CaseMessage.objects.create(
        case=case, direction=Direction.OUT, channel="email" if case.contact_email else "phone", author_id=by.pk,
        author_name=str(by), text=text, at=timezone.now(),
    )  # fmt: skip


@transaction.atomic
def notify_delay(
    *,
    case: Case,
    by: AbstractBaseUser,
    reason: str,
    text: str,
    expected_at: datetime,
    deadline: Deadline | None = None,
) -> DelayNotice:
    """Tell the customer of a possible delay and its reason, before the limit where possible (SLA-18)."""
    require(by, perm.CASE_REPLY, case)
    if reason not in {item.code for item in case.policy.delay_reasons}:
        raise MoveRefused(_("Choose a reason."), code="reason")
    if expected_at <= timezone.now():
        raise MoveRefused(_("The expected time must lie ahead."), code="time")
    row = deadline or of_subject(case).filter(state=DeadlineState.OPEN, due_at__isnull=False).order_by("due_at").first()
    notice = DelayNotice.objects.create(
        case=case, by_id=by.pk, reason=reason, text=text, expected_at=expected_at,
        deadline_code=row.code if row else "", in_time=row is None or not row.is_late,
    )  # fmt: skip
    say(case=case, by=by, text=text, kind="delay")
    data = {"reason": reason, "expected_at": expected_at, "in_time": notice.in_time}
    record(subject=case, verb="case.delay_told", by=by, data=data)
    return notice
