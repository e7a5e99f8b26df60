"""Posting to the ledger: the only way in which stock changes (PRT-03).

One conditional UPDATE decides: what is not there cannot be taken, whoever comes at the same time. The row of the part
is taken first and the parts in the order of their ids, so that two postings never wait for each other in a circle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.rows.together import Statement, run_together
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.spares.models import Part, Tracking
from bihuan.service.parts.models import Balance, Condition, Move, MoveKind, Place, PlaceKind, Stock

GOOD, DEFECTIVE = Condition.GOOD, Condition.DEFECTIVE

# What the move takes or brings: its share of the value, half up to the cent, and all of it with the last piece.
_COST = """CASE WHEN CAST(%s AS bigint) > 0 THEN %s WHEN good <= %s THEN value
    ELSE (2 * value * %s + good) / (2 * good) END"""
_STOCK = f"""
UPDATE parts_stock SET good = good + %s, stored = stored + %s, defective = defective + %s, reserved = reserved + %s,
  cost = {_COST},
  value = value + CASE WHEN CAST(%s AS bigint) > 0 THEN %s WHEN %s = 0 THEN 0 WHEN good <= %s THEN -value
    ELSE -((2 * value * %s + good) / (2 * good)) END
WHERE part_id = %s AND good + %s >= 0 AND stored + %s >= reserved + %s AND reserved + %s >= 0 AND defective + %s >= 0
  AND good + %s >= stored + %s
RETURNING cost
"""  # noqa: S608 - constants only
_TAKE = """
UPDATE parts_balance SET quantity = quantity - %s, is_serial = (is_serial AND quantity > %s)
WHERE part_id = %s AND place_id = %s AND condition = %s AND lot = %s AND quantity >= %s RETURNING id
"""
_PUT = """
INSERT INTO parts_balance (part_id, place_id, condition, lot, is_serial, quantity) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (part_id, place_id, condition, lot) DO UPDATE SET quantity = parts_balance.quantity + EXCLUDED.quantity,
  is_serial = EXCLUDED.is_serial
RETURNING id
"""
_KEPT = """
INSERT INTO parts_stock (part_id, good, stored, reserved, defective, value, cost, minimum, maximum, safety, version)
SELECT id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM spares_part
WHERE id = %s AND NOT EXISTS (SELECT 1 FROM parts_stock WHERE part_id = %s)
ON CONFLICT (part_id) DO NOTHING RETURNING id
"""
_MOVE = """
INSERT INTO parts_move (kind, part_id, quantity, source_id, source_condition, destination_id, destination_condition,
  lot, amount, reference, reason, by_id, at)
SELECT %s, part_id, %s, %s, %s, %s, %s, %s, cost, %s, %s, %s, %s FROM parts_stock
WHERE part_id = %s AND NOT EXISTS (SELECT 1 FROM parts_place WHERE is_frozen AND id IN (%s, %s))
RETURNING id, amount
"""


@dataclass(frozen=True)
class Posting:
    """So many of a part from here to there; ``amount`` are the cents that good parts from outside bring in.

    ``reserved`` takes what was kept for this paper, not what is free for everybody.
    """

    kind: MoveKind
    part: Part
    quantity: int
    source: Place
    destination: Place
    source_condition: Condition = GOOD
    destination_condition: Condition = GOOD
    lot: str = ""
    amount: int = 0
    reserved: bool = False
    reference: str = ""
    reason: str = ""


def outside(kind: PlaceKind) -> Place:
    """The one place that stands for an outside."""
    return Place.objects.get_or_create(kind=kind, defaults={"code": f"outside-{kind.value}", "name": kind.label})[0]


def place_of(user: Any) -> Place:
    """An engineer's own stock; it begins with his first part."""
    defaults = {"code": f"engineer-{user.pk}", "name": str(user), "kind": PlaceKind.ENGINEER}
    return Place.objects.get_or_create(user=user, defaults=defaults)[0]


@transaction.atomic
def post(*, postings: Sequence[Posting], by: Any, at: datetime | None = None) -> list[Move]:
    """Write moves and what they change, all or nothing; raises MoveRefused with what is missing.

    The caller has asked for the right: requisitions, purchases and counts each have their own.
    """
    moves, now = [], at or timezone.now()
    for posting in sorted(postings, key=lambda item: (item.part.pk, item.lot)):
        _check(posting)
        moves.append(_write(posting, by, now))
    return moves


def _write(posting: Posting, by: Any, at: datetime) -> Move:
    """Write one move with all that it changes; what was refused is told after it, and the transaction takes it back.

    All goes to the database together: the part's row, for which others wait, is held no longer than the server needs.
    """
    move, part = _move(posting, by, at), posting.part.pk
    first: list[Statement] = [(_KEPT, [part, part])] if posting.source.is_outside else []
    statements = [
        *first, (_STOCK, _stock_values(posting)), *_balances(posting), (_MOVE, [*_move_values(move), *_still(posting)])
    ]  # fmt: skip
    changed, *balances, written = run_together(statements)[len(first) :]
    if not (changed and all(balances)):
        raise _missing(posting, was_there=posting.source.is_outside or bool(balances[0]))
    if not written:
        name = Place.objects.filter(pk__in=_still(posting), is_frozen=True).values_list("name", flat=True).first()
        raise MoveRefused(_("%(place)s stands still for a count.") % {"place": name}, code="source")
    move.pk, move.amount = written[0]
    move._state.adding = False
    return move


