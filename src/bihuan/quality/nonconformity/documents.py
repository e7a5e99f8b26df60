"""The named forms of a sheet: F07 and F08."""

from typing import Any

from bihuan.core.approvals.models import ApprovalState
from bihuan.core.approvals.queries import for_subject as approvals_of
from bihuan.core.documents.paper import AnySection, Facts, Photos, Signature, Signatures, Table, Text, to_write
from bihuan.core.documents.registry import form
from bihuan.core.files.queries import attachments_of
from bihuan.quality.issues.documents import day, when
from bihuan.quality.nonconformity.balance import settled
from bihuan.quality.nonconformity.models import Ending, Nonconformity
from bihuan.registry.people.models import Department

KIND = "nonconformity.nonconformity"


def recipients(sheet: Nonconformity) -> Facts:
    """Main recipients and copies."""
    copies = Department.objects.filter(code__in=sheet.policy.issues.copies)
    rows = (("主送", str(sheet.department or "")), ("抄送", "、".join(str(row) for row in copies)))
    return Facts(rows=rows)


def found(sheet: Nonconformity) -> Facts:
    """What the proposer fills: himself, the time, the goods (NCR-02)."""
    return Facts(
        title="一、不合格情况（提出人填写）",
        rows=(
            ("单号", sheet.number),
            ("来源", str(sheet.get_origin_display())),
            ("提出人", f"{sheet.reporter}　{sheet.reporter.department or ''}"),
            ("提出时间", when(sheet.reported_at)),
            ("产品型号", str(sheet.model or "")),
            ("零部件", sheet.part_name),
            ("图号", sheet.drawing_no),
            ("批次", str(sheet.batch or "")),
            ("供应商", sheet.supplier_name),
            ("发现地点", sheet.place),
            ("发现时间", when(sheet.occurred_at)),
            ("批量/抽样数", f"{sheet.lot_size or '—'} / {sheet.sample_size or '—'}"),
            ("不合格数", str(sheet.quantity)),
            ("不合格分类", sheet.policy.nonconformity.class_name(sheet.defect_class)),
            ("规定要求", sheet.requirement),
            ("实际情况", sheet.actual),
        ),
    )


def photos(sheet: Nonconformity) -> list[AnySection]:
    """The pictures that prove it."""
    files = tuple((row.file_id, row.caption) for row in attachments_of(sheet) if row.file.is_image)
    return [Photos(title="照片", files=files[:6])] if files else []


def disposed(sheet: Nonconformity) -> list[AnySection]:
    """What is done with how many pieces, and how many came out of the check after it."""
    rows = list(sheet.dispositions.select_related("owner", "verified_by", "after"))
    for row in rows:
        row.sheet = sheet
    table = tuple(
        (
            f"{row.get_kind_display()}{'（复检不合格品）' if row.after_id else ''}", str(row.quantity),
            "；".join(filter(None, (row.instruction, row.permit and f"批准依据：{row.permit}"))),
            f"{row.owner} {day(row.done_at)}".strip(), _check(row),
        )
        for row in rows
    )  # fmt: skip
    ends = settled(rows)
    total = "，".join(f"{Ending(kind).label} {count} 件" for kind, count in ends.items())
    columns = ("处置方式", "数量", "要求", "执行人/日期", "复检结果")
    parts: list[AnySection] = [Table(title="四、处置", columns=columns, rows=table)]
    parts.append(Text(body=f"不合格数 {sheet.quantity} 件；已处置：{total or '无'}。"))
    return parts


def _check(row: Any) -> str:
    if row.verified_at is None:
        return "待复检" if row.state == "done" else ("免复检" if not row.needs_check else "")
    return f"合格 {row.passed}，不合格 {row.failed}（{row.verified_by}）"


def objected(sheet: Nonconformity) -> list[AnySection]:
    """Objections of departments and the final ruling (NCR-06)."""
    rows = tuple(
        (str(row.round), f"{row.department} {row.by}", row.reason, day(row.at),
         f"{row.get_ruling_display()}：{row.ruling_reason}（{row.ruled_by}）" if row.ruling else "")
        for row in sheet.objections.select_related("department", "by", "ruled_by")
    )  # fmt: skip
    columns = ("次数", "部门/人员", "异议理由", "日期", "最终裁决")
    return [Table(title="八、异议与裁决", columns=columns, rows=rows)] if rows else []


