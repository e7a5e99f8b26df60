"""The notice board: any paper hangs for its days before all departments, which confirm that they have read it (NCR-05).

What kinds of papers there are is registered here by the leaf that hangs them: the words of its journal, and, where
departments may object, what an objection does and which one was made.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from operator import attrgetter
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record, subject_type
from bihuan.core.documents.paper import Paper
from bihuan.core.notify.services import tell
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues.models import Issue, Publication, Receipt
from bihuan.registry.people.models import Department, User

Objecting = Callable[[Publication, Any, str], Any]


@dataclass(frozen=True)
class Board:
    """How one kind of paper hangs: its verbs, who hears an objection, and until when."""

    published: str
    read: str
    objects: Objecting | None = None
    objection_of: Callable[[Publication], Any] | None = None
    hears: Callable[[Publication], bool] = attrgetter("is_open")


BOARDS: dict[str, Board] = {}


def register(kind: str, board: Board) -> None:
    """Let papers of this kind hang."""
    BOARDS[kind] = board


@transaction.atomic
def hang(*, kind: str, subject: models.Model, paper: Paper, days: int, issue: Issue | None = None) -> Publication:
    """Hang a paper for all departments and tell their people."""
    now, about = timezone.now(), {"subject_type": subject_type(subject), "subject_id": subject.pk}
    last = Publication.objects.filter(kind=kind, **about).order_by("-round").first()
    notice = Publication.objects.create(
        kind=kind, issue=issue, number=paper.number, round=last.round + 1 if last else 1, title=paper.title,
        published_at=now, paper=paper.model_dump(mode="json"), until=now + timedelta(days=days), **about,
    )  # fmt: skip
    departments = list(Department.objects.filter(is_active=True))
    Receipt.objects.bulk_create([Receipt(publication=notice, department=row) for row in departments])
    verb = BOARDS[kind].published
    record(subject=subject, verb=verb, by=None, data={"round": notice.round, "until": notice.until})
    title = _("On the notice board: %(title)s") % {"title": notice.title}
    tell(users=User.objects.filter(is_active=True, department__in=departments), title=title, subject=subject,
         verb=verb, thread_key=f"notice:{notice.pk}")  # fmt: skip
    return notice


@transaction.atomic
def take_down(*, kind: str, subject: models.Model) -> None:
    """What was objected to no longer stands; older notices ended in peace."""
    rows = Publication.objects.filter(kind=kind, subject_type=subject_type(subject), subject_id=subject.pk)
    newest = rows.order_by("-round").first()
    if newest is not None and newest.withdrawn_at is None:
        Publication.objects.filter(pk=newest.pk).update(withdrawn_at=timezone.now())


@transaction.atomic
def confirm_read(*, publication: Publication, by: Any) -> Receipt:
    """Confirm for one's department that it has read the notice; the first confirmation stays (NCR-05)."""
    rows = publication.receipts.filter(department=getattr(by, "department_id", None), read_at__isnull=True)
    row = rows.select_related("department").first()
    if row is None or not rows.filter(pk=row.pk).update(read_at=timezone.now(), read_by_id=by.pk):
        raise MoveRefused(_("There is nothing to confirm for your department."), code="conflict")
    verb = BOARDS[publication.kind].read
    record(subject=publication.subject, verb=verb, by=by, data={"name": str(row.department)})
    row.refresh_from_db()
    return row


def notices_of(kind: str, subject: models.Model) -> list[Publication]:
    """What hangs or hung of a subject, the newest first."""
    rows = Publication.objects.filter(kind=kind, subject_type=subject_type(subject), subject_id=subject.pk)
    return list(rows.prefetch_related("receipts"))
