"""Reading follow-ups."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from bihuan.core.permissions.services import can
from bihuan.service.desk.models import Case
from bihuan.service.desk.queries import visible_to as visible_cases
from bihuan.service.followup import permissions as perm
from bihuan.service.followup.models import FollowUp, FollowUpState, ReviewState, ReviewTask


def visible_to(user: Any) -> QuerySet[FollowUp]:
    """Follow-ups of the cases that the user sees."""
    if not can(user, perm.FOLLOW_UP_VIEW):
        return FollowUp.objects.none()
    return FollowUp.objects.filter(case__in=visible_cases(user).values("pk"))


def waiting(user: Any) -> int:
    """Calls whose time has come, counted to a hundred."""
    return visible_to(user).filter(state=FollowUpState.DUE, call_at__lte=timezone.now()).order_by()[:100].count()


def named_scores(row: FollowUp) -> list[tuple[str, int]]:
    """The customer's scores with the names of their questions."""
    sheet = row.case.policy.questionnaire(row.questionnaire)
    names = {item.code: item.name for item in sheet.dimensions} if sheet else {}
    return [(names.get(code, code), score) for code, score in row.scores.items()]


def open_review_of(case: Case) -> ReviewTask | None:
    """The review of a bad score of a case that nobody has finished."""
    return ReviewTask.objects.filter(follow_up__case=case, state=ReviewState.OPEN).first()


def reviews_for(user: Any) -> QuerySet[ReviewTask]:
    """Reviews of unsatisfied services, the open ones first."""
    rows = ReviewTask.objects.select_related("follow_up__case", "owner").order_by("-state", "-id")
    return rows.filter(follow_up__in=visible_to(user).values("pk"))
