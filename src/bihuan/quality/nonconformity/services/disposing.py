"""Dispositions with their quantities, carrying them out, and the check after a correction (NCR-18)."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.notify.services import tell
from bihuan.core.permissions.services import Refused, can, require
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.nonconformity import permissions as perm
from bihuan.quality.nonconformity.balance import needs
from bihuan.quality.nonconformity.models import Disposition, Ending, Nonconformity, SheetState
from bihuan.quality.nonconformity.services.reporting import keep
from bihuan.quality.nonconformity.workflow import WORKFLOW
from bihuan.registry.people.queries import with_permission

S = SheetState


@transaction.atomic
def dispose(
    *, sheet: Nonconformity, by: AbstractBaseUser, kind: str, quantity: int, owner: AbstractBaseUser,
    after: Disposition | None = None, instruction: str = "", permit: str = "",
) -> Disposition:  # fmt: skip
    """Give a number of pieces their disposition; never more than there are.

    During the review it is a part of the proposal; while goods are being disposed of it is for those that failed.
    """
    require(by, perm.MANAGE, sheet)
    locked = _lock(sheet)
    if locked.state not in {S.REVIEWING, S.DISPOSING} or (locked.state == S.DISPOSING and after is None):
        raise MoveRefused(_("This is not possible in the present state."), code="state")
    if kind not in Ending.values:
        raise MoveRefused(_("“%(value)s” is not known") % {"value": kind}, code="kind")
    if kind == Ending.CONCESSION and sheet.policy.nonconformity.concession_permit and not permit.strip():
        raise MoveRefused(_("A concession names who has permitted it."), code="permit")
    rows = list(sheet.dispositions.select_related("sheet"))
    need = next((item for item in needs(locked, rows) if (item.after and item.after.pk) == (after and after.pk)), None)
    if need is None or not 1 <= quantity <= need.left:
        left = need.left if need else 0
        raise MoveRefused(_("%(left)s pieces are left for a disposition.") % {"left": left}, code="quantity")
    row = Disposition.objects.create(
        sheet=sheet,
        after=after,
        kind=kind,
        quantity=quantity,
        owner_id=owner.pk,
        instruction=instruction,
        permit=permit,
    )
    record(subject=sheet, verb="nonconformity.disposed", by=by, data={"name": str(row)})
    return row


def _lock(sheet: Nonconformity) -> Nonconformity:
    """The sheet as it is now, held until the end of the transaction, so that two cannot give away the same piece."""
    return Nonconformity.objects.select_for_update().get(pk=sheet.pk)


@transaction.atomic
def drop_disposition(*, disposition: Disposition, by: AbstractBaseUser) -> None:
    """Take a proposal back, as long as nobody has approved or begun it."""
    sheet = disposition.sheet
    require(by, perm.MANAGE, sheet)
    locked = _lock(sheet)
    first_round = locked.state == S.REVIEWING or (locked.state == S.DISPOSING and disposition.after_id is not None)
    if not first_round or disposition.done_at is not None:
        raise MoveRefused(_("This is not possible in the present state."), code="state")
    gone, _rows = sheet.dispositions.filter(pk=disposition.pk, done_at__isnull=True).delete()
    if not gone:
        raise MoveRefused(_("Somebody else has just changed this. Please look again."), code="conflict")
    record(subject=sheet, verb="nonconformity.disposition_dropped", by=by, data={"name": str(disposition)})


@transaction.atomic
def finish_disposition(
    *, disposition: Disposition, by: AbstractBaseUser, result: str, uploads: Iterable[Any] = ()
) -> Disposition:
    """Report it as carried out: by whoever has to, or for him by one who runs the work."""
    sheet = disposition.sheet
    if by.pk != disposition.owner_id and not can(by, perm.EXECUTE, sheet):
        raise Refused(perm.EXECUTE)
    if _lock(sheet).state != S.DISPOSING:
        raise MoveRefused(_("Goods are touched only after the approval."), code="state")
    if not result.strip():
        raise MoveRefused(_("Please write a text."), code="result")
    rows = Disposition.objects.filter(pk=disposition.pk, done_at__isnull=True)
    if not rows.update(done_at=timezone.now(), done_by_id=by.pk, result=result):
        raise MoveRefused(_("This has been reported already."), code="conflict")
    keep(sheet=sheet, files=uploads, by=by)
    disposition.refresh_from_db()
    record(subject=sheet, verb="nonconformity.disposition_done", by=by, data={"name": f"{disposition}：{result}"})
    if disposition.needs_check:
        title = _("Please verify again: %(what)s, %(number)s") % {"what": disposition, "number": sheet.number}
        tell(users=with_permission(perm.VERIFY, sheet), title=title, subject=sheet, level="warn")
    return disposition


@transaction.atomic
def verify_disposition(
    *, disposition: Disposition, by: AbstractBaseUser, failed: int, remark: str = "", uploads: Iterable[Any] = ()
) -> Disposition:
    """Inspect the goods again after a correction; what fails needs another disposition. Nobody checks his own work."""
    sheet = disposition.sheet
    require(by, perm.VERIFY, sheet)
    if _lock(sheet).state != S.DISPOSING or disposition.state != "done":
        raise MoveRefused(_("There is nothing to verify."), code="state")
    if by.pk in {disposition.done_by_id, disposition.owner_id}:
        raise MoveRefused(_("Nobody verifies his own work."), code="own")
    if not 0 <= failed <= disposition.quantity:
        raise MoveRefused(_("At most %(most)s.") % {"most": disposition.quantity}, code="failed")
    now = timezone.now()
    rows = Disposition.objects.filter(pk=disposition.pk, verified_at__isnull=True)
    passed = disposition.quantity - failed
    if not rows.update(passed=passed, failed=failed, verified_at=now, verified_by_id=by.pk):
        raise MoveRefused(_("Somebody else has verified it already."), code="conflict")
    keep(sheet=sheet, files=uploads, by=by)
    disposition.refresh_from_db()
    words = _("%(passed)s conform, %(failed)s do not") % {"passed": passed, "failed": failed}
    data = {"name": f"{disposition}：{words} {remark}".strip()}
    record(subject=sheet, verb="nonconformity.disposition_verified", by=by, data=data)
    if failed and sheet.owner is not None:
        title = _("%(count)s pieces failed again: %(number)s") % {"count": failed, "number": sheet.number}
        tell(users=[sheet.owner], title=title, subject=sheet, level="warn")
    return disposition


@transaction.atomic
def report_measures(
    *, sheet: Nonconformity, by: AbstractBaseUser, result: str, uploads: Iterable[Any] = ()
) -> Nonconformity:
    """The responsible person reports the measures as carried out, once."""
    if by.pk != sheet.responsible_id and not can(by, perm.EXECUTE, sheet):
        raise Refused(perm.EXECUTE)
    if _lock(sheet).state != S.DISPOSING:
        raise MoveRefused(_("This is not possible in the present state."), code="state")
    if not result.strip():
        raise MoveRefused(_("Please write a text."), code="result")
    rows = Nonconformity.objects.filter(pk=sheet.pk, measures_done_at__isnull=True)
    if not rows.update(measures_done_at=timezone.now(), measures_result=result):
        raise MoveRefused(_("This has been reported already."), code="conflict")
    sheet.refresh_from_db()
    keep(sheet=sheet, files=uploads, by=by)
    record(subject=sheet, verb="nonconformity.measures_done", by=by, data={"name": result[:200]})
    return sheet


@transaction.atomic
def close_sheet(
    *, sheet: Nonconformity, by: AbstractBaseUser, verification: str, expected_version: int | None = None
) -> Nonconformity:
    """Close when every piece has its end, the measures are done, and their effect is judged in words (NCR-07)."""
    if not verification.strip():
        raise MoveRefused(_("Please write a text."), code="verification")
    fields = {"verification": verification, "closed_at": timezone.now()}
    data = {"name": verification[:200]}
    return apply(sheet, WORKFLOW["close"], by=by, data=data, fields=fields, expected_version=expected_version)
