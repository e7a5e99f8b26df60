"""From the bytes of a mail to what it says."""

import email
import email.policy
from collections.abc import Iterator
from email.message import Message

from tnefparse import TNEF

from bihuan.service.intake.mail import automatic
from bihuan.service.intake.mail.bodies import clean_html, new_words, text_of_html, tidy
from bihuan.service.intake.mail.charsets import clean, decode
from bihuan.service.intake.mail.headers import (
    addresses,
    decode_words,
    message_ids,
    own_id,
    raw_header,
    sent_at,
    text_header,
)  # fmt: skip
from bihuan.service.intake.mail.parsed import Address, MailRefused, ParsedMail, Part

MAX_PARTS = 500
MAX_DEPTH = 30
POLICY = email.policy.compat32
TNEF_TYPES = {"application/ms-tnef", "application/vnd.ms-tnef"}


def message_id_of(raw: bytes) -> str:
    """Return the Message-ID of a mail by reading only its head."""
    head = raw.split(b"\n\n", 1)[0].split(b"\r\n\r\n", 1)[0]
    try:
        return own_id(email.message_from_bytes(head[:200_000] + b"\n\n", policy=POLICY), raw)
    except Exception:
        return own_id(Message(), raw)


def parse(raw: bytes, *, max_bytes: int) -> ParsedMail:
    """Read a mail. Raises MailRefused for what cannot be read, and nothing else on any bytes."""
    if not raw.strip():
        raise MailRefused("empty")
    if len(raw) > max_bytes:
        raise MailRefused("too_large")
    try:
        message = email.message_from_bytes(raw, policy=POLICY)
        return _Reader(message, raw).result()
    except MailRefused:
        raise
    except RecursionError as error:
        raise MailRefused("too_deep") from error
    except Exception as error:
        raise MailRefused("broken", f"{type(error).__name__}: {error}"[:200]) from error


class _Reader:
    """Collects bodies and attachments of one mail."""

    def __init__(self, message: Message, raw: bytes) -> None:
        self.message, self.raw = message, raw
        self.texts: list[str] = []
        self.pages: list[str] = []
        self.parts: list[Part] = []
        self.defects: list[str] = []

    def result(self) -> ParsedMail:
        if not self.message.keys():
            raise MailRefused("no_header")
        for count, (part, depth) in enumerate(_walk(self.message)):
            if count > MAX_PARTS:
                raise MailRefused("too_many_parts")
            self._take(part, depth)
        html = "\n".join(self.pages)
        text = tidy("\n\n".join(item for item in self.texts if item.strip())) or text_of_html(html)
        senders = addresses(self.message, "From") or addresses(self.message, "Sender") or (Address(),)
        why = automatic.reason(self.message)
        return ParsedMail(
            message_id=own_id(self.message, self.raw),
            sender=senders[0],
            subject=text_header(self.message, "Subject"),
            text=text,
            new_text=new_words(text),
            html=clean_html(html) if html else "",
            in_reply_to=next(iter(message_ids(self.message, "In-Reply-To")), ""),
            references=message_ids(self.message, "References"),
            to=addresses(self.message, "To") + addresses(self.message, "Cc"),
            date=sent_at(self.message),
            attachments=tuple(self.parts),
            is_automatic=bool(why),
            automatic_reason=why,
            defects=tuple(dict.fromkeys([*self.defects, *(type(item).__name__ for item in self.message.defects)])),
        )

    def _take(self, part: Message, depth: int) -> None:
        kind = part.get_content_type()
        if kind == "message/rfc822":
            self._forwarded(part)
            return
        if part.is_multipart():
            return
        data = _payload(part)
        name = _filename(part)
        disposition = (raw_header(part, "Content-Disposition").split(";")[0]).strip().lower()
        if kind in TNEF_TYPES or name.lower() == "winmail.dat":
            self._tnef(data)
        elif kind in {"text/plain", "text/html"} and disposition != "attachment" and not (name and kind == "text/html"):
            self._body(kind, data, part)
        elif data:
            self._attach(
                name or f"part-{len(self.parts) + 1}{_ending(kind)}",
                kind,
                data,
                part,
                inline=disposition == "inline",
            )

    def _body(self, kind: str, data: bytes, part: Message) -> None:
        declared = part.get_param("charset")
        text, fits = decode(data, declared if isinstance(declared, str) else None)
        if not fits and any(byte > 127 for byte in data):
            self.defects.append("charset")
        (self.pages if kind == "text/html" else self.texts).append(text)

    def _forwarded(self, part: Message) -> None:
        """A forwarded mail is kept whole, and its words are read too: a pure forward has no other words."""
        inner = part.get_payload()
        if isinstance(inner, list) and inner and isinstance(inner[0], Message):
            title = text_header(inner[0], "Subject")
            self._attach(f"{title[:60] or 'forwarded'}.eml", "message/rfc822", _bytes(inner[0]), part)

    def _tnef(self, data: bytes) -> None:
        try:
            box = TNEF(data)
            bodies = [(box.body, self.texts), (box.htmlbody, self.pages)]
            for body, target in bodies:
                if body:
                    target.append(body if isinstance(body, str) else decode(body, None)[0])
            for item in box.attachments:
                name = item.long_filename() or item.name or "attachment"
                self._attach(clean(str(name)), "application/octet-stream", bytes(item.data or b""), None)
        except Exception:
            self.defects.append("tnef")
            self._attach("winmail.dat", "application/ms-tnef", data, None)

    def _attach(self, name: str, kind: str, data: bytes, part: Message | None, *, inline: bool = False) -> None:
        content_id = raw_header(part, "Content-ID").strip(" <>")[:200] if part is not None else ""
        self.parts.append(Part(clean(name)[:200], kind, data, content_id, inline or bool(content_id)))


def _walk(message: Message, depth: int = 0) -> Iterator[tuple[Message, int]]:
    """Yield the parts; also those inside forwarded mails, as deep as people forward."""
    if depth > MAX_DEPTH:
        raise MailRefused("too_deep")
    yield message, depth
    inner = message.get_payload()
    if isinstance(inner, list):
        for part in inner:
            if isinstance(part, Message):
                yield from _walk(part, depth + 1)


def _payload(part: Message) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except Exception:
        data = None
    if isinstance(data, bytes):
        return data
    return str(part.get_payload() or "").encode("utf-8", "replace")


def _bytes(message: Message) -> bytes:
    try:
        return message.as_bytes(policy=POLICY)
    except Exception:
        return str(message.get_payload() or "").encode("utf-8", "replace")


def _filename(part: Message) -> str:
    try:
        name = part.get_filename()
    except Exception:
        return ""
    if not name:
        return ""
    text = str(name)
    if any("\udc80" <= char <= "\udcff" for char in text):
        text = decode(text.encode("utf-8", "surrogateescape"), None)[0]
    return decode_words(text).strip()


def _ending(kind: str) -> str:
    return {"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf", "text/html": ".html"}.get(
        kind, ".bin"
    )
