"""What the mechanisms must know of customers."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.verbs import describe
from bihuan.core.search import queries as search
from bihuan.registry.customers import permissions as perm
from bihuan.registry.customers.queries import visible_to
from bihuan.ui import nav


def visible_ids(user: Any, ids: Iterable[int]) -> set[int]:
    """Return which of the customers the user may see."""
    return set(visible_to(user).filter(pk__in=list(ids)).values_list("pk", flat=True))


describe(
    {
        "customer.created": _("registered the customer"),
        "customer.changed": _("changed the customer"),
        "customer.contact_added": _("added a contact"),
        "customer.contact_changed": _("changed a contact"),
        "customer.site_added": _("added a site"),
    }
)
search.register("customers.customer", _("Customer"), lambda pk: reverse("customers:detail", args=[pk]), visible_ids)
nav.register(
    nav.NavItem(
        "customers",
        _("Customers"),
        "customers:list",
        icon="building-factory-2",
        group="registry",
        permission=perm.CUSTOMERS_VIEW,
        order=40,
        phone=True,
    )
)
