"""Parts on a report that no issue covers: kept with the report, opened when it is signed, settled by the warehouse."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.notify.services import tell
from bihuan.core.numbering.services import next_number
from bihuan.core.policy import queries as policy
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.people.models import User
from bihuan.registry.people.queries import with_permission
from bihuan.registry.products.models import ProductModel, Unit
from bihuan.service.desk.models import Case
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import Discrepancy, DiscrepancyState, PartUse, RequisitionLine, Settlement
from bihuan.service.parts.services.requisitions import Job
from bihuan.service.parts.workflow import DISCREPANCY

PATTERN = "CY{yyyymm}-{seq:04d}"


@dataclass(frozen=True)
class Work:
    """A job with its case, its product, and the people whose stock may be used on it; the first one leads."""

    job: Job
    people: tuple[User, ...]
    case: Case | None = None
    unit: Unit | None = None

    @property
    def model(self) -> ProductModel | None:
        """The product model that the parts must fit."""
        return self.unit.model if self.unit else self.case.model if self.case else None

    @property
    def model_id(self) -> int | None:
        """Its key, without reading it."""
        return self.unit.model_id if self.unit else self.case.model_id if self.case else None


@dataclass(frozen=True)
class Unissued:
    """What a report names without an issue: in words, or an issued line that could not be booked."""

    words: str
    reason: str
    line: RequisitionLine | None = None
    quantity: int | None = None
    lot: str = ""


@transaction.atomic
def note(*, work: Work, by: Any, found: Sequence[Unissued]) -> list[Discrepancy]:
    """Keep what a report names without an issue, in the place of what it named before it was corrected (PRT-18)."""
    for row in noted(work.job):
        apply(row, DISCREPANCY["withdraw"], by=None, actor_name=str(by))
    return [note_more(work, by, one) for one in found]


def noted(job: Job) -> list[Discrepancy]:
    """What the unsigned report of a job names without an issue."""
    rows = Discrepancy.objects.filter(job_type=job.type, job_id=job.id, state=DiscrepancyState.DECLARED)
    return list(rows.order_by("id")) if job.id else []


def note_more(work: Work, by: Any, one: Unissued) -> Discrepancy:
    """Keep one more thing that a report names without an issue."""
    version = work.case.policy_version if work.case else policy.current()
    pattern = policy.parsed(version).numbering.get("part_discrepancy", PATTERN)
    row = Discrepancy.objects.create(
        number=next_number("part_discrepancy", pattern), policy_version=version, case=work.case, unit=work.unit,
        job_type=work.job.type, job_id=work.job.id, job_name=work.job.name[:40], words=one.words,
        reason=one.reason.strip()[:300], line=one.line, quantity=one.quantity, lot=one.lot, used_by=work.people[0],
        created_at=timezone.now(),
    )  # fmt: skip
    data = {"name": row.words[:200], "reason": row.reason}
    record(subject=row, verb="discrepancy.declared", by=by, data=data)
    return row


@transaction.atomic
def open_noted(*, work: Work, by: Any) -> list[Discrepancy]:
    """The report is signed: what it named without an issue waits for the warehouse, and the engineer knows (PRT-18)."""
    rows = noted(work.job)
    for row in rows:
        apply(row, DISCREPANCY["open"], by=None, actor_name=str(by or ""), data={"name": row.words[:200]})
        title = _("%(number)s: parts used without an issue: %(words)s")
        people = [*with_permission(perm.PARTS_KEEP, row), row.used_by]
        told = {"number": row.number, "words": row.words.replace("\n", "；")[:120]}
        tell(users=people, title=title % told, subject=row, level="warn", verb="discrepancy.opened")
    return rows


@transaction.atomic
def settle(
    *, row: Discrepancy, by: Any, settlement: str, finding: str = "", expected_version: int | None = None
) -> Discrepancy:
    """Say what it turned out to be: booked from an issue, or why nothing of our stock was used (PRT-18)."""
    is_booked = PartUse.objects.filter(discrepancy=row).exists()
    if (settlement == Settlement.BOOKED) != is_booked:
        text = _("Book the parts from an issue first.") if not is_booked else _("Parts were booked for it already.")
        raise MoveRefused(text, code="settlement")
    if not is_booked and not finding.strip():
        raise MoveRefused(_("Please give a reason."), code="finding")
    fields = {"settlement": settlement, "finding": finding.strip()[:300], "settled_at": timezone.now()}
    data = {"name": str(Settlement(settlement).label), "reason": finding[:200]}
    return apply(row, DISCREPANCY["settle"], by=by, data=data, fields=fields, expected_version=expected_version)


def of_jobs(kind: str, ids: Iterable[int]) -> list[Discrepancy]:
    """What the reports of some jobs named without an issue, withdrawn ones left out."""
    rows = Discrepancy.objects.filter(job_type=kind, job_id__in=list(ids))
    return list(rows.exclude(state=DiscrepancyState.WITHDRAWN).order_by("id"))
