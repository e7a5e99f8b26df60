"""Asking whether a recall is needed, the technical analysis, the decision (QIS-12, TRI-07)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.approvals.services import open_approval
from bihuan.core.notify.services import tell
from bihuan.core.numbering.services import next_number
from bihuan.core.permissions.services import require
from bihuan.core.search import services as search
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues.models import Issue
from bihuan.quality.recall import permissions as perm
from bihuan.quality.recall.models import Proposal, Recall, RecallState, Scope
from bihuan.quality.recall.scoping import population_of
from bihuan.quality.recall.services.population import freeze
from bihuan.quality.recall.workflow import WORKFLOW
from bihuan.registry.people.queries import with_permission

NUMBER_PATTERN = "ZH{yyyy}-{seq:03d}"
JUDGEMENT = frozenset(
    {
        "proposal", "hazard", "consequence", "analysis", "tests", "likelihood", "severity", "reason", "remedy",
        "remedy_text", "emergency", "planned_until",
    }
)  # fmt: skip
NEEDED = ("hazard", "consequence", "analysis", "reason", "likelihood", "severity")
NEEDED_FOR_RECALL = ("remedy", "remedy_text", "emergency", "planned_until")
SCOPE = frozenset({"model", "batch", "serial_from", "serial_to", "made_from", "made_to", "shipped_from", "shipped_to"})


@transaction.atomic
def open_recall(
    *, issue: Issue, by: AbstractBaseUser | None, discovered_at: datetime | None = None, follows: Recall | None = None
) -> Recall:
    """Ask whether the products of an issue must be recalled; the clocks of the law count from the discovery.

    One question is open per issue. A second recall of the same issue follows the closed one (wrong scope or
    ineffective measure).
    """
    if by is not None:
        require(by, perm.RECALL_JUDGE, issue)
    rules, now = issue.policy, timezone.now()
    found = min(discovered_at or issue.complained_at, now)
    last = follows or issue.recalls.filter(state=RecallState.CLOSED).order_by("-id").first()
    try:
        with transaction.atomic():
            recall = Recall.objects.create(
                number=next_number("recall", rules.numbering.get("recall", NUMBER_PATTERN), at=now),
                policy_version_id=issue.policy_version_id, issue=issue, follows=last,
                regime=rules.recall.regime_of(issue.line.code if issue.line else "").code, title=issue.title,
                discovered_at=found, opened_at=now, hazard=issue.description[:2000],
            )  # fmt: skip
    except IntegrityError as error:
        raise MoveRefused(
            _("The recall of this issue is being judged or carried out already."), code="state"
        ) from error
    if issue.model is not None:
        Scope.objects.create(recall=recall, model=issue.model, batch=issue.batch)
    record(subject=recall, verb="recall.opened", by=by, data={"issue": issue.number, "name": recall.title})
    record(subject=issue, verb="issue.recall_asked", by=by, data={"name": recall.number})
    index_recall(recall)
    title = _("Judge whether a recall is needed: %(number)s %(title)s") % {
        "number": recall.number, "title": recall.title,
    }  # fmt: skip
    tell(users=with_permission(perm.RECALL_JUDGE, recall), title=title, subject=recall, level="urgent",
         verb="recall.opened")  # fmt: skip
    return recall


@transaction.atomic
def judge(
    *, recall: Recall, by: AbstractBaseUser, values: Mapping[str, Any], expected_version: int | None = None
) -> Recall:
    """Write the technical analysis: what is wrong, what may happen, how likely, and what engineering proposes."""
    if unknown := set(values) - JUDGEMENT:
        raise KeyError(sorted(unknown))
    needed = NEEDED + (NEEDED_FOR_RECALL if values.get("proposal") == Proposal.RECALL else ())
    if values.get("proposal") not in {Proposal.RECALL, Proposal.NONE}:
        raise MoveRefused(_("Is a recall needed or not?"), code="proposal")
    for name in needed:
        if not str(values.get(name) or "").strip():
            raise MoveRefused(_("This field is required."), code=name)
    if recall.policy.level("severity", values["severity"]) is None:
        raise MoveRefused(_("“%(value)s” is not known") % {"value": values["severity"]}, code="severity")
    until = values.get("planned_until")
    if until is not None and until < timezone.localdate():
        raise MoveRefused(_("This day is over."), code="planned_until")
    fields = {**values, "judge_id": by.pk, "judged_at": timezone.now()}
    data = {"proposal": values["proposal"], "name": str(Proposal(values["proposal"]).label)}
    apply(recall, WORKFLOW["judge"], by=by, data=data, fields=fields, expected_version=expected_version)
    index_recall(recall)
    return recall


@transaction.atomic
def add_scope(*, recall: Recall, by: AbstractBaseUser, values: Mapping[str, Any]) -> Scope:
    """Add a line to the scope; bounds that hold nothing are refused beside their field."""
    if unknown := set(values) - SCOPE:
        raise KeyError(sorted(unknown))
    kept = {key: value for key, value in values.items() if value not in (None, "")}
    _check_bounds(kept)
    apply(recall, WORKFLOW["scope"], by=by, data={"name": str(kept["model"])})
    return Scope.objects.create(recall=recall, **kept)


def _check_bounds(kept: Mapping[str, Any]) -> None:
    batch, model = kept.get("batch"), kept["model"]
    if batch is not None and batch.model_id != model.pk:
        raise MoveRefused(_("This batch is not of this model."), code="batch")
    for low, high in (("serial_from", "serial_to"), ("made_from", "made_to"), ("shipped_from", "shipped_to")):
        if low.startswith("serial") and (low in kept) != (high in kept):
            raise MoveRefused(_("Give both ends of the serials."), code=high if low in kept else low)
        if low in kept and high in kept and kept[high] < kept[low]:
            raise MoveRefused(_("The end lies before the beginning."), code=high)


@transaction.atomic
def drop_scope(*, scope: Scope, by: AbstractBaseUser) -> None:
    """Take a line out of the scope again, before the decision."""
    apply(scope.recall, WORKFLOW["scope"], by=by, data={"name": f"− {scope}"})
    scope.delete()


@transaction.atomic
def submit(*, recall: Recall, by: AbstractBaseUser, expected_version: int | None = None) -> Recall:
    """Ask for the decision by the chain of the policy; a recall that affects no unit is no recall."""
    if recall.proposal == Proposal.RECALL and recall.scopes.exists() and not population_of(recall):
        raise MoveRefused(_("No unit that left the house lies within this scope."), code="scope")
    apply(recall, WORKFLOW["submit"], by=by, data={"proposal": recall.proposal}, expected_version=expected_version)
    title = _("Recall judgement %(number)s: %(title)s") % {"number": recall.number, "title": recall.title}
    open_approval(
        subject=recall, chain_subject="recall", title=f"{title}（{recall.get_proposal_display()}）", by=by,
        level=recall.severity or 0, data={"recall": recall.pk},
    )  # fmt: skip
    recall.refresh_from_db()
    return recall


@transaction.atomic
def decided(*, recall: Recall, approved: bool, by: AbstractBaseUser | None) -> Recall:
    """Go on after the chain has spoken: freeze the population and begin, end the question, or give it back."""
    about = {"by": str(by or "")}
    if not approved:
        return apply(recall, WORKFLOW["return"], by=None, data=about)
    now = timezone.now()
    if recall.proposal == Proposal.NONE:
        apply(recall, WORKFLOW["decline"], by=None, data=about, fields={"decided_at": now})
        record(subject=recall.issue, verb="issue.recall_declined", by=by, data={"name": recall.number})
        return recall
    apply(recall, WORKFLOW["decide"], by=None, data=about, fields={"decided_at": now})
    freeze(recall=recall)
    record(subject=recall.issue, verb="issue.recall_decided", by=by, data={"name": recall.number})
    title = _("Recall decided: %(number)s %(title)s. Stop production and sale at once.") % {
        "number": recall.number, "title": recall.title,
    }  # fmt: skip
    tell(users=with_permission(perm.RECALL_VIEW, recall), title=title, subject=recall, level="urgent",
         verb="recall.decided")  # fmt: skip
    return recall


@transaction.atomic
def assign(
    *, recall: Recall, by: AbstractBaseUser, owner: AbstractBaseUser, expected_version: int | None = None
) -> Recall:
    """Name who is in charge and tell him."""
    data = {"owner": owner.pk, "owner_name": str(owner)}
    apply(recall, WORKFLOW["assign"], by=by, data=data, fields={"owner": owner}, expected_version=expected_version)
    if owner.pk != by.pk:
        title = _("You are in charge of the recall %(number)s: %(title)s")
        words = {"number": recall.number, "title": recall.title}
        tell(users=[owner], title=title % words, subject=recall, verb="recall.assigned")
    return recall


@transaction.atomic
def withdraw(*, recall: Recall, by: AbstractBaseUser, reason: str, expected_version: int | None = None) -> Recall:
    """Take the question back before it is decided."""
    return apply(recall, WORKFLOW["withdraw"], by=by, data={"reason": reason}, expected_version=expected_version)


def index_recall(recall: Recall) -> None:
    """Write the search entry of a recall, in the caller's transaction."""
    words = [recall.issue.number, recall.hazard, recall.consequence, recall.remedy_text]
    search.index(
        subject=recall, title=f"{recall.number} {recall.title}", text="\n".join(filter(None, words)),
        at=recall.opened_at, owner_id=recall.owner_id,
    )  # fmt: skip
