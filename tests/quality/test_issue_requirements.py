"""What the sources ask of an issue beside its stations: each requirement with the behaviour that answers it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.core.deadlines.models import Deadline
from bihuan.core.documents.models import Document, Recipient
from bihuan.core.documents.services import confirm_receipt
from bihuan.core.notify.models import Notification as Notice
from bihuan.core.permissions.services import Refused
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues.flowchart import draw_flow
from bihuan.quality.issues.models import Issue
from bihuan.quality.issues.overdue import late_rows
from bihuan.quality.issues.papers import issue_paper, needed_codes
from bihuan.quality.issues.services import investigating, judging, overseeing, planning, proving
from bihuan.quality.issues.services.registration import pass_on, register_issue
from bihuan.registry.people.models import Department, User
from bihuan.registry.people.services import create_user
from tests.cast import PASSWORD
from tests.quality.story import (
    Quality,
    approved,
    confirmed,
    graded,
    implemented,
    investigated,
    planned,
    proven,
    shipped,
    whole,
)

pytestmark = pytest.mark.django_db


def soon(hours: int = 48) -> Any:
    return timezone.now() + timedelta(hours=hours)


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("title", flat=True))


def worker(q: Quality) -> User:
    """Somebody of production whose superior is Paul."""
    return create_user(
        username="wei", name="小魏", password=PASSWORD, roles=["technician"], department=q.paul.department
    )


def late(subject: Any) -> Deadline:
    return Deadline.objects.get(
        subject_type=subject._meta.label_lower, subject_id=subject.pk, state__in=["open", "met"]
    )


def test_engineering_analyses_plans_trains_and_updates_documents(q: Quality) -> None:
    """QIS-08, CAP-04, CAP-14, CAP-21: interim and long-term solution, prevention of every kind, a technical change."""
    issue = graded(q, q.issue(mechanism=q.mechanism))
    erik = q.cast.erik
    cause = investigating.suspect_cause(issue=issue, by=erik, text="扭矩偏低", bone="machine", kind="occurrence")
    cause = investigating.decide_cause(cause=cause, by=erik, confirmed=True, evidence="复测")
    prevention = ("training", "system", "contest")
    for kind, means in (("interim", "inspection"), ("corrective", "process"), *(("preventive", m) for m in prevention)):
        planning.set_measure(
            issue=issue, by=erik, kind=kind, means=means, text=f"{means}", goal="零流出", owner=q.paul, due_at=soon(),
            cause=cause,
        )  # fmt: skip
    rows = [(row.kind, row.get_means_display()) for row in issue.measures.all()]
    assert rows == [
        ("interim", "检验或监测"), ("corrective", "纠正或改进工艺过程"), ("preventive", "员工培训"),
        ("preventive", "完善质量管理体系"), ("preventive", "质量竞赛"),
    ]  # fmt: skip
    values = {"cause_category": q.cast.cause, "department": q.paul.department, "responsible": q.paul}
    judging.attribute(issue=issue, by=erik, values=values)
    judging.decide_responsibility(issue=issue, by=q.olga, responsibility="internal", reason="装配")
    issue = investigating.conclude_investigation(issue=issue, by=erik)
    change = planning.issue_change(
        issue=issue, by=erik, title="拧紧工艺卡", before="12 N·m", after="14 N·m", department=q.paul.department,
        due_at=soon(),
    )  # fmt: skip
    colleague = Department.objects.get(code="engineering")
    create_user(username="en", name="恩工", password=PASSWORD, roles=["technical_engineer"], department=colleague)
    assert (change.state, planning.submit_plan(issue=issue, by=erik).drafter) == ("issued", erik)


def test_the_papers_name_the_standard_of_the_procedure(q: Quality) -> None:
    """QIS-14: the clause that the company's procedure refers to is data, and printed."""
    issue = graded(q, q.issue(mechanism=q.mechanism))
    paper = issue_paper(subject=issue, code="F01", by=q.quentin)
    assert "GB/T 19001-2000 idt ISO 9001:2000 第 8.5 条" in str(paper.data)


