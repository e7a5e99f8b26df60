"""What every test starts with: an empty company with a profile, a calendar and a fixed cast."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bihuan.core.calendar import queries as calendar
from bihuan.core.policy import queries as policy
from tests.cast import Cast, build_cast


@pytest.fixture(autouse=True)
def _nothing_kept(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Parsed profiles and calendars belong to the database of one test; files to its folder."""
    settings.STORAGES = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files")},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    policy.forget()
    calendar.forget()
    yield
    policy.forget()
    calendar.forget()


@pytest.fixture
def cast(db: None) -> Cast:
    """The people, the products and the rules of the tests."""
    return build_cast()
