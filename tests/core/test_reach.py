"""Where webhooks and robots may stand: what the installation forbids is told beside the field and never posted to."""

import socket
from ipaddress import ip_address
from typing import Any

import pytest
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import strategies as st

from bihuan.core.jobs.models import Job
from bihuan.core.jobs.relay import run_due
from bihuan.core.notify import reach
from bihuan.core.notify.models import Webhook
from tests.cast import Cast
from tests.servers.listener import Listener

INSIDE = (
    "http://127.0.0.1/in", "http://localhost:8000/in", "http://10.1.2.3/in", "https://192.168.0.10/in",
    "http://172.16.4.4/in", "http://169.254.169.254/latest", "http://[::1]/in", "http://[fd00::1]/in",
    "http://[::ffff:127.0.0.1]/in", "http://0.0.0.0/in", "http://2130706433/in",
)  # fmt: skip


@pytest.fixture
def public_only(settings: Any) -> None:
    settings.PUBLIC_HOOKS_ONLY = True


def entered(client: Client, url: str) -> Any:
    values = {"name": "ERP", "url": url, "secret": "SEC-7f3a-9b21", "events": "case.registered", "is_enabled": "on"}
    return client.post("/tables/webhooks/new/", values)


def answers(numbers: list[str]) -> Any:
    """A name server that gives these numbers, one list after the other."""
    kinds = [socket.AF_INET6 if ":" in number else socket.AF_INET for number in numbers]
    rows = [(kind, socket.SOCK_STREAM, 6, "", (number, 0)) for kind, number in zip(kinds, numbers, strict=True)]
    return lambda *_args, **_more: rows


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_inside_is_refused_where_only_public_ones_are_allowed(public_only: None, url: str) -> None:
    with pytest.raises(reach.AddressRefused):
        reach.allowed_ip(url)


@pytest.mark.parametrize("url", INSIDE)
def test_every_address_is_allowed_where_nothing_is_said(url: str) -> None:
    assert reach.allowed_ip(url) == ""


@given(st.lists(st.ip_addresses(v=4).map(str), min_size=1, max_size=3))
def test_one_number_inside_is_enough_to_refuse_a_name(numbers: list[str]) -> None:
    public = all(ip_address(number).is_global and not ip_address(number).is_multicast for number in numbers)
    with override_settings(PUBLIC_HOOKS_ONLY=True), pytest.MonkeyPatch.context() as patch:
        patch.setattr(reach, "getaddrinfo", answers(numbers))
        if public:
            assert reach.allowed_ip("https://erp.example/in") == numbers[0]
            return
        with pytest.raises(reach.AddressRefused):
            reach.allowed_ip("https://erp.example/in")


@pytest.mark.django_db
def test_the_reason_stands_beside_the_address_and_nothing_is_kept(public_only: None, admin: Client) -> None:
    answer = entered(admin, "http://10.1.2.3/in")
    page = answer.content.decode()
    assert answer.status_code in {200, 422}
    assert "“10.1.2.3”位于内部网络" in page
    assert 'value="http://10.1.2.3/in"' in page
    assert not Webhook.objects.exists()


@pytest.mark.django_db
def test_an_own_program_is_taken_where_nothing_is_forbidden(admin: Client) -> None:
    assert entered(admin, "http://10.1.2.3/in").status_code == 302
    assert Webhook.objects.get().url == "http://10.1.2.3/in"


@pytest.mark.servers
@pytest.mark.django_db
def test_what_was_entered_before_is_not_posted_to_and_the_table_says_why(
    cast: Cast, admin: Client, settings: Any
) -> None:
    with Listener() as listener:
        row = Webhook.objects.create(name="ERP", url=f"{listener.url}/in", secret="SEC-7f3a", events=["*"])
        settings.PUBLIC_HOOKS_ONLY = True
        cast.case()
        run_due()
        assert listener.calls == []
        assert "位于内部网络" in admin.get("/tables/webhooks/").content.decode()
        settings.PUBLIC_HOOKS_ONLY = False
        Job.objects.filter(kind="notify.webhook").update(due_at="2020-01-01T00:00Z")
        run_due()
        assert listener.calls
    row.refresh_from_db()
    assert row.last_error == ""


@pytest.mark.servers
def test_the_connection_goes_to_the_number_that_was_looked_at(
    public_only: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is answered differently a moment later leads nowhere else; the program hears its own name."""
    with Listener() as listener:
        monkeypatch.setattr(reach, "_is_public", lambda number: True)
        monkeypatch.setattr(reach, "getaddrinfo", answers(["127.0.0.1"]))
        port = listener.url.rpartition(":")[2]
        reach.post(f"http://erp.example:{port}/in", content=b"{}")
        (call,) = listener.calls
        assert call.headers["Host"] == f"erp.example:{port}"
