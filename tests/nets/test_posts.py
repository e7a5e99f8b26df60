"""Every address by every role with an empty form: who may not is told so, and nothing is written for him."""

import csv
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.nets.quiet import tried
from tests.nets.world import ROLES, World, build_world, every_address, those_who_ask

POSTS = Path(__file__).with_name("post_matrix.csv")
DENIED = {"login", "403", "404", "405"}


def expected() -> dict[str, dict[str, str]]:
    with POSTS.open(encoding="utf-8") as handle:
        return {row["address"]: row for row in csv.DictReader(handle)}


def everybody(world: World) -> dict[str, Client]:
    """A stranger's browser and one for each role, signed in; a few elsewhere than on SQLite."""
    found = {"stranger": Client(raise_request_exception=False)}
    for role in those_who_ask(ROLES):
        found[role] = Client(raise_request_exception=False)
        found[role].force_login(world.users[role])
    return found


def posted(world: World, clients: dict[str, Client], name: str, wrong: list[str] | None = None) -> dict[str, str]:
    """Send an empty form, as a browser does with its token alone, as everybody; what a denied one wrote is added to ``wrong``."""
    found = {}
    for role, client in clients.items():
        kept = dict(client.cookies)
        path = reverse(name, kwargs=world.addresses[name])
        answer, written = tried(lambda client=client, path=path: client.post(path, {"csrfmiddlewaretoken": "x"}))  # type: ignore[misc]
        client.cookies.clear()
        client.cookies.update(kept)
        target = answer.headers.get("Location", "")
        found[role] = "login" if target.startswith("/login/") else str(answer.status_code)
        if wrong is not None and found[role] in DENIED | {"422"} and written:
            wrong.append(f"{name} {role}: {found[role]}, but wrote {sorted(written)}")
    return found


def test_every_address_stands_in_the_matrix() -> None:
    assert every_address() == set(expected())


@pytest.mark.django_db
def test_every_role_is_answered_as_the_matrix_says_and_who_may_not_writes_nothing(cast: Cast) -> None:
    """GEN-13, INT-28, WO-24: a form that is sent is held to the same rights as the page that shows it."""
    world = build_world(cast)
    wrong: list[str] = []
    clients = everybody(world)
    for name, row in expected().items():
        found = posted(world, clients, name, wrong)
        wrong += [f"{name} {role}: {found[role]}, not {row[role]}" for role in found if found[role] != row[role]]
    assert wrong == []
