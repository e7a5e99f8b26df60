"""Telling machines from people (RFC 3834)."""

from email.message import Message

from bihuan.service.intake.mail.headers import addresses, raw_header, text_header

ROBOTS = ("mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply", "donotreply")
SUBJECTS = (
    "自动回复",
    "自動回覆",
    "auto:",
    "automatic reply",
    "out of office",
    "undeliverable",
    "系统退信",
    "退信",
)


def reason(message: Message) -> str:
    """Return why a mail comes from a machine, or nothing."""
    submitted = raw_header(message, "Auto-Submitted").strip().lower()
    if submitted and not submitted.startswith("no"):
        return "auto-submitted"
    if message.get_content_type() == "multipart/report":
        return "report"
    if raw_header(message, "Return-Path").strip() == "<>":
        return "empty return path"
    if raw_header(message, "Precedence").strip().lower() in {"bulk", "junk", "list", "auto_reply"}:
        return "precedence"
    for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "List-Id", "List-Unsubscribe"):
        if raw_header(message, name).strip():
            return name.lower()
    return _weak(message)


def _weak(message: Message) -> str:
    """A machine's name, or a machine's subject from somebody who also has a machine's name."""
    senders = addresses(message, "From")
    local = senders[0].address.split("@")[0] if senders else ""
    if local in ROBOTS[:2]:
        return "mailer daemon"
    subject = text_header(message, "Subject").lower()
    if local.startswith(ROBOTS) and any(mark in subject for mark in SUBJECTS):
        return "robot"
    return ""
