"""What every test starts with: an empty company with a profile, a calendar and a fixed cast."""

import gc
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from hypothesis import HealthCheck
from hypothesis import settings as examples
from pytest_django import DjangoDbBlocker
from pytest_django.plugin import blocking_manager_key

from bihuan.core.calendar import queries as calendar
from bihuan.core.policy import queries as policy
from bihuan.registry.people.services import create_user
from tests import ready
from tests.cast import KEPT, PASSWORD, Cast, keep_cast, standing_cast

# A busy machine is no reason to fail: examples have no time limit.
examples.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("unhurried")

LONG_FIRST = ("tests/e2e/", "tests/nets/", "tests/servers/", "tests/api/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process waits for another at the end."""
    places = {prefix: place for place, prefix in enumerate(LONG_FIRST)}
    items.sort(
        key=lambda item: next((places[each] for each in LONG_FIRST if item.nodeid.startswith(each)), len(places))
    )


def pytest_collection_finish() -> None:
    """What is loaded by now stays: do not look through it for rubbish again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Start from the database that was made for the whole run, if one was."""
    ready.start_from_it()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Build the cast once for all tests: each test's own transaction leaves it as it was."""
    with django_db_blocker.unblock():
        kept = ready.cast_file()
        if kept is not None:
            KEPT[:] = [kept.read_bytes()]
        else:
            build_again()


def build_again() -> None:
    """Build the cast in the database of this process."""
    with tempfile.TemporaryDirectory() as folder, override_settings(**light(folder)):
        keep_cast()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A test that commits ends with an empty database: build the cast again, once, not in every test that follows.

    After the last test there is no database any more, and nobody who needs one.
    """
    yield
    marker = item.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction")
    commits = commits or {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    if commits and nextitem is not None:
        with item.config.stash[blocking_manager_key].unblock():
            build_again()


def light(folder: str) -> dict[str, Any]:
    """Settings of every test: files in a folder of its own, passwords that cost nothing."""
    return {
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    }


@pytest.fixture(scope="session", autouse=True)
def _blank_sheets() -> Iterator[None]:
    """How a paper is laid out does not depend on the database: it is done on SQLite, elsewhere the sheets stay blank."""
    from django.db import connection
    from weasyprint import HTML

    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor != "sqlite":
            patch.setattr(HTML, "write_pdf", lambda _page: f"%PDF-1.7\n% {uuid.uuid4()}\n%%EOF".encode())
        yield


@pytest.fixture(autouse=True)
def _nothing_kept(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Parsed profiles and calendars belong to the database of one test; files to its folder."""
    for name, value in light(str(tmp_path / "files")).items():
        setattr(settings, name, value)
    policy.forget()
    calendar.forget()
    yield
    policy.forget()
    calendar.forget()


@pytest.fixture
def cast(db: None) -> Cast:
    """The people, the products and the rules of the tests."""
    return standing_cast()


@pytest.fixture
def admin(cast: Cast) -> Client:
    """The browser of the administrator."""
    create_user(username="root", name="高明", password=PASSWORD, roles=["admin"])
    client = Client()
    client.login(username="root", password=PASSWORD)
    return client
