"""Reading suppliers."""

from typing import Any

from django.db.models import QuerySet

from bihuan.core.permissions.services import can
from bihuan.registry.suppliers import permissions as perm
from bihuan.registry.suppliers.models import Supplier


def visible_to(user: Any) -> QuerySet[Supplier]:
    """Suppliers are seen by whoever holds the right."""
    rows = Supplier.objects.all()
    return rows if can(user, perm.SUPPLIERS_VIEW) else rows.none()
