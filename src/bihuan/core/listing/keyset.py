"""Cutting rows into pages by the values of the last row that was shown.

The order is total: by one field, then by primary key in the same direction, so that one index ``(field, id)`` serves
both directions and rows with equal values are neither lost nor shown twice. Rows without a value come last in either
direction; they are asked for separately, because the two databases sort NULL differently.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, QuerySet

M = TypeVar("M", bound=Model)
NOTHING, SOMETHING = ".n", ".v"
LONGEST_KEY = 19


@dataclass(frozen=True)
class Order:
    """By which field of the row itself, and in which direction."""

    field: str = "pk"
    descending: bool = True

    def reversed(self) -> "Order":
        """The other direction."""
        return replace(self, descending=not self.descending)

    def names(self) -> list[str]:
        """What the database sorts by."""
        sign = "-" if self.descending else ""
        return [f"{sign}pk"] if self.field == "pk" else [f"{sign}{self.field}", f"{sign}pk"]


@dataclass(frozen=True)
class Key:
    """Where a row stands in an order: its value there, and its primary key."""

    pk: int
    value: Any = None


def is_given(rows: QuerySet[Any], order: Order) -> bool:
    """Whether the order is by a value that the rows were given beside their fields."""
    return order.field in rows.query.annotations


def may_lack(rows: QuerySet[Any], order: Order) -> bool:
    """Whether a row may have no value to be ordered by."""
    return is_given(rows, order) or field_of(rows, order).null


def field_of(rows: QuerySet[Any], order: Order) -> "Field[Any, Any]":
    """The field that the order is by: the model's, or that of a value which the rows were given."""
    if is_given(rows, order):
        return rows.query.annotations[order.field].output_field
    meta = rows.model._meta
    return cast("Field[Any, Any]", meta.pk if order.field == "pk" else meta.get_field(order.field))


def key_of(row: Model, order: Order) -> Key:
    """Where this row stands."""
    return Key(cast(int, row.pk), None if order.field == "pk" else getattr(row, order.field))


def written(rows: QuerySet[Any], order: Order, row: Model) -> str:
    """The row's place as a part of an address."""
    key = key_of(row, order)
    if order.field == "pk":
        return str(key.pk)
    text = "" if key.value is None else _as_text(rows, order, row)
    return f"{key.pk}{NOTHING if key.value is None else SOMETHING + text}"


def _as_text(rows: QuerySet[Any], order: Order, row: Model) -> str:
    """A value as its field reads it back."""
    if not is_given(rows, order):
        return field_of(rows, order).value_to_string(row)
    value = getattr(row, order.field)
    return str(value.isoformat() if hasattr(value, "isoformat") else value)


def understood(rows: QuerySet[Any], order: Order, text: str) -> Key | None:
    """Read a place from an address; whatever does not belong to this order is None."""
    digits, dot, rest = text.partition(".")
    if not (digits.isascii() and digits.isdigit() and len(digits) < LONGEST_KEY) or "\x00" in text:
        return None
    if order.field == "pk" or not dot:
        return Key(int(digits)) if order.field == "pk" and not dot else None
    field = field_of(rows, order)
    if rest == NOTHING[1:]:
        return Key(int(digits)) if may_lack(rows, order) else None
    try:
        value = field.to_python(rest.removeprefix(SOMETHING[1:]))
        field.run_validators(value)
    except (ValidationError, ValueError, OverflowError):
        return None
    return Key(int(digits), value) if value is not None else None


def parts(rows: QuerySet[M], order: Order, after: Key | None, *, backward: bool = False) -> Iterator[QuerySet[M]]:
    """The rows after a place, in pieces that follow one another: equal values, other values, no value.

    ``backward`` gives the rows before a place, the nearest first. Each piece is one range of the index: written as a
    comparison of pairs, SQLite would read through all equal values to find the place.
    """
    way = order.reversed() if backward else order
    if way.field == "pk":
        yield (_past(rows, "pk", way, after.pk) if after else rows).order_by(*way.names())
        return
    by_key = Order("pk", way.descending).names()
    is_nullable = may_lack(rows, way)
    empty, others = rows.filter(**{f"{way.field}__isnull": True}), rows
    if is_nullable:
        others = rows.filter(**{f"{way.field}__isnull": False})
    if after is not None:
        equal = empty if after.value is None else rows.filter(**{way.field: after.value})
        yield _past(equal, "pk", way, after.pk).order_by(*by_key)
    in_values = after is None or after.value is not None
    if after is not None and in_values:
        others = _past(rows, way.field, way, after.value)
    if in_values or backward:
        yield others.order_by(*way.names())
    if in_values and is_nullable and not backward:
        yield empty.order_by(*by_key)


def _past(rows: QuerySet[M], field: str, way: Order, value: Any) -> QuerySet[M]:
    return rows.filter(**{f"{field}__{'lt' if way.descending else 'gt'}": value})


def take(pieces: Iterable[QuerySet[M]], count: int) -> list[M]:
    """The first rows of the pieces; a later piece is asked only when the earlier ones did not fill the page."""
    found: list[M] = []
    for piece in pieces:
        found += piece[: count - len(found)]
        if len(found) >= count:
            break
    return found


@dataclass(frozen=True)
class Page(Generic[M]):
    """Rows with the places by which the neighbouring pages are asked for; empty where there is none."""

    rows: list[M]
    before: str = ""
    after: str = ""


def cut(rows: QuerySet[M], order: Order, *, after: str = "", before: str = "", size: int) -> Page[M]:
    """One page: the first rows, those after a place, or those before one. What cannot be read is the first page."""
    back, start = understood(rows, order, before), understood(rows, order, after)
    found = take(parts(rows, order, back or start, backward=back is not None), size + 1)
    more, found = len(found) > size, found[:size]
    if back is not None:
        found = found[::-1]
    if not found:
        return Page([])
    has_before = more if back is not None else start is not None
    has_after = back is not None or more
    return Page(
        found,
        written(rows, order, found[0]) if has_before else "",
        written(rows, order, found[-1]) if has_after else "",
    )


def walk(rows: QuerySet[M], order: Order, *, size: int) -> Iterator[list[M]]:
    """All rows in their order, in chunks that begin where the one before has ended; no long transaction is held."""
    place: Key | None = None
    while True:
        chunk = take(parts(rows, order, place), size)
        if chunk:
            yield chunk
        if len(chunk) < size:
            return
        place = key_of(chunk[-1], order)
