"""What people carry beside their requisitions, and taking it for a job (PRT-13, PRT-18).

Pieces come into an engineer's stock by a transfer, an opening or a count too, without a requisition. When a report
names them, a requisition is written for the job, issued from his own stock, so that each use has its issue.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.numbering.services import next_number
from bihuan.core.policy import queries as policy
from bihuan.core.search import services as search
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.people.models import User
from bihuan.registry.spares.models import Part
from bihuan.service.parts.models import Balance, Condition, Place, Requisition, RequisitionLine, RequisitionState
from bihuan.service.parts.queries import beside_issues, own_count
from bihuan.service.parts.services.discrepancies import Work
from bihuan.service.parts.services.requisitions import PATTERN, Job
from bihuan.service.parts.workflow import REQUISITION


@dataclass(frozen=True)
class Used:
    """So many of an issued line, or, where ``line`` is 0, of a part out of the hands of the job's people."""

    line: int
    quantity: int
    lot: str = ""
    part: int = 0


@dataclass(frozen=True)
class Own:
    """So many of a part in the own stock of the people of a job, beside what was issued to them."""

    part: Part
    count: int


Piece = tuple[RequisitionLine, int]


def is_asked_for(line: RequisitionLine, job: Job) -> bool:
    """Whether a line was issued for the job itself."""
    return (line.requisition.job_type, line.requisition.job_id) == (job.type, job.id)


def carried_beside(works: Iterable[Work]) -> dict[int, list[Own]]:
    """What the people of each of several jobs have in their own stock and fits its product, by the id of the job."""
    jobs = [work for work in works if work.job.id]
    counts: dict[int, dict[int, int]] = defaultdict(dict)
    for row in beside_issues(user.pk for work in jobs for user in work.people) if jobs else ():
        counts[row["place__user"]][row["part"]] = row["count"]
    ids = {part for mine in counts.values() for part in mine}
    parts = list(Part.objects.filter(pk__in=ids).prefetch_related("fits").order_by("code")) if ids else []
    return {work.job.id or 0: _own(work, parts, counts) for work in jobs}


def _own(work: Work, parts: Sequence[Part], counts: dict[int, dict[int, int]]) -> list[Own]:
    found = []
    for part in parts:
        count = sum(counts[user.pk].get(part.pk, 0) for user in work.people)
        if count > 0 and suits(part, work):
            found.append(Own(part, count))
    return found


def suits(part: Part, work: Work) -> bool:
    """Whether a part fits the product of a job, by what was read with it."""
    models = {row.pk for row in part.fits.all()}
    return not models or work.model_id is None or work.model_id in models


@transaction.atomic
def drawn(
    *, work: Work, item: Used, lines: Iterable[RequisitionLine], free: Callable[[RequisitionLine], int], by: Any
) -> list[Piece]:
    """The pieces of a part for a job: what was issued for it, then the own stock, then what was issued besides.

    All of them, or MoveRefused with how many there are.
    """
    part = Part.objects.get(pk=item.part)
    holders = {user.pk for user in work.people if not item.lot or _has(user, part, item.lot)}
    usable = [line for line in lines if line.part_id == part.pk and line.requisition.receiver_id in holders]
    mine = [line for line in usable if is_asked_for(line, work.job)]
    found, wanted = _from_lines(mine, item.quantity, free)
    for user in work.people:
        if wanted and user.pk in holders and (count := min(wanted, _taken_count(user, part))) > 0:
            found.append((_issued(work, user, part, count, by), count))
            wanted -= count
    more, wanted = _from_lines([line for line in usable if line not in mine], wanted, free)
    if wanted:
        text = _("%(who)s has only %(count)s of %(part)s.")
        values = {"who": work.people[0], "count": item.quantity - wanted, "part": f"{part} {item.lot}".strip()}
        raise MoveRefused(text % values, code="used")
    return [*found, *more]


def _from_lines(
    lines: Sequence[RequisitionLine], wanted: int, free: Callable[[RequisitionLine], int]
) -> tuple[list[Piece], int]:
    """What the lines give of so many, and how many are missing."""
    found = []
    for line in lines:
        if (count := min(wanted, free(line))) > 0:
            found.append((line, count))
            wanted -= count
    return found, wanted


def _has(user: User, part: Part, lot: str) -> bool:
    rows = Balance.objects.filter(part=part, place__user=user, condition=Condition.GOOD, lot=lot, quantity__gt=0)
    return rows.exists()


def _taken_count(user: User, part: Part) -> int:
    """What somebody carries beside his requisitions; his place is locked, so that no piece is counted twice."""
    list(Place.objects.select_for_update().filter(user=user).values_list("pk"))
    return own_count(user.pk, part)


def _issued(work: Work, user: User, part: Part, count: int, by: Any) -> RequisitionLine:
    """The requisition for pieces that are in the hands of their receiver already: nothing moves (PRT-13)."""
    version = work.case.policy_version if work.case else policy.current()
    pattern = policy.parsed(version).numbering.get("part_requisition", PATTERN)
    row = Requisition.objects.create(
        number=next_number("part_requisition", pattern), policy_version=version, state=RequisitionState.ISSUED,
        case=work.case, job_type=work.job.type, job_id=work.job.id, job_name=work.job.name[:40],
        purpose=_("From the own stock of %(who)s") % {"who": user}, asked_by=user, receiver=user,
    )  # fmt: skip
    line = RequisitionLine.objects.create(requisition=row, wanted=part, part=part, quantity=count, issued=count)
    line.said = []  # type: ignore[attr-defined]
    data = {"name": f"{user}：{part.code} × {count}"}
    search.index(subject=row, title=row.number, text=f"{row.purpose}\n{data['name']}", at=timezone.now(), new=True)
    record(subject=row, verb="requisition.drawn", by=by, data=data)
    return line


@transaction.atomic
def let_go(*, work: Work, by: Any) -> None:
    """What a corrected report does not name any more is own stock again (PRT-13, PRT-18).

    Only papers that were written for the report itself shrink, or are called off: nobody ever approved them.
    """
    rows = Requisition.objects.filter(
        job_type=work.job.type, job_id=work.job.id, state=RequisitionState.ISSUED, approved_at=None
    )
    for row in rows.prefetch_related("lines__part", "lines__uses"):
        for line in row.lines.all():
            named = line.given_back + sum(use.quantity for use in line.uses.all())
            if named < line.issued:
                _shrink(row, line, named, by)


def _shrink(row: Requisition, line: RequisitionLine, named: int, by: Any) -> None:
    """A paper has one line; without a piece it is called off with what it was."""
    data = {"name": f"{line.part.code} × {line.issued} → {named}"}
    target = None if named else RequisitionState.CANCELLED
    apply(row, REQUISITION["correct"], by=None, actor_name=str(by), data=data, target=target)
    RequisitionLine.objects.filter(pk=line.pk).update(issued=named, quantity=named or line.quantity)
