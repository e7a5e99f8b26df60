"""The named papers of a recall: F10 analysis, F40 letter, F41 plan, F42 report."""

from datetime import date, datetime

from django.db.models import Sum
from django.utils import timezone

from bihuan.core.documents.paper import AnySection, Facts, Signature, Signatures, Table, Text
from bihuan.core.documents.registry import form
from bihuan.quality.recall.figures import figures_of, percent
from bihuan.quality.recall.letters import link_of, product_of, serials_of
from bihuan.quality.recall.models import AffectedState, OwnerNotice, Recall, Remedy
from bihuan.quality.recall.population import total
from bihuan.quality.recall.scoping import population_of, produced

MOST_CASES = 20


def when(moment: datetime | date | None) -> str:
    """A date or a time as papers write it."""
    if isinstance(moment, datetime):
        return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
    return f"{moment:%Y-%m-%d}" if moment else ""


def signatures(*labels: str) -> Signatures:
    """Empty places to sign."""
    return Signatures(title="签署", items=tuple(Signature(label=label) for label in labels))


def product(recall: Recall) -> list[AnySection]:
    """What is affected: the lines of the scope, and how many that are."""
    rows = tuple(
        (f"{row.model.code} {row.model.name}", str(row.batch or "全部"), _span(row.serial_from, row.serial_to),
         _span(when(row.made_from), when(row.made_to)), _span(when(row.shipped_from), when(row.shipped_to)))
        for row in recall.scopes.select_related("model", "batch")
    )  # fmt: skip
    columns = ("产品型号", "批次", "序列号", "生产日期", "发货日期")
    return [Table(title="涉及产品范围", columns=columns, rows=rows)] if rows else []


def _span(low: str, high: str) -> str:
    return f"{low}～{high}" if low or high else ""


def head(recall: Recall) -> Facts:
    """What it is about."""
    issue = recall.issue
    made = produced(recall)
    affected = recall.frozen_total if recall.is_decided else total(population_of(recall))
    return Facts(
        title="基本情况",
        rows=(
            ("召回编号", recall.number), ("质量问题编号", issue.number),
            ("适用法规", recall.law.law or recall.law.name), ("同种机理", str(issue.mechanism or "")),
            ("危险发现时间", when(recall.discovered_at)), ("立项时间", when(recall.opened_at)),
            ("生产数量", f"{made} 台" if made is not None else ""), ("涉及数量", f"{affected} 台"),
        ),
    )  # fmt: skip


def risk(recall: Recall) -> Facts:
    """Severity by likelihood, in the company's words."""
    step = recall.policy.level("severity", recall.severity)
    return Facts(
        title="风险评估",
        rows=(
            ("伤害严重程度", step.name if step else ""), ("发生可能性", str(recall.get_likelihood_display())),
            ("可能的后果", recall.consequence),
        ),
    )  # fmt: skip


@form("F10", "recall.recall")
def analysis_report(recall: Recall) -> list[AnySection]:
    """是否需要产品召回的《技术质量分析报告》 (QIS-12)."""
    links = recall.issue.links.filter(case__complained_at__lte=timezone.now()).select_related("case")
    links = links.order_by("-case__complained_at")[:MOST_CASES]
    cases = tuple(
        (row.case.number, when(row.case.complained_at), row.case.serial_text, row.case.summary) for row in links
    )
    causes = recall.issue.causes.filter(cycle=recall.issue.cycle, state="confirmed")
    rows = tuple((str(row.get_kind_display()), row.text, row.evidence) for row in causes)
    wanted = (
        [Text(title="处理措施", body=f"{recall.get_remedy_display()}：{recall.remedy_text}")] if recall.remedy else []
    )
    return [
        head(recall), *product(recall), Text(title="缺陷描述", body=recall.hazard),
        Table(title="投诉与事故", columns=("工单编号", "投诉日期", "序列号", "现象"), rows=cases),
        Text(title="试验与检测", body=recall.tests), Text(title="技术分析", body=recall.analysis),
        *([Table(title="已确认的原因", columns=("性质", "原因", "验证证据"), rows=rows)] if rows else []),
        risk(recall),
        Facts(title="召回判断", rows=(("结论", str(recall.get_proposal_display())), ("理由", recall.reason),
                                  ("分析人", str(recall.judge or "")), ("分析时间", when(recall.judged_at)))),
        *wanted, signatures("编制（工程部）", "质量部", "总工程师审核", "总经理批准"),
    ]  # fmt: skip


