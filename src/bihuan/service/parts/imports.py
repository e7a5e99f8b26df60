"""Importing the records of parts with what they fit, what replaces them, and their stock levels (PRT-01, PRT-02)."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.core.importing import registry, values
from bihuan.core.importing.registry import Column, ImportKind, Row
from bihuan.core.importing.services import CHANGED, SAME
from bihuan.core.importing.upsert import Upsert, lookup
from bihuan.registry.products.models import ProductModel
from bihuan.registry.spares import permissions as perm
from bihuan.registry.spares.models import Part, PartClass, Tracking
from bihuan.registry.suppliers.models import Supplier
from bihuan.service.parts.models import Stock
from bihuan.service.parts.services.purchasing import write_levels

PLAIN = ("name", "model", "specification", "unit_name", "tracking", "lead_days")
FLAGS = ("is_valuable", "is_critical", "is_active")
LEVELS = ("safety", "minimum", "maximum")
MARKS = {"yes": gettext_lazy("yes"), "no": gettext_lazy("no")}
SEVERAL = re.compile(r"[;；,，、\s]+")


def code(cell: Any) -> str:
    """A number of a part: letters, digits, hyphens."""
    found = str(values.text(60)(cell))
    if not re.fullmatch(r"[-\w]+", found, re.ASCII):
        raise ValueError(_("is no number of a part: letters, digits and hyphens"))
    return found


def flag(cell: Any) -> bool:
    """Yes or no."""
    return str(values.choice(lambda: MARKS)(cell)) == "yes"


def codes(cell: Any) -> tuple[str, ...]:
    """Several codes in one cell."""
    return tuple(dict.fromkeys(filter(None, SEVERAL.split(values.text(2000)(cell)))))


class Known:
    """What the rows refer to, read with one query a table."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.parts = lookup(Part, "code", [row.values["code"] for row in rows])
        self.parts |= lookup(Part, "code", [row.values.get("replaced_by") for row in rows])
        self.classes = {name: row for row in PartClass.objects.all() for name in (row.code, row.name)}
        self.suppliers = {name: row for row in Supplier.objects.all() for name in (row.code, row.name)}
        self.models = lookup(ProductModel, "code", [one for row in rows for one in row.values.get("fits", ())])
        chains = Part.objects.filter(replaced_by__isnull=False).values_list("code", "replaced_by__code")
        self.chain: dict[str, str | None] = dict(chains)

    def named(self, row: Row, name: str, table: Mapping[str, Any]) -> Any:
        """What a cell names, or a refusal of the row; an empty cell names nothing."""
        if name not in row.values:
            return None
        if (found := table.get(row.values[name])) is None:
            row.refuse(_("“%(value)s” is not known") % {"value": row.values[name]})
        return found

    def is_circle(self, own: str, target: str) -> bool:
        """Whether a part would replace itself."""
        seen, following = {own}, str(target)
        while following and following not in seen:
            seen.add(following)
            following = self.chain.get(following) or ""
        return following == own


def load_parts(rows: Sequence[Row], by: Any, dry: bool) -> None:
    """Take records of parts in; number and tracking of a known part stay, because the ledger is written in them."""
    known, upsert = Known(rows), Upsert(Part, name="part", by=by, dry=dry)
    taken: list[tuple[Row, Part]] = []
    for row in rows:
        before = known.parts.get(row.values["code"])
        fields = fields_of(row, known, before)
        if not row.problems:
            taken.append((row, upsert.take(row, before, partial(Part, code=row.values["code"]), fields)))
    stocks = lookup(Stock, "part_id", [part.pk for _row, part in taken])
    taken = [(row, part) for row, part in taken if levels_rise(row, stocks.get(part.pk))]
    upsert.write()
    for row, part in taken:
        _fits(row, part, known, dry=dry)
        _levels(row, part, by, dry=dry)


def fields_of(row: Row, known: Known, before: Part | None) -> dict[str, Any]:
    """What a row says of a part; what does not fit refuses the row."""
    fields = {name: row.values[name] for name in (*PLAIN, *FLAGS) if name in row.values}
    if before and fields.get("tracking", before.tracking) != before.tracking:
        row.refuse(_("the tracking of a part stays as it is"))
    for name, table in (("part_class", known.classes), ("supplier", known.suppliers), ("replaced_by", known.parts)):
        if found := known.named(row, name, table):
            fields[f"{name}_id"] = found.pk
    target = row.values.get("replaced_by")
    if target and not row.problems:
        known.chain[row.values["code"]] = target
        if known.is_circle(row.values["code"], target):
            row.refuse(_("This part would replace itself."))
    if unknown := [one for one in row.values.get("fits", ()) if one not in known.models]:
        row.refuse(_("“%(value)s” is not known") % {"value": "、".join(unknown)})
    levels_rise(row, before.stock if before and hasattr(before, "stock") else None)
    return fields


