"""Pages of the API: a cursor is the last id that was given."""

from django.db.models import QuerySet

from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk.models import Case


def page_of(rows: QuerySet[Case], cursor: str, limit: int) -> tuple[list[Case], str | None]:
    """Return one page of the newest first, and the cursor of the next if there is one."""
    if cursor:
        if not cursor.isdigit():
            raise MoveRefused("cursor", code="cursor")
        rows = rows.filter(pk__lt=int(cursor))
    items = list(rows.order_by("-pk")[: limit + 1])
    more = len(items) > limit
    items = items[:limit]
    return items, str(items[-1].pk) if more else None
