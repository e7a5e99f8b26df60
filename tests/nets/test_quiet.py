"""The nets' own eye: a write is seen, named and undone."""

import pytest

from bihuan.registry.faults.models import Symptom
from tests.nets.quiet import tried


@pytest.mark.django_db
def test_what_is_written_is_seen_and_undone() -> None:
    made, written = tried(lambda: Symptom.objects.create(code="x", name="x"))
    _changed, changed = tried(lambda: Symptom.objects.filter(code="x").update(name="y"))
    _read, nothing = tried(lambda: list(Symptom.objects.all()))
    assert (made.code, written, changed, nothing) == ("x", {"faults_symptom"}, {"faults_symptom"}, set())
    assert not Symptom.objects.filter(code="x").exists()
