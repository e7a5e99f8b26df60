"""Counting what is there and posting the differences (PRT-04)."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.approvals.services import decides_alone, open_approval
from bihuan.core.numbering.services import next_number
from bihuan.core.permissions.services import require
from bihuan.core.policy import queries as policy
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.spares.models import Part, Tracking
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import (
    Balance,
    Condition,
    Count,
    CountLine,
    CountState,
    MoveKind,
    Place,
    PlaceKind,
    Stock,
)
from bihuan.service.parts.services.keeping import kept_here
from bihuan.service.parts.services.ledger import Posting, outside, post
from bihuan.service.parts.services.reserving import fill_backorders
from bihuan.service.parts.workflow import COUNT


@transaction.atomic
def open_count(*, by: Any, kind: str, place: Place, freezes: bool = False) -> Count:
    """Begin a count of a place: a sheet with all that lies there, without the quantities (PRT-04)."""
    require(by, perm.PARTS_KEEP)
    kept_here(place, "place")
    version = policy.current()
    pattern = policy.parsed(version).numbering.get("part_count", "PD{yyyymm}-{seq:03d}")
    try:
        with transaction.atomic():
            count = Count.objects.create(
                number=next_number("part_count", pattern), policy_version=version, kind=kind, place=place,
                freezes=freezes, opened_by=by, created_at=timezone.now(),
            )  # fmt: skip
    except IntegrityError as error:
        raise MoveRefused(_("%(place)s is being counted already.") % {"place": place}, code="place") from error
    rows = Balance.objects.filter(place=place, quantity__gt=0)
    CountLine.objects.bulk_create(
        CountLine(count=count, part_id=row.part_id, condition=row.condition, lot=row.lot, expected=row.quantity)
        for row in rows
    )
    if freezes:
        Place.objects.filter(pk=place.pk).update(is_frozen=True)
    record(subject=count, verb="count.opened", by=by, data={"name": str(place)})
    return count


@transaction.atomic
def enter(*, count: Count, by: Any, line: CountLine, counted: int, expected_version: int | None = None) -> CountLine:
    """Write down what was found; what the ledger says at this moment is kept beside it, unseen (PRT-04)."""
    apply(count, COUNT["enter"], by=by, data={"name": f"{line.part.code} {counted}"}, expected_version=expected_version)
    have = Balance.objects.filter(part=line.part, place=count.place, condition=line.condition, lot=line.lot)
    fields = {
        "counted": counted, "counted_by": by, "counted_at": timezone.now(), "cause": "",
        "expected": have.values_list("quantity", flat=True).first() or 0,
    }  # fmt: skip
    CountLine.objects.filter(pk=line.pk, count=count).update(**fields)
    line.refresh_from_db()
    return line


@transaction.atomic
def enter_part(*, count: Count, by: Any, part: Part, condition: str, counted: int, lot: str = "") -> CountLine:
    """Write down what was found of a part, also one of which the sheet knows nothing; several people may count at once,
    each in the newest state of the paper (PRT-04).
    """
    if (part.tracking == Tracking.QUANTITY) != (not lot.strip()):
        text = _("%(part)s: give the batch or serial number.") if not lot else _("%(part)s has no batches or serials.")
        raise MoveRefused(text % {"part": part}, code="lot")
    line, _is_new = CountLine.objects.get_or_create(
        count=count, part=part, condition=condition, lot=lot.strip(), defaults={"expected": 0}
    )
    return enter(count=count, by=by, line=line, counted=counted)


@transaction.atomic
def finish_count(
    *, count: Count, by: Any, causes: Mapping[int, str], expected_version: int | None = None
) -> Count:  # fmt: skip
    """Everything is counted and each surplus and shortage has its cause: the head of after-sales decides (PRT-04)."""
    all_counted(count)
    for line in differing(count):
        cause = causes.get(line.pk, line.cause).strip()
        if not cause:
            raise MoveRefused(_("Say the cause of each surplus and shortage."), code=f"c_{line.pk}")
        CountLine.objects.filter(pk=line.pk).update(cause=cause[:200])
    apply(count, COUNT["finish"], by=by, data={"name": summary(count)}, expected_version=expected_version)
    if not differing(count) or decides_alone(count.policy, "part_count", by):
        return count_decided(count=count, approved=True, by=by)
    title = _("%(number)s: differences of the count of %(place)s") % {"number": count.number, "place": count.place}
    open_approval(subject=count, chain_subject="part_count", title=title, by=by)
    count.refresh_from_db()
    return count


def found_otherwise(count: Count) -> list[CountLine]:
    """The differences of a count, refused while something is not counted: until then it is blind (PRT-04)."""
    all_counted(count)
    return differing(count)


def all_counted(count: Count) -> None:
    """Refuse a sheet on which a number is missing."""
    if count.lines.filter(counted__isnull=True).exists():
        raise MoveRefused(_("Something is not counted yet."))


def differing(count: Count) -> list[CountLine]:
    """Lines that are not as the ledger says."""
    return [line for line in count.lines.select_related("part") if line.difference]


def summary(count: Count) -> str:
    """How many lines agree (stock accuracy)."""
    return f"{count.lines.count() - len(differing(count))} / {count.lines.count()}"


@transaction.atomic
def count_decided(*, count: Count, approved: bool, by: Any) -> Count:
    """Post the differences with their causes, at the average value; or count again (PRT-04)."""
    if count.state != CountState.ASKED:
        return count
    if not approved:
        return apply(count, COUNT["again"], by=None)
    apply(count, COUNT["post"], by=None, fields={"posted_at": timezone.now()}, actor_name=str(by or ""))
    lines = differing(count)
    post(postings=[_difference(count, line) for line in lines], by=by)
    Place.objects.filter(pk=count.place_id).update(is_frozen=False)
    fill_backorders([line.part for line in lines])
    return count


def _difference(count: Count, line: CountLine) -> Posting:
    found, pieces, condition = line.difference > 0, abs(line.difference), Condition(line.condition)
    stock = Stock.objects.filter(part=line.part).first()
    average = stock.share(pieces) if stock else 0
    places = (outside(PlaceKind.COUNT), count.place) if found else (count.place, outside(PlaceKind.COUNT))
    return Posting(
        MoveKind.SURPLUS if found else MoveKind.SHORTAGE, line.part, pieces, *places, condition, condition,
        lot=line.lot, amount=average if found and condition == Condition.GOOD else 0, reference=count.number,
        reason=line.cause,
    )  # fmt: skip


@transaction.atomic
def cancel_count(*, count: Count, by: Any, reason: str, expected_version: int | None = None) -> Count:
    """Give up a count; the place moves again."""
    apply(count, COUNT["cancel"], by=by, data={"reason": reason}, expected_version=expected_version)
    Place.objects.filter(pk=count.place_id).update(is_frozen=False)
    return count
