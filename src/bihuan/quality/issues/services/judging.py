"""Assigning, grading, attributing, deciding whose responsibility it is."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.notify.services import tell
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues.models import Issue, Responsibility
from bihuan.quality.issues.services.registration import index_issue
from bihuan.quality.issues.workflow import WORKFLOW

GRADE_FIELDS = frozenset({"criteria", "grade", "dispersion", "is_serious", "is_safety", "wants_8d", "reason"})
ATTRIBUTES = frozenset({"department", "responsible", "cause_category", "mechanism", "symptom"})


@transaction.atomic
def assign_follower(
    *, issue: Issue, by: AbstractBaseUser, owner: AbstractBaseUser, expected_version: int | None = None
) -> Issue:
    """Assign a dedicated follower and tell him (NCR-15)."""
    data = {"owner": owner.pk, "owner_name": str(owner)}
    apply(issue, WORKFLOW["assign"], by=by, data=data, fields={"owner": owner}, expected_version=expected_version)
    if owner.pk != by.pk:
        title = _("You follow %(number)s now: %(title)s") % {"number": issue.number, "title": issue.title}
        tell(users=[owner], title=title, subject=issue, verb="issue.assigned")
    return issue


def grade_of(issue: Issue, criteria: list[str]) -> int:
    """The level that the criteria give: the highest of those that hold (TRI-09)."""
    rules = issue.policy.issues
    levels = [item.level for item in rules.grade_criteria if item.code in criteria]
    return max(levels, default=rules.default_grade)


@transaction.atomic
def grade_issue(
    *, issue: Issue, by: AbstractBaseUser, values: Mapping[str, Any], expected_version: int | None = None
) -> Issue:
    """Grade by the list of criteria; who goes below it, or below what was judged, says why (TRI-07, TRI-09, D05).

    Serious and safety flags follow the criteria too. Grade, spread and flags choose deadlines, chain and papers.
    """
    if unknown := set(values) - GRADE_FIELDS:
        raise KeyError(sorted(unknown))
    rules = issue.policy
    ticked = list(values.get("criteria") or [])
    known = {item.code: item for item in rules.issues.grade_criteria}
    if wrong := [code for code in ticked if code not in known]:
        raise MoveRefused(_("“%(value)s” is not known") % {"value": wrong[0]}, code="criteria")
    proposed = grade_of(issue, ticked)
    grade = values.get("grade") or proposed
    if rules.level("severity", grade) is None:
        raise MoveRefused(_("“%(value)s” is not known") % {"value": grade}, code="grade")
    if grade < proposed and not str(values.get("reason", "")).strip():
        raise MoveRefused(_("Say why the grade is lower than the criteria give."), code="reason")
    flags = {flag for code in ticked for flag in known[code].flags}
    fields = {
        "criteria": ticked, "grade": grade, "dispersion": values.get("dispersion") or issue.dispersion,
        "is_serious": bool(values.get("is_serious", issue.is_serious)) or "serious" in flags,
        "is_safety": bool(values.get("is_safety", issue.is_safety)) or "safety" in flags,
        "wants_8d": bool(values.get("wants_8d", issue.wants_8d)),
    }  # fmt: skip
    less = grade < (issue.grade or 0) or (issue.is_safety and not fields["is_safety"])
    if less and not str(values.get("reason", "")).strip():
        raise MoveRefused(_("Say why the grade or the danger is less than before."), code="reason")
    data = {**fields, "proposed": proposed, "reason": values.get("reason", "")}
    return apply(issue, WORKFLOW["grade"], by=by, data=data, fields=fields, expected_version=expected_version)


@transaction.atomic
def attribute(
    *, issue: Issue, by: AbstractBaseUser, values: Mapping[str, Any], expected_version: int | None = None
) -> Issue:
    """Name cause category, responsible unit and person; they are needed before approval (NCR-03, NCR-21, TRI-13)."""
    if unknown := set(values) - ATTRIBUTES:
        raise KeyError(sorted(unknown))
    fields = {key: value for key, value in values.items() if value is not None}
    data = {key: str(value) for key, value in fields.items()}
    apply(issue, WORKFLOW["attribute"], by=by, data=data, fields=fields, expected_version=expected_version)
    index_issue(issue)
    return issue


@transaction.atomic
def decide_responsibility(
    *, issue: Issue, by: AbstractBaseUser, responsibility: str, reason: str, expected_version: int | None = None
) -> Issue:
    """The general manager's office decides whether the cause lies inside or outside (QIS-09); which role is policy."""
    if responsibility not in {Responsibility.INTERNAL, Responsibility.EXTERNAL}:
        raise MoveRefused(_("Internal or external?"), code="responsibility")
    if not reason.strip():
        raise MoveRefused(_("Please give a reason."), code="reason")
    fields = {"responsibility": responsibility, "responsibility_reason": reason[:300]}
    move = WORKFLOW["decide_responsibility"]
    return apply(issue, move, by=by, data=fields, fields=fields, expected_version=expected_version)


@transaction.atomic
def release_work(*, issue: Issue, by: AbstractBaseUser, reason: str, expected_version: int | None = None) -> Issue:
    """Let stopped work go on; somebody of quality answers for it (NCR-16)."""
    if not issue.is_stopped:
        raise MoveRefused(_("No work is stopped."), code="state")
    fields = {"released_at": timezone.now()}
    data = {"reason": reason}
    return apply(issue, WORKFLOW["release"], by=by, data=data, fields=fields, expected_version=expected_version)
