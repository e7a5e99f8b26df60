"""The list of units."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.core.listing.spec import Card, Choices, Column, Filter, Listing, register
from bihuan.registry.products import permissions as perm
from bihuan.registry.products.models import Ending, ProductLine, Unit
from bihuan.registry.products.queries import by_words, visible_to


def _lines(user: Any) -> Choices:
    return [(str(row.pk), row.name) for row in ProductLine.objects.all()]


IN_USE = "use"


def _uses(user: Any) -> Choices:
    return [(IN_USE, _("In use")), *Ending.choices]


def rows(user: Any, values: Mapping[str, str]) -> QuerySet[Unit]:
    """Units whose serial begins with the words, or whose order they are."""
    found = by_words(visible_to(user), values["words"])
    if values["line"]:
        found = found.filter(model__line=int(values["line"]))
    if values["ending"]:
        found = found.filter(ending="" if values["ending"] == IN_USE else values["ending"])
    return found


UNITS = register(
    Listing(
        "units", _("Units"), perm.PRODUCTS_VIEW, "products:units", rows,
        columns=(
            Column("serial", _("Serial no."), lambda row, reader: row.serial, sort="serial", style="one", width=22),
            Column("model", _("Model"), lambda row, reader: str(row.model), needs=("model",), style="cut", width=28),
            Column("customer", _("Customer"), lambda row, reader: row.customer and row.customer.name,
                   needs=("customer",), style="wide-cut", width=36),
            Column("batch", _("Batch"), lambda row, reader: row.batch and row.batch.number, needs=("batch",)),
            Column("installed", _("Installation date"), lambda row, reader: row.installed_on, sort="installed_on",
                   highest_first=True, style="one"),
            Column("line", _("Product line"), lambda row, reader: row.model.line.name, shown=False,
                   needs=("model__line",)),
            Column("ending", _("Use"), lambda row, reader: row.get_ending_display() or _("In use"), shown=False),
            Column("ended", _("No longer in use since"), lambda row, reader: row.ended_on, shown=False, style="one"),
            Column("order", _("Order no."), lambda row, reader: row.order_no, shown=False, style="one"),
            Column("produced", _("Production date"), lambda row, reader: row.produced_on, shown=False, style="one"),
            Column("shipped", _("Shipping date"), lambda row, reader: row.shipped_on, shown=False, style="one"),
            Column("delivered", _("Delivery date"), lambda row, reader: row.delivered_on, shown=False, style="one"),
            Column("invoiced", _("Purchase date"), lambda row, reader: row.invoiced_on, shown=False, style="one"),
        ),
        link=lambda row: reverse("products:unit", args=[row.pk]),
        card=Card("serial", "", (("model", "batch"), ("customer", "installed"))),
        filters=(
            Filter("words", _("Serial or order no."), longest=60), Filter("line", _("Product line"), _lines),
            Filter("ending", _("Use"), _uses),
        ),
    )
)  # fmt: skip
