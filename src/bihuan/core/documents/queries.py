"""Reading papers."""

from typing import Any

from django.db import models

from bihuan.core.activity.services import subject_type
from bihuan.core.documents.models import Document, Recipient
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


def addressed_to(document: Document, user: Any) -> list[Recipient]:
    """The recipients of a paper that a user speaks for: his department, and the roles that he holds."""
    code = user.department.code if user.department_id else ""
    roles = user.role_codes
    return [row for row in document.recipients.all() if code == row.department_code != "" or row.role_code in roles]
