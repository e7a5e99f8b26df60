"""Whatever is sent: no endpoint fails, the wrong field is named, nothing is written."""

import json
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from bihuan.config.api import api
from bihuan.core.activity.models import Activity
from tests.cast import standing_cast
from tests.conftest import light
from tests.nets.api_world import ApiWorld, build_api_world, operations

HUGE = 10**400
NASTY: list[Any] = [
    None, True, 0, -1, 1.5, HUGE, -HUGE, 2**63, float("nan"), float("inf"), "", " ", "\x00", "a\x00b", "\ud800", "x" * 200_000,
    "' OR 1=1 --", "９９", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-05T09:00:00", "9999-12-31",
    "2026-02-30", [], [[]], {}, {"": None}, ["\x00"], {"\x00": "\x00"},
]  # fmt: skip
TEXT = st.text(st.characters(), max_size=40)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.sampled_from(NASTY),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def operations_fields() -> dict[str, list[str]]:
    """The fields of each input, as the schema names them."""
    schema = api.get_openapi_schema()
    found = {}
    for name, details in operations().items():
        body = details.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        shape = schema["components"]["schemas"].get(body.get("$ref", "").rsplit("/", 1)[-1], {})
        found[name] = sorted(shape.get("properties", {}))
    return found


WRITES = sorted(name for name in operations() if not name.startswith("GET"))
FIELDS = operations_fields()
EACH = 3
READ = {name for name, details in operations().items() if details.get("requestBody")}
SENT = [name for name in WRITES if not name.endswith("/attachments")]


def send(world: ApiWorld, operation: str, body: str | bytes, **headers: Any) -> Any:
    """Send a body as it is; what it should not have written is undone and counted."""
    method = operation.split(" ", maxsplit=1)[0]
    before = Activity.objects.count()
    with transaction.atomic():
        key = None if method == "POST" else ""
        answer = world.callers["admin"].send(method, world.addresses[operation], body, key, **headers)
        after = Activity.objects.count()
        transaction.set_rollback(True)
    assert answer.status_code < 500, (operation, body[:300], answer.content[:300])
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json", (operation, answer.content[:300])
        assert after == before, (operation, body[:300])
    return answer


def dumped(value: Any) -> str:
    return json.dumps(value, default=str)


@pytest.fixture(scope="module")
def standing_world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[ApiWorld, dict[str, Any]]]:
    """One world for all tests of this file, in a transaction around theirs; with the settings it was built under."""
    kept = light(str(tmp_path_factory.mktemp("world")))
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(**kept):
            found = build_api_world(standing_cast())
        with django_db_blocker.block():
            yield found, kept
        transaction.set_rollback(True)


@pytest.fixture
def world(standing_world: tuple[ApiWorld, dict[str, Any]], settings: Any) -> ApiWorld:
    found, kept = standing_world
    for name, value in kept.items():
        setattr(settings, name, value)
    settings.API_PER_MINUTE = 0
    return found


@pytest.mark.django_db
def test_every_field_takes_or_refuses_nasty_values(world: ApiWorld) -> None:
    """Each field of each input gets some of the values in an otherwise good request; a refusal names a field."""
    turn = cycle(NASTY)
    for operation in SENT:
        good = world.bodies.get(operation, {})
        for field in FIELDS[operation]:
            for value in islice(turn, EACH):
                answer = send(world, operation, dumped({**good, field: value}))
                if answer.status_code == 422:
                    named = [item["field"] for item in answer.json()["errors"]]
                    assert any(name.startswith("body.data") for name in named), (operation, field, value, named)


@pytest.mark.django_db
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(operation=st.sampled_from(SENT), body=ANY)
def test_no_json_whatever_breaks_an_operation(world: ApiWorld, operation: str, body: Any) -> None:
    send(world, operation, dumped(body))


@pytest.mark.django_db
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(data=st.data())
def test_no_value_in_a_known_field_breaks_an_operation(world: ApiWorld, data: st.DataObject) -> None:
    """Drawn from the schema: some fields of a good request get values of any kind."""
    operation = data.draw(st.sampled_from([name for name in SENT if FIELDS[name]]))
    changed = data.draw(st.dictionaries(st.sampled_from(FIELDS[operation]), ANY, max_size=3))
    send(world, operation, dumped({**world.bodies.get(operation, {}), **changed}))


