"""Writing rows with statements that are made once per shape, and small reads as they stand.

Django compiles its INSERT anew for each row, which costs several times what the database takes for it. What a
request must write is small and always alike, so the text of its statements is kept and only the values change.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper

M = TypeVar("M", bound=models.Model)
FEW = 16


@lru_cache(maxsize=512)
def _statement(model: type[models.Model], names: tuple[str, ...], count: int, alias: str) -> str:
    quote = connections[alias].ops.quote_name
    columns = ", ".join(quote(name) for name in names)
    places = ", ".join([f"({', '.join(['%s'] * len(names))})"] * count)
    key = quote(str(model._meta.pk.column))
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES {places} RETURNING {key}"  # noqa: S608


@lru_cache(maxsize=128)
def _fields(model: type[models.Model]) -> "tuple[models.Field[Any, Any], ...]":
    return tuple(field for field in model._meta.concrete_fields if not field.primary_key)


def insert(rows: Sequence[M]) -> None:
    """Insert new rows of one model in one statement and give them their ids, in the caller's transaction.

    What is empty in all rows is left out: the database fills in NULL. Many rows take Django's own way.
    """
    if not rows:
        return
    model = type(rows[0])
    if len(rows) > FEW:
        model._default_manager.bulk_create(rows)
        return
    alias = router.db_for_write(model)
    connection = connections[alias]
    columns = [
        (field.column, [field.get_db_prep_save(field.pre_save(row, add=True), connection) for row in rows])
        for field in _fields(model)
    ]
    given = [(name, values) for name, values in columns if any(value is not None for value in values)]
    sql = _statement(model, tuple(name for name, _values in given), len(rows), alias)
    with connection.cursor() as cursor:
        cursor.execute(sql, [values[place] for place in range(len(rows)) for _name, values in given])
        ids = cursor.fetchall()
    for row, (key,) in zip(rows, ids, strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, alias


def ask(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Run one small reading statement as it stands; for what is asked in every request, in both databases' words."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


class Kept:
    """A read by key that Django compiles once per database: of what many joins say, that costs more than the answer.

    ``rows`` makes a queryset of tuples in which `KEY` stands for the key; converters of fields work as always.
    """

    KEY = -9_223_372_036_854_775_807

    def __init__(self, rows: Callable[[], "models.QuerySet[Any, Any]"]) -> None:
        self._rows = rows
        self._made: dict[str, tuple[Any, str, tuple[Any, ...]]] = {}

    def __call__(self, key: Any) -> list[tuple[Any, ...]]:
        """The rows of a key."""
        alias = DEFAULT_DB_ALIAS
        if alias not in self._made:
            compiler = self._rows().query.get_compiler(alias)
            sql, values = compiler.as_sql()
            self._made[alias] = (compiler, sql, tuple(values))
        compiler, sql, values = self._made[alias]
        with connections[alias].cursor() as cursor:
            cursor.execute(sql, [key if value == self.KEY else value for value in values])
            found = cursor.fetchall()
        return list(compiler.results_iter([found], tuple_expected=True))


def _typed(field: "models.Field[Any, Any]", value: str, connection: BaseDatabaseWrapper) -> str:
    """PostgreSQL takes a column of nothing but NULL for text; SQLite goes by the column that is written."""
    is_text = isinstance(field, models.CharField | models.TextField)
    return value if connection.vendor == "sqlite" or is_text else f"CAST({value} AS {field.db_type(connection)})"


def update(rows: Sequence[M], names: Sequence[str]) -> None:
    """Write the named fields of many rows of one model in one statement, each row its own values."""
    if not rows:
        return
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    fields = [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in names]
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    columns = [quote(field.column) for field in fields]
    new = [f"{name} = {_typed(field, f'v.{name}', connection)}" for name, field in zip(columns, fields, strict=True)]
    places = ", ".join([f"({', '.join(['%s'] * (len(fields) + 1))})"] * len(rows))
    sql = (
        f"WITH v ({', '.join([key, *columns])}) AS (VALUES {places}) "  # noqa: S608
        f"UPDATE {table} SET {', '.join(new)} FROM v WHERE {table}.{key} = v.{key}"
    )
    values: list[Any] = []
    for row in rows:
        values += [row.pk, *(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields)]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
