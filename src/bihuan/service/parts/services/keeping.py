"""What the keeper does with stock by hand: opening, moving, finding damaged, claims (PRT-01, PRT-13, PRT-16)."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.permissions.services import require
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.people.models import User
from bihuan.registry.spares.models import Part
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import Condition, Move, MoveKind, Place, PlaceKind
from bihuan.service.parts.money import cents
from bihuan.service.parts.queries import held_by, own_count
from bihuan.service.parts.services.ledger import Posting, outside, place_of, post
from bihuan.service.parts.services.reserving import fill_backorders


def in_cents(amount: Decimal, name: str = "amount") -> int:
    """Whole cents of what somebody typed."""
    try:
        found = cents(amount)
    except ValueError as error:
        raise MoveRefused(_("At most two places after the point."), code=name) from error
    if found < 0:
        raise MoveRefused(_("Not less than nothing."), code=name)
    return found


def kept_here(place: Place, name: str) -> None:
    """What is done by hand is done in a place of ours that is in use."""
    if place.is_outside or not place.is_active:
        raise MoveRefused(_("Choose a place of ours that is in use."), code=name)


def stored_here(place: Place, name: str) -> None:
    """What the store hands out or takes back lies in a warehouse or a bin that is in use, with nobody else."""
    if place.kind != PlaceKind.STORE or not place.is_active:
        raise MoveRefused(_("Choose a warehouse or a bin that is in use."), code=name)


def not_issued(part: Part, place: Place, quantity: int, name: str) -> None:
    """What an engineer holds on a requisition is used or given back on it, so that the paper stays true (PRT-13)."""
    if place.user_id is None:
        return
    held = held_by(place.user_id).filter(part=part).aggregate(n=Sum(F("issued") - F("used") - F("given_back")))["n"]
    if held and quantity > own_count(place.user_id, part):
        text = _("%(count)s of %(part)s were issued to %(who)s on a requisition: they come back on it.")
        raise MoveRefused(text % {"count": held, "part": part, "who": place.name}, code=name)


@transaction.atomic
def open_stock(
    *, part: Part, by: Any, place: Place, quantity: int, amount: Decimal, lot: str = "", reason: str = ""
) -> Move:
    """Take in what was there before the ledger began, with its value."""
    require(by, perm.PARTS_KEEP)
    kept_here(place, "place")
    posting = Posting(
        MoveKind.OPENING, part, quantity, outside(PlaceKind.COUNT), place, lot=lot, amount=in_cents(amount),
        reason=reason,
    )  # fmt: skip
    move = post(postings=[posting], by=by)[0]
    fill_backorders([part])
    return move


@transaction.atomic
def transfer(
    *, part: Part, by: Any, source: Place, destination: Place | User, quantity: int, lot: str = "", reason: str = "",
    condition: str = Condition.GOOD,
) -> Move:  # fmt: skip
    """Move parts without a requisition from one of our places to another: a bin, a warehouse, an engineer (PRT-13).

    An engineer's stock begins with his first part; what comes back into a store is kept for those who wait for it.
    """
    require(by, perm.PARTS_KEEP)
    target = place_of(destination) if isinstance(destination, User) else destination
    kept_here(source, "source")
    kept_here(target, "destination")
    state = Condition(condition)
    if state == Condition.GOOD:
        not_issued(part, source, quantity, "source")
    posting = Posting(MoveKind.TRANSFER, part, quantity, source, target, state, state, lot=lot, reason=reason)
    move = post(postings=[posting], by=by)[0]
    if target.kind == PlaceKind.STORE:
        fill_backorders([part])
    return move


@transaction.atomic
def found_damaged(*, part: Part, by: Any, place: Place, quantity: int, reason: str, lot: str = "") -> Move:
    """A good part was found damaged where it lay: it loses its value and waits for scrap or a claim (PRT-05)."""
    require(by, perm.PARTS_KEEP)
    kept_here(place, "place")
    if not reason.strip():
        raise MoveRefused(_("Please give a reason."), code="reason")
    not_issued(part, place, quantity, "place")
    posting = Posting(
        MoveKind.DAMAGE, part, quantity, place, place, destination_condition=Condition.DEFECTIVE, lot=lot,
        reason=reason,
    )  # fmt: skip
    return post(postings=[posting], by=by)[0]


@transaction.atomic
def return_to_supplier(*, part: Part, by: Any, place: Place, quantity: int, reason: str, lot: str = "") -> Move:
    """Send defective parts to the supplier, who has to answer for them (PRT-10, PRT-16)."""
    require(by, perm.PARTS_KEEP)
    kept_here(place, "place")
    if part.supplier is None:
        raise MoveRefused(_("The record of this part names no supplier."), code="quantity")
    if not reason.strip():
        raise MoveRefused(_("Please give a reason."), code="reason")
    posting = Posting(
        MoveKind.CLAIM, part, quantity, place, outside(PlaceKind.SUPPLIER), source_condition=Condition.DEFECTIVE,
        destination_condition=Condition.DEFECTIVE, lot=lot, reason=reason, reference=part.supplier.code,
    )  # fmt: skip
    move = post(postings=[posting], by=by)[0]
    data = {"name": f"{part.code} × {quantity}", "supplier": part.supplier.name, "reason": reason}
    record(subject=part, verb="part.claimed", by=by, data=data)
    return move
