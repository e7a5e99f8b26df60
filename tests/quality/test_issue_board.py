"""Publication, objections, alarms, papers and pages of quality issues."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from bihuan.core.activity.models import Activity
from bihuan.core.approvals.models import Approval
from bihuan.core.deadlines.services import of_subject
from bihuan.core.documents.models import Document
from bihuan.core.documents.rendering import to_pdf
from bihuan.core.documents.services import confirm_receipt, verify
from bihuan.core.permissions.services import Refused
from bihuan.core.workflow.acting import available
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues import board
from bihuan.quality.issues.actions import ACTS
from bihuan.quality.issues.models import Cause, Issue, IssueCase, IssueState, Measure, Objection, Publication
from bihuan.quality.issues.notice import scrub
from bihuan.quality.issues.papers import issue_paper
from bihuan.quality.issues.services import eight_d, investigating, judging, planning, proving, publishing
from bihuan.quality.issues.services.registration import register_issue
from bihuan.quality.issues.tasks import tasks_of
from bihuan.quality.issues.workflow import WORKFLOW
from bihuan.quality.monitor.models import Alarm
from bihuan.registry.people.models import User
from bihuan.service.desk.models import Case
from tests.quality.story import (
    Quality,
    approved,
    coded,
    confirmed,
    graded,
    implemented,
    investigated,
    planned,
    read_by_all,
    whole,
)
from tests.service.story import png

pytestmark = pytest.mark.django_db


def published(q: Quality, **changes: object) -> Issue:
    """An issue whose result hangs on the board."""
    issue = register_issue(sign=q.sign(mechanism=q.mechanism, **changes), by=q.paul, cases=[coded(q)])
    return approved(q, planned(q, investigated(q, graded(q, issue))))


def again(q: Quality, issue: Issue) -> Publication:
    """Investigated a second time, approved and put up again."""
    issue.refresh_from_db()
    investigating.add_finding(issue=issue, by=q.quentin, kind="records", text="复查：扭矩记录与原结论一致")
    investigating.conclude_investigation(issue=issue, by=q.quentin)
    planning.submit_plan(issue=issue, by=q.quentin)
    return approved(q, issue).publications.latest("round")


def test_the_notice_holds_no_data_of_any_customer(q: Quality) -> None:
    """NCR-05: names, telephones, addresses and serials of the linked cases do not hang on the board."""
    words = (
        "宁波海天塑机配套有限公司 王工 13800001234 反映 SN261284341 有异响，wang@customer.example，另电 0574-87654321。"
    )
    text = str(published(q, description=words).publications.get().paper)
    for secret in ("海天", "王工", "13800001234", "SN261284341", "wang@", "87654321"):
        assert secret not in text
    assert "反映" in text
    assert "有异响" in text
    assert scrub("请电 138 0000 5678", set()) == "请电 ＊＊＊"


def test_every_department_confirms_once_that_it_has_read(q: Quality) -> None:
    """NCR-05, SLA-17: a week on the board, one receipt for each department; nobody goes on over unread notices."""
    issue = published(q)
    notice = issue.publications.get()
    assert notice.until - notice.published_at == timedelta(days=7)
    board.confirm_read(publication=notice, by=q.paul)
    with pytest.raises(MoveRefused):
        board.confirm_read(publication=notice, by=q.paul)
    assert notice.receipts.filter(read_at__isnull=False).count() == 1
    with pytest.raises(MoveRefused, match="未阅"):
        publishing.start_implementation(issue=issue, by=q.quentin)
    Publication.objects.filter(pk=notice.pk).update(until=timezone.now())
    assert publishing.start_implementation(issue=issue, by=q.quentin).state == "implementing"


def test_first_objection_investigates_again_second_goes_to_the_chief_engineer(q: Quality, client: Client) -> None:
    """NCR-06, D09: after the final ruling nobody objects any more, and the notice no longer says that one may."""
    issue = published(q)
    publishing.object_to(publication=issue.publications.get(), by=q.paul, reason="责任不在装配")
    issue.refresh_from_db()
    assert issue.state == "investigating"
    notice = again(q, issue)
    publishing.object_to(publication=notice, by=q.paul, reason="仍不同意")
    issue.refresh_from_db()
    assert (issue.state, notice.round, notice.objection.round) == ("published", 2, 2)
    with pytest.raises(MoveRefused, match="裁决"):
        publishing.start_implementation(issue=issue, by=q.quentin)
    with pytest.raises(Refused):
        publishing.rule(issue=issue, by=q.quentin, upheld=False, reason="x")
    client.force_login(q.paul)
    page = reverse("issues:notice", args=[notice.pk])
    assert "异议期内" in client.get(page).content.decode()
    publishing.rule(issue=issue, by=q.chen, upheld=False, reason="扭矩记录清楚")
    assert "异议期内" not in client.get(page).content.decode()
    with pytest.raises(MoveRefused):
        publishing.rule(issue=issue, by=q.chen, upheld=True, reason="x")
    assert publishing.start_implementation(issue=issue, by=q.quentin).state == "implementing"


def test_an_objection_after_the_window_or_from_no_department_is_refused(q: Quality) -> None:
    """NCR-06: in time, and by a department."""
    issue = published(q)
    with pytest.raises(Refused):
        publishing.object_to(publication=issue.publications.get(), by=q.cast.charlie, reason="x")
    Publication.objects.update(until=timezone.now())
    with pytest.raises(MoveRefused):
        publishing.object_to(publication=issue.publications.get(), by=q.paul, reason="晚了")
    issue.refresh_from_db()
    assert issue.state == "published"


def test_who_has_read_may_still_object_while_measures_begin(q: Quality, client: Client) -> None:
    """NCR-06, SLA-17: the window is a week, however early all have read; then the page offers nothing any more."""
    issue = published(q)
    read_by_all(issue)
    publishing.start_implementation(issue=issue, by=q.quentin)
    notice, page = issue.publications.get(), reverse("issues:notice", args=[issue.publications.get().pk])
    client.force_login(q.paul)
    assert client.get(page).context["may_object"]
    Issue.objects.filter(pk=issue.pk).update(state="verifying")
    shown = client.get(page)
    assert not shown.context["may_object"]
    assert "异议期内" not in shown.content.decode()
    Issue.objects.filter(pk=issue.pk).update(state="implementing")
    assert client.post(page, {"reason": "责任不在装配"}).status_code == 302
    issue.refresh_from_db()
    notice.refresh_from_db()
    assert (issue.state, notice.objection.round, notice.is_open) == ("investigating", 1, False)


def test_nothing_is_proven_before_the_ruling(q: Quality) -> None:
    """NCR-06: a second objection to measures that have begun waits for the chief engineer, and he is offered it."""
    issue = published(q)
    Objection.objects.create(publication=issue.publications.get(), round=2, by=q.paul, department=q.paul.department,
                             reason="x")  # fmt: skip
    Issue.objects.filter(pk=issue.pk).update(state="implementing")
    issue.refresh_from_db()
    with pytest.raises(MoveRefused, match="final ruling"), translation.override("en"):
        proving.finish_measures(issue=issue, by=q.quentin)
    assert "rule" in {act.name for act in available(ACTS, issue, q.chen)}
    publishing.rule(issue=issue, by=q.chen, upheld=True, reason="再查")
    issue.refresh_from_db()
    assert issue.state == "investigating"


def test_an_alarm_opens_one_issue_and_repeats_join_it(q: Quality) -> None:
    """QIS-01, QIS-04, NCR-07: one issue for a cell with its cases; sinking is noted and undoes nothing."""
    case = coded(q)
    q.alarm()
    q.alarm(rule="percent", form="F05", count=12)
    q.alarm("alarm.repeated", count=5, case=case)
    issue = Issue.objects.get()
    rows = [(row.rule, row.count, row.repeats, row.latest_count) for row in issue.signals.order_by("id")]
    assert rows == [("同种机理超过 3‰", 4, 1, 5), ("同种机理超过 1%", 12, 0, 12)]
    assert set(Alarm.objects.values_list("state", flat=True)) == {"joined"}
    assert (issue.source, issue.mechanism, issue.links.get().case) == ("monitor", q.mechanism, case)
    q.alarm("alarm.sank", count=2)
    issue.refresh_from_db()
    assert (issue.state, issue.signals.filter(sank=True).count()) == ("registered", 1)


def test_the_clock_of_an_alarm_counts_from_the_complaint_that_crossed_the_line(q: Quality) -> None:
    """SLA-03: not from the first fault of the mechanism months ago, nor from the moment of counting."""
    crossed = timezone.now() - timedelta(hours=5)
    coded(q, complained_at=timezone.now() - timedelta(days=90))
    q.alarm(case=coded(q, complained_at=crossed))
    assert Issue.objects.get().complained_at == crossed


def test_a_paper_names_who_made_checked_and_approved_it(q: Quality) -> None:
    """F05, D10: the issuer, those who agreed on the way, who decided last; nobody while nothing is approved."""

    def names(issue: Issue, code: str = "F05") -> list[str]:
        data = issue_paper(subject=issue, code=code, by=q.quentin).data
        return [data[key] for key in ("drafted_by", "reviewed_by", "approved_by")]

    issue = planned(q, investigated(q, graded(q, q.issue(), ("accident",))))
    assert names(issue) == ["吴倩", "", ""]
    issue = approved(q, issue)
    steps = Approval.objects.get().votes.order_by("step", "id")
    last = steps.last()
    assert last is not None
    assert names(issue, "F01") == ["吴倩", "", ""]
    assert names(issue) == [
        "吴倩", "、".join(str(vote.user) for vote in steps if vote.step < last.step), str(last.user),
    ]  # fmt: skip


def test_a_later_special_report_has_its_own_hours(q: Quality) -> None:
    """D22, SLA-03: 72 hours from the complaint that crossed the higher line, once, until that report goes out."""

    def clocks(issue: Issue) -> dict[str, tuple[str, datetime]]:
        return {row.code: (row.state, row.starts_at) for row in of_subject(issue) if row.code.endswith("report")}

    first, later = (timezone.now() - timedelta(hours=back) for back in (60, 5))
    q.alarm(case=coded(q, complained_at=first))
    issue = Issue.objects.get()
    assert clocks(issue) == {"issue_report": ("open", first)}
    q.alarm(rule="percent", form="F05", count=12, case=coded(q, complained_at=later))
    q.alarm(rule="danger", form="F05", count=1)
    issue.refresh_from_db()
    assert clocks(issue) == {"issue_report": ("open", first), "issue_special_report": ("open", later)}
    issue_paper(subject=issue, code="F01", by=q.quentin)
    assert {code: state for code, (state, _at) in clocks(issue).items()} == {
        "issue_report": "met", "issue_special_report": "open",
    }  # fmt: skip
    issue_paper(subject=issue, code="F05", by=q.quentin)
    assert {state for state, _at in clocks(issue).values()} == {"met"}


def test_a_first_special_report_needs_no_second_clock(q: Quality) -> None:
    """D22: the one clock of the issue is that of the report."""
    q.alarm(rule="percent", form="F05", count=12)
    q.alarm(rule="danger", form="F05", count=1)
    issue = Issue.objects.get()
    assert not of_subject(issue).filter(code="issue_special_report").exists()


def test_a_special_report_that_has_gone_out_is_not_called_for_again(q: Quality) -> None:
    """D22: who was faster than the alarm has no second clock."""
    q.alarm()
    issue = Issue.objects.get()
    issue_paper(subject=issue, code="F05", by=q.quentin)
    q.alarm(rule="percent", form="F05", count=12)
    assert not of_subject(issue).filter(code="issue_special_report").exists()


def test_an_alarm_of_a_closed_issue_opens_it_again_in_the_next_round(q: Quality) -> None:
    """NCR-07, NCR-08: the watch on the mechanism reopens the cause step by itself."""
    q.alarm()
    issue = whole(q, Issue.objects.get())
    q.alarm(count=30)
    issue.refresh_from_db()
    assert (Issue.objects.count(), issue.state, issue.cycle, issue.signals.count()) == (1, "investigating", 2, 2)
    assert "issue.recurred" in Activity.objects.filter(subject_type="issues.issue").values_list("verb", flat=True)


@pytest.mark.parametrize("code", ["F01", "F03", "F05", "F08", "F11"])
def test_each_paper_is_frozen_addressed_and_printed(q: Quality, code: str) -> None:
    """QIS-02, QIS-03, QIS-05, QIS-06, QIS-11, NCR-10, F01, F03, F05, F08, F11: with number and receipts of units."""
    q.alarm()
    issue = Issue.objects.get()
    judging.assign_follower(issue=issue, by=q.quentin, owner=q.quentin)
    eight_d.open_eight_d(issue=issue, by=q.quentin)
    issue = approved(q, planned(q, investigated(q, graded(q, issue, ("accident",)))))
    with pytest.raises(MoveRefused):
        issue_paper(subject=issue, code="F11", by=q.quentin)
    change = planning.issue_change(
        issue=issue, by=q.quentin, title="拧紧工艺卡", before="12 N·m", after="14 N·m", department=q.paul.department,
        due_at=timezone.now() + timedelta(days=3),
    )  # fmt: skip
    planning.receive_change(change=change, by=q.paul)
    planning.execute_change(change=change, by=q.paul, executed_on=timezone.localdate())
    implemented(q, issue)
    issue.refresh_from_db()
    document = issue_paper(subject=issue, code=code, by=q.quentin)
    numbers = {"F01": "Q/SPT-RGS-8001", "F03": "Q/SPT-RGS-8003", "F05": "", "F08": "QTAB 750-4A", "F11": "BH-QA-11"}
    assert (document.paper.form_number, verify(document)) == (numbers[code], True)
    assert to_pdf([document.paper]).startswith(b"%PDF")
    kinds = {row.department_code: row.kind for row in document.recipients.all()}
    assert kinds == {"production": "main", "quality": "copy", "gm_office": "copy"}
    confirm_receipt(document=document, by=q.paul)
    with pytest.raises(MoveRefused):
        confirm_receipt(document=document, by=q.paul)
    with pytest.raises(MoveRefused):
        confirm_receipt(document=document, by=q.cast.alice)
    second = issue_paper(subject=issue, code=code, by=q.quentin)
    assert (second.number, second.revision, Document.objects.count()) == (document.number, 2, 2)


def test_an_employee_reports_from_his_telephone(q: Quality) -> None:
    """NCR-01, NCR-13, NCR-16, NCR-17: any employee, with a photo; what is wrong is told beside the field."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = Client()
    client.force_login(q.cast.charlie)
    address = reverse("issues:report")
    values = {
        "description": "喷涂线门板起泡", "place": "涂装车间", "occurred_at": "2026-01-05T08:30", "source": "employee",
        "stop_work": "on", "client_key": "abc",
    }  # fmt: skip
    bad = SimpleUploadedFile("x.png", b"not a picture", content_type="image/png")
    wrong = client.post(address, {**values, "occurred_at": "2199-01-01T00:00", "uploads": bad})
    assert (wrong.status_code, Issue.objects.count()) == (422, 0)
    assert "喷涂线门板起泡" in wrong.content.decode()
    assert "时间还没到" in wrong.content.decode()
    photo = SimpleUploadedFile("x.png", png(), content_type="image/png")
    answer = client.post(address, {**values, "uploads": photo})
    issue = Issue.objects.get()
    assert (answer.headers["Location"], issue.is_stopped) == (f"/issues/{issue.number}/", True)
    assert client.get(answer.headers["Location"]).status_code == 200
    client.post(address, {**values})
    assert Issue.objects.count() == 1


