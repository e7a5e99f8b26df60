"""Every operation of the API by every role, a stranger and a wrong token."""

import csv
from pathlib import Path

import pytest

from tests.cast import Cast
from tests.nets.api_world import WHO, build_api_world, operations
from tests.nets.quiet import tried
from tests.nets.world import those_who_ask

MATRIX = Path(__file__).with_name("api_matrix.csv")
DENIED = {401, 403, 404}


def expected() -> dict[str, dict[str, str]]:
    with MATRIX.open(encoding="utf-8") as handle:
        return {row["operation"]: row for row in csv.DictReader(handle)}


def test_every_operation_stands_in_the_matrix() -> None:
    assert set(operations()) == set(expected())


def test_every_status_of_the_matrix_is_documented() -> None:
    documented = {name: {str(code) for code in details["responses"]} for name, details in operations().items()}
    missing = {
        (name, status)
        for name, row in expected().items()
        for who, status in row.items()
        if who != "operation" and status not in documented[name]
    }
    assert missing == set()


def test_a_program_without_a_valid_token_gets_nowhere() -> None:
    assert {row[who] for row in expected().values() for who in ("stranger", "wrong_token")} == {"401"}


@pytest.mark.django_db
def test_every_role_gets_what_the_matrix_says_and_who_may_not_writes_nothing(cast: Cast) -> None:
    """GEN-13, WO-24: an outsider gets 404, a wrong role 403, no token 401; a denied request tries no write at all."""
    world = build_api_world(cast)
    wrong, asking = [], those_who_ask(WHO)
    for name, row in expected().items():
        for who in asking:
            answer, written = tried(lambda name=name, who=who: world.ask(name, who))  # type: ignore[misc]
            if str(answer.status_code) != row[who]:
                wrong.append(f"{name} {who}: {answer.status_code}, not {row[who]}: {answer.content.decode()[:200]}")
            if answer.status_code in DENIED and written:
                wrong.append(f"{name} {who}: denied, but wrote {sorted(written)}")
    assert wrong == []
