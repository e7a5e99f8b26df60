"""One request whose traces are undone, and the writes that it tried."""

import re
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

WRITE = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"(\w+)"', re.IGNORECASE)
OWN = {"django_session", "people_apitoken", "idempotency_givenanswer"}


def tried(ask: Callable[[], Any]) -> tuple[Any, set[str]]:
    """Ask, undo, and return the answer with the tables that were written meanwhile."""
    with transaction.atomic():
        with CaptureQueriesContext(connection) as captured:
            answer = ask()
        transaction.set_rollback(True)
    found = {match.group(1) for row in captured if (match := WRITE.match(row["sql"]))}
    return answer, found - OWN
