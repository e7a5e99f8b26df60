"""Reading exports."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from bihuan.core.exporting.models import Export
from bihuan.core.listing import spec
from bihuan.core.permissions.services import can


def mine(user: Any) -> QuerySet[Export]:
    """The exports of this person; nobody sees those of others."""
    return Export.objects.filter(by=user.pk).select_related("file", "job")


def visible_ids(user: Any, ids: Iterable[int]) -> set[int]:
    """The exports whose file he may open: his own, while he still may see the list that they came from."""
    rows = mine(user).filter(pk__in=list(ids))
    return {row.pk for row in rows if (listing := spec.get(row.listing)) and can(user, listing.permission)}
