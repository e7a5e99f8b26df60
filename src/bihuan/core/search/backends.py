"""The two databases behind the one index."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

COLUMNS = "subject_type, subject_id, title, body, at, region_id, owner_id"
FIRST_WINDOW = 5_000
Row = tuple[Any, ...]

_REPLACE = (
    " ON CONFLICT (subject_type, subject_id) DO UPDATE SET title = EXCLUDED.title, body = EXCLUDED.body, "
    "at = EXCLUDED.at, region_id = EXCLUDED.region_id, owner_id = EXCLUDED.owner_id"
)
_REPLACE_WORDS = f"{_REPLACE}, words = EXCLUDED.words"
_WORDS = "array_to_tsvector(string_to_array({}, ' '))"
_INSERT_ONE = (
    f"INSERT INTO search_searchentry ({COLUMNS}, words) VALUES (%s, %s, %s, %s, %s, %s, %s, {_WORDS.format('%s')})"  # noqa: S608
)
_INSERT_MANY = (
    f"INSERT INTO search_searchentry ({COLUMNS}, words) SELECT kind, id, title, body, at, region, owner, "  # noqa: S608
    f"{_WORDS.format('words')} FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], %s::timestamptz[], "
    "%s::bigint[], %s::bigint[], %s::text[]) AS entry (kind, id, title, body, at, region, owner, words)"
)


def is_postgres() -> bool:
    """Whether the index lives in PostgreSQL."""
    return connection.vendor == "postgresql"


def write(rows: Sequence[Row], words: Sequence[str], *, new: bool = False) -> None:
    """Insert entries with their words; entries that exist are replaced, ``new`` promises that none does."""
    (_write_postgres if is_postgres() else _write_sqlite)(rows, words, new)


def _write_postgres(rows: Sequence[Row], words: Sequence[str], new: bool) -> None:
    """One statement for any number of rows; of two rows of one subject the later one stands."""
    last = {row[:2]: (*row, " ".join(sorted(set(text.split())))) for row, text in zip(rows, words, strict=True)}
    if not last:
        return
    with connection.cursor() as cursor:
        if len(last) == 1:
            cursor.execute(_INSERT_ONE if new else _INSERT_ONE + _REPLACE_WORDS, list(*last.values()))
        else:
            columns = [list(column) for column in zip(*last.values(), strict=True)]
            cursor.execute(_INSERT_MANY if new else _INSERT_MANY + _REPLACE_WORDS, columns)


def _write_sqlite(rows: Sequence[Row], words: Sequence[str], new: bool) -> None:
    insert = f"INSERT INTO search_searchentry ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s)"  # noqa: S608
    with connection.cursor() as cursor:
        for row, text in zip(rows, words, strict=True):
            cursor.execute(insert if new else f"{insert} {_REPLACE} RETURNING id", list(row))
            entry_id = cursor.lastrowid if new else cursor.fetchone()[0]
            if not new:
                cursor.execute("DELETE FROM search_words WHERE rowid = %s", [entry_id])
            cursor.execute("INSERT INTO search_words (rowid, words) VALUES (%s, %s)", [entry_id, text])


def delete(subject_type: str, subject_id: int) -> None:
    """Remove an entry."""
    where = "WHERE subject_type = %s AND subject_id = %s"
    with connection.cursor() as cursor:
        if not is_postgres():
            cursor.execute(
                f"DELETE FROM search_words WHERE rowid IN (SELECT id FROM search_searchentry {where})",  # noqa: S608
                [subject_type, subject_id],
            )
        cursor.execute(f"DELETE FROM search_searchentry {where}", [subject_type, subject_id])  # noqa: S608


def match(
    exact: Sequence[str], prefixes: Sequence[str], pieces: Sequence[str], types: Sequence[str], before: int | None,
    limit: int,
) -> list[tuple[Any, ...]]:  # fmt: skip
    """Return entries that hold every term, the newest first, at most ``limit``; each begins with its place."""
    if is_postgres():
        return _match_postgres(exact, prefixes, pieces, types, before, limit)
    return _match_sqlite(exact, prefixes, pieces, types, before, limit)


def _filters(pieces: Sequence[str], types: Sequence[str]) -> tuple[str, list[Any]]:
    sql, values = "", list[Any]()
    for piece in pieces:
        sql += " AND e.body LIKE %s ESCAPE '!'"
        values.append("%" + piece.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%")
    if types:
        sql += f" AND e.subject_type IN ({', '.join(['%s'] * len(types))})"
        values += types
    return sql, values


SELECT = "SELECT e.{}, e.subject_type, e.subject_id, e.title, e.body, e.at FROM search_searchentry e"


def _match_postgres(
    exact: Sequence[str], prefixes: Sequence[str], pieces: Sequence[str], types: Sequence[str], before: int | None,
    limit: int,
) -> list[tuple[Any, ...]]:  # fmt: skip
    """Look at the newest entries first, in windows that grow: a common word costs no more than a rare one.

    Where one kind is looked for, the windows are of that kind, whatever was written since then of others.
    """
    query = _postgres_terms(exact, prefixes)
    more, values = _filters(pieces, types)
    axis, kind = ("subject_id", " WHERE subject_type = %s") if len(types) == 1 else ("id", "")
    found: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max({axis}), min({axis}) FROM search_searchentry{kind}", list(types) if kind else [])  # noqa: S608
        newest, oldest = cursor.fetchone()
        top = min(before - 1, newest) if before and newest else newest
        window = FIRST_WINDOW
        while top is not None and oldest is not None and top >= oldest and len(found) < limit:
            bottom = max(oldest, top - window + 1)
            cursor.execute(
                f"{SELECT.format(axis)} WHERE e.words @@ %s::tsquery AND e.{axis} BETWEEN %s AND %s{more} "
                f"ORDER BY e.{axis} DESC LIMIT %s",
                [query, bottom, top, *values, limit - len(found)],
            )
            found += cursor.fetchall()
            top, window = bottom - 1, window * 4
    return found


def holds(exact: Sequence[str], prefixes: Sequence[str], pieces: Sequence[str], subject: str) -> tuple[str, list[Any]]:
    """Return a condition on rows of one kind, probed row by row: their entry holds every term.

    ``subject`` is the quoted column that holds the row's id; the first value to bind is the kind.
    """
    more, values = _filters(pieces, [])
    if is_postgres():
        text, joined, matched = _postgres_terms(exact, prefixes), "", "e.words @@ %s::tsquery"
    else:
        text, joined = _sqlite_terms(exact, prefixes), " CROSS JOIN search_words w ON w.rowid = e.id"
        matched = "w.search_words MATCH %s"
    sql = (
        f"EXISTS (SELECT 1 FROM search_searchentry e{joined} "  # noqa: S608 - names and placeholders only
        f"WHERE e.subject_type = %s AND e.subject_id = {subject} AND {matched}{more})"
    )
    return sql, [text, *values]


def _postgres_terms(exact: Sequence[str], prefixes: Sequence[str]) -> str:
    return " & ".join([*(f"'{term}'" for term in exact), *(_beginning(word) for word in prefixes)])


def _sqlite_terms(exact: Sequence[str], prefixes: Sequence[str]) -> str:
    terms = [f'"{term}"' for term in exact]
    terms += [f'("{word}"* OR "z{word}")' if len(word) in {4, 6} else f'"{word}"*' for word in prefixes]
    return " AND ".join(terms)


def _beginning(word: str) -> str:
    return f"('{word}':* | 'z{word}')" if len(word) in {4, 6} else f"'{word}':*"


def _match_sqlite(
    exact: Sequence[str], prefixes: Sequence[str], pieces: Sequence[str], types: Sequence[str], before: int | None,
    limit: int,
) -> list[tuple[Any, ...]]:  # fmt: skip
    more, values = _filters(pieces, types)
    if before:
        more += " AND w.rowid < %s"
        values.append(before)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{SELECT.format('id')} JOIN search_words w ON w.rowid = e.id WHERE w.search_words MATCH %s{more} "
            "ORDER BY w.rowid DESC LIMIT %s",
            [_sqlite_terms(exact, prefixes), *values, limit],
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
