"""Each channel against its own targets: calls taken, first replies in time, and what is closed stays closed."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bihuan.core.jobs.relay import run_due
from bihuan.core.policy.services import read_file
from bihuan.service.desk.channels import ChannelRow, Rate, channel_rows
from bihuan.service.desk.models import Case
from bihuan.service.desk.services import closing, talk
from bihuan.service.desk.services.registration import register_case, register_reported
from bihuan.service.intake.mail.thread import put_token
from bihuan.service.intake.models import CallOutcome, InboundMessage, PhoneCall
from bihuan.service.intake.queries import Calls
from bihuan.service.intake.services import log_call, store_mail
from tests.caller import Caller
from tests.cast import PASSWORD, Cast
from tests.service.test_settings import changed

pytestmark = pytest.mark.django_db
NOW = "2026-11-18 16:00+08:00"


def at(text: str) -> datetime:
    """A moment of November 2026; the 18th is a Wednesday."""
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def came(cast: Cast, when: str, channel: str = "email") -> Case:
    """A contact at a moment."""
    return register_case(report=cast.report(channel=channel), by=cast.alice, at=at(when))


def told(cast: Cast, case: Case, when: str) -> None:
    """A person's answer at a moment."""
    talk.reply(case=case, by=cast.alice, text="已收到，正在处理。", means="phone", at=at(when))


def row_of(cast: Cast, code: str, days: int = 7) -> ChannelRow:
    """The figures of a channel."""
    with time_machine.travel(NOW, tick=False):
        return next(row for row in channel_rows(cast.bob, days) if row.channel.code == code)


def figures(row: ChannelRow) -> tuple[int, int, int, int]:
    """Replies in time, those that count, late ones, those still in time."""
    assert row.replied is not None
    return row.replied.part, row.replied.whole, row.late, row.waiting


def channels(**one: dict[str, Any]) -> list[dict[str, Any]]:
    """The channels of the general profile with some facts changed."""
    return [{**row, **one.get(row["code"], {})} for row in read_file("general")["channels"]]


@pytest.mark.parametrize(
    ("part", "whole", "percent", "is_met"),
    [(0, 0, "—", None), (19, 20, "95.0 %", True), (189, 199, "94.9 %", False), (94_999, 100_000, "94.9 %", False)],
)
def test_a_target_is_reached_exactly_or_not(part: int, whole: int, percent: str, is_met: bool | None) -> None:
    """INT-13: nothing to count is no share; a share is cut, so that it never looks like a target that was missed."""
    rate = Rate(part, whole, 0.95)
    assert (rate.percent, rate.is_met, rate.aim) == (percent, is_met, "95 %")
    assert Rate(part, whole).is_met is None


@pytest.mark.parametrize(
    ("asked", "answered", "expected"),
    [
        ("18 10:00", "18 10:30", (1, 1, 0, 0)),
        ("18 10:00", "18 10:30:01", (0, 1, 1, 0)),
        ("18 10:00", None, (0, 1, 1, 0)),
        ("18 15:30", None, (0, 0, 0, 1)),
        ("18 15:29:59", None, (0, 1, 1, 0)),
        ("17 17:20", "18 08:50", (1, 1, 0, 0)),
        ("17 17:20", "18 08:50:01", (0, 1, 1, 0)),
        ("17 22:00", "18 09:00", (1, 1, 0, 0)),
        ("18 11:50", "18 13:50", (1, 1, 0, 0)),
        ("18 11:50", "18 13:51", (0, 1, 1, 0)),
        ("14 12:00", "16 09:00", (1, 1, 0, 0)),
    ],
)
def test_a_first_reply_counts_against_the_time_of_its_channel(
    cast: Cast, asked: str, answered: str | None, expected: tuple[int, ...]
) -> None:
    """INT-13, KPI-06: thirty minutes by mail, in working time, from the customer's words on, to the second."""
    case = came(cast, asked)
    if answered:
        told(cast, case, answered)
    assert figures(row_of(cast, "email")) == expected


def test_a_channel_that_is_always_open_is_held_to_the_clock(cast: Cast) -> None:
    """INT-13, D02: at night too, where the policy says so."""
    told(cast, came(cast, "17 22:00"), "17 22:31")
    assert figures(row_of(cast, "email")) == (1, 1, 0, 0)
    changed(channels=channels(email={"always_open": True}))
    assert figures(row_of(cast, "email")) == (0, 1, 1, 0)


def test_neither_the_machine_answers_nor_does_a_cancelled_contact_count(cast: Cast) -> None:
    """KPI-06: the automatic acknowledgement is no reply; what was cancelled is a contact and nothing more."""
    with time_machine.travel("2026-11-18 10:00+08:00", tick=False):
        register_case(report=cast.report(channel="email"), by=None)
        run_due()
    cancelled = came(cast, "18 10:00")
    closing.cancel_case(case=cancelled, by=cast.bob, reason="重复")
    row = row_of(cast, "email")
    assert (row.contacts, figures(row)) == (2, (0, 1, 1, 0))


