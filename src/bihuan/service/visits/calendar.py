"""Visits as a calendar that a telephone or an office program subscribes to (iCalendar, RFC 5545) (WO-17)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from bihuan.registry.people.models import User
from bihuan.service.visits.models import Absence, Visit, VisitState

SALT = "visits.calendar"
TEAM = "visits.calendar.team"
LONGEST_LINE = 75
ENDS_WITH = "\r\n"


def token_of(user: User, salt: str = SALT) -> str:
    """The secret part of a person's calendar address, of his own visits or the one of his team (``TEAM``).

    A new password makes the old address worthless.
    """
    return signing.Signer(salt=salt).sign_object([user.pk, _mark(user)])


def user_of(token: str, salt: str = SALT) -> User | None:
    """Whose calendar it is; nobody's, when the address is wrong, old, or its owner has left."""
    try:
        pk, mark = signing.Signer(salt=salt).unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user is not None and _mark(user) == mark else None


def _mark(user: User) -> str:
    return salted_hmac(SALT, user.password).hexdigest()[:16]


def written(visits: Iterable[Visit]) -> str:
    """Somebody's visits as text; each visit keeps its UID, so that a moved one moves."""
    lines: list[str] = []
    for visit in visits:
        words = visit.get_purpose_display()
        lines += _event(visit, f"{words} {_customer(visit)}", f"{visit.contact_name} {visit.contact_phone}")
    return _calendar(_("My visits"), lines)


def written_of_team(visits: Iterable[Visit], absences: Iterable[Absence]) -> str:
    """The visits and absences of a team as text: who goes stands first, and nothing of it fills the reader's own time.

    As on the duty roster, customers and places stand on it, telephone numbers do not.
    """
    lines: list[str] = []
    for visit in visits:
        team = "、".join([str(visit.engineer), *(str(user) for user in visit.helpers.all())])
        words = f"{team} {visit.get_purpose_display()} {_customer(visit)}"
        lines += _event(visit, words, visit.contact_name, "TRANSP:TRANSPARENT")
    for row in absences:
        lines += _absence(row)
    return _calendar(_("Duty roster"), lines)


def _calendar(name: str, events: Iterable[str]) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Bihuan//Visits//ZH", "METHOD:PUBLISH",
             f"X-WR-CALNAME:{escaped(name)}", *events, "END:VCALENDAR"]  # fmt: skip
    return "".join(f"{part}{ENDS_WITH}" for line in lines for part in folded(line))


def _customer(visit: Visit) -> str:
    return visit.case.customer.name if visit.case.customer else visit.contact_name


def _event(visit: Visit, summary: str, contact: str, *more: str) -> list[str]:
    link = f"{settings.BASE_URL}/visits/{visit.number}/"
    about = f"{visit.number} {visit.get_state_display()}\n{contact}\n{visit.task}"
    status = "CONFIRMED" if visit.state != VisitState.PLANNED else "TENTATIVE"
    return [
        "BEGIN:VEVENT", f"UID:{visit.number}@bihuan", f"SEQUENCE:{visit.version}", f"DTSTAMP:{stamp(timezone.now())}",
        f"DTSTART:{stamp(visit.starts_at)}", f"DTEND:{stamp(visit.ends_at)}",
        f"SUMMARY:{escaped(summary)}", f"LOCATION:{escaped(visit.place)}",
        f"DESCRIPTION:{escaped(about)}", f"URL:{link}", f"STATUS:{status}", *more, "END:VEVENT",
    ]  # fmt: skip


def _absence(row: Absence) -> list[str]:
    """Whole days on which somebody cannot be sent; the format names the day after the last one."""
    words = f"{row.user} {_('absent')}：{row.reason}"
    return [
        "BEGIN:VEVENT", f"UID:absence-{row.pk}@bihuan", f"DTSTAMP:{stamp(timezone.now())}",
        f"DTSTART;VALUE=DATE:{row.starts_on:%Y%m%d}", f"DTEND;VALUE=DATE:{row.ends_on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(words)}", "TRANSP:TRANSPARENT", "END:VEVENT",
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