def test_quality_finds_cause_responsible_person_measures_and_dates(q: Quality) -> None:
    """NCR-03: without the responsible person, or with a date in the past, no plan."""
    issue = graded(q, q.issue(mechanism=q.mechanism))
    cause = confirmed(q, issue)
    with pytest.raises(MoveRefused):
        planning.set_measure(
            issue=issue, by=q.quentin, kind="corrective", text="x", goal="y", owner=q.paul, cause=cause,
            due_at=timezone.now() - timedelta(hours=1),
        )  # fmt: skip
    issue = investigating.conclude_investigation(issue=issue, by=q.quentin)
    values = {"department": q.paul.department, "cause_category": q.cast.cause}
    judging.attribute(issue=issue, by=q.quentin, values=values)
    with pytest.raises(MoveRefused, match="责任人"):
        planning.submit_plan(issue=issue, by=q.quentin)


def test_the_superior_hears_first_and_passes_on(q: Quality) -> None:
    """NCR-12, NCR-14: employee, superior, quality; nobody else passes it on, and only once."""
    wei = worker(q)
    issue = register_issue(sign=q.sign(), by=wei)
    assert (len(told(q.paul)), told(q.quentin)) == (1, [])
    page = reverse("issues:issue", args=[issue.number])
    browser = Client()
    browser.force_login(q.paul)
    assert "上报质量部门" in browser.get(page).content.decode()
    with pytest.raises(Refused):
        pass_on(issue=issue, by=q.cast.erik, note="严重")
    with pytest.raises(MoveRefused):
        pass_on(issue=issue, by=q.paul, note=" ")
    issue = pass_on(issue=issue, by=q.paul, note="批量性质，较严重")
    assert (issue.superior, issue.superior_note, len(told(q.quentin))) == (q.paul, "批量性质，较严重", 1)
    with pytest.raises(MoveRefused):
        pass_on(issue=issue, by=q.paul, note="再报一次")


def test_danger_and_a_superiors_own_report_reach_quality_at_once(q: Quality) -> None:
    """NCR-12, NCR-14, NCR-16: nobody waits for a superior when people may be hurt, nor for himself."""
    register_issue(sign=q.sign(stop_work=True, is_safety=True), by=worker(q))
    assert (len(told(q.paul)), len(told(q.quentin))) == (1, 1)
    register_issue(sign=q.sign(description="另一处"), by=q.paul)
    assert len(told(q.quentin)) == 2


def verifying(q: Quality, criteria: tuple[str, ...] = ("function",)) -> Issue:
    issue = graded(q, q.issue(mechanism=q.mechanism), criteria)
    return implemented(q, approved(q, planned(q, investigated(q, issue))))


def test_customers_samples_and_audits_speak_beside_the_counts(q: Quality) -> None:
    """CAP-09: a severe issue needs one of them; one that speaks against the effect keeps it open."""
    issue = verifying(q)
    shipped(q, "OK", timezone.localdate() - timedelta(days=200), 3000)
    for measure in issue.measures.filter(kind="preventive"):
        planning.adopt_measure(measure=measure, by=q.quentin, document="QP-08")
    proving.check_effect(issue=issue, by=q.quentin)
    issue.refresh_from_db()
    with pytest.raises(MoveRefused, match="评价效果"):
        proving.close_issue(issue=issue, by=q.quentin)
    more: dict[str, Any] = {"issue": issue, "by": q.quentin, "text": "回访 20 家"}
    with pytest.raises(MoveRefused):
        proving.evaluate(method="feedback", asked=20, bad=21, is_good=True, **more)
    proving.evaluate(method="feedback", asked=20, bad=6, is_good=False, **more)
    with pytest.raises(MoveRefused, match="不支持"):
        proving.close_issue(issue=issue, by=q.quentin)
    for method in ("sampling", "audit"):
        proving.evaluate(method=method, asked=20, bad=0, is_good=True, **more)
    assert proving.close_issue(issue=issue, by=q.quentin).state == "closed"