def test_a_case_page_opens_an_issue_and_shows_it(q: Quality) -> None:
    """NCR-07: from the case with its product and mechanism, linked both ways."""
    case = coded(q)
    client = Client()
    client.force_login(q.quentin)
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert f"/issues/report/?case={case.number}" in page
    values = {"description": case.description, "source": "case", "occurred_at": "2026-01-05T08:30", "case": case.number,
              "model": case.model_id}  # fmt: skip
    client.post(reverse("issues:report"), values)
    issue = Issue.objects.get()
    assert (issue.mechanism, issue.complained_at, issue.links.get().case) == (q.mechanism, case.complained_at, case)
    assert issue.number in client.get(f"/cases/{case.number}/").content.decode()


def test_what_was_typed_stays_when_an_act_is_refused(q: Quality) -> None:
    """GEN-13: the reason stands on the page, nothing has changed."""
    issue = q.issue()
    client = Client()
    client.force_login(q.quentin)
    address = reverse("issues:act", args=[issue.number, "grade"])
    data = {"criteria": ["accident"], "grade": "1", "version": issue.version}
    answer = client.post(address, data)
    assert answer.status_code == 409
    assert "请说明理由" in answer.content.decode()
    outsider = Client()
    outsider.force_login(q.cast.charlie)
    assert outsider.post(address, data).status_code == 404
    reporter = Client()
    reporter.force_login(q.paul)
    assert reporter.post(address, data).status_code == 403
    issue.refresh_from_db()
    assert (issue.grade, issue.version) == (None, 0)


