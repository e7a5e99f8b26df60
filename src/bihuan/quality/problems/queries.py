"""Reading the quality problem database and its read-across."""

from typing import Any

from django.db.models import Q, QuerySet

from bihuan.core.permissions.services import can
from bihuan.quality.issues.queries import visible_to as visible_issues
from bihuan.quality.problems import permissions as perm
from bihuan.quality.problems.models import ReadAcross


def questions_for(user: Any) -> QuerySet[ReadAcross]:
    """Questions about the issues that the user sees, and those that he answers."""
    rows = ReadAcross.objects.all()
    if not getattr(user, "is_authenticated", False):
        return rows.none()
    if not can(user, perm.PROBLEMS_VIEW):
        return rows.filter(owner=user.pk)
    return rows.filter(Q(issue__in=visible_issues(user).values("pk")) | Q(owner=user.pk))


def of_issue(user: Any, issue: Any) -> list[ReadAcross]:
    """The questions about an issue, by line."""
    rows = questions_for(user).filter(issue=issue)
    return list(rows.select_related("line", "owner", "answered_by", "raised").order_by("line__code"))


def waiting(user: Any) -> QuerySet[ReadAcross]:
    """Open questions that this person answers."""
    return questions_for(user).filter(owner=user.pk, state="open")
