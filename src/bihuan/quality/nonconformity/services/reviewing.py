"""Review: who handles it, where the goods stand, cause, responsible, measures, approval (NCR-03, NCR-04, NCR-18)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.approvals.services import open_approval
from bihuan.core.notify.services import tell
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues.board import hang
from bihuan.quality.issues.models import Issue, Source
from bihuan.quality.issues.services.registration import Sign, register_issue
from bihuan.quality.nonconformity.models import Nonconformity, Origin
from bihuan.quality.nonconformity.notice import public_sheet
from bihuan.quality.nonconformity.services.objecting import SHEET
from bihuan.quality.nonconformity.services.reporting import index_sheet
from bihuan.quality.nonconformity.workflow import WORKFLOW

REVIEW_FIELDS = frozenset(
    {"requirement", "actual", "cause", "corrective", "preventive", "department", "responsible", "due_at", "quantity"}
)


@transaction.atomic
def take_sheet(
    *, sheet: Nonconformity, by: AbstractBaseUser, defect_class: int, expected_version: int | None = None
) -> Nonconformity:
    """Quality takes every sheet: whoever takes it handles it, and gives the class of the defect (NCR-02)."""
    if sheet.policy.nonconformity.class_name(defect_class) == "":
        raise MoveRefused(_("“%(value)s” is not known") % {"value": defect_class}, code="defect_class")
    fields = {"owner": by, "defect_class": defect_class}
    # The class chooses the clock that starts with this move, so it stands on the row before the journal is written.
    sheet.defect_class = defect_class
    data = {"owner_name": str(by), "class": defect_class}
    return apply(sheet, WORKFLOW["take"], by=by, data=data, fields=fields, expected_version=expected_version)


@transaction.atomic
def assign_handler(
    *, sheet: Nonconformity, by: AbstractBaseUser, owner: AbstractBaseUser, expected_version: int | None = None
) -> Nonconformity:
    """Give the sheet to another handler and tell him."""
    data = {"owner_name": str(owner)}
    apply(sheet, WORKFLOW["assign"], by=by, data=data, fields={"owner": owner}, expected_version=expected_version)
    if owner.pk != by.pk:
        title = _("You handle %(number)s now: %(title)s") % {"number": sheet.number, "title": sheet.title}
        tell(users=[owner], title=title, subject=sheet)
    return sheet


@transaction.atomic
def isolate(
    *, sheet: Nonconformity, by: AbstractBaseUser, place: str, label_no: str, expected_version: int | None = None
) -> Nonconformity:
    """Set the goods apart and label them (NCR-18)."""
    if not place.strip():
        raise MoveRefused(_("Say where the goods stand."), code="place")
    if not label_no.strip():
        raise MoveRefused(_("Give the number of the label."), code="label_no")
    fields = {"isolation_place": place, "label_no": label_no, "isolated_at": sheet.isolated_at or timezone.now()}
    data = {"name": f"{place} · {label_no}"}
    apply(sheet, WORKFLOW["isolate"], by=by, data=data, fields=fields, expected_version=expected_version)
    index_sheet(sheet)
    return sheet


@transaction.atomic
def review(
    *, sheet: Nonconformity, by: AbstractBaseUser, values: Mapping[str, Any], expected_version: int | None = None
) -> Nonconformity:
    """Record cause, responsible, measures and the required completion; a recount changes the quantity (NCR-03)."""
    if unknown := set(values) - REVIEW_FIELDS:
        raise KeyError(sorted(unknown))
    due, count = values.get("due_at"), values.get("quantity")
    if due is not None and due <= timezone.now():
        raise MoveRefused(_("This time lies in the past."), code="due_at")
    if count is not None and (count < 1 or (sheet.lot_size is not None and count > sheet.lot_size)):
        raise MoveRefused(_("More were found than the lot holds."), code="quantity")
    changed = {name: value for name, value in values.items() if value is not None and value != getattr(sheet, name)}
    data = {"fields": sorted(changed), "name": str(changed.get("cause", ""))[:120]}
    return apply(sheet, WORKFLOW["review"], by=by, data=data, fields=changed, expected_version=expected_version)


@transaction.atomic
def submit_sheet(*, sheet: Nonconformity, by: AbstractBaseUser, expected_version: int | None = None) -> Nonconformity:
    """Ask for the approval by the chain of the defect class; the responsible person takes no part in it (NCR-04)."""
    apply(sheet, WORKFLOW["submit"], by=by, expected_version=expected_version)
    open_approval(
        subject=sheet, chain_subject="nonconformity", title=f"{sheet.number} {sheet.title}", by=by,
        level=sheet.defect_class or 0, data={"nonconformity": sheet.pk, "cycle": sheet.cycle},
        recused=[sheet.responsible] if sheet.responsible else [],
    )  # fmt: skip
    sheet.refresh_from_db()
    return sheet


@transaction.atomic
def sheet_decided(*, sheet: Nonconformity, approved: bool, by: AbstractBaseUser | None) -> Nonconformity:
    """Go on after the chain has spoken: hang it up, tell who has to act, or give it back (NCR-04, NCR-05)."""
    data = {"by": str(by or "")}
    if not approved:
        return apply(sheet, WORKFLOW["return"], by=None, data=data)
    publicity = sheet.policy.nonconformity.publicity
    until = timezone.now() + timedelta(days=publicity.days) if publicity.enabled else None
    apply(sheet, WORKFLOW["approve"], by=None, data=data, fields={"objection_until": until})
    if publicity.enabled:
        hang(kind=SHEET, subject=sheet, paper=public_sheet(sheet), days=publicity.days)
    owners = [row.owner for row in sheet.dispositions.select_related("owner")]
    users = [*owners, *([sheet.responsible] if sheet.responsible else [])]
    title = _("Approved, please carry out: %(number)s %(title)s") % {"number": sheet.number, "title": sheet.title}
    tell(users=users, title=title, subject=sheet, level="warn", verb="nonconformity.approved")
    return sheet


@transaction.atomic
def cancel_sheet(
    *, sheet: Nonconformity, by: AbstractBaseUser, reason: str, expected_version: int | None = None
) -> Nonconformity:
    """The goods conform after all."""
    return apply(
        sheet, WORKFLOW["cancel"], by=by, data={"reason": reason}, fields={"closed_at": timezone.now()},
        expected_version=expected_version,
    )  # fmt: skip


@transaction.atomic
def open_issue(*, sheet: Nonconformity, by: AbstractBaseUser) -> Issue:
    """Make a quality issue of it, or join the open one; the sheet stays and names the issue."""
    if sheet.issue is not None:
        raise MoveRefused(_("The sheet belongs to an issue already."), code="conflict")
    source = Source.SUPPLIER if sheet.origin in {Origin.SUPPLIER, Origin.INCOMING} else Source.INSPECTION
    sign = Sign(
        source=source, description=sheet.description, title=sheet.title, place=sheet.place, quantity=sheet.quantity,
        supplier_name=sheet.supplier_name, occurred_at=sheet.occurred_at, model=sheet.model, batch=sheet.batch,
        mechanism=sheet.case.mechanism if sheet.case else None,
    )  # fmt: skip
    issue = register_issue(sign=sign, by=by, cases=[sheet.case] if sheet.case else [])
    if not Nonconformity.objects.filter(pk=sheet.pk, issue__isnull=True).update(issue=issue):
        raise MoveRefused(_("The sheet belongs to an issue already."), code="conflict")
    sheet.issue = issue
    record(subject=sheet, verb="nonconformity.issue_opened", by=by, data={"name": issue.number})
    return issue
