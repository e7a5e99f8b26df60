"""Every address by every role: who gets in, who is refused, who is told that there is nothing."""

import csv
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.nets.world import ROLES, build_world, every_address, those_who_ask

MATRIX = Path(__file__).with_name("matrix.csv")


def expected() -> dict[str, dict[str, str]]:
    with MATRIX.open(encoding="utf-8") as handle:
        return {row["address"]: row for row in csv.DictReader(handle)}


def test_every_address_stands_in_the_matrix() -> None:
    assert every_address() == set(expected())


@pytest.mark.django_db
def test_every_role_gets_what_the_matrix_says(cast: Cast) -> None:
    """GEN-13, INT-28, WO-24: rights are roles; an outsider gets 404, a wrong role 403, a stranger the sign-in."""
    world = build_world(cast)
    assert set(world.addresses) == set(expected())
    wrong = []
    for role in those_who_ask(["stranger", *ROLES]):
        client = Client(raise_request_exception=False)
        if role != "stranger":
            client.force_login(world.users[role])
        for name, row in expected().items():
            if name == "people:logout":
                continue
            answer = client.get(reverse(name, kwargs=world.addresses[name]))
            target = answer.headers.get("Location", "")
            status = "login" if target.startswith("/login/") else str(answer.status_code)
            if status != row[role]:
                wrong.append(f"{name} {role}: {status}, not {row[role]}")
    assert wrong == []
