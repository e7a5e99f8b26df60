"""Reading people."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from bihuan.core.permissions.services import rules_for
from bihuan.registry.people.models import User


def holders(roles: Iterable[str], region_id: int | None = None) -> list[User]:
    """Active people who hold one of the roles; with a region, its own people and those of no region."""
    rows = User.objects.filter(is_active=True, grants__role__in=list(roles)).distinct()
    if region_id is not None:
        rows = rows.filter(Q(region=region_id) | Q(region__isnull=True))
    return list(rows.prefetch_related("grants"))


def staff() -> QuerySet[User]:
    """People to whom work can be given."""
    return User.objects.filter(is_active=True).select_related("department", "region")


def with_permission(permission: str, obj: Any = None) -> list[User]:
    """Active people whose role holds a permission under the rules of the object; the administrator aside."""
    roles = rules_for(obj).roles_with(permission) - rules_for(obj).roles_with("*")
    return holders(roles)
