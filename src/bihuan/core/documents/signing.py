"""Whose names stand below a paper: 制定, 审核, 批准."""

from typing import Any

from django.db import models

from bihuan.core.approvals.models import ApprovalState, Vote
from bihuan.core.approvals.queries import for_subject
from bihuan.core.policy.schema.papers import Form


def signatures(form: Form, subject: models.Model, by: Any) -> dict[str, str]:
    """What the policy prints, else who issues the paper, who agreed on the way, and who decided last.

    Names come only from the newest approval of the form's own chain, and only if it was approved: a plan that was
    given back since has nobody's signature. A vote by a deputy names both (D10).
    """
    rows = [row for row in for_subject(subject) if row.chain_subject == form.chain] if form.chain else []
    newest = rows[0] if rows else None
    votes = list(newest.votes.all()) if newest is not None and newest.state == ApprovalState.APPROVED else []
    last = max((vote.step for vote in votes), default=0)
    return {
        "drafted_by": form.drafted_by or (str(by) if by else ""),
        "reviewed_by": form.reviewed_by or _names(vote for vote in votes if vote.step < last),
        "approved_by": form.approved_by or _names(vote for vote in votes if vote.step == last),
    }


def _names(votes: Any) -> str:
    return "、".join(dict.fromkeys(_name(vote) for vote in votes if vote.approved))


def _name(vote: Vote) -> str:
    return f"{vote.deputy}（代 {vote.user}）" if vote.deputy else str(vote.user)
