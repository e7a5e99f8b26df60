"""Visits as a calendar that a telephone or an office program subscribes to (iCalendar, RFC 5545) (WO-17)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from bihuan.registry.people.models import User
from bihuan.service.visits.models import Visit, VisitState

SALT = "visits.calendar"
LONGEST_LINE = 75
ENDS_WITH = "\r\n"


def token_of(user: User) -> str:
    """The secret part of a person's calendar address; a new password makes the old address worthless."""
    return signing.Signer(salt=SALT).sign_object([user.pk, _mark(user)])


def user_of(token: str) -> User | None:
    """Whose calendar it is; nobody's, when the address is wrong, old, or its owner has left."""
    try:
        pk, mark = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user is not None and _mark(user) == mark else None


def _mark(user: User) -> str:
    return salted_hmac(SALT, user.password).hexdigest()[:16]


def written(visits: Iterable[Visit]) -> str:
    """The calendar as text; each visit keeps its UID, so that a moved one moves."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Bihuan//Visits//ZH", "METHOD:PUBLISH",
             f"X-WR-CALNAME:{escaped(_('My visits'))}"]  # fmt: skip
    for visit in visits:
        lines += _event(visit)
    return "".join(f"{part}{ENDS_WITH}" for line in [*lines, "END:VCALENDAR"] for part in folded(line))


def _event(visit: Visit) -> list[str]:
    customer = visit.case.customer.name if visit.case.customer else visit.contact_name
    link = f"{settings.BASE_URL}/visits/{visit.number}/"
    about = f"{visit.number} {visit.get_state_display()}\n{visit.contact_name} {visit.contact_phone}\n{visit.task}"
    status = "CONFIRMED" if visit.state != VisitState.PLANNED else "TENTATIVE"
    return [
        "BEGIN:VEVENT", f"UID:{visit.number}@bihuan", f"SEQUENCE:{visit.version}", f"DTSTAMP:{stamp(timezone.now())}",
        f"DTSTART:{stamp(visit.starts_at)}", f"DTEND:{stamp(visit.ends_at)}",
        f"SUMMARY:{escaped(f'{visit.get_purpose_display()} {customer}')}", f"LOCATION:{escaped(visit.place)}",
        f"DESCRIPTION:{escaped(about)}", f"URL:{link}", f"STATUS:{status}", "END:VEVENT",
    ]  # fmt: skip


def stamp(moment: datetime) -> str:
    """A moment in UTC."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """A text with what the format keeps for itself marked (RFC 5545, 3.3.11)."""
    for char, marked in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        text = text.replace(char, marked)
    return text


def folded(line: str) -> Iterator[str]:
    """A line in parts of at most 75 octets, no character cut in two (RFC 5545, 3.1)."""
    part, size = "", 0
    for char in line:
        width = len(char.encode())
        if size + width > LONGEST_LINE:
            yield part
            part, size = " ", 1
        part, size = part + char, size + width
    yield part
