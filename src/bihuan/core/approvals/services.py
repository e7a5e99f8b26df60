"""Opening approvals and voting on them (D10)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record, subject_type
from bihuan.core.approvals.models import Approval, ApprovalState, Vote
from bihuan.core.notify.services import holders, tell, tell_roles
from bihuan.core.permissions.services import Refused, rules_for
from bihuan.core.policy.schema import Profile
from bihuan.core.policy.schema.service import ApprovalChain
from bihuan.core.workflow.table import MoveRefused


def choose_chain(rules: Profile, subject: str, level: int, amount: Decimal) -> ApprovalChain | None:
    """Return the chain whose bounds lie highest below the level and the amount; None when none applies."""
    fitting = [
        chain
        for chain in rules.approvals
        if chain.subject == subject and chain.min_level <= level and chain.min_amount <= amount
    ]
    return max(fitting, key=lambda chain: (chain.min_level, chain.min_amount), default=None)


@transaction.atomic
def open_approval(
    *,
    subject: models.Model,
    chain_subject: str,
    title: str,
    by: Any,
    level: int = 0,
    amount: Decimal | float = 0,
    data: Mapping[str, Any] | None = None,
) -> Approval:
    """Ask for approval by the chain that the policy names; without a chain it is approved at once.

    Whoever asks does not decide: a step that nobody else could take is refused before anything is written.
    """
    sum_asked = Decimal(str(amount))
    chain = choose_chain(rules_for(subject), chain_subject, level, sum_asked)
    steps = [step.model_dump(mode="json") for step in chain.steps] if chain else []
    _check_steps(steps, by)
    approval = Approval.objects.create(
        subject_type=subject_type(subject), subject_id=subject.pk, chain_subject=chain_subject, title=title[:200],
        data=dict(data or {}), level=level, amount=sum_asked, steps=steps,
        file_with=list(chain.file_with) if chain else [], drafter=by,
    )  # fmt: skip
    about = {"approval": approval.pk, "chain": chain_subject, "steps": [step["name"] for step in steps]}
    record(subject=subject, verb="approval.opened", by=by, data=about)
    if steps:
        _ask(approval, subject)
    else:
        _end(approval, subject, ApprovalState.APPROVED, by=None)
    return approval


def _check_steps(steps: list[dict[str, Any]], by: Any) -> None:
    for step in steps:
        others = [user for user in holders(step["roles"]) if user.pk != by.pk]
        if not others:
            raise MoveRefused(_("Nobody can take the step “%(step)s”.") % {"step": step["name"]}, code="approvers")


def _ask(approval: Approval, subject: models.Model) -> None:
    step = approval.steps[approval.current]
    users = [user for user in holders(step["roles"]) if user.pk != approval.drafter_id]
    thread = f"approval:{approval.pk}:{approval.current}"
    tell(
        users=users,
        title=f"{step['name']}：{approval.title}",
        subject=subject,
        level="warn",
        thread_key=thread,
    )


def may_vote(approval: Approval, user: Any) -> str | None:
    """Return the role by which the user may decide the open step, or None; the drafter never may."""
    step = approval.step
    if step is None or user.pk == approval.drafter_id:
        return None
    roles: Any = step["roles"]
    held = [role for role in roles if role in user.role_codes]
    if step["mode"] == "countersign":
        signed = set(approval.votes.filter(step=approval.current).values_list("role", flat=True))
        held = [role for role in held if role not in signed]
    return held[0] if held else None


@transaction.atomic
def vote(
    *, approval: Approval, by: Any, approved: bool, comment: str = "", expected_version: int | None = None
) -> Approval:
    """Decide one step; a return needs a reason and ends the approval; two at once: one wins, one is told."""
    if approval.state != ApprovalState.OPEN:
        raise MoveRefused(_("This approval has ended."), code="state")
    role = may_vote(approval, by)
    if role is None:
        raise Refused("approvals.vote")
    if not approved and not comment.strip():
        raise MoveRefused(_("Please give a reason."), code="comment")
    if approval.votes.filter(step=approval.current, user=by).exists():
        raise MoveRefused(_("You have already decided this step."), code="conflict")
    _take(approval, expected_version)
    Vote.objects.create(
        approval=approval, step=approval.current, user=by, role=role, approved=approved, comment=comment
    )
    subject = apps.get_model(approval.subject_type)._default_manager.get(pk=approval.subject_id)
    about = {
        "approval": approval.pk,
        "step": approval.steps[approval.current]["name"],
        "comment": comment[:200],
    }
    record(subject=subject, verb="approval.voted" if approved else "approval.refused", by=by, data=about)
    _go_on(approval, subject, by, approved=approved)
    return approval


def _take(approval: Approval, expected: int | None) -> None:
    seen = approval.version if expected is None else expected
    rows = Approval.objects.filter(pk=approval.pk, state=ApprovalState.OPEN, version=seen)
    if not rows.update(version=F("version") + 1):
        raise MoveRefused(_("Somebody else has just decided. Please look again."), code="conflict")
    approval.version = seen + 1


def _go_on(approval: Approval, subject: models.Model, by: Any, *, approved: bool) -> None:
    if not approved:
        _end(approval, subject, ApprovalState.RETURNED, by=by)
    elif _step_is_done(approval):
        approval.current += 1
        if approval.current == len(approval.steps):
            _end(approval, subject, ApprovalState.APPROVED, by=by)
        else:
            Approval.objects.filter(pk=approval.pk).update(current=approval.current)
            _ask(approval, subject)


def _step_is_done(approval: Approval) -> bool:
    """One: the first yes is enough. All: everybody who holds a role. Countersign: one of each role (会签)."""
    step = approval.steps[approval.current]
    votes = list(approval.votes.filter(step=approval.current, approved=True))
    if step["mode"] == "one":
        return bool(votes)
    if step["mode"] == "countersign":
        return {item.role for item in votes} >= set(step["roles"])
    wanted = {user.pk for user in holders(step["roles"])} - {approval.drafter_id}
    return {item.user_id for item in votes} >= wanted


def _end(approval: Approval, subject: models.Model, state: ApprovalState, *, by: Any) -> None:
    approval.state, approval.ended_at = state, timezone.now()
    Approval.objects.filter(pk=approval.pk).update(
        state=state,
        ended_at=approval.ended_at,
        current=min(approval.current, max(0, len(approval.steps) - 1)),
    )
    verb = "approval.approved" if state == ApprovalState.APPROVED else "approval.returned"
    about = {"approval": approval.pk, "chain": approval.chain_subject, "data": approval.data}
    record(subject=subject, verb=verb, by=by, data=about)
    if state == ApprovalState.APPROVED and approval.file_with:
        title = _("For the record: %(title)s") % {"title": approval.title}
        tell_roles(roles=approval.file_with, title=title, subject=subject, thread_key=f"filed:{approval.pk}")
    if approval.drafter and approval.steps:
        words = _("approved") if state == ApprovalState.APPROVED else _("returned")
        tell(users=[approval.drafter], title=f"{approval.title}: {words}", subject=subject)
