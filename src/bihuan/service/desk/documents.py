"""The named forms of the service desk: F06, F09, F12, F13, F14, F18, F21, F24."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from bihuan.core.activity.queries import timeline
from bihuan.core.documents.paper import AnySection, Checks, Facts, Photos, Signature, Signatures, Table, Text
from bihuan.core.documents.registry import form
from bihuan.core.files.queries import attachments_of
from bihuan.core.policy.schema.service import AcceptanceStep
from bihuan.service.desk.labels import level_name, name_of
from bihuan.service.desk.models import Acceptance, AcceptanceStage, Case, Direction
from bihuan.service.desk.queries import ANSWERS

Feedback = Callable[[Case], list[AnySection]]
_feedback: list[Feedback] = []


def add_feedback(sections: Feedback) -> None:
    """A leaf above the desk knows what the customer said afterwards; called when it is ready."""
    _feedback.append(sections)


def when(moment: datetime | date | None) -> str:
    """A date or a time as papers write it."""
    if isinstance(moment, datetime):
        return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
    return f"{moment:%Y-%m-%d}" if moment else ""


def customer_facts(case: Case) -> Facts:
    """Who it is about."""
    customer = case.customer
    return Facts(
        title="客户信息",
        rows=(
            ("客户名称", customer.name if customer else case.contact_name),
            ("联系人", case.contact_name),
            ("联系电话", case.contact_phone),
            ("电子邮件", case.contact_email),
            ("地址", customer.address if customer else ""),
            ("反映人", case.reporter_name),
        ),
    )


def product_facts(case: Case) -> Facts:
    """What it is about, with the fields that only this product line has (D34)."""
    unit = case.unit
    rows = [
        ("产品型号", str(case.model or "")),
        ("序列号", case.serial_text),
        ("购买日期", when(case.purchased_on)),
        ("安装日期", when(unit.installed_on if unit else None)),
        ("保修状态", str(case.get_warranty_state_display())),
        ("批次", str(unit.batch) if unit and unit.batch else ""),
    ]
    names = {field.code: field.name for field in case.policy.custom_fields}
    rows += [(names.get(key, key), str(value)) for key, value in case.custom.items() if value not in {"", None}]
    return Facts(title="产品信息", rows=tuple(rows))


def intake_facts(case: Case) -> Facts:
    """How it came and how it was judged."""
    return Facts(
        title="受理信息",
        rows=(
            ("受理编号", case.number),
            ("反馈来源", name_of(case, "channel")),
            ("反馈时间", when(case.complained_at)),
            ("登记时间", when(case.registered_at)),
            ("服务类型", name_of(case, "service_type")),
            ("问题分类", name_of(case, "category")),
            ("紧急程度", level_name(case, "urgency")),
            ("严重程度", level_name(case, "severity")),
            ("责任人", str(case.owner or "")),
            ("当前状态", str(case.get_state_display())),
        ),
    )


def problem(case: Case) -> Text:
    """What the customer says."""
    parts = [case.description or case.summary]
    if case.position_text:
        parts.append(f"部位：{case.position_text}")
    if case.impact_text:
        parts.append(f"影响：{case.impact_text}")
    return Text(title="问题描述", body="\n".join(parts))


def photos(case: Case) -> list[AnySection]:
    """The pictures that prove it; a signature stands in its own field."""
    shown = [row for row in attachments_of(case) if row.file.is_image and row.role != "signature"]
    files = tuple((row.file_id, row.caption) for row in shown)
    return [Photos(title="照片", files=files[:12])] if files else []


def handling(case: Case) -> list[AnySection]:
    """Diagnosis, solution, work, as far as they are."""
    parts: list[AnySection] = []
    diagnosis = case.diagnoses.filter(cycle=case.cycle).last()
    if diagnosis:
        parts.append(Text(title="诊断", body=f"{diagnosis.findings}\n原因：{diagnosis.cause}"))
    sessions = tuple(
        (when(row.began_at), str(row.get_means_display()), row.steps, "已解决" if row.solved else "未解决")
        for row in case.remote_sessions.filter(cycle=case.cycle)
    )
    if sessions:
        parts.append(Table(title="远程支持", columns=("时间", "方式", "沟通与操作步骤", "结果"), rows=sessions))
    solutions = tuple(
        (
            f"V{row.revision}",
            str(row.get_kind_display()),
            row.steps,
            f"{row.hours}",
            f"{row.cost}",
            str(row.get_state_display()),
        )
        for row in case.solutions.filter(cycle=case.cycle)
    )
    if solutions:
        columns = ("版本", "类别", "处理步骤", "工时(h)", "费用(元)", "状态")
        parts.append(Table(title="解决方案", columns=columns, rows=solutions))
    work = tuple(
        (when(row.at), str(row.by), row.text) for row in case.work.filter(cycle=case.cycle).select_related("by")
    )
    if work:
        parts.append(Table(title="实施记录", columns=("时间", "人员", "内容"), rows=work))
    return parts


def talks(case: Case) -> Table:
    """What was said; internal notes stay inside."""
    rows = case.messages.exclude(direction=Direction.NOTE).order_by("at")[:60]
    return Table(
        title="沟通记录",
        columns=("时间", "方向", "内容"),
        rows=tuple((when(row.at), str(row.get_direction_display()), row.text[:1500]) for row in rows),
    )


def last_acceptance(case: Case, stage: str) -> Acceptance | None:
    """The last try of a stage in this cycle."""
    return case.acceptances.filter(cycle=case.cycle, stage=stage).last()


def acceptance_parts(case: Case) -> list[AnySection]:
    """What the customer and the house said about the result, with the signatures."""
    parts: list[AnySection] = []
    outer, inner = (
        last_acceptance(case, AcceptanceStage.CUSTOMER),
        last_acceptance(case, AcceptanceStage.INTERNAL),
    )
    if outer:
        scores = [
            ("服务过程", outer.process_score),
            ("解决结果", outer.result_score),
            ("人员态度", outer.attitude_score),
        ]
        rows: list[tuple[str, bool | None, str]] = [
            ("已演示解决效果并说明注意事项", outer.demonstrated or None, ""),
            ("现场已清理", outer.site_cleaned or None, ""),
            (case.policy.visits.test_name, bool(outer.run_test) or None, outer.run_test),
            ("客户验收", outer.passed, outer.opinion),
        ]
        parts.append(Checks(title="客户验收", rows=tuple(rows)))
        parts.append(
            Facts(title="客户评价", rows=tuple((name, f"{score} 分" if score else "") for name, score in scores))
        )
    if inner:
        checks = (
            ("维修质量", inner.quality_ok, ""),
            ("服务记录", inner.records_ok, ""),
            ("客户满意", inner.satisfaction_ok, inner.opinion),
        )
        parts.append(Checks(title="内部验收", rows=checks))
    signed = [Signature(label="客户签字", name=outer.person if outer else "", date=when(outer.at)[:10] if outer else "",
                        file=outer.signature_id if outer else None)]  # fmt: skip
    signed.append(Signature(label="服务人员", name=str(case.owner or "")))
    if inner or AcceptanceStep.INTERNAL in case.policy.procedure.acceptance:
        name, date = (inner.person, when(inner.at)[:10]) if inner else ("", "")
        signed.append(Signature(label="内部验收", name=name, date=date))
    parts.append(Signatures(items=tuple(signed)))
    return parts


def judgement(case: Case) -> Facts:
    """How far it reaches, and by which criteria it is a quality problem (TRI-07, TRI-10, TRI-12)."""
    criteria = "；".join(row.name for row in case.policy.criteria if row.code in case.criteria)
    return Facts(
        title="质量判定",
        rows=(
            ("现象", str(case.symptom or "")), ("离散程度", level_name(case, "dispersion")),
            ("涉及数量", str(case.affected or "")), ("严重程度", level_name(case, "severity")),
            ("性质", str(case.get_nature_display())), ("符合的判定标准", criteria),
        ),
    )  # fmt: skip


@form("F06", "desk.case")
def quality_information(case: Any) -> list[AnySection]:
    """Quality information report, made by whoever records the user's feedback (INT-25)."""
    signed = tuple(Signature(label=label) for label in ("编制", "审核", "批准"))
    return [
        intake_facts(case), product_facts(case), judgement(case), problem(case), *handling(case), *photos(case),
        Signatures(title="签署", items=signed),
    ]  # fmt: skip


