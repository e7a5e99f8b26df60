"""One request whose traces are undone, and the writes that it tried."""

import re
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

WRITE = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"(\w+)"', re.IGNORECASE)
OWN = {"django_session", "people_apitoken", "idempotency_givenanswer"}


def tried(ask: Callable[[], Any]) -> tuple[Any, set[str]]:
    """Ask, undo, and return the answer with the tables that were written meanwhile."""
    found: set[str] = set()

    def listen(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if match := WRITE.match(sql):
            found.add(match.group(1))
        return execute(sql, params, many, context)

    with transaction.atomic():
        with connection.execute_wrapper(listen):
            answer = ask()
        transaction.set_rollback(True)
    return answer, found - OWN
