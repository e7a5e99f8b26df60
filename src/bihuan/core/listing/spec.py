"""What a list is: its right, its rows, its filters, columns, orders, and what may be done with many rows at once.

A leaf describes its list once, and the page, the saved views and the export all read the same description.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from django.db.models import Model, QuerySet
from django.forms import Form
from django.urls import reverse
from django.utils.functional import Promise

from bihuan.core.listing.keyset import Order
from bihuan.core.permissions.services import can

M = TypeVar("M", bound=Model)
T = TypeVar("T")
Text = str | Promise
Choices = Iterable[tuple[str, Text]]


class FilterProblem(ValueError):
    """What was asked for cannot be searched; the reason is for people."""


class RowRefused(Exception):
    """An action was refused for this one row; the reason is for people, the other rows go on."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Reader:
    """Who looks at a list, and what is the same for all its rows."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self._kept: dict[str, Any] = {}

    def once(self, key: str, make: Callable[[], T]) -> T:
        """Return what ``make`` gives, asked once for all rows."""
        if key not in self._kept:
            self._kept[key] = make()
        return cast(T, self._kept[key])

    def may(self, permission: str) -> bool:
        """Whether he holds a right, whatever the row."""
        return self.once(f"may:{permission}", lambda: can(self.user, permission))


@dataclass(frozen=True)
class Column(Generic[M]):
    """One fact of a row: ``value`` for tables that leave the house, ``cell`` for the page where it looks different.

    Both are given the reader, so that personal data is hidden from the same people on the page and in the export.
    ``below`` is a small second line of the page; ``sort`` is the indexed field by which the list can be ordered;
    ``needs`` are the related rows that the column reads.
    """

    key: str
    label: Text
    value: Callable[[M, Reader], Any]
    cell: Callable[[M, Reader], Any] | None = None
    below: Callable[[M, Reader], str] | None = None
    shown: bool = True
    sort: str = ""
    highest_first: bool = False
    needs: tuple[str, ...] = ()
    style: str = ""
    width: int = 16


@dataclass(frozen=True)
class Filter:
    """One field over the list: a text, or a choice that depends on who looks; a rare one shows when it is asked for."""

    key: str
    label: Text
    choices: Callable[[Any], Choices] | None = None
    hint: Text = ""
    longest: int = 100
    rare: bool = False


@dataclass(frozen=True)
class Tabs:
    """The states over a list, each with its count up to a hundred; ``field`` is the field of the row."""

    label: Text
    choices: Callable[[], Choices]
    field: str = "state"


@dataclass(frozen=True)
class Card:
    """How a row looks on a phone: the columns that make its title, the mark beside it and the lines below."""

    title: str
    mark: str = ""
    lines: tuple[tuple[str, ...], ...] = ()

    def keys(self) -> set[str]:
        """Every column that it shows."""
        return {self.title, self.mark, *(key for line in self.lines for key in line)}


@dataclass(frozen=True)
class Bulk(Generic[M]):
    """Something to do with each of several rows.

    ``run(row, by, data, version)`` is the service that also serves one row alone, with its own check of rights; it
    raises RowRefused. ``version`` is the one that the person saw, for rows that have one. ``effects`` says of each of
    the rows, read together, what would happen to it, where the person is asked once more.
    """

    name: str
    label: Text
    permission: str
    run: Callable[[M, Any, dict[str, Any], int | None], None]
    form: Callable[[Any], Form] | None = None
    effects: Callable[[Sequence[M], Reader], Sequence[str]] | None = None


@dataclass(frozen=True)
class Listing(Generic[M]):
    """A list; ``rows`` gives what this person may see and has asked for, before tabs and order."""

    code: str
    label: Text
    permission: str
    url_name: str
    rows: Callable[[Any, Mapping[str, str]], QuerySet[M]]
    columns: tuple[Column[M], ...]
    link: Callable[[M], str]
    card: Card
    filters: tuple[Filter, ...] = ()
    tabs: Tabs | None = None
    order: Order = field(default_factory=Order)
    actions: tuple[Bulk[M], ...] = ()

    def address(self) -> str:
        """Where the list is."""
        return reverse(self.url_name)

    def column(self, key: str) -> Column[M] | None:
        """A column by its key."""
        return next((column for column in self.columns if column.key == key), None)

    def defaults(self) -> list[str]:
        """The columns of somebody who has not chosen."""
        return [column.key for column in self.columns if column.shown]

    def nothing(self) -> dict[str, str]:
        """No filter at all."""
        return {item.key: "" for item in self.filters}

    def known(self, keys: Iterable[str]) -> list[str]:
        """Those of the keys that are columns, in the order of the list."""
        wanted = set(keys)
        return [column.key for column in self.columns if column.key in wanted]

    def order_of(self, sort: str) -> Order:
        """The order that ``key`` or ``-key`` names; anything else is the list's own."""
        column = self.column(sort.removeprefix("-"))
        return Order(column.sort, sort.startswith("-")) if column and column.sort else self.order

    def action(self, name: str) -> Bulk[M] | None:
        """An action by its name."""
        return next((action for action in self.actions if action.name == name), None)


_listings: dict[str, Listing[Any]] = {}
_exports: list[str] = []


def register(listing: Listing[M]) -> Listing[M]:
    """Add a list; called when an application is ready."""
    _listings[listing.code] = listing
    return listing


def get(code: str) -> Listing[Any] | None:
    """The list of a code."""
    return _listings.get(code)


def register_export(url_name: str) -> None:
    """Tell the address at which a list is exported; this leaf does not know how."""
    _exports[:] = [url_name]


def export_address(listing: Listing[Any]) -> str:
    """Where this list is exported, or nothing."""
    return reverse(_exports[0], args=[listing.code]) if _exports else ""
