"""Mails of every charset and every kind of damage: each ends as a case or in quarantine with its reason."""

import base64
import struct
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.core.jobs.relay import run_due
from bihuan.service.desk.models import Case
from bihuan.service.desk.services.closing import cancel_case
from bihuan.service.intake.mail.parsed import MailRefused
from bihuan.service.intake.mail.reading import parse
from bihuan.service.intake.mail.thread import find_number, put_token, strip_prefixes
from bihuan.service.intake.models import InboundMessage
from bihuan.service.intake.services import store_mail
from tests.cast import Cast
from tests.service.story import accepted, agreed, diagnosed, proposed, triaged
from tests.service.test_loop import customer_mail

CORPUS = sorted(Path("/usr/lib/python3.11/test/test_email/data").glob("*"))
HEAD = b"From: =?gb2312?B?zfW5pA==?= <wang@customer.example>\nSubject: =?utf-8?Q?=E5=BC=82?= =?utf-8?Q?=E5=93=8D?=\nMIME-Version: 1.0\n"


def body_of(raw: bytes) -> str:
    return parse(raw, max_bytes=10**7).text


@pytest.mark.parametrize("charset", ["gb18030", "gbk", "gb2312", "big5", "utf-8"])
@pytest.mark.parametrize("coding", ["base64", "quoted-printable", "8bit"])
def test_chinese_is_read_in_every_charset_and_coding(charset: str, coding: str) -> None:
    text = "主軸異響，請處理" if charset == "big5" else "主轴异响，请处理"
    data = text.encode(charset)
    if coding == "base64":
        data = base64.encodebytes(data)
    elif coding == "quoted-printable":
        data = b"".join(b"=%02X" % byte for byte in data)
    raw = HEAD + f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {coding}\n\n".encode() + data
    mail = parse(raw, max_bytes=10**6)
    assert (mail.text, mail.subject, mail.sender.name) == (text, "异响", "王工")


def test_a_wrong_charset_is_guessed_and_noted() -> None:
    raw = HEAD + b"Content-Type: text/plain; charset=us-ascii\n\n" + "电机有异响".encode("gb18030")
    mail = parse(raw, max_bytes=10**6)
    assert mail.text == "电机有异响"
    assert "charset" in mail.defects


def test_html_is_cleaned_and_loads_nothing() -> None:
    page = '<p onclick="x()">冒烟<script>alert(1)</script><img src="http://tracker.example/p.gif"><a href="javascript:x">看</a></p>'
    raw = HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + page.encode()
    mail = parse(raw, max_bytes=10**6)
    assert mail.text == "冒烟看"
    assert not any(mark in mail.html for mark in ("script", "onclick", "tracker", "javascript", "<img"))


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("好的，谢谢。\n\n在 2026年11月20日，客服 写道：\n> 您好", "好的，谢谢。"),
        ("已收到\n\n------------------ 原始邮件 ------------------\n发件人: 客服", "已收到"),
        ("可以\n\n发件人： 客服 <s@x.example>\n发送时间： 2026年", "可以"),
        ("ok\n\nOn Fri, Nov 20, 2026 at 9:00 AM Service <s@x.example> wrote:\n> hi", "ok"),
        ("没有引用的信", "没有引用的信"),
    ],
)
def test_a_reply_is_told_from_what_it_quotes(text: str, new: str) -> None:
    raw = HEAD + b"Content-Type: text/plain; charset=utf-8\n\n" + text.encode()
    assert parse(raw, max_bytes=10**6).new_text == new


def tnef(body: bytes) -> bytes:
    """A minimal winmail.dat: signature, key, one attribute with its checksum."""
    head = struct.pack("<IH", 0x223E9F78, 1)
    attribute = struct.pack("<BII", 1, 0x0002800C, len(body)) + body + struct.pack("<H", sum(body) & 0xFFFF)
    return head + attribute


def test_winmail_dat_is_opened_and_a_broken_one_is_kept() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@customer.example", "winmail"
    message.set_content("")
    message.add_attachment(
        tnef(b"spindle noise\x00"), maintype="application", subtype="ms-tnef", filename="winmail.dat"
    )
    assert "spindle noise" in body_of(message.as_bytes())
    message.clear_content()
    message.set_content("见附件")
    message.add_attachment(b"broken", maintype="application", subtype="ms-tnef", filename="winmail.dat")
    mail = parse(message.as_bytes(), max_bytes=10**6)
    assert ([part.filename for part in mail.attachments], mail.defects) == (["winmail.dat"], ("tnef",))