def _still(posting: Posting) -> tuple[int, int]:
    """The places that must not stand still for a count; what the count itself found is posted while they do."""
    is_count = posting.kind in {MoveKind.SURPLUS, MoveKind.SHORTAGE}
    return (0, 0) if is_count else (posting.source.pk, posting.destination.pk)


def _check(posting: Posting) -> None:
    """Pieces, numbers and places as the record of the part wants them (PRT-01)."""
    part, lot = posting.part, posting.lot
    if posting.quantity < 1:
        raise MoveRefused(_("At least one."), code="quantity")
    if (posting.source.pk, posting.source_condition) == (posting.destination.pk, posting.destination_condition):
        raise MoveRefused(_("Source and destination are the same."), code="destination")
    if (part.tracking == Tracking.QUANTITY) != (not lot):
        text = _("%(part)s: give the batch or serial number.") if not lot else _("%(part)s has no batches or serials.")
        raise MoveRefused(text % {"part": part}, code="lot")
    if part.tracking == Tracking.SERIAL:
        _check_serial(posting)
    target = posting.destination
    is_stored = target.kind == PlaceKind.STORE and posting.destination_condition == GOOD
    if is_stored and part.needs_own_place and not target.is_secured:
        text = _("%(part)s is valuable or critical and lies in a place of its own, not in %(place)s.")
        raise MoveRefused(text % {"part": part, "place": target}, code="destination")


def _check_serial(posting: Posting) -> None:
    """A serial number is one piece, and one piece is in one place."""
    if posting.quantity != 1:
        raise MoveRefused(_("A serial number is one piece."), code="quantity")
    lies = Balance.objects.filter(part=posting.part, lot=posting.lot, quantity__gt=0)
    if posting.source.is_outside and lies.exists():
        text = _("%(part)s with the serial number %(lot)s is in stock already.")
        raise MoveRefused(text % {"part": posting.part, "lot": posting.lot}, code="lot")


def _deltas(posting: Posting) -> tuple[int, int, int, int]:
    """How good, stored, defective and reserved change."""
    good = stored = defective = 0
    sides = ((posting.source, posting.source_condition, -1), (posting.destination, posting.destination_condition, 1))
    for place, condition, sign in sides:
        if not place.is_outside and condition == GOOD:
            good += sign * posting.quantity
            stored += sign * posting.quantity if place.kind == PlaceKind.STORE else 0
        elif not place.is_outside:
            defective += sign * posting.quantity
    return good, stored, defective, -posting.quantity if posting.reserved else 0


def _stock_values(posting: Posting) -> list[Any]:
    """What the UPDATE of the part's row takes, in its order."""
    good, stored, defective, reserved = _deltas(posting)
    part, share = posting.part.pk, 0 if posting.source_condition == DEFECTIVE and good <= 0 else posting.quantity
    return [
        good, stored, defective, reserved, good, posting.amount, share, share, good, posting.amount, good, share, share,
        part, good, stored, reserved, reserved, defective, good, stored,
    ]  # fmt: skip


def _missing(posting: Posting, *, was_there: bool) -> MoveRefused:
    """How many there are, for whoever wanted more: at the place, or free of other papers."""
    if was_there:
        return MoveRefused(_not_free(posting), code="quantity")
    return MoveRefused(_too_few(posting), code="source")


def _not_free(posting: Posting) -> str:
    row = Stock.objects.get(part=posting.part)
    if posting.reserved and row.reserved < posting.quantity:
        return _("Only %(count)s of %(part)s are reserved.") % {"count": row.reserved, "part": posting.part}
    return _("Only %(count)s of %(part)s are free.") % {"count": row.free, "part": posting.part}


def _balances(posting: Posting) -> list[Statement]:
    """What is taken from a place of ours and put into one."""
    part, lot, count, found = posting.part.pk, posting.lot, posting.quantity, list[Statement]()
    if not posting.source.is_outside:
        place, condition = posting.source.pk, posting.source_condition.value
        found.append((_TAKE, [count, count, part, place, condition, lot, count]))
    if not posting.destination.is_outside:
        is_serial = posting.part.tracking == Tracking.SERIAL
        place, condition = posting.destination.pk, posting.destination_condition.value
        found.append((_PUT, [part, place, condition, lot, is_serial, count]))
    return found


def _lying(posting: Posting) -> int:
    """What lies at the source."""
    rows = Balance.objects.filter(
        part=posting.part, place=posting.source, condition=posting.source_condition, lot=posting.lot
    )
    return rows.values_list("quantity", flat=True).first() or 0


def _too_few(posting: Posting) -> str:
    values = {"place": posting.source, "count": _lying(posting), "part": f"{posting.part} {posting.lot}".strip()}
    return _("%(place)s has only %(count)s of %(part)s.") % values


def _move(posting: Posting, by: Any, at: datetime) -> Move:
    return Move(
        kind=posting.kind, part=posting.part, quantity=posting.quantity, source=posting.source,
        source_condition=posting.source_condition, destination=posting.destination,
        destination_condition=posting.destination_condition, lot=posting.lot, amount=posting.amount,
        reference=posting.reference[:40], reason=posting.reason[:300], by=by, at=at,
    )  # fmt: skip


def _move_values(move: Move) -> list[Any]:
    """The columns of a move, in the order of its INSERT."""
    at = connection.ops.adapt_datetimefield_value(move.at)
    return [
        str(move.kind), move.quantity, move.source_id, str(move.source_condition), move.destination_id,
        str(move.destination_condition), move.lot, move.reference, move.reason, move.by_id, at, move.part_id,
    ]  # fmt: skip
