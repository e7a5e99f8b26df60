"""The papers of parts: F25 requisition (PRT-12, PRT-14), F27 purchase plan (PRT-06)."""

from typing import Any

from bihuan.core.documents.paper import AnySection, Facts, Signature, Signatures, Table
from bihuan.core.documents.registry import form
from bihuan.service.desk.documents import when
from bihuan.service.parts.models import Move, MoveKind


@form("F25", "parts.requisition")
def requisition(row: Any) -> list[AnySection]:
    """Who asked for what, who approved it, who handed out how many, and which old parts came back (PRT-12)."""
    issued = Move.objects.filter(reference=row.number, kind=MoveKind.ISSUE).select_related("by").order_by("id")
    last = issued.last()
    facts = (
        ("领用单号", row.number), ("工单编号", row.case.number if row.case else ""), ("上门单号", row.job_name),
        ("用途", row.purpose), ("申请人", str(row.asked_by)), ("申请时间", when(row.created_at)),
        ("批准时间", when(row.approved_at)), ("发放时间", when(last.at) if last else ""),
    )  # fmt: skip
    lines = tuple(
        (
            line.part.name, line.part.model, line.part.specification, str(line.quantity), str(line.issued),
            str(line.used), str(line.old_returned), "" if line.part == line.wanted else f"替代 {line.wanted.code}",
        )
        for line in row.lines.select_related("part", "wanted")
    )  # fmt: skip
    columns = ("配件名称", "型号", "规格", "申请数量", "发放数量", "已用数量", "旧件回收", "备注")
    day, keeper = when(last.at)[:10] if last else "", str(last.by) if last and last.by else ""
    signatures = (
        Signature(label="领用人", name=str(row.receiver), date=day),
        Signature(label="仓库管理员", name=keeper, date=day),
    )
    return [Facts(title="申请信息", rows=facts), Table(title="配件", columns=columns, rows=lines),
            Signatures(items=signatures)]  # fmt: skip


@form("F27", "parts.plan")
def plan(row: Any) -> list[AnySection]:
    """What is to be bought when, with the reason (PRT-06)."""
    facts = (
        ("计划编号", row.number),
        ("计划期间", f"{row.starts_on} 至 {row.ends_on}"),
        ("编制人", str(row.drafted_by)),
    )
    lines = tuple(
        (line.part.name, line.part.model, line.part.specification, str(line.quantity), str(line.buy_on), line.ground)
        for line in row.lines.select_related("part")
    )
    columns = ("配件名称", "型号", "规格", "数量", "采购时间", "依据")
    return [Facts(title="计划信息", rows=facts), Table(title="采购明细", columns=columns, rows=lines)]
