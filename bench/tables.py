"""Tables of 100,000 rows: to look at, to load, to load again."""

import io
import time
from datetime import date, timedelta

import xlsxwriter

from bihuan.core.files.services import store
from bihuan.core.importing import registry
from bihuan.core.importing.services import begin, run_now
from bihuan.registry.products.models import ProductModel

FIRST = date(2025, 1, 1)


def measure(rows: int) -> dict[str, float]:
    """Seconds that customers, units and shipments take."""
    model = ProductModel.objects.order_by("pk").first()
    if model is None:
        raise RuntimeError("make the demo company first")
    tables = {
        "customers": (
            ["客户编号", "客户名称", "电话", "地址", "联系人", "联系人电话"],
            lambda n: [f"X{n:07d}", f"客户第{n}有限公司", f"0574-{n:08d}", f"某市某区{n}号", f"王{n}", f"138{n:08d}"],
        ),
        "units": (
            ["序列号", "型号", "客户", "批号", "发货日期"],
            lambda n: [f"U{n:08d}", model.code, f"X{n:07d}", f"B{n // 500}", f"{FIRST + timedelta(days=n % 600)}"],
        ),
        "shipments": (
            ["发货单号", "行号", "型号", "批号", "客户", "发货日期", "数量"],
            lambda n: [f"F{n // 10}", n % 10 + 1, model.code, f"B{n // 500}", f"X{n:07d}", f"{FIRST}", n % 50 + 1],
        ),
    }
    values: dict[str, float] = {}
    for code, (heading, row) in tables.items():
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out, {"constant_memory": True})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, heading)
        for number in range(rows):
            sheet.write_row(number + 1, 0, row(number))
        book.close()
        data = out.getvalue()
        for what, dry in (("looked at", True), ("loaded", False), ("loaded again", False)):
            values[f"{rows} {code} {what}, s (wanted < {60 * rows / 100_000:g})"] = take(
                code, data, rows, dry=dry, fresh=what != "loaded again"
            )
    return values


def take(code: str, data: bytes, rows: int, *, dry: bool, fresh: bool) -> float:
    """Seconds of one run, which must have done what it should."""
    kind = registry.get(code)
    if kind is None:
        raise RuntimeError(code)
    began = time.perf_counter()
    run = begin(kind=kind, file=store(data=data, name=f"{code}.xlsx", by=None), by=None)
    run_now(run=run, dry=dry, report=lambda done, total: None)
    seconds = time.perf_counter() - began
    if (run.created if fresh else run.same) != rows:
        raise RuntimeError(f"{code}: {run.created} new, {run.same} same, {run.refused} refused: {run.problems[:3]}")
    return seconds
