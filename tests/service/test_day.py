"""What a day at the desk begins with: the board of deadlines, the mails that left, what was put aside."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from bihuan.core.deadlines.models import Deadline
from bihuan.core.notify.services import send_mail
from bihuan.registry.people.services import create_user
from bihuan.service.desk import board
from bihuan.service.intake.models import InboundMessage
from bihuan.service.intake.reasons import REASONS, told
from tests.cast import PASSWORD, Cast

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
