"""Reading the journal."""

from collections.abc import Iterator

from django.db import models

from bihuan.core.activity.models import Activity
from bihuan.core.activity.services import subject_type, verify


def timeline(subject: models.Model, *, limit: int = 200) -> list[Activity]:
    """The newest activities of a subject first, with their actors."""
    rows = Activity.objects.filter(subject_type=subject_type(subject), subject_id=subject.pk)
    return list(rows.select_related("actor").order_by("-seq")[:limit])


def tampered(subject_kind: str | None = None) -> Iterator[tuple[Activity, str]]:
    """Walk the whole journal, or one kind of subject, and yield what does not verify."""
    rows = Activity.objects.order_by("subject_type", "subject_id", "seq")
    if subject_kind:
        rows = rows.filter(subject_type=subject_kind)
    return verify(rows.iterator(chunk_size=5000))
