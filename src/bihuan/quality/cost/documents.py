"""The named forms of costs: F02, F04, F17, F43."""

from decimal import Decimal
from typing import Any

from bihuan.core.approvals.queries import for_subject as approvals_of
from bihuan.core.documents.paper import AnySection, Facts, Photos, Signature, Signatures, Table, Text, to_write
from bihuan.core.documents.registry import form
from bihuan.core.files.queries import attachments_of
from bihuan.quality.cost.models import Kind, Voucher
from bihuan.quality.cost.papers import FINANCE
from bihuan.quality.cost.words import in_capitals
from bihuan.quality.issues.documents import day, when
from bihuan.registry.people.models import Department

KIND = "cost.voucher"


def money(amount: Decimal) -> str:
    """An amount as papers write it."""
    return f"{amount:,.2f}"


def total_of(voucher: Voucher) -> Text:
    """The amount in figures and in words, so that nobody adds a digit."""
    return Text(body=f"合计人民币（大写）：{in_capitals(voucher.total)}　　（小写）¥ {money(voucher.total)}")


def event(voucher: Voucher) -> Facts:
    """Which paper, about what, from whom."""
    return Facts(
        rows=(
            ("单号", voucher.number),
            ("关联编号", voucher.about_number),
            ("发生日期", when(voucher.occurred_on)),
            ("开具日期", day(voucher.drafted_at)),
            ("转出部门", str(voucher.from_department or "")),
            ("经办人", str(voucher.drafter)),
        )
    )


def recipients(voucher: Voucher) -> Facts:
    """Those who bear it, with a copy to finance."""
    names = "、".join(share.bearer for share in voucher.shares.select_related("department", "person"))
    copies = "、".join(str(row) for row in Department.objects.filter(code__in=FINANCE))
    return Facts(rows=(("主送", names), ("抄送", copies)))


def costs(voucher: Voucher, title: str) -> Table:
    """The costs by class."""
    rules = voucher.policy.cost
    rows = tuple(
        (rules.class_name(line.kind), when(line.occurred_on), line.note, money(line.amount))
        for line in voucher.lines.order_by("occurred_on", "id")
    )
    return Table(title=title, columns=("费用类别", "发生日期", "说明", "金额（元）"), rows=rows)


def bearers(voucher: Voucher, title: str) -> Table:
    """Who bears which share, and what he says."""
    rows = tuple(
        (
            share.bearer, f"{share.weight} %", money(share.amount), str(share.get_answer_display()),
            f"{share.answered_by or ''} {day(share.answered_at)}".strip(), share.reason,
        )
        for share in voucher.shares.select_related("department", "person", "answered_by")
    )  # fmt: skip
    return Table(
        title=title, columns=("承担单位", "比例", "金额（元）", "确认情况", "确认人/日期", "异议理由"), rows=rows
    )


def ruling(voucher: Voucher) -> list[AnySection]:
    """What was decided about an objection."""
    if not voucher.decision:
        return []
    return [Text(title="异议裁定", body=f"{voucher.decision}\n裁定人：{voucher.decided_by}")]


def posting(voucher: Voucher) -> Facts:
    """What finance has done with it."""
    return Facts(
        title="财务入账",
        rows=(
            ("凭证号", to_write(voucher.reference)), ("入账日期", to_write(day(voucher.posted_at))),
            ("财务人员", to_write(str(voucher.posted_by or ""))),
            ("入账金额", to_write(money(voucher.total) if voucher.posted_at else "")),
        ),
    )  # fmt: skip


def silence(voucher: Voucher) -> str:
    """What silence means, where the company's rules say that it accepts."""
    return "，逾期未提出视为认可" if voucher.policy.cost.silence_accepts else ""


def places(*labels: str) -> Signatures:
    """Empty places to sign."""
    return Signatures(title="签署", items=tuple(Signature(label=label) for label in labels))


@form("F02", KIND)
def transfer_sheet(voucher: Voucher) -> list[AnySection]:
    """《质量事故费用转移单》 Q/SPT-RGS-8002 (CST-01)."""
    until = f"请于 {when(voucher.objection_until)} 前确认；有异议须在此期限内书面提出{silence(voucher)}。"
    return [
        recipients(voucher), event(voucher), Text(title="质量事故情况", body=voucher.description),
        costs(voucher, "费用明细"), total_of(voucher), Text(title="责任依据", body=voucher.basis),
        bearers(voucher, "费用承担"),
        *([Text(title="确认与异议", body=until)] if voucher.objection_until else []), *ruling(voucher),
        posting(voucher), places("编制", "审核", "批准", "接收部门"),
    ]  # fmt: skip


