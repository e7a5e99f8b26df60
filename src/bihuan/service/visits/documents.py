"""The papers of visits: F22 field service report, F23 completion sheet, F15 duty roster (WO-10, WO-11, WO-17)."""

from datetime import timedelta
from typing import Any

from django.utils.timezone import localtime

from bihuan.core.calendar.queries import default_data
from bihuan.core.documents.paper import AnySection, Checks, Facts, Photos, Signature, Signatures, Table, Text
from bihuan.core.documents.registry import form
from bihuan.core.files.queries import attachments_of
from bihuan.service.desk.documents import acceptance_parts, customer_facts, handling, problem, product_facts, when
from bihuan.service.visits.models import FieldReport, Purpose, Visit, VisitState
from bihuan.service.visits.rosters import Cell, of_span


def visit_facts(visit: Visit) -> Facts:
    """Who was where, from when to when."""
    team = "、".join([str(visit.engineer), *(str(user) for user in visit.helpers.all())])
    return Facts(
        title="服务信息",
        rows=(
            ("上门单号", visit.number), ("工单编号", visit.case.number), ("服务目的", str(visit.get_purpose_display())),
            ("服务人员", team), ("约定时间", when(visit.starts_at)), ("约定确认人", visit.confirmed_by),
            ("到场时间", when(visit.arrived_at)), ("离场时间", when(visit.left_at)), ("服务地点", visit.place),
            ("现场联系人", visit.contact_name),
        ),
    )  # fmt: skip


def work_parts(report: FieldReport) -> list[AnySection]:
    """What was found, agreed and done."""
    texts = (
        ("故障现象（与客户负责人确认）", report.phenomenon), ("安装环境与工作状态", report.environment),
        ("处理方案", f"{report.plan}\n确认人：{report.agreed_with} {when(report.agreed_at)}" if report.plan else ""),
        ("关键操作步骤", report.steps), ("更换配件型号、规格与数量", report.parts), ("调试参数", report.parameters),
    )  # fmt: skip
    return [Text(title=title, body=body) for title, body in texts if body.strip()]


def result_parts(visit: Visit, report: FieldReport) -> list[AnySection]:
    """What came of it."""
    parts: list[AnySection] = []
    said = {True: "合格", False: "不合格", None: ""}
    rows = tuple((row["name"], row["required"], row["value"], said[row["passed"]]) for row in report.results)
    if rows:
        parts.append(Table(title=visit.test_name, columns=("项目", "要求", "实测", "结论"), rows=rows))
    trained = f"{report.training}\n受训人：{report.trained}" if report.trained else report.training
    texts = (("遗留问题", report.residual), ("后续使用建议", report.advice), ("客户培训", trained))
    parts += [Text(title=title, body=body) for title, body in texts if body.strip()]
    checks: tuple[tuple[str, bool | None, str], ...] = (
        ("处理结果", report.verdict in {"solved", "done"} if report.verdict != "found" else None,
         str(report.get_verdict_display())),
        ("更换件与原件型号、规格一致", report.same_parts or None, ""),
        ("已演示解决效果并说明注意事项", report.demonstrated or None, ""), ("现场已清理", report.cleaned or None, ""),
    )  # fmt: skip
    return [*parts, Checks(title="完成情况", rows=checks)]


def word_parts(visit: Visit, report: FieldReport) -> list[AnySection]:
    """The customer's rating and the signatures."""
    scores = (
        ("服务过程", report.process_score),
        ("解决结果", report.result_score),
        ("人员态度", report.attitude_score),
    )
    rated = tuple((name, f"{score} 分" if score else "") for name, score in scores)
    day = when(report.signed_at)[:10]
    signatures = (
        Signature(label="客户签字", name=report.signed_by, date=day, file=report.signature_id),
        Signature(label="服务人员", name=str(visit.engineer), date=when(report.reported_at)[:10]),
    )
    return [Facts(title="客户评价", rows=(*rated, ("客户意见", report.opinion))), Signatures(items=signatures)]


def photos(visit: Visit) -> list[AnySection]:
    """The pictures of the site, and the names of the films, which a paper cannot show (WO-13)."""
    kept = [row for row in attachments_of(visit) if row.role == "evidence"]
    shown = [(row.file_id, row.caption) for row in kept if row.file.is_image]
    films = [f"{row.caption or row.file.name}（SHA-256 {row.file.sha256[:16]}）" for row in kept if row.file.is_video]
    parts: list[AnySection] = [Photos(title="现场照片", files=tuple(shown[:12]))] if shown else []
    return [*parts, Text(title="现场视频（存于系统）", body="\n".join(films))] if films else parts


@form("F22", "visits.visit")
def field_report(visit: Any) -> list[AnySection]:
    """The field service report, with every step (WO-10)."""
    head: list[AnySection] = [visit_facts(visit), customer_facts(visit.case), product_facts(visit.case)]
    report = getattr(visit, "report", None)
    if report is None:
        return [*head, Text(title="任务", body=visit.task)]
    return [*head, *work_parts(report), *result_parts(visit, report), *word_parts(visit, report), *photos(visit)]


