"""The papers of parts: F25 requisition (PRT-12, PRT-14), F26 ledger (PRT-03), F27 purchase plan (PRT-06), count."""

from typing import Any

from django.utils import timezone, translation

from bihuan.core.documents.paper import AnySection, Facts, Paper, Signature, Signatures, Table, to_write
from bihuan.core.documents.registry import form
from bihuan.service.desk.documents import when
from bihuan.service.parts.models import OUTSIDE, Count, CountLine, CountState, Move, MoveKind
from bihuan.service.parts.queries import balances_of

MOST_MOVES = 500


@form("F25", "parts.requisition")
def requisition(row: Any) -> list[AnySection]:
    """Who asked for what, who approved it, who handed out how many, and which old parts came back (PRT-12)."""
    issued = Move.objects.filter(reference=row.number, kind=MoveKind.ISSUE).select_related("by").order_by("id")
    last = issued.last()
    facts = (
        ("领用单号", row.number), ("工单编号", row.case.number if row.case else ""), ("关联单号", row.job_name),
        ("用途", row.purpose), ("申请人", str(row.asked_by)), ("申请时间", when(row.created_at)),
        ("批准时间", when(row.approved_at)), ("发放时间", when(last.at) if last else ""),
    )  # fmt: skip
    lines = tuple(
        (
            line.part.code, line.part.name, line.part.model, line.part.specification, str(line.quantity),
            str(line.issued), str(line.used), str(line.old_returned),
            "" if line.part == line.wanted else f"替代 {line.wanted.code}",
        )
        for line in row.lines.select_related("part", "wanted")
    )  # fmt: skip
    columns = ("配件编号", "配件名称", "型号", "规格", "申请数量", "发放数量", "已用数量", "旧件回收", "备注")
    day, keeper = when(last.at)[:10] if last else "", str(last.by) if last and last.by else ""
    signatures = (
        Signature(label="领用人", name=str(row.receiver), date=day),
        Signature(label="仓库管理员", name=keeper, date=day),
    )
    return [Facts(title="申请信息", rows=facts), Table(title="配件", columns=columns, rows=lines),
            Signatures(items=signatures)]  # fmt: skip


@form("F26", "spares.part")
def ledger(part: Any) -> list[AnySection]:
    """The ledger of a part in the year: each move with time, source, destination and quantity, and what was left in our
    hands, so that the last line is what lies there (PRT-03)."""
    start = timezone.localtime().replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    rows = Move.objects.filter(part=part, at__gte=start).select_related("source", "destination", "by")
    newest = list(rows.order_by("-at", "-id")[:MOST_MOVES])[::-1]
    lies = balances_of(part)
    have = sum(row.quantity for row in lies)
    left = have - sum(change_of(row) for row in newest)
    lines = [("", "期初结存", "", "", "", "", str(left), "", "")]
    for row in newest:
        change = change_of(row)
        left += change
        count = (str(row.quantity), "") if change > 0 else ("", str(row.quantity))
        lines.append((
            when(row.at), str(row.get_kind_display()), str(row.source), str(row.destination),
            *(count if change else (f"（{row.quantity}）", f"（{row.quantity}）")), str(left), row.lot,
            " ".join(filter(None, (row.reference, str(row.by or "")))),
        ))  # fmt: skip
    stock = part.stock
    facts = (
        ("配件编号", part.code), ("配件名称", part.name), ("型号", part.model), ("规格", part.specification),
        ("功能类别", str(part.part_class or "")), ("计量单位", part.unit_name),
        ("安全/最低/最高库存", f"{stock.safety} / {stock.minimum} / {stock.maximum}"),
        ("台账期间", f"{start:%Y-%m-%d} 至 {timezone.localtime():%Y-%m-%d}"),
        ("说明", "括号内为内部移库，不改变结存" + (f"；仅列最近 {MOST_MOVES} 笔" if len(newest) == MOST_MOVES else "")),
    )  # fmt: skip
    columns = ("时间", "类别", "来源", "去向", "入库", "出库", "结存", "批次/序列号", "单据与经办人")
    places = tuple((str(row.place), str(row.get_condition_display()), row.lot, str(row.quantity)) for row in lies)
    return [
        Facts(title="配件信息", rows=facts), Table(title="出入库记录", columns=columns, rows=tuple(lines)),
        Table(title="现存位置", columns=("存放位置", "状态", "批次/序列号", "数量"), rows=places),
        Signatures(items=(Signature(label="仓库管理员"), Signature(label="售后服务部门负责人"))),
    ]  # fmt: skip


def change_of(row: Move) -> int:
    """By how much a move changes what is in our hands."""
    came, left = row.source.kind in OUTSIDE, row.destination.kind in OUTSIDE
    return row.quantity * (came - left)


@form("F27", "parts.plan")
def plan(row: Any) -> list[AnySection]:
    """What is to be bought when, with the reason (PRT-06)."""
    facts = (
        ("计划编号", row.number),
        ("计划期间", f"{row.starts_on} 至 {row.ends_on}"),
        ("编制人", str(row.drafted_by)),
    )
    lines = tuple(
        (line.part.code, line.part.name, line.part.model, line.part.specification, str(line.quantity),
         line.part.unit_name, str(line.buy_on), line.ground)
        for line in row.lines.select_related("part")
    )  # fmt: skip
    columns = ("配件编号", "配件名称", "型号", "规格", "数量", "单位", "采购时间", "依据")
    return [Facts(title="计划信息", rows=facts), Table(title="采购明细", columns=columns, rows=lines)]


def count_sheet(row: Count) -> Paper:
    """盘点表: what to look for and room for what is found; who still counts does not read the ledger (PRT-04).

    Once the count is over it says what was counted, by how much it differs, and why.
    """
    is_blind = row.state == CountState.OPEN
    columns = ("配件编号", "配件名称", "型号规格", "状态", "批次/序列号", "单位",
               *(("实盘数量", "备注") if is_blind else ("账面数量", "实盘数量", "盈亏", "原因")))  # fmt: skip
    facts = (
        ("盘点单号", row.number), ("盘点类别", str(row.get_kind_display())), ("存放位置", str(row.place)),
        ("盘点期间冻结", "是" if row.freezes else "否"), ("开始时间", when(row.created_at)),
        ("过账时间", when(row.posted_at)),
    )  # fmt: skip
    with translation.override("zh-hans"):
        lines = tuple(_counted(line, is_blind=is_blind) for line in row.lines.select_related("part"))
    return Paper(
        form_code="", title="配件盘点表", company=row.policy.company, number=row.number,
        issued_on=f"{timezone.localdate():%Y-%m-%d}",
        sections=(
            Facts(title="盘点信息", rows=facts), Table(title="盘点明细", columns=columns, rows=lines),
            Signatures(items=tuple(Signature(label=label) for label in ("盘点人", "监盘人", "售后服务部门负责人"))),
        ),
    )  # fmt: skip


def _counted(line: CountLine, *, is_blind: bool) -> tuple[str, ...]:
    """A line of the sheet, with room to write while it is counted."""
    part = line.part
    known = (part.code, part.name, f"{part.model} {part.specification}".strip(), str(line.get_condition_display()),
             line.lot, part.unit_name)  # fmt: skip
    if is_blind:
        return *known, to_write(""), to_write("")
    return *known, str(line.expected), str(line.counted), f"{line.difference:+d}", line.cause
