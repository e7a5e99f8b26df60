"""The monitor and the issue as one loop, on real counts: opened, joined, settled, watched afterwards."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.core.activity.models import Activity
from bihuan.core.deadlines.models import Deadline
from bihuan.core.permissions.services import Refused
from bihuan.core.policy.services import read_file
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues.alarms import take_alarm
from bihuan.quality.issues.counting import effect_counts
from bihuan.quality.issues.models import Issue
from bihuan.quality.issues.papers import issue_paper
from bihuan.quality.issues.services import judging, proving
from bihuan.quality.monitor.judging import judge
from bihuan.quality.monitor.models import Alarm
from bihuan.registry.people.models import User
from bihuan.registry.products.models import Batch
from bihuan.service.desk.services import triage
from tests.quality import shop
from tests.quality.story import (
    Quality,
    adopted,
    approved,
    graded,
    implemented,
    investigated,
    made,
    planned,
    shipped,
    whole,
)

pytestmark = pytest.mark.django_db


def waiting_rules() -> None:
    """Alarms wait for people."""
    shop.policy(rules=[{**rule, "opens_issue": False} for rule in read_file("general")["monitor"]["rules"]])


def counted(q: Quality, **report: object) -> object:
    """One more counted case of the story's mechanism."""
    return shop.coded(q.cast, q.mechanism.code, **report)


def verbs(issue: Issue) -> list[str]:
    rows = Activity.objects.filter(subject_type="issues.issue", subject_id=issue.pk).order_by("seq")
    return list(rows.values_list("verb", flat=True))


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(issue: Issue) -> str:
    return reverse("issues:issue", args=[issue.number])


def page_of_alarm(pk: int | None) -> str:
    return reverse("monitor:alarm", args=[pk])


def clocks(kind: str, pk: int) -> list[tuple[str, str]]:
    rows = Deadline.objects.filter(subject_type=kind, subject_id=pk).order_by("pk")
    return list(rows.values_list("code", "state"))


def test_a_crossing_opens_one_issue_with_the_one_clock(q: Quality) -> None:
    """QIS-01, SLA-03, QIS-07: from the complaint that crossed; the alarm has no clock beside that of its issue."""
    shop.ship(q.cast, 1000)
    at = timezone.now() - timedelta(hours=30)
    for _index in range(3):
        counted(q)
    counted(q, at=at)
    issue, alarm = Issue.objects.get(), Alarm.objects.get()
    assert (alarm.state, issue.cell, issue.links.count()) == ("joined", alarm.cell_key, 4)
    row = Deadline.objects.get(subject_type="issues.issue", subject_id=issue.pk, code="issue_report")
    assert (row.starts_at, row.due_at) == (at, at + timedelta(hours=72))
    assert clocks("monitor.alarm", alarm.pk) == []
    judging.grade_issue(issue=issue, by=q.quentin, values={"criteria": ["use"], "dispersion": 1})
    issue_paper(subject=issue, code="F01", by=q.quentin)
    row.refresh_from_db()
    verb = Activity.objects.filter(subject_type="monitor.alarm", subject_id=alarm.pk).order_by("-seq").first()
    assert (row.state, verb and verb.verb) == ("met", "alarm.reported")


def test_repeats_join_and_both_pages_say_so(q: Quality) -> None:
    """QIS-01, NCR-07: one issue for a cell; each page leads to the other."""
    shop.ship(q.cast, 100)
    counted(q)
    case = counted(q)
    issue = Issue.objects.get()
    assert set(Alarm.objects.values_list("rule", "state")) == {("per_mille", "joined"), ("percent", "joined")}
    signal = issue.signals.get(rule="同种机理超过 3‰")
    assert (signal.count, signal.repeats, signal.latest_count, issue.links.count()) == (1, 1, 2, 2)
    assert issue.links.filter(case=case).exists()
    quality = browser(q.quentin)
    page = quality.get(page_of(issue)).content.decode()
    assert page_of_alarm(signal.alarm_id) in page
    assert "1 次重复" in page
    assert issue.number in quality.get(page_of_alarm(signal.alarm_id)).content.decode()


