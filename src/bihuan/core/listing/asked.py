"""What an address asks of a list, whoever wrote it: checked filters, tab, order, columns and the open view."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from bihuan.core.listing.keyset import Order
from bihuan.core.listing.models import ColumnChoice, SavedView
from bihuan.core.listing.spec import Column, FilterProblem, Listing, Text
from bihuan.core.search.queries import QueryTooLong

TAB, SORT, VIEW = "state", "sort", "view"


@dataclass
class Asked:
    """A list as this person asked for it; the same words make the page, a saved view and an export."""

    listing: Listing[Any]
    user: Any
    values: dict[str, str]
    tab: str = ""
    sort: str = ""
    columns: list[str] = field(default_factory=list)
    views: list[SavedView] = field(default_factory=list)
    view: SavedView | None = None
    choices: dict[str, list[tuple[str, Text]]] = field(default_factory=dict)

    def query(self) -> dict[str, str]:
        """What has to be kept to ask the same again."""
        return {
            **{key: value for key, value in self.values.items() if value},
            **({TAB: self.tab} if self.tab else {}),
            **({SORT: self.sort} if self.sort else {}),
        }

    def address(self, **changes: str) -> str:
        """The query of this page with some words changed; within a view it always says its order, so that it counts."""
        params = {**self.query(), **changes}
        if self.view and changes.get(VIEW) != "":
            params = {VIEW: str(self.view.pk), **params, SORT: params.get(SORT, "")}
        kept = {key: value for key, value in params.items() if value or (key == SORT and VIEW in params)}
        return f"?{urlencode(kept)}"

    @property
    def is_changed(self) -> bool:
        """Whether what is shown differs from the open view."""
        return bool(self.view and self.view.query != self.query())

    @property
    def order(self) -> Order:
        """The order of the rows."""
        return self.listing.order_of(self.sort)

    def shown(self) -> list[Column[Any]]:
        """The columns to show."""
        return [column for column in self.listing.columns if column.key in self.columns]

    def base(self) -> QuerySet[Any]:
        """The rows before the tab; raises FilterProblem."""
        try:
            return self.listing.rows(self.user, self.values)
        except QueryTooLong as error:
            raise FilterProblem(_("The search text is too long.")) from error

    def within(self, base: QuerySet[Any], tab: str) -> QuerySet[Any]:
        """The rows of one tab."""
        return base.filter(**{self.listing.tabs.field: tab}) if self.listing.tabs and tab else base

    def rows(self, base: QuerySet[Any] | None = None) -> QuerySet[Any]:
        """The rows that are asked for, with what their columns need; raises FilterProblem."""
        found = self.within(self.base() if base is None else base, self.tab)
        read = {*self.columns, *self.listing.card.keys()}
        needs = {need for column in self.listing.columns if column.key in read for need in column.needs}
        return found.select_related(*sorted(needs)) if needs else found


def ask(listing: Listing[Any], user: Any, params: Mapping[str, str]) -> Asked:
    """Read an address: what it says counts; when it only names a view, the view's own words count."""
    views = list(SavedView.objects.filter(user=user.pk, listing=listing.code))
    view = next((row for row in views if str(row.pk) == params.get(VIEW)), None)
    said = any(name in params for name in (SORT, TAB, *(item.key for item in listing.filters)))
    asked = put(listing, user, params if said or view is None else view.query)
    asked.views, asked.view = views, view
    asked.columns = listing.known(view.columns if view else _chosen(listing, user)) or listing.defaults()
    return asked


def put(listing: Listing[Any], user: Any, params: Mapping[str, str], columns: list[str] | None = None) -> Asked:
    """Check what was kept or said; what does not exist (any more) is passed over."""
    choices = {item.key: list(item.choices(user)) for item in listing.filters if item.choices}
    values = dict(_values(listing, params, choices))
    tabs = {code for code, _label in listing.tabs.choices()} if listing.tabs else set()
    tab, sort = params.get(TAB, ""), params.get(SORT, "")
    column = listing.column(sort.removeprefix("-"))
    return Asked(
        listing, user, values, tab=tab if tab in tabs else "", sort=sort if column and column.sort else "",
        columns=listing.known(columns or []) or listing.defaults(), choices=choices,
    )  # fmt: skip


def _values(
    listing: Listing[Any], params: Mapping[str, str], choices: Mapping[str, list[tuple[str, Text]]]
) -> Iterator[tuple[str, str]]:
    for item in listing.filters:
        text = params.get(item.key, "").replace("\x00", "").strip()[: item.longest + 1]
        fits = item.choices is None or text in {code for code, _label in choices[item.key]}
        yield item.key, text if fits else ""


def _chosen(listing: Listing[Any], user: Any) -> list[str]:
    row = ColumnChoice.objects.filter(user=user.pk, listing=listing.code).first()
    return row.columns if row else []


def as_mapping(request: HttpRequest) -> dict[str, str]:
    """The query of an address as single words; of words that come twice the last counts."""
    return {key: request.GET[key] for key in request.GET}


__all__ = ["SORT", "TAB", "VIEW", "Asked", "FilterProblem", "as_mapping", "ask", "put"]
