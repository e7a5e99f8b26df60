"""Entering costs and voiding what was wrong; both stand in the ledger at once."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.activity.words import money
from bihuan.core.permissions.services import require, rules_for
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.cost import permissions as perm
from bihuan.quality.cost.ledger import book_line
from bihuan.quality.cost.models import CostLine, Voucher
from bihuan.quality.cost.money import to_cent
from bihuan.quality.issues.models import Issue
from bihuan.quality.nonconformity.models import Nonconformity
from bihuan.service.desk.models import Case

Subject = Case | Issue | Nonconformity
LARGEST = Decimal(1_000_000_000)


def about(subject: Subject | None) -> dict[str, Any]:
    """The field of a subject, with the subject."""
    if subject is None:
        return {}
    return {{Case: "case", Issue: "issue", Nonconformity: "sheet"}[type(subject)]: subject}


def check_amount(amount: Decimal, field: str = "amount") -> Decimal:
    """An amount of money: more than nothing, less than a milliard, and no part of a cent."""
    if not amount.is_finite() or amount <= 0 or amount > LARGEST:
        raise MoveRefused(_("An amount is more than nothing and at most %(most)s.") % {"most": LARGEST}, code=field)
    if amount != to_cent(amount):
        raise MoveRefused(_("An amount has no part of a cent."), code=field)
    return amount


@transaction.atomic
def enter_line(
    *, subject: Subject, by: AbstractBaseUser | None, kind: str, amount: Decimal, occurred_on: date, note: str = "",
    origin: Voucher | None = None,
) -> CostLine:  # fmt: skip
    """Enter a cost of a case, an issue or a sheet, by a class of the company."""
    if by is not None and origin is None:
        require(by, perm.ENTER, subject)
    if kind not in {item.code for item in rules_for(subject).cost.classes}:
        raise MoveRefused(_("“%(value)s” is not known") % {"value": kind}, code="kind")
    if occurred_on > timezone.localdate():
        raise MoveRefused(_("This day has not come yet."), code="occurred_on")
    line = CostLine.objects.create(
        kind=kind, amount=check_amount(amount), occurred_on=occurred_on, note=note.strip(), origin=origin,
        entered_by_id=by.pk if by else None,
        entered_at=timezone.now(), **about(subject),
    )  # fmt: skip
    book_line(line)
    data = {"name": f"{rules_for(subject).cost.class_name(kind)} {money(amount)}", "line": line.pk}
    record(subject=subject, verb="cost.entered", by=by, data=data)
    return line


@transaction.atomic
def void_line(*, line: CostLine, by: AbstractBaseUser, reason: str) -> CostLine:
    """Void a line that was wrong; it stays readable, and the ledger gets the opposite booking."""
    require(by, perm.ENTER, line.about)
    if not reason.strip():
        raise MoveRefused(_("Please give a reason."), code="reason")
    rows = CostLine.objects.filter(pk=line.pk, voided_at__isnull=True, voucher__isnull=True, origin__isnull=True)
    if not rows.update(voided_at=timezone.now(), voided_by_id=by.pk, void_reason=reason.strip()):
        raise MoveRefused(_("A voucher has taken this line, or it is void already."), code="conflict")
    line.refresh_from_db()
    book_line(line, void=True)
    record(
        subject=line.about, verb="cost.voided", by=by, data={"name": f"{money(line.amount)}：{reason}", "line": line.pk}
    )
    return line


def of_subject(subject: Subject) -> Any:
    """The lines of a subject, the newest first."""
    return CostLine.objects.filter(**about(subject)).order_by("-id")


def open_lines(subject: Subject) -> Any:
    """Those that nobody bears yet."""
    return of_subject(subject).filter(voided_at__isnull=True, voucher__isnull=True)


def words_of(values: Mapping[str, Any]) -> str:
    """Some values in a line of the journal."""
    return " · ".join(str(value) for value in values.values() if value)
