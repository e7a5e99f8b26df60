"""The end of a return: exchange, refund, scrapping, the way back, loans (RET-07, WO-20)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.activity.words import money
from bihuan.core.permissions.services import can
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.products.models import Ending, Unit
from bihuan.registry.products.services import check_in_use, end_unit, exchange_unit
from bihuan.service.desk import permissions as desk
from bihuan.service.desk.models import CaseState
from bihuan.service.desk.services.closing import add_work
from bihuan.service.desk.services.talk import say
from bihuan.service.returns.models import Direction, Loan, ReturnOrder
from bihuan.service.returns.money import agreed_offer
from bihuan.service.returns.services.handling import finish_repair
from bihuan.service.returns.services.paying import keep
from bihuan.service.returns.services.requesting import issue_paper, keep_files
from bihuan.service.returns.workflow import WORKFLOW, authorise


@transaction.atomic
def exchange(
    *, order: ReturnOrder, by: AbstractBaseUser, unit: Unit, expected_version: int | None = None
) -> ReturnOrder:
    """Give another unit of the same model and specification; its warranty begins anew today (WO-20, RET-07)."""
    authorise(order, "exchange", by)
    if order.unit is None:
        raise MoveRefused(_("Name the returned unit on the case first."), code="unit")
    if unit.model_id != order.unit.model_id:
        raise MoveRefused(_("The unit is of another model: %(model)s") % {"model": unit.model}, code="unit")
    if unit.customer_id and unit.customer_id != order.unit.customer_id:
        raise MoveRefused(_("This unit belongs to another customer."), code="unit")
    if unit.loans.filter(returned_at=None).exists():
        raise MoveRefused(_("This unit is lent."), code="unit")
    apply(order, WORKFLOW["exchange"], by=by, data={"name": unit.serial}, fields={"replacement": unit},
          expected_version=expected_version)  # fmt: skip
    finish_repair(order, by, _("exchanged for %(serial)s") % {"serial": unit.serial})
    exchange_unit(old=order.unit, new=unit, on=timezone.localdate(), by=by)
    issue_paper(order, "F20", by)
    return order


@transaction.atomic
def give_back(
    *, order: ReturnOrder, by: AbstractBaseUser, remark: str = "", expected_version: int | None = None
) -> ReturnOrder:
    """Nothing was repaired: no trouble found, or the customer did not want it at this price."""
    apply(order, WORKFLOW["give_back"], by=by, data={"name": remark}, expected_version=expected_version)
    nothing = order.fault == "none"
    finish_repair(order, by, _("no trouble found") if nothing else _("given back unrepaired"))
    issue_paper(order, "F20", by)
    return order


@transaction.atomic
def refund(
    *, order: ReturnOrder, by: AbstractBaseUser, reference: str, paid_on: date | None = None,
    expected_version: int | None = None,
) -> ReturnOrder:  # fmt: skip
    """The money is back with the customer; the goods stay with us, and the record F20 says so (RET-06, RET-07)."""
    authorise(order, "refund", by)
    offer = agreed_offer(order)
    amount = offer.refund if offer else Decimal(0)
    fields = {"closed_at": timezone.now(), "result": _("refunded %(amount)s") % {"amount": amount}}
    data = {"name": f"{money(amount)} {reference}"}
    apply(order, WORKFLOW["refund"], by=by, data=data, fields=fields, expected_version=expected_version)
    keep(order, by, Direction.OUT, amount, reference, paid_on)
    _over(order, by, Ending.RETURNED)
    return order


@transaction.atomic
def scrap(
    *, order: ReturnOrder, by: AbstractBaseUser, remark: str, uploads: Iterable[UploadedFile] = (),
    expected_version: int | None = None,
) -> ReturnOrder:  # fmt: skip
    """Scrap what the customer has given up: his consent stands on the offer (SOL-07)."""
    authorise(order, "scrap", by)
    if not remark.strip():
        raise MoveRefused(_("Say how the goods were disposed of."), code="remark")
    fields = {"closed_at": timezone.now(), "result": _("scrapped")}
    apply(order, WORKFLOW["scrap"], by=by, data={"name": remark[:120]}, fields=fields,
          expected_version=expected_version)  # fmt: skip
    keep_files(order, uploads, by)
    _over(order, by, Ending.SCRAPPED)
    return order


def _over(order: ReturnOrder, by: Any, ending: str) -> None:
    """The unit's record ends where the goods do not travel back: its customer has it no longer."""
    finish_repair(order, by, order.result)
    if order.unit is not None:
        end_unit(unit=order.unit, ending=ending, on=timezone.localdate(), by=by)
    issue_paper(order, "F20", by)
    record(subject=order.case, verb="case.return_closed", by=by, data={"name": f"{order.number} {order.result}"})


