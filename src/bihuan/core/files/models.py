"""Files by content, and what they are evidence of."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class FileKind(models.TextChoices):
    """What a file is, by its content."""

    IMAGE = "image", _("Image")
    VIDEO = "video", _("Video")
    AUDIO = "audio", _("Audio")
    PDF = "pdf", "PDF"
    DOCUMENT = "document", _("Document")
    MAIL = "mail", _("Mail")
    TEXT = "text", _("Text")
    ARCHIVE = "archive", _("Archive")


class StoredFile(models.Model):
    """One upload; the same content lies on disk once."""

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=FileKind.choices)
    path = models.CharField(max_length=120)
    thumb_path = models.CharField(max_length=120, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("file")

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        """Whether it can be shown as a picture."""
        return self.kind == FileKind.IMAGE

    @property
    def is_video(self) -> bool:
        """Whether it can be played as a film."""
        return self.kind == FileKind.VIDEO


class Attachment(models.Model):
    """A file is evidence of a subject; what is public the customer may see."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="attachments")
    role = models.CharField(max_length=20)
    caption = models.CharField(max_length=80, blank=True)
    is_public = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("attachment")
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="attachment_subject")]

    def __str__(self) -> str:
        return f"{self.role}: {self.file_id}"
