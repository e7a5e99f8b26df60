"""Exports: who took which rows out of the house, and the file."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ExportFormat(models.TextChoices):
    """What the file is."""

    XLSX = "xlsx", "Excel"
    CSV = "csv", "CSV"


class ExportState(models.TextChoices):
    """Where an export is."""

    WAITING = "waiting", _("In work")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("Expired")


class Export(models.Model):
    """One export of one list by one person; ``chosen`` names the rows, None is the whole result."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    listing = models.SlugField(max_length=40)
    title = models.CharField(max_length=60)
    format = models.CharField(max_length=4, choices=ExportFormat.choices, default=ExportFormat.XLSX)
    query = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    chosen = models.JSONField(null=True, blank=True)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=8, choices=ExportState.choices, default=ExportState.WAITING)
    rows = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    file = models.ForeignKey("files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    job = models.ForeignKey("jobs.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("export")
        indexes = [models.Index(fields=["by", "-id"], name="export_by_owner")]

    def __str__(self) -> str:
        return f"{self.title} #{self.pk}"

    @property
    def is_busy(self) -> bool:
        """Whether the file is still being made."""
        return self.state == ExportState.WAITING
