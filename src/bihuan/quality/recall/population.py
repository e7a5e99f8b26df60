"""Whom a recall affects, worked out from what was shipped and which serials are known: pure, to be repeated at will.

Delivery notes say how many units of a batch went out; the registry knows some of them by serial. Each known unit is
found once, and what a note has beyond them stays as units of that shipment whose serials nobody knows yet.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

Group = tuple[int, int | None]
LAST = date.max


@dataclass(frozen=True)
class Sent:
    """A line of a delivery note."""

    pk: int
    note: str
    model: int
    batch: int | None
    customer: int | None
    region: int | None
    shipped_on: date
    quantity: int


@dataclass(frozen=True)
class Known:
    """A unit that the registry knows."""

    pk: int
    serial: str
    model: int
    batch: int | None
    customer: int | None
    region: int | None
    shipped_on: date | None


@dataclass(frozen=True)
class Found:
    """One affected unit, or the rest of a shipment without serials."""

    model: int
    batch: int | None
    quantity: int
    unit: int | None = None
    serial: str = ""
    shipment: int | None = None
    note: str = ""
    customer: int | None = None
    region: int | None = None
    shipped_on: date | None = None

    @property
    def group(self) -> Group:
        """Model and batch."""
        return self.model, self.batch


def population(sent: Iterable[Sent], known: Iterable[Known]) -> list[Found]:
    """Every affected unit once, in an order that depends on nothing but the facts."""
    notes: dict[Group, list[Sent]] = defaultdict(list)
    for note in sorted(set(sent), key=lambda row: (row.shipped_on, row.note, row.pk)):
        notes[note.model, note.batch].append(note)
    left = {note.pk: note.quantity for rows in notes.values() for note in rows}
    found = []
    for unit in sorted(set(known), key=lambda row: row.serial):
        home = _home(unit, notes[unit.model, unit.batch], left)
        if home is not None:
            left[home.pk] -= 1
        found.append(_of_unit(unit, home))
    rest = [rest_of(note, left[note.pk]) for rows in notes.values() for note in rows if left[note.pk]]
    return found + sorted(rest, key=lambda row: (row.model, row.batch or 0, row.shipped_on or LAST, row.note))


def _home(unit: Known, notes: Sequence[Sent], left: dict[int, int]) -> Sent | None:
    """The note that fits a unit best: same customer and day, same day, same customer, any of its batch with room."""
    free = [note for note in notes if left[note.pk]]
    tests = (
        lambda note: note.customer == unit.customer and note.shipped_on == unit.shipped_on,
        lambda note: note.shipped_on == unit.shipped_on and note.region == unit.region,
        lambda note: note.shipped_on == unit.shipped_on,
        lambda note: unit.customer is not None and note.customer == unit.customer,
        lambda note: True,
    )
    for fits in tests:
        home = next((note for note in free if fits(note)), None)
        if home is not None:
            return home
    return None


def _of_unit(unit: Known, home: Sent | None) -> Found:
    return Found(
        model=unit.model, batch=unit.batch, quantity=1, unit=unit.pk, serial=unit.serial,
        shipment=home.pk if home else None, note=home.note if home else "",
        customer=unit.customer or (home.customer if home else None),
        region=unit.region or (home.region if home else None),
        shipped_on=unit.shipped_on or (home.shipped_on if home else None),
    )  # fmt: skip


def rest_of(note: Sent, quantity: int) -> Found:
    """So many units of a note without serials."""
    return Found(
        model=note.model, batch=note.batch, quantity=quantity, shipment=note.pk, note=note.note,
        customer=note.customer, region=note.region, shipped_on=note.shipped_on,
    )  # fmt: skip


def total(found: Iterable[Found]) -> int:
    """How many units."""
    return sum(row.quantity for row in found)


def digest(found: Iterable[Found]) -> str:
    """SHA-256 over the population, so that a repetition can be compared with the decision."""
    lines = sorted([row.serial, row.note, row.quantity] for row in found)
    return hashlib.sha256(json.dumps(lines, ensure_ascii=False).encode()).hexdigest()
