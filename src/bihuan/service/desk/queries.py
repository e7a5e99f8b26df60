"""Reading cases."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from bihuan.core.permissions.queries import limit
from bihuan.registry.products.entitlement import Answer, FaultKind
from bihuan.registry.products.queries import answer_of
from bihuan.service.desk import permissions as perm
from bihuan.service.desk.models import Case, Opinion

FOR_PAGE = (
    "customer", "line", "model", "unit__model", "unit__batch", "region", "department", "owner",
    "reporter", "symptom", "position", "cause_category", "mechanism", "duplicate_of", "follows",
)  # fmt: skip
ANSWERS = ("case.acknowledged", "case.contacted", "case.answered")


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


def wanted_opinions(user: Any) -> list[Opinion]:
    """What open consultations ask of a person or of his department, the soonest first (WO-05)."""
    asked = Q(user=user.pk)
    if user.department_id:
        asked |= Q(department=user.department_id)
    rows = Opinion.objects.filter(asked, given_at__isnull=True, consultation__concluded_at__isnull=True)
    return list(rows.select_related("consultation__case").order_by("consultation__answer_by", "id")[:20])


def history_of(case: Case, limit_to: int = 20) -> list[Case]:
    """Earlier cases of the same unit, the newest first: the repair history at triage (CUS-04)."""
    if case.unit_id is None:
        return []
    rows = Case.objects.filter(unit=case.unit_id).exclude(pk=case.pk)
    return list(rows.select_related("symptom", "owner").order_by("-id")[:limit_to])


def fault_of(case: Case) -> dict[str, Any]:
    """What the warranty asks of the fault of a case: how heavy, which one, and whether the user caused it."""
    cause, code = case.cause_category, case.mechanism or case.symptom
    heavy = case.symptom is not None and case.symptom.is_serious
    kind = FaultKind.SAFETY if case.is_safety else FaultKind.SERIOUS if heavy else FaultKind.ORDINARY
    if cause is not None and cause.is_no_fault:
        kind = FaultKind.NONE
    return {
        "fault": kind, "fault_code": code.code if code else "",
        "user_caused": cause is not None and cause.is_user_caused,
    }  # fmt: skip


def warranty_answer(case: Case, **more: Any) -> Answer | None:
    """The warranty of the case's unit on the day of the complaint, with reasons and rights; nothing without a unit."""
    if case.unit is None:
        return None
    facts = {**fault_of(case), **more}
    return answer_of(case.unit, on=timezone.localdate(case.complained_at), today=timezone.localdate(), **facts)
