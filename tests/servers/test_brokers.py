"""Celery on real brokers: every job done once by its effect, also when a worker is killed or the broker is away."""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from kombu import Connection
from kombu.exceptions import OperationalError

from tests.servers.house import House, kill, until
from tests.servers.listener import Call, Listener
from tests.servers.mailpair import Sink, free_port

pytestmark = pytest.mark.servers
ADDRESSES = {
    "redis": os.environ.get("BIHUAN_TEST_REDIS", "redis://127.0.0.1:6379/0"),
    "rabbitmq": os.environ.get("BIHUAN_TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672//"),
}
COUNT = 20


@pytest.fixture(params=sorted(ADDRESSES))
def broker(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a broker that scripts/test.sh started, or of this machine's own where one runs."""
    address = ADDRESSES[request.param]
    try:
        with Connection(address, connect_timeout=2) as link:
            link.ensure_connection(max_retries=1)
    except Exception as error:
        if f"BIHUAN_TEST_{request.param.upper()}" in os.environ:
            raise
        pytest.skip(f"no {request.param} at {address.rsplit('@', 1)[-1]}: {error}")
    return address


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One installation on PostgreSQL for all brokers; its relay hands jobs over, a lease lasts three seconds."""
    if connection.vendor == "sqlite":
        pytest.skip("brokers stand beside PostgreSQL")
    base = tmp_path_factory.mktemp("house")
    with House(base, BIHUAN_JOBS_MODE="broker", BIHUAN_JOB_LEASE_SECONDS="3") as found:
        yield found


@pytest.fixture
def post(house: House) -> Iterator[Sink]:
    """Where its mails go; afterwards nobody works in the house any more and its queue is thrown away."""
    with Sink() as sink:
        house.env["BIHUAN_EMAIL_URL"] = f"smtp://127.0.0.1:{sink.port}"
        yield sink
        house.end()
        with Connection(house.env["BIHUAN_BROKER_URL"], connect_timeout=2) as link, suppress(OperationalError):
            link.default_channel.queue_delete(house.name)


def test_every_job_is_done_once_by_its_effect(broker: str, house: House, post: Sink) -> None:
    """Mails become cases through relay, broker and two Celery workers, each once, each answered once."""
    house.env["BIHUAN_BROKER_URL"] = broker
    name = urlsplit(broker).scheme
    house.ask("mails", COUNT, name)
    house.relay(BIHUAN_JOB_LEASE_SECONDS="60")
    for _worker in range(2):
        house.celery(BIHUAN_JOB_LEASE_SECONDS="60")
    seen = house.ask("settled")
    assert seen["open"] == 0, house.logs()
    assert {email: count for email, count in seen["customers"].items() if email.startswith(name)} == {
        f"{name}{number}@customer.example": 1 for number in range(COUNT)
    }
    assert {state for state in seen["messages"] if seen["messages"][state]} == {"routed"}
    kinds = ("intake.read", "desk.after_registration", "notify.send_mail")
    cases = len(seen["numbers"])
    assert [(seen["jobs"][f"{kind} done 1"]) for kind in kinds] == [
        seen["messages"]["routed"],
        cases,
        seen["mails"]["sent"],
    ]
    assert (seen["verbs"]["case.registered"], seen["broken"]) == (cases, [])
    assert len(post.mails) == COUNT


class Hesitant(Listener):
    """Keeps the first caller waiting for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.release = threading.Event(), threading.Event()

    def answer(self, call: Call) -> tuple[int, dict[str, str], bytes]:
        if not self.asked.is_set():
            self.asked.set()
            self.release.wait(60)
        return super().answer(call)


def test_what_a_killed_worker_had_in_hand_is_finished_by_another(broker: str, house: House, post: Sink) -> None:
    house.env["BIHUAN_BROKER_URL"] = broker
    with Hesitant() as listener:
        house.ask("hook", listener.url)
        numbers = house.ask("cases", 1)
        house.relay()
        first = house.celery()
        assert listener.asked.wait(40), house.logs()
        kill(first)
        house.celery()
        seen = house.ask("settled")
        listener.release.set()
        house.ask("hook")
    deliveries = [call.headers["X-Bihuan-Delivery"] for call in listener.calls]
    assert (seen["open"], len(deliveries), len(set(deliveries))) == (0, 2, 1), house.logs()
    assert seen["deliveries"][deliveries[0]] == ["done", 2]
    assert (seen["numbers"].count(numbers[0]), seen["broken"]) == (1, [])


def test_a_broker_that_is_away_is_waited_for(house: House, post: Sink) -> None:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server is installed: scripts/system_packages.sh test")
    port = free_port()
    house.env["BIHUAN_BROKER_URL"] = f"redis://127.0.0.1:{port}/0"
    before = house.ask("state")["messages"].get("routed", 0)
    house.ask("mails", 3, "patient")
    relay = house.relay()
    assert until(lambda: "the broker does not answer" in house.logs(), 40)
    server = start_redis(program, port)
    try:
        house.celery()
        seen = house.ask("settled")
        assert (seen["open"], seen["messages"]) == (0, {"routed": before + 3}), house.logs()
        assert relay.poll() is None
    finally:
        house.end()
        server.kill()
        server.wait(10)


def start_redis(program: str, port: int) -> "subprocess.Popen[Any]":
    words = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    return subprocess.Popen([program, *words], stdout=subprocess.DEVNULL)
