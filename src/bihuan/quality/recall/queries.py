"""Reading recalls."""

from typing import Any

from django.db.models import QuerySet

from bihuan.core.permissions.queries import limit
from bihuan.core.permissions.services import can
from bihuan.quality.recall import permissions as perm
from bihuan.quality.recall.models import Affected, OwnerNotice, Recall, RecallState

ACTIVE = (RecallState.PREPARING, RecallState.RUNNING, RecallState.COMPLETED)


def visible_to(user: Any) -> QuerySet[Recall]:
    """Recalls: whoever may see one sees all, since each may get a call about any of them."""
    rows = Recall.objects.all()
    return rows if can(user, perm.RECALL_VIEW) else rows.none()


def for_list(user: Any) -> QuerySet[Recall]:
    """Recalls with what a row of the list shows."""
    return visible_to(user).select_related("issue", "owner")


def for_page(user: Any, number: str) -> Recall | None:
    """One recall with what its page shows."""
    rows = visible_to(user).select_related("issue__line", "owner", "judge", "follows")
    return rows.filter(number=number).first()


def of_issue(user: Any, issue: Any) -> list[Recall]:
    """The recalls of an issue, the newest first."""
    return list(visible_to(user).filter(issue=issue).order_by("-id"))


def units_for(user: Any) -> QuerySet[Affected]:
    """Affected units of the recalls that the user sees, in his region where his right ends there."""
    return limit(Affected.objects.all(), user, perm.RECALL_VIEW, own="", department="")


def notices_for(user: Any) -> QuerySet[OwnerNotice]:
    """Notices to owners."""
    return OwnerNotice.objects.filter(recall__in=visible_to(user)).select_related("recall", "customer")
