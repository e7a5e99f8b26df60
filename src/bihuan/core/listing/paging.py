"""One page of rows, the newest first, for lists that are not described as a whole."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict

from bihuan.core.listing.keyset import Order, Page, cut

M = TypeVar("M", bound=Model)
SIZE = 30
MOST = 100

__all__ = ["MOST", "SIZE", "Page", "capped", "page_of"]


def page_of(rows: QuerySet[M], params: QueryDict, *, order: Order | None = None, size: int = SIZE) -> Page[M]:
    """Return the first rows, or those that ``after`` or ``before`` of the address asks for, whatever the length."""
    return cut(rows, order or Order(), after=params.get("after", ""), before=params.get("before", ""), size=size)


def capped(rows: QuerySet[Any]) -> str:
    """Count up to a hundred; more is shown as 99+, whatever the table holds."""
    count = rows.order_by()[:MOST].count()
    return f"{MOST - 1}+" if count >= MOST else str(count)
