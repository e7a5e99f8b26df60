"""Reading the population of a scope: the shipments and units that its lines take in, by batch and shipment."""

from typing import Any

from django.db.models import Q, QuerySet

from bihuan.quality.recall.models import Recall, Scope
from bihuan.quality.recall.population import Found, Known, Sent, population
from bihuan.registry.products.models import Shipment, Unit


def _between(field: str, low: Any, high: Any, *, unknown: bool = False) -> Q:
    """A field within bounds that may be open; ``unknown`` takes in what nobody knows, to be on the safe side."""
    found = Q()
    if low:
        found &= Q(**{f"{field}__gte": low})
    if high:
        found &= Q(**{f"{field}__lte": high})
    return found | Q(**{f"{field}__isnull": True}) if unknown and (low or high) else found


def units_of(scope: Scope) -> QuerySet[Unit]:
    """Units that a line takes in, those that left the house; a day that nobody knows counts as within."""
    rows = Unit.objects.filter(model=scope.model_id)
    rows = rows.exclude(shipped_on__isnull=True, delivered_on__isnull=True, installed_on__isnull=True, customer=None)
    if scope.batch_id:
        rows = rows.filter(batch=scope.batch_id)
    if scope.serial_from:
        rows = rows.filter(serial__gte=scope.serial_from, serial__lte=scope.serial_to)
    own = _between("produced_on", scope.made_from, scope.made_to)
    if scope.made_from or scope.made_to:
        by_batch = _between("batch__produced_on", scope.made_from, scope.made_to, unknown=True)
        rows = rows.filter((Q(produced_on__isnull=False) & own) | (Q(produced_on__isnull=True) & by_batch))
    return rows.filter(_between("shipped_on", scope.shipped_from, scope.shipped_to, unknown=True))


def shipments_of(scope: Scope) -> QuerySet[Shipment]:
    """Delivery notes that a line takes in; a line of serials knows its units one by one and has none."""
    if scope.serial_from:
        return Shipment.objects.none()
    rows = Shipment.objects.filter(model=scope.model_id)
    if scope.batch_id:
        rows = rows.filter(batch=scope.batch_id)
    made = _between("batch__produced_on", scope.made_from, scope.made_to, unknown=True)
    return rows.filter(made, _between("shipped_on", scope.shipped_from, scope.shipped_to))


def read(recall: Recall) -> tuple[set[Sent], set[Known]]:
    """What the records say now: notes and units within the scope."""
    sent: set[Sent] = set()
    known: set[Known] = set()
    for scope in recall.scopes.all():
        notes = shipments_of(scope).values_list(
            "pk", "number", "line_no", "model", "batch", "customer", "region", "shipped_on", "quantity",
            "customer__region",
        )  # fmt: skip
        for pk, number, line, model, batch, customer, region, shipped_on, quantity, home in notes.iterator():
            sent.add(Sent(pk, f"{number}/{line}", model, batch, customer, region or home, shipped_on, quantity))
        units = units_of(scope).values_list(
            "pk", "serial", "model", "batch", "customer", "customer__region", "shipped_on"
        )
        known |= {Known(*row) for row in units.iterator()}
    return sent, known


def population_of(recall: Recall) -> list[Found]:
    """The population as the records say now."""
    return population(*read(recall))


def produced(recall: Recall) -> int | None:
    """How many were made of the batches of the scope, where that is known: beside the recall, never instead of it."""
    batches = {scope.batch for scope in recall.scopes.select_related("batch")}
    if not batches or None in batches:
        return None
    return sum(batch.quantity for batch in batches if batch)
