"""Parts as a report or a repair record names them: issued ones by their line, others in words (PRT-18, WO-20).

The leaf above says which work it is; what can be used on it and what its report said before is the same for all.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from bihuan.core.policy.schema.field import UnissuedParts
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.spares.queries import by_code
from bihuan.service.parts.models import Discrepancy, PartUse, RequisitionLine
from bihuan.service.parts.services import discrepancies, using
from bihuan.service.parts.services.carrying import Own, Used, carried_beside, is_asked_for
from bihuan.service.parts.services.discrepancies import Work


class Hand:
    """What can be used on one job, as it was when it was read."""

    def __init__(self, work: Work, lines: list[RequisitionLine], own: list[Own]) -> None:
        self.work, self.lines, self.own = work, lines, own

    def left(self, line: RequisitionLine) -> int:
        """What of a line can be used on the job."""
        return using.left(line, self.work.job)

    def is_own(self, line: RequisitionLine) -> bool:
        """Whether a line was issued for the job itself."""
        return is_asked_for(line, self.work.job)

    def declared(self) -> dict[int, PartUse]:
        """What the report said before, by line."""
        return {line.pk: use for line in self.lines for use in self._said(line)}

    def _said(self, line: RequisitionLine) -> list[PartUse]:
        job, found = self.work.job, list[PartUse](line.said)  # type: ignore[attr-defined]
        return [use for use in found if (use.job_type, use.job_id) == (job.type, job.id)]

    @cached_property
    def noted(self) -> list[Discrepancy]:
        """What the report named before in words alone."""
        return [row for row in discrepancies.noted(self.work.job) if row.line_id is None]

    def typed_before(self, text: str) -> str:
        """The words of parts without an issue, to be corrected; ``text`` is all that the report says of parts.

        Where it says nothing by lines, as reports of old did, its whole text was typed.
        """
        if self.noted or self.declared():
            return "\n".join(row.words for row in self.noted)
        return text

    def reason_before(self) -> str:
        """Why they were not issued."""
        return next((row.reason for row in self.noted), "")

    def typed(self, text: str) -> str:
        """What was typed, without the lines that the report wrote itself and a program sends back."""
        said = [(line.part, use) for line in self.lines for use in self._said(line)]
        written = {using.in_words(part, Used(use.line_id, use.quantity)) for part, use in said}
        return "\n".join(line for line in text.splitlines() if line not in written).strip()


def hands(works: Iterable[Work]) -> list[Hand]:
    """What can be used on each of several jobs of one kind, read at once."""
    rows = list(works)
    found, own = using.usable(rows), carried_beside(rows)
    return [Hand(work, found.get(work.job.id or 0, []), own.get(work.job.id or 0, [])) for work in rows]


def hand_of(work: Work) -> Hand:
    """What can be used on one job."""
    return hands([work])[0]


def declare(
    *, hand: Hand, by: Any, values: Mapping[str, Any], rule: UnissuedParts, lenient: bool = False
) -> dict[str, Any]:
    """Keep what a report says was used; returns what it says itself: ``parts`` and ``same_parts`` (PRT-18, WO-20).

    ``values`` has ``used`` (line, or part of the own stock, quantity, lot), and what was only typed in ``parts`` with
    ``parts_reason``: it was not issued, so by the ``rule`` it is refused, or it needs a reason and waits for the
    warehouse.
    """
    used = [
        Used(int(row.get("line") or 0), int(row["quantity"]), str(row.get("lot", "")), _part(row.get("part")))
        for row in values.get("used") or []
    ]
    typed, reason = hand.typed(str(values.get("parts") or "")), str(values.get("parts_reason") or "")
    if typed and not lenient:
        if rule == UnissuedParts.REFUSED:
            raise MoveRefused(_("Only parts that were issued can be used."), code="parts")
        if not reason.strip():
            raise MoveRefused(_("Say why these parts were not issued."), code="parts_reason")
    words = using.declare(work=hand.work, by=by, used=used, typed=typed, reason=reason, lenient=lenient)
    if not words:
        return {"parts": typed}
    return {"parts": f"{words}\n{typed}".strip(), "same_parts": bool(values.get("same_parts")) or not typed}


def _part(named: Any) -> int:
    """The part of the own stock: a form names it by its key, a program by its number."""
    if isinstance(named, int) or not named:
        return named or 0
    row = by_code(named)
    if row is None:
        raise MoveRefused(_("There is no part of this number."), code="used")
    return row.pk
