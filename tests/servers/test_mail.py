"""Real IMAP and SMTP: a customer's mail in, the acknowledgement out, his reply threaded."""

import email
import smtplib
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from bihuan.core.jobs.relay import run_due
from bihuan.service.desk.models import Case
from bihuan.service.intake.models import InboundMessage, Mailbox
from bihuan.service.intake.polling import poll
from tests.cast import Cast
from tests.servers.mailpair import MailPair, Sink


def mailbox(pair: MailPair) -> Mailbox:
    return Mailbox.objects.create(
        name="服务", address="service@bihuan.example", host="127.0.0.1", port=pair.imap, use_tls=False,
        username="service", secret="secret",
    )  # fmt: skip


def deliver(pair: MailPair, *messages: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", pair.smtp) as smtp:
        for message in messages:
            smtp.send_message(message)
    pair.settle()


def customer_mail(text: str, charset: str, *, number: int = 1, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "王工 <wang@customer.example>"
    message["To"] = "service@bihuan.example"
    message["Subject"] = headers.pop("subject", "主轴异响")
    message["Message-ID"] = f"<m{number}@customer.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text, charset=charset)
    return message


@pytest.mark.servers
def test_a_mail_comes_in_and_its_answer_finds_the_case(cast: Cast, tmp_path: Path, settings: Any) -> None:
    """INT-01, INT-30: mail in by IMAP, acknowledgement out by SMTP, reply threaded by what it answers."""
    with MailPair(tmp_path / "mail") as pair, Sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        box = mailbox(pair)
        deliver(pair, customer_mail("主軸有異響，請處理。", "big5"))
        assert poll(box) == 1
        run_due()
        case = Case.objects.get()
        assert case.description.strip() == "主軸有異響，請處理。"
        sent = email.message_from_bytes(sink.mails[0])
        reply = customer_mail(
            "补充照片稍后发。", "gb18030", number=2, subject="回复：受理", In_Reply_To=sent["Message-ID"]
        )
        deliver(pair, reply)
        box.refresh_from_db()
        assert poll(box) == 1
        run_due()
        assert Case.objects.count() == 1
        assert case.messages.filter(direction="in").count() == 2
        assert len(sink.mails) == 1


@pytest.mark.servers
def test_what_was_fetched_is_not_fetched_again_and_a_wrong_password_is_noted(cast: Cast, tmp_path: Path) -> None:
    with MailPair(tmp_path / "mail") as pair:
        box = mailbox(pair)
        deliver(pair, customer_mail("一", "utf-8"), customer_mail("二", "utf-8", number=2))
        assert poll(box) == 2
        box.refresh_from_db()
        assert (poll(box), InboundMessage.objects.count()) == (0, 2)
        Mailbox.objects.filter(pk=box.pk).update(uid_validity=1)
        box.refresh_from_db()
        assert (poll(box), InboundMessage.objects.count()) == (2, 2)
        box.secret = "wrong"
        assert poll(box) == 0
        box.refresh_from_db()
        assert "MailboxLoginError" in box.last_error


@pytest.mark.servers
def test_a_monster_is_noted_and_does_not_block_the_box(cast: Cast, tmp_path: Path, settings: Any) -> None:
    settings.MAX_MAIL_BYTES = 20_000
    with MailPair(tmp_path / "mail") as pair:
        box = mailbox(pair)
        deliver(pair, customer_mail("大" * 40_000, "utf-8"), customer_mail("小", "utf-8", number=2))
        assert poll(box) == 2
        run_due()
        states = dict(InboundMessage.objects.values_list("external_id", "state"))
        assert states == {"<m1@customer.example>": "quarantined", "<m2@customer.example>": "routed"}
