"""Keeping products."""

import secrets
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.documents.services import issue
from bihuan.core.files.models import StoredFile
from bihuan.core.numbering.services import next_number
from bihuan.core.policy import queries as policy
from bihuan.core.search import services as search
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.customers.models import Customer
from bihuan.registry.products.models import Ending, ProductDocument, ProductModel, ServiceCard, Unit, UnitRepair

IN_USE: dict[str, Any] = {"ending": "", "ended_on": None}


def normalise_serial(text: str) -> str:
    """Write a serial as it is kept: narrow, upper case, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())[:60]


@transaction.atomic
def create_unit(*, serial: str, model: ProductModel, by: Any, **fields: Any) -> Unit:
    """Register one product with its serial."""
    unit = Unit.objects.create(
        serial=normalise_serial(serial), model=model, public_token=secrets.token_urlsafe(9), **fields
    )
    index_unit(unit)
    record(subject=unit, verb="unit.created", by=by, data={"serial": unit.serial})
    return unit


@transaction.atomic
def update_unit(*, unit: Unit, by: Any, **fields: Any) -> Unit:
    """Change a unit; the journal keeps what was before. With another customer it is in use again."""
    if fields.get("customer") and fields["customer"] != unit.customer:
        fields = {**fields, **IN_USE}
    before = {key: str(getattr(unit, key)) for key in fields}
    for key, value in fields.items():
        setattr(unit, key, value)
    unit.save()
    index_unit(unit)
    after = {key: str(value) for key, value in fields.items()}
    record(subject=unit, verb="unit.changed", by=by, data={"before": before, "after": after})
    return unit


def index_unit(unit: Unit) -> None:
    """Write the search entry of a unit."""
    index_units([unit])


def index_units(units: Sequence[Unit]) -> None:
    """Write the search entries of units."""
    now = timezone.now()
    search.index_many([search.Text(unit, unit.serial, _words(unit), now) for unit in units])


def _words(unit: Unit) -> str:
    owner = unit.customer.name if unit.customer else ""
    return f"{unit.model.code} {unit.model.name}\n{owner}\n{unit.order_no}"


@transaction.atomic
def publish_document(
    *,
    model: ProductModel,
    kind: str,
    title: str,
    revision: str,
    file: StoredFile,
    owner: Any,
    by: Any,
    valid_from: date,
) -> ProductDocument:
    """Publish a revision of a model's document; the one before it stays and is no longer current (CUS-05)."""
    ProductDocument.objects.filter(model=model, kind=kind, title=title, is_current=True).update(is_current=False)
    document = ProductDocument.objects.create(
        model=model, kind=kind, title=title, revision=revision, file=file, owner=owner, valid_from=valid_from
    )
    data = {"kind": kind, "title": title, "revision": revision, "name": f"{title} {revision}"}
    record(subject=model, verb="model.document_published", by=by, data=data)
    return document


@transaction.atomic
def register_card(*, unit: Unit, customer: Customer, installed_on: date, by: Any, **fields: Any) -> ServiceCard:
    """Register the service card of an installed product; the unit learns its
    installation date, and the card is issued as paper F16 (CUS-02, CUS-07)."""
    pattern = policy.default().numbering.get("service_card", "FK{yyyymm}-{seq:05d}")
    card = ServiceCard.objects.create(
        unit=unit,
        customer=customer,
        installed_on=installed_on,
        number=next_number("service_card", pattern),
        **fields,
    )
    Unit.objects.filter(pk=unit.pk).update(installed_on=installed_on, customer=customer, **IN_USE)
    record(subject=unit, verb="unit.card_registered", by=by, data={"number": card.number})
    if policy.default().form("F16"):
        issue(form_code="F16", subject=Unit.objects.get(pk=unit.pk), by=by)
    return card


@transaction.atomic
def record_repair(*, unit: Unit, source: str, by: Any, **fields: Any) -> UnitRepair:
    """Write a repair into the life of a unit, once per source; the warranty counts from it (RET-06)."""
    row, created = UnitRepair.objects.update_or_create(source=source, defaults={"unit": unit, **fields})
    if created or row.done_on is not None:
        verb = "unit.repaired" if row.done_on else "unit.brought_for_repair"
        record(subject=unit, verb=verb, by=by, data={"name": source, "outcome": row.outcome})
    return row


@transaction.atomic
def end_unit(*, unit: Unit, ending: str, on: date, by: Any) -> Unit:
    """The unit is back with us for good, or scrapped: from this day nobody uses it (RET-07)."""
    unit.ending, unit.ended_on = Ending(ending), on
    unit.save(update_fields=["ending", "ended_on"])
    record(subject=unit, verb=f"unit.{unit.ending}", by=by, data={"name": f"{on:%Y-%m-%d}"})
    return unit


def check_in_use(unit: Unit) -> None:
    """Refuse what only a unit in use can have: a return, a loan, an exchange, care (RET-07)."""
    if unit.ended_on is not None:
        values = {"serial": unit.serial, "how": unit.get_ending_display(), "day": f"{unit.ended_on:%Y-%m-%d}"}
        raise MoveRefused(_("%(serial)s is no longer in use: %(how)s on %(day)s.") % values, code="unit")


@transaction.atomic
def exchange_unit(*, old: Unit, new: Unit, on: date, by: Any) -> Unit:
    """Give another unit for one: it takes over owner and place, its warranty begins anew on the day (RET-07).

    The old one is taken back.
    Each unit is exchanged once and given once; the unique column refuses who comes second at the same time.
    """
    if Unit.objects.filter(replaces=old.pk).exists():
        raise MoveRefused(_("This unit was exchanged already."), code="unit")
    check_in_use(new)
    fields = {"customer_id": old.customer_id, "site_id": old.site_id, "warranty_id": old.warranty_id,
              "order_no": old.order_no, "replaces_id": old.pk, "replaced_on": on,
              "replacement_no": old.replacement_no + 1}  # fmt: skip
    changed = Unit.objects.filter(pk=new.pk, replaces__isnull=True).exclude(pk=old.pk).update(**fields)
    if not changed:
        raise MoveRefused(_("This unit was given in exchange already."), code="unit")
    record(subject=old, verb="unit.exchanged", by=by, data={"name": new.serial})
    end_unit(unit=old, ending=Ending.RETURNED, on=on, by=by)
    record(subject=new, verb="unit.given_in_exchange", by=by, data={"name": old.serial})
    new.refresh_from_db()
    index_unit(new)
    return new
