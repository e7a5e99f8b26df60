"""One answer per key: what a program repeats it does not do twice."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from bihuan.core.idempotency import services
from bihuan.core.idempotency.models import GivenAnswer
from bihuan.core.idempotency.services import forget_old
from bihuan.core.jobs.models import Schedule
from bihuan.core.jobs.relay import run_due
from bihuan.core.jobs.services import ensure_schedules, take_turns
from bihuan.service.desk.models import Case
from tests.caller import Caller
from tests.cast import Cast, standing_cast
from tests.service.story import png

BODY = {"channel": "phone", "description": "主轴异响", "contact_name": "王工"}


@pytest.mark.django_db
@pytest.mark.parametrize(("key", "code", "title"), [
    ("", "key_missing", "每个 POST 请求都要带 Idempotency-Key：每个新请求用一个新的。"),
    ("k" * 121, "key_malformed", "Idempotency-Key 由 1 到 120 个可见字符组成。"),
    ("a b", "key_malformed", "Idempotency-Key 由 1 到 120 个可见字符组成。"),
    ("键", "key_malformed", "Idempotency-Key 由 1 到 120 个可见字符组成。"),
])  # fmt: skip
def test_a_post_without_a_good_key_is_refused_and_does_nothing(cast: Cast, key: str, code: str, title: str) -> None:
    answer = Caller(cast.alice).post("/cases", BODY, key=key)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert (answer.json()["code"], answer.json()["title"]) == (code, title)
    assert not Case.objects.exists()
    assert not GivenAnswer.objects.exists()


@pytest.mark.django_db
def test_the_message_speaks_the_language_of_the_caller(cast: Cast) -> None:
    cast.alice.language = "en"
    cast.alice.save()
    answer = Caller(cast.alice).post("/cases", BODY, key="")
    assert answer.json()["title"] == "Send an Idempotency-Key with every POST: a new one for every new request."


@pytest.mark.django_db
def test_the_quotes_of_the_draft_do_not_make_another_key(cast: Cast) -> None:
    caller = Caller(cast.alice)
    first = caller.post("/cases", BODY, key='"k-1"')
    again = caller.post("/cases", BODY, key="k-1")
    assert (first.status_code, again.status_code, again.headers["Idempotent-Replay"]) == (201, 201, "true")
    assert first.content == again.content
    assert "Idempotent-Replay" not in first.headers
    assert Case.objects.count() == 1


@pytest.mark.django_db
def test_another_body_or_another_address_under_the_same_key_is_refused(cast: Cast) -> None:
    caller = Caller(cast.alice)
    number = caller.post("/cases", BODY, key="k").json()["number"]
    answer = caller.post("/cases", {**BODY, "description": "别的"}, key="k")
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert caller.post(f"/cases/{number}/notes", BODY | {"text": "x"}, key="k").status_code == 422
    assert caller.post(f"/cases/{number}/notes", {"text": "x"}, key="k").json()["code"] == "key_reused"
    assert Case.objects.get().messages.count() == 0


@pytest.mark.django_db
def test_two_callers_do_not_share_their_keys(cast: Cast) -> None:
    assert Caller(cast.alice).post("/cases", BODY, key="k").status_code == 201
    assert Caller(cast.bob).post("/cases", {**BODY, "description": "别的"}, key="k").status_code == 201
    assert Case.objects.count() == 2


@pytest.mark.django_db
def test_an_upload_is_repeated_by_its_content(cast: Cast) -> None:
    caller, path = Caller(cast.alice), f"/cases/{cast.case().number}/attachments"
    first = caller.upload(path, key="k", file=SimpleUploadedFile("a.png", png()))
    again = caller.upload(path, key="k", file=SimpleUploadedFile("a.png", png()))
    assert (first.status_code, again.headers["Idempotent-Replay"]) == (201, "true")
    assert first.content == again.content
    other = caller.upload(path, key="k", file=SimpleUploadedFile("a.txt", "别的".encode()))
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert len(caller.get(path).json()) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"channel": "none"}, {"urgency": 99}, {"channel": None}])
def test_a_refusal_is_not_kept(cast: Cast, wrong: dict[str, Any]) -> None:
    caller = Caller(cast.alice)
    assert caller.post("/cases", BODY | wrong, key="k").status_code == 422
    assert not GivenAnswer.objects.exists()
    assert caller.post("/cases", BODY, key="k").status_code == 201


@pytest.mark.django_db
def test_a_failure_of_ours_is_not_kept_and_nothing_of_its_work_remains(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = Caller(cast.alice)
    with monkeypatch.context() as broken:
        broken.setattr("bihuan.service.desk.api.cases.CaseOut.of", lambda case: 1 // 0)
        assert caller.post("/cases", BODY, key="k").status_code == 500
    assert not GivenAnswer.objects.exists()
    assert not Case.objects.exists()
    assert caller.post("/cases", BODY, key="k").status_code == 201


@pytest.mark.django_db
def test_a_claim_of_a_dead_process_is_taken_over_after_its_lease(cast: Cast) -> None:
    caller = Caller(cast.alice)
    first = caller.post("/cases", BODY, key="k")
    row = GivenAnswer.objects.get()
    GivenAnswer.objects.filter(pk=row.pk).update(status=0, at=timezone.now())
    busy = caller.post("/cases", BODY, key="k")
    assert (busy.status_code, busy.json()["code"], busy.headers["Retry-After"]) == (409, "key_busy", "1")
    GivenAnswer.objects.filter(pk=row.pk).update(at=timezone.now() - services.LEASE - timedelta(seconds=1))
    taken = caller.post("/cases", BODY, key="k")
    assert taken.status_code == 201
    assert taken.json()["number"] != first.json()["number"]


@pytest.mark.django_db
def test_a_process_that_lost_its_claim_writes_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was thought dead and came back: its work is rolled back, the answer of the other one stands."""
    from bihuan.service.desk.api.outputs import CaseOut

    of = CaseOut.of

    def robbed(case: Case) -> CaseOut:
        GivenAnswer.objects.update(token="another")
        return of(case)

    monkeypatch.setattr("bihuan.service.desk.api.cases.CaseOut.of", robbed)
    answer = Caller(cast.alice).post("/cases", BODY, key="k")
    assert (answer.status_code, answer.json()["code"]) == (409, "key_busy")
    assert not Case.objects.exists()


