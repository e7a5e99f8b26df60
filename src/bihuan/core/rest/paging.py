"""Pages of the API: a cursor is the last id that was given, so that a page costs the same wherever it lies."""

from typing import Annotated, Any, TypeVar

from django.db.models import Model, QuerySet
from ninja import Query, Schema
from pydantic import StringConstraints

from bihuan.core.rest.fields import holds_zero

M = TypeVar("M", bound=Model)
MOST = 200

Cursor = Annotated[str, StringConstraints(pattern=r"^[0-9]{0,18}$")]
Words = Annotated[str, StringConstraints(max_length=100)]


class Paged(Schema):
    """The parameters of a list."""

    cursor: Cursor = ""
    limit: int = 50


PageQuery = Query[Paged]


def cut(rows: QuerySet[M], page: Paged) -> tuple[list[M], str | None]:
    """Return one page of the newest first, and the cursor of the next if there is one."""
    size = max(1, min(page.limit, MOST))
    if page.cursor:
        rows = rows.filter(pk__lt=int(page.cursor))
    found = list(rows.order_by("-pk")[: size + 1])
    more, found = len(found) > size, found[:size]
    return found, str(found[-1].pk) if more else None


def broken(values: dict[str, Any]) -> bool:
    """Whether an address or its parameters hold what no row can be asked for."""
    return holds_zero([value for value in values.values() if isinstance(value, str)])
