"""Many at once on a real database: no number twice, no gap, no fork in the journal, one winner at a time."""

import itertools
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.db import connection, transaction

from bihuan.core.activity.models import Activity
from bihuan.core.activity.queries import tampered
from bihuan.core.activity.services import record
from bihuan.core.numbering.services import next_number
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.visits.models import Visit
from tests.cast import PASSWORD, Cast
from tests.servers.house import ROOT, House, until
from tests.servers.mailpair import free_port
from tests.service.visiting import planned, qualified, working_case

pytestmark = pytest.mark.servers
THREADS, TURNS = 8, 25


class Undone(Exception):
    """Takes back a transaction on purpose."""


@pytest.mark.django_db(transaction=True)
def test_eight_threads_number_and_journal_one_subject_on_postgresql(cast: Cast) -> None:
    """INT-22: eight writers on one counter and one chain; what was taken back leaves no gap."""
    if connection.vendor != "postgresql":
        pytest.skip("threads need PostgreSQL; SQLite is tested with processes")
    start = threading.Barrier(THREADS)

    def work(thread: int) -> list[str]:
        start.wait(20)
        given = []
        try:
            for turn in range(TURNS):
                try:
                    with transaction.atomic():
                        number = next_number("test", "T{yyyy}-{seq:05d}")
                        record(subject=cast.customer, verb="customer.changed", by=None, data={"number": number})
                        if turn % 5 == thread % 5:
                            raise Undone
                except Undone:
                    continue
                given.append(number)
        finally:
            connection.close()
        return given

    with ThreadPoolExecutor(THREADS) as pool:
        given = list(itertools.chain(*pool.map(work, range(THREADS))))
    assert sorted(int(number[-5:]) for number in given) == list(range(1, THREADS * TURNS * 4 // 5 + 1))
    rows = Activity.objects.filter(subject_type="customers.customer", subject_id=cast.customer.pk)
    chain = list(rows.order_by("seq").values_list("seq", flat=True))
    assert chain == list(range(1, len(chain) + 1))
    written = [row.data["number"] for row in rows if row.verb == "customer.changed"]
    assert sorted(written) == sorted(given)
    assert list(tampered()) == []


@pytest.mark.django_db(transaction=True)
def test_eight_threads_journal_one_subject_without_another_lock_on_postgresql(cast: Cast) -> None:
    """GEN-10: nothing but the journal's own rule keeps the chain together."""
    if connection.vendor != "postgresql":
        pytest.skip("threads need PostgreSQL; SQLite is tested with processes")
    start = threading.Barrier(THREADS)

    def work(thread: int) -> None:
        start.wait(20)
        try:
            for turn in range(TURNS):
                record(subject=cast.customer, verb="customer.changed", by=None, data={"who": thread, "turn": turn})
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    rows = Activity.objects.filter(subject_type="customers.customer", verb="customer.changed")
    assert sorted((row.data["who"], row.data["turn"]) for row in rows) == [
        (thread, turn) for thread in range(THREADS) for turn in range(TURNS)
    ]
    assert list(tampered()) == []


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("house")) as found:
        yield found


def test_four_processes_number_and_journal_one_subject(house: House, tmp_path: Path) -> None:
    """INT-22: on SQLite writers wait for each other; no number twice, no gap, no error."""
    command = [sys.executable, "-m", "tests.servers.inside", "write", "40", "1"]
    running = [
        subprocess.Popen(command, env=house.env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _process in range(4)
    ]
    outcomes = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * 4, [problem for _said, problem in outcomes]
    given = [number for said, _problem in outcomes for number in json.loads(said)]
    assert sorted(int(number[-5:]) for number in given) == list(range(1, 161))
    seen = house.ask("state")
    assert (seen["verbs"]["customer.changed"], seen["broken"]) == (160, [])


class Visitor:
    """A person with a session on a real server."""

    def __init__(self, url: str, name: str) -> None:
        self.client = httpx.Client(base_url=url, headers={"Referer": url}, timeout=30)
        self.client.get("/login/")
        form = {"username": name, "password": PASSWORD, "csrfmiddlewaretoken": self.client.cookies["csrftoken"]}
        assert self.client.post("/login/", data=form).status_code == 302

    def act(self, number: str, name: str, **form: Any) -> httpx.Response:
        token = self.client.cookies["csrftoken"]
        return self.client.post(f"/cases/{number}/{name}/", data={**form, "csrfmiddlewaretoken": token})


def test_two_people_at_once_on_one_case_one_wins_and_the_other_is_told_who_and_what(house: House) -> None:
    """GEN-10: over HTTP, against a real server: one 302, one 409 with the name and the deed of the first."""
    numbers = house.ask("cases", 6)
    port = free_port()
    server = house.start("-m", "bihuan.config", "serve", "--port", str(port), "--no-worker", BIHUAN_DEBUG="1")
    url = f"http://127.0.0.1:{port}"
    assert until(lambda: answers(url), 40), house.logs()
    people = {"周经理": Visitor(url, "bob"), "孟经理": Visitor(url, "mona")}
    start = threading.Barrier(2)

    def cancel(who: str, number: str) -> httpx.Response:
        start.wait(20)
        return people[who].act(number, "cancel", version="0", reason=f"{who}认为无需处理")

    for number in numbers:
        with ThreadPoolExecutor(2) as pool:
            both = dict(zip(people, pool.map(cancel, people, itertools.repeat(number)), strict=True))
        assert sorted(answer.status_code for answer in both.values()) == [302, 409]
        winner = next(who for who, answer in both.items() if answer.status_code == 302)
        loser = next(answer for answer in both.values() if answer.status_code == 409)
        said = re.sub(r"<[^>]+>", " ", loser.text)
        assert re.search(rf"{winner} 已先一步处理（[^）]+）：取消", said), said[:3000]
    house.end()
    assert server.poll() is not None
    seen = house.ask("state")
    assert (seen["verbs"]["case.cancelled"], seen["broken"]) == (len(numbers), [])


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/login/").status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.django_db(transaction=True)
def test_eight_planners_book_one_engineer_once_on_postgresql(cast: Cast) -> None:
    """KNO-05, WO-18: the same hour of the same person goes to one visit; the others are told which one."""
    if connection.vendor != "postgresql":
        pytest.skip("threads need PostgreSQL; SQLite lets one writer in at a time")
    qualified(cast, cast.erik)
    cases, start = [working_case(cast) for _each in range(THREADS)], threading.Barrier(THREADS)

    def work(case: Any) -> str:
        start.wait(20)
        try:
            return planned(cast, case).number
        except MoveRefused as refused:
            assert refused.code == "engineer"
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        given = list(pool.map(work, cases))
    assert [number for number in given if number] == [Visit.objects.get().number]
