"""Judging suppliers (PRT-08, PRT-09)."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.calendar.arithmetic import add_months
from bihuan.core.documents.models import Document
from bihuan.core.documents.services import issue
from bihuan.core.notify.models import Level
from bihuan.core.notify.services import tell_roles
from bihuan.core.permissions.services import require
from bihuan.core.policy import queries as policy
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.suppliers import permissions as perm
from bihuan.registry.suppliers.models import APPROVED, ApprovedList, Assessment, Standing, Supplier
from bihuan.registry.suppliers.reviews import due_suppliers

# From the mildest to the hardest.
STEPS = (Standing.APPROVED, Standing.WARNED, Standing.RECTIFYING, Standing.ELIMINATED)
MEASURES = frozenset(STEPS[1:])


@transaction.atomic
def assess(
    *, supplier: Supplier, by: Any, standing: str, marks: dict[str, int], finding: str = "",
    rectify_by: date | None = None, next_review_on: date | None = None,
) -> Assessment:  # fmt: skip
    """Judge a supplier by five marks and say what follows: approval, warning, rectification or elimination.

    Who stands on the list has a contract; the points have a grade, and nothing milder than its consequence is possible
    (D26); a measure says why, a rectification until when.
    """
    require(by, perm.SUPPLIERS_EDIT)
    _check(supplier, standing, marks, finding, rectify_by, next_review_on)
    today = timezone.localdate()
    row = Assessment.objects.create(
        supplier=supplier, assessed_on=today, standing=standing, finding=finding.strip(), rectify_by=rectify_by, by=by,
        **marks,
    )  # fmt: skip
    before = supplier.get_standing_display()
    supplier.standing, supplier.next_review_on = standing, next_review_on
    supplier.save(update_fields=["standing", "next_review_on"])
    after = str(Standing(standing).label)
    data = {"name": f"{before} → {after}（{row.total}）", "reason": finding[:200]}
    record(subject=supplier, verb="supplier.assessed", by=by, data=data)
    return row


def latest_review(today: date | None = None) -> date:
    """The last day on which a supplier who is assessed today is assessed again, by the policy (PRT-09)."""
    return add_months(today or timezone.localdate(), policy.default().parts.review_months)


def tell_due(today: date | None = None) -> int:
    """Tell those who assess suppliers of each matter once when it comes near and once when it is late (PRT-09)."""
    due = due_suppliers(today)
    roles = policy.default().roles_with(perm.SUPPLIERS_EDIT)
    for one in due:
        words = {"matter": one.matter.label, "supplier": one.supplier, "day": f"{one.day:%Y-%m-%d}" if one.day else "—"}
        soon, over = _("%(supplier)s: %(matter)s by %(day)s"), _("%(supplier)s: %(matter)s was due by %(day)s")
        tell_roles(
            roles=roles, title=(over if one.is_late else soon) % words,
            level=Level.WARN if one.is_late else Level.INFO,
            thread_key=f"supplier:{one.supplier.pk}:{one.matter}:{one.day}{':late' if one.is_late else ''}",
        )  # fmt: skip
    return len(due)


@transaction.atomic
def issue_list(*, by: Any) -> Document:
    """Issue the list of approved suppliers as it stands today (F28, PRT-08)."""
    require(by, perm.SUPPLIERS_EDIT)
    if not Supplier.objects.filter(standing__in=APPROVED).exists():
        raise MoveRefused(_("There is no approved supplier yet."))
    row = ApprovedList.objects.create(issued_on=timezone.localdate(), by=by)
    return issue(form_code="F28", subject=row, by=by)


def _check(
    supplier: Supplier, standing: str, marks: dict[str, int], finding: str, rectify_by: date | None,
    next_review_on: date | None,
) -> None:  # fmt: skip
    if set(marks) != set(Assessment.MARKS) or not all(1 <= mark <= 5 for mark in marks.values()):
        raise MoveRefused(_("Give each mark from 1 to 5."), code=Assessment.MARKS[0])
    if standing == Standing.APPROVED and not supplier.contract_no:
        raise MoveRefused(_("An approved supplier has a contract."), code="standing")
    grade = policy.default().parts.grade_of(sum(marks.values()))
    if grade and standing in STEPS and STEPS.index(Standing(standing)) < STEPS.index(Standing(grade.mildest)):
        words = {"grade": grade.name, "least": Standing(grade.mildest).label}
        raise MoveRefused(_("The grade %(grade)s leads at least to: %(least)s.") % words, code="standing")
    if standing in MEASURES and not finding.strip():
        raise MoveRefused(_("Please give a reason."), code="finding")
    if standing == Standing.RECTIFYING and (rectify_by is None or rectify_by < timezone.localdate()):
        raise MoveRefused(_("Say until when it is rectified."), code="rectify_by")
    if standing != Standing.ELIMINATED and (next_review_on is None or next_review_on <= timezone.localdate()):
        raise MoveRefused(_("Say when he is assessed again."), code="next_review_on")
    if standing != Standing.ELIMINATED and next_review_on and next_review_on > latest_review():
        raise MoveRefused(_("At the latest on %(day)s.") % {"day": latest_review()}, code="next_review_on")
