"""Asking for parts, approving, issuing, giving back (PRT-12, PRT-13, PRT-14, WO-20)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.approvals.services import decides_alone, open_approval
from bihuan.core.documents.services import issue as issue_paper
from bihuan.core.notify.services import tell
from bihuan.core.numbering.services import next_number
from bihuan.core.permissions.services import Refused, can, require
from bihuan.core.policy import queries as policy
from bihuan.core.search import services as search
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.people.models import User
from bihuan.registry.people.queries import with_permission
from bihuan.registry.spares.models import Part
from bihuan.registry.spares.queries import fits, is_same
from bihuan.service.desk.models import Case
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import Condition, MoveKind, Place, PlaceKind, Requisition, RequisitionLine
from bihuan.service.parts.models import RequisitionState as State
from bihuan.service.parts.services.keeping import stored_here
from bihuan.service.parts.services.ledger import Posting, outside, place_of, post
from bihuan.service.parts.services.reserving import fill_backorders, release, reserve
from bihuan.service.parts.services.scanning import check_scanned
from bihuan.service.parts.workflow import REQUISITION

CHAIN, PATTERN, FORM = "part_requisition", "LY{yyyymm}-{seq:05d}", "F25"


@dataclass(frozen=True)
class Job:
    """A record above this floor for which parts are asked, such as a visit."""

    type: str = ""
    id: int | None = None
    name: str = ""


@dataclass(frozen=True)
class Piece:
    """So many of a line, from a place, with their batch or serial number."""

    line: RequisitionLine
    quantity: int
    place: Place
    lot: str = ""


NO_JOB = Job()


@transaction.atomic
def ask(
    *, by: Any, lines: Sequence[tuple[Part, int]], purpose: str, receiver: User | None = None,
    case: Case | None = None, job: Job = NO_JOB,
) -> Requisition:  # fmt: skip
    """Ask for parts; the head of after-sales approves, his own request is approved already (PRT-12, PRT-13)."""
    version = case.policy_version_id if case else policy.current().pk
    row = Requisition(
        policy_version_id=version, case=case, job_type=job.type, job_id=job.id, job_name=job.name[:40],
        purpose=purpose.strip()[:300], asked_by=by, receiver=receiver or by,
        created_at=timezone.now(),
    )  # fmt: skip
    require(by, perm.PARTS_ASK, row)
    _check_lines(lines, case)
    if not row.purpose:
        raise MoveRefused(_("This field is required."), code="purpose")
    rules = row.policy
    row.number = next_number("part_requisition", rules.numbering.get("part_requisition", PATTERN))
    row.save()
    for part, count in lines:
        RequisitionLine.objects.create(requisition=row, wanted=part, part=part, quantity=count)
    data = {"name": "；".join(f"{part.code} × {count}" for part, count in lines)[:200]}
    search.index(subject=row, title=row.number, text=f"{row.purpose}\n{data['name']}", at=row.created_at, new=True)
    record(subject=row, verb="requisition.asked", by=by, data=data)
    if case is not None:
        record(subject=case, verb="case.parts_asked", by=by, data={"name": f"{row.number} {data['name']}"[:200]})
    if decides_alone(rules, CHAIN, by):
        return approval_ended(row=row, approved=True)
    title = _("%(number)s: parts for %(purpose)s") % {"number": row.number, "purpose": row.purpose}
    open_approval(subject=row, chain_subject=CHAIN, title=title, by=by)
    row.refresh_from_db()
    return row


def _check_lines(lines: Sequence[tuple[Part, int]], case: Case | None) -> None:
    """Each part once, in use, and fitting the product (WO-20)."""
    if not lines:
        raise MoveRefused(_("Name at least one part."), code="part_1")
    if len({part.pk for part, _count in lines}) != len(lines):
        raise MoveRefused(_("A part stands here twice."), code="part_1")
    for part, count in lines:
        if count < 1:
            raise MoveRefused(_("At least one."), code="part_1")
        if not part.is_active:
            raise MoveRefused(_("%(part)s is not in use any more.") % {"part": part}, code="part_1")
        if case is not None and not fits(part, case.model):
            text = _("%(part)s does not fit %(model)s.") % {"part": part, "model": case.model}
            raise MoveRefused(text, code="part_1")


@transaction.atomic
def approval_ended(*, row: Requisition, approved: bool, reason: str = "") -> Requisition:
    """The head of after-sales has spoken: what is free is kept for it, the rest waits for a receipt (PRT-13)."""
    if row.state != State.ASKED:
        return row
    fields = {"approved_at": timezone.now()} if approved else {}
    apply(row, REQUISITION["approve" if approved else "decline"], by=None, data={"reason": reason}, fields=fields)
    if not approved:
        return row
    for line in row.lines.select_related("part").order_by("part_id"):
        count = reserve(line)
        RequisitionLine.objects.filter(pk=line.pk).update(filled_at_once=count == line.quantity)
    title = _("Parts to issue: %(number)s for %(who)s") % {"number": row.number, "who": row.receiver}
    tell(users=with_permission(perm.PARTS_KEEP, row), title=title, subject=row, verb="requisition.approved")
    return row


@transaction.atomic
def issue(
    *, row: Requisition, by: Any, pieces: Sequence[Piece], scanned: str = "", expected_version: int | None = None
) -> Requisition:
    """Hand parts out to the receiver; what was scanned is what is issued (PRT-13, PRT-14)."""
    if not pieces:
        raise MoveRefused(_("Nothing to issue."), code="scanned")
    check_scanned(pieces, scanned)
    target = place_of(row.receiver)
    postings = []
    for piece in pieces:
        stored_here(piece.place, f"p_{piece.line.pk}")
        change_line(piece.line, "issued", piece.quantity, reserved=-piece.quantity)
        postings.append(Posting(MoveKind.ISSUE, piece.line.part, piece.quantity, piece.place, target, lot=piece.lot,
                                reserved=True, reference=row.number))  # fmt: skip
    post(postings=postings, by=by)
    done = not row.lines.filter(quantity__gt=F("issued")).exists()
    data = {"name": "；".join(f"{item.line.part.code} × {item.quantity}" for item in pieces)[:200]}
    apply(row, REQUISITION["issue"], by=by, data=data, expected_version=expected_version,
          target=State.ISSUED if done else None)  # fmt: skip
    if done and (form := row.policy.form(FORM)) and form.enabled:
        issue_paper(form_code=FORM, subject=row, by=by)
    title = _("Parts issued: %(number)s") % {"number": row.number}
    tell(users=[row.receiver], title=title, subject=row, verb="requisition.issued")
    return row


def change_line(line: RequisitionLine, field: str, count: int, **more: int) -> None:
    """Add to a number of a line while its pieces still add up; two keepers cannot issue one piece twice."""
    if count < 1:
        raise MoveRefused(_("At least one."), code=f"q_{line.pk}")
    rows = RequisitionLine.objects.filter(pk=line.pk)
    held = {"issued__gte": F("used") + F("given_back") + count}
    limits: dict[str, dict[str, Any]] = {
        "issued": {"reserved__gte": count}, "given_back": held, "used": held,
        "old_returned": {"used__gte": F("old_returned") + count},
    }  # fmt: skip
    changes = {field: F(field) + count, **{name: F(name) + value for name, value in more.items()}}
    if not rows.filter(**limits[field]).update(**changes):
        raise MoveRefused(_("%(part)s: not so many.") % {"part": line.part}, code=f"q_{line.pk}")


@transaction.atomic
def substitute(
    *, row: Requisition, by: Any, line: RequisitionLine, part: Part, expected_version: int | None = None
) -> Requisition:
    """Issue the successor instead: only one that engineering released, or one of the same kind (WO-20)."""
    if line.issued or not is_same(line.wanted, part) or not part.is_active:
        text = _("%(part)s may not stand for %(wanted)s.") % {"part": part, "wanted": line.wanted}
        raise MoveRefused(text, code="part")
    data = {"name": f"{line.part.code} → {part.code}"}
    apply(row, REQUISITION["substitute"], by=by, data=data, expected_version=expected_version)
    release(line)
    RequisitionLine.objects.filter(pk=line.pk).update(part=part)
    before, line.part = line.part, part
    reserve(line)
    fill_backorders([before])
    return row


@transaction.atomic
def give_back(
    *, row: Requisition, by: Any, line: RequisitionLine, quantity: int, place: Place, lot: str = "",
    expected_version: int | None = None,
) -> Requisition:  # fmt: skip
    """Unused parts go back into the store (PRT-16); whoever waits for them gets them."""
    stored_here(place, "place")
    data = {"name": f"{line.part.code} × {quantity}"}
    apply(row, REQUISITION["give_back"], by=by, data=data, expected_version=expected_version)
    change_line(line, "given_back", quantity)
    source = place_of(row.receiver)
    posting = Posting(MoveKind.GIVE_BACK, line.part, quantity, source, place, lot=lot, reference=row.number)
    post(postings=[posting], by=by)
    fill_backorders([line.part])
    return row


@transaction.atomic
def take_old(
    *, row: Requisition, by: Any, line: RequisitionLine, quantity: int, place: Place, lot: str = "",
    expected_version: int | None = None,
) -> Requisition:  # fmt: skip
    """The replaced part comes back as defective, without value; scrap or a claim on the supplier follows (PRT-16)."""
    stored_here(place, "place")
    data = {"name": f"{line.part.code} × {quantity}"}
    apply(row, REQUISITION["take_old"], by=by, data=data, expected_version=expected_version)
    change_line(line, "old_returned", quantity)
    bad = Condition.DEFECTIVE
    posting = Posting(
        MoveKind.OLD_PART, line.part, quantity, outside(PlaceKind.USED), place, bad, bad, lot=lot, reference=row.number
    )
    post(postings=[posting], by=by)
    return row


@transaction.atomic
def close(*, row: Requisition, by: Any, expected_version: int | None = None) -> Requisition:
    """Nothing is held any more: the paper is closed, what was still kept for it is free (PRT-16)."""
    apply(row, REQUISITION["close"], by=by, expected_version=expected_version)
    _let_go(row)
    return row


@transaction.atomic
def cancel(*, row: Requisition, by: Any, reason: str, expected_version: int | None = None) -> Requisition:
    """Call a requisition off before anything is issued; ``by`` None is the end of its case."""
    if by is not None and by.pk not in {row.asked_by_id, row.receiver_id} and not can(by, perm.PARTS_KEEP, row):
        raise Refused(perm.PARTS_ASK)
    apply(row, REQUISITION["cancel"], by=by, data={"reason": reason}, expected_version=expected_version)
    _let_go(row)
    return row


def _let_go(row: Requisition) -> None:
    lines = list(row.lines.select_related("part").order_by("part_id"))
    for line in lines:
        release(line)
    fill_backorders([line.part for line in lines])


def line_of(row: Requisition, values: Mapping[str, Any]) -> RequisitionLine:
    """The line that a form or a program names."""
    found = row.lines.select_related("part", "wanted").filter(pk=values["line"]).first()
    if found is None:
        raise MoveRefused(_("“%(value)s” is not known") % {"value": values["line"]}, code="line")
    return found
