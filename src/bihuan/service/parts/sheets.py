"""The tables on the pages of papers: described once, shown as a table and on a phone line under line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from bihuan.registry.spares.models import Part
from bihuan.service.parts.models import Balance, Count, Order, OrderLine, Plan, Requisition
from bihuan.service.parts.money import yuan
from bihuan.service.parts.queries import last_bought
from bihuan.ui.templatetags.bihuan import tag

Text = str | Promise
NO_VALUE = "—"


@dataclass(frozen=True)
class Head:
    """The heading of a column; numbers stand right."""

    label: Text
    is_number: bool = False


@dataclass(frozen=True)
class Cell:
    """What stands in one place: a value, with a small line below it and a link where it has one."""

    head: Head
    value: Any
    below: str = ""
    link: str = ""


@dataclass(frozen=True)
class Linked:
    """A value with its page."""

    value: str
    link: str


@dataclass(frozen=True)
class Sheet:
    """A table with its title, and what is said where it has no rows."""

    title: Text
    heads: tuple[Head, ...]
    rows: list[list[Cell]]
    empty: Text = ""


def sheet(title: Text, heads: Sequence[Head], rows: Iterable[Sequence[Any]], empty: Text = "") -> Sheet:
    """A sheet of values; a part is shown with its model, its specification and its link."""
    made = [[_cell(head, value) for head, value in zip(heads, row, strict=True)] for row in rows]
    return Sheet(title, tuple(heads), made, empty)


def _cell(head: Head, value: Any) -> Cell:
    if isinstance(value, tuple):
        part, more = value
        below = " · ".join(filter(None, (f"{part.model} {part.specification}".strip(), *more)))
        return Cell(head, str(part), below, reverse("parts:part", args=[part.code]))
    if isinstance(value, Linked):
        return Cell(head, value.value, link=value.link)
    return Cell(head, NO_VALUE if value is None or value == "" else value)


def named(part: Part, *more: Text) -> tuple[Part, tuple[str, ...]]:
    """A part as the first cell of a row, with more words below it."""
    return part, tuple(str(word) for word in more)


PART, QUANTITY, ORDERED = Head(_("Spare part")), Head(_("Quantity"), True), Head(_("Ordered"), True)


def of_plan(row: Plan) -> Sheet:
    """What is to be bought, how many were proposed and from what."""
    heads = (PART, QUANTITY, Head(_("Unit of quantity")), Head(_("Proposed"), True), ORDERED, Head(_("Purchase time")))
    rows = (
        (named(line.part, line.ground), line.quantity, line.part.unit_name, line.proposed, line.ordered,
         f"{line.buy_on:%Y-%m-%d}")
        for line in row.lines.select_related("part").order_by("part__code")
    )  # fmt: skip
    empty = _("Nothing lies below its minimum. Parts can be added by hand.")
    return sheet(_("What is to be bought"), heads, rows, empty)


def of_order(row: Order, *, shows_money: bool) -> Sheet:
    """What was ordered, what has come, and for those who may see it the price, beside that of the order before
    (PRT-10)."""
    heads = (
        PART, QUANTITY, Head(_("Unit of quantity")), Head(_("Received pieces"), True),
        *((Head(_("Price of one"), True), Head(_("Amount"), True)) if shows_money else ()),
    )  # fmt: skip
    lines = list(row.lines.select_related("part").order_by("part__code"))
    before = last_bought((line.part_id for line in lines), before=row.pk) if shows_money else {}
    rows = (
        (named(line.part, _against(line, before.get(line.part_id))), line.quantity, line.part.unit_name, line.received,
         *((f"{yuan(line.price):,.2f}", f"{yuan(line.price * line.quantity):,.2f}") if shows_money else ()))
        for line in lines
    )  # fmt: skip
    return sheet(_("What was ordered"), heads, rows)


def _against(line: OrderLine, before: OrderLine | None) -> str:
    """The price of the order before, and by how much this one differs."""
    if before is None:
        return ""
    change = f"（{100 * (line.price - before.price) / before.price:+.1f} %）" if before.price else ""
    return say("last price %(price)s") % {"price": f"{yuan(before.price):,.2f}"} + change


def of_count(row: Count, *, is_blind: bool) -> Sheet:
    """What was counted; who still counts does not see what the ledger says (PRT-04)."""
    heads = (
        PART, Head(_("Condition")), Head(_("Counted"), True),
        *(() if is_blind else (Head(_("Ledger"), True), Head(_("Difference"), True), Head(_("Cause")))),
    )  # fmt: skip
    rows = (
        (named(line.part, line.lot), line.get_condition_display(), line.counted,
         *(() if is_blind else (line.expected, _difference(line.difference), line.cause)))
        for line in row.lines.select_related("part")
    )  # fmt: skip
    empty = _("The ledger knows of nothing here; enter what you find.")
    return sheet(_("Count sheet"), heads, rows, empty)


def _difference(count: int) -> Any:
    if not count:
        return 0
    return tag(f"{_('surplus')} +{count}", "blue") if count > 0 else tag(f"{_('shortage')} {count}", "red")


def of_requisition(row: Requisition) -> Sheet:
    """What became of each piece that was asked for."""
    heads = (
        PART, *(Head(label, True) for label in (
            _("Asked for"), _("Reserved"), _("Waiting"), _("Issued"), _("Used"), _("Back in store"), _("Old parts"))),
    )  # fmt: skip
    rows = (
        (named(line.part, _("instead of %(part)s") % {"part": line.wanted.code} if line.part != line.wanted else ""),
         line.quantity, line.reserved, line.backordered if row.state == "approved" and line.backordered else "",
         line.issued, line.used, line.given_back, line.old_returned)
        for line in row.lines.all()
    )  # fmt: skip
    return sheet(_("Parts"), heads, rows)


def of_place(rows: Iterable[Balance]) -> Sheet:
    """What lies in a place."""
    heads = (PART, Head(_("Condition")), Head(_("Batch or serial no.")), QUANTITY, Head(_("Unit of quantity")))
    lines = (
        (named(row.part), row.get_condition_display(), row.lot, row.quantity, row.part.unit_name) for row in rows
    )  # fmt: skip
    return sheet(_("What lies here"), heads, lines, _("Nothing lies here."))


def of_part(rows: Iterable[Balance]) -> Sheet:
    """Where a part lies."""
    heads = (Head(_("Storage place")), Head(_("Condition")), Head(_("Batch or serial no.")), QUANTITY)
    lines = ((Linked(str(row.place), reverse("parts:place", args=[row.place.code])), row.get_condition_display(),
              row.lot, row.quantity) for row in rows)  # fmt: skip
    return sheet(_("Where it lies"), heads, lines, _("Nothing of it is in our hands."))


def of_uses(label: Text, rows: Iterable[dict[str, Any]], *, shows_money: bool) -> Sheet:
    """What was used by a group: pieces, requisitions, and the cost for those who may see it."""
    heads = (Head(label), Head(_("Pieces"), True), Head(_("Number of requisitions"), True),
             *((Head(_("Cost"), True),) if shows_money else ()))  # fmt: skip
    lines = (
        (row["name"], row["pieces"], row["times"], *((f"{yuan(row['cost']):,.2f}",) if shows_money else ()))
        for row in rows
    )  # fmt: skip
    empty = _("Uses are booked when the customer signs the report of a visit, or on the page of a requisition.")
    return sheet(_("What was used"), heads, lines, empty)
