"""The named forms of a quality issue: F01, F03, F05, F08, F11."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from bihuan.core.documents.paper import AnySection, Facts, Photos, Signature, Signatures, Table, Text, to_write
from bihuan.core.documents.registry import form
from bihuan.core.files.queries import attachments_of
from bihuan.quality.issues.labels import words_of
from bihuan.quality.issues.models import ActionKind, ActionState, CauseState, Issue, Location, Measure, Reply
from bihuan.quality.issues.papers import copy_recipients, main_recipients

MOST_CASES = 30


def when(moment: datetime | date | None) -> str:
    """A date or a time as papers write it."""
    if isinstance(moment, datetime):
        return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
    return f"{moment:%Y-%m-%d}" if moment else ""


def day(moment: datetime | None) -> str:
    """The day of a moment."""
    return f"{timezone.localtime(moment):%Y-%m-%d}" if moment else ""


def recipients(issue: Issue) -> Facts:
    """Main recipients and copies (QIS-06)."""
    return addressed(main_recipients(issue), copy_recipients(issue))


def addressed(main: Iterable[Any], copies: Iterable[Any]) -> Facts:
    """To whom a paper goes, and who gets a copy; nobody twice."""
    names = [str(row) for row in main]
    others = [name for name in dict.fromkeys(str(row) for row in copies) if name not in names]
    return Facts(rows=(("主送", "、".join(names)), ("抄送", "、".join(others))))


def head(issue: Issue) -> Facts:
    """What it is about, and how grave."""
    words = words_of(issue)
    flags = [text for text, on in (("严重症状", issue.is_serious), ("危害人身安全", issue.is_safety)) if on]
    return Facts(
        title="问题概况",
        rows=(
            ("问题编号", issue.number),
            ("问题来源", str(issue.get_source_display())),
            ("产品型号", str(issue.model or issue.line or "")),
            ("批次", str(issue.batch or "")),
            ("同种机理", str(issue.mechanism or "")),
            ("地区", str(issue.region or "")),
            ("问题等级", str(words["grade"])),
            ("离散程度", str(words["dispersion"])),
            ("投诉时间", when(issue.complained_at)),
            ("登记时间", when(issue.registered_at)),
            ("提出人", str(issue.reporter or "质量监测")),
            ("跟进人", str(issue.owner or "")),
            ("责任单位", str(issue.department or "")),
            ("特别标识", "、".join(flags)),
            ("引用标准", "；".join(issue.policy.issues.standards)),
        ),
    )


def statistics(issue: Issue) -> list[AnySection]:
    """The newest counts of each rule: whole numbers, the rate beside them, and why the paper had to be filled."""
    names = {rule.code: rule.name for rule in issue.policy.monitor.rules}
    newest = {row.rule: row for row in reversed(issue.signals.all())}
    rows = tuple(
        (names.get(row.rule, row.rule), str(row.count), str(row.exposure), f"{row.per_mille} ‰",
         _interval(row.low, row.high), row.window)
        for row in newest.values()
    )  # fmt: skip
    sure = f"{issue.policy.monitor.confidence * 100:g}%"
    columns = ("触发条件", "不良数", "基数", "比率", f"{sure} 置信区间", "统计范围")
    return [Table(title="统计数据", columns=columns, rows=rows)] if rows else []


def _interval(low: float | None, high: float | None) -> str:
    return f"{low * 1000:.2f}～{high * 1000:.2f} ‰" if low is not None and high is not None else ""


def symptom(issue: Issue) -> list[AnySection]:
    """What was observed, with the cases that say it."""
    links = issue.links.select_related("case__unit", "case__region").order_by("-case__complained_at")[:MOST_CASES]
    rows = tuple(
        (item.case.number, day(item.case.complained_at), item.case.serial_text, item.case.summary) for item in links
    )
    parts: list[AnySection] = [Text(title="问题描述", body=issue.description or issue.title)]
    if rows:
        parts.append(Table(title="相关工单", columns=("工单编号", "投诉日期", "序列号", "现象"), rows=rows))
    return parts


def photos(issue: Issue) -> list[AnySection]:
    """The pictures that prove it."""
    files = tuple((row.file_id, row.caption) for row in attachments_of(issue) if row.file.is_image)
    return [Photos(title="照片", files=files[:9])] if files else []


def causes(issue: Issue) -> list[AnySection]:
    """The confirmed causes with their evidence."""
    rows = issue.causes.filter(cycle=issue.cycle, state=CauseState.CONFIRMED)
    table = tuple((str(row.get_kind_display()), str(row.get_bone_display()), row.text, row.evidence) for row in rows)
    return [Table(title="原因分析", columns=("性质", "类别", "原因", "验证证据"), rows=table)]


def measures(issue: Issue, *kinds: str, title: str) -> Table:
    """Measures of some kinds with responsible person, due date, goal and result."""
    rows = issue.measures.filter(issue_cycle=issue.cycle, kind__in=kinds).exclude(state=ActionState.DROPPED)
    table = tuple(
        (_by_means(row), row.goal, str(row.owner), day(row.due_at), day(row.ended_at), row.result)
        for row in rows.select_related("owner")
    )
    return Table(title=title, columns=("措施", "目标", "责任人", "要求完成", "实际完成", "完成情况"), rows=table)


def _by_means(row: Measure) -> str:
    return f"【{row.get_means_display()}】{row.text}" if row.means else row.text


def contained(issue: Issue) -> Table:
    """What was found, sorted and bad at each place."""
    rows = {row.location: row for row in issue.containments.filter(cycle=issue.cycle)}
    table = tuple(
        (str(place.label), str(rows[place].found), str(rows[place].sorted), str(rows[place].bad), rows[place].remark)
        for place in Location
        if place in rows
    )
    return Table(title="遏制情况", columns=("地点", "排查数", "挑选数", "不良数", "说明"), rows=table)


def signatures(*labels: str) -> Signatures:
    """Empty places to sign."""
    return Signatures(title="签署", items=tuple(Signature(label=label) for label in labels))


@form("F01", "issues.issue")
def anomaly_sheet(issue: Issue) -> list[AnySection]:
    """《市场质量异常反馈单》 (QIS-01, QIS-02)."""
    interim = measures(issue, ActionKind.INTERIM, title="已采取的临时措施")
    demand = Facts(
        title="要求",
        rows=(
            ("要求回复内容", "原因分析、临时解决方案、长期解决方案"),
            ("要求回复期限", to_write("、".join(when(row.due_at) for row in issue.replies.all()))),
        ),
    )
    reply = [Text(title=f"{row.department} 回复", body=reply_text(row)) for row in
             issue.replies.filter(replied_at__isnull=False).select_related("department")]  # fmt: skip
    return [
        recipients(issue), head(issue), *statistics(issue), *symptom(issue), *photos(issue), interim, demand, *reply,
        signatures("反馈人", "审核", "批准"),
    ]  # fmt: skip


def reply_text(row: Any) -> str:
    """A department's reply as one text, with who confirmed it (QIS-15)."""
    parts = (("原因分析", row.cause), ("处置意见", row.disposition), ("纠正措施", row.corrective),
             ("预防措施", row.preventive), ("完成日期", when(row.done_on)), ("答复人", str(row.replied_by or "")),
             ("确认人", str(row.confirmed_by or "")))  # fmt: skip
    return "\n".join(f"{label}：{text}" for label, text in parts if text)