def test_improvement_goes_on_after_the_issue_is_closed(q: Quality) -> None:
    """CAP-10: with training and monitoring; its clock runs, the closed issue does not wait for it."""
    issue = verifying(q)
    proven(q, issue)
    with pytest.raises(MoveRefused):
        planning.set_measure(
            issue=issue, by=q.quentin, kind="corrective", text="x", goal="y", owner=q.paul, due_at=soon()
        )
    row = planning.set_measure(
        issue=issue, by=q.quentin, kind="improvement", means="training", text="全员扭矩培训", goal="覆盖 100%",
        owner=q.paul, due_at=soon(),
    )  # fmt: skip
    issue = proving.close_issue(issue=issue, by=q.quentin)
    assert late(row).state == "open"
    planning.end_measure(measure=row, by=q.paul, done=True, result="培训 38 人")
    assert late(row).state == "met"


def test_what_prevents_is_taken_into_the_management_system(q: Quality) -> None:
    """CAP-11: approved, done, then part of a document; a severe issue does not close before."""
    issue = verifying(q)
    measure = issue.measures.get(kind="preventive")
    planning.adopt_measure(measure=measure, by=q.quentin, document="QP-08 控制计划 V4")
    with pytest.raises(MoveRefused):
        planning.adopt_measure(measure=measure, by=q.quentin, document="QP-09")
    measure.refresh_from_db()
    assert (measure.adopted_as, measure.adopted_by) == ("QP-08 控制计划 V4", q.quentin)
    measure.adopted_at = None
    measure.save()
    proving.evaluate(issue=issue, by=q.quentin, method="audit", asked=5, bad=0, text="内审", is_good=True)
    shipped(q, "OK", timezone.localdate() - timedelta(days=200), 3000)
    proving.check_effect(issue=issue, by=q.quentin)
    issue.refresh_from_db()
    with pytest.raises(MoveRefused, match="纳入质量管理体系"):
        proving.close_issue(issue=issue, by=q.quentin)


def test_departments_are_told_by_meeting_mail_report_or_training(q: Quality) -> None:
    """CAP-13: which, when, by what means; their people have a notice; nothing of the future."""
    issue = graded(q, q.issue())
    departments = [q.paul.department]
    more: dict[str, Any] = {"issue": issue, "by": q.quentin, "text": "通报扭矩问题"}
    with pytest.raises(MoveRefused):
        overseeing.communicate(medium="meeting", departments=[], **more)
    day = timezone.localdate() + timedelta(days=1)
    with pytest.raises(MoveRefused):
        overseeing.communicate(medium="meeting", departments=departments, held_on=day, **more)
    before = len(told(q.paul))
    for medium in ("meeting", "mail", "report", "training"):
        overseeing.communicate(medium=medium, departments=departments, **more)
    assert [row.medium for row in issue.communications.order_by("pk")] == ["meeting", "mail", "report", "training"]
    assert len(told(q.paul)) == before + 4


def test_severe_problems_are_argued_by_experts(q: Quality) -> None:
    """CAP-16: from grade two on; the handling plan prints their words."""
    issue = graded(q, q.issue(mechanism=q.mechanism), ("function",))
    for kind in ("occurrence", "escape", "system"):
        confirmed(q, issue, kind)
    with pytest.raises(MoveRefused, match="专家"):
        investigating.conclude_investigation(issue=issue, by=q.quentin)
    investigating.add_finding(issue=issue, by=q.quentin, kind="expert", text="专家组一致认为预紧力不足")
    investigating.conclude_investigation(issue=issue, by=q.quentin)
    assert "专家组一致认为预紧力不足" in str(issue_paper(subject=issue, code="F30", by=q.quentin).data)


