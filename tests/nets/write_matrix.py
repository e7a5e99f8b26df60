"""Write the matrix anew, for a person to read and to judge: pytest tests/nets/write_matrix.py."""

import csv

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.nets.test_permissions import MATRIX
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
    with MATRIX.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, ["address", "stranger", *ROLES], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows.values())
