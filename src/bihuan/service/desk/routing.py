"""From a message to its case: the thread decides, then the participant, then a new case is opened."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.files.services import FileRefused, attach, decode_codes, store
from bihuan.core.notify.models import OutboundMail
from bihuan.core.policy import queries as policy
from bihuan.core.policy.schema.service import LateReply
from bihuan.registry.customers.models import Contact, Customer
from bihuan.service.desk import recognition
from bihuan.service.desk.models import Case, CaseMessage, CaseState
from bihuan.service.desk.services.closing import reopen_case
from bihuan.service.desk.services.registration import Report, first_line, register_case
from bihuan.service.desk.services.talk import receive
from bihuan.service.intake.mail.parsed import MailRefused, ParsedMail
from bihuan.service.intake.mail.reading import parse
from bihuan.service.intake.mail.thread import candidates, strip_prefixes
from bihuan.service.intake.models import InboundMessage
from bihuan.service.intake.services import mark_routed, quarantine

AT_REST = {CaseState.CLOSED, CaseState.ARCHIVED, CaseState.CANCELLED, CaseState.FOLLOW_UP}
WORDS_KEPT = 100_000


@transaction.atomic
def route_message(*, message: InboundMessage) -> Case | None:
    """Bring a message that was read into its case, or open one; automatic mail never opens one (RFC 3834).

    Whatever has no place goes to quarantine with its reason, so that a person sees it.
    """
    mail = _parsed(message)
    case = find_case(message, mail)
    if message.is_automatic:
        return _keep_automatic(message, mail, case)
    if case is None and _is_closed(message.channel):
        quarantine(message=message, reason="channel_closed")
        return None
    if case is None:
        return open_case(message=message, mail=mail)
    if case.state in AT_REST:
        case = _late_reply(message, case)
        if case is None:
            return None
    return add_to_case(message=message, case=case, mail=mail)


def _is_closed(code: str) -> bool:
    """Whether the company has switched the channel off: a person decides what still comes there (D02)."""
    channel = policy.default().channel(code)
    return channel is not None and not channel.enabled


def _parsed(message: InboundMessage) -> ParsedMail | None:
    if message.raw is None:
        return None
    return parse(bytes(message.raw), max_bytes=len(message.raw) + 1)


def readable(message: InboundMessage) -> ParsedMail | None:
    """The mail of a message that a person decides about; one that cannot be read has only its row."""
    try:
        return _parsed(message)
    except MailRefused:
        return None


def find_case(message: InboundMessage, mail: ParsedMail | None) -> Case | None:
    """Find the case by what the mail answers; a number in the subject counts only from a known participant."""
    if mail is None:
        return _case_of_chat(message)
    hints = candidates(mail)
    for message_id in hints.message_ids:
        case = _case_by_message_id(message_id)
        if case is not None and (is_participant(case, message.sender_address) or _is_ours(message_id)):
            return case
    case = Case.objects.filter(number=hints.number).first() if hints.number else None
    return case if case is not None and is_participant(case, message.sender_address) else None


def _case_of_chat(message: InboundMessage) -> Case | None:
    number = str(message.payload.get("case", ""))
    return Case.objects.filter(number=number, channel=message.channel).first() if number else None


def _is_ours(message_id: str) -> bool:
    """Our own Message-IDs are random: whoever answers one has received our mail."""
    return OutboundMail.objects.filter(message_id=message_id).exists()


def _case_by_message_id(message_id: str) -> Case | None:
    sent = CaseMessage.objects.filter(outbound__message_id=message_id).select_related("case").first()
    if sent is None:
        mail = OutboundMail.objects.filter(message_id=message_id, subject_type="desk.case").first()
        if mail is not None:
            return Case.objects.filter(pk=mail.subject_id or 0).first()
        sent = CaseMessage.objects.filter(inbound__external_id=message_id).select_related("case").first()
    return sent.case if sent else None


def is_participant(case: Case, address: str) -> bool:
    """Whether the address belongs to somebody who already takes part in the case."""
    if not address:
        return False
    if address.lower() == case.contact_email.lower():
        return True
    if case.customer_id and (
        Customer.objects.filter(pk=case.customer_id, email__iexact=address).exists()
        or Contact.objects.filter(customer=case.customer_id, email__iexact=address).exists()
    ):
        return True
    return case.messages.filter(inbound__sender_address__iexact=address).exists()


def _keep_automatic(message: InboundMessage, mail: ParsedMail | None, case: Case | None) -> Case | None:
    """An automatic mail is kept with its case, without waking anybody; without one it is put aside."""
    if case is None:
        quarantine(message=message, reason="automatic")
        return None
    return add_to_case(message=message, case=case, mail=mail)


def _late_reply(message: InboundMessage, case: Case) -> Case | None:
    """A reply to a closed case reopens it or opens a linked one, as the policy says."""
    rules = case.policy.procedure
    closed_at = case.closed_at or case.registered_at
    in_time = timezone.now() - closed_at <= timedelta(days=rules.reopen_days)
    if case.state == CaseState.FOLLOW_UP:
        return case
    if rules.late_reply == LateReply.REOPEN and in_time:
        return reopen_case(case=case, by=None, reason=_("The customer wrote again."))
    open_case(message=message, mail=_parsed(message), follows=case)
    return None


@transaction.atomic
def open_case(*, message: InboundMessage, mail: ParsedMail | None, by: Any = None, follows: Case | None = None) -> Case:
    """Open a case from a message; the mail's sending time is the time of complaint if it is believable (SLA-03)."""
    text = (message.text or message.new_text)[:WORDS_KEPT]
    payload = message.payload
    report = Report(
        channel=message.channel,
        description=text,
        summary=strip_prefixes(message.subject) or first_line(text) or _("Message without text"),
        contact_name=message.sender_name[:60] or str(payload.get("contact_name", ""))[:60],
        contact_email=message.sender_address if "@" in message.sender_address else "",
        contact_phone=str(payload.get("phone", ""))[:40],
        serial_text=str(payload.get("serial", ""))[:60],
        complained_at=_complaint_time(message),
        client_key=f"message:{message.pk}",
        customer=follows.customer if follows else None,
        unit=follows.unit if follows else None,
        follows=follows,
    )
    case = register_case(report=report, by=by)
    add_to_case(message=message, case=case, mail=mail, first=True, by=by)
    return case


