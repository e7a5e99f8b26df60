"""What ends with an issue and what goes on; what a second report brings; what an objection asks for."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.core.activity.models import Activity
from bihuan.core.deadlines.models import Deadline
from bihuan.core.files.queries import attachments_of
from bihuan.core.notify.models import Notification
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues.models import Issue, Repeat, Reply
from bihuan.quality.issues.overdue import late_rows
from bihuan.quality.issues.services import (
    eight_d,
    investigating,
    overseeing,
    planning,
    proving,
    publishing,
    registration,
)
from bihuan.quality.issues.services.registration import register_issue
from bihuan.quality.issues.tasks import tasks_of
from tests.quality.story import (
    Quality,
    adopted,
    approved,
    coded,
    confirmed,
    graded,
    implemented,
    investigated,
    planned,
    proven,
)
from tests.service.story import png

pytestmark = pytest.mark.django_db


def loaded(q: Quality) -> Issue:
    """An issue in investigation that waits for people in every way in which it can."""
    issue = graded(q, q.issue(mechanism=q.mechanism))
    due = timezone.now() + timedelta(days=2)
    planning.ask_reply(issue=issue, by=q.quentin, department=q.paul.department, due_at=due)
    planning.set_measure(
        issue=issue, by=q.quentin, kind="interim", text="全检", goal="零流出", owner=q.paul, due_at=due
    )
    investigating.receive_part(issue=issue, by=q.quentin, name="主轴", received_at=timezone.now())
    overseeing.supervise(
        issue=issue, by=q.olga, kind="finding", department=q.paul.department, due_at=due, text="进度超期"
    )
    eight_d.open_eight_d(issue=issue, by=q.quentin)
    return issue


def waiting() -> set[str]:
    """The clocks that run."""
    return set(Deadline.objects.filter(state="open").values_list("code", flat=True))


def test_what_is_cancelled_asks_nobody_any_more(q: Quality) -> None:
    """NCR-19, CAP-17: measures, replies, parts, disciplines and findings fall away with their clocks and tasks."""
    issue = loaded(q)
    assert waiting() >= {"issue_reply", "issue_measure", "issue_part", "issue_supervision", "issue_discipline"}
    assert len(tasks_of(q.paul)) == 3
    proving.cancel_issue(issue=issue, by=q.quentin, reason="误报")
    assert (waiting(), tasks_of(q.paul), late_rows(q.olga)) == (set(), [], [])
    measure = issue.measures.get()
    assert (measure.state, measure.result, measure.ended_by) == ("dropped", "误报", q.quentin)
    dropped = Activity.objects.filter(verb__endswith=".dropped").values_list("verb", flat=True)
    assert set(dropped) == {
        "measure.dropped", "reply.dropped", "part.dropped", "supervision.dropped", "discipline.dropped",
    }  # fmt: skip


def test_what_is_closed_asks_nobody_but_for_what_goes_on(q: Quality) -> None:
    """NCR-19, CAP-10, KPI-22: an unanswered question ends; an improvement and a finding stay with their people."""
    issue = graded(q, q.issue(mechanism=q.mechanism))
    due = timezone.now() + timedelta(days=2)
    planning.ask_reply(issue=issue, by=q.quentin, department=q.paul.department, due_at=due)
    proven(q, implemented(q, approved(q, planned(q, investigated(q, issue)))))
    planning.set_measure(
        issue=issue, by=q.quentin, kind="improvement", text="推广到三号线", goal="全覆盖", owner=q.paul, due_at=due
    )
    overseeing.supervise(
        issue=issue, by=q.olga, kind="finding", department=q.paul.department, due_at=due, text="归档不全"
    )
    assert "issue_reply" in waiting()
    proving.close_issue(issue=issue, by=q.quentin)
    assert waiting() == {"issue_measure", "issue_supervision"}
    assert Reply.objects.get().replied_at is None
    assert Deadline.objects.get(code="issue_reply").state == "void"
    assert {(task.act, task.text) for task in tasks_of(q.paul)} == {
        ("end_measure", "推广到三号线"), ("correct", "归档不全"),
    }  # fmt: skip


def test_a_second_report_keeps_its_photo_and_its_danger(q: Quality) -> None:
    """NCR-07, NCR-16: it joins the open issue; stopped work and danger to persons shout as in a first report."""
    issue = q.issue(mechanism=q.mechanism)
    issue.refresh_from_db()
    assert (issue.is_safety, issue.is_stopped) == (False, False)
    Notification.objects.all().delete()
    photo = SimpleUploadedFile("冒烟.png", png(), content_type="image/png")
    sign = q.sign(mechanism=q.mechanism, description="有人被电到", is_safety=True, stop_work=True, wants_8d=True)
    again = register_issue(sign=sign, by=q.cast.charlie, uploads=[photo])
    issue.refresh_from_db()
    assert (again, Issue.objects.count()) == (issue, 1)
    assert (issue.is_safety, issue.is_stopped, issue.wants_8d) == (True, True, True)
    assert [row.caption for row in attachments_of(issue)] == ["冒烟.png"]
    verbs = list(
        Activity.objects.filter(subject_type="issues.issue", subject_id=issue.pk).values_list("verb", flat=True)
    )
    assert verbs.count("issue.work_stopped") == 1
    assert Notification.objects.filter(user=q.quentin, level="urgent").exists()
    quiet = Notification.objects.count()
    register_issue(sign=q.sign(mechanism=q.mechanism), by=q.cast.charlie)
    issue.refresh_from_db()
    assert (issue.is_safety, issue.is_stopped, Notification.objects.count()) == (True, True, quiet)


def test_a_second_report_pressed_twice_is_one(q: Quality) -> None:
    """NCR-07: the same form sent again adds no photo, no line to the journal and no notice; another one does."""
    case = coded(q)
    issue = register_issue(sign=q.sign(mechanism=q.mechanism), by=q.paul)
    browser, page = Client(), reverse("issues:report")
    browser.force_login(q.cast.erik)
    shown = browser.get(page, {"case": case.number}).context["form"]

    def press(key: str) -> None:
        photo = SimpleUploadedFile("主轴.png", png(), content_type="image/png")
        fields = {"description": "又一台", "source": "case", "case": case.number, "client_key": key, "uploads": photo,
                  "occurred_at": "2026-01-05T10:00", "model": q.cast.model.pk}  # fmt: skip
        assert browser.post(page, fields).status_code == 302

    def journal() -> int:
        rows = Activity.objects.filter(subject_type="issues.issue", subject_id=issue.pk)
        return rows.filter(verb="issue.joined").count()

    key = shown.initial["client_key"]
    for _press in range(3):
        press(key)
        assert (len(attachments_of(issue)), journal(), Issue.objects.count()) == (1, 1, 1)
    press(browser.get(page, {"case": case.number}).context["form"].initial["client_key"])
    assert (len(attachments_of(issue)), journal()) == (2, 2)
    Issue.objects.filter(pk=issue.pk).update(state="closed")
    press(key)
    assert (len(attachments_of(issue)), journal(), Issue.objects.count()) == (2, 2, 1)


def test_a_press_that_overtakes_its_twin_joins_nothing(q: Quality, monkeypatch: pytest.MonkeyPatch) -> None:
    """NCR-01, NCR-07: the twin opened the issue while this press was looking for one; it is the same report."""
    sign = q.sign(mechanism=q.mechanism, client_key="same")
    look = registration._open_one

    def overtaken(about: registration.Sign) -> Issue | None:
        monkeypatch.setattr(registration, "_open_one", look)
        register_issue(sign=sign, by=q.paul)
        return look(about)

    monkeypatch.setattr(registration, "_open_one", overtaken)
    issue = register_issue(sign=sign, by=q.paul)
    verbs = Activity.objects.filter(subject_type="issues.issue", subject_id=issue.pk).values_list("verb", flat=True)
    assert (Issue.objects.count(), "issue.joined" in verbs, Repeat.objects.count()) == (1, False, 0)


def test_the_clocks_of_what_ended_before_are_ended_once(q: Quality) -> None:
    """NCR-19, CAP-10, KPI-22: parts of cancelled issues stop, of closed ones all but improvements and findings."""
    due, now = timezone.now() - timedelta(days=2), timezone.now()
    made = {}
    for state, ended in (("investigating", None), ("closed", now), ("cancelled", now - timedelta(days=3))):
        issue = loaded(q)
        Issue.objects.filter(pk=issue.pk).update(state="verifying")
        issue.refresh_from_db()
        planning.set_measure(
            issue=issue,
            by=q.quentin,
            kind="improvement",
            text="推广",
            goal="全",
            owner=q.paul,
            due_at=now + timedelta(days=1),
        )
        Issue.objects.filter(pk=issue.pk).update(state=state, closed_at=ended, mechanism=None)
        made[state] = issue
    Deadline.objects.update(due_at=due, starts_at=due - timedelta(days=5), breached_at=None)
    step = import_module("bihuan.quality.issues.migrations.0010_end_clocks_of_ended_issues")
    step.end_clocks(apps, None)

    def open_of(issue: Issue) -> list[str]:
        parts = {
            f"issues.{row._meta.model_name}": [item.pk for item in rows]
            for rows in (issue.measures.all(), issue.replies.all(), issue.parts.all(), issue.supervisions.all(),
                         issue.disciplines.all())
            for row in rows
        }  # fmt: skip
        found = Deadline.objects.filter(state="open").values_list("subject_type", "subject_id", "code")
        return sorted({code for kind, pk, code in found if pk in parts.get(kind, [])})

    assert open_of(made["closed"]) == ["issue_measure", "issue_supervision"]
    assert open_of(made["cancelled"]) == []
    assert len(open_of(made["investigating"])) == 5
    rows = Deadline.objects.filter(state="void", subject_type="issues.reply").order_by("pk")
    assert [(row.ended_at, row.breached_at, row.next_check_at) for row in rows] == [
        (now, due, None), (now - timedelta(days=3), None, None),
    ]  # fmt: skip


def test_an_objection_is_investigated_not_only_waited_for(q: Quality) -> None:
    """NCR-06: without a new finding or a judged cause the second investigation does not end."""
    issue = register_issue(sign=q.sign(mechanism=q.mechanism), by=q.paul, cases=[coded(q)])
    issue = approved(q, planned(q, investigated(q, graded(q, issue))))
    publishing.object_to(publication=issue.publications.get(), by=q.paul, reason="责任不在装配")
    issue.refresh_from_db()
    with pytest.raises(MoveRefused) as refused:
        investigating.conclude_investigation(issue=issue, by=q.quentin)
    assert "已有异议" in str(refused.value.reason)
    issue.refresh_from_db()
    assert issue.state == "investigating"
    confirmed(q, issue, text="复查：来料尺寸超差")
    assert investigating.conclude_investigation(issue=issue, by=q.quentin).state == "planning"


def test_nothing_is_adopted_of_what_fell_away(q: Quality) -> None:
    """CAP-11: a measure that ended with its issue is no practice."""
    issue = loaded(q)
    proving.cancel_issue(issue=issue, by=q.quentin, reason="误报")
    with pytest.raises(MoveRefused):
        planning.adopt_measure(measure=issue.measures.get(), by=q.quentin, document="QP-01")
    with pytest.raises(MoveRefused):
        adopted(q, issue)


def test_an_8d_that_was_begun_is_finished_before_the_issue_closes(q: Quality) -> None:
    """D23, QIS-03: everything else is proven, and the open disciplines are named; accepted, the issue closes."""
    issue = graded(q, q.issue(mechanism=q.mechanism))
    eight_d.open_eight_d(issue=issue, by=q.quentin)
    proven(q, implemented(q, approved(q, planned(q, investigated(q, issue)))))
    with pytest.raises(MoveRefused) as refused:
        proving.close_issue(issue=issue, by=q.quentin)
    assert "D0" in str(refused.value.reason)
    assert "D8" in str(refused.value.reason)
    issue.refresh_from_db()
    assert issue.state == "verifying"
    issue.disciplines.update(state="accepted")
    assert proving.close_issue(issue=issue, by=q.quentin).state == "closed"
