"""What recalls do when something happens below them."""

from collections.abc import Sequence
from typing import Any

from bihuan.core.activity.models import Activity
from bihuan.core.activity.reactions import on, on_many
from bihuan.core.jobs.services import enqueue
from bihuan.quality.recall.models import Recall
from bihuan.quality.recall.queries import ACTIVE
from bihuan.quality.recall.services.judging import decided


@on("approval.approved", "approval.returned")
def go_on_after_decision(activity: Activity, subject: Any) -> None:
    """The chain has spoken: the recall begins, is not needed, or its analysis goes back."""
    data = activity.data.get("data") or {}
    if isinstance(subject, Recall) and data.get("recall") == subject.pk:
        subject.refresh_from_db()
        decided(recall=subject, approved=activity.verb == "approval.approved", by=activity.actor)


@on_many("shipment.created", "shipment.changed", "unit.created", "unit.changed", "unit.card_registered")
def look_again(subjects: Sequence[Any]) -> None:
    """Something of a recalled model was shipped or became known: the recall is compared with it in a job."""
    models = {row.model_id for row in subjects}
    active = Recall.objects.filter(state__in=ACTIVE, scopes__model__in=models).values_list("pk", flat=True)
    for pk in active.distinct():
        enqueue("recall.look_again", {"recall": pk})