def test_the_second_of_a_chat_counts_and_a_talk_is_its_own_reply(cast: Cast) -> None:
    """INT-14: a chat is answered within its seconds; who calls or comes is answered while he speaks."""
    told(cast, came(cast, "18 10:00", "chat"), "18 10:01")
    told(cast, came(cast, "18 10:00", "chat"), "18 10:01:01")
    came(cast, "18 10:00", "walk_in")
    assert (figures(row_of(cast, "chat")), row_of(cast, "chat").within) == ((1, 2, 1, 0), "1 分内")
    assert (row_of(cast, "walk_in").contacts, row_of(cast, "walk_in").replied) == (1, None)


def test_a_letter_without_a_limit_is_answered_or_not(cast: Cast) -> None:
    told(cast, came(cast, "16 10:00", "letter"), "18 10:00")
    came(cast, "16 10:00", "letter")
    row = row_of(cast, "letter")
    assert row.replied is not None
    assert (row.replied.percent, row.replied.is_met, figures(row)) == ("50.0 %", None, (1, 2, 0, 1))


def test_calls_count_against_rings_and_waiting_time(cast: Cast) -> None:
    """INT-14, KPI-06: taken of all calls; quick are those within three rings and twenty seconds, as far as noted."""
    noted = [{"rings": 3, "wait_seconds": 20}, {"rings": 3}, {"wait_seconds": 20}, {"rings": 4}, {"wait_seconds": 21},
             {"rings": 2, "wait_seconds": 21}, {}]  # fmt: skip
    for call in noted:
        log_call(channel="phone", by=cast.alice, began_at=at("18 09:00"), **call)
    for outcome in (CallOutcome.MISSED, CallOutcome.ABANDONED):
        log_call(channel="phone", by=None, outcome=outcome, rings=1, began_at=at("12 00:00"))
    log_call(channel="phone", by=None, outcome=CallOutcome.MISSED, began_at=at("11 23:59"))
    row, longer = row_of(cast, "phone"), row_of(cast, "phone", 30)
    assert row.calls == Calls(total=9, answered=7, noted=6, quick=3)
    assert (row.connected, row.quick) == (Rate(7, 9, 0.95), Rate(3, 6))
    assert (longer.connected, row.replied) == (Rate(7, 10, 0.95), None)
    nothing = row_of(cast, "complaint_line")
    assert nothing.connected is not None
    assert (nothing.connected.percent, nothing.connected.is_met) == ("—", None)


def test_every_number_leads_to_its_cases(cast: Cast) -> None:
    """INT-13: the list behind a number holds as many cases as it says."""
    told(cast, came(cast, "18 10:00"), "18 10:10")
    told(cast, came(cast, "18 10:00"), "18 12:00")
    came(cast, "18 15:50")
    came(cast, "12 09:00")
    came(cast, "11 23:59")
    client = Client()
    with time_machine.travel(NOW, tick=False):
        client.login(username="bob", password=PASSWORD)
        page = client.get("/cases/board/channels/").content.decode()
        links = re.findall(r'href="(/cases/\?channel=email[^"]*)">(\d+)</a>', page)
        assert [count for _link, count in links] == ["4", "2", "1"]
        for link, count in links:
            found = client.get(link.replace("&amp;", "&")).content.decode()
            assert len(re.findall(r'data-pick><span class="unseen">[^<]*</span></label></td>', found)) == int(count)
        assert 'name="reply"' not in client.get("/cases/").content.decode()


def test_the_page_costs_the_same_for_few_contacts_and_for_many(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.bob)

    def cost() -> int:
        with time_machine.travel(NOW, tick=False), CaptureQueriesContext(connection) as captured:
            assert client.get("/cases/board/channels/?days=30").status_code == 200
        return len(captured)

    came(cast, "18 10:00")
    few = cost()
    for minute in range(10):
        came(cast, f"18 10:{minute:02d}", ("email", "phone", "web", "chat")[minute % 4])
        log_call(channel="phone", by=None, began_at=at("18 10:00"))
    assert cost() == few


def test_a_period_is_of_those_that_exist(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.bob)
    for days in ("30", "31", "x", ""):
        page = client.get("/cases/board/channels/", {"days": days})
        assert page.status_code == 200
        assert f'<a href="?days={30 if days == "30" else 7}" aria-current="page">' in page.content.decode()


