"""The duty roster 《维修排班表》 is issued as a numbered paper, and those on it learn of it (WO-17, WO-30)."""

from datetime import date, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.documents.models import Document
from bihuan.core.documents.queries import for_subject
from bihuan.core.documents.services import issue
from bihuan.core.notify.services import tell
from bihuan.core.permissions.services import require
from bihuan.core.policy.queries import current
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.models import DutyRoster
from bihuan.service.visits.rosters import of_span

FORM = "F15"
LONGEST = timedelta(days=31)


@transaction.atomic
def issue_roster(*, first: date, last: date, by: AbstractBaseUser) -> Document:
    """Freeze who is where on these days as far as the planner sees it; a second issue is the paper's next revision."""
    require(by, perm.VISITS_PLAN)
    if not first <= last <= first + LONGEST:
        raise MoveRefused(_("The end follows the beginning, within a month."), code="last")
    days = of_span(by, first, last)
    people = {user.pk: user for user, _cells in days}
    if not people:
        raise MoveRefused(_("Nobody goes on visits yet"), code="first")
    values = {"policy_version": current(), "issued_at": timezone.now()}
    row, _created = DutyRoster.objects.update_or_create(
        first_on=first, last_on=last, drawn_by_id=by.pk, defaults=values
    )
    row.people.set(people.values())
    document = issue(form_code=FORM, subject=row, by=by, corrects=next(iter(for_subject(row)), None))
    busy = [user for user, cells in days if any(cell.visits for cell in cells)]
    title = _("Duty roster %(days)s, revision %(revision)s") % {"days": row, "revision": document.revision}
    tell(users=busy, title=title, subject=row, verb="roster.issued")
    return document