BODIES = [
    (b"", "application/json"), (b"{", "application/json"), (b"[" * 100_000, "application/json"), (b"\xff\xfe", "application/json"),
    (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "application/json"), (b"a=1&b=2", "application/x-www-form-urlencoded"),
    (b"<x/>", "text/xml"), (b"--x\r\n", "multipart/form-data; boundary=x"), (b"--x", "multipart/form-data"), (b"1" * 5000, "application/json"),
    (b"null", ""), (b"\x00", "text/plain"),
]  # fmt: skip


@pytest.mark.django_db
def test_no_body_whatever_breaks_an_operation(world: ApiWorld) -> None:
    turn = cycle(BODIES)
    for operation in WRITES:
        for body, kind in islice(turn, EACH):
            answer = send(world, operation, body, content_type=kind)
            if operation in SENT and body != b"" and operation in READ:
                assert answer.status_code in {400, 422}, (operation, body[:40], answer.status_code)


@pytest.mark.django_db
def test_a_body_that_is_no_json_is_told_so_in_the_language_of_the_reader(world: ApiWorld) -> None:
    answer = send(world, "POST /cases", b"{")
    assert (answer.status_code, answer.json()["title"]) == (400, "请求正文不是有效的 JSON。")


BAD = ["%00", "a%00b", "0", "9" * 30, "9" * 5000, "-1", "x", "%F0%9F%92%A5", "%ED%A0%80", "..%2f", "' OR 1=1"]  # fmt: skip


@pytest.mark.django_db
def test_no_bad_id_or_parameter_breaks_an_operation(world: ApiWorld) -> None:
    """What no row can be asked for is not there (404); a parameter that cannot count is named (422)."""
    turn, caller = cycle(BAD), world.callers["admin"]
    for operation, details in operations().items():
        method, path = operation.split(" ")
        start = world.addresses[operation].split("?")[0]
        for item in details["parameters"]:
            for bad in islice(turn, EACH):
                if item.get("in") == "path":
                    parts = start.split("/")
                    parts[path.split("/").index(f"{{{item['name']}}}")] = bad
                    body = json.dumps(world.bodies.get(operation, {})) if method != "GET" else b""
                    answer = caller.send(method, "/".join(parts), body, None if method == "POST" else "")
                    assert answer.status_code in {404, 405, 422}, (operation, bad, answer.status_code, answer.content)
                elif item.get("in") == "query":
                    answer = caller.get(f"{start}?q=x&{item['name']}={bad}")
                    assert answer.status_code in {200, 422}, (operation, bad, answer.status_code, answer.content)


@pytest.mark.django_db
def test_a_key_of_any_characters_is_taken_or_refused(world: ApiWorld) -> None:
    for key in ("\x7f", "a\tb", "é", '""', '"', "'; DROP", "k" * 121):
        answer = world.callers["admin"].post("/cases", world.bodies["POST /cases"], key=key)
        assert answer.status_code in {201, 400}, (key, answer.content)
    assert connection.is_usable()


TOLD: list[tuple[str, Any, str]] = [
    ("description", None, "这里应当是文字。"), ("urgency", "x", "这里应当是整数。"), ("complained_at", "2026-01-05T09:00:00", "时间请带时区，例如 +08:00。"),
    ("contact_email", "x", "这不是电子邮件地址。"), ("contact_phone", "1" * 41, "最多 40 个字符。"), ("channel", "none", "未知或已关闭的渠道：none"),
    ("service_type", "none", "“none”不存在"), ("purchased_on", "2026-02-30", "日期和时间请按 ISO 8601 书写。"), ("colour", "red", "没有这个字段。"),
]  # fmt: skip


@pytest.mark.django_db
def test_the_wrong_field_is_named_in_the_language_of_the_reader(world: ApiWorld) -> None:
    for field, value, message in TOLD:
        answer = send(world, "POST /cases", dumped({**world.bodies["POST /cases"], field: value}))
        assert answer.status_code == 422
        assert answer.json()["errors"] == [{"field": f"body.data.{field}", "message": message}]


@pytest.mark.django_db
def test_a_program_that_is_refused_the_whole_day_leaves_no_trace(world: ApiWorld) -> None:
    """The door refuses before anything is claimed: not one row of answers is kept for refused requests."""
    from bihuan.core.idempotency.models import GivenAnswer

    before, caller = GivenAnswer.objects.count(), world.callers["nobody"]
    for index in range(5):
        assert caller.post("/cases", {"channel": "phone", "description": "x"}, key=f"k{index}").status_code == 403
    assert GivenAnswer.objects.count() == before
