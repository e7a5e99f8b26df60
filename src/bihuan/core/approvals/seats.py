"""Who may decide the open step: whoever holds one of its roles, or is the deputy of one who does (D10)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from bihuan.core.approvals.delegating import running
from bihuan.core.approvals.models import Approval


@dataclass(frozen=True)
class Seat:
    """A vote that can be given: by which role, and whose it is."""

    role: str
    holder: Any


def givers_of(user: Any) -> list[Any]:
    """The people for whom the user decides today."""
    today = timezone.localdate()
    rows = running(today, today).filter(deputy=user.pk, giver__is_active=True).select_related("giver")
    return [row.giver for row in rows.order_by("id")]


def deputies_of(users: Iterable[Any]) -> list[Any]:
    """Those who decide today for one of the people."""
    today = timezone.localdate()
    rows = running(today, today).filter(giver__in=[user.pk for user in users], deputy__is_active=True)
    return [row.deputy for row in rows.select_related("deputy")]


def may_vote(approval: Approval, user: Any, givers: Sequence[Any] | None = None) -> Seat | None:
    """Return the vote that the user may give on the open step, his own before that of another; None if there is none.

    The drafter and the recused decide nothing: not themselves, not as deputies, not through theirs. Who asks about many
    approvals passes ``givers`` once.
    """
    if approval.step is None or user.pk in approval.aside:
        return None
    for holder in (user, *(givers_of(user) if givers is None else givers)):
        role = _free_role(approval, holder)
        if role is not None and holder.pk not in approval.aside:
            return Seat(role, holder)
    return None


def _free_role(approval: Approval, holder: Any) -> str | None:
    """A joint signature takes one vote for each role, every other step one of each person."""
    step = approval.steps[approval.current]
    held = [role for role in step["roles"] if role in holder.role_codes]
    if not held:
        return None
    votes = [vote for vote in approval.votes.all() if vote.step == approval.current]
    if step["mode"] == "countersign":
        signed = {vote.role for vote in votes}
        return next((role for role in held if role not in signed), None)
    return None if any(vote.user_id == holder.pk for vote in votes) else held[0]
