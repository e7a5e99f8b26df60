"""Reading visits."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from bihuan.core.permissions.queries import limit
from bihuan.service.desk.models import Case, CaseState, SolutionState
from bihuan.service.desk.queries import visible_to as visible_cases
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.models import Visit, VisitState

S = VisitState
BOOKED = frozenset({S.ASKED, S.PLANNED, S.CONFIRMED, S.ON_SITE, S.REPORTED})
MOST_WAITING = 50
CALENDAR_BEFORE, CALENDAR_AFTER = timedelta(days=30), timedelta(days=180)
FOR_PAGE = (
    "case__customer", "case__model__line", "case__unit", "case__line",
    "engineer__region", "region", "planned_by", "report__signature",
)  # fmt: skip


def visible_to(user: Any) -> QuerySet[Visit]:
    """Visits within the user's scope; those on which he goes, which he planned or whose case he handles always."""
    rows = limit(Visit.objects.all(), user, perm.VISITS_VIEW, own="engineer", department="")
    if not getattr(user, "is_authenticated", False) or not rows.query.where:
        return rows
    mine = Q(helpers=user.pk) | Q(planned_by=user.pk) | Q(case__owner=user.pk)
    others = Visit.objects.filter(mine).values("pk")
    return Visit.objects.filter(Q(pk__in=rows.values("pk")) | Q(pk__in=others))


def for_page(user: Any, number: str) -> Visit | None:
    """One visit with what its page shows."""
    return visible_to(user).select_related(*FOR_PAGE).filter(number=number).first()


def going(user: Any) -> Q:
    """The visits on which somebody goes."""
    return Q(pk__in=Visit.objects.filter(Q(engineer=user.pk) | Q(helpers=user.pk)).values("pk"))


def of_days(start: datetime, end: datetime) -> QuerySet[Visit]:
    """Visits that touch a span of time, those that were called off aside."""
    return Visit.objects.filter(starts_at__lt=end, ends_at__gt=start).exclude(state=S.CANCELLED)


def for_calendar(user: Any) -> QuerySet[Visit]:
    """Somebody's own visits around now, what still waits for authorisation aside."""
    now = timezone.now()
    rows = visible_to(user).filter(
        going(user), pk__in=of_days(now - CALENDAR_BEFORE, now + CALENDAR_AFTER).values("pk")
    )
    return rows.exclude(state=S.ASKED).select_related("case__customer").order_by("starts_at")


def waiting_cases(user: Any, most: int = MOST_WAITING) -> list[Case]:
    """Cases whose customer agreed to service on site and for which nobody drives yet, the most urgent first."""
    agreed = {"solutions__state": SolutionState.CONSENTED, "solutions__is_onsite": True}
    rows = visible_cases(user).filter(state=CaseState.WORKING, **agreed)
    driven = Visit.objects.filter(state__in=BOOKED).values("case")
    rows = rows.exclude(pk__in=driven).select_related("customer", "region", "line", "time_wish").distinct()
    return list(rows.order_by("-priority", "id")[:most])
