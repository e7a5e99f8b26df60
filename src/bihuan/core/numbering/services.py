"""Giving numbers."""

from datetime import datetime

from django.db import connection
from django.utils import timezone

# One statement that both databases run atomically: no read before the write, so no two writers get one number.
_NEXT = """
INSERT INTO numbering_counter (kind, period, last) VALUES (%s, %s, %s)
ON CONFLICT (kind, period) DO UPDATE SET last = numbering_counter.last + EXCLUDED.last
RETURNING last
"""


def reserve(kind: str, period: str, count: int = 1) -> int:
    """Take ``count`` numbers and return the first of them."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [kind, period, count])
        last: int = cursor.fetchone()[0]
    return last - count + 1


def next_number(kind: str, pattern: str, *, at: datetime | None = None) -> str:
    """Give the next number, such as SV202611-00012 for the pattern ``SV{yyyymm}-{seq:05d}``.

    The period is what the pattern shows of the date; the counter starts at 1 in each.
    A number given in a transaction that fails is given again, so numbers have no gaps.
    """
    return next_numbers(kind, pattern, 1, at=at)[0]


def next_numbers(kind: str, pattern: str, count: int, *, at: datetime | None = None) -> list[str]:
    """Give ``count`` numbers in a row with one statement."""
    if not count:
        return []
    day = timezone.localtime(at or timezone.now())
    parts = {"yyyy": f"{day:%Y}", "yyyymm": f"{day:%Y%m}", "yyyymmdd": f"{day:%Y%m%d}"}
    period = next((parts[key] for key in ("yyyymmdd", "yyyymm", "yyyy") if f"{{{key}}}" in pattern), "")
    first = reserve(kind, period, count)
    return [pattern.format(seq=number, **parts) for number in range(first, first + count)]
