"""Importing models, batches, units and shipments from tables."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import itemgetter
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.core.importing import registry, values
from bihuan.core.importing.registry import Column, ImportKind, Row
from bihuan.core.importing.upsert import Upsert, lookup
from bihuan.registry.customers.models import Customer
from bihuan.registry.people.models import Region
from bihuan.registry.products import permissions as perm
from bihuan.registry.products.models import Batch, InspectedLot, ProductLine, ProductModel, Shipment, Unit
from bihuan.registry.products.services import index_units, normalise_serial

T = TypeVar("T")
UNIT_PLAIN = ("order_no", "produced_on", "shipped_on", "delivered_on", "invoiced_on", "installed_on")
MODEL = Column(
    "model", gettext_lazy("model"), values.text(60), ("型号", "产品型号", "物料编码"), required=True, example="SC-7"
)
CUSTOMER = Column(
    "customer", gettext_lazy("customer"), values.text(120), ("客户", "客户编号", "客户名称"), example="KH000123"
)
BATCH = Column("batch", gettext_lazy("batch no."), values.text(60), ("批次", "批号", "生产批号"), example="B202603-02")


def serial(cell: Any) -> str:
    """A serial number as it is kept."""
    return normalise_serial(values.text(80)(cell))


@dataclass
class Known:
    """What a part of a file refers to, read with one query a table."""

    models: dict[str, ProductModel]
    customers: dict[str, Customer]
    batches: dict[tuple[int, str], Batch]

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Known":
        """Read what the rows name."""
        models = lookup(ProductModel, "code", [row.values["model"] for row in rows])
        names = [row.values.get("customer") for row in rows]
        numbers = [row.values.get("batch", "") for row in rows]
        batches = Batch.objects.filter(number__in=set(numbers), model__in=[model.pk for model in models.values()])
        customers = lookup(Customer, "name", names, is_active=True) | lookup(Customer, "code", names)
        return cls(models, customers, {(row.model_id, row.number): row for row in batches})

    def model(self, row: Row) -> ProductModel | None:
        """The model that a row names, or a refusal."""
        return self._named(row, "model", self.models)

    def customer(self, row: Row) -> Customer | None:
        """The customer that a row names; no name is no customer."""
        return self._named(row, "customer", self.customers) if "customer" in row.values else None

    @staticmethod
    def _named(row: Row, name: str, table: dict[str, T]) -> T | None:
        found = table.get(row.values[name])
        if found is None:
            row.refuse(_("“%(value)s” is not known") % {"value": row.values[name]})
        return found

    def batch(self, row: Row, model: ProductModel, *, dry: bool) -> Batch | None:
        """The batch that a row names; a new number makes a new batch."""
        number = row.values.get("batch")
        if not number:
            return None
        batch = self.batches.get((model.pk, number))
        if batch is None:
            batch = Batch(model=model, number=number)
            if not dry:
                batch.save()
            self.batches[model.pk, number] = batch
        return batch


def load_models(rows: Sequence[Row], by: Any, dry: bool) -> None:
    """Take models in; their line must be known."""
    lines = {name: row for row in ProductLine.objects.all() for name in (row.code, row.name)}
    known = lookup(ProductModel, "code", [row.values["code"] for row in rows])
    upsert = Upsert(ProductModel, name="model", by=by, dry=dry)
    for row in rows:
        line = lines.get(row.values["line"])
        if line is None:
            row.refuse(_("“%(value)s” is not known") % {"value": row.values["line"]})
            continue
        fields = {name: row.values[name] for name in ("name", "specification", "drawing_no") if name in row.values}
        code = row.values["code"]
        upsert.take(row, known.get(code), partial(ProductModel, code=code), {**fields, "line_id": line.pk})
    upsert.write()


def load_batches(rows: Sequence[Row], by: Any, dry: bool) -> None:
    """Take batches in."""
    known = Known.of(rows)
    upsert = Upsert(Batch, name="batch", by=by, dry=dry)
    for row in rows:
        if model := known.model(row):
            number = row.values["batch"]
            fields = {name: row.values[name] for name in ("produced_on", "quantity") if name in row.values}
            make = partial(Batch, model=model, number=number)
            upsert.take(row, known.batches.get((model.pk, number)), make, fields)
    upsert.write()


def load_units(rows: Sequence[Row], by: Any, dry: bool) -> None:
    """Take units in; one serial is one unit."""
    known, have = Known.of(rows), lookup(Unit, "serial", [row.values["serial"] for row in rows])
    upsert = Upsert(Unit, name="unit", by=by, dry=dry)
    for row in rows:
        model, customer = known.model(row), known.customer(row)
        if model is None or row.problems:
            continue
        fields: dict[str, Any] = {name: row.values[name] for name in UNIT_PLAIN if name in row.values}
        fields["model_id"] = model.pk
        if customer:
            fields["customer_id"] = customer.pk
        if batch := known.batch(row, model, dry=dry):
            fields["batch_id"] = batch.pk
        number = row.values["serial"]
        upsert.take(row, have.get(number), partial(_new_unit, number), fields)
    written = [unit.pk for unit in upsert.write()]
    index_units(list(Unit.objects.filter(pk__in=written).select_related("model", "customer")))


def _new_unit(number: str) -> Unit:
    return Unit(serial=number, public_token=secrets.token_urlsafe(9))


def load_shipments(rows: Sequence[Row], by: Any, dry: bool) -> None:
    """Take deliveries in; a line of a delivery note is the same by note and line number."""
    known, regions = Known.of(rows), {name: row for row in Region.objects.all() for name in (row.code, row.name)}
    found = Shipment.objects.filter(number__in={row.values["number"] for row in rows})
    have = {(row.number, row.line_no): row for row in found}
    upsert = Upsert(Shipment, name="shipment", by=by, dry=dry)
    for row in rows:
        model, customer = known.model(row), known.customer(row)
        region = regions.get(row.values.get("region", ""))
        if "region" in row.values and region is None:
            row.refuse(_("“%(value)s” is not known") % {"value": row.values["region"]})
        if model is None or row.problems:
            continue
        fields = {"model_id": model.pk, "shipped_on": row.values["shipped_on"], "quantity": row.values["quantity"]}
        if customer:
            fields["customer_id"] = customer.pk
        if region or (customer and customer.region_id):
            fields["region_id"] = region.pk if region else customer.region_id if customer else None
        if batch := known.batch(row, model, dry=dry):
            fields["batch_id"] = batch.pk
        number, line = row.values["number"], row.values.get("line_no", 1)
        upsert.take(row, have.get((number, line)), partial(Shipment, number=number, line_no=line), fields)
    upsert.write()


def load_inspections(rows: Sequence[Row], by: Any, dry: bool) -> None:
    """Take inspected lots in; a lot is the same by its number."""
    known, have = Known.of(rows), lookup(InspectedLot, "number", [row.values["number"] for row in rows])
    upsert = Upsert(InspectedLot, name="inspected_lot", by=by, dry=dry)
    for row in rows:
        model = known.model(row)
        if model is None or row.problems:
            continue
        fields = {
            "model_id": model.pk, "inspected_on": row.values["inspected_on"], "quantity": row.values["quantity"],
        }  # fmt: skip
        if batch := known.batch(row, model, dry=dry):
            fields["batch_id"] = batch.pk
        number = row.values["number"]
        upsert.take(row, have.get(number), partial(InspectedLot, number=number), fields)
    upsert.write()


def _dates(*columns: tuple[str, Any, tuple[str, ...]]) -> tuple[Column, ...]:
    return tuple(Column(code, label, values.day, aliases, example="2026-03-15") for code, label, aliases in columns)


MODELS = (
    Column(
        "line", gettext_lazy("product line"), values.text(80), ("产品线", "系列"), required=True, example="appliance"
    ),
    Column("code", gettext_lazy("model"), values.text(60), ("型号", "产品型号"), required=True, example="SC-7"),
    Column("name", gettext_lazy("name"), values.text(120), ("名称", "产品名称"), required=True, example="触控主机"),
    Column("specification", gettext_lazy("specification"), values.text(200), ("规格",)),
    Column("drawing_no", gettext_lazy("drawing no."), values.text(60), ("图号",)),
)
BATCHES = (
    MODEL,
    replace(BATCH, required=True),
    *_dates(("produced_on", gettext_lazy("production date"), ("生产日期",))),
    Column("quantity", gettext_lazy("quantity"), values.whole(), ("数量", "生产数量"), example="500"),
)
UNITS = (
    Column("serial", gettext_lazy("serial no."), serial, ("序列号", "机号", "SN", "出厂编号"), required=True,
           example="SN261284341"),
    MODEL, CUSTOMER, BATCH,
    Column("order_no", gettext_lazy("order no."), values.text(60), ("订单号", "合同号")),
    *_dates(
        ("produced_on", gettext_lazy("production date"), ("生产日期",)),
        ("shipped_on", gettext_lazy("shipping date"), ("发货日期", "出厂日期")),
        ("delivered_on", gettext_lazy("delivery date"), ("交付日期",)),
        ("invoiced_on", gettext_lazy("purchase date"), ("购买日期", "开票日期")),
        ("installed_on", gettext_lazy("installation date"), ("安装日期",)),
    ),
)  # fmt: skip
INSPECTIONS = (
    Column("number", gettext_lazy("inspection no."), values.text(60), ("检验单号", "检验批号"), required=True,
           example="JY20260315-001"),
    MODEL, BATCH,
    Column("inspected_on", gettext_lazy("inspected on"), values.day, ("检验日期",), required=True,
           example="2026-03-15"),
    Column("quantity", gettext_lazy("inspected pieces"), values.whole(1), ("检验数量",), required=True, example="120"),
)  # fmt: skip
SHIPMENTS = (
    Column("number", gettext_lazy("delivery note"), values.text(60), ("发货单号", "出库单号"), required=True,
           example="FH20260315-001"),
    Column("line_no", gettext_lazy("line"), values.whole(1, 100_000), ("行号",), example="1"),
    MODEL, BATCH, CUSTOMER,
    Column("region", gettext_lazy("region"), values.text(80), ("区域", "大区"), example="华东"),
    replace(_dates(("shipped_on", gettext_lazy("shipping date"), ("发货日期", "出库日期")))[0], required=True),
    Column("quantity", gettext_lazy("quantity"), values.whole(1), ("数量", "发货数量"), required=True, example="24"),
)  # fmt: skip


def _register(code: str, label: Any, columns: tuple[Column, ...], key: Callable[[dict[str, Any]], Any],
              load: registry.Load, go_to: str, hint: Any) -> None:  # fmt: skip
    registry.register(ImportKind(code, label, perm.PRODUCTS_IMPORT, columns, key, load, go_to, hint))


_register("models", gettext_lazy("Models"), MODELS, itemgetter("code"), load_models, "products:models",
          gettext_lazy("Models of a product line; known by their code."))  # fmt: skip
_register("batches", gettext_lazy("Batches"), BATCHES, itemgetter("model", "batch"), load_batches, "",
          gettext_lazy("Production batches of a model; known by model and number."))  # fmt: skip
_register("units", gettext_lazy("Units"), UNITS, itemgetter("serial"), load_units, "products:units",
          gettext_lazy("Single products by serial number, with their customer and dates."))  # fmt: skip
_register("shipments", gettext_lazy("Shipments"), SHIPMENTS, lambda cells: (cells["number"], cells.get("line_no", 1)),
          load_shipments, "", gettext_lazy("What was shipped when: the base of every failure rate."))  # fmt: skip
_register("inspections", gettext_lazy("Inspected lots"), INSPECTIONS, itemgetter("number"), load_inspections, "",
          gettext_lazy("How many pieces were inspected when: the base of rates divided by inspected pieces."),
)  # fmt: skip
