"""Giving one's votes to a deputy for a time, and ending that (D10).

Nobody gives away his own votes while he decides for another, or the other way round: there are no chains.
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.approvals.models import Delegation
from bihuan.core.notify.services import tell
from bihuan.core.workflow.table import MoveRefused


def running(first: date, last: date) -> QuerySet[Delegation]:
    """Delegations that hold on at least one of the days."""
    return Delegation.objects.filter(ended_at__isnull=True, starts_on__lte=last, ends_on__gte=first)


@transaction.atomic
def delegate(*, giver: Any, deputy: Any, starts_on: date, ends_on: date, reason: str) -> Delegation:
    """Let a deputy decide for the giver from one day to another; the giver keeps his vote, who is first decides.

    The code of a refusal is the name of the field that it is about.
    """
    _check_days(starts_on, ends_on)
    if not reason.strip():
        raise MoveRefused(_("Please give a reason."), code="reason")
    if giver.pk == deputy.pk or not deputy.is_active:
        raise MoveRefused(_("Please choose another person who may sign in."), code="deputy")
    _check_chains(giver, deputy, running(starts_on, ends_on))
    row = Delegation.objects.create(
        giver=giver, deputy=deputy, starts_on=starts_on, ends_on=ends_on, reason=reason.strip()
    )
    about = {"deputy": str(deputy), "from": starts_on, "to": ends_on, "reason": reason.strip()}
    record(subject=row, verb="delegation.given", by=giver, data=about)
    days = f"{starts_on} – {ends_on}"
    title = _("You decide approvals for %(name)s: %(days)s") % {"name": giver, "days": days}
    tell(users=[deputy], title=title, subject=row, level="warn", thread_key=f"delegation:{row.pk}")
    return row


def _check_days(starts_on: date, ends_on: date) -> None:
    if starts_on < timezone.localdate():
        raise MoveRefused(_("The first day lies in the past."), code="starts_on")
    if ends_on < starts_on:
        raise MoveRefused(_("The last day lies before the first."), code="ends_on")


def _check_chains(giver: Any, deputy: Any, rows: QuerySet[Delegation]) -> None:
    if rows.filter(giver=giver).exists():
        raise MoveRefused(_("You have given your votes away in this time already."), code="starts_on")
    if rows.filter(deputy=giver).exists():
        raise MoveRefused(_("You decide for somebody else in this time."), code="starts_on")
    if rows.filter(giver=deputy).exists():
        raise MoveRefused(_("%(name)s has a deputy in this time.") % {"name": deputy}, code="deputy")


@transaction.atomic
def end_delegation(*, delegation: Delegation, by: Any) -> None:
    """End a delegation at once; the giver takes his votes back, or the deputy gives them back."""
    rows = Delegation.objects.filter(Q(giver=by) | Q(deputy=by), pk=delegation.pk, ended_at__isnull=True)
    if not rows.update(ended_at=timezone.now()):
        raise MoveRefused(_("This delegation has ended."), code="state")
    record(subject=delegation, verb="delegation.ended", by=by, data={"deputy": str(delegation.deputy)})
    other = delegation.deputy if by.pk == delegation.giver_id else delegation.giver
    title = _("%(name)s has ended the delegation of approvals.") % {"name": by}
    tell(users=[other], title=title, subject=delegation)
