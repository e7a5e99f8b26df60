"""Why a message was put aside, in the words of whoever reads it; what is stored is a code with its details."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, str | Promise] = {
    "empty": _("The mail is empty."),
    "too_large": _("The mail is larger than the limit."),
    "too_deep": _("The mail is nested too deeply."),
    "too_many_parts": _("The mail has too many parts."),
    "no_header": _("This is not a mail: it has no header."),
    "broken": _("The mail is damaged and cannot be read."),
    "failed": _("Reading it failed again and again."),
    "automatic": _("Automatic reply or bulk mail that belongs to no case"),
    "channel_closed": _("This channel is switched off; somebody must decide what becomes of the message."),
}


def told(reason: str) -> str:
    """A stored reason for people; a person's own words stay as they are."""
    code, _colon, detail = reason.partition(": ")
    known = REASONS.get(code)
    if known is None:
        return reason
    return gettext("%(reason)s (%(detail)s)") % {"reason": known, "detail": detail} if detail else str(known)
