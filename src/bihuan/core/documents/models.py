"""Issued papers."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.core.documents.paper import Paper


class Document(models.Model):
    """An issued paper; its data never changes, a correction is another revision of the same number."""

    form_code = models.CharField(max_length=10)
    title = models.CharField(max_length=80)
    number = models.CharField(max_length=40)
    revision = models.PositiveSmallIntegerField(default=1)
    supersedes = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="successor")
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    data = models.JSONField()
    data_sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    pdf = models.ForeignKey("files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    word = models.ForeignKey("files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    render_error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("document")
        constraints = [models.UniqueConstraint(fields=["number", "revision"], name="document_revision_once")]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="document_subject")]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"

    @property
    def paper(self) -> Paper:
        """The frozen content."""
        return Paper.model_validate(self.data)