@form("F40", "recall.ownernotice")
def letter(notice: OwnerNotice) -> list[AnySection]:
    """产品召回通知书: to one customer, with his units, the defect, what to do, and what it costs (nothing)."""
    recall, rules = notice.recall, notice.recall.policy
    rows = list(recall.affected.filter(customer=notice.customer).select_related("model").order_by("id"))
    count = sum(row.quantity for row in rows)
    opening = (
        f"尊敬的{notice.customer.name}：\n　　为保障您的人身和财产安全，{rules.company}决定召回部分{product_of(rows)}。"
        f"我们的记录显示，您持有其中 {count} 台。请您阅读以下内容并尽快与我们联系。"
    )
    return [
        Text(body=opening),
        Facts(
            title="召回信息",
            rows=(
                ("召回编号", recall.number), ("数量", f"{count} 台"), ("序列号", serials_of(rows)),
                ("召回期限", when(recall.planned_until)),
            ),
        ),
        Text(title="存在的缺陷", body=recall.hazard), Text(title="可能的后果", body=recall.consequence),
        Text(title="处理之前请您", body=recall.emergency),
        Text(title="我们为您免费处理", body=f"{recall.remedy_text}\n召回所需费用全部由本公司承担。"),
        Facts(title="联系我们", rows=(("召回热线", rules.recall.hotline), ("在线回复", link_of(notice)))),
        Text(title="回执（请填写后寄回，或在线回复）",
             body="□ 请上门处理　　□ 自行送修或寄回　　□ 已转让他人　　□ 已不再持有\n\n"
                  "姓名：　　　　　　　　电话：　　　　　　　　　地址：　　　　　　　　　　　　　　　"),
        Signatures(items=(Signature(label="发函单位（盖章）", name=rules.company, date=when(notice.at)[:10]),
                          Signature(label="收件人签字"))),
    ]  # fmt: skip


@form("F41", "recall.recall")
def plan(recall: Recall) -> list[AnySection]:
    """《产品召回计划》: what the law wants in a plan (domain facts B2, §18)."""
    rows = recall.affected.values("region__name").annotate(n=Sum("quantity")).order_by("-n")
    areas = tuple((row["region__name"] or "区域未知", f"{row['n']} 台") for row in rows)
    stop = next((row for row in recall.steps.all() if row.kind == "stop_sale"), None)
    return [
        head(recall), *product(recall),
        Table(title="销售区域与数量", columns=("区域", "数量"), rows=areas),
        Text(title="缺陷描述及后果", body=f"{recall.hazard}\n{recall.consequence}"),
        Text(title="发现过程与试验", body="\n".join(filter(None, (recall.tests, recall.analysis)))),
        Text(title="应急处置", body=recall.emergency),
        Text(title="召回措施", body=f"{recall.get_remedy_display()}：{recall.remedy_text}"),
        Facts(
            title="组织与安排",
            rows=(
                ("停止生产销售", when(stop.at) if stop else "尚未"), ("负责人", str(recall.owner or "")),
                ("召回热线", recall.policy.recall.hotline), ("计划完成日期", when(recall.planned_until)),
                ("通知方式", "电子邮件、信函、公开发布；未登记序列号的产品通过公开发布通知"),
                ("阶段性报告", f"每 {recall.law.progress_months} 个月"),
            ),
        ),
        signatures("编制", "审核", "批准（盖章）"),
    ]  # fmt: skip


@form("F42", "recall.recall")
def report(recall: Recall) -> list[AnySection]:
    """《产品召回实施情况报告》: this period, cumulative, against plan; numerator and denominator beside each rate."""
    figures = figures_of(recall)
    states = tuple(
        (str(AffectedState(key).label), f"{n} 台", percent(n, figures.total)) for key, n in figures.states.items()
    )
    measures = tuple((str(Remedy(key).label), f"{n} 台") for key, n in figures.measures.items())
    last, periods = 0, list[tuple[str, ...]]()
    for row in recall.reports.filter(filed_at__isnull=False):
        done = int(row.figures["states"]["done"])
        periods.append((f"第 {row.period} 期", when(row.filed_at), str(done - last), str(done), row.reference))
        last = done
    steps = tuple((str(row.get_kind_display()), when(row.at), row.reference) for row in recall.steps.all())
    return [
        head(recall),
        Facts(
            title="召回完成率",
            rows=(
                ("已召回", f"{figures.done} 台"), ("召回范围", f"{figures.total} 台"),
                ("完成率", percent(figures.done, figures.total)),
                ("决定时范围", f"{figures.frozen} 台（之后补充 {figures.added} 台）"),
            ),
        ),
        Table(title="各状态数量", columns=("状态", "数量", "占比"), rows=states),
        Table(title="处理方式", columns=("方式", "数量"), rows=measures),
        Table(title="阶段性报告", columns=("期次", "报送时间", "本期召回", "累计召回", "文号"), rows=tuple(periods)),
        Table(title="实施过程", columns=("步骤", "时间", "文号或地址"), rows=steps),
        signatures("编制", "审核", "批准（盖章）"),
    ]  # fmt: skip