def test_who_plans_is_not_asked_for_the_measures_of_others(q: Quality, client: Client) -> None:
    """CAP-06, CAP-17: the owner's form stands open for him; for who plans what the plan lacks, then nothing but to submit."""
    issue = investigated(q, graded(q, q.issue()))
    planning.set_measure(
        issue=issue, by=q.quentin, kind="interim", text="全检", goal="零流出", owner=q.paul,
        due_at=timezone.now() + timedelta(days=3),
    )  # fmt: skip

    def opened(who: User) -> str:
        client.force_login(who)
        act = client.get(reverse("issues:issue", args=[issue.number])).context["opened"]
        return act.name if act else ""

    assert (opened(q.quentin), opened(q.paul)) == ("measure", "end_measure")
    for kind in ("corrective", "preventive"):
        planning.set_measure(
            issue=issue, by=q.quentin, kind=kind, text="改", goal="零流出", owner=q.paul,
            due_at=timezone.now() + timedelta(days=3),
        )  # fmt: skip
    assert (opened(q.quentin), opened(q.paul)) == ("", "end_measure")


def test_my_day_names_what_quality_asks_of_me(q: Quality, client: Client) -> None:
    """CAP-17, SLA-15, SLA-14: my open measures and what my department is asked, the most urgent first; nobody else's."""
    issue = investigated(q, graded(q, q.issue()))
    soon, later = timezone.now() + timedelta(days=1), timezone.now() + timedelta(days=3)
    planning.set_measure(
        issue=issue, by=q.quentin, kind="interim", text="全检扭矩", goal="零流出", owner=q.paul, due_at=later
    )
    planning.ask_reply(issue=issue, by=q.quentin, department=q.paul.department, due_at=soon, question="为何未校准")
    assert [task.act for task in tasks_of(q.paul)] == ["reply", "end_measure"]
    assert tasks_of(q.chen) == []
    client.force_login(q.paul)
    page = client.get(reverse("home")).text
    assert f"{reverse('issues:issue', args=[issue.number])}?do=reply" in page
    Issue.objects.filter(pk=issue.pk).update(state="cancelled")
    assert tasks_of(q.paul) == []