def test_the_words_of_a_pure_forward_are_not_lost() -> None:
    inner, outer = EmailMessage(), EmailMessage()
    inner["Subject"] = "客户原信"
    inner.set_content("空调冒烟")
    outer["From"], outer["Subject"] = "sales@customer.example", "转发：客户原信"
    outer.set_content(inner)
    mail = parse(outer.as_bytes(), max_bytes=10**6)
    assert "空调冒烟" in mail.text
    assert [part.filename for part in mail.attachments] == ["客户原信.eml"]


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    for raw in (data, HEAD + b"\n" + data, HEAD + data, customer_mail()[:150] + data):
        try:
            mail = parse(raw, max_bytes=10**6)
        except MailRefused as refused:
            assert refused.code
        else:
            mail.text.encode()
            assert "\x00" not in mail.text + mail.subject


@pytest.mark.django_db
def test_every_mail_of_the_corpus_ends_as_a_case_or_in_quarantine(cast: Cast) -> None:
    """INT-32: nothing is lost and nothing raises, whatever a mail looks like."""
    assert len(CORPUS) > 50
    for path in CORPUS:
        store_mail(raw=path.read_bytes(), source=path.name)
    run_due()
    states = set(InboundMessage.objects.values_list("state", flat=True))
    assert states == {"routed", "quarantined"}
    assert InboundMessage.objects.count() == len(CORPUS)
    assert not InboundMessage.objects.filter(state="quarantined", reason="").exists()
    assert Case.objects.count() >= 40


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X_Auto_Response_Suppress": "All"},
        {"List_Id": "<l.x>"},
    ],
)
@pytest.mark.django_db
def test_machines_open_no_case_and_get_no_answer(cast: Cast, headers: dict[str, str], mailoutbox: list[object]) -> None:
    store_mail(raw=customer_mail("自动回复：不在办公室", **headers), source="test")
    run_due()
    assert (Case.objects.count(), len(mailoutbox)) == (0, 0)
    assert "自动回复或群发邮件" in InboundMessage.objects.get().why


@pytest.mark.django_db
def test_a_number_in_the_subject_counts_only_from_somebody_who_takes_part(cast: Cast) -> None:
    case = cast.case()
    subject = put_token("回复", case.number)
    store_mail(raw=customer_mail(subject, "我来补充", id="<a@x>"), source="test")
    stranger = customer_mail(subject, "我要看看", id="<b@x>").replace(b"wang@customer.example", b"someone@else.example")
    store_mail(raw=stranger, source="test")
    run_due()
    assert [row.text for row in case.messages.filter(direction="in")] == ["我来补充"]
    assert Case.objects.count() == 2


def test_a_forged_token_counts_for_nothing() -> None:
    subject = put_token("Re: 异响", "SV202611-00012")
    assert find_number(subject) == "SV202611-00012"
    assert find_number(subject.replace("00012", "00013")) == ""
    assert strip_prefixes("回复：Re: " + subject) == "异响"


@pytest.mark.django_db
@pytest.mark.parametrize(("profile", "cases", "state"), [("general", 1, "triaged"), ("precast", 2, "closed")])
def test_a_reply_to_a_closed_case_reopens_or_opens_a_linked_one(
    cast: Cast, profile: str, cases: int, state: str
) -> None:
    """ACC-12: what a late reply does is policy: the same case again, or one that follows it."""
    case = cast.case(line=cast.lines[profile])
    accepted(cast, agreed(cast, proposed(cast, diagnosed(cast, triaged(cast, case)))))
    if case.state == "follow_up":
        from tests.service.story import followed_up

        followed_up(cast, case)
    assert case.state == "closed"
    store_mail(raw=customer_mail(put_token("又响了", case.number), "又响了", id="<late@x>"), source="test")
    run_due()
    case.refresh_from_db()
    assert (Case.objects.count(), case.state) == (cases, state)
    if cases == 2:
        assert Case.objects.order_by("-pk")[0].follows_id == case.pk
    else:
        assert case.cycle == 2


@pytest.mark.django_db
def test_a_poisonous_mail_does_not_block_the_others(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from bihuan.core.jobs.models import Job
    from bihuan.service.desk import routing

    real = routing.find_case

    def poison(message: InboundMessage, mail: object) -> object:
        if message.external_id == "<bad@x>":
            raise RuntimeError("poison")
        return real(message, mail)  # type: ignore[arg-type]

    monkeypatch.setattr(routing, "find_case", poison)
    store_mail(raw=customer_mail(id="<bad@x>"), source="test")
    store_mail(raw=customer_mail(id="<good@x>"), source="test")
    for _try in range(5):
        run_due()
        Job.objects.filter(state="waiting").update(due_at="2020-01-01T00:00:00Z")
    assert dict(InboundMessage.objects.values_list("external_id", "state")) == {
        "<bad@x>": "quarantined",
        "<good@x>": "routed",
    }
    assert "poison" in InboundMessage.objects.get(external_id="<bad@x>").reason


@pytest.mark.django_db
def test_a_duplicate_is_marked_and_the_other_case_knows(cast: Cast) -> None:
    first, second = cast.case(), cast.case()
    cancel_case(case=second, by=cast.bob, reason="重复", duplicate_of=first)
    second.refresh_from_db()
    assert (second.state, second.duplicate_of_id) == ("cancelled", first.pk)
