"""Django's SQLite, whose writers take turns."""

from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base, operations

from bihuan.core.sqlite.turns import TooLong, Turns

READS = ("SELECT", "PRAGMA", "EXPLAIN", "SAVEPOINT", "RELEASE", "ROLLBACK")


class Operations(operations.DatabaseOperations):
    """Django's own, able to clear a database whose tables refuse deletion row by row."""

    def sql_flush(self, style: Any, tables: Any, **options: Any) -> list[str]:
        """Clearing is DELETE here, and the triggers of a ledger refuse that: they stand aside and come back."""
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        away = [f"DROP TRIGGER {self.quote_name(name)}" for name, _sql in triggers]
        return [*away, *super().sql_flush(style, tables, **options), *(sql for _name, sql in triggers)]


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that waits for its turn before it writes, in a transaction or by a single statement.

    A database in memory has one process and Django's own way.
    """

    ops_class = Operations

    def __init__(self, settings_dict: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(settings_dict, *args, **kwargs)
        self._turns: Turns | None = None
        self.execute_wrappers.append(self._in_turn)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Take a place in the queue of the file."""
        name = str(conn_params["database"])
        in_memory = name == ":memory:" or "mode=memory" in name
        self._turns = None if in_memory else Turns(name, float(conn_params.get("timeout", 5.0)))
        return super().get_new_connection(conn_params)

    def _start_transaction_under_autocommit(self) -> None:
        self._take()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._give_back()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._give_back()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give_back()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            if self._turns is not None:
                self._turns.close()

    def _in_turn(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """A single statement that writes has its turn too."""
        if (
            not self.autocommit
            or self._turns is None
            or self._turns.held
            or str(sql).lstrip().upper().startswith(READS)
        ):
            return execute(sql, params, many, context)
        self._take()
        try:
            return execute(sql, params, many, context)
        finally:
            self._give_back()

    def _take(self) -> None:
        if self._turns is None or self._turns.held:
            return
        try:
            self._turns.take()
        except TooLong as error:
            raise OperationalError("database is locked") from error

    def _give_back(self) -> None:
        if self._turns is not None:
            self._turns.give_back()
