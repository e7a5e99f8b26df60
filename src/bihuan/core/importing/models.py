"""Every import that was asked for, and how it went."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    """Where an import is."""

    MAPPING = "mapping", _("Columns to assign")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    LOADING = "loading", _("Being loaded")
    DONE = "done", _("Loaded")
    FAILED = "failed", _("Failed")


class ImportRun(models.Model):
    """One file on its way in: first looked at, then loaded."""

    kind = models.SlugField(max_length=40)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.MAPPING)
    job = models.ForeignKey("jobs.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    problems = models.JSONField(default=list)
    errors = models.ForeignKey("files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        indexes = [models.Index(fields=["by", "-id"], name="import_mine")]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def is_busy(self) -> bool:
        """Whether a job works on it."""
        return self.state in {RunState.CHECKING, RunState.LOADING}
