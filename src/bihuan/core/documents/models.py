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


class RecipientKind(models.TextChoices):
    """Who has to act on a paper, and who only has to know (QIS-06)."""

    MAIN = "main", _("Main recipient")
    COPY = "copy", _("Copy")


class Recipient(models.Model):
    """A department, or whoever holds a role, to which an issued paper is addressed, with its receipt.

    The paper itself stays as it is. A leader in charge belongs to no department: papers reach him by his role.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="recipients")
    kind = models.CharField(_("kind"), max_length=4, choices=RecipientKind.choices)
    department_code = models.SlugField(max_length=60, blank=True)
    role_code = models.SlugField(max_length=60, blank=True)
    name = models.CharField(_("name"), max_length=80)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("recipient")
        ordering = ["-kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "department_code", "role_code"], name="document_recipient_once"
            ),
            models.CheckConstraint(
                condition=models.Q(department_code="", role_code__gt="")
                | models.Q(department_code__gt="", role_code=""),
                name="document_recipient_is_one_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.name
