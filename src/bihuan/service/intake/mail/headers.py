"""Headers as people and programs meant them."""

import base64
import binascii
import hashlib
import quopri
import re
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from bihuan.service.intake.mail.charsets import clean, decode
from bihuan.service.intake.mail.parsed import Address

WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
GAP = re.compile(r"(=\?[^?\s]+\?[bBqQ]\?[^?]*\?=)[ \t\r\n]+(?==\?)")
MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
ADDRESS = re.compile(r"[^\s<>@\"',;]+@[^\s<>@\"',;]+")


def raw_header(message: Message, name: str) -> str:
    """Return a header as text; 8-bit bytes that no charset declares are decoded by what they look like."""
    try:
        value = message.get(name)
    except Exception:
        return ""
    if value is None:
        return ""
    text = str(value)
    if any("\udc80" <= char <= "\udcff" for char in text):
        text = decode(text.encode("utf-8", "surrogateescape"), None)[0]
    return text


def text_header(message: Message, name: str) -> str:
    """Return a header with its encoded words decoded, on one line."""
    return " ".join(decode_words(raw_header(message, name)).split())


def decode_words(value: str) -> str:
    """Decode RFC 2047 words; neighbours of one charset are joined first, for split multibyte characters."""
    joined = GAP.sub(r"\1", value)
    parts: list[str] = []
    pending, charset, position = b"", "", 0
    for match in WORD.finditer(joined):
        between = joined[position : match.start()]
        position = match.end()
        name = match.group(1).split("*")[0].lower()
        if between or (pending and name != charset):
            parts += [decode(pending, charset)[0], between]
            pending = b""
        pending, charset = pending + _bytes_of(match.group(2), match.group(3)), name
    parts += [decode(pending, charset)[0] if pending else "", joined[position:]]
    return clean("".join(parts))


def _bytes_of(encoding: str, text: str) -> bytes:
    if encoding in "qQ":
        return quopri.decodestring(text.replace("_", " ").encode("ascii", "replace"))
    data = re.sub(r"[^A-Za-z0-9+/]", "", text)
    try:
        return base64.b64decode(data + "=" * (-len(data) % 4))
    except binascii.Error:
        return base64.b64decode(data[: len(data) // 4 * 4])


def addresses(message: Message, name: str) -> tuple[Address, ...]:
    """Return the addresses of a header; a name that is nothing but encoded words is decoded."""
    try:
        found = getaddresses([raw_header(message, name)], strict=False)
    except TypeError:
        found = getaddresses([raw_header(message, name)])
    except Exception:
        found = []
    result = []
    for title, address in found:
        match = ADDRESS.search(address) or ADDRESS.search(title)
        if match:
            result.append(Address(decode_words(title).strip(" \"'"), clean(match.group()).lower()[:254]))
    return tuple(result)


def message_ids(message: Message, name: str) -> tuple[str, ...]:
    """Return the ids in a header, in order."""
    return tuple(dict.fromkeys(MESSAGE_ID.findall(raw_header(message, name))))


def own_id(message: Message, raw: bytes) -> str:
    """Return the Message-ID; a mail without a usable one is known by its content."""
    found = message_ids(message, "Message-ID")
    if found and found[0].isprintable():
        return found[0]
    return f"<sha256-{hashlib.sha256(raw).hexdigest()}@no-message-id>"


def sent_at(message: Message) -> datetime | None:
    """Return when the mail says that it was sent; None when it does not say or says nonsense."""
    try:
        value = parsedate_to_datetime(raw_header(message, "Date"))
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return moment if 1990 <= moment.year <= 2100 else None
