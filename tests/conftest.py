"""What every test starts with: an empty company with a profile, a calendar and a fixed cast."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from bihuan.core.calendar import queries as calendar
from bihuan.core.policy import queries as policy
from tests import ready
from tests.cast import KEPT, Cast, keep_cast, standing_cast

LONG_FIRST = ("tests/e2e/", "tests/nets/", "tests/servers/", "tests/api/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process waits for another at the end."""
    places = {prefix: place for place, prefix in enumerate(LONG_FIRST)}
    items.sort(
        key=lambda item: next((places[each] for each in LONG_FIRST if item.nodeid.startswith(each)), len(places))
    )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Start from the database that was made for the whole run, if one was."""
    ready.start_from_it()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Build the cast once for all tests: each test's own transaction leaves it as it was."""
    kept = ready.cast_file()
    if kept is not None:
        KEPT.append(kept.read_bytes())
        return
    with django_db_blocker.unblock(), tempfile.TemporaryDirectory() as folder, override_settings(**light(folder)):
        keep_cast()


def light(folder: str) -> dict[str, Any]:
    """Settings of every test: files in a folder of its own, passwords that cost nothing."""
    return {
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    }


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
