"""Parts that went into a product: declared on the report, booked when it is signed (PRT-18, WO-20)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.permissions.services import Refused, can
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.products.models import Unit
from bihuan.registry.spares.models import Part, Tracking
from bihuan.registry.spares.queries import fits, is_same
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import (
    Balance,
    Condition,
    Discrepancy,
    MoveKind,
    PartUse,
    PlaceKind,
    Requisition,
    RequisitionLine,
    RequisitionState,
)
from bihuan.service.parts.queries import held_by
from bihuan.service.parts.services.carrying import Piece, Used, drawn, is_asked_for, let_go, suits
from bihuan.service.parts.services.discrepancies import Unissued, Work, note, note_more, open_noted
from bihuan.service.parts.services.ledger import Posting, outside, place_of, post
from bihuan.service.parts.services.requisitions import Job, change_line
from bihuan.service.parts.workflow import DISCREPANCY, OPEN, REQUISITION


def usable(works: Iterable[Work]) -> dict[int, list[RequisitionLine]]:
    """The issued lines that can be used on each of several jobs of one kind, by the id of the job.

    First what was issued for the job, then what its people carry from other issues and fits its product. Each line
    knows what reports ``said`` of it that nobody has booked yet.
    """
    jobs = [work for work in works if work.job.id]
    people = {user.pk for work in jobs for user in work.people}
    carried = Q(requisition__receiver__in=people, issued__gt=F("used") + F("given_back"))
    asked = Q(requisition__job_type__in={work.job.type for work in jobs},
              requisition__job_id__in=[work.job.id for work in jobs])  # fmt: skip
    rows = RequisitionLine.objects.filter(carried | asked, requisition__state__in=OPEN, issued__gt=0)
    said = Prefetch("uses", PartUse.objects.filter(move__isnull=True), to_attr="said")
    lines = list(
        rows.select_related("part", "wanted", "requisition__receiver", "requisition__case")
        .prefetch_related(said, "part__fits").order_by("id")
    ) if jobs else []  # fmt: skip
    found: dict[int, list[RequisitionLine]] = defaultdict(list)
    for work in jobs:
        own = [line for line in lines if is_asked_for(line, work.job)]
        others = [line for line in lines if line not in own and _is_carried(line, work)]
        found[work.job.id or 0] = [*own, *sorted(others, key=lambda line: line.part.code)]
    return found


def _is_carried(line: RequisitionLine, work: Work) -> bool:
    is_his = line.requisition.receiver_id in {user.pk for user in work.people}
    return is_his and left(line, work.job) > 0 and suits(line.part, work)


def left(line: RequisitionLine, job: Job) -> int:
    """What of a line can be used on a job: held, and not declared on the report of another."""
    said: list[PartUse] = line.said  # type: ignore[attr-defined]
    return line.held - sum(use.quantity for use in said if (use.job_type, use.job_id) != (job.type, job.id))


@transaction.atomic
def declare(
    *, work: Work, by: Any, used: Sequence[Used], typed: str = "", reason: str = "", lenient: bool = False
) -> str:
    """Keep what a report says was used, in the place of what it said before; returns it in words.

    What was issued and is still held can be used, the same as the original or its released successor; so can what
    lies in the own stock of the job's people. What is only ``typed`` is a discrepancy with its reason. ``lenient`` is
    for a report that was written without a network: what is not there any more is taken from the own stock, and what
    is not there either becomes a discrepancy, so that nothing of it is lost.
    """
    PartUse.objects.filter(job_type=work.job.type, job_id=work.job.id, move__isnull=True).delete()
    taking, words, found = _Taking(work, by), list[str](), list[Unissued]()
    for item in merged(used):
        try:
            words += taking.take(item)
        except MoveRefused as refused:
            if not lenient:
                raise
            words.append(taking.take_instead(item, str(refused.reason), found))
    if typed.strip():
        found.append(Unissued(typed.strip(), reason.strip() or _("No reason was given.")))
    let_go(work=work, by=by)
    note(work=work, by=by, found=found)
    return "\n".join(words)


class _Taking:
    """What a report takes, one thing after the other, of what was there when it began."""

    def __init__(self, work: Work, by: Any) -> None:
        self.work, self.by, self.taken = work, by, Counter[int]()
        self.lines = {line.pk: line for line in usable([work])[work.job.id or 0]}

    def free(self, line: RequisitionLine) -> int:
        """What of a line the report has not taken yet."""
        return left(line, self.work.job) - self.taken[line.pk]

    @transaction.atomic
    def take(self, item: Used) -> list[str]:
        """Keep one thing as used, all its pieces or none; returns them in words."""
        pieces = self._pieces(item)
        for line, count in pieces:
            one = Used(line.pk, count, item.lot)
            _check(line, one, self.work.model, self.free(line))
            _keep(line, one, self.work, self.by)
        for line, count in pieces:
            self.lines[line.pk] = line
            self.taken[line.pk] += count
        return [in_words(line.part, Used(line.pk, count)) for line, count in pieces]

    def _pieces(self, item: Used) -> list[Piece]:
        """Of which lines the pieces are; those of the own stock get theirs."""
        if not item.line:
            if not Part.objects.filter(pk=item.part).exists():
                raise MoveRefused(_("“%(value)s” is not known") % {"value": item.part}, code="used")
            return drawn(work=self.work, item=item, lines=list(self.lines.values()), free=self.free, by=self.by)
        line = self.lines.get(item.line)
        if line is None:
            raise MoveRefused(_("This part was not issued, or it is not in your hands any more."), code="used")
        return [(line, item.quantity)]

    def take_instead(self, item: Used, why: str, found: list[Unissued]) -> str:
        """The own stock for what is not there any more, else it is a discrepancy; returns it in words."""
        line = RequisitionLine.objects.select_related("part").filter(pk=item.line).first()
        part = line.part if line else Part.objects.filter(pk=item.part).first()
        if line is not None:
            try:
                return "\n".join(self.take(Used(0, item.quantity, item.lot, line.part_id)))
            except MoveRefused:  # the first reason is the one to tell
                pass
        words = in_words(part, item) if part else f"#{item.line or item.part} × {item.quantity}"
        found.append(Unissued(words, why, line, item.quantity, item.lot))
        return words


def in_words(part: Part, item: Used) -> str:
    """A used part as the report names it: number, name, model, specification, quantity."""
    return f"{part.code} {part.name} {part.model} {part.specification} × {item.quantity}"


def merged(used: Iterable[Used]) -> list[Used]:
    """The same line and number named twice is named once."""
    counts: Counter[tuple[int, str, int]] = Counter()
    for item in used:
        counts[item.line, item.lot, item.part] += item.quantity
    return [Used(line, count, lot, part) for (line, lot, part), count in counts.items()]


def _keep(
    line: RequisitionLine, item: Used, work: Work, by: Any, discrepancy: Discrepancy | None = None
) -> PartUse:  # fmt: skip
    return PartUse.objects.create(
        line=line, quantity=item.quantity, lot=item.lot, unit=work.unit, case=work.case, job_type=work.job.type,
        job_id=work.job.id, discrepancy=discrepancy, by=by, at=timezone.now(),
    )  # fmt: skip


def _check(line: RequisitionLine, item: Used, model: Any, count: int) -> None:
    """Model and specification are those of the original, it fits the product, and the pieces are there (WO-20)."""
    if not 1 <= item.quantity <= count:
        values = {"part": line.part, "count": max(0, count)}
        raise MoveRefused(_("%(part)s: only %(count)s were issued and not used.") % values, code=f"u_{line.pk}")
    if not is_same(line.wanted, line.part) or not fits(line.part, model):
        text = _("%(part)s differs from the original in model or specification.") % {"part": line.part}
        raise MoveRefused(text, code=f"u_{line.pk}")
    _check_lot(line, item)


def _check_lot(line: RequisitionLine, item: Used) -> None:
    """The batch or serial number is one that the receiver has, so that the signature need not ask for it (PRT-16)."""
    if (line.part.tracking == Tracking.QUANTITY) != (not item.lot):
        text = _("%(part)s has no batches or serials.") if item.lot else _("%(part)s: give the batch or serial number.")
        raise MoveRefused(text % {"part": line.part}, code=f"l_{line.pk}")
    if item.lot and not lots_of(line).filter(lot=item.lot, quantity__gte=item.quantity).exists():
        text = _("%(who)s does not have %(part)s %(lot)s.")
        values = {"who": line.requisition.receiver, "part": line.part, "lot": item.lot}
        raise MoveRefused(text % values, code=f"l_{line.pk}")


def lots_of(line: RequisitionLine) -> Any:
    """What the receiver of a line has of its part."""
    return Balance.objects.filter(
        part=line.part_id, place__user=line.requisition.receiver_id, condition=Condition.GOOD, quantity__gt=0
    )


@transaction.atomic
def book(*, work: Work, by: Any) -> list[PartUse]:
    """Move what was declared from the receiver to the customer, with its cost; a second time books nothing (PRT-18).

    The customer's signature is never refused for it: what cannot be booked any more becomes a discrepancy.
    """
    rows = PartUse.objects.filter(job_type=work.job.type, job_id=work.job.id, move__isnull=True)
    done = []
    for row in rows.select_related("line__part", "line__requisition__receiver").order_by("id"):
        try:
            with transaction.atomic():
                done.append(_book(row, by))
        except MoveRefused as refused:
            words = in_words(row.line.part, Used(row.line_id, row.quantity))
            note_more(work, by, Unissued(words, str(refused.reason), row.line, row.quantity, row.lot))
            PartUse.objects.filter(pk=row.pk).delete()
    open_noted(work=work, by=by)
    return done


def _book(row: PartUse, by: Any) -> PartUse:
    """Book one use: the line, the ledger, the journal of the requisition."""
    paper = row.line.requisition
    paper.refresh_from_db(fields=["version", "state"])
    change_line(row.line, "used", row.quantity)
    posting = Posting(
        MoveKind.USE, row.line.part, row.quantity, place_of(paper.receiver), outside(PlaceKind.USED), lot=row.lot,
        reference=paper.number,
    )  # fmt: skip
    row.move = post(postings=[posting], by=by)[0]
    row.save(update_fields=["move"])
    data = {"name": f"{row.line.part.code} × {row.quantity}"}
    apply(paper, REQUISITION["use"], by=None, data=data, actor_name=str(by))
    return row


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
    job = Job(row.job_type, row.job_id, row.job_name)
    work, item = Work(job, (row.receiver,), row.case, unit), Used(line.pk, quantity, lot)
    line.requisition = row
    _check(line, item, work.model, line.held)
    return _book(_keep(line, item, work, by), by)


@transaction.atomic
def book_from(
    *, row: Discrepancy, by: Any, line: RequisitionLine | None = None, part: Part | None = None, quantity: int,
    lot: str = "", expected_version: int | None = None,
) -> list[PartUse]:  # fmt: skip
    """Book what a report named without an issue from what its engineer holds: of a line, or of a part of his own stock;
    what he took without a paper he asks for afterwards, so that each use has its issue (PRT-13, PRT-18)."""
    if line is not None and line.requisition.receiver_id != row.used_by_id:
        text = _("%(part)s was not issued to %(who)s.") % {"part": line.part, "who": row.used_by}
        raise MoveRefused(text, code="line")
    work = Work(Job(row.job_type, row.job_id, row.job_name), (row.used_by,), row.case, row.unit)
    item = Used(line.pk if line else 0, quantity, lot, part.pk if part else 0)
    try:
        pieces = [(line, quantity)] if line else drawn(
            work=work, item=item, lines=held_by(row.used_by_id), free=lambda held: held.held, by=by
        )  # fmt: skip
        for held, count in pieces:
            _check(held, Used(held.pk, count, lot), work.model, held.held)
    except MoveRefused as refused:
        code = "lot" if refused.code.startswith("l_") else "quantity"
        raise MoveRefused(refused.reason, code=code) from refused
    data = {"name": "；".join(in_words(held.part, Used(held.pk, count)) for held, count in pieces)}
    apply(row, DISCREPANCY["book"], by=by, data=data, expected_version=expected_version)
    return [_book(_keep(held, Used(held.pk, count, lot), work, by, row), by) for held, count in pieces]
