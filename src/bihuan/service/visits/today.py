"""The visits that wait for one person today, for his first page (WO-08)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from bihuan.core.permissions.services import can
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.models import VisitState
from bihuan.service.visits.queries import BOOKED, going, visible_to
from bihuan.ui.todo import Todo, register

MOST = 10
AHEAD = timedelta(days=2)


def of_engineer(user: Any) -> Iterator[Todo]:
    """Where he goes today and in the next two days, and what is left open of earlier ones."""
    if not can(user, perm.VISITS_WORK):
        return
    now = timezone.now()
    rows = visible_to(user).filter(going(user), state__in=BOOKED - {VisitState.ASKED}, starts_at__lte=now + AHEAD)
    for row in rows.select_related("case__customer").order_by("starts_at", "id")[:MOST]:
        begin, end = timezone.localtime(row.starts_at), timezone.localtime(row.ends_at)
        what = f"{begin:%H:%M}–{end:%H:%M} {VisitState(row.state).label}"
        about = f"{row.case.customer or row.contact_name} {row.place}".strip()
        yield Todo(what, about, reverse("visits:visit", args=[row.number]), begin.date(), row.ends_at < now)


register("visits.engineer", of_engineer)
