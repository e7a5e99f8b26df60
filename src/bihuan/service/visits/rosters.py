"""Who is where on some days: what the dispatch board shows and the duty roster freezes (WO-03, WO-17)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from bihuan.core.permissions.services import scope_of
from bihuan.core.policy.schema.organisation import Scope
from bihuan.registry.people.models import User
from bihuan.registry.people.queries import with_permission
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.models import Absence, DutyRoster, Visit, VisitState
from bihuan.service.visits.queries import of_days, visible_to

MOST_RECENT = 5
TEAM_BEFORE, TEAM_AFTER = timedelta(days=7), timedelta(days=35)


@dataclass
class Cell:
    """What somebody has on a day: visits, or an absence."""

    day: date
    visits: list[Visit] = field(default_factory=list)
    absent: Absence | None = None


def midnight(day: date) -> datetime:
    """The beginning of a local day."""
    return timezone.make_aware(datetime.combine(day, time.min))


def of_span(user: Any, first: date, last: date) -> list[tuple[User, list[Cell]]]:
    """Everybody who goes on visits with his cell for each day, as far as the user sees the visits."""
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    shown = of_days(midnight(first), midnight(last + timedelta(days=1))).filter(pk__in=visible_to(user).values("pk"))
    visits = list(shown.select_related("case__customer", "engineer__region").prefetch_related("helpers")
                  .order_by("starts_at", "id"))  # fmt: skip
    people: dict[int, User] = {one.pk: one for one in with_permission(perm.VISITS_WORK)}
    people |= {row.engineer_id: row.engineer for row in visits}
    prefetch_related_objects(list(people.values()), "region")
    away = list(Absence.objects.filter(user__in=people, starts_on__lte=last, ends_on__gte=first))
    return [(one, [_cell(one, day, visits, away) for day in days]) for one in by_name(people.values())]


def by_name(people: Iterable[User]) -> list[User]:
    """People in the order of their region and name."""
    return sorted(people, key=lambda one: (one.region_id or 0, one.username))


def _cell(user: User, day: date, visits: list[Visit], away: list[Absence]) -> Cell:
    start, end = midnight(day), midnight(day + timedelta(days=1))
    own = [
        row for row in visits if row.starts_at < end and row.ends_at > start
        and (row.engineer_id == user.pk or any(helper.pk == user.pk for helper in row.helpers.all()))
    ]  # fmt: skip
    absent = next((row for row in away if row.user_id == user.pk and row.starts_on <= day <= row.ends_on), None)
    return Cell(day, own, absent)


def of_team(user: Any, region: str = "") -> tuple[QuerySet[Visit], QuerySet[Absence]]:
    """The visits around now that a planner sees, and the absences of those who go on visits; of a region, or of all."""
    now = timezone.now()
    start, end = now - TEAM_BEFORE, now + TEAM_AFTER
    people = [one.pk for one in with_permission(perm.VISITS_WORK) if region in {"", str(one.region_id)}]
    visits = visible_to(user).filter(pk__in=of_days(start, end).values("pk")).exclude(state=VisitState.ASKED)
    if region:
        helped = Visit.objects.filter(helpers__in=people).values("pk")
        visits = visits.filter(Q(engineer__in=people) | Q(pk__in=helped))
    away = Absence.objects.filter(user__in=people, starts_on__lte=end.date(), ends_on__gte=start.date())
    shown = visits.select_related("case__customer", "engineer").prefetch_related("helpers").order_by("starts_at", "id")
    return shown, away.select_related("user").order_by("starts_on", "id")


def rosters_of(user: Any) -> QuerySet[DutyRoster]:
    """The rosters that somebody sees: his own, those on which he stands, all of them where he plans for everybody."""
    if scope_of(user, perm.VISITS_PLAN) == Scope.ALL:
        return DutyRoster.objects.all()
    mine = DutyRoster.objects.filter(Q(drawn_by=user.pk) | Q(people=user.pk)).values("pk")
    return DutyRoster.objects.filter(pk__in=mine)


def visible_rosters(user: Any, ids: Iterable[int]) -> set[int]:
    """Which of these rosters somebody sees."""
    return set(rosters_of(user).filter(pk__in=list(ids)).values_list("pk", flat=True))


def recent_rosters(user: Any) -> list[DutyRoster]:
    """The rosters of the latest days."""
    return list(rosters_of(user).select_related("drawn_by")[:MOST_RECENT])
