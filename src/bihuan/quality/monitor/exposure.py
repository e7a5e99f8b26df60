"""The units behind the rates follow shipments and units, by the difference, whatever is stored (QIS-16)."""

from collections import Counter as Tally
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.db.models import QuerySet

from bihuan.quality.monitor.counting import run_many
from bihuan.quality.monitor.facts import month_of, scopes_of
from bihuan.quality.monitor.models import Exposed, Source
from bihuan.registry.products.models import InspectedLot, Shipment, Unit

START, MADE = "start", "made"
SHIPMENT_FIELDS = (
    "pk", "model__line_id", "model_id", "batch_id", "region_id", "shipped_on", "batch__produced_on", "quantity",
)  # fmt: skip
UNIT_FIELDS = (
    "pk", "model__line_id", "model_id", "batch_id", "customer__region_id", "installed_on", "produced_on",
    "batch__produced_on",
)  # fmt: skip
LOT_FIELDS = ("pk", "model__line_id", "model_id", "batch_id", "inspected_on", "batch__produced_on", "quantity")
PLAIN = ("line_id", "model_id", "batch_id", "region_id", "start_on", "made_month", "quantity")
ADD = """INSERT INTO monitor_exposure (source, scope, kind, period, quantity) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (source, scope, kind, period) DO UPDATE SET quantity = monitor_exposure.quantity + excluded.quantity"""


@dataclass(frozen=True, slots=True)
class Units:
    """So many units of one origin that began their life on a day; what was made when nobody knows, that same month."""

    subject_id: int
    line_id: int
    model_id: int
    batch_id: int | None
    region_id: int | None
    start_on: date
    made_month: date
    quantity: int


def shipped(rows: QuerySet[Shipment]) -> Iterator[Units]:
    """What lines of delivery notes count as."""
    fields = rows.order_by("pk").values_list(*SHIPMENT_FIELDS)
    for pk, line, model, batch, region, day, made, quantity in fields.iterator(chunk_size=5000):
        yield Units(pk, line, model, batch, region, day, month_of(made or day), quantity)


def installed(rows: QuerySet[Unit]) -> Iterator[Units]:
    """What single products count as; one that is not installed counts nowhere."""
    fields = rows.filter(installed_on__isnull=False).order_by("pk").values_list(*UNIT_FIELDS)
    for pk, line, model, batch, region, day, produced, made in fields.iterator(chunk_size=5000):
        yield Units(pk, line, model, batch, region, day, month_of(produced or made or day), 1)


def inspected(rows: QuerySet[InspectedLot]) -> Iterator[Units]:
    """What inspected lots count as; they belong to no region."""
    fields = rows.order_by("pk").values_list(*LOT_FIELDS)
    for pk, line, model, batch, day, made, quantity in fields.iterator(chunk_size=5000):
        yield Units(pk, line, model, batch, None, day, month_of(made or day), quantity)


@transaction.atomic
def expose_shipments(ids: Sequence[int]) -> set[str]:
    """Bring shipments to what they say now; returns the scopes whose sums changed."""
    return _bring(Source.SHIPPED, ids, shipped(Shipment.objects.filter(pk__in=ids)))


@transaction.atomic
def expose_units(ids: Sequence[int]) -> set[str]:
    """Bring installed units to what they say now; returns the scopes whose sums changed."""
    return _bring(Source.INSTALLED, ids, installed(Unit.objects.filter(pk__in=ids)))


@transaction.atomic
def expose_inspections(ids: Sequence[int]) -> set[str]:
    """Bring inspected lots to what they say now; returns the scopes whose sums changed."""
    return _bring(Source.INSPECTED, ids, inspected(InspectedLot.objects.filter(pk__in=ids)))


EXPOSE = {
    Source.SHIPPED: expose_shipments, Source.INSTALLED: expose_units, Source.INSPECTED: expose_inspections,
}  # fmt: skip


def _bring(source: Source, ids: Sequence[int], now: Iterable[Units]) -> set[str]:
    after = {row.subject_id: row for row in now}
    rows = Exposed.objects.filter(source=source, subject_id__in=ids).select_for_update()
    before = {row.subject_id: row for row in rows}
    changed = {pk for pk, row in after.items() if pk in before and not alike(before[pk], row)}
    fresh = [row for pk, row in after.items() if pk not in before]
    gone = [row for pk, row in before.items() if pk not in after]
    if not (changed or fresh or gone):
        return set()
    deltas: Tally[tuple[str, str, date]] = Tally()
    for old in [before[pk] for pk in changed] + gone:
        _tally(deltas, old, -1)
    for row in [after[pk] for pk in changed] + fresh:
        _tally(deltas, row, +1)
    Exposed.objects.bulk_create([_row(source, row) for row in fresh])
    Exposed.objects.filter(pk__in=[row.pk for row in gone]).delete()
    Exposed.objects.bulk_update([_moved(before[pk], after[pk]) for pk in changed], PLAIN, batch_size=200)
    add_up(source, deltas)
    return {scope for (scope, _kind, _period), n in deltas.items() if n}


def alike(one: Exposed, other: Units) -> bool:
    """Whether what is kept says what the row says now."""
    return all(getattr(one, name) == getattr(other, name) for name in PLAIN)


def _row(source: Source, row: Units) -> Exposed:
    return Exposed(source=source, subject_id=row.subject_id, **{name: getattr(row, name) for name in PLAIN})


def _moved(kept: Exposed, row: Units) -> Exposed:
    for name in PLAIN:
        setattr(kept, name, getattr(row, name))
    return kept


def _tally(deltas: Tally[tuple[str, str, date]], row: Exposed | Units, sign: int) -> None:
    for scope in scopes_of(row.line_id, row.model_id, row.batch_id, row.region_id).values():
        deltas[scope, START, row.start_on] += sign * row.quantity
        deltas[scope, MADE, row.made_month] += sign * row.quantity


def add_up(source: str, deltas: Mapping[tuple[str, str, date], int]) -> None:
    """Add differences to the sums, one statement for all."""
    day = connection.ops.adapt_datefield_value
    run_many(ADD, [(str(source), *key[:2], day(key[2]), n) for key, n in sorted(deltas.items()) if n])
