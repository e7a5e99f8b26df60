"""The list of customers."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.core.listing.spec import Card, Choices, Column, Filter, Listing, register
from bihuan.registry.customers import permissions as perm
from bihuan.registry.customers.models import Customer, CustomerKind
from bihuan.registry.customers.phones import shown_phone
from bihuan.registry.customers.queries import by_words, visible_to
from bihuan.registry.people.models import Region


def _kinds(user: Any) -> Choices:
    return CustomerKind.choices


def _regions(user: Any) -> Choices:
    return [(str(row.pk), row.name) for row in Region.objects.all()]


def rows(user: Any, values: Mapping[str, str]) -> QuerySet[Customer]:
    """Customers whose name or number begins with the words, or whose telephone they are."""
    found = by_words(visible_to(user), values["words"])
    if values["kind"]:
        found = found.filter(kind=values["kind"])
    if values["region"]:
        found = found.filter(region=int(values["region"]))
    return found


CUSTOMERS = register(
    Listing(
        "customers", _("Customers"), perm.CUSTOMERS_VIEW, "customers:list", rows,
        columns=(
            Column("code", _("Customer no."), lambda row, reader: row.code, sort="code", style="one"),
            Column("name", _("Customer name"), lambda row, reader: row.name, sort="name", style="wide-cut", width=36),
            Column("kind", _("Kind"), lambda row, reader: row.get_kind_display()),
            Column("region", _("Region"), lambda row, reader: row.region and row.region.name, needs=("region",)),
            Column("phone", _("Telephone"), lambda row, reader: shown_phone(row.phone, reader), style="one"),
            Column("owner", _("Account manager"), lambda row, reader: row.owner and str(row.owner), needs=("owner",)),
            Column("email", _("E-mail"), lambda row, reader: row.email, shown=False, width=28),
            Column("address", _("Address"), lambda row, reader: row.address, shown=False, style="wide-cut", width=40),
            Column("note", _("Remark"), lambda row, reader: row.note, shown=False, style="wide-cut", width=40),
            Column("active", _("In use"), lambda row, reader: row.is_active, shown=False),
            Column("created", _("Registered at"), lambda row, reader: row.created_at, shown=False, style="one"),
        ),
        link=lambda row: reverse("customers:detail", args=[row.pk]),
        card=Card("name", "kind", (("code", "region"), ("phone", "owner"))),
        filters=(
            Filter("words", _("Name, number or telephone"), longest=60),
            Filter("kind", _("Kind"), _kinds), Filter("region", _("Region"), _regions),
        ),
    )
)  # fmt: skip
