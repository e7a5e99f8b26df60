"""The page of a list, made ready for its template: every link, cell and count is worked out here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core.listing.asked import SORT, TAB, VIEW, Asked, as_mapping, ask
from bihuan.core.listing.keyset import Page
from bihuan.core.listing.paging import capped, page_of
from bihuan.core.listing.spec import Bulk, Column, FilterProblem, Listing, Reader, Text, export_address
from bihuan.core.permissions.services import can, require
from bihuan.ui.templatetags.bihuan import moment

NO_VALUE = "—"


@dataclass(frozen=True)
class Cell:
    """What stands in one place of the table, or in one of a card."""

    text: Any
    below: str = ""
    style: str = ""
    is_link: bool = False
    in_tab_order: bool = True


@dataclass(frozen=True)
class Line:
    """One row, for the table and for the phone."""

    pk: int
    name: str
    url: str
    cells: list[Cell]
    title: Any
    mark: Any
    lines: list[list[Any]]


@dataclass(frozen=True)
class Choice:
    """A link or an option that may be the current one."""

    label: Text
    address: str
    is_current: bool = False
    count: str = ""


@dataclass(frozen=True)
class Head:
    """The heading of a column; with an address it sorts."""

    label: Text
    style: str
    address: str = ""
    direction: str = ""


@dataclass(frozen=True)
class Field:
    """A filter with what is chosen in it."""

    key: str
    label: Text
    value: str
    hint: Text = ""
    longest: int = 100
    options: list[tuple[str, Text]] | None = None


@dataclass
class ListPage:
    """Everything that the template of a list shows."""

    listing: Listing[Any]
    asked: Asked
    page: Page[Any]
    problem: str
    fields: list[Field]
    tabs: list[Choice]
    heads: list[Head]
    lines: list[Line]
    orders: list[tuple[str, Text]]
    views: list[Choice]
    columns: list[tuple[str, Text, bool]]
    actions: list[Bulk[Any]]
    export: str

    @property
    def can_pick(self) -> bool:
        """Whether rows can be chosen at all."""
        return bool(self.lines and (self.actions or self.export))

    @property
    def query(self) -> str:
        """The query of this page, for forms that come back to it."""
        return self.asked.address()

    @property
    def previous(self) -> str:
        """The page before."""
        return self.asked.address(before=self.page.before) if self.page.before else ""

    @property
    def following(self) -> str:
        """The page after."""
        return self.asked.address(after=self.page.after) if self.page.after else ""

    @property
    def is_narrowed(self) -> bool:
        """Whether an empty list may be empty because of what was asked."""
        return bool(self.asked.tab or any(self.asked.values.values()))


def list_page(
    request: HttpRequest, listing: Listing[Any], template: str, context: dict[str, Any] | None = None
) -> HttpResponse:
    """Show a list to whoever may see it."""
    require(request.user, listing.permission)
    return render(request, template, {"list": build(request, listing), **(context or {})})


def build(request: HttpRequest, listing: Listing[Any]) -> ListPage:
    """Read the address, fetch one page and make it ready."""
    asked, problem = ask(listing, request.user, as_mapping(request)), ""
    try:
        base = asked.base()
    except FilterProblem as error:
        base, problem = listing.rows(request.user, listing.nothing()).none(), str(error)
    page = page_of(asked.rows(base), request.GET, order=asked.order)
    shown, reader = asked.shown(), Reader(request.user)
    return ListPage(
        listing, asked, page, problem, fields=_fields(asked), tabs=_tabs(asked, base),
        heads=[_head(asked, column) for column in shown],
        lines=[_line(listing, row, shown, reader) for row in page.rows],
        orders=list(_orders(listing)), views=_views(asked),
        columns=[(column.key, column.label, column.key in asked.columns) for column in listing.columns],
        actions=[action for action in listing.actions if can(request.user, action.permission)],
        export=export_address(listing),
    )  # fmt: skip


def _fields(asked: Asked) -> list[Field]:
    return [
        Field(item.key, item.label, asked.values[item.key], item.hint, item.longest, asked.choices.get(item.key))
        for item in asked.listing.filters
        if asked.values[item.key] or not item.rare
    ]  # fmt: skip


def _tabs(asked: Asked, base: QuerySet[Any]) -> list[Choice]:
    """The tabs that hold something, the current one and the one for all."""
    if asked.listing.tabs is None:
        return []
    states = [("", _("All")), *asked.listing.tabs.choices()]
    counted = [(code, label, capped(asked.within(base, code))) for code, label in states]
    return [
        Choice(label, asked.address(**{TAB: code}), code == asked.tab, count)
        for code, label, count in counted
        if count != "0" or code in {"", asked.tab}
    ]


def _head(asked: Asked, column: Column[Any]) -> Head:
    if not column.sort:
        return Head(column.label, column.style)
    up, down = column.key, f"-{column.key}"
    first, second = (down, up) if column.highest_first else (up, down)
    target = second if asked.sort == first else first
    direction = {up: "ascending", down: "descending"}.get(asked.sort, "none")
    return Head(column.label, column.style, asked.address(**{SORT: target}), direction)


def _orders(listing: Listing[Any]) -> Iterator[tuple[str, Text]]:
    yield "", _("Newest first") if listing.order.descending else _("Usual order")
    for column in listing.columns:
        if column.sort:
            yield column.key, _("%(column)s, ascending") % {"column": column.label}
            yield f"-{column.key}", _("%(column)s, descending") % {"column": column.label}


def _views(asked: Asked) -> list[Choice]:
    if not asked.views:
        return []
    plain = Choice(_("All"), asked.listing.address(), asked.view is None)
    return [plain, *(Choice(row.name, f"?{VIEW}={row.pk}", row == asked.view) for row in asked.views)]


def _line(listing: Listing[Any], row: Model, shown: list[Column[Any]], reader: Reader) -> Line:
    card, keys = listing.card, {column.key for column in shown} | listing.card.keys()
    texts = {column.key: shown_value(column, row, reader) for column in listing.columns if column.key in keys}
    cells = [
        Cell(
            texts[column.key],
            column.below(row, reader) if column.below else "",
            column.style,
            is_link=place == 0 or column.key == card.title,
            in_tab_order=place == 0,
        )
        for place, column in enumerate(shown)
    ]
    said = {key: text for key, text in texts.items() if text != NO_VALUE}
    lines = [[said[key] for key in keys if key in said] for keys in card.lines]
    return Line(
        row.pk, str(row), listing.link(row), cells, said.get(card.title, str(row)), said.get(card.mark, ""), lines
    )


def shown_value(column: Column[Any], row: Any, reader: Reader) -> Any:
    """What the page shows of a value; nothing is a dash."""
    if column.cell:
        return column.cell(row, reader) or NO_VALUE
    value = column.value(row, reader)
    if value is None or value == "":
        return NO_VALUE
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return moment(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def back_to(listing: Listing[Any], request: HttpRequest) -> str:
    """The list as it was when a form of it was sent."""
    return f"{reverse(listing.url_name)}?{request.GET.urlencode()}"