@form("F13", "desk.case")
def complaint_record(case: Any) -> list[AnySection]:
    """Customer complaint record: who complains of what, since when, what was answered (INT-24)."""
    return [intake_facts(case), customer_facts(case), product_facts(case), problem(case), talks(case)]


@form("F09", "desk.case")
def feedback_report(case: Any) -> list[AnySection]:
    """Problem feedback report: source, time, part, phenomenon, impact, class (INT-19, INT-21)."""
    return [intake_facts(case), customer_facts(case), product_facts(case), problem(case), *photos(case)]


@form("F12", "desk.case")
def repair_acceptance_form(case: Any) -> list[AnySection]:
    """Repair acceptance form, on which the customer's archive is opened (INT-23)."""
    charge = Facts(title="费用", rows=(("费用承担", str(case.get_payer_display())), ("说明", case.charge_reason)))
    signatures = Signatures(items=(Signature(label="受理人", name=str(case.owner or "")), Signature(label="客户签字")))
    return [intake_facts(case), customer_facts(case), product_facts(case), problem(case), charge, signatures]


@form("F14", "desk.case")
def customer_archive(case: Any) -> list[AnySection]:
    """The customer's service archive: everything from the words to the feedback (CUS-03, ACC-10)."""
    head: list[AnySection] = [customer_facts(case), product_facts(case), intake_facts(case), problem(case)]
    said_after = [part for sections in _feedback for part in sections(case)]
    return [*head, *handling(case), talks(case), *acceptance_parts(case), *said_after, *photos(case)]


@form("F18", "desk.case")
def work_order(case: Any) -> list[AnySection]:
    """The service work order, kept up to date with the progress (INT-22)."""
    head: list[AnySection] = [intake_facts(case), customer_facts(case), product_facts(case), problem(case)]
    return [*head, *handling(case), *acceptance_parts(case)]


@form("F21", "desk.case")
def service_record(case: Any) -> list[AnySection]:
    """The service record form, filled on receipt of the feedback (INT-20)."""
    answered = min((row.at for row in timeline(case, limit=1000) if row.verb in ANSWERS), default=None)
    response = Facts(rows=(("首次响应时间", when(answered)), ("处理人", str(case.owner or ""))))
    head: list[AnySection] = [
        intake_facts(case),
        customer_facts(case),
        product_facts(case),
        problem(case),
        response,
    ]
    return [*head, *handling(case), *acceptance_parts(case)]


@form("F24", "desk.case")
def acceptance_sheet(case: Any) -> list[AnySection]:
    """The service acceptance sheet that the customer signs (ACC-04)."""
    head: list[AnySection] = [customer_facts(case), product_facts(case), problem(case)]
    return [*head, *handling(case), *acceptance_parts(case)]