@form("F05", "issues.issue")
def special_report(issue: Issue) -> list[AnySection]:
    """《质量专题报告》 (QIS-04, QIS-05)."""
    findings = tuple(
        (str(row.get_kind_display()), day(row.at), str(row.found_by), row.text)
        for row in issue.findings.filter(cycle=issue.cycle).select_related("found_by")
    )
    checks = tuple(
        (str(row.get_verdict_display()), row.breakpoint, f"{row.count}/{row.exposure}", row.limits)
        for row in issue.checks.filter(cycle=issue.cycle)
    )
    risk = "存在危害人身安全的风险，须进行召回判断。" if issue.is_safety else "定级时未认定存在危害人身安全的风险。"
    return [
        recipients(issue), head(issue), *statistics(issue), *symptom(issue), *photos(issue),
        Table(title="调查与试验", columns=("方式", "日期", "人员", "结果"), rows=findings),
        *causes(issue), Text(title="风险与安全评估", body=risk), contained(issue),
        measures(issue, ActionKind.INTERIM, title="临时解决方案"),
        measures(issue, ActionKind.CORRECTIVE, ActionKind.PREVENTIVE, title="长期解决方案"),
        Table(title="效果验证", columns=("结论", "断点", "不良数/基数", "置信区间"), rows=checks),
        signatures("编制", "审核", "批准"),
    ]  # fmt: skip