def test_progress_is_tracked_and_what_is_in_the_way_reaches_the_office(q: Quality) -> None:
    """CAP-17: its owner says how far; who coordinates hears of trouble; what has ended moves no more."""
    issue = approved(q, planned(q, investigated(q, graded(q, q.issue(mechanism=q.mechanism)))))
    measure = issue.measures.get(kind="corrective")
    with pytest.raises(Refused):
        planning.report_progress(measure=measure, by=q.cast.alice, progress=10)
    with pytest.raises(MoveRefused):
        planning.report_progress(measure=measure, by=q.paul, progress=101)
    before = len(told(q.olga))
    planning.report_progress(measure=measure, by=q.paul, progress=40, trouble="缺校准仪")
    measure.refresh_from_db()
    assert (measure.progress, measure.trouble, len(told(q.olga))) == (40, "缺校准仪", before + 1)
    planning.end_measure(measure=measure, by=q.paul, done=True, result="完成")
    measure.refresh_from_db()
    assert (measure.progress, measure.trouble) == (100, "")
    with pytest.raises(MoveRefused):
        planning.report_progress(measure=measure, by=q.paul, progress=50)


def test_production_quality_and_sales_work_together(q: Quality) -> None:
    """CAP-20: production says the cause, sales what the customer needs; each for itself."""
    issue = graded(q, q.issue())
    sales = Department.objects.get(code="sales")
    seller = create_user(username="sally", name="沈销", password=PASSWORD, roles=["sales"], department=sales)
    asked = [
        planning.ask_reply(issue=issue, by=q.quentin, department=user.department, due_at=soon())
        for user in (q.paul, seller)
    ]
    planning.give_reply(reply=asked[0], by=q.paul, values={"cause": "夹具磨损"})
    with pytest.raises(Refused):
        planning.give_reply(reply=asked[1], by=q.paul, values={"need": "x"})
    with pytest.raises(MoveRefused):
        planning.give_reply(reply=asked[1], by=seller, values={"cause": " ", "need": ""})
    row = planning.give_reply(reply=asked[1], by=seller, values={"need": "客户要求连续运行 16 小时"})
    assert (row.state, row.need) == ("replied", "客户要求连续运行 16 小时")


def test_a_returned_part_is_analysed_within_24_hours(q: Quality) -> None:
    """SLA-04: from its arrival, not from its entry; the result is a finding, also that no fault was found."""
    issue = graded(q, q.issue())
    at = timezone.now() - timedelta(hours=3)
    part = investigating.receive_part(issue=issue, by=q.cast.erik, name="主轴", serial="Z-1", received_at=at)
    assert (late(part).starts_at, late(part).due_at) == (at, at + timedelta(hours=24))
    with pytest.raises(MoveRefused):
        investigating.receive_part(issue=issue, by=q.cast.erik, name="主轴", received_at=soon())
    more: dict[str, Any] = {"part": part, "by": q.cast.erik, "is_confirmed": False}
    with pytest.raises(MoveRefused):
        investigating.analyse_part(result=" ", **more)
    investigating.analyse_part(result="台架 8 小时未复现", **more)
    assert (late(part).state, issue.findings.get().text) == ("met", "台架 8 小时未复现")
    with pytest.raises(MoveRefused):
        investigating.analyse_part(result="又测一次", **more)


@pytest.mark.parametrize(
    ("dispersion", "code", "hours"), [(1, None, 0), (2, "issue_batch", 48), (3, "issue_special", 72)]
)
def test_spread_chooses_the_hours_of_the_plan(q: Quality, dispersion: int, code: str | None, hours: int) -> None:
    """SLA-05, SLA-06, TRI-07, D11: batch problems in 48 hours, special ones in 72, from the complaint."""
    at = timezone.now() - timedelta(hours=5)
    issue = q.issue(source="complaint", complained_at=at)
    judging.grade_issue(issue=issue, by=q.quentin, values={"criteria": ["use"], "dispersion": dispersion})
    rows = Deadline.objects.filter(subject_type="issues.issue", subject_id=issue.pk, state="open")
    found = {row.code: row.due_at for row in rows if row.code in {"issue_batch", "issue_special"}}
    assert found == ({code: at + timedelta(hours=hours)} if code else {})


