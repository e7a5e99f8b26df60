"""The journal's one table."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Activity(models.Model):
    """One thing that happened to one subject; append-only, each row carries the hash of the row before."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=60)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_name = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    data = models.JSONField(default=dict)
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("activity")
        constraints = [
            # The chain cannot fork: two writers of the same next row, one is refused and tries again.
            models.UniqueConstraint(fields=["subject_type", "subject_id", "seq"], name="activity_one_chain"),
        ]
        indexes = [models.Index(fields=["actor", "-id"], name="activity_by_actor")]

    def __str__(self) -> str:
        return f"{self.subject_type}:{self.subject_id}#{self.seq} {self.verb}"

    @property
    def label(self) -> str:
        """What happened, in the reader's language."""
        from bihuan.core.activity.verbs import label

        return str(label(self.verb))
