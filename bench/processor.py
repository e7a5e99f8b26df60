"""What was used of the processor, which is known also on a machine that others use."""

import time
from functools import lru_cache
from pathlib import Path

from django.db import connection


def own_cpu() -> float:
    """CPU seconds that this process has used."""
    return time.process_time()


def database_cpu() -> float:
    """CPU seconds that the process of our connection has used in the database server; 0 where there is none."""
    if connection.vendor == "sqlite":
        return 0.0
    connection.ensure_connection()
    return int(_times(id(connection.connection)).read_text().split()[0]) / 1e9


@lru_cache(maxsize=8)
def _times(connected: int) -> Path:
    """Where the kernel counts for the server's process of this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