def test_the_office_sees_what_is_late_and_notes_rewards_and_penalties(q: Quality) -> None:
    """SLA-21, QIS-09: by department and person; who supervises, nobody himself; the records stand on the issue."""
    issue = graded(q, q.issue())
    planning.ask_reply(issue=issue, by=q.quentin, department=q.paul.department, due_at=soon(1))
    past = timezone.now() - timedelta(hours=2)
    Deadline.objects.filter(subject_type="issues.reply").update(starts_at=past - timedelta(hours=1), due_at=past)
    (row,) = [row for row in late_rows(q.olga) if row.what.startswith("部门答复")]
    assert (row.issue, row.department) == (issue, q.paul.department)
    more: dict[str, Any] = {"issue": issue, "department": q.paul.department, "text": "超期未答复"}
    with pytest.raises(Refused):
        overseeing.supervise(by=q.quentin, kind="penalty", **more)
    with pytest.raises(MoveRefused):
        overseeing.supervise(by=q.olga, kind="reward", person=q.olga, **more)
    note = overseeing.supervise(by=q.olga, kind="penalty", person=q.paul, amount=Decimal("200.00"), **more)
    assert (note.amount, note.state, told(q.paul)[-1].startswith(issue.number)) == (
        Decimal("200.00"),
        "corrected",
        True,
    )
    browser = Client()
    browser.force_login(q.olga)
    page = browser.get(reverse("issues:supervision")).content.decode()
    assert "部门答复期限" in page
    assert "¥200.00" in page
    browser.force_login(q.paul)
    assert browser.get(reverse("issues:supervision")).status_code == 403


def test_findings_of_the_supervision_are_corrected_by_their_day(q: Quality) -> None:
    """KPI-22: a limit on the clock, corrected by the department concerned, once."""
    issue = graded(q, q.issue())
    more: dict[str, Any] = {"issue": issue, "by": q.olga, "department": q.paul.department, "text": "首件未签字"}
    with pytest.raises(MoveRefused):
        overseeing.supervise(kind="finding", **more)
    note = overseeing.supervise(kind="finding", due_at=soon(24), **more)
    assert late(note).due_at == note.due_at
    with pytest.raises(Refused):
        overseeing.correct_finding(note=note, by=q.quentin, text="已补")
    overseeing.correct_finding(note=note, by=q.paul, text="补签并培训")
    assert late(note).state == "met"
    with pytest.raises(MoveRefused):
        overseeing.correct_finding(note=note, by=q.paul, text="又一次")


def test_the_flow_chart_is_data_and_picture(q: Quality) -> None:
    """CAP-03: steps in their order; six in a row, an arrow from each to the next; no more than the most."""
    issue = graded(q, q.issue())
    for number in range(1, 9):
        investigating.draw_step(issue=issue, by=q.quentin, text=f"工序 {number}", is_suspect=number == 3)
    chart = draw_flow(list(issue.flow.all()))
    assert (len(chart.boxes), len(chart.arrows), len({box.y for box in chart.boxes})) == (8, 7, 2)
    assert [box.number for box in chart.boxes if box.is_suspect] == [3]
    browser = Client()
    browser.force_login(q.quentin)
    assert 'class="flow"' in browser.get(reverse("issues:issue", args=[issue.number])).content.decode()


def test_the_result_is_filed_with_the_leader(q: Quality) -> None:
    """F30, F31, CAP-14, CAP-18: plan before the approval, report of the result after closing, both frozen."""
    leader = create_user(username="lei", name="雷总", password=PASSWORD, roles=["leader_in_charge"])
    issue = whole(q, q.issue(mechanism=q.mechanism), ("function",))
    assert {"F30", "F31"} <= needed_codes(issue)
    assert "备案" in "".join(told(leader)) or issue.number in "".join(told(leader))
    for code, text in (("F30", "加装扭矩监控"), ("F31", "QP-08 控制计划 V4")):
        paper = issue_paper(subject=issue, code=code, by=q.quentin)
        assert text in str(paper.data)
    assert Document.objects.filter(subject_type="issues.issue").count() == 2
    assert any("F31" in title and "备案" in title for title in told(leader))
    assert not any("F30" in title for title in told(leader))


