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
from tests.cast import Cast, keep_cast, standing_cast


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Build the cast once for all tests: each test's own transaction leaves it as it was."""
    with django_db_blocker.unblock(), tempfile.TemporaryDirectory() as folder, override_settings(**_light(folder)):
        keep_cast()


def _light(folder: str) -> dict[str, Any]:
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
    for name, value in _light(str(tmp_path / "files")).items():
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
