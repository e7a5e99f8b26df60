"""What the mechanisms must know of suppliers."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.verbs import describe
from bihuan.core.permissions.services import can
from bihuan.registry.suppliers import permissions as perm
from bihuan.registry.suppliers.reviews import due_suppliers
from bihuan.ui import nav, todo

describe({"supplier.assessed": _("assessed the supplier")})
nav.register(
    nav.NavItem("suppliers", _("Parts suppliers"), "suppliers:list", icon="building-warehouse", group="registry",
                permission=perm.SUPPLIERS_VIEW, order=43)
)  # fmt: skip


def to_assess(user: Any) -> Iterator[todo.Todo]:
    """Suppliers whom the purchaser is to look at again (PRT-09)."""
    for one in due_suppliers() if can(user, perm.SUPPLIERS_EDIT) else ():
        address = reverse("suppliers:supplier", args=[one.supplier.code])
        yield todo.Todo(one.matter.label, str(one.supplier), address, one.day, one.is_late)


todo.register("suppliers", to_assess)
