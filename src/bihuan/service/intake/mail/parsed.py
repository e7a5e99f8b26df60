"""What a mail says, as plain values."""

from dataclasses import dataclass, field
from datetime import datetime


class MailRefused(ValueError):
    """A mail that cannot become a case by itself; it goes to quarantine with this reason (``intake.reasons``)."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


@dataclass(frozen=True)
class Address:
    """A name and an address, either may be empty."""

    name: str = ""
    address: str = ""


@dataclass(frozen=True)
class Part:
    """An attachment."""

    filename: str
    content_type: str
    data: bytes
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True)
class ParsedMail:
    """One mail. Texts hold no NUL and no lone surrogate, so every database can keep them."""

    message_id: str
    sender: Address
    subject: str
    text: str
    new_text: str
    html: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    to: tuple[Address, ...] = ()
    date: datetime | None = None
    attachments: tuple[Part, ...] = ()
    is_automatic: bool = False
    automatic_reason: str = ""
    defects: tuple[str, ...] = field(default_factory=tuple)
