"""Limiting rows to what a person's scope lets him see."""

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from bihuan.core.permissions.services import scope_of
from bihuan.core.policy.schema.organisation import Scope

M = TypeVar("M", bound=Model)


def limit(
    rows: QuerySet[M],
    user: Any,
    permission: str,
    *,
    own: str = "owner",
    department: str = "department",
    region: str = "region",
) -> QuerySet[M]:
    """Return the rows within the widest scope in which the user holds the permission (CUS-06).

    Whoever sees a region or a department also sees what is his own and, in a region, what has none yet.
    """
    scope = scope_of(user, permission)
    if scope is None:
        return rows.none()
    if scope == Scope.ALL:
        return rows
    mine = Q(**{own: user.pk}) if own else Q(pk__in=[])
    if scope == Scope.REGION and region and user.region_id:
        return rows.filter(mine | Q(**{region: user.region_id}) | Q(**{f"{region}__isnull": True}))
    if scope == Scope.DEPARTMENT and department and user.department_id:
        return rows.filter(mine | Q(**{department: user.department_id}))
    return rows.filter(mine)
