"""Threads at one database: all start together, or the second comes while the first has not committed yet."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import IntegrityError, connection, transaction

from bihuan.core.workflow.table import MoveRefused

THREADS = 6
PATIENCE = 60


def together(work: Callable[[int], Any]) -> list[Any]:
    """What every thread got, all starting at once; a refusal counts as None."""
    start = threading.Barrier(THREADS)

    def one(thread: int) -> Any:
        start.wait(PATIENCE)
        return _alone(lambda: work(thread))

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def overtaken(first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """What both got, where the second comes before the first has committed; he commits when the other waits or ends."""
    written, over = threading.Event(), threading.Event()

    def early() -> Any:
        try:
            with transaction.atomic():
                found = first()
                written.set()
                while not (over.is_set() or _somebody_waits()):
                    over.wait(0.02)
            return found
        finally:
            written.set()

    def late() -> Any:
        written.wait(PATIENCE)
        try:
            return second()
        finally:
            over.set()

    with ThreadPoolExecutor(2) as pool:
        return [row.result(PATIENCE) for row in [pool.submit(_alone, early), pool.submit(_alone, late)]]


def _alone(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except (MoveRefused, IntegrityError):
        return None
    finally:
        connection.close()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
