"""Reading cases."""

from typing import Any

from django.db.models import Q, QuerySet

from bihuan.core.permissions.queries import limit
from bihuan.service.desk import permissions as perm
from bihuan.service.desk.models import Case

FOR_PAGE = (
    "policy_version", "customer", "line", "model", "unit__model", "unit__batch", "region", "department", "owner",
    "reporter", "symptom", "position", "cause_category", "mechanism", "duplicate_of", "follows",
)  # fmt: skip


def visible_to(user: Any) -> QuerySet[Case]:
    """Cases that the user may see by his scope (CUS-06); his own and those he relayed always."""
    rows = limit(Case.objects.all(), user, perm.CASE_VIEW)
    if not getattr(user, "is_authenticated", False) or not rows.query.where:
        return rows
    asked = Q(consultations__opinions__user=user.pk)
    if user.department_id:
        asked |= Q(consultations__opinions__department=user.department_id)
    invited = Case.objects.filter(asked).values("pk")
    return Case.objects.filter(Q(pk__in=rows.values("pk")) | Q(reporter=user.pk) | Q(pk__in=invited))


def for_list(user: Any) -> QuerySet[Case]:
    """Cases with what a row of the list shows."""
    return visible_to(user).select_related("customer", "model", "owner", "region", "line")


def for_page(user: Any, number: str) -> Case | None:
    """One case with everything that its page shows, or None for whoever may not see it."""
    return visible_to(user).select_related(*FOR_PAGE).filter(number=number).first()


def history_of(case: Case, limit_to: int = 20) -> list[Case]:
    """Earlier cases of the same unit, the newest first: the repair history at triage (CUS-04)."""
    if case.unit_id is None:
        return []
    rows = Case.objects.filter(unit=case.unit_id).exclude(pk=case.pk)
    return list(rows.select_related("symptom", "owner").order_by("-id")[:limit_to])
