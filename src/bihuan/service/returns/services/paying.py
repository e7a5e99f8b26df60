"""Money of a return: what the customer paid for it, and what he got back (CST-09, RET-07)."""

from datetime import date
from decimal import Decimal

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.words import money
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.returns.models import Direction, Payment, ReturnOrder
from bihuan.service.returns.money import owed
from bihuan.service.returns.workflow import WORKFLOW, authorise


@transaction.atomic
def record_payment(
    *, order: ReturnOrder, by: AbstractBaseUser, amount: Decimal, reference: str, paid_on: date | None = None,
    expected_version: int | None = None,
) -> Payment:  # fmt: skip
    """Record what the customer paid, never more than he owes (CST-09)."""
    authorise(order, "pay", by)
    left = owed(order)
    if not 0 < amount <= left:
        raise MoveRefused(_("The customer owes %(left)s CNY.") % {"left": left}, code="amount")
    row = keep(order, by, Direction.IN, amount, reference, paid_on)
    data = {"name": f"{money(amount)} {row.reference}"}
    apply(order, WORKFLOW["pay"], by=by, data=data, expected_version=expected_version)
    return row


def keep(
    order: ReturnOrder, by: AbstractBaseUser, direction: str, amount: Decimal, reference: str, paid_on: date | None
) -> Payment:
    """Write a payment within an action that journals itself; its voucher stands once on a return."""
    day = paid_on or timezone.localdate()
    if not reference.strip():
        raise MoveRefused(_("Give the number of the payment."), code="reference")
    if day > timezone.localdate():
        raise MoveRefused(_("The day lies ahead."), code="paid_on")
    values = {"order": order, "direction": direction, "reference": reference.strip()[:60]}
    try:
        with transaction.atomic():
            return Payment.objects.create(**values, amount=amount, paid_on=day, recorded_by_id=by.pk)
    except IntegrityError as error:
        raise MoveRefused(_("This payment is recorded already."), code="reference") from error
