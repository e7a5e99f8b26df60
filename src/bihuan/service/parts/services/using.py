"""Parts that went into a product: declared on the report, booked when it is signed (PRT-18, WO-20)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.permissions.services import Refused, can
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.products.models import Unit
from bihuan.registry.spares.queries import fits, is_same
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import MoveKind, PartUse, PlaceKind, Requisition, RequisitionLine, RequisitionState
from bihuan.service.parts.services.ledger import Posting, outside, place_of, post
from bihuan.service.parts.services.requisitions import Job, change_line
from bihuan.service.parts.workflow import OPEN, REQUISITION


@dataclass(frozen=True)
class Used:
    """So many of an issued line."""

    line: int
    quantity: int
    lot: str = ""


def lines_of(job: Job) -> list[RequisitionLine]:
    """The issued lines of a job."""
    return lines_of_jobs(job.type, [job.id]).get(job.id, []) if job.id else []


def lines_of_jobs(kind: str, ids: Iterable[int]) -> dict[int, list[RequisitionLine]]:
    """The issued lines of several jobs of a kind, each with what its report ``said`` and nobody has booked yet."""
    rows = RequisitionLine.objects.filter(
        requisition__job_type=kind, requisition__job_id__in=list(ids), requisition__state__in=OPEN, issued__gt=0
    ).select_related("part", "wanted", "requisition__receiver", "requisition__case")
    said = Prefetch("uses", PartUse.objects.filter(move__isnull=True), to_attr="said")
    found: dict[int, list[RequisitionLine]] = defaultdict(list)
    for line in rows.prefetch_related(said).order_by("id"):
        found[line.requisition.job_id or 0].append(line)
    return found


@transaction.atomic
def declare(*, job: Job, by: Any, used: Sequence[Used], unit: Unit | None = None) -> str:
    """Keep what a report says was used, in the place of what it said before; returns it in words.

    Only what was issued for the job can be used, and it is the same as the original or its released successor.
    """
    lines = {line.pk: line for line in lines_of(job)}
    PartUse.objects.filter(line__in=list(lines), move__isnull=True).delete()
    words = []
    for item in used:
        line = lines.get(item.line)
        if line is None:
            raise MoveRefused(_("This part was not issued for this job."), code="used")
        _check(line, item, unit)
        PartUse.objects.create(line=line, quantity=item.quantity, lot=item.lot, unit=unit, by=by, at=timezone.now())
        words.append(f"{line.part.code} {line.part.name} {line.part.model} {line.part.specification} × {item.quantity}")
    return "\n".join(words)


def _check(line: RequisitionLine, item: Used, unit: Unit | None) -> None:
    """Model and specification are those of the original, it fits the product, and the pieces are there (WO-20)."""
    if not 1 <= item.quantity <= line.held:
        values = {"part": line.part, "count": line.held}
        raise MoveRefused(_("%(part)s: only %(count)s were issued and not used.") % values, code=f"u_{line.pk}")
    model = unit.model if unit else line.requisition.case.model if line.requisition.case else None
    if not is_same(line.wanted, line.part) or not fits(line.part, model):
        text = _("%(part)s differs from the original in model or specification.") % {"part": line.part}
        raise MoveRefused(text, code=f"u_{line.pk}")


@transaction.atomic
def book(*, job: Job, by: Any) -> list[PartUse]:
    """Move what was declared from the receiver to the customer, with its cost; a second time books nothing (PRT-18)."""
    rows = PartUse.objects.filter(line__in=[line.pk for line in lines_of(job)], move__isnull=True)
    return _book(list(rows.select_related("line__part", "line__requisition__receiver").order_by("id")), by)


def _book(rows: Sequence[PartUse], by: Any) -> list[PartUse]:
    target = outside(PlaceKind.USED)
    for row in rows:
        paper = row.line.requisition
        change_line(row.line, "used", row.quantity)
        posting = Posting(MoveKind.USE, row.line.part, row.quantity, place_of(paper.receiver), target, lot=row.lot,
                          reference=paper.number)  # fmt: skip
        row.move = post(postings=[posting], by=by)[0]
        row.save(update_fields=["move"])
        apply(paper, REQUISITION["use"], by=None, data={"name": f"{row.line.part.code} × {row.quantity}"},
              actor_name=str(by))  # fmt: skip
        paper.refresh_from_db(fields=["version", "state"])
    return list(rows)


@transaction.atomic
def use_now(
    *, row: Requisition, by: Any, line: RequisitionLine, quantity: int, unit: Unit | None = None, lot: str = "",
    expected_version: int | None = None,
) -> PartUse:  # fmt: skip
    """Record a use without a report, by whoever has the part in his hands or keeps the stock (PRT-16)."""
    if by.pk != row.receiver_id and not can(by, perm.PARTS_KEEP, row):
        raise Refused(perm.PARTS_KEEP)
    if row.state not in {RequisitionState.APPROVED, RequisitionState.ISSUED}:
        raise MoveRefused(_("This is not possible in the present state."), code="state")
    if expected_version is not None and expected_version != row.version:
        raise MoveRefused(_("Somebody else has just changed this. Please look again."), code="conflict")
    _check(line, Used(line.pk, quantity, lot), unit)
    line.requisition = row
    use = PartUse.objects.create(line=line, quantity=quantity, lot=lot, unit=unit, by=by, at=timezone.now())
    return _book([use], by)[0]
