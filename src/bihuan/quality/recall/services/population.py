"""Freezing the population at the decision, adding what comes later, splitting quantities; never losing a unit."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.notify.services import tell
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.recall import permissions as perm
from bihuan.quality.recall.models import Affected, Recall, RecallState
from bihuan.quality.recall.models.units import ENDED
from bihuan.quality.recall.population import Found, Group, Sent, digest, population, rest_of, total
from bihuan.quality.recall.scoping import population_of, read
from bihuan.quality.recall.workflow import UNIT_WORKFLOW, WORKFLOW
from bihuan.registry.people.queries import with_permission

BATCH = 1000


def _row(recall: Recall, found: Found, quantity: int, *, addition: bool = False) -> Affected:
    return Affected(
        recall=recall, quantity=quantity, unit_id=found.unit, serial=found.serial, shipment_id=found.shipment,
        model_id=found.model, batch_id=found.batch, customer_id=found.customer, region_id=found.region,
        shipped_on=found.shipped_on, is_addition=addition,
    )  # fmt: skip


@transaction.atomic
def freeze(*, recall: Recall) -> int:
    """Write the population of the decision, with its hash; it is written once."""
    if recall.is_decided:
        raise MoveRefused(_("The population is frozen already."), code="state")
    found = population_of(recall)
    Affected.objects.bulk_create([_row(recall, row, row.quantity) for row in found], batch_size=BATCH)
    values = {"frozen_at": timezone.now(), "frozen_total": total(found), "frozen_sha256": digest(found)}
    Recall.objects.filter(pk=recall.pk).update(**values)
    for name, value in values.items():
        setattr(recall, name, value)
    record(subject=recall, verb="recall.frozen", by=None, data={"total": total(found), "sha256": digest(found)})
    return total(found)


def is_reproduced(recall: Recall) -> bool:
    """Whether the records still give the population of the decision; later shipments say no, and are additions."""
    return digest(population_of(recall)) == recall.frozen_sha256


def missing(recall: Recall) -> list[Found]:
    """What lies within the scope now and stands in no row: later shipments, larger ones, units without a note.

    Units that became known since are no addition while their batch has units without serials: they are those.
    """
    if not recall.is_decided:
        return []
    sent, known = read(recall)
    rows = recall.affected.values("model", "batch").annotate(n=Sum("quantity"))
    have: Counter[Group] = Counter({(row["model"], row["batch"]): row["n"] for row in rows.order_by()})
    found, want = population(sent, known), Counter[Group]()
    for item in found:
        want[item.group] += item.quantity
    short = Counter({group: want[group] - have[group] for group in want if want[group] > have[group]})
    return [*_new_of_notes(recall, sent, short), *_new_units(recall, found, short)] if short else []


def _new_of_notes(recall: Recall, sent: Iterable[Sent], short: Counter[Group]) -> Iterator[Found]:
    """Of each note what was not taken of it yet, as far as its batch lacks units."""
    per_note = recall.affected.filter(shipment__isnull=False).values_list("shipment").annotate(n=Sum("quantity"))
    taken = Counter(dict(per_note.order_by()))
    for note in sorted(sent, key=lambda row: (row.shipped_on, row.note)):
        group = (note.model, note.batch)
        most = min(note.quantity - taken[note.pk], short[group])
        if most > 0:
            short[group] -= most
            yield rest_of(note, most)


def _new_units(recall: Recall, found: Iterable[Found], short: Counter[Group]) -> Iterator[Found]:
    """Units that no note holds, as far as their batch still lacks units."""
    units = set(recall.affected.filter(unit__isnull=False).values_list("unit", flat=True))
    serials = set(recall.affected.exclude(serial="").values_list("serial", flat=True))
    for item in found:
        is_new = item.unit is not None and item.unit not in units and item.serial not in serials
        if is_new and item.shipment is None and short[item.group] > 0:
            short[item.group] -= 1
            yield item


@transaction.atomic
def look_again(*, recall: Recall) -> int:
    """Bring the rows to what the records say: serials that became known, then later units as additions.

    What was frozen stays; nothing is ever taken away. Returns how many units came. A completed recall goes on.
    """
    recall = Recall.objects.select_for_update().get(pk=recall.pk)
    if recall.state not in {RecallState.PREPARING, RecallState.RUNNING, RecallState.COMPLETED}:
        return 0
    fresh = missing(recall)
    came = total(fresh)
    if fresh:
        rows = [_row(recall, item, item.quantity, addition=True) for item in fresh]
        Affected.objects.bulk_create(rows, batch_size=BATCH)
        notes = sorted({item.note for item in fresh if item.note})
        record(subject=recall, verb="recall.added", by=None, data={"total": came, "name": "、".join(notes[:5])})
        if recall.state == RecallState.COMPLETED:
            apply(recall, WORKFLOW["resume"], by=None, fields={"completed_at": None})
            Recall.objects.filter(pk=recall.pk).update(cycle=F("cycle") + 1)
        _tell(recall, came)
    recognise(recall)
    return came


def _tell(recall: Recall, came: int) -> None:
    users = [recall.owner] if recall.owner else with_permission(perm.RECALL_MANAGE, recall)
    title = _("%(number)s: %(count)s units of the recalled scope were shipped or booked after the decision")
    words = {"number": recall.number, "count": came}
    tell(users=users, title=title % words, subject=recall, level="urgent", verb="recall.added")


def recognise(recall: Recall) -> int:
    """Give rows without serials the units that became known since, one each."""
    known = set(recall.affected.filter(unit__isnull=False).values_list("unit", flat=True))
    learned = 0
    for item in population_of(recall):
        if item.unit is None or item.unit in known:
            continue
        row = same_serial(recall, item.serial) or rest_for(recall, item)
        if row is not None:
            identify(row=row, serial=item.serial, unit_id=item.unit, customer_id=item.customer)
            learned += 1
    return learned


def same_serial(recall: Recall, serial: str) -> Affected | None:
    """The row of a serial that an owner told before the registry knew it."""
    return recall.affected.filter(serial=serial, unit__isnull=True).first()


def rest_for(recall: Recall, item: Found) -> Affected | None:
    """The row without serials to which a unit belongs: of its note, else of its batch, the not yet ended ones."""
    rows = recall.affected.filter(serial="", model=item.model, batch=item.batch).exclude(state__in=ENDED)
    return rows.filter(shipment=item.shipment).order_by("id").first() or rows.order_by("id").first()


@transaction.atomic
def split(*, row: Affected, quantity: int, expected_version: int | None = None) -> Affected:
    """Take so many units out of a row, as a row of their own in the same state; the sum stays."""
    if not 0 < quantity <= row.quantity:
        raise MoveRefused(_("From 1 to %(most)s units.") % {"most": row.quantity}, code="quantity")
    seen = row.version if expected_version is None else expected_version
    rows = Affected.objects.filter(pk=row.pk, version=seen, quantity=row.quantity)
    if quantity == row.quantity:
        return row
    if not rows.update(quantity=F("quantity") - quantity, version=F("version") + 1):
        raise MoveRefused(_("Somebody else has just changed this. Please look again."), code="conflict")
    part = Affected.objects.get(pk=row.pk)
    part.pk, part.version, part.quantity = None, 0, quantity
    part._state.adding = True
    part.save(force_insert=True)
    row.refresh_from_db()
    return part


@transaction.atomic
def identify(
    *, row: Affected, serial: str, unit_id: int | None = None, customer_id: int | None = None, by: Any = None,
    holder_name: str = "", holder_phone: str = "",
) -> Affected:  # fmt: skip
    """A unit out of a row gets its serial, and its holder where he is known; one that is already known stays."""
    part = split(row=row, quantity=1) if not row.serial else row
    fields: dict[str, Any] = {
        "serial": serial, "unit_id": unit_id or part.unit_id, "customer_id": customer_id or part.customer_id,
        "holder_name": holder_name or part.holder_name, "holder_phone": holder_phone or part.holder_phone,
    }  # fmt: skip
    return apply(part, UNIT_WORKFLOW["identify"], by=by, data={"name": serial}, fields=fields)
