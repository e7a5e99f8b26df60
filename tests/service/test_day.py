"""What a day at the desk begins with: the board of deadlines, the mails that left, what was put aside."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone, translation

from bihuan.core.deadlines.models import Deadline
from bihuan.core.notify.models import Notification
from bihuan.core.notify.services import send_mail
from bihuan.registry.people.services import create_user
from bihuan.service.desk import board
from bihuan.service.desk.board import my_day
from bihuan.service.desk.models import Case, CaseState
from bihuan.service.desk.services import talk
from bihuan.service.desk.services.triage import decide_suggestion, suspect_danger
from bihuan.service.intake.models import InboundMessage
from bihuan.service.intake.reasons import REASONS, told
from bihuan.service.visits.models import Visit
from bihuan.service.visits.queries import visible_to
from bihuan.ui import todo
from bihuan.ui.todo import Todo, todos
from tests.cast import PASSWORD, Cast
from tests.service.story import triaged
from tests.service.visiting import planned, qualified, working_case

pytestmark = pytest.mark.django_db


def test_the_board_of_a_region_is_not_filled_by_the_late_cases_of_another(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SLA-20: a supervisor sees and counts the deadlines of his own cases, however many others are later still."""
    regional = create_user(username="rita", name="片区", password=PASSWORD, roles=["technician"], region=cast.south)
    northern, southern = cast.case(), cast.case()
    for case, region in ((northern, cast.north), (southern, cast.south)):
        type(case).objects.filter(pk=case.pk).update(region=region)
    late = northern.complained_at - timedelta(days=2)
    Deadline.objects.filter(subject_id=northern.pk).update(starts_at=late, due_at=late)
    Deadline.objects.filter(subject_id=southern.pk).update(starts_at=late, due_at=late + timedelta(days=1))
    monkeypatch.setattr(board, "MOST", 1)
    found = board.board_rows(regional)
    assert [row.case.pk for row in found.late] == [southern.pk]
    assert found.counts["late"] == str(Deadline.objects.filter(subject_id=southern.pk, state="open").count())


def test_the_kind_of_a_mail_is_told_in_words(cast: Cast) -> None:
    send_mail(kind="consent", to=["a@b.example"], subject="方案", text="请确认")
    send_mail(kind="delay", to=["a@b.example"], subject="延期", text="请等待")
    client = Client()
    client.force_login(create_user(username="root", name="高明", password=PASSWORD, roles=["admin"]))
    page = client.get("/notices/mails/", {"kind": "consent"}).content.decode()
    assert ("方案确认请求" in page, ">方案<" in page, ">延期<" in page) == (True, True, False)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_reason_is_told_in_the_language_of_the_reader(language: str) -> None:
    with translation.override(language):
        assert [code for code in REASONS if told(code) == code] == []
        closed = {"zh-hans": "（26 MB）", "en": " (26 MB)"}[language]
        assert told("too_large: 26 MB") == f"{told('too_large')}{closed}"
    assert told("客户已电话说明: 无需处理") == "客户已电话说明: 无需处理"


def test_what_was_put_aside_says_why_in_the_inbox(cast: Cast) -> None:
    InboundMessage.objects.create(
        source="test", external_id="1", channel="email", received_at=cast.case().complained_at, state="quarantined",
        reason="no_header",
    )  # fmt: skip
    client = Client()
    client.force_login(cast.alice)
    assert "不是邮件：没有邮件头" in client.get("/inbox/", {"state": "quarantined"}).content.decode()


def test_a_choice_not_made_yet_is_a_dash(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.alice)
    page = client.get("/cases/new/").content.decode()
    assert ("---------" in page, '<option value="">—</option>' in page or '<option value="" selected>—' in page) == (
        False,
        True,
    )


def test_what_may_hurt_somebody_stands_before_everything_else_until_a_person_judges(cast: Cast) -> None:
    """TRI-08: marked at once, first on the page of everybody who sees it; a person's judgement takes the mark away."""
    calm, sparks = (
        cast.case(description="门锁有点松"),
        cast.case(description="没有机型，通电后冒火花，电到手", unit=None, line=None),
    )
    for case in (calm, sparks):
        assert suspect_danger(case=case) is (case is sparks)
    assert suspect_danger(case=sparks) is False
    day = board.my_day(cast.bob)
    assert (day.danger, sparks in day.new) == ([sparks], False), "on the page once, above the others"
    client = Client()
    client.login(username="bob", password=PASSWORD)
    home, listed = client.get("/").content.decode(), client.get("/cases/").content.decode()
    assert home.index("请先判断") < home.index(sparks.number) < home.index(calm.number)
    assert listed.count("疑似危及人身") == 2, "in the table and on the card of a telephone"
    page = client.get(f"/cases/{sparks.number}/").content.decode()
    assert "火花、电到" in page
    assert re.search(r'name="is_safety"[^>]*checked', page)
    hint = sparks.suggestions.get(field="is_safety")
    decide_suggestion(suggestion=hint, by=cast.bob, accept=True)
    sparks.refresh_from_db()
    assert (sparks.is_safety, sparks.may_be_danger) == (True, False)
    assert board.my_day(cast.bob).danger == []