def test_every_state_by_every_move(q: Quality) -> None:
    """NCR-20: a move from a state that it does not leave changes nothing."""
    issue = q.issue()
    for state in IssueState:
        Issue.objects.filter(pk=issue.pk).update(state=state)
        issue.refresh_from_db()
        count = Activity.objects.count()
        for move in WORKFLOW.moves:
            if state in move.sources:
                continue
            with pytest.raises(MoveRefused) as refused:
                apply(issue, move, by=None, data={"reason": "x"})
            assert refused.value.code == "state"
        assert Activity.objects.count() == count
    for move in WORKFLOW.moves:
        Issue.objects.filter(pk=issue.pk).update(state=sorted(move.sources)[0])
        issue.refresh_from_db()
        with pytest.raises(Refused):
            apply(issue, move, by=q.cast.charlie, data={"reason": "x"})


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_pages_cost_the_same_for_few_rows_and_for_many(q: Quality) -> None:
    """Query counts are pinned: list, page, board, whatever they hold."""
    client = Client()
    client.force_login(q.quentin)
    issue = graded(q, register_issue(sign=q.sign(mechanism=q.mechanism), by=q.paul, cases=[coded(q)]))
    confirmed(q, issue)
    add_measure(q, issue)
    other = published(q, model=None)
    addresses = ["/issues/", f"/issues/{issue.number}/", "/issues/board/", f"/issues/{other.number}/"]
    few = [queries(client, address) for address in addresses]
    for index in range(8):
        q.issue(description=f"第 {index} 个问题")
        register_issue(sign=q.sign(mechanism=q.mechanism), by=q.paul, cases=[coded(q)])
        confirmed(q, issue, text=f"原因 {index}")
        add_measure(q, issue)
    many = [queries(client, address) for address in addresses]
    assert (many, max(many) <= 60) == (few, True)


