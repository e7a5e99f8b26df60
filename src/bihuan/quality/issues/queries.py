"""Reading issues, publications and what belongs to them."""

from typing import Any

from django.db.models import Q, QuerySet

from bihuan.core.permissions.queries import limit
from bihuan.core.policy import queries as policy
from bihuan.quality.issues import permissions as perm
from bihuan.quality.issues.models import ActionState, CauseState, Issue, IssueState, Publication, Source
from bihuan.service.desk.queries import visible_to as visible_cases

FOR_PAGE = (
    "line", "model", "batch", "region", "mechanism", "symptom", "reporter", "owner", "drafter",
    "department", "responsible", "superior", "cause_category", "breakpoint_batch", "follows",
)  # fmt: skip
AT_REST = (IssueState.CLOSED, IssueState.CANCELLED)


def visible_to(user: Any) -> QuerySet[Issue]:
    """Issues within the user's scope, and those that he reported, works on or whose department has to act."""
    rows = limit(Issue.objects.all(), user, perm.ISSUE_VIEW)
    if not getattr(user, "is_authenticated", False) or not rows.query.where:
        return rows
    mine = Q(reporter=user.pk) | Q(owner=user.pk) | Q(responsible=user.pk)
    parts = Q(team__user=user.pk) | Q(measures__owner=user.pk) | Q(disciplines__owner=user.pk)
    if user.department_id:
        mine |= Q(department=user.department_id)
        if user.role_codes & set(policy.default().issues.superior_roles):
            mine |= Q(reporter__department=user.department_id, source=Source.EMPLOYEE)
        parts |= Q(supervisions__department=user.department_id)
        parts |= Q(replies__department=user.department_id) | Q(changes__department=user.department_id)
    asked = Issue.objects.filter(parts).values("pk")
    return Issue.objects.filter(Q(pk__in=rows.values("pk")) | mine | Q(pk__in=asked))


def for_list(user: Any) -> QuerySet[Issue]:
    """Issues with what a row of the list shows."""
    return visible_to(user).select_related("model", "line", "mechanism", "owner", "department")


def for_page(user: Any, number: str) -> Issue | None:
    """One issue with what its page shows, or None for whoever may not see it."""
    return visible_to(user).select_related(*FOR_PAGE).filter(number=number).first()


def of_case(user: Any, case: Any) -> list[Issue]:
    """The issues to which a case belongs."""
    return list(visible_to(user).filter(links__case=case).order_by("-id"))


def open_like(
    *, cell: str = "", mechanism_id: int | None = None, model_id: int | None = None, line_id: int | None = None
) -> Issue | None:
    """The open issue that a repeat joins: of the same cell, else of the same mechanism on the same model (NCR-07).

    A report that names a line but no model of it joins what is open of that mechanism in the line.
    """
    rows = Issue.objects.exclude(state__in=AT_REST).order_by("-id")
    found = rows.filter(cell=cell).first() if cell else None
    if found is None and mechanism_id and model_id:
        found = rows.filter(mechanism=mechanism_id, model=model_id).first()
    if not cell and mechanism_id and line_id and not model_id:
        found = rows.filter(mechanism=mechanism_id, line=line_id).first()
    return found


def closed_like(*, cell: str = "", mechanism_id: int | None = None, model_id: int | None = None) -> Issue | None:
    """The newest closed issue of the same cell, else of the same mechanism on the same model (NCR-07)."""
    rows = Issue.objects.filter(state=IssueState.CLOSED).order_by("-closed_at", "-id")
    found = rows.filter(cell=cell).first() if cell else None
    if found is None and mechanism_id and model_id:
        found = rows.filter(mechanism=mechanism_id, model=model_id).first()
    return found


def of_alarm(user: Any, alarm_id: int) -> list[Issue]:
    """The issues that took an alarm, the newest first."""
    return list(visible_to(user).filter(signals__alarm_id=alarm_id).distinct().order_by("-id"))


def linked_cases(issue: Issue, user: Any, most: int = 50) -> tuple[list[Any], int]:
    """The newest cases of an issue that the user may see, and how many there are."""
    rows = visible_cases(user).filter(issue_links__issue=issue)
    shown = list(rows.order_by("-id")[:most])
    return shown, rows.count()


def publications() -> QuerySet[Publication]:
    """What hangs or hung on the notice board; every employee may read it (NCR-05)."""
    return Publication.objects.prefetch_related("receipts__department")


def causes_of(row: Issue) -> str:
    """The confirmed causes of the round that counts."""
    found = (one for one in row.causes.all() if one.cycle == row.cycle and one.state == CauseState.CONFIRMED)
    return "；".join(one.text for one in found)


def measures_of(row: Issue) -> str:
    """The measures that were not dropped."""
    found = (one for one in row.measures.all() if one.issue_cycle == row.cycle and one.state != ActionState.DROPPED)
    return "；".join(one.text for one in found)
