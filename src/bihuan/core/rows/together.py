"""Statements that go to the database together: for rows that many want at once, and hold no longer than they must."""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

Statement = tuple[str, Sequence[Any]]
Rows = list[tuple[Any, ...]]

_prepared: "WeakKeyDictionary[Any, set[str]]" = WeakKeyDictionary()


def run_together(statements: Sequence[Statement]) -> list[Rows]:
    """Run statements that all return rows, in their order; the rows of each.

    PostgreSQL gets all of them in one message and plans each once for a connection; behind a pooler that gives every
    transaction another connection (BIHUAN_PGBOUNCER) it plans them each time. A value takes the type of what it is
    compared or put into: where that is narrower than the values, the statement says ``CAST(%s AS bigint)``.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            return [_each(cursor, sql, values) for sql, values in statements]
        if not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
            statements = [(_execute(connection, sql, len(values)), values) for sql, values in statements]
        cursor.execute(";".join(sql for sql, _own in statements), [value for _sql, own in statements for value in own])
        found = [cursor.fetchall()]
        while cursor.nextset():
            found.append(cursor.fetchall())
    return found


def _each(cursor: Any, sql: str, values: Sequence[Any]) -> Rows:
    cursor.execute(sql, values)
    rows: Rows = cursor.fetchall()
    return rows


def _execute(connection: BaseDatabaseWrapper, sql: str, places: int) -> str:
    """The call of a statement that this connection keeps; it is prepared when it is called first.

    What is prepared outlives the transaction, also one that is taken back.
    """
    name = _name(sql)
    kept = _prepared.setdefault(connection.connection, set())
    if name not in kept:
        numbers = count(1)
        pieces = sql.split("%s")
        numbered = pieces[0] + "".join(f"${next(numbers)}{piece}" for piece in pieces[1:])
        with connection.cursor() as cursor:
            cursor.execute(f"PREPARE {name} AS {numbered}")
        kept.add(name)
    return f"EXECUTE {name}({', '.join(['%s'] * places)})" if places else f"EXECUTE {name}"


@lru_cache(maxsize=256)
def _name(sql: str) -> str:
    """A name for a text, the same in every process."""
    return f"bihuan_{sha256(sql.encode()).hexdigest()[:24]}"
