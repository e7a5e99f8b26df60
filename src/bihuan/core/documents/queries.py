"""Reading papers."""

from typing import Any

from django.db import models

from bihuan.core.activity.services import subject_type
from bihuan.core.documents.models import Document
from bihuan.core.files.access import sees


def for_subject(subject: models.Model) -> list[Document]:
    """The papers of a subject, the newest first."""
    rows = Document.objects.filter(subject_type=subject_type(subject), subject_id=subject.pk)
    return list(rows.select_related("issued_by", "pdf", "word").order_by("-id"))


def visible(user: Any, pk: int) -> Document | None:
    """A paper whose subject the user sees."""
    document = Document.objects.select_related("issued_by", "pdf", "word", "supersedes").filter(pk=pk).first()
    if document is None or not sees(user, document.subject_type, document.subject_id):
        return None
    return document
