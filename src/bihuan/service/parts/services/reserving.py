"""Keeping free stock for approved requisitions, and what waits for the next receipt (PRT-13, PRT-16)."""

from collections.abc import Iterable

from django.db.models import F
from django.utils.translation import gettext as _

from bihuan.core.notify.services import tell
from bihuan.registry.spares.models import Part
from bihuan.service.parts.models import RequisitionLine, RequisitionState, Stock

ATTEMPTS = 8


def reserve(line: RequisitionLine) -> int:
    """Keep as many as are free for a line, at most what it lacks; the condition of the UPDATE decides who was first."""
    for _attempt in range(ATTEMPTS):
        stock = Stock.objects.filter(part=line.part_id).first()
        count = min(line.backordered, stock.free) if stock else 0
        if count <= 0:
            return 0
        rows = Stock.objects.filter(part=line.part_id, stored__gte=F("reserved") + count)
        if rows.update(reserved=F("reserved") + count):
            RequisitionLine.objects.filter(pk=line.pk).update(reserved=F("reserved") + count)
            line.reserved += count
            return count
    return 0


def release(line: RequisitionLine) -> None:
    """Let go what was kept for a line."""
    if line.reserved:
        Stock.objects.filter(part=line.part_id).update(reserved=F("reserved") - line.reserved)
        RequisitionLine.objects.filter(pk=line.pk).update(reserved=0)
        line.reserved = 0


def waiting_for(part: Part) -> list[RequisitionLine]:
    """Approved lines that lack pieces of a part, the oldest first."""
    rows = RequisitionLine.objects.filter(
        part=part, requisition__state=RequisitionState.APPROVED, quantity__gt=F("reserved") + F("issued")
    )
    return list(rows.select_related("requisition__receiver", "requisition__asked_by", "part").order_by("id"))


def fill_backorders(parts: Iterable[Part]) -> None:
    """What has come is kept for those who have waited longest, and they are told (PRT-16)."""
    for part in sorted(set(parts), key=lambda row: row.pk):
        for line in waiting_for(part):
            count = reserve(line)
            if not count:
                break
            paper = line.requisition
            title = _("%(number)s: %(count)s of %(part)s can be issued now")
            told = {"number": paper.number, "count": count, "part": part}
            tell(users=[paper.asked_by, paper.receiver], title=title % told, subject=paper, verb="requisition.filled")