def levels_of(row: Row, stock: Stock | None) -> tuple[int, ...] | None:
    """The levels that a row asks for; an empty cell leaves what is known. None where it names none."""
    if not any(name in row.values for name in LEVELS):
        return None
    return tuple(row.values.get(name, getattr(stock, name, 0)) for name in LEVELS)


def levels_rise(row: Row, stock: Stock | None) -> bool:
    """Whether safety stock, minimum and maximum rise in this order; a row in which they do not is refused."""
    wanted = levels_of(row, stock)
    if wanted is not None and list(wanted) != sorted(wanted) and not row.problems:
        row.refuse(_("Safety stock, minimum and maximum must rise in this order."))
    return not row.problems


def _fits(row: Row, part: Part, known: Known, *, dry: bool) -> None:
    if "fits" not in row.values:
        return
    wanted = {known.models[one].pk for one in row.values["fits"]}
    before = set(part.fits.values_list("pk", flat=True)) if part.pk else set()
    if wanted != before:
        row.outcome = CHANGED if row.outcome == SAME else row.outcome
        if not dry:
            part.fits.set(wanted)


def _levels(row: Row, part: Part, by: Any, *, dry: bool) -> None:
    stock = Stock.objects.filter(part=part.pk).select_related("part").first() if part.pk else None
    wanted = levels_of(row, stock)
    if wanted is None or (stock and wanted == (stock.safety, stock.minimum, stock.maximum)):
        return
    row.outcome = CHANGED if row.outcome == SAME else row.outcome
    if not dry and stock is not None:
        write_levels(stock=stock, by=by, safety=wanted[0], minimum=wanted[1], maximum=wanted[2])


def _column(
    key: str, label: Any, parse: values.Parser, *aliases: str, required: bool = False, example: str = ""
) -> Column:
    return Column(key, label, parse, aliases, required, example)


COLUMNS = (
    _column("code", gettext_lazy("part no."), code, "配件编号", "编号", "物料编码", required=True, example="BJ-1001"),
    _column("name", gettext_lazy("name"), values.text(120), "名称", "配件名称", required=True, example="热流道加热圈"),
    _column("model", gettext_lazy("model"), values.text(80), "型号", required=True, example="HR-220"),
    _column("specification", gettext_lazy("specification"), values.text(200), "规格", required=True,
            example="220V 300W φ35×60"),
    _column("part_class", gettext_lazy("function class"), values.text(80), "功能类别", "类别", example="电气件"),
    _column("unit_name", gettext_lazy("unit"), values.text(10), "计量单位", "单位", example="件"),
    _column("tracking", gettext_lazy("tracked by"), values.choice(lambda: dict(Tracking.choices)), "追溯方式"),
    _column("is_valuable", gettext_lazy("valuable part"), flag, "贵重配件", "贵重"),
    _column("is_critical", gettext_lazy("critical part"), flag, "关键配件", "关键"),
    _column("replaced_by", gettext_lazy("replaced by"), code, "替代件", "替代配件"),
    _column("supplier", gettext_lazy("usual supplier"), values.text(120), "常用供应商", "供应商"),
    _column("lead_days", gettext_lazy("days from order to receipt"), values.whole(0, 1000), "采购周期", example="14"),
    _column("fits", gettext_lazy("fits the product models"), codes, "适用型号", "适用产品型号", example="SC-7；SC-8"),
    _column("safety", gettext_lazy("safety stock"), values.whole(0, 1_000_000), "安全库存", example="2"),
    _column("minimum", gettext_lazy("minimum stock"), values.whole(0, 1_000_000), "最低库存", example="4"),
    _column("maximum", gettext_lazy("maximum stock"), values.whole(0, 1_000_000), "最高库存", example="12"),
    _column("is_active", gettext_lazy("in use"), flag, "启用", "在用"),
)  # fmt: skip
registry.register(
    ImportKind(
        "parts", gettext_lazy("Spare parts"), perm.SPARES_EDIT, COLUMNS, itemgetter("code"), load_parts, "parts:stock",
        gettext_lazy("Records of spare parts with the models they fit and their stock levels; known by their number."),
    )
)  # fmt: skip