def test_a_full_page_costs_the_queries_of_an_empty_one(q: Quality) -> None:
    """NCR-20: 500 linked cases, 50 causes, 100 measures; the newest fifty cases are shown, all are counted."""
    client = Client()
    client.force_login(q.quentin)
    issue = graded(q, register_issue(sign=q.sign(mechanism=q.mechanism), by=q.paul, cases=[coded(q)]))
    confirmed(q, issue)
    add_measure(q, issue)
    address = f"/issues/{issue.number}/"
    few = queries(client, address)
    first = issue.links.get().case
    copies = [Case(**{**fields_of(first), "number": f"SV-COPY-{number}"}) for number in range(499)]
    IssueCase.objects.bulk_create([IssueCase(issue=issue, case=case) for case in Case.objects.bulk_create(copies)])
    cause, measure = issue.causes.get(), issue.measures.get()
    rows = [Cause(issue=issue, bone=cause.bone, text=f"原因 {number}") for number in range(49)]
    Cause.objects.bulk_create(rows)
    more = {"issue": issue, "kind": measure.kind, "owner": q.paul, "due_at": measure.due_at, "cause": cause}
    Measure.objects.bulk_create([Measure(text=f"措施 {number}", goal="合格", **more) for number in range(99)])
    assert queries(client, address) == few
    page = client.get(address).content.decode()
    assert '<span class="count">500</span>' in page
    assert "显示最近的 50 件" in page


def fields_of(case: Case) -> dict[str, Any]:
    """The columns of a case for a copy."""
    left = {"id", "number", "client_key", "public_token"}
    return {
        field.attname: getattr(case, field.attname) for field in Case._meta.concrete_fields if field.name not in left
    }


def add_measure(q: Quality, issue: Issue) -> None:
    due = timezone.now() + timedelta(days=3)
    planning.set_measure(
        issue=issue, by=q.quentin, kind="interim", text="全检", goal="零流出", owner=q.paul, due_at=due
    )


def test_two_at_once_one_wins(q: Quality) -> None:
    """GEN-13: the second is told who was first and what he did."""
    issue = q.issue()
    first, second = Issue.objects.get(pk=issue.pk), Issue.objects.get(pk=issue.pk)
    judging.assign_follower(issue=first, by=q.quentin, owner=q.quentin)
    with pytest.raises(MoveRefused) as refused:
        judging.assign_follower(issue=second, by=q.qiu, owner=q.qiu)
    assert refused.value.code == "conflict"
    assert "吴倩" in str(refused.value.reason)