def test_a_missed_call_is_noted_by_hand(cast: Cast) -> None:
    """INT-14: a call that nobody took lowers the connect rate; what cannot be is said beside its field."""
    client = Client()
    client.force_login(cast.alice)
    wrong = client.post(
        "/cases/missed-call/", {"channel": "email", "outcome": "answered", "began_at": "2099-01-01T00:00"}
    )
    assert (wrong.status_code, PhoneCall.objects.count()) == (422, 0)
    assert 'value="2099-01-01T00:00"' in wrong.content.decode()
    good = {
        "channel": "phone",
        "outcome": "abandoned",
        "began_at": "2026-01-02T08:00",
        "caller": "13900001111",
        "rings": 5,
    }
    assert client.post("/cases/missed-call/", good).status_code == 302
    call = PhoneCall.objects.get()
    assert (call.channel, call.outcome, call.rings, call.agent) == ("phone", "abandoned", 5, cast.alice)


def test_a_telephone_exchange_reports_what_nobody_took(cast: Cast) -> None:
    """INT-14, KPI-06: by the API, once per key, on an open telephone, in the past, and only what was not taken."""
    caller, body = Caller(cast.bob), {"channel": "phone", "outcome": "missed", "rings": 7}
    first = caller.post("/calls", body, key="k1")
    again = caller.post("/calls", body, key="k1")
    call = PhoneCall.objects.get()
    assert (first.status_code, first.json(), again.json()) == (201, {"id": call.pk}, {"id": call.pk})
    assert (call.outcome, call.rings, call.agent) == ("missed", 7, None)
    later = {"began_at": "2099-01-01T00:00:00+08:00"}
    for wrong in ({"channel": "email"}, {"channel": "social"}, {"outcome": "answered"}, {"rings": -1}, later):
        assert caller.post("/calls", {**body, **wrong}).status_code == 422
    assert PhoneCall.objects.count() == 1


def test_only_a_call_is_asked_for_its_rings(cast: Cast) -> None:
    """INT-14: rings and waiting time stand with the telephones alone, and are kept of these alone."""
    client = Client()
    client.force_login(cast.alice)
    page = client.get("/cases/new/?channel=letter").content.decode()
    assert page.count('data-when="channel=phone complaint_line"') == 2
    register_reported(report=cast.report(channel="letter"), by=cast.alice, rings=3)
    assert PhoneCall.objects.count() == 0


def test_the_public_page_tells_the_hours_of_a_channel(cast: Cast) -> None:
    """INT-09, D02: its own words, round the clock, or working hours."""
    facts = {"phone": {"hours": "", "always_open": True}, "complaint_line": {"hours": "8:00–20:00"}}
    changed(channels=channels(**facts))
    page = Client().get("/contact/").content.decode()
    assert [words in page for words in ("24 小时", "8:00–20:00", "工作时间", "24 小时全天候")] == [
        True,
        True,
        True,
        False,
    ]


def test_a_form_that_is_switched_off_takes_nothing(cast: Cast) -> None:
    """D02: the public form follows the switch of its channel, and says where to turn."""
    changed(channels=channels(web={"enabled": False}, phone={"enabled": False}))
    client = Client()
    page = client.get("/f/").content.decode()
    assert ("此表单暂未开放" in page, "400-800-0001" in page, "400-800-0000" in page) == (True, True, False)
    answer = client.post("/f/", {"description": "主轴有异响", "contact_name": "王工", "contact_phone": "13800001234"})
    assert (answer.status_code, Case.objects.count()) == (409, 0)


def test_a_mail_to_a_channel_that_is_switched_off_waits_for_a_person(cast: Cast) -> None:
    """D02: nothing is lost and nothing begins by itself; an answer within a case goes on."""
    changed(channels=channels(email={"enabled": False}))
    raw = b"From: wang@customer.example\r\nMessage-ID: <a@b>\r\nSubject: help\r\n\r\nnoise"
    store_mail(raw=raw, source="box")
    run_due()
    message = InboundMessage.objects.get()
    assert (message.state, message.why, Case.objects.count()) == ("quarantined", "此渠道已停用，请人工处理", 0)
    case = cast.case()
    raw = raw.replace(b"<a@b>", b"<c@d>").replace(b"help", put_token("Re: help", case.number).encode())
    store_mail(raw=raw, source="box")
    run_due()
    assert case.messages.filter(direction="in").count() == 1


def test_who_scans_a_unit_is_not_asked_for_its_number(cast: Cast) -> None:
    """INT-11: the code tells the unit; the consent is the last thing before the button."""
    page = Client().get(f"/u/{cast.unit.public_token}/").content.decode()
    assert ("id_serial_text" in page, page.rindex('name="agree"') > page.rindex('name="purchased_on"')) == (False, True)
    told = {"description": "有异响", "contact_name": "王工", "contact_phone": "13800001234", "agree": "on"}
    assert Client().post(f"/u/{cast.unit.public_token}/", told).status_code == 302
    case = Case.objects.get()
    assert (case.unit, case.serial_text) == (cast.unit, cast.unit.serial)