def test_an_alarm_may_wait_for_people_by_policy(q: Quality) -> None:
    """QIS-01, D21: then it has its own clock until somebody takes it into an issue; from then on the issue has it."""
    waiting_rules()
    shop.ship(q.cast, 100)
    counted(q)
    alarm = Alarm.objects.get(rule="per_mille")
    assert (Issue.objects.count(), clocks("monitor.alarm", alarm.pk)) == (0, [("anomaly_report", "open")])
    with pytest.raises(Refused):
        take_alarm(alarm=alarm, by=q.paul)
    issue = take_alarm(alarm=alarm, by=q.quentin)
    assert clocks("monitor.alarm", alarm.pk) == [("anomaly_report", "void")]
    assert ("issue_report", "open") in clocks("issues.issue", issue.pk)
    with pytest.raises(MoveRefused):
        take_alarm(alarm=alarm, by=q.quentin)
    counted(q)
    assert Issue.objects.get().links.count() == 2, "repeats and further rules join the open issue even so"


def test_taking_an_alarm_from_its_page(q: Quality) -> None:
    """QIS-01: a button for whoever may; twice is told."""
    waiting_rules()
    shop.ship(q.cast, 100)
    counted(q)
    alarm = Alarm.objects.get(rule="per_mille")
    page = reverse("issues:take", args=[alarm.pk])
    assert page in browser(q.quentin).get(page_of_alarm(alarm.pk)).content.decode()
    assert browser(q.cast.erik).post(page).status_code == 403
    answer = browser(q.quentin).post(page, follow=True)
    assert answer.redirect_chain[-1][0] == page_of(Issue.objects.get())
    again = browser(q.quentin).post(page, follow=True).content.decode()
    assert "预警已在质量问题中，或已关闭" in again


def test_recoding_below_the_line_is_noted_and_undoes_nothing(q: Quality) -> None:
    """QIS-16, TRI-12: the issue is told, its state and its cases stay; above again is a repeat."""
    shop.ship(q.cast, 1000)
    cases = shop.many(q.cast, 4, q.mechanism.code)
    issue = Issue.objects.get()
    triage.code_case(case=cases[-1], by=q.cast.erik, values={"mechanism": shop.mechanism("leak")})
    issue.refresh_from_db()
    assert (issue.state, issue.links.count(), verbs(issue)[-1]) == ("registered", 4, "issue.alarm_sank")
    assert issue.signals.get().sank
    triage.code_case(case=cases[-1], by=q.cast.erik, values={"mechanism": q.mechanism})
    assert (verbs(issue)[-1], issue.signals.get().sank) == ("issue.joined", False)


def test_a_cancelled_issue_settles_its_alarm_until_one_more_case_comes(q: Quality) -> None:
    """QIS-01, NCR-19: the night raises nothing anew while nothing has happened; one more case is a new crossing."""
    shop.ship(q.cast, 1000)
    shop.many(q.cast, 4, q.mechanism.code)
    issue, alarm = Issue.objects.get(), Alarm.objects.get()
    proving.cancel_issue(issue=issue, by=q.quentin, reason="同一台试验机")
    alarm.refresh_from_db()
    assert alarm.state == "closed"
    assert issue.number in alarm.reason
    assert judge([alarm.cell_id]) == 0
    counted(q)
    assert [row.state for row in Alarm.objects.order_by("pk")] == ["closed", "joined"]
    assert Issue.objects.exclude(pk=issue.pk).get().state == "registered"


def test_the_closed_issue_settles_its_alarms_with_its_outcome(q: Quality) -> None:
    """NCR-07, CAP-08: what the alarm waited for has happened; its reason says what came out."""
    q.alarm()
    issue = whole(q, Issue.objects.get())
    alarm = Alarm.objects.get()
    assert (alarm.state, issue.state) == ("closed", "closed")
    assert "有效" in alarm.reason


