"""Breakpoint, judgement of the effect, closing, recurrence (CAP-08, CAP-18, NCR-07, NCR-08, D33)."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.notify.services import tell, tell_roles
from bihuan.core.permissions.services import require
from bihuan.core.policy.schema.issues import Proof
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues import permissions as perm
from bihuan.quality.issues.counting import Counts, effect_counts
from bihuan.quality.issues.models import Breakpoint, EffectCheck, Evaluation, Issue, IssueState, Result
from bihuan.quality.issues.services.ending import let_go
from bihuan.quality.issues.services.evidence import keep
from bihuan.quality.issues.workflow import WORKFLOW
from bihuan.registry.people.models import User
from bihuan.registry.people.queries import with_permission
from bihuan.stats.rates import binomial_interval

S = IssueState
BREAKPOINT_FIELDS = {
    Breakpoint.DATE: "breakpoint_on", Breakpoint.BATCH: "breakpoint_batch", Breakpoint.SERIAL: "breakpoint_serial",
}  # fmt: skip


@dataclass(frozen=True)
class Judgement:
    """What the counts say of the remedy."""

    verdict: Result
    low: float
    high: float
    needed: int


def needed_exposure(proof: Proof) -> int:
    """Units after which not a single failure would show, with the set confidence, that the rate lies below the line.

    The smallest n with (1 - p)^n <= (1 - confidence) / 2, p being the line; at least the policy's own minimum.
    """
    share = proof.numerator / proof.denominator
    alone = math.ceil(math.log((1 - proof.confidence) / 2) / math.log1p(-share))
    return max(alone, proof.min_exposure)


def counted(issue: Issue) -> tuple[Counts, int]:
    """What the counts say now, and how many units this proof needs."""
    return effect_counts(issue), issue.needed_exposure or needed_exposure(issue.policy.issues.proof)


def judge(count: int, exposure: int, needed: int, proof: Proof, mature: int | None = None) -> Judgement:
    """Say effective, ineffective or not enough exposure, by the exact Clopper-Pearson interval against the line.

    No shipment, or more failures than shipments, is never enough: the shipments are not complete. Ineffective may be
    said of everything that is out; effective only of ``mature`` units, which have had the time to fail.
    """
    if exposure == 0 or count > exposure:
        return Judgement(Result.NOT_ENOUGH, 0.0, 1.0, needed)
    low, high = _limits(count, exposure, proof)
    line = proof.numerator / proof.denominator
    if low > line:
        return Judgement(Result.INEFFECTIVE, low, high, needed)
    ripe = exposure if mature is None else mature
    if ripe < needed or count > ripe:
        return Judgement(Result.NOT_ENOUGH, low, high, needed)
    low, high = _limits(count, ripe, proof)
    return Judgement(Result.EFFECTIVE if high <= line else Result.NOT_ENOUGH, low, high, needed)


def _limits(count: int, exposure: int, proof: Proof) -> tuple[float, float]:
    interval = binomial_interval(count, exposure, confidence=proof.confidence)
    return float(interval.lower), float(interval.upper)


@transaction.atomic
def choose_break_point(
    *, issue: Issue, by: AbstractBaseUser, values: Mapping[str, Any], expected_version: int | None = None
) -> Issue:
    """Choose from which day, batch or serial on products carry the remedy, and how many units the proof needs."""
    kind = values.get("breakpoint_kind")
    name = BREAKPOINT_FIELDS.get(Breakpoint(kind)) if kind in Breakpoint.values else None
    if name is None or not values.get(name):
        raise MoveRefused(_("Say from which day, batch or serial on."), code=name or "breakpoint_kind")
    batch = values.get("breakpoint_batch")
    if kind == Breakpoint.BATCH and (batch is None or batch.produced_on is None):
        raise MoveRefused(_("The batch has no production date."), code="breakpoint_batch")
    least = needed_exposure(issue.policy.issues.proof)
    needed = values.get("needed_exposure") or least
    fields = {
        "breakpoint_kind": kind, "breakpoint_on": None, "breakpoint_batch": None, "breakpoint_serial": "",
        name: values[name], "needed_exposure": max(needed, least),
    }  # fmt: skip
    data = {"name": str(values[name]), "kind": kind, "needed": fields["needed_exposure"]}
    move = WORKFLOW["set_breakpoint"]
    return apply(issue, move, by=by, data=data, fields=fields, expected_version=expected_version)


def breakpoint_text(issue: Issue) -> str:
    """The breakpoint in words."""
    value = issue.breakpoint_on or issue.breakpoint_batch or issue.breakpoint_serial
    return f"{issue.get_breakpoint_kind_display()}：{value}" if issue.breakpoint_kind else ""


@transaction.atomic
def finish_measures(*, issue: Issue, by: AbstractBaseUser, expected_version: int | None = None) -> Issue:
    """All measures are carried out: begin to watch whether the problem comes back."""
    return apply(issue, WORKFLOW["prove"], by=by, expected_version=expected_version)


@transaction.atomic
def check_effect(*, issue: Issue, by: AbstractBaseUser, remark: str = "") -> EffectCheck:
    """Count and judge the effect; the verdict is the numbers', the remark is the person's (CAP-08, CAP-09).

    Ineffective reopens the cause step in the next round, or calls the review meeting, or tells the company (D33).
    """
    require(by, perm.ISSUE_VERIFY, issue)
    if issue.state != S.VERIFYING:
        raise MoveRefused(_("This is not possible in the present state."), code="state")
    if issue.mechanism_id is None:
        raise MoveRefused(_("Without a failure mechanism nothing can be counted."), code="mechanism")
    proof = issue.policy.issues.proof
    counts, needed = counted(issue)
    found = judge(counts.count, counts.exposure, needed, proof, counts.mature)
    row = EffectCheck.objects.create(
        issue=issue, cycle=issue.cycle, verdict=found.verdict, count=counts.count, exposure=counts.exposure,
        undated=counts.undated, mature=counts.mature, min_days=proof.min_days,
        needed=needed, low=found.low, high=found.high, numerator=proof.numerator,
        denominator=proof.denominator, breakpoint=breakpoint_text(issue), remark=remark, by_id=by.pk,
        at=timezone.now(),
    )  # fmt: skip
    Issue.objects.filter(pk=issue.pk).update(result=found.verdict)
    issue.result = found.verdict
    about = {"name": str(found.verdict.label), "count": counts.count, "exposure": counts.exposure}
    record(subject=issue, verb="issue.effect_checked", by=by, data=about)
    if found.verdict == Result.INEFFECTIVE:
        next_round(issue=issue, by=by, move="fail", reason=str(row))
    return row


@transaction.atomic
def next_round(*, issue: Issue, by: AbstractBaseUser | None, move: str, reason: str) -> Issue:
    """Open the cause step again in a new round; the policy says whom a recurrence reaches (NCR-08, NCR-09, D33)."""
    fields = {
        "cycle": issue.cycle + 1, "result": Result.OPEN if move == "reopen" else issue.result, "closed_at": None,
        "breakpoint_kind": Breakpoint.NONE, "breakpoint_on": None, "breakpoint_batch": None, "breakpoint_serial": "",
        "needed_exposure": None,
    }  # fmt: skip
    apply(issue, WORKFLOW[move], by=by, data={"reason": reason, "cycle": issue.cycle + 1}, fields=fields)
    rules = issue.policy.issues
    verb = {"review": "issue.review_called", "report": "issue.company_told"}.get(rules.recurrence)
    if verb:
        record(subject=issue, verb=verb, by=by, data={"reason": reason})
    title = _("The problem is back: %(number)s %(title)s") % {"number": issue.number, "title": issue.title}
    tell_roles(roles=rules.recurrence_roles, title=title, subject=issue, level="urgent", verb=verb or "issue.recurred")
    if issue.owner is not None:
        tell(users=[issue.owner], title=title, subject=issue, level="warn", verb="issue.recurred")
    return issue


@transaction.atomic
def close_issue(*, issue: Issue, by: AbstractBaseUser, expected_version: int | None = None) -> Issue:
    """Close what is proven; the report is filed, and whoever handles its cases tells the customers (CAP-18)."""
    fields = {"closed_at": timezone.now()}
    data = {"result": issue.result, "name": str(issue.get_result_display())}
    apply(issue, WORKFLOW["close"], by=by, data=data, fields=fields, expected_version=expected_version)
    let_go(issue=issue, by=by, reason=str(issue.get_state_display()))
    title = _("For the record: %(number)s is closed, %(result)s") % {
        "number": issue.number, "result": issue.get_result_display()
    }  # fmt: skip
    tell_roles(roles=issue.policy.issues.file_with, title=title, subject=issue, thread_key=f"issue-closed:{issue.pk}")
    handlers = User.objects.filter(cases__issue_links__issue=issue, is_active=True).distinct()
    words = _("%(number)s is solved, please tell your customers: %(title)s") % {
        "number": issue.number, "title": issue.title
    }  # fmt: skip
    tell(users=handlers, title=words, subject=issue, verb="issue.closed")
    return issue


@transaction.atomic
def reopen_issue(
    *, issue: Issue, by: AbstractBaseUser | None, reason: str, expected_version: int | None = None
) -> Issue:
    """Reopen a closed issue in a new round; a state that somebody else has changed meanwhile is refused."""
    if expected_version is not None and expected_version != issue.version:
        raise MoveRefused(_("Somebody else has just changed this. Please look again."), code="conflict")
    if by is not None:
        require(by, perm.ISSUE_CLOSE, issue)
    return next_round(issue=issue, by=by, move="reopen", reason=reason)


@transaction.atomic
def note_recurrence(*, issue: Issue, reason: str) -> Issue:
    """The same cell rang again after the remedy: write it down and reopen a closed issue (NCR-07)."""
    record(subject=issue, verb="issue.recurred", by=None, data={"reason": reason})
    if issue.state == S.CLOSED:
        next_round(issue=issue, by=None, move="reopen", reason=reason)
    else:
        tell(users=with_permission(perm.ISSUE_VERIFY, issue), title=f"{issue.number} {reason}"[:200], subject=issue,
             level="warn", verb="issue.recurred")  # fmt: skip
    return issue


@transaction.atomic
def note_late_failure(*, issue: Issue, reason: str, danger: bool = False) -> None:
    """A product that was made before the remedy failed after the issue was closed: known, and no recurrence.

    Where persons are in danger, those who manage and close issues hear of it at once.
    """
    record(subject=issue, verb="issue.late_failure", by=None, data={"name": reason, "danger": danger})
    if danger:
        title = _("Danger again, made before the remedy: %(number)s") % {"number": issue.number}
        users = {user.pk: user for name in (perm.ISSUE_MANAGE, perm.ISSUE_SUPERVISE)
                 for user in with_permission(name, issue)}  # fmt: skip
        tell(users=users.values(), title=title, subject=issue, level="urgent", verb="issue.late_failure")


@transaction.atomic
def evaluate(
    *, issue: Issue, by: AbstractBaseUser, method: str, asked: int, bad: int, text: str, is_good: bool,
    uploads: Iterable[Any] = (),
) -> Evaluation:  # fmt: skip
    """Write down what customers, a sample or an audit say of the effect, with its evidence (CAP-09)."""
    require(by, perm.ISSUE_VERIFY, issue)
    if issue.state != S.VERIFYING:
        raise MoveRefused(_("This is not possible in the present state."), code="state")
    if bad > asked:
        raise MoveRefused(_("Not more can be bad than were asked."), code="bad")
    row = Evaluation.objects.create(
        issue=issue,
        cycle=issue.cycle,
        method=method,
        asked=asked,
        bad=bad,
        text=text,
        is_good=is_good,
        by_id=by.pk,
        at=timezone.now(),
    )
    keep(issue=issue, files=uploads, by=by, role=f"evaluation.{row.pk}")
    record(subject=issue, verb="issue.evaluated", by=by, data={"name": str(row), "good": is_good})
    return row


@transaction.atomic
def cancel_issue(*, issue: Issue, by: AbstractBaseUser, reason: str, expected_version: int | None = None) -> Issue:
    """Say that it is no quality issue, with the reason; nobody is asked any more."""
    data, fields = {"reason": reason}, {"closed_at": timezone.now()}
    apply(issue, WORKFLOW["cancel"], by=by, data=data, fields=fields, expected_version=expected_version)
    let_go(issue=issue, by=by, reason=reason)
    return issue
