"""Objections to an approved sheet, and the final ruling of the chief engineer (NCR-05, NCR-06)."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.notify.services import tell
from bihuan.core.permissions.services import Refused, require
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues.board import take_down
from bihuan.quality.issues.models import Ruling
from bihuan.quality.nonconformity import permissions as perm
from bihuan.quality.nonconformity.models import Nonconformity, SheetObjection, SheetState
from bihuan.quality.nonconformity.workflow import WORKFLOW
from bihuan.registry.people.queries import with_permission

FINAL_FROM = 2
SHEET = "sheet"  # the kind of its notices on the board


def in_time(sheet: Nonconformity) -> bool:
    """Whether the goods are being disposed of and the days for objections are not over."""
    until = sheet.objection_until
    return sheet.state == SheetState.DISPOSING and until is not None and timezone.now() <= until


@transaction.atomic
def object_to_sheet(*, sheet: Nonconformity, by: AbstractBaseUser, reason: str) -> SheetObjection:
    """Object in time and for one's department: first a second review, then the final ruling (NCR-06)."""
    department = getattr(by, "department_id", None)
    if department is None:
        raise Refused(perm.VIEW)
    if not reason.strip():
        raise MoveRefused(_("Please give a reason."), code="reason")
    locked = Nonconformity.objects.select_for_update().get(pk=sheet.pk)  # as it is now, not as it was read
    rows = list(locked.objections.all())
    if any(row.ruling for row in rows):
        raise MoveRefused(_("The final ruling has been given."), code="final")
    if any(row.waits for row in rows):
        raise MoveRefused(_("An objection waits for the final ruling."), code="conflict")
    if not in_time(locked):
        raise MoveRefused(_("The time for objections is over."), code="late")
    row = SheetObjection.objects.create(
        sheet=sheet, round=len(rows) + 1, department_id=department, by_id=by.pk, reason=reason.strip(),
        at=timezone.now(),
    )  # fmt: skip
    data = {"reason": reason, "by": str(by)}
    if row.round < FINAL_FROM:
        take_down(kind=SHEET, subject=sheet)
        apply(sheet, WORKFLOW["object"], by=None, data=data, actor_name=str(by))
        _next_round(sheet)
        _tell(sheet, perm.MANAGE, _("Objection, review again: %(number)s %(title)s"))
    else:
        record(subject=sheet, verb="nonconformity.objected_again", by=by, data=data)
        _tell(sheet, perm.RULE, _("Second objection, your final ruling is needed: %(number)s %(title)s"))
    return row


def _next_round(sheet: Nonconformity) -> None:
    """Clocks of the round before have stopped with the move; those of the next begin with its approval.

    What was reported of the measures of that round stays in the journal: those of the next are reported anew.
    """
    fresh = {"cycle": F("cycle") + 1, "measures_done_at": None, "measures_result": ""}
    Nonconformity.objects.filter(pk=sheet.pk).update(**fresh)
    sheet.refresh_from_db()


def _tell(sheet: Nonconformity, permission: str, words: str) -> None:
    title = words % {"number": sheet.number, "title": sheet.title}
    tell(users=with_permission(permission, sheet), title=title, subject=sheet, level="warn")


@transaction.atomic
def rule_on_sheet(*, sheet: Nonconformity, by: AbstractBaseUser, upheld: bool, reason: str) -> SheetObjection:
    """Give the final ruling on the second objection; after it nobody objects any more (NCR-06)."""
    require(by, perm.RULE, sheet)
    waiting = next((row for row in sheet.objections.select_for_update() if row.waits), None)
    if waiting is None:
        raise MoveRefused(_("No second objection waits for a ruling."), code="state")
    if not reason.strip():
        raise MoveRefused(_("Please give a reason."), code="reason")
    if waiting.by_id == by.pk:
        raise MoveRefused(_("Nobody rules on his own objection."), code="own")
    waiting.ruling = Ruling.UPHELD if upheld else Ruling.DISMISSED
    waiting.ruling_reason, waiting.ruled_at = reason.strip(), timezone.now()
    waiting.ruled_by_id = by.pk
    waiting.save()
    data = {"reason": reason}
    if upheld:
        take_down(kind=SHEET, subject=sheet)
        apply(sheet, WORKFLOW["uphold"], by=by, data=data)
        _next_round(sheet)
    else:
        record(subject=sheet, verb="nonconformity.objection_dismissed", by=by, data=data)
    title = _("Final ruling on %(number)s: %(ruling)s") % {
        "number": sheet.number, "ruling": waiting.get_ruling_display()
    }  # fmt: skip
    tell(users=[row for row in (waiting.by, sheet.owner) if row], title=title, subject=sheet, level="warn")
    return waiting