def signed(sheet: Nonconformity) -> Signatures:
    """Who has signed: proposer, quality on the day on which it asked for approval, each step of the chain."""
    newest = next(iter(approvals_of(sheet)), None)
    sent = newest if newest is not None and newest.state != ApprovalState.RETURNED else None
    quality = sent.drafter if sent else sheet.owner
    items = [
        Signature(label="提出人", name=str(sheet.reporter), date=day(sheet.reported_at)),
        Signature(label="质量部门", name=str(quality or ""), date=day(sent.opened_at) if sent else ""),
    ]
    steps = newest.steps if newest else []
    votes = {vote.step: vote for vote in newest.votes.all() if vote.approved} if newest else {}
    for place, step in enumerate(steps):
        vote = votes.get(place)
        items.append(
            Signature(label=str(step["name"]), name=str(vote.user) if vote else "", date=day(vote.at) if vote else "")
        )
    if not steps:
        items.append(Signature(label="总工程师批准"))
    return Signatures(title="签署", items=tuple(items))


@form("F07", KIND)
def disposition_sheet(sheet: Nonconformity) -> list[AnySection]:
    """《不合格品处置和评审单》 (NCR-02, NCR-03, NCR-04)."""
    isolation = Facts(
        title="二、隔离与标识",
        rows=(
            ("隔离地点", sheet.isolation_place), ("标识卡号", sheet.label_no), ("隔离时间", when(sheet.isolated_at)),
            ("上级意见", f"{sheet.superior or ''} {sheet.superior_opinion}".strip()),
        ),
    )  # fmt: skip
    review = Facts(
        title="三、评审（质量部门会同有关部门填写）",
        rows=(
            ("责任单位", str(sheet.department or "")), ("责任人", str(sheet.responsible or "")),
            ("要求完成日期", when(sheet.due_at)), ("实际完成", when(sheet.measures_done_at)),
        ),
    )  # fmt: skip
    opinions = [
        (
            str(approval.steps[vote.step]["name"]),
            str(vote.user),
            "同意" if vote.approved else "退回",
            vote.comment,
            day(vote.at),
        )
        for approval in reversed(approvals_of(sheet))
        for vote in approval.votes.all()
    ]
    columns = ("环节", "人员", "意见", "说明", "日期")
    return [
        recipients(sheet), found(sheet), Text(title="不合格描述", body=sheet.description), *photos(sheet), isolation,
        review, Text(title="原因分析", body=sheet.cause), Text(title="纠正措施", body=sheet.corrective),
        Text(title="防止再发生措施", body=sheet.preventive), *disposed(sheet),
        Table(title="五、会签与批准", columns=columns, rows=tuple(opinions)),
        Text(title="六、措施完成情况", body=sheet.measures_result),
        Text(title="七、效果验证", body=sheet.verification), *objected(sheet),
        signed(sheet),
    ]  # fmt: skip


@form("F08", KIND)
def problem_report(sheet: Nonconformity) -> list[AnySection]:
    """质量问题报告单 QTAB 750-4A with the reply block that the paper lacks (NCR-10)."""
    head = Facts(
        rows=(
            ("提出部门", str(sheet.reporter.department or "")), ("提出人", str(sheet.reporter)),
            ("提出时间", when(sheet.reported_at)), ("受理部门", str(getattr(sheet.owner, "department", "") or "")),
            ("受理人", str(sheet.owner or "")), ("涉及人员", str(sheet.responsible or "")),
            ("产品型号", str(sheet.model or "")), ("图号", sheet.drawing_no),
            ("不合格数", str(sheet.quantity)), ("答复期限", when(sheet.due_at)),
        ),
    )  # fmt: skip
    ways = "，".join(f"{row.get_kind_display()} {row.quantity} 件" for row in sheet.dispositions.all())
    reply = Facts(
        title="请受理部门（单位）就以下事项作出答复，按期交回质量部门",
        rows=(
            ("原因分析", to_write(sheet.cause, 3)), ("处置意见", to_write(ways, 3)),
            ("纠正措施", to_write(sheet.corrective, 3)), ("预防措施", to_write(sheet.preventive, 3)),
            ("完成日期", to_write(when(sheet.measures_done_at))),
            ("答复人", to_write(str(sheet.responsible or "") if sheet.measures_done_at else "")),
            ("质量部门验证", to_write(sheet.verification)), ("验证日期", to_write(when(sheet.closed_at))),
        ),
    )  # fmt: skip
    labels = ("提出人", "受理部门", "质量部门验证", "结案")
    return [
        head, Text(title="陈述", body=sheet.description), *photos(sheet), reply,
        Signatures(title="签署", items=tuple(Signature(label=label) for label in labels)),
    ]  # fmt: skip
