"""What tests against real servers need."""

import pytest
from django.db import connection


@pytest.fixture
def needs_threads() -> None:
    """SQLite lets one writer in at a time and is tested with processes."""
    if connection.vendor != "postgresql":
        pytest.skip("threads need PostgreSQL")
