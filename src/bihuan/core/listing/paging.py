"""One page of a list, by key."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict

M = TypeVar("M", bound=Model)
SIZE = 30
MOST = 100


@dataclass(frozen=True)
class Page(Generic[M]):
    """Rows with the keys by which the neighbouring pages are asked for."""

    rows: list[M]
    before: int | None
    after: int | None


def _key(params: QueryDict, name: str) -> int | None:
    value = params.get(name, "")
    return int(value) if value.isdigit() and len(value) < 19 else None


def page_of(rows: QuerySet[M], params: QueryDict, *, size: int = SIZE) -> Page[M]:
    """Return the newest rows, or those older than ``after``, or newer than ``before``; one query, any length."""
    after, before = _key(params, "after"), _key(params, "before")
    if before is not None:
        found = list(rows.filter(pk__gt=before).order_by("pk")[: size + 1])
        more, found = len(found) > size, found[:size][::-1]
        return Page(found, found[0].pk if found and more else None, found[-1].pk if found else None)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: size + 1])
    more, found = len(found) > size, found[:size]
    return Page(found, found[0].pk if found and after is not None else None, found[-1].pk if more else None)


def capped(rows: QuerySet[Any]) -> str:
    """Count up to a hundred; more is shown as 99+, whatever the table holds."""
    count = rows.order_by()[:MOST].count()
    return f"{MOST - 1}+" if count >= MOST else str(count)
