"""What the mechanisms must know of products."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.verbs import describe
from bihuan.core.files import access
from bihuan.core.search import queries as search
from bihuan.registry.products import permissions as perm
from bihuan.registry.products.queries import visible_to
from bihuan.ui import nav


def visible_ids(user: Any, ids: Iterable[int]) -> set[int]:
    """Return which of the units the user may see."""
    return set(visible_to(user).filter(pk__in=list(ids)).values_list("pk", flat=True))


describe(
    {
        "unit.created": _("registered the unit"),
        "unit.changed": _("changed the unit"),
        "unit.brought_for_repair": _("took the unit in for repair"),
        "unit.repaired": _("ended the repair of the unit"),
        "unit.exchanged": _("exchanged the unit"),
        "unit.given_in_exchange": _("gave the unit in exchange"),
        "model.created": _("registered the model"),
        "model.changed": _("changed the model"),
        "batch.created": _("registered the batch"),
        "batch.changed": _("changed the batch"),
        "shipment.created": _("registered the shipment"),
        "shipment.changed": _("changed the shipment"),
        "inspected_lot.created": _("registered the inspected lot"),
        "inspected_lot.changed": _("changed the inspected lot"),
        "unit.returned": _("took the unit back for good"),
        "unit.scrapped": _("scrapped the unit"),
        "unit.card_registered": _("registered the service card"),
        "model.document_published": _("published a document"),
    }
)
access.register("products.unit", visible_ids)
search.register("products.unit", _("Unit"), lambda pk: reverse("products:unit", args=[pk]), visible_ids)
nav.register(
    nav.NavItem(
        "units",
        _("Units"),
        "products:units",
        icon="barcode",
        group="registry",
        permission=perm.PRODUCTS_VIEW,
        order=41,
    )
)
nav.register(
    nav.NavItem(
        "models",
        _("Models"),
        "products:models",
        icon="box",
        group="registry",
        permission=perm.PRODUCTS_VIEW,
        order=42,
    )
)
