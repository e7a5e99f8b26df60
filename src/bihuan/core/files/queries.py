"""Reading files."""

from django.db import models

from bihuan.core.activity.services import subject_type
from bihuan.core.files.models import Attachment, FileKind, StoredFile


def attachments_of(subject: models.Model, *, public_only: bool = False) -> list[Attachment]:
    """The files of a subject, the oldest first."""
    rows = Attachment.objects.filter(subject_type=subject_type(subject), subject_id=subject.pk)
    if public_only:
        rows = rows.filter(is_public=True)
    return list(rows.select_related("file").order_by("id"))


def images_of(subject: models.Model) -> list[StoredFile]:
    """The pictures of a subject."""
    return [row.file for row in attachments_of(subject) if row.file.kind == FileKind.IMAGE]
