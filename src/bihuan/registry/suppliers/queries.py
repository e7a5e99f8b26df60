"""Reading suppliers."""

from typing import Any

from django.db.models import QuerySet

from bihuan.core.documents.models import Document
from bihuan.core.permissions.services import can
from bihuan.registry.suppliers import permissions as perm
from bihuan.registry.suppliers.models import ApprovedList, Supplier


def visible_to(user: Any) -> QuerySet[Supplier]:
    """Suppliers are seen by whoever holds the right."""
    rows = Supplier.objects.all()
    return rows if can(user, perm.SUPPLIERS_VIEW) else rows.none()


def lists_for(user: Any) -> QuerySet[ApprovedList]:
    """The issued lists, for the same people."""
    rows = ApprovedList.objects.all()
    return rows if can(user, perm.SUPPLIERS_VIEW) else rows.none()


def last_list(user: Any) -> Document | None:
    """The paper of the newest list."""
    row = lists_for(user).first()
    kind = ApprovedList._meta.label_lower
    return Document.objects.filter(subject_type=kind, subject_id=row.pk).last() if row else None