@form("F03", "issues.issue")
def eight_d_report(issue: Issue) -> list[AnySection]:
    """《质量异常分析改进8D报告》: each discipline as far as it is (QIS-03)."""
    team = "、".join(f"{row.user}{'（组长）' if row.is_leader else ''}" for row in issue.team.select_related("user"))
    facts = tuple((str(row.get_kind_display()), row.is_text, row.is_not, row.difference) for row in issue.facts.all())
    extra: dict[str, list[AnySection]] = {
        "d1": [Text(body=team)],
        "d2": [Table(columns=("问题", "是", "不是", "差异"), rows=facts), *statistics(issue), *photos(issue)],
        "d3": [contained(issue), measures(issue, ActionKind.INTERIM, title="临时措施")],
        "d4": causes(issue),
        "d5": [measures(issue, ActionKind.CORRECTIVE, title="永久纠正措施")],
        "d7": [measures(issue, ActionKind.PREVENTIVE, title="防止再发生")],
    }
    parts: list[AnySection] = [recipients(issue), head(issue)]
    for row in issue.disciplines.select_related("owner"):
        state = f"{row.get_state_display()} · 第 {row.revision} 版 · {row.owner or ''} · 期限 {day(row.due_at)}"
        title = f"{row.code.upper()} {row.name}（{state}）"
        parts += [Text(title=title, body=row.text), *(extra.get(row.code, []) if row.text else [])]
    return [*parts, signatures("编制", "审核", "批准")]


@form("F08", "issues.issue")
def problem_report(issue: Issue) -> list[AnySection]:
    """质量问题报告单 with its reply block (NCR-10, SLA-14)."""
    reporter = issue.reporter
    department = getattr(reporter, "department", None)
    parts: list[AnySection] = [
        Facts(
            rows=(
                ("提出部门", str(department or "")),
                ("提出人", str(reporter or "质量监测")),
                ("提出时间", when(issue.registered_at)),
                ("受理部门", str(getattr(issue.owner, "department", None) or "")),
                ("受理人", str(issue.owner or "")),
                ("涉及人员", str(issue.responsible or "")),
                ("产品型号", str(issue.model or "")),
                ("图号", issue.model.drawing_no if issue.model else ""),
                ("不合格数", str(issue.quantity or "")),
                ("发生时间", when(issue.occurred_at)),
                ("发生地点", issue.place),
            )
        ),
        Text(title="陈述", body=issue.description or issue.title),
        *photos(issue),
    ]
    replies = list(issue.replies.select_related("department", "replied_by", "confirmed_by"))
    parts += [section for row in replies or [Reply()] for section in reply_block(row)]
    return [*parts, signatures("提出人", "受理部门", "质量部门验证", "结案")]


def reply_block(row: Reply) -> list[AnySection]:
    """The block that a department answers in, by its day; room to write as long as it has not (NCR-10, SLA-14)."""
    known = row.pk is not None
    due = f"{timezone.localtime(row.due_at):%Y 年 %m 月 %d 日}" if known else "　　年　　月　　日"
    who = row.department if known else "受理部门"
    asked = [("答复事项", row.question)] if row.question else []
    wishes = [("客户需求", row.need)] if row.need else []
    rows = (
        *asked, ("原因分析", to_write(row.cause, 3)), ("处置意见", to_write(row.disposition, 3)),
        ("纠正措施", to_write(row.corrective, 3)), ("预防措施", to_write(row.preventive, 3)), *wishes,
        ("完成日期", to_write(when(row.done_on))), ("答复人", to_write(str(row.replied_by or ""))),
        ("质量部门确认", to_write(str(row.confirmed_by or ""))),
    )  # fmt: skip
    return [Facts(title=f"请{who}就以下事项作出答复，于 {due}前填妥本单交质量部门", rows=rows)]


@form("F11", "issues.issue")
def change_document(issue: Issue) -> list[AnySection]:
    """技术更改资料 to the production units: why, what from and to, receipt and execution (QIS-11)."""
    confirmed = issue.causes.filter(cycle=issue.cycle, state=CauseState.CONFIRMED)
    why = "\n".join(f"{row.get_kind_display()}：{row.text}" for row in confirmed)
    parts: list[AnySection] = [recipients(issue), head(issue), Text(title="更改原因", body=why or issue.title)]
    rows = list(issue.changes.select_related("department", "received_by", "executed_by", "issued_by"))
    kept = [row for row in attachments_of(issue) if row.role.startswith("change.")]
    for number, row in enumerate(rows, 1):
        names = "、".join(item.caption or item.file.name for item in kept if item.role == f"change.{row.pk}")
        parts += [
            Facts(
                title=f"更改{f' {number}' if len(rows) > 1 else ''}：{row.title}",
                rows=(
                    ("发出", f"{row.issued_by} {when(row.issued_at)}"),
                    ("执行单位", str(row.department)),
                    ("要求执行日期", day(row.due_at)),
                    ("签收", f"{row.received_by or ''} {when(row.received_at)}".strip()),
                    ("执行日期", when(row.executed_on)),
                    ("执行人", str(row.executed_by or "")),
                    *((("附件", names),) if names else ()),
                ),
            ),
            Table(columns=("更改前", "更改后"), rows=((row.before, row.after),)),
        ]
    return [*parts, signatures("编制", "审核", "批准", "执行单位")]
