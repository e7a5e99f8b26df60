"""Parts for a repair: asked for, named in its record, booked when the repair passes (PRT-12, PRT-18, WO-20)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.permissions.services import require
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.spares.models import Part
from bihuan.service.parts.models import Requisition
from bihuan.service.parts.money import yuan
from bihuan.service.parts.services import reported, requisitions, using, valuing
from bihuan.service.parts.services.discrepancies import Work
from bihuan.service.parts.services.reported import Hand
from bihuan.service.parts.services.requisitions import Job
from bihuan.service.returns import permissions as perm
from bihuan.service.returns.models import ReturnOrder, ReturnState

KIND = "returns.returnorder"


def job_of(order: ReturnOrder) -> Job:
    """A return as the job for which parts are asked."""
    return Job(KIND, order.pk, order.number)


def work_of(order: ReturnOrder) -> Work:
    """A return as work on which parts are used: what its technician carries counts too."""
    return Work(job_of(order), (order.repair.technician,), order.case, order.unit)


@transaction.atomic
def ask_parts(
    *, order: ReturnOrder, by: AbstractBaseUser, lines: Sequence[tuple[Part, int]], purpose: str
) -> Requisition:  # fmt: skip
    """Ask for the parts of a repair, for the technician who does it (PRT-12)."""
    require(by, perm.RETURNS_WORK, order)
    if order.state != ReturnState.WORKING:
        raise MoveRefused(_("Parts are asked for while the goods are in repair."), code="state")
    receiver = order.repair.technician
    return requisitions.ask(by=by, lines=lines, purpose=purpose, receiver=receiver, case=order.case, job=job_of(order))


def on_hand(order: ReturnOrder) -> Hand:
    """What can be used on a repair."""
    return reported.hand_of(work_of(order))


def declare_parts(order: ReturnOrder, by: AbstractBaseUser, values: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the replaced parts as the record names them; returns what it says of them itself (PRT-18, WO-20)."""
    return reported.declare(hand=on_hand(order), by=by, values=values, rule=order.policy.parts.unissued)


def value_parts(order: ReturnOrder) -> Decimal:
    """What the parts that the record names cost, to the cent: by the ledger, not by anybody's entry (PRT-18)."""
    return yuan(valuing.value_of(job_of(order)))


def book_parts(order: ReturnOrder, by: AbstractBaseUser) -> None:
    """Book the replaced parts and enter what the ledger took for them; whoever counts costs hears of it (CST-06)."""
    using.book(work=work_of(order), by=order.repair.technician)
    order.repair.parts_cost = value_parts(order)
    order.repair.save(update_fields=["parts_cost"])
    record(subject=order, verb="return.costed", by=by, data={})
