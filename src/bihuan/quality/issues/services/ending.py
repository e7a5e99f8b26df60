"""When an issue ends, nobody is asked any more: what is still open of its parts falls away with it (NCR-19)."""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from bihuan.core.activity.services import Entry, record_many
from bihuan.quality.issues.models import ActionState, DisciplineState, Issue, Measure, NoteKind

# What waits for somebody, by the name of the parts on the issue, with the subject of their verbs.
WAITING = (
    ("measures", "measure", Q(state=ActionState.OPEN)),
    ("replies", "reply", Q(replied_at__isnull=True)),
    ("parts", "part", Q(analysed_at__isnull=True)),
    ("changes", "change", Q(executed_on__isnull=True)),
    ("disciplines", "discipline", Q(state=DisciplineState.OPEN)),
    ("supervisions", "supervision", Q(kind=NoteKind.FINDING, corrected_at__isnull=True)),
)


@transaction.atomic
def let_go(*, issue: Issue, by: Any, reason: str) -> int:
    """Let the open parts of an issue at rest fall away, each with its clock; returns how many.

    What goes on after the end stays: further improvements and findings of the supervision of a closed issue.
    """
    entries = []
    for name, subject, waits in WAITING:
        rows = [row for row in getattr(issue, name).filter(waits) if row.is_at_rest]
        about = {"to": ActionState.DROPPED.value, "reason": reason}
        entries += [Entry(row, f"{subject}.dropped", {"from": row.state, **about}) for row in rows]
        if name == "measures":
            _drop(rows, reason, by)
    if entries:
        record_many(entries=entries, by=by)
    return len(entries)


def _drop(rows: list[Measure], reason: str, by: Any) -> None:
    wanted = Measure.objects.filter(pk__in=[row.pk for row in rows], state=ActionState.OPEN)
    wanted.update(state=ActionState.DROPPED, result=reason, ended_at=timezone.now(), ended_by_id=by.pk if by else None)