@form("F04", KIND)
def deduction_notice(voucher: Voucher) -> list[AnySection]:
    """《扣款通知单》 Q/SPT-RGS-8004 (CST-02)."""
    share = voucher.shares.select_related("department", "person").first()
    head = Facts(
        rows=(
            ("单号", voucher.number), ("开具日期", day(voucher.drafted_at)),
            ("被扣款方", share.bearer if share else ""), ("关联编号", voucher.about_number),
            ("依据条款", voucher.basis), ("抵扣转移单", voucher.settles.voucher.number if voucher.settles else ""),
            ("扣款方式", voucher.way), ("扣款月份", f"{voucher.month:%Y-%m}" if voucher.month else ""),
        )
    )  # fmt: skip
    rows = tuple(
        (item.text, f"{item.quantity.normalize():f}", money(item.price), f"{item.rate} %", money(item.amount))
        for item in voucher.items.all()
    )
    columns = ("项目", "数量", "单价（元）", "比例", "金额（元）")
    until = f"如有异议，请于 {when(voucher.objection_until)} 前向总经办书面提出{silence(voucher)}。"
    return [
        head, Text(title="扣款原因", body=voucher.description), Table(title="计算", columns=columns, rows=rows),
        total_of(voucher), *([Text(title="异议期限", body=until)] if voucher.objection_until else []),
        bearers(voucher, "确认"), *ruling(voucher), posting(voucher), places("编制", "总经办", "总经理", "被扣款方"),
    ]  # fmt: skip


@form("F17", KIND)
def write_off_declaration(voucher: Voucher) -> list[AnySection]:
    """《产品质量处理核销申报表》 (CST-06)."""
    case = voucher.case
    customer = case.customer if case else None
    head = Facts(
        rows=(
            ("单号", voucher.number), ("申报日期", day(voucher.drafted_at)),
            ("客户名称", customer.name if customer else ""), ("关联编号", voucher.about_number),
            ("产品型号", str(getattr(voucher.about, "model", "") or "")), ("序列号", case.serial_text if case else ""),
            ("申报部门", str(voucher.from_department or "")), ("申报人", str(voucher.drafter)),
        )
    )  # fmt: skip
    made = [
        line.origin for line in voucher.lines.select_related("origin__supervisor", "origin__technician") if line.origin
    ]
    talks = tuple(_talk(item) for item in made if item.kind == Kind.COMPENSATION)
    kept = attachments_of(voucher)
    papers = "、".join(row.caption or row.file.name for row in kept)
    pictures = tuple((row.file_id, row.caption) for row in kept if row.file.is_image)[:6]
    columns = ("补偿方式", "上门勘验", "鉴定意见", "与客户协商")
    return [
        head, Text(title="质量问题、鉴定与处理情况", body=voucher.description), costs(voucher, "核销明细"),
        total_of(voucher), *([Table(title="补偿处理", columns=columns, rows=talks)] if talks else []),
        Text(title=f"收集的客户资料（{len(kept)} 份）", body=papers),
        *([Photos(title="照片", files=pictures)] if pictures else []),
        votes(voucher), posting(voucher), places("售后服务部门", "主管经理", "总经理", "财务"),
    ]  # fmt: skip


@form("F43", KIND)
def compensation_agreement(voucher: Voucher) -> list[AnySection]:
    """《质量问题补偿协议书》: visit, appraisal and what customer and company agree on (CST-05, CST-10).

    It may be printed before the visit: what is not known yet is written in at the customer's home, and the next
    revision carries what was recorded.
    """
    case = voucher.case
    parties = Facts(
        rows=(
            ("协议编号", voucher.number), ("关联编号", voucher.about_number),
            ("甲方", voucher.policy.company), ("乙方（客户）", str(case.customer or "") if case else ""),
            ("产品型号", str(case.model or "") if case else ""), ("序列号", case.serial_text if case else ""),
        )
    )  # fmt: skip
    visit = Facts(
        title="上门勘验",
        rows=(
            ("上门日期", to_write(when(voucher.visited_on))), ("协商日期", to_write(when(voucher.agreed_on))),
            ("主管", to_write(str(voucher.supervisor or ""))), ("技术员", to_write(str(voucher.technician or ""))),
        ),
    )  # fmt: skip
    return [
        parties, Text(title="质量问题", body=voucher.description), visit,
        Text(title="鉴定意见", body=to_write(voucher.appraisal, 4)),
        Text(title="补偿方式", body=way_of_compensation(voucher)),
        total_of(voucher), Text(title="协议内容", body=voucher.policy.cost.agreement_terms),
        Signatures(
            title="签署",
            items=(
                Signature(label="乙方（客户）签字", name=voucher.agreed_with),
                Signature(label="主管", name=str(voucher.supervisor or "")),
                Signature(label="技术员", name=str(voucher.technician or "")),
                Signature(label="总经理审核（甲方盖章）"),
            ),
        ),
    ]  # fmt: skip


def votes(voucher: Voucher) -> Table:
    """Who has said what in its approvals, the oldest first."""
    rows = tuple(
        (str(approval.steps[vote.step]["name"]), str(vote.user), "同意" if vote.approved else "退回", day(vote.at))
        for approval in reversed(approvals_of(voucher))
        for vote in approval.votes.all()
    )
    return Table(title="审批", columns=("环节", "人员", "意见", "日期"), rows=rows)


def way_of_compensation(voucher: Voucher) -> str:
    """The kind of compensation in the words of the policy."""
    kinds = {kind.code: kind.name for kind in voucher.policy.cost.compensation_kinds}
    return kinds.get(voucher.compensation_kind, voucher.compensation_kind)


def _talk(item: Any) -> tuple[str, str, str, str]:
    people = "、".join(str(person) for person in (item.supervisor, item.technician) if person)
    visit = f"{when(item.visited_on)} {people}".strip()
    agreed = f"{item.agreed_with} {when(item.agreed_on)}".strip()
    return f"{way_of_compensation(item)} ¥{money(item.total)}", visit, item.appraisal, agreed