@pytest.mark.django_db
def test_answers_are_kept_for_a_day_and_then_forgotten_by_a_scheduled_job(cast: Cast, settings: Any) -> None:
    caller = Caller(cast.alice)
    for key in ("old", "new"):
        caller.post("/cases", BODY, key=key)
    GivenAnswer.objects.filter(key="old").update(at=timezone.now() - timedelta(hours=24, minutes=1))
    fresh = caller.post("/cases", BODY, key="old")
    assert (fresh.status_code, "Idempotent-Replay" in fresh.headers) == (201, False)
    GivenAnswer.objects.filter(key="old").update(at=timezone.now() - timedelta(hours=24, minutes=1))
    ensure_schedules()
    Schedule.objects.exclude(kind="idempotency.forget").update(enabled=False)
    take_turns()
    run_due()
    assert list(GivenAnswer.objects.values_list("key", flat=True)) == ["new"]
    settings.IDEMPOTENCY_HOURS = 0
    assert forget_old() == 1
    assert Case.objects.count() == 3


@pytest.fixture
def real_database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """Threads meet in a file as in use: SQLite in memory locks whole tables and never waits."""
    if connection.vendor != "sqlite":
        yield
        return
    kept, name = connection.connection, connection.settings_dict["NAME"]
    with closing(sqlite3.connect(tmp_path / "bihuan.sqlite3")) as copy:
        kept.backup(copy)
    connection.connection, connection.settings_dict["NAME"] = None, str(tmp_path / "bihuan.sqlite3")
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = kept, name


def test_of_two_at_once_one_works_and_the_other_is_told_to_wait(
    real_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first stands in the middle of its work when the second comes with the same key."""
    caller = Caller(standing_cast().alice)
    inside, go_on = threading.Event(), threading.Event()
    from bihuan.service.desk.api import cases

    real = cases.check_channel

    def slow(*values: Any) -> Any:
        inside.set()
        assert go_on.wait(20)
        return real(*values)

    answers: list[Any] = []

    def first() -> None:
        answers.append(Caller(None, caller.token).post("/cases", BODY, key="k"))
        connection.close()

    monkeypatch.setattr(cases, "check_channel", slow)
    thread = threading.Thread(target=first)
    thread.start()
    try:
        assert inside.wait(20)
        second = caller.post("/cases", BODY, key="k")
        assert (second.status_code, second.json()["code"], second.headers["Retry-After"]) == (409, "key_busy", "1")
    finally:
        go_on.set()
        thread.join()
    assert [answer.status_code for answer in answers] == [201]
    again = caller.post("/cases", BODY, key="k")
    assert (again.status_code, again.headers["Idempotent-Replay"]) == (201, "true")
    assert again.content == answers[0].content
    assert Case.objects.count() == 1


def test_eight_at_once_make_one_case(real_database: None) -> None:
    caller = Caller(standing_cast().alice)
    start, answers = threading.Barrier(8), []

    def run() -> None:
        start.wait(20)
        answers.append(Caller(None, caller.token).post("/cases", BODY, key="k"))
        connection.close()

    threads = [threading.Thread(target=run) for _index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert Case.objects.count() == 1
    assert GivenAnswer.objects.get().status == 201
