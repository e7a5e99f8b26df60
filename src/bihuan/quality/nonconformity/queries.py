"""Reading sheets."""

from typing import Any

from django.db.models import Q, QuerySet

from bihuan.core.permissions.queries import limit
from bihuan.core.permissions.services import can
from bihuan.quality.nonconformity import permissions as perm
from bihuan.quality.nonconformity.models import Nonconformity

FOR_PAGE = (
    "model__line", "batch", "case", "issue", "reporter__department", "owner", "department",
    "responsible", "superior", "follows",
)  # fmt: skip


def visible_to(user: Any) -> QuerySet[Nonconformity]:
    """Sheets within the user's scope, and those that he reported, has to act on, or that his people reported."""
    rows = limit(Nonconformity.objects.all(), user, perm.VIEW, region="")
    if not getattr(user, "is_authenticated", False) or not rows.query.where:
        return rows
    mine = Q(reporter=user.pk) | Q(owner=user.pk) | Q(responsible=user.pk)
    if user.department_id:
        mine |= Q(department=user.department_id)
        if can(user, perm.SUPERVISE):
            mine |= Q(reporter__department=user.department_id)
    asked = Nonconformity.objects.filter(dispositions__owner=user.pk).values("pk")
    return Nonconformity.objects.filter(Q(pk__in=rows.values("pk")) | mine | Q(pk__in=asked))


def for_page(user: Any, number: str) -> Nonconformity | None:
    """One sheet with what its page shows, or None for whoever may not see it."""
    return visible_to(user).select_related(*FOR_PAGE).filter(number=number).first()


def of_case(user: Any, case: Any) -> list[Nonconformity]:
    """The sheets of a case."""
    return list(visible_to(user).filter(case=case).order_by("-id"))


def of_issue(user: Any, issue: Any) -> list[Nonconformity]:
    """The sheets of an issue."""
    return list(visible_to(user).filter(issue=issue).order_by("-id"))
