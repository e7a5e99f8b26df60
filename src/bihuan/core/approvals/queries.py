"""Reading approvals."""

from typing import Any

from django.db import models
from django.db.models import Q

from bihuan.core.activity.services import subject_type
from bihuan.core.approvals.models import Approval, ApprovalState, Delegation
from bihuan.core.approvals.seats import givers_of, may_vote

NEWEST = 200


def open_for(user: Any) -> list[Approval]:
    """Approvals that wait for this user or for one whose deputy he is; the newest 200 open ones are looked at."""
    rows = Approval.objects.filter(state=ApprovalState.OPEN).select_related("drafter").prefetch_related("votes")
    givers = givers_of(user)
    return [row for row in rows.order_by("-id")[:NEWEST] if may_vote(row, user, givers)]


def for_subject(subject: models.Model) -> list[Approval]:
    """The approvals of a subject, the newest first."""
    rows = Approval.objects.filter(subject_type=subject_type(subject), subject_id=subject.pk)
    return list(rows.select_related("drafter").prefetch_related("votes__user", "votes__deputy").order_by("-id"))


def visible(user: Any, pk: int) -> Approval | None:
    """An approval that the user may see: his own, one he decides or decided, or one whose subject he sees."""
    from bihuan.core.files.access import sees

    approval = Approval.objects.filter(pk=pk).select_related("drafter").first()
    if approval is None:
        return None
    takes_part = approval.drafter_id == user.pk or may_vote(approval, user) is not None
    decided = takes_part or approval.votes.filter(Q(user=user.pk) | Q(deputy=user.pk)).exists()
    return approval if decided or sees(user, approval.subject_type, approval.subject_id) else None


def delegations_of(user: Any) -> models.QuerySet[Delegation]:
    """What the user has given to deputies and what he holds of others, the newest first."""
    rows = Delegation.objects.filter(Q(giver=user.pk) | Q(deputy=user.pk))
    return rows.select_related("giver", "deputy").order_by("-id")