def test_products_made_before_the_remedy_do_not_reopen_it(q: Quality) -> None:
    """NCR-07: they go on failing for a while; one that was made with the remedy opens the cause step again."""
    old = Batch.objects.create(model=q.cast.model, number="OLD", produced_on=date(2026, 1, 5), quantity=10)
    q.alarm()
    issue = whole(q, Issue.objects.get())
    case = shop.coded(q.cast, q.mechanism.code, unit=made(q, "A0001", old))
    q.alarm(case=case, count=5)
    issue.refresh_from_db()
    assert (issue.state, verbs(issue)[-1]) == ("closed", "issue.late_failure")
    assert issue.links.filter(case=case).exists()
    assert set(Alarm.objects.values_list("state", flat=True)) == {"closed"}
    new = Batch.objects.create(model=q.cast.model, number="NEW", produced_on=date(2026, 4, 5), quantity=10)
    q.alarm(case=shop.coded(q.cast, q.mechanism.code, unit=made(q, "A0002", new)), count=6)
    issue.refresh_from_db()
    assert (issue.state, issue.cycle) == ("investigating", 2)


def verifying(q: Quality) -> Issue:
    """An issue whose measures are done; the breakpoint is 1 March 2026."""
    return implemented(q, approved(q, planned(q, investigated(q, graded(q, q.issue(mechanism=q.mechanism))))))


def test_the_proof_counts_what_the_monitor_counted(q: Quality) -> None:
    """CAP-08, NCR-07: confirmed defects made after the breakpoint; not yet judged ones and misuse are none."""
    issue = verifying(q)
    batch = shipped(q, "N1", date(2026, 3, 10), 2000)
    old = shipped(q, "O1", date(2026, 2, 1), 500)
    for serial, where in (("B1", batch), ("B2", old)):
        shop.coded(q.cast, q.mechanism.code, unit=made(q, serial, where))
    shop.coded(q.cast, q.mechanism.code, unit=made(q, "B3", batch), cause=None)
    item = shop.case(q.cast, unit=made(q, "B4", batch))
    triage.code_case(case=item, by=q.cast.erik, values={"mechanism": q.mechanism})
    counts = effect_counts(issue)
    assert (counts.count, counts.exposure, counts.undated) == (2, 2000, 0)


def test_a_longer_serial_is_a_later_one(q: Quality) -> None:
    """CAP-08: from serial SN999 on SN1000 carries the remedy too, and SN998 does not."""
    issue = verifying(q)
    values = {"breakpoint_kind": "serial", "breakpoint_serial": "SN999"}
    issue = proving.choose_break_point(issue=issue, by=q.quentin, values=values)
    for serial in ("SN998", "SN999", "SN1000"):
        shop.coded(q.cast, q.mechanism.code, unit=shop.unit(q.cast, serial))
    assert (effect_counts(issue).count, effect_counts(issue).exposure) == (2, 2)


def test_units_need_time_in_the_field_before_they_speak(q: Quality) -> None:
    """CAP-08: 2000 units shipped last week prove nothing yet; the same units after three months do."""
    issue = verifying(q)
    day = timezone.localdate()
    shipped(q, "YOUNG", day - timedelta(days=12), 2000)
    check = proving.check_effect(issue=issue, by=q.quentin)
    assert (check.verdict, check.exposure, check.mature, check.min_days) == ("not_enough", 2000, 0, 90)
    later = effect_counts(issue, on=day + timedelta(days=90))
    assert (later.exposure, later.mature) == (2000, 2000)
    shipped(q, "RIPE", date(2026, 3, 10), 2000)
    adopted(q, issue)
    assert proving.check_effect(issue=issue, by=q.quentin).verdict == "effective"
