"""Reading approvals."""

from typing import Any

from django.db import models

from bihuan.core.activity.services import subject_type
from bihuan.core.approvals.models import Approval, ApprovalState
from bihuan.core.approvals.services import may_vote

NEWEST = 200


def open_for(user: Any) -> list[Approval]:
    """Approvals that wait for this user; the newest 200 open ones are looked at."""
    rows = Approval.objects.filter(state=ApprovalState.OPEN).select_related("drafter").prefetch_related("votes")
    waiting = [row for row in rows.order_by("-id")[:NEWEST] if may_vote(row, user)]
    return [row for row in waiting if not any(_is_mine(vote, row, user) for vote in row.votes.all())]


def _is_mine(vote: Any, approval: Approval, user: Any) -> bool:
    return bool(vote.step == approval.current and vote.user_id == user.pk)


def for_subject(subject: models.Model) -> list[Approval]:
    """The approvals of a subject, the newest first."""
    rows = Approval.objects.filter(subject_type=subject_type(subject), subject_id=subject.pk)
    return list(rows.select_related("drafter").prefetch_related("votes__user").order_by("-id"))


def visible(user: Any, pk: int) -> Approval | None:
    """An approval that the user may see: his own, one he decides or decided, or one whose subject he sees."""
    from bihuan.core.files.access import sees

    approval = Approval.objects.filter(pk=pk).select_related("drafter").first()
    if approval is None:
        return None
    takes_part = approval.drafter_id == user.pk or may_vote(approval, user) is not None
    return approval if takes_part or sees(user, approval.subject_type, approval.subject_id) else None
