"""The handling plan and the report of its result, as the precast works file them: F30, F31."""

from bihuan.core.documents.paper import AnySection, Facts, Table, Text
from bihuan.core.documents.registry import form
from bihuan.quality.issues.documents import (
    addressed,
    causes,
    contained,
    day,
    head,
    measures,
    photos,
    recipients,
    signatures,
    symptom,
    when,
)
from bihuan.quality.issues.labels import words_of
from bihuan.quality.issues.models import ActionKind, FindingKind, Issue
from bihuan.quality.issues.papers import copy_recipients, filed_with, main_recipients


@form("F30", "issues.issue")
def handling_plan(issue: Issue) -> list[AnySection]:
    """质量问题处理方案: measures, times, responsible persons, by the technical engineer (CAP-14, CAP-16)."""
    experts = tuple(
        (day(row.at), str(row.found_by), row.text)
        for row in issue.findings.filter(cycle=issue.cycle, kind=FindingKind.EXPERT).select_related("found_by")
    )
    parts: list[AnySection] = [recipients(issue), head(issue), *symptom(issue), *photos(issue), *causes(issue)]
    if experts:
        parts.append(Table(title="专家论证", columns=("日期", "专家", "论证意见"), rows=experts))
    return [
        *parts, contained(issue),
        measures(issue, ActionKind.INTERIM, title="临时处理措施"),
        measures(issue, ActionKind.CORRECTIVE, title="纠正措施"),
        measures(issue, ActionKind.PREVENTIVE, title="预防措施"),
        Facts(
            title="编制",
            rows=(
                ("编制人（技术工程师）", str(issue.drafter or issue.owner or "")),
                ("问题等级", str(words_of(issue)["grade"])),
            ),
        ),
        signatures("技术工程师", "售后负责人审核", "主管领导批准", "总经理批准（重大问题）"),
    ]  # fmt: skip


def filed(issue: Issue) -> Facts:
    """The leader in charge has the report; the responsible unit gets a copy. Without such a leader it is the unit's."""
    leaders = [name for _role, name in filed_with(issue)]
    if not leaders:
        return recipients(issue)
    return addressed(leaders, [*main_recipients(issue), *copy_recipients(issue)])


@form("F31", "issues.issue")
def result_report(issue: Issue) -> list[AnySection]:
    """质量问题处理情况报告: what was done and what it brought, filed with the leader in charge (CAP-17, CAP-18)."""
    checks = tuple(
        (str(row.get_verdict_display()), row.breakpoint, f"{row.count}/{row.exposure}", row.limits, when(row.at))
        for row in issue.checks.filter(cycle=issue.cycle)
    )  # fmt: skip
    others = tuple(
        (str(row.get_method_display()), f"{row.bad}/{row.asked}", "支持" if row.is_good else "不支持", row.text)
        for row in issue.evaluations.filter(cycle=issue.cycle)
    )
    adopted = issue.measures.filter(issue_cycle=issue.cycle).exclude(adopted_as="")
    kept = tuple((row.text, row.adopted_as, when(row.adopted_at)) for row in adopted)
    conclusion = f"{issue.get_state_display()}；效果：{issue.get_result_display()}。"
    parts: list[AnySection] = [
        filed(issue), head(issue), *causes(issue), contained(issue),
        measures(issue, *ActionKind.values, title="措施实施情况"),
        Table(title="效果验证", columns=("结论", "断点", "不良数/基数", "置信区间", "时间"), rows=checks),
    ]  # fmt: skip
    if others:
        parts.append(Table(title="效果评价", columns=("方式", "不良/样本", "结论", "说明"), rows=others))
    if kept:
        parts.append(Table(title="纳入质量管理体系", columns=("措施", "文件", "时间"), rows=kept))
    return [*parts, Text(title="处理结论", body=conclusion), signatures("售后负责人", "主管领导（备案）")]
