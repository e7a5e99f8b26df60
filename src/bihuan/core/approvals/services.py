"""Opening approvals and voting on them (D10)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record, subject_type
from bihuan.core.approvals.models import Approval, ApprovalState, Vote
from bihuan.core.approvals.seats import Seat, deputies_of, may_vote
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


def decides_alone(rules: Profile, subject: str, by: Any, level: int = 0, amount: Decimal = Decimal(0)) -> bool:
    """Who alone decides on a matter has decided when he writes it himself."""
    chain = choose_chain(rules, subject, level, amount)
    return chain is not None and len(chain.steps) == 1 and not by.role_codes.isdisjoint(chain.steps[0].roles)


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
    recused: Iterable[Any] = (),
) -> Approval:
    """Ask for approval by the chain that the policy names; without a chain it is approved at once.

    Whoever asks does not decide, nor do the recused, such as the leader of the team whose work it is: a step that
    nobody else could take is refused before anything is written.
    """
    sum_asked = Decimal(str(amount))
    chain = choose_chain(rules_for(subject), chain_subject, level, sum_asked)
    steps = [step.model_dump(mode="json") for step in chain.steps] if chain else []
    aside = sorted({user.pk for user in recused})
    _check_steps(steps, {by.pk, *aside})
    approval = Approval.objects.create(
        subject_type=subject_type(subject), subject_id=subject.pk, chain_subject=chain_subject, title=title[:200],
        data=dict(data or {}), level=level, amount=sum_asked, steps=steps,
        file_with=list(chain.file_with) if chain else [], drafter=by, recused=aside,
    )  # fmt: skip
    about = {"approval": approval.pk, "chain": chain_subject, "steps": [step["name"] for step in steps]}
    record(subject=subject, verb="approval.opened", by=by, data=about)
    if steps:
        _ask(approval, subject)
    else:
        _end(approval, subject, ApprovalState.APPROVED, by=None)
    return approval


def _check_steps(steps: list[dict[str, Any]], aside: set[int]) -> None:
    """Each step needs somebody who may take it; a joint signature needs one for each of its roles."""
    for step in steps:
        sets = [[role] for role in step["roles"]] if step["mode"] == "countersign" else [step["roles"]]
        if any(all(user.pk in aside for user in holders(roles)) for roles in sets):
            raise MoveRefused(_("Nobody can take the step “%(step)s”.") % {"step": step["name"]}, code="approvers")


def _ask(approval: Approval, subject: models.Model) -> None:
    step = approval.steps[approval.current]
    aside = approval.aside
    asked = [user for user in holders(step["roles"]) if user.pk not in aside]
    users = [user for user in (*asked, *deputies_of(asked)) if user.pk not in aside]
    thread = f"approval:{approval.pk}:{approval.current}"
    tell(
        users=users,
        title=f"{step['name']}：{approval.title}",
        subject=subject,
        level="warn",
        thread_key=thread,
    )


@transaction.atomic
def vote(
    *, approval: Approval, by: Any, approved: bool, comment: str = "", expected_version: int | None = None
) -> Approval:
    """Decide one step; a return needs a reason and ends the approval; two at once: one wins, one is told.

    A deputy's vote counts as that of the person for whom he gives it, and names both.
    """
    if approval.state != ApprovalState.OPEN:
        raise MoveRefused(_("This approval has ended."), code="state")
    seat = _seat(approval, by)
    if not approved and not comment.strip():
        raise MoveRefused(_("Please give a reason."), code="comment")
    _take(approval, expected_version)
    deputy = by if by.pk != seat.holder.pk else None
    Vote.objects.create(
        approval=approval, step=approval.current, user=seat.holder, deputy=deputy, role=seat.role, approved=approved,
        comment=comment,
    )  # fmt: skip
    subject = apps.get_model(approval.subject_type)._default_manager.get(pk=approval.subject_id)
    about = {
        "approval": approval.pk,
        "step": approval.steps[approval.current]["name"],
        "comment": comment[:200],
        **({"for": str(seat.holder)} if deputy else {}),
    }
    record(subject=subject, verb="approval.voted" if approved else "approval.refused", by=by, data=about)
    _go_on(approval, subject, by, approved=approved)
    return approval


def _seat(approval: Approval, by: Any) -> Seat:
    seat = may_vote(approval, by)
    if seat is None and approval.votes.filter(Q(user=by) | Q(deputy=by), step=approval.current).exists():
        raise MoveRefused(_("You have already decided this step."), code="conflict")
    if seat is None:
        raise Refused("approvals.vote", _why_not(approval, by))
    return seat


def _why_not(approval: Approval, by: Any) -> str | None:
    """Tell those who might expect to decide why they may not; nobody else is told who may."""
    if by.pk in approval.aside:
        return _("Drafter and leader of the investigation do not decide on their own plan.")
    later = approval.steps[approval.current + 1 :]
    if any(role in by.role_codes for step in later for role in step["roles"]):
        return _("It is not your turn yet: “%(step)s” comes first.") % {
            "step": approval.steps[approval.current]["name"]
        }
    return None


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
    wanted = {user.pk for user in holders(step["roles"])} - approval.aside
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
