"""Write the matrices anew, for a person to read and to judge: pytest tests/nets/write_matrix.py."""

import csv
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.nets.api_world import WHO, build_api_world, operations
from tests.nets.quiet import tried
from tests.nets.test_api_permissions import MATRIX as API_MATRIX
from tests.nets.test_permissions import MATRIX
from tests.nets.test_posts import POSTS, everybody, posted
from tests.nets.world import ROLES, build_world


@pytest.mark.django_db
def test_write(cast: Cast) -> None:
    world = build_world(cast)
    rows = {name: {"address": name} for name in sorted(world.addresses)}
    for role in ["stranger", *ROLES]:
        client = Client(raise_request_exception=False)
        if role != "stranger":
            client.force_login(world.users[role])
        for name, row in rows.items():
            answer = client.get(reverse(name, kwargs=world.addresses[name])) if name != "people:logout" else None
            target = answer.headers.get("Location", "") if answer else ""
            row[role] = "login" if target.startswith("/login/") else str(answer.status_code) if answer else "405"
    _write(MATRIX, ["address", "stranger", *ROLES], list(rows.values()))


@pytest.mark.django_db
def test_write_api(cast: Cast) -> None:
    world = build_api_world(cast)
    rows = [
        {"operation": name, **{who: str(tried(lambda n=name, w=who: world.ask(n, w))[0].status_code) for who in WHO}}  # type: ignore[misc]
        for name in sorted(operations(), key=lambda name: name.split(" ")[::-1])
    ]
    _write(API_MATRIX, ["operation", *WHO], rows)


@pytest.mark.django_db
def test_write_posts(cast: Cast) -> None:
    world = build_world(cast)
    clients = everybody(world)
    rows = [{"address": name, **posted(world, clients, name)} for name in sorted(world.addresses)]
    _write(POSTS, ["address", "stranger", *ROLES], rows)


def _write(path: Path, columns: list[str], rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
