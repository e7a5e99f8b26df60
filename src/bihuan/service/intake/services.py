"""Taking messages in: stored first and once, read afterwards, put aside when they cannot be read."""

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.jobs.services import enqueue
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.intake.mail.parsed import MailRefused, ParsedMail
from bihuan.service.intake.mail.reading import message_id_of, parse
from bihuan.service.intake.models import CallOutcome, InboundMessage, Mailbox, MessageState, PhoneCall

AT_HAND = (MessageState.WAITING, MessageState.QUARANTINED)


def store_mail(
    *,
    raw: bytes,
    source: str,
    channel: str = "email",
    mailbox: Mailbox | None = None,
    at: datetime | None = None,
    read: bool = True,
) -> tuple[InboundMessage, bool]:
    """Keep a mail as it came, once per mailbox and Message-ID, and let a job read it.

    ``read`` False keeps it without reading it: its size alone has sent it to quarantine. Returns the row and
    whether it is new. A mail that came before is left as it is: nothing is done twice.
    """
    message = InboundMessage(
        source=source,
        external_id=message_id_of(raw)[:255],
        channel=channel,
        mailbox=mailbox,
        raw=raw,
        raw_sha256=hashlib.sha256(raw).hexdigest(),
        received_at=at or timezone.now(),
    )
    return _store_once(message, read=read)


def store_payload(
    *, source: str, external_id: str, channel: str, payload: dict[str, Any], at: datetime | None = None
) -> tuple[InboundMessage, bool]:
    """Keep a message of a chat or an app as it came through the API."""
    message = InboundMessage(
        source=source,
        external_id=external_id[:255],
        channel=channel,
        payload=payload,
        received_at=at or timezone.now(),
        sender_name=str(payload.get("sender_name", ""))[:120],
        sender_address=str(payload.get("sender_address", ""))[:254],
        subject=str(payload.get("subject", ""))[:300],
        text=str(payload.get("text", "")),
        new_text=str(payload.get("text", "")),
    )
    return _store_once(message)


@transaction.atomic
def _store_once(message: InboundMessage, *, read: bool = True) -> tuple[InboundMessage, bool]:
    """Two pollers may bring one mail: the database decides whose insert counts."""
    key = {"source": message.source, "external_id": message.external_id}
    before = InboundMessage.objects.filter(**key).values_list("pk", flat=True).first()
    if before is None:
        InboundMessage.objects.bulk_create([message], ignore_conflicts=True)
    row = InboundMessage.objects.get(**key)
    if before is None and read:
        enqueue("intake.read", {"message": row.pk}, key=f"intake.read:{row.pk}")
    return row, before is None


@transaction.atomic
def read_message(message: InboundMessage) -> None:
    """Read a stored message and let the desk route it; all in one transaction, so a crash repeats the whole."""
    rows = InboundMessage.objects.select_for_update().filter(pk=message.pk, state=MessageState.STORED)
    row = rows.first()
    if row is None:
        return
    if row.raw is not None:
        try:
            parsed = parse(bytes(row.raw), max_bytes=settings.MAX_MAIL_BYTES)
        except MailRefused as refused:
            quarantine(message=row, reason=str(refused))
            return
        _take_over(row, parsed)
    row.state = MessageState.WAITING
    row.save()
    record(subject=row, verb="message.read", by=None, data={"source": row.source})


def _take_over(row: InboundMessage, mail: ParsedMail) -> None:
    row.sent_at = mail.date
    row.sender_name = mail.sender.name[:120]
    row.sender_address = mail.sender.address[:254]
    row.subject = mail.subject[:300]
    row.text, row.new_text, row.html = mail.text, mail.new_text, mail.html
    row.is_automatic = mail.is_automatic
    row.defects = list(mail.defects)


def quarantine(*, message: InboundMessage, reason: str) -> None:
    """Put a message aside with its reason; a person looks at it, nothing else waits for it."""
    changed = InboundMessage.objects.filter(pk=message.pk).exclude(state=MessageState.ROUTED)
    if changed.update(state=MessageState.QUARANTINED, reason=reason[:300], version=F("version") + 1):
        record(subject=message, verb="message.quarantined", by=None, data={"reason": reason[:300]})


def mark_routed(*, message: InboundMessage, by: AbstractBaseUser | None, case_number: str) -> None:
    """Note that a message now belongs to a case; of two people who decide at once, one wins."""
    rows = InboundMessage.objects.filter(pk=message.pk).exclude(state=MessageState.ROUTED)
    if not rows.update(state=MessageState.ROUTED, reason="", version=F("version") + 1):
        raise MoveRefused(_("This message is already in a case."), code="conflict")
    record(subject=message, verb="message.routed", by=by, data={"case": case_number})


@transaction.atomic
def dismiss(*, message: InboundMessage, by: AbstractBaseUser, reason: str) -> None:
    """Decide that a message needs no case; it stays stored and can be taken up again."""
    if not reason.strip():
        raise MoveRefused(_("Please give a reason."), code="reason")
    rows = InboundMessage.objects.filter(pk=message.pk, state__in=AT_HAND)
    if not rows.update(state=MessageState.IGNORED, reason=reason[:300], version=F("version") + 1):
        raise MoveRefused(_("Somebody else has already decided about this message."), code="conflict")
    record(subject=message, verb="message.dismissed", by=by, data={"reason": reason})


@transaction.atomic
def log_call(
    *,
    channel: str,
    by: AbstractBaseUser | None,
    caller: str = "",
    outcome: str = CallOutcome.ANSWERED,
    rings: int | None = None,
    wait_seconds: int | None = None,
    began_at: datetime | None = None,
) -> PhoneCall:
    """Keep a call for the connect rate and the ring limit (INT-14, KPI-06)."""
    return PhoneCall.objects.create(
        channel=channel,
        caller=caller,
        outcome=outcome,
        rings=rings,
        wait_seconds=wait_seconds,
        began_at=began_at or timezone.now(),
        agent_id=by.pk if by else None,
    )
