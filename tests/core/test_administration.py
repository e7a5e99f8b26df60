"""What administrators do on their pages: rules, calendar, small tables, jobs, mails, preferences."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail as sent
from django.db import connection
from django.test import Client
from django.utils import timezone

from bihuan.config.cli import build_parser
from bihuan.config.commands import user as user_command
from bihuan.core.activity.models import Activity
from bihuan.core.calendar.models import CalendarDay, WorkCalendar
from bihuan.core.calendar.queries import default_data, official_years
from bihuan.core.files.services import store
from bihuan.core.importing import registry
from bihuan.core.importing.services import begin, run_now
from bihuan.core.jobs.models import Job, JobState, Schedule
from bihuan.core.jobs.relay import run_due
from bihuan.core.jobs.services import enqueue, ensure_schedules
from bihuan.core.notify.models import MailState, Notification, OutboundMail, Robot, Webhook
from bihuan.core.notify.services import send_mail, tell
from bihuan.core.policy.models import PolicyProfile
from bihuan.core.policy.queries import parsed
from bihuan.core.rulebook.texts import SECTIONS, dump, plain
from bihuan.registry.faults.models import Symptom
from bihuan.registry.people.models import Department, User
from bihuan.service.intake.models import Mailbox
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def in_force(code: str = "general") -> Any:
    version = PolicyProfile.objects.get(code=code).current
    assert version is not None
    return version


def section(name: str) -> str:
    return dump(plain(parsed(in_force()))[name])


def test_every_section_of_a_profile_has_its_place_on_the_page(admin: Client) -> None:
    from bihuan.core.policy.schema import Profile

    assert set(Profile.model_fields) - {"code"} == set(SECTIONS)


def test_a_rule_is_looked_at_before_it_comes_into_force(admin: Client, cast: Cast) -> None:
    """GEN-04: standards are versioned: preview, then a new version; a case keeps the rules it began under."""
    case, before = cast.case(), in_force()
    text = section("delay_reasons") + "- code: strike\n  name: 停工\n"
    page = "/rules/general/delay_reasons/"
    values = {"text": text, "note": "新增原因", "version": before.pk}
    preview = admin.post(page, values)
    assert preview.status_code == 200
    assert "停工" in preview.content.decode()
    assert in_force().pk == before.pk
    assert admin.post(page, {**values, "confirm": "1"}).status_code == 302
    now = in_force()
    assert (now.number, now.note, now.created_by.username) == (before.number + 1, "新增原因", "root")
    assert "strike" in {row.code for row in now.content.delay_reasons}
    case.refresh_from_db()
    assert case.policy_version_id == before.pk
    assert admin.get(f"/rules/general/versions/{now.number}/").content.decode().count("停工") >= 1
    admin.post(f"/rules/general/versions/{before.number}/restore/", {"version": now.pk})
    assert in_force().digest == before.digest


@pytest.mark.parametrize(("name", "text", "words"), [
    ("deadlines", "- code: [", "行"), ("deadlines", "- {code: x, name: x, start: a, stop: [b], amount: -1}", "deadlines"),
    ("duties", "triage: [nobody_there]", "nobody_there"), ("roles", "- {code: admin, name: x, permissions: [desk.view]}", ""),
    ("delay_reasons", "- {code: x, name: y, colour: red}", "colour"),
])  # fmt: skip
def test_wrong_rules_are_refused_with_the_place_and_nothing_changes(
    admin: Client, name: str, text: str, words: str
) -> None:
    before = in_force()
    answer = admin.post(f"/rules/general/{name}/", {"text": text, "note": "x", "version": before.pk, "confirm": "1"})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert in_force().pk == before.pk


def test_of_two_who_change_the_rules_one_is_told_of_the_other(admin: Client) -> None:
    seen = in_force().pk
    values = {"text": section("replies"), "note": "一", "version": seen, "confirm": "1"}
    first = section("delay_reasons") + "- {code: a1, name: 甲}\n"
    admin.post("/rules/general/delay_reasons/", {**values, "text": first})
    now = in_force().pk
    late = admin.post("/rules/general/delay_reasons/", {**values, "text": first.replace("a1", "a2")})
    assert late.status_code == 409
    assert "高明" in late.content.decode()
    assert in_force().pk == now


def test_departments_that_new_rules_name_are_there(admin: Client) -> None:
    """D25: a department with its other names comes with the rules."""
    text = section("departments") + "- {code: lab, name: 检测中心, aliases: [实验室]}\n"
    admin.post("/rules/general/departments/", {"text": text, "note": "x", "version": in_force().pk, "confirm": "1"})
    assert Department.objects.get(code="lab").aliases == ["实验室"]


def test_days_and_hours_are_set_on_the_calendar(admin: Client, cast: Cast) -> None:
    """SLA-09, D12: days off and several windows a day; open deadlines are computed again."""
    monday = date(2027, 3, 1)
    answer = admin.post(
        "/calendar/days/", {"first": monday, "last": monday + timedelta(days=1), "kind": "holiday", "name": "厂庆"}
    )
    assert answer.status_code == 302
    assert CalendarDay.objects.filter(date__in=[monday, monday + timedelta(days=1)], kind="holiday").count() == 2
    assert not default_data().is_working_day(monday)
    assert Job.objects.filter(kind="deadlines.recompute", state=JobState.WAITING).exists()
    admin.post("/calendar/days/", {"first": monday, "kind": "follow"})
    assert default_data().is_working_day(monday)
    hours = {f"d{number}": "" for number in range(7)} | {"d0": "8:00-12:00 13:00-17:00"}
    assert admin.post("/calendar/hours/", hours).status_code == 302
    assert default_data().windows_on(monday) == ((480, 720), (780, 1020))
    for wrong in ("8-12", "8:00-7:00", "8:00-12:00 11:00-13:00", "25:00-26:00"):
        assert admin.post("/calendar/hours/", {**hours, "d0": wrong}).status_code == 422
    assert default_data().windows_on(monday) == ((480, 720), (780, 1020))


def test_a_year_without_official_days_warns_until_they_are_imported(admin: Client, cast: Cast) -> None:
    """D12: deadlines never count a year silently: the page warns, an import ends it."""
    assert "尚无法定节假日" in admin.get("/calendar/?year=2031").content.decode()
    kind = registry.get("days")
    assert kind is not None
    table = store(
        data="日期,类型,名称\n2031-01-01,休息日,元旦\n2031/1/4,调休上班日,\n坏,休息日,\n".encode(),
        name="d.csv",
        by=None,
    )
    run = run_now(run=begin(kind=kind, file=table, by=cast.bob), dry=False, report=lambda done, total: None)
    assert (run.created, run.refused) == (2, 1)
    assert 2031 in official_years(WorkCalendar.objects.get(is_default=True))
    assert "尚无法定节假日" not in admin.get("/calendar/?year=2031").content.decode()


def test_an_entry_is_added_changed_and_its_journal_kept(admin: Client, cast: Cast) -> None:
    """TRI-13: the fault catalogue is kept on a page; codes stay, entries are retired."""
    values = {"code": "leak", "name": "漏水", "group": "", "keywords": "滴水，渗水\n漏水", "retired_on": ""}
    assert admin.post("/tables/symptoms/new/", values).status_code == 302
    row = Symptom.objects.get(code="leak")
    assert row.keywords == ["滴水", "渗水", "漏水"]
    page = f"/tables/symptoms/{row.pk}/"
    seen = admin.get(page).context["seen"]
    changed = {**values, "name": "漏水、渗水", "code": "other", "is_danger": "on", "version": seen}
    assert admin.post(page, changed).status_code == 302
    row.refresh_from_db()
    assert (row.code, row.name, row.is_danger) == ("leak", "漏水、渗水", True)
    verbs = list(
        Activity.objects.filter(subject_type="faults.symptom", subject_id=row.pk).values_list("verb", flat=True)
    )
    assert verbs == ["symptom.created", "symptom.changed"]
    late = admin.post(page, {**changed, "name": "别的"})
    assert late.status_code == 409
    row.refresh_from_db()
    assert row.name == "漏水、渗水"
    assert admin.post("/tables/symptoms/new/", values).status_code == 422


def test_secrets_lie_encrypted_and_are_never_shown(admin: Client) -> None:
    values = {
        "name": "客服", "address": "kefu@bihuan.example", "channel": "email", "host": "127.0.0.1", "port": 9, "username": "kefu",
        "secret": "hunter2-geheim", "folder": "INBOX", "is_enabled": "on",
    }  # fmt: skip
    assert admin.post("/tables/mailboxes/new/", values).status_code == 302
    box = Mailbox.objects.get()
    assert box.secret == "hunter2-geheim"
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM intake_mailbox")
        kept = cursor.fetchone()[0]
    assert kept.startswith("enc1:")
    assert "geheim" not in kept
    page = admin.get(f"/tables/mailboxes/{box.pk}/")
    assert "geheim" not in page.content.decode()
    seen = page.context["seen"]
    admin.post(f"/tables/mailboxes/{box.pk}/", {**values, "secret": "", "name": "客服二", "version": seen})
    box.refresh_from_db()
    assert (box.name, box.secret) == ("客服二", "hunter2-geheim")
    assert not any("geheim" in str(row.data) for row in Activity.objects.all())
    failed = admin.post(f"/tables/mailboxes/{box.pk}/fetch/", follow=True).content.decode()
    assert "未成功" in failed


def test_a_secret_under_a_lost_key_reads_as_empty_and_an_old_key_still_opens(admin: Client, settings: Any) -> None:
    robot = Robot.objects.create(name="群", kind="dingtalk", url="https://x.example", secret="SEC1")
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key for the tests", [old]
    assert Robot.objects.get(pk=robot.pk).secret == "SEC1"
    settings.SECRET_KEY_FALLBACKS = []
    assert Robot.objects.get(pk=robot.pk).secret == ""


def test_a_failed_job_is_tried_again_and_a_schedule_switched(admin: Client) -> None:
    job = enqueue("importing.run", {"run": 0})
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, message="x")
    assert "重试" in admin.get("/jobs/?state=failed").content.decode()
    admin.post(f"/jobs/{job.pk}/retry/")
    job.refresh_from_db()
    assert job.state == JobState.WAITING
    ensure_schedules()
    row = Schedule.objects.order_by("pk")[0]
    admin.post(f"/jobs/schedules/{row.pk}/", {"enabled": "0"})
    row.refresh_from_db()
    assert not row.enabled


def test_a_new_hook_gives_its_secret_and_is_not_told_to_leave_it_empty(admin: Client) -> None:
    values = {"name": "ERP", "url": "https://erp.example/hook", "events": "case.registered", "secret": ""}
    answer = admin.post("/tables/webhooks/new/", values)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_secret_error"' in page
    assert [words in page for words in ("保存后不再显示", "留空则保持不变")] == [True, False]
    assert not Webhook.objects.exists()


def test_what_failed_or_waits_is_seen_first_and_schedules_stand_apart_with_their_last_turn(admin: Client) -> None:
    Job.objects.all().delete()
    empty = admin.get("/jobs/").content.decode()
    assert "没有等待或失败的任务" in empty
    for state in (JobState.DONE, JobState.FAILED):
        Job.objects.filter(pk=enqueue("importing.run", {}).pk).update(state=state, message=f"m-{state}")
    first, everything = (admin.get(path).content.decode() for path in ("/jobs/", "/jobs/?state=all"))
    assert ["m-failed" in first, "m-done" in first] == [True, False]
    assert ["m-failed" in everything, "m-done" in everything] == [True, True]
    ensure_schedules()
    last = Schedule.objects.order_by("-kind")[0]
    Schedule.objects.filter(pk=last.pk).update(last_state="failed", last_at=timezone.now(), last_message="邮箱无应答")
    shown = admin.get("/jobs/").content.decode()
    assert "邮箱无应答" in shown
    table = shown[shown.rindex("<tbody>") :]
    assert table.index(f'title="{last.kind}"') < table.index('title="deadlines.sweep"')


def test_a_mail_that_failed_is_sent_again_once(admin: Client) -> None:
    row = send_mail(kind="x", to=["a@customer.example"], subject="s", text="t")
    run_due()
    OutboundMail.objects.filter(pk=row.pk).update(state=MailState.FAILED, error="550")
    assert "550" in admin.get("/notices/mails/?state=failed").content.decode()
    admin.post(f"/notices/mails/{row.pk}/again/")
    run_due()
    row.refresh_from_db()
    assert (row.state, len(sent.outbox)) == (MailState.SENT, 2)


def test_notices_go_by_mail_from_the_level_that_a_person_chose(cast: Cast) -> None:
    """SLA-20: urgent notices reach people by mail unless they chose otherwise."""
    for user in (cast.alice, cast.bob):
        user.email = f"{user.username}@bihuan.example"
        user.save()
    client = Client()
    client.login(username="bob", password=PASSWORD)
    tell(users=[cast.alice, cast.bob, cast.erik], title="普通", level="info")
    assert OutboundMail.objects.filter(kind="notice").count() == 0
    client.post("/notices/preference/", {"mail_level": "info"})
    tell(users=[cast.alice, cast.bob], title="再来", level="info")
    assert list(OutboundMail.objects.filter(kind="notice").values_list("to", flat=True)) == [["bob@bihuan.example"]]
    client.post("/notices/preference/", {"mail_level": "never"})
    tell(users=[cast.alice, cast.bob], title="紧急", level="urgent", thread_key="t1")
    tell(users=[cast.alice, cast.bob], title="紧急", level="urgent", thread_key="t1")
    urgent = OutboundMail.objects.filter(kind="notice", subject="紧急")
    assert [row.to for row in urgent] == [["alice@bihuan.example"]]
    assert Notification.objects.filter(user=cast.bob, title="紧急").count() == 1


def test_the_first_administrator_comes_from_the_command_line(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(password: str, *words: str) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        return user_command(build_parser().parse_args(["user", *words]))

    assert run("12345", "chef", "--role", "admin") == 1
    assert run(PASSWORD, "chef", "--role", "king") == 1
    assert run(PASSWORD, "Der Chef!", "--role", "admin") == 1
    assert "小写字母、数字、点和短横线" in capsys.readouterr().out
    assert not User.objects.filter(username="chef").exists()
    assert run(PASSWORD, "chef", "--role", "admin", "--name", "主管") == 0
    assert User.objects.get(username="chef").role_codes == {"admin"}
    assert run(PASSWORD, "chef", "--role", "admin") == 1
    assert timezone.now() >= User.objects.get(username="chef").created_at
