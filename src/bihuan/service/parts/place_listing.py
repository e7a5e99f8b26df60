"""The list of places: warehouses, bins, and what engineers carry."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.core.listing.keyset import Order
from bihuan.core.listing.spec import Card, Choices, Column, Filter, Listing, register
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import Place, PlaceKind
from bihuan.service.parts.queries import places_for


def rows(user: Any, values: Mapping[str, str]) -> QuerySet[Place]:
    """Places of ours by words and kind."""
    found = places_for(user)
    if words := values["words"].strip():
        found = found.filter(Q(code__icontains=words) | Q(name__icontains=words))
    return found.filter(kind=values["kind"]) if values["kind"] else found


def _kinds(user: Any) -> Choices:
    return [(kind.value, kind.label) for kind in (PlaceKind.STORE, PlaceKind.ENGINEER)]


PLACES = register(
    Listing(
        "part-places", _("Places of parts"), perm.PARTS_VIEW, "parts:places", rows,
        columns=(
            Column("code", _("Place no."), lambda row, reader: row.code, sort="code", style="one", width=18),
            Column("name", _("Place name"), lambda row, reader: row.name, style="cut", width=30),
            Column("kind", _("Kind"), lambda row, reader: row.get_kind_display(), style="one"),
            Column("parent", _("Warehouse"), lambda row, reader: row.parent and row.parent.name, needs=("parent",),
                   style="one"),
            Column("secured", _("Own place for valuable and critical parts"), lambda row, reader: row.is_secured,
                   style="one"),
            Column("frozen", _("Stands still for a count"), lambda row, reader: row.is_frozen, style="one"),
        ),
        link=lambda row: reverse("parts:place", args=[row.code]),
        card=Card("name", "kind", (("code", "parent"),)),
        filters=(Filter("words", _("Keywords"), hint=_("Code, name")), Filter("kind", _("Kind"), _kinds)),
        order=Order("code", descending=False),
    )
)  # fmt: skip
