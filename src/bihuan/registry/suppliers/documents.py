"""The paper of suppliers: F28 list of approved parts suppliers (PRT-08)."""

from typing import Any

from bihuan.core.documents.paper import AnySection, Facts, Signature, Signatures, Table
from bihuan.core.documents.registry import form
from bihuan.registry.suppliers.models import APPROVED, Supplier


@form("F28", "suppliers.approvedlist")
def approved_list(row: Any) -> list[AnySection]:
    """Who may supply parts, under which contract, and how he was judged by the five criteria (PRT-08, PRT-09)."""
    suppliers = list(Supplier.objects.filter(standing__in=APPROVED).prefetch_related("assessments").order_by("code"))
    lines = tuple(_line(place, supplier) for place, supplier in enumerate(suppliers, start=1))
    columns = (
        "序号",
        "供应商",
        "供应范围",
        "合同编号",
        "合同有效期",
        "资质/信誉/质量/价格/交货期",
        "总分",
        "评定结论与日期",
    )
    facts = (("名录日期", f"{row.issued_on}"), ("供应商数量", str(len(suppliers))), ("编制人", str(row.by)))
    return [
        Facts(title="名录信息", rows=facts), Table(title="合格供应商", columns=columns, rows=lines),
        Signatures(items=(Signature(label="采购负责人", name=str(row.by), date=f"{row.issued_on}"),
                          Signature(label="售后服务部门负责人"))),
    ]  # fmt: skip


def _line(place: int, supplier: Supplier) -> tuple[str, ...]:
    last = next(iter(supplier.assessments.all()), None)
    marks = "/".join(str(getattr(last, mark)) for mark in last.MARKS) if last else ""
    until = f"{supplier.contract_until}" if supplier.contract_until else "长期"
    judged = f"{supplier.get_standing_display()} {last.assessed_on if last else ''}".strip()
    return (
        str(place), supplier.name, supplier.supplies, supplier.contract_no, until, marks,
        str(last.total) if last else "", judged,
    )  # fmt: skip
