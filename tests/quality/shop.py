"""Cases with a code, and what was shipped before them, through the services."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from bihuan.core.activity.services import record
from bihuan.core.jobs.relay import run_due
from bihuan.core.policy.services import read_file, save_version
from bihuan.quality.monitor.models import Alarm, Cell
from bihuan.registry.faults.models import FailureMechanism
from bihuan.registry.products.models import Batch, InspectedLot, ProductModel, Shipment, Unit
from bihuan.registry.products.services import create_unit
from bihuan.service.desk.models import Case
from bihuan.service.desk.services.registration import register_case
from bihuan.service.desk.services.triage import code_case, triage_case
from tests.cast import Cast


def mechanism(code: str = "wear") -> FailureMechanism:
    """A failure mechanism."""
    return FailureMechanism.objects.get_or_create(code=code, defaults={"name": f"机理 {code}"})[0]


def ship(
    cast: Cast, quantity: int, *, on: date | None = None, model: ProductModel | None = None, **more: Any
) -> Shipment:
    """Ship units, journalled as every entry of a delivery note is."""
    number = f"FH{Shipment.objects.count():05d}"
    row = Shipment.objects.create(
        number=number, model=model or cast.model, quantity=quantity, shipped_on=on or months_ago(3), **more
    )
    record(subject=row, verb="shipment.created", by=None)
    run_due()
    return row


def inspect(cast: Cast, quantity: int) -> InspectedLot:
    """Inspect a lot."""
    number = f"JY{InspectedLot.objects.count():05d}"
    row = InspectedLot.objects.create(number=number, model=cast.model, quantity=quantity, inspected_on=months_ago(3))
    record(subject=row, verb="inspected_lot.created", by=None)
    run_due()
    return row


def months_ago(count: int) -> date:
    """The fifteenth of a month before this one."""
    month = timezone.localdate().replace(day=15)
    for _index in range(count):
        month = (month.replace(day=1) - timedelta(days=1)).replace(day=15)
    return month


def unit(
    cast: Cast,
    serial: str,
    *,
    model: ProductModel | None = None,
    shipped: date | None = None,
    batch: Batch | None = None,
) -> Unit:
    """One product."""
    return create_unit(
        serial=serial,
        model=model or cast.model,
        by=None,
        customer=cast.customer,
        shipped_on=shipped or months_ago(3),
        batch=batch,
    )


def case(cast: Cast, *, at: datetime | None = None, **report: Any) -> Case:
    """A registered case without a unit, unless one is given."""
    fields = {"unit": None, "model": cast.model, "complained_at": at, **report}
    return register_case(report=cast.report(**fields), by=cast.alice)


def judged(cast: Cast, item: Case, **values: Any) -> Case:
    """Judge it a product defect."""
    fields = {
        "nature": "defect",
        "urgency": 1,
        "severity": 1,
        "impact": 1,
        "owner": cast.erik,
        "symptom": cast.symptom,
        **values,
    }
    return triage_case(case=item, by=cast.bob, values=fields)


def coded(cast: Cast, code: str = "wear", *, cause: Any = None, **report: Any) -> Case:
    """A case that is judged and has its mechanism."""
    item = judged(cast, case(cast, **report))
    return code_case(
        case=item, by=cast.erik, values={"mechanism": mechanism(code), "cause_category": cause or cast.cause}
    )


def many(cast: Cast, count: int, code: str = "wear") -> list[Case]:
    """So many defective units, each without a serial."""
    return [coded(cast, code) for _index in range(count)]


def cell(code: str = "wear", level: str = "model", model: str = "SC-7") -> Cell:
    """The cell of a mechanism."""
    rows = Cell.objects.filter(level=level, mechanism__code=code)
    return rows.get(model__code=model) if level == "model" else rows.get()


def alarms(rule: str) -> list[Alarm]:
    """Alarms of a rule, the oldest first."""
    return list(Alarm.objects.filter(rule=rule).order_by("pk"))


def policy(**monitor: Any) -> None:
    """Put other settings of the monitor in force for the general profile."""
    data = read_file("general")
    data["monitor"] = {**data["monitor"], **monitor}
    save_version(data=data, by=None)
    run_due()