def test_what_the_customer_writes_later_is_looked_at_too(cast: Cast) -> None:
    """TRI-08: a case that was judged harmless is shouted again when the customer's next words speak of danger."""
    case = triaged(cast, cast.case(description="运行有异响"))
    assert (case.is_safety, case.may_be_danger) == (False, False)
    talk.receive(case=case, message=None, text="今天又响，谢谢", sender="王女士", channel="web")
    assert Notification.objects.filter(level="urgent", subject_id=case.pk).count() == 0
    talk.receive(case=case, message=None, text="现在开始冒烟了", sender="王女士", channel="web")
    case.refresh_from_db()
    assert case.may_be_danger
    told = Notification.objects.get(level="urgent", user=cast.bob, subject_id=case.pk)
    assert case.number in told.title
    assert triaged(cast, case).may_be_danger, "who said nothing of danger has not judged it"
    case = triaged(cast, case, is_safety=False)
    assert (case.may_be_danger, case.suggestions.filter(decided_at=None).count()) == (False, 0)


def test_who_may_not_register_is_not_invited_to(cast: Cast) -> None:
    create_user(username="pam", name="生产", password=PASSWORD, roles=["production_manager"])
    client = Client()
    client.login(username="pam", password=PASSWORD)
    text = client.get("/").content.decode()
    assert "/cases/" not in text
    assert "需要您处理的审批" in text
    client.login(username="alice", password=PASSWORD)
    assert 'href="/cases/new/"' in client.get("/").content.decode()


def test_who_does_not_work_on_cases_is_not_shown_what_waits_to_be_judged(cast: Cast) -> None:
    """TRI-01: a technician's day begins with his own work, not with cases that others judge."""
    case = cast.case(description="外壳划伤")
    technician = create_user(username="tim", name="维修", password=PASSWORD, roles=["technician"], region=cast.north)
    assert [row.pk for row in my_day(cast.alice).new] == [case.pk]
    assert (my_day(technician).new, my_day(technician).waiting) == ([], "0")


def test_the_visits_of_today_and_tomorrow_stand_on_the_day_of_who_goes(cast: Cast) -> None:
    """WO-08: whom, where and when; what is over and still open is late; another's visits are not mine."""
    case = working_case(cast)
    qualified(cast, cast.erik)
    visit = planned(cast, case)
    assert todos(cast.alice) == []
    with time_machine.travel(visit.starts_at - timedelta(days=2, minutes=1), tick=False):
        assert todos(visit.engineer) == []
    with time_machine.travel(visit.starts_at - timedelta(days=2), tick=False):
        (one,) = todos(visit.engineer)
    local = timezone.localtime(visit.starts_at)
    assert (one.address, one.due_on, one.is_late) == (f"/visits/{visit.number}/", local.date(), False)
    assert str(one.what).startswith(f"{local:%H:%M}–")
    assert str(case.customer) in one.about
    with time_machine.travel(visit.ends_at, tick=False):
        assert [row.is_late for row in todos(visit.engineer)] == [False], "at work until the agreed end"
    with time_machine.travel(visit.ends_at + timedelta(minutes=1), tick=False):
        assert [row.is_late for row in todos(visit.engineer)] == [True]
    other = create_user(
        username="olaf", name="欧工", password=PASSWORD, roles=["technical_engineer", "after_sales_manager"]
    )
    assert visible_to(other).filter(pk=visit.pk).exists()
    assert todos(other) == [], "he may look at the visit, and does not go"
    Visit.objects.filter(pk=visit.pk).update(state="asked")
    assert todos(visit.engineer) == [], "nobody goes before it is authorised"
    Visit.objects.filter(pk=visit.pk).update(state="finished")
    assert todos(visit.engineer) == []


def test_what_waits_is_in_the_order_in_which_it_is_to_be_done(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Late ones first, then by the day, those without one last; whoever told of them."""
    today = timezone.localdate()
    first = [Todo("later", "", "/", today + timedelta(days=3)), Todo("some day", "", "/")]
    second = [Todo("late", "", "/", today + timedelta(days=9), is_late=True), Todo("soon", "", "/", today)]
    monkeypatch.setattr(todo, "_providers", {"a": lambda user: first, "b": lambda user: second})
    assert [row.what for row in todos(cast.bob)] == ["late", "soon", "later", "some day"]


def test_the_day_parts_late_from_soon_at_the_minute_and_leaves_out_what_is_over(cast: Cast) -> None:
    """SLA-08: a case is late from its due minute on, soon within a day; closed ones and my own reports are no work."""
    now = timezone.now().replace(microsecond=0)
    dues = [now, now + timedelta(hours=24), now + timedelta(hours=24, seconds=1)]
    cases = [cast.case(description=f"异响 {place}") for place in range(4)]
    for case, due in zip(cases, [*dues, now], strict=True):
        Case.objects.filter(pk=case.pk).update(owner=cast.alice, next_due_at=due, reporter=cast.alice)
    Case.objects.filter(pk=cases[3].pk).update(state=CaseState.CLOSED)
    with time_machine.travel(now, tick=False):
        day = my_day(cast.alice)
    assert (day.late, day.soon, day.mine) == ([cases[0]], [cases[1]], [cases[2]])
    assert day.relayed == [], "what I handle myself I need not be told about"
    Case.objects.filter(pk=cases[2].pk).update(owner=cast.bob)
    assert my_day(cast.alice).relayed == [cases[2]]
