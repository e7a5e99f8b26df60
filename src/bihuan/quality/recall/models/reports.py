"""The reports that the law wants again and again."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.quality.recall.models.recall import Recall


class RecallReport(models.Model):
    """A progress report with its limit; its figures are frozen when it is filed."""

    recall = models.ForeignKey(Recall, on_delete=models.CASCADE, related_name="reports")
    period = models.PositiveSmallIntegerField(_("period"))
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(_("due"))
    filed_at = models.DateTimeField(null=True, blank=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    dropped_at = models.DateTimeField(null=True, blank=True)
    reference = models.CharField(_("reference no. or address"), max_length=200, blank=True)
    text = models.TextField(_("remark"), blank=True)
    figures = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("progress report of a recall")
        ordering = ["period"]
        constraints = [models.UniqueConstraint(fields=["recall", "period"], name="recall_report_once")]

    def __str__(self) -> str:
        return f"{self.recall}·{self.period}"

    @property
    def policy_version_id(self) -> int:
        """The rules of the recall."""
        return self.recall.policy_version_id

    @property
    def cycle(self) -> int:
        """Each period is asked for once."""
        return 1

    @property
    def state(self) -> str:
        """Where the report stands."""
        return "filed" if self.filed_at else "dropped" if self.dropped_at else "asked"

    def deadline_facts(self) -> dict[str, object]:
        """A report is asked nothing else than its recall."""
        return self.recall.deadline_facts()