@form("F23", "visits.visit")
def completion_sheet(visit: Any) -> list[AnySection]:
    """The service completion sheet, shorter: what was done, the result, the signature (WO-11)."""
    head: list[AnySection] = [visit_facts(visit), customer_facts(visit.case), problem(visit.case)]
    report = getattr(visit, "report", None)
    if report is None:
        return [*head, Text(title="任务", body=visit.task)]
    done = Text(title="服务内容与措施", body="\n".join(filter(None, (report.steps, report.parts))) or report.phenomenon)
    return [*head, done, *result_parts(visit, report), *word_parts(visit, report)]


def of_case(case: Any) -> Visit | None:
    """The last finished service visit of this round."""
    rows = case.visits.filter(state=VisitState.FINISHED, purpose=Purpose.SERVICE, report__isnull=False)
    found: Visit | None = rows.select_related("report", "engineer").order_by("id").last()
    return found


@form("F22", "desk.case")
def field_report_of_case(case: Any) -> list[AnySection]:
    """The report of the case's last visit; a case solved from afar has its remote work instead."""
    visit = of_case(case)
    return [*field_report(visit)] if visit else remote_work(case)


@form("F23", "desk.case")
def completion_sheet_of_case(case: Any) -> list[AnySection]:
    """The completion sheet of the case, visited or not (D16)."""
    visit = of_case(case)
    return [*completion_sheet(visit)] if visit else remote_work(case)


def remote_work(case: Any) -> list[AnySection]:
    """What was done without a visit."""
    return [customer_facts(case), product_facts(case), problem(case), *handling(case), *acceptance_parts(case)]


WEEK = "一二三四五六日"


@form("F15", "visits.dutyroster")
def duty_roster(roster: Any) -> list[AnySection]:
    """The duty roster: everybody's days at a glance, then each day in the order of its visits (WO-17).

    It hangs on a wall: names of customers and places stand on it, telephone numbers do not.
    """
    rows = of_span(roster.drawn_by, roster.first_on, roster.last_on)
    visits = {visit.pk for _user, cells in rows for cell in cells for visit in cell.visits}
    head = Facts(
        rows=(
            ("排班日期", str(roster)), ("制表人", str(roster.drawn_by)), ("维修人员", f"{len(rows)} 人"),
            ("上门次数", f"{len(visits)} 次"),
        )
    )  # fmt: skip
    days = [roster.first_on + timedelta(days=place) for place in range((roster.last_on - roster.first_on).days + 1)]
    parts: list[AnySection] = [head]
    for start in range(0, len(days), 7):
        columns = tuple(f"{day.day} 周{WEEK[day.weekday()]}" for day in days[start : start + 7])
        table = tuple((str(user), *(_glance(cell) for cell in cells[start : start + 7])) for user, cells in rows)
        parts.append(Table(title="人员安排", columns=("人员", *columns), rows=table))
    for place, day in enumerate(days):
        parts += _day_part(day, [(user, cells[place]) for user, cells in rows])
    signed = Signature(label="制表", name=str(roster.drawn_by), date=when(roster.issued_at)[:10])
    return [*parts, Signatures(items=(signed, Signature(label="售后负责人")))]


def _glance(cell: Cell) -> str:
    """A day of one person in a word."""
    visits = [f"{localtime(row.starts_at):%H:%M} {_customer(row)[:6]}" for row in cell.visits]
    if cell.absent is not None:
        return "\n".join([f"休（{cell.absent.reason}）", *(f"{text}（需改派）" for text in visits)])
    return "\n".join(visits) or ("待命" if default_data().is_working_day(cell.day) else "公休")


def _customer(visit: Visit) -> str:
    return visit.case.customer.name if visit.case.customer else visit.contact_name


def _day_part(day: Any, cells: list[tuple[Any, Cell]]) -> list[AnySection]:
    """The visits of a day in their order, once each; a day without any is left out."""
    found = {visit.pk: visit for _user, cell in cells for visit in cell.visits}
    rows = []
    for visit in sorted(found.values(), key=lambda one: (one.starts_at, one.pk)):
        start, end = localtime(visit.starts_at), localtime(visit.ends_at)
        team = "、".join([str(visit.engineer), *(str(user) for user in visit.helpers.all())])
        until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%m-%d %H:%M}"
        where = f"{_customer(visit)}\n{visit.place}\n联系人：{visit.contact_name}"
        what = f"{visit.get_purpose_display()}：{visit.task[:60]}"
        rows.append((f"{start:%H:%M}–{until}", team, where, what, f"{visit.number}\n{visit.get_state_display()}"))
    if not rows:
        return []
    title = f"{day:%m-%d} 周{WEEK[day.weekday()]}"
    return [Table(title=title, columns=("时间", "维修人员", "客户与地点", "服务内容", "上门单"), rows=tuple(rows))]
