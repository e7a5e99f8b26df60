"""What a connection to PostgreSQL is told about joins (docs/adr/0015)."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_joins_are_weighed_three_at_a_time() -> None:
    """A page that joins fifteen tables does not wait for the planner."""
    if connection.vendor != "postgresql":
        pytest.skip("the planner of PostgreSQL")
    with connection.cursor() as cursor:
        cursor.execute("SHOW join_collapse_limit")
        assert cursor.fetchone() == ("3",)