def test_the_report_of_the_result_reaches_the_leader_in_charge(q: Quality) -> None:
    """F31, CAP-18: he belongs to no department and confirms by his role; the unit that solved it has a copy."""
    leader = create_user(username="lei", name="雷总", password=PASSWORD, roles=["leader_in_charge"])
    issue = whole(q, q.issue(mechanism=q.mechanism), ("function",))
    paper = issue_paper(subject=issue, code="F31", by=q.quentin)
    rows = {(row.role_code or row.department_code): row.kind for row in paper.recipients.all()}
    assert rows == {"leader_in_charge": "main", "production": "copy", "quality": "copy", "gm_office": "copy"}
    assert ["主送", "公司主管领导"] in paper.data["sections"][0]["rows"]
    assert "生产部" in dict(paper.data["sections"][0]["rows"])["抄送"]
    browser, page = Client(), reverse("documents:detail", args=[paper.pk])
    browser.force_login(q.cast.erik)
    assert "确认已阅" not in browser.get(page).content.decode()
    freelance = create_user(username="fu", name="傅工", password=PASSWORD, roles=["technician"])
    for nobody in (q.cast.erik, freelance):
        with pytest.raises(MoveRefused):
            confirm_receipt(document=paper, by=nobody)
    browser.force_login(leader)
    assert "确认已阅" in browser.get(page).content.decode()
    assert browser.post(reverse("documents:receipt", args=[paper.pk])).status_code == 302
    assert paper.recipients.get(role_code="leader_in_charge").read_by == leader
    assert "确认已阅" not in browser.get(page).content.decode()
    confirm_receipt(document=paper, by=q.paul)
    with pytest.raises(MoveRefused):
        confirm_receipt(document=paper, by=leader)
    for code, role in (("", ""), ("sales", "sales"), ("", "leader_in_charge")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Recipient.objects.create(document=paper, kind="copy", department_code=code, role_code=role, name="x")
    plan = issue_paper(subject=issue, code="F30", by=q.quentin)
    assert plan.recipients.get(kind="main").department_code == "production"


def test_every_new_act_works_from_the_page(q: Quality) -> None:
    """CAP-03, CAP-09..13, CAP-17, SLA-04, SLA-21: form, right and service of each fit; a wrong form is told."""
    issue = graded(q, q.issue(mechanism=q.mechanism))
    browser = Client()

    def act(who: User, name: str, /, **fields: Any) -> None:
        browser.force_login(who)
        address = reverse("issues:act", args=[issue.number, name])
        assert browser.post(address, {}).status_code == 422, name
        answer = browser.post(address, fields)
        assert answer.status_code == 302, (name, answer.content.decode()[:3000])
        assert browser.get(reverse("issues:issue", args=[issue.number]) + f"?do={name}").status_code == 200

    moment = (timezone.localtime() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    due = (timezone.localtime() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    production = q.paul.department_id
    act(q.quentin, "flow", text="压接", control="首检", is_suspect="on")
    act(q.quentin, "part", name="主轴", serial="Z-1", received_at=moment)
    act(q.quentin, "analyse", part=issue.parts.get().pk, is_confirmed="1", result="间隙 0.2 mm")
    act(
        q.quentin,
        "communicate",
        medium="meeting",
        held_on=str(timezone.localdate()),
        departments=[production],
        text="通报",
    )
    act(q.olga, "supervise", kind="finding", department=production, due_at=due, text="未隔离")
    act(q.paul, "correct", note=issue.supervisions.get().pk, text="已隔离")
    verified = implemented(q, approved(q, planned(q, investigated(q, issue))))
    measure = verified.measures.get(kind="preventive")
    act(q.quentin, "adopt", measure=measure.pk, document="QP-08")
    act(q.quentin, "evaluate", method="audit", asked=5, bad=0, text="内审通过", is_good="1")
    improvement = {"kind": "improvement", "means": "training", "text": "培训", "goal": "全员", "owner": q.paul.pk}
    act(q.quentin, "measure", due_at=due, **improvement)
    act(q.paul, "progress", measure=issue.measures.get(kind="improvement").pk, progress=30, trouble="")
    page = browser.get(reverse("issues:issue", args=[issue.number])).content.decode()
    for text in ("间隙 0.2 mm", "QP-08", "内审通过", "30 %", "已隔离", "员工培训"):
        assert text in page, text
