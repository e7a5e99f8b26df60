"""The list of places: warehouses, bins, and what engineers carry."""

from collections.abc import Mapping
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.listing.keyset import Order
from bihuan.core.listing.spec import Card, Choices, Column, Filter, Listing, Reader, register
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import Count, CountState, Place, PlaceKind
from bihuan.service.parts.queries import places_for
from bihuan.ui.templatetags.bihuan import moment

LAST_COUNT = Count.objects.filter(place=OuterRef("pk"), state=CountState.POSTED).order_by("-posted_at")


def rows(user: Any, values: Mapping[str, str]) -> QuerySet[Place]:
    """Places of ours by words and kind, with their last count; those that were not counted this month (PRT-04)."""
    found = places_for(user).annotate(counted_at=Subquery(LAST_COUNT.values("posted_at")[:1]))
    if values["due"]:
        month = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        late = Q(counted_at__isnull=True) | Q(counted_at__lt=month)
        found = found.filter(late, kind=PlaceKind.STORE, balances__quantity__gt=0).distinct()
    if words := values["words"].strip():
        found = found.filter(Q(code__icontains=words) | Q(name__icontains=words))
    return found.filter(kind=values["kind"]) if values["kind"] else found


def _due(user: Any) -> Choices:
    return [("month", _("Not counted this month"))]


def _counted(row: Any, reader: Reader) -> Any:
    return moment(row.counted_at) if row.counted_at else ""


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
            Column("counted", _("Last counted"), lambda row, reader: row.counted_at, _counted, style="one"),
            Column("frozen", _("Stands still for a count"), lambda row, reader: row.is_frozen, style="one"),
        ),
        link=lambda row: reverse("parts:place", args=[row.code]),
        card=Card("name", "kind", (("code", "parent", "counted"),)),
        filters=(Filter("words", _("Keywords"), hint=_("Code, name")), Filter("kind", _("Kind"), _kinds),
                 Filter("due", _("Count"), _due)),
        order=Order("code", descending=False),
    )
)  # fmt: skip
