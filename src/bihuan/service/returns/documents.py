"""The papers of a return: F19 repair application, F20 repair record and quality evaluation (RET-01, RET-05, RET-06)."""

from typing import Any

from bihuan.core.activity.queries import timeline
from bihuan.core.documents.paper import AnySection, Checks, Facts, Photos, Signature, Signatures, Table, Text
from bihuan.core.documents.registry import form
from bihuan.core.files.queries import attachments_of
from bihuan.service.desk.documents import customer_facts, when
from bihuan.service.returns.models import RepairRecord, ReturnOrder, ReturnState
from bihuan.service.returns.money import agreed_offer
from bihuan.service.returns.queries import address_of


def goods(order: ReturnOrder) -> Facts:
    """Which product, whose, since when."""
    unit, model = order.unit, order.model
    return Facts(
        title="产品信息",
        rows=(
            ("返修单号", order.number), ("工单编号", order.case.number), ("产品名称", model.name if model else ""),
            ("型号规格", f"{model.code} {model.specification}".strip() if model else ""), ("序列号", order.serial_text),
            ("购买日期", str((unit.invoiced_on or unit.delivered_on or "") if unit else "")),
            ("附件", order.packed), ("客户要求", str(order.get_wish_display())),
        ),
    )  # fmt: skip


@form("F19", "returns.returnorder")
def application(order: Any) -> list[AnySection]:
    """返修申请: product, problem, contact, and the review (RET-01, RET-02)."""
    routes = {item.code: item.name for item in order.policy.returns.routes}
    return [
        goods(order), customer_facts(order.case), Text(title="问题描述", body=order.problem),
        Facts(
            title="联系与寄送",
            rows=(("联系人", order.contact_name), ("联系电话", order.contact_phone), ("寄回地址", order.address),
                  ("申请时间", when(order.requested_at)), ("返修地点", address_of(order))),
        ),
        review(order, routes.get(order.route, "")),
        Signatures(items=(Signature(label="申请人", name=order.contact_name),
                          Signature(label="审核人", name=reviewer(order)))),
    ]  # fmt: skip


def reviewer(order: ReturnOrder) -> str:
    """Who approved the request."""
    return next((row.actor_name for row in timeline(order) if row.verb == "return.approved"), "")


def review(order: ReturnOrder, route: str) -> Facts:
    """What the review confirmed, who repairs within which time (RET-02, SOL-05)."""
    confirmed = order.state != ReturnState.REQUESTED
    hours = order.policy.deadline_rules.get(f"return_{order.degree}")
    return Facts(
        title="审核",
        rows=(
            ("质量问题", "已确认" if confirmed else ""), ("返修条件", "具备" if confirmed else ""),
            ("难易程度", str(order.get_degree_display())), ("返修部门", route),
            ("返修周期", f"收货后 {hours.amount:g} 小时" if hours else ""),
            ("费用承担", "检测后按费用规则确定，经客户确认"),
        ),
    )  # fmt: skip


def remedy(order: ReturnOrder) -> list[AnySection]:
    """What the customer agreed to, who bears what, and the money that went (SOL-03, CST-09)."""
    offer = agreed_offer(order)
    if offer is None:
        return []
    lines = tuple((line.name, f"{line.quantity.normalize():f}", str(line.price), str(line.priced_on), str(line.amount))
                  for line in offer.lines.all())  # fmt: skip
    money = "；".join(f"{row.get_direction_display()} {row.amount} 元（{row.reference}，{row.paid_on}）"
                     for row in order.payments.all())  # fmt: skip
    known = Facts(
        title="处理方案与客户确认",
        rows=(
            ("处理方式", str(offer.get_remedy_display())), ("费用承担", str(offer.get_payer_display())),
            ("客户支付（元）", str(offer.total)), ("退款（元）", str(offer.refund) if offer.refund else ""),
            ("换货序列号", order.replacement.serial if order.replacement else ""), ("处理结果", order.result),
            ("客户确认", f"{offer.person} {when(offer.decided_at)} {offer.get_means_display()}"), ("收付款", money),
        ),
    )  # fmt: skip
    prices = Table(title="报价明细（元）", columns=("项目", "数量", "市场价", "市场价日期", "金额"), rows=lines)
    return [known, prices] if lines else [known]


def history(order: ReturnOrder) -> Facts:
    """When it came, how it looked, when it is given back."""
    lent = "、".join(row.unit.serial for row in order.loans.select_related("unit"))
    return Facts(
        title="送修与检查",
        rows=(
            ("送修时间", when(order.received_at)), ("里程或工时", str(order.meter or "")),
            ("收货状况", order.condition), ("故障陈述", order.problem), ("检查结果", order.finding),
            ("故障原因", order.cause), ("是否人为", "是" if order.user_caused else "否"),
            ("保修判定", str(order.warranty.get("label", ""))), ("备用机情况", lent or "未提供"),
            ("交付时间", when(order.closed_at or order.shipped_at)),
        ),
    )  # fmt: skip


def costs(row: RepairRecord) -> Table:
    """Material, labour and freight."""
    return Table(
        title="费用（元）", columns=("材料费", "工时", "工时费", "拖运费"),
        rows=((str(row.material), str(row.labour_hours), str(row.labour_cost), str(row.freight_cost)),),
    )  # fmt: skip


@form("F20", "returns.returnorder")
def record(order: Any) -> list[AnySection]:
    """返修记录 with the quality evaluation: the fields that the law names (RET-05, RET-06)."""
    parts: list[AnySection] = [goods(order), customer_facts(order.case), history(order), *remedy(order)]
    row = getattr(order, "repair", None)
    if row is not None:
        parts += [Text(title="修理项目", body=row.work), Text(title="更换零部件", body=row.parts or "无"), costs(row)]
    last = order.evaluations.select_related("by").last()
    if last is not None:
        said = {True: "合格", False: "不合格", None: ""}
        lines = tuple((one["name"], one["required"], one["value"], said[one["passed"]]) for one in last.results)
        parts.append(Table(title="返修质量评估", columns=("项目", "标准", "实测", "结论"), rows=lines))
        parts.append(Checks(title="评估结论", rows=(("返修质量合格", last.passed, last.remark),)))
    shown = [item for item in attachments_of(order) if item.file.is_image and item.role == "evidence"][:6]
    if shown:
        parts.append(Photos(title="照片", files=tuple((item.file_id, item.caption) for item in shown)))
    names = (("维修人员", str(row.technician) if row else ""), ("质量评估", str(last.by) if last else ""),
             ("客户签字", order.taken_by))  # fmt: skip
    return [*parts, Signatures(items=tuple(Signature(label=label, name=name) for label, name in names))]
