"""Finding."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db import connection
from django.db.models import BooleanField, Model, QuerySet
from django.db.models.expressions import RawSQL
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from bihuan.core.search import backends
from bihuan.core.search.text import normalise, query_terms

SNIPPET = 60
FEW = 500
LONGEST_QUERY = 100
Row = TypeVar("Row", bound=Model)


class QueryTooLong(ValueError):
    """A query longer than anybody types."""


@dataclass(frozen=True)
class Hit:
    """One found subject; ``snippet`` is the text around the first match as (before, match, after).

    ``place`` is where it stands in the order of what was found: the next page comes before it.
    """

    place: int
    subject_type: str
    subject_id: int
    title: str
    snippet: tuple[str, str, str]
    at: datetime


@dataclass(frozen=True)
class Kind:
    """A kind of subject that can be found."""

    label: str | Promise
    url: Callable[[int], str]
    visible_ids: Callable[[Any, Iterable[int]], set[int]]


kinds: dict[str, Kind] = {}


def register(
    subject_type: str,
    label: str | Promise,
    url: Callable[[int], str],
    visible_ids: Callable[[Any, Iterable[int]], set[int]],
) -> None:
    """Tell how a kind of subject is shown and who sees which; called from AppConfig.ready()."""
    kinds[subject_type] = Kind(label, url, visible_ids)


def address_of(subject_type: str, subject_id: int) -> str:
    """The page of a subject: the registered one, else what its leaf calls ``go``; empty where there is none."""
    if subject_type in kinds:
        return kinds[subject_type].url(subject_id)
    try:
        return reverse(f"{subject_type.split('.', maxsplit=1)[0]}:go", args=[subject_id])
    except NoReverseMatch:
        return ""


def find(query: str, *, types: Sequence[str] = (), limit: int = 50, before: int | None = None) -> list[Hit]:
    """Return the newest entries that hold every word of the query, whoever may see them.

    Chinese is matched as it stands, words by their beginning, serials also by their last 4 or 6 characters.
    """
    if len(query) > LONGEST_QUERY:
        raise QueryTooLong(query[:20])
    exact, prefixes, pieces = query_terms(query)
    if not exact and not prefixes:
        return []
    rows = backends.match(exact, prefixes, pieces, list(types), before, limit)
    first = normalise(query).split()[0]
    return [Hit(row[0], row[1], row[2], row[3], _snippet(row[4], first), _moment(row[5])) for row in rows]


def narrowed(rows: QuerySet[Row], query: str, subject_type: str) -> QuerySet[Row]:
    """The rows whose entry holds every word of the query, in the order that they have.

    A rare word is looked up at once; for a common one each row is asked, since a page of them is soon full.
    """
    hits = find(query, types=[subject_type], limit=FEW + 1)
    if len(hits) <= FEW:
        return rows.filter(pk__in=[hit.subject_id for hit in hits])
    meta = rows.model._meta
    quoted = connection.ops.quote_name
    sql, values = backends.holds(*query_terms(query), f"{quoted(meta.db_table)}.{quoted(meta.pk.column)}")
    return rows.filter(RawSQL(sql, [subject_type, *values], output_field=BooleanField()))  # noqa: S611 - values are bound


def _moment(value: Any) -> datetime:
    """SQLite gives back the text that was stored."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value).replace(tzinfo=UTC)


def _snippet(entry: str, word: str) -> tuple[str, str, str]:
    """The line that holds the word, below the title: other lines, such as telephones, are nobody's business here."""
    lines = [line for line in entry.split("\n")[1:] if line]
    body = next((line for line in lines if word in line), lines[0] if lines else "")
    at = body.find(word)
    if at < 0:
        return body[:SNIPPET], "", ""
    start = max(0, at - SNIPPET // 2)
    end = at + len(word)
    return body[start:at], body[at:end], body[end : end + SNIPPET]


def find_visible(user: Any, query: str, *, types: Sequence[str] = (), limit: int = 30) -> list[Hit]:
    """Return what the user may see, fetching on until the page is full."""
    shown: list[Hit] = []
    before: int | None = None
    for _round in range(5):
        hits = find(query, types=types or list(kinds), limit=limit * 2, before=before)
        shown += _only_visible(user, hits)
        if len(hits) < limit * 2 or len(shown) >= limit:
            break
        before = hits[-1].place
    return shown[:limit]


def _only_visible(user: Any, hits: Sequence[Hit]) -> list[Hit]:
    by_type: dict[str, list[int]] = defaultdict(list)
    for hit in hits:
        by_type[hit.subject_type].append(hit.subject_id)
    seen = {kind: kinds[kind].visible_ids(user, ids) for kind, ids in by_type.items() if kind in kinds}
    return [hit for hit in hits if hit.subject_id in seen.get(hit.subject_type, set())]
