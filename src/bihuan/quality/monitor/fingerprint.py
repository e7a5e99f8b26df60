"""Whether counters and counted cases agree, told by sums of hashes: one pass over each, nothing sorted or grouped.

Each key (cell, kind, period, age) has a hash of 64 bits under a seed drawn for this look. The counted cases add the
hashes of the counters in which they count; the counters add theirs as often as they count. Equal tables have equal
sums; unequal ones have them with a chance of 2^-64, since the sums are whole numbers and are not cut.
"""

import secrets

from django.db import connection

from bihuan.quality.monitor.counting import CELLS

KINDS = {
    "ship": ("ship_month", "ship_age", ""), "made": ("made_month", "made_age", ""),
    "complaint": ("complained_on", "0", ""),
    "serious": ("complained_on", "0", "is_serious"), "danger": ("complained_on", "0", "is_danger"),
}  # fmt: skip
HALF = 2**32


def agree() -> bool:
    """Whether all counters are what the counted cases say; False also where the database cannot tell by hashes."""
    if connection.vendor != "postgresql":
        return False
    seed = secrets.randbelow(2**62)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({_cases(seed)}) cases, ({_counters(seed)}) counters")  # noqa: S608
        *parts, once, high, low = (int(value or 0) for value in cursor.fetchone() or (0, 0, 0))
    return sum(parts) == once + high * HALF + low


def _hash(cell: str, period: str, age: str, seed: str) -> str:
    """The age is small and may be -1; a day and an age never meet another pair within 2^21."""
    return f"hashint8extended({cell}, hashint8extended(({period} - DATE '1970-01-01') * 65536::bigint + {age}, {seed}))"


def _cases(seed: int) -> str:
    """A sum of hashes for each level and kind; a case without a cell at a level adds nothing there."""
    parts = []
    for number, (period, age, flag) in enumerate(KINDS.values()):
        only = f" FILTER (WHERE {flag})" if flag else ""
        parts += [f"SUM({_hash(f'{cell}_id', period, age, str(seed + number))}){only}" for cell in CELLS.values()]
    return f"SELECT {', '.join(parts)} FROM monitor_countedcase WHERE is_first"  # noqa: S608


def _counters(seed: int) -> str:
    """Most counters stand at one: their hash is added once, and what more they count in halves that cannot overflow."""
    cases = " ".join(f"WHEN '{kind}' THEN {seed + number}" for number, kind in enumerate(KINDS))
    found = _hash("cell_id", "period", "age", f"CASE kind {cases} ELSE {seed - 1} END")
    more = "(count::bigint - 1)"
    return (
        f"SELECT SUM({found}) AS once, SUM({more} * ({found} >> 32)) FILTER (WHERE count <> 1) AS high, "  # noqa: S608
        f"SUM({more} * ({found} & {HALF - 1})) FILTER (WHERE count <> 1) AS low FROM monitor_counter"
    )
