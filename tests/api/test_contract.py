"""The contract: the schema in the repository is the one of the code, and says all that a program needs."""

import importlib.util
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from ninja import Schema

from tests.caller import Caller
from tests.cast import Cast
from tests.nets.api_world import operations

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "write_openapi.py"


def test_the_schema_in_the_repository_is_current() -> None:
    """Run scripts/write_openapi.py and read the difference: it is what every client will meet."""
    spec = importlib.util.spec_from_file_location("write_openapi", SCRIPT)
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert {path.name: path.read_text(encoding="utf-8") for path in script.TARGET.glob("*.json")} == script.current()


def test_every_operation_says_what_it_does_and_how_it_may_fail() -> None:
    wrong = []
    for name, details in operations().items():
        errors = {int(code) for code in details["responses"] if int(code) >= 400}
        wanted = {401, 422, 429} | ({404} if "{" in name else {403}) | ({400, 409} if "POST" in name else set())
        if not (details["summary"] and details["tags"] and details["description"] and wanted <= errors):
            wrong.append((name, wanted - errors))
        keys = [item for item in details["parameters"] if item.get("$ref", "").endswith("/IdempotencyKey")]
        if len(keys) != int("POST" in name):
            wrong.append((name, {len(keys)}))
    assert wrong == []


def test_no_two_shapes_and_no_two_operations_share_a_name() -> None:
    """Of two shapes with one name the schema would show only the last."""
    shapes = Counter(kind.__name__ for kind in _all(Schema) if kind.__module__.startswith("bihuan."))
    ids = Counter(details["operationId"] for details in operations().values())
    assert [name for name, count in (shapes + ids).items() if count > 1] == []


def _all(kind: Any) -> list[Any]:
    return [found for child in kind.__subclasses__() for found in (child, *_all(child))]


@pytest.mark.django_db
def test_a_token_that_asks_too_much_is_told_how_long_to_wait(cast: Cast, settings: Any) -> None:
    cache.clear()
    settings.API_PER_MINUTE = 3
    caller, other = Caller(cast.alice), Caller(cast.bob)
    assert [caller.get("/people/me").status_code for _index in range(3)] == [200, 200, 200]
    answer = caller.post("/cases", {"channel": "phone", "description": "异响"}, key="k")
    assert (answer.status_code, answer.headers["Content-Type"]) == (429, "application/problem+json")
    assert answer.json()["title"] == "请求太频繁。"
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert other.get("/people/me").status_code == 200
    settings.API_PER_MINUTE = 0
    assert caller.get("/people/me").status_code == 200
