"""Finding the way back: tokens in subjects, and the ids that a mail answers."""

import hashlib
import hmac
import re
from dataclasses import dataclass

from django.conf import settings

from bihuan.service.intake.mail.parsed import ParsedMail

TOKEN = re.compile(r"\[([A-Z]{1,6}[0-9]{4,8}-[0-9]{3,12})#([a-z0-9]{8})\]", re.IGNORECASE)
PREFIX = re.compile(r"^\s*(?:(?:re|fw|fwd|aw|回复|答复|回覆|转发|轉寄|轉發)\s*(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE)


@dataclass(frozen=True)
class ThreadHints:
    """What a mail may belong to: ids in order of trust, and a number whose token is genuine."""

    message_ids: tuple[str, ...]
    number: str


def _mark(number: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), number.upper().encode(), hashlib.sha256).hexdigest()[:8]


def put_token(subject: str, number: str) -> str:
    """Add the number with its mark to a subject, once."""
    return f"{TOKEN.sub('', subject).strip()} [{number}#{_mark(number)}]"


def find_number(subject: str) -> str:
    """Return the number of a genuine token; a forged or mistyped one counts for nothing."""
    for number, mark in TOKEN.findall(subject):
        if hmac.compare_digest(mark.lower(), _mark(number)):
            return str(number).upper()
    return ""


def strip_prefixes(subject: str) -> str:
    """Return a subject without Re:, Fw:, 回复： and our token."""
    return PREFIX.sub("", TOKEN.sub("", subject)).strip()


def candidates(mail: ParsedMail) -> ThreadHints:
    """Return the ids that a mail answers, the nearest first, and the number in its subject."""
    ids = [mail.in_reply_to, *reversed(mail.references)]
    return ThreadHints(tuple(dict.fromkeys(item for item in ids if item)), find_number(mail.subject))