@transaction.atomic
def ship(
    *, order: ReturnOrder, by: AbstractBaseUser, carrier: str, tracking: str, expected_version: int | None = None
) -> ReturnOrder:
    """Send the goods back; the customer learns the waybill (SOL-05)."""
    authorise(order, "ship", by)
    if not carrier.strip():
        raise MoveRefused(_("This field is required."), code="carrier")
    fields = {"carrier_out": carrier.strip()[:60], "tracking_out": tracking.strip()[:60],
              "shipped_at": timezone.now()}  # fmt: skip
    data = {"name": f"{carrier} {tracking}".strip()}
    apply(order, WORKFLOW["ship"], by=by, data=data, fields=fields, expected_version=expected_version)
    text = _("The goods of %(number)s are on their way to you: %(way)s")
    say(case=order.case, by=by, text=text % {"number": order.number, "way": data["name"]}, kind="return")
    return order


@transaction.atomic
def close(
    *, order: ReturnOrder, taken_by: str, by: AbstractBaseUser | None = None, expected_version: int | None = None
) -> ReturnOrder:
    """The customer has the goods; what was done stands on his case as work. ``by`` None is his own link."""
    authorise(order, "close", by)
    if not taken_by.strip():
        raise MoveRefused(_("This field is required."), code="taken_by")
    fields = {"closed_at": timezone.now(), "taken_by": taken_by.strip()[:60]}
    apply(order, WORKFLOW["close"], by=by, data={"name": taken_by}, fields=fields, expected_version=expected_version,
          actor_name="" if by else taken_by)  # fmt: skip
    record(subject=order.case, verb="case.return_closed", by=by, data={"name": f"{order.number} {order.result}"},
           actor_name="" if by else taken_by)  # fmt: skip
    worker = by or order.owner
    if worker is not None and order.case.state == CaseState.WORKING and can(worker, desk.CASE_WORK, order.case):
        add_work(case=order.case, by=worker, text=f"{order.number}：{order.result}")
    return order


@transaction.atomic
def lend(
    *, order: ReturnOrder, by: AbstractBaseUser, unit: Unit, condition: str, expected_version: int | None = None
) -> Loan:
    """Lend a unit for the time of the repair; the unique rows refuse a unit that is lent already."""
    authorise(order, "lend", by)
    if not condition.strip():
        raise MoveRefused(_("This field is required."), code="condition")
    if unit.pk == order.unit_id or (unit.customer_id and unit.customer_id != order.case.customer_id):
        raise MoveRefused(_("This unit is not ours to lend."), code="unit")
    check_in_use(unit)
    apply(order, WORKFLOW["lend"], by=by, data={"name": unit.serial}, expected_version=expected_version)
    try:
        with transaction.atomic():
            row = Loan.objects.create(order=order, unit=unit, lent_by_id=by.pk, condition_out=condition.strip()[:200])
    except IntegrityError as error:
        raise MoveRefused(_("This unit is lent, or a unit is lent for this return already."), code="unit") from error
    return row


@transaction.atomic
def take_loan_back(
    *, order: ReturnOrder, by: AbstractBaseUser, condition: str, expected_version: int | None = None
) -> Loan:
    """The lent unit is back, in this condition."""
    authorise(order, "take_back", by)
    row = order.loans.filter(returned_at=None).select_related("unit").first()
    if row is None:
        raise MoveRefused(_("Nothing is lent."), code="state")
    if not condition.strip():
        raise MoveRefused(_("This field is required."), code="condition")
    apply(order, WORKFLOW["take_back"], by=by, data={"name": row.unit.serial}, expected_version=expected_version)
    row.returned_at, row.condition_in = timezone.now(), condition.strip()[:200]
    row.save(update_fields=["returned_at", "condition_in"])
    return row
