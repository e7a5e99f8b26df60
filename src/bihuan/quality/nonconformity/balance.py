"""Counting pieces: what was found is at every moment the sum of what is decided and what is still open."""

from collections.abc import Iterable
from dataclasses import dataclass

from bihuan.quality.nonconformity.models import Disposition, Nonconformity


@dataclass(frozen=True)
class Need:
    """Pieces that need a disposition: all that were found, or those that failed the check after one."""

    after: Disposition | None
    wanted: int
    given: int

    @property
    def left(self) -> int:
        """How many pieces have no disposition yet; negative when too many were given one."""
        return self.wanted - self.given


def needs(sheet: Nonconformity, rows: Iterable[Disposition]) -> list[Need]:
    """Everything that needs a disposition, with how much of it has one."""
    rows = list(rows)
    given: dict[int | None, int] = {}
    for row in rows:
        given[row.after_id] = given.get(row.after_id, 0) + row.quantity
    wanted: list[tuple[Disposition | None, int]] = [(None, sheet.quantity)]
    wanted += [(row, row.failed) for row in rows if row.failed]
    return [Need(row, count, given.get(row.pk if row else None, 0)) for row, count in wanted]


def open_pieces(sheet: Nonconformity, rows: Iterable[Disposition]) -> int:
    """How many pieces still wait for a disposition."""
    return sum(max(need.left, 0) for need in needs(sheet, rows))


def settled(rows: Iterable[Disposition]) -> dict[str, int]:
    """Where the pieces ended, by kind: what passed its check, or needed none."""
    found: dict[str, int] = {}
    for row in rows:
        if row.state == "over":
            count = row.passed if row.passed is not None else row.quantity
            if count:
                found[row.kind] = found.get(row.kind, 0) + count
    return found
