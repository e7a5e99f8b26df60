"""The two databases behind the one index."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

COLUMNS = "subject_type, subject_id, title, body, at, region_id, owner_id"
FIRST_WINDOW = 20_000


def is_postgres() -> bool:
    """Whether the index lives in PostgreSQL."""
    return connection.vendor == "postgresql"


def write(rows: Sequence[tuple[Any, ...]], words: Sequence[str]) -> None:
    """Insert entries with their words; entries that exist are replaced."""
    (_write_postgres if is_postgres() else _write_sqlite)(rows, words)


def _write_postgres(rows: Sequence[tuple[Any, ...]], words: Sequence[str]) -> None:
    sql = (
        f"INSERT INTO search_searchentry ({COLUMNS}, words) VALUES (%s, %s, %s, %s, %s, %s, %s, "  # noqa: S608
        "array_to_tsvector(%s)) ON CONFLICT (subject_type, subject_id) DO UPDATE SET title = EXCLUDED.title, "
        "body = EXCLUDED.body, at = EXCLUDED.at, region_id = EXCLUDED.region_id, owner_id = EXCLUDED.owner_id, "
        "words = EXCLUDED.words"
    )
    with connection.cursor() as cursor:
        for row, text in zip(rows, words, strict=True):
            cursor.execute(sql, [*row, sorted(set(text.split()))])


def _write_sqlite(rows: Sequence[tuple[Any, ...]], words: Sequence[str]) -> None:
    insert = (
        f"INSERT INTO search_searchentry ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s) "  # noqa: S608
        "ON CONFLICT (subject_type, subject_id) DO UPDATE SET title = EXCLUDED.title, body = EXCLUDED.body, "
        "at = EXCLUDED.at, region_id = EXCLUDED.region_id, owner_id = EXCLUDED.owner_id RETURNING id"
    )
    with connection.cursor() as cursor:
        for row, text in zip(rows, words, strict=True):
            cursor.execute(insert, list(row))
            entry_id = cursor.fetchone()[0]
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
    """Return entries that hold every term, the newest first, at most ``limit``."""
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


SELECT = "SELECT e.id, e.subject_type, e.subject_id, e.title, e.body, e.at FROM search_searchentry e"


def _match_postgres(
    exact: Sequence[str], prefixes: Sequence[str], pieces: Sequence[str], types: Sequence[str], before: int | None,
    limit: int,
) -> list[tuple[Any, ...]]:  # fmt: skip
    """Look at the newest entries first, in windows that grow: a common word costs no more than a rare one."""
    query = " & ".join([*(f"'{term}'" for term in exact), *(_beginning(word) for word in prefixes)])
    more, values = _filters(pieces, types)
    found: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id), min(id) FROM search_searchentry")
        newest, oldest = cursor.fetchone()
        top = min(before - 1, newest) if before and newest else newest
        window = FIRST_WINDOW
        while top is not None and oldest is not None and top >= oldest and len(found) < limit:
            bottom = max(oldest, top - window + 1)
            cursor.execute(
                f"{SELECT} WHERE e.words @@ %s::tsquery AND e.id BETWEEN %s AND %s{more} ORDER BY e.id DESC LIMIT %s",
                [query, bottom, top, *values, limit - len(found)],
            )
            found += cursor.fetchall()
            top, window = bottom - 1, window * 4
    return found


def _beginning(word: str) -> str:
    return f"('{word}':* | 'z{word}')" if len(word) in {4, 6} else f"'{word}':*"


def _match_sqlite(
    exact: Sequence[str], prefixes: Sequence[str], pieces: Sequence[str], types: Sequence[str], before: int | None,
    limit: int,
) -> list[tuple[Any, ...]]:  # fmt: skip
    terms = [f'"{term}"' for term in exact]
    terms += [f'("{word}"* OR "z{word}")' if len(word) in {4, 6} else f'"{word}"*' for word in prefixes]
    more, values = _filters(pieces, types)
    if before:
        more += " AND w.rowid < %s"
        values.append(before)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{SELECT} JOIN search_words w ON w.rowid = e.id WHERE w.search_words MATCH %s{more} "
            "ORDER BY w.rowid DESC LIMIT %s",
            [" AND ".join(terms), *values, limit],
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