def _complaint_time(message: InboundMessage) -> Any:
    sent = message.sent_at
    believable = sent is not None and timedelta(0) <= message.received_at - sent <= timedelta(days=30)
    return sent if believable else message.received_at


@transaction.atomic
def add_to_case(
    *, message: InboundMessage, case: Case, mail: ParsedMail | None, first: bool = False, by: Any = None
) -> Case:
    """Put a message into the conversation with its attachments; what cannot be kept as a file is named there."""
    mark_routed(message=message, by=by, case_number=case.number)
    text = message.text if first else (message.new_text or message.text)
    sender = message.sender_name or message.sender_address
    row = receive(
        case=case,
        message=message,
        text=text[:WORDS_KEPT],
        sender=sender,
        channel=message.channel,
        html=message.html,
    )
    codes = _keep_attachments(case, row, mail)
    if codes and case.unit_id is None:
        recognition.suggest(case, codes)
    return case


def _keep_attachments(case: Case, row: CaseMessage, mail: ParsedMail | None) -> list[str]:
    codes: list[str] = []
    for part in mail.attachments if mail else ():
        try:
            file = store(data=part.data, name=part.filename, by=None)
        except FileRefused as refused:
            row.text = f"{row.text}\n\n[{part.filename}: {refused.reason}]"
            row.save(update_fields=["text"])
            continue
        attach(subject=case, file=file, role="evidence", caption=part.filename[:80], public=True, by=None)
        if file.kind == "image":
            codes += decode_codes(file)
    return codes
