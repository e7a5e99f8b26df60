"""The outbox of work, and the schedules."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.core.jobs.registry import Text, label_of


class JobState(models.TextChoices):
    """Where a job is."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Job(models.Model):
    """A piece of work, written in the transaction that needs it; nothing is lost when a worker dies.

    A worker takes a due row by a lease; when the lease ends without an answer the row is taken again.
    """

    kind = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    due_at = models.DateTimeField()
    lease_token = models.CharField(max_length=32, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    progress = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.TextField(blank=True)
    result = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("job")
        indexes = [
            # Waiting and leased rows share one index: due_at of a running row is the end of its lease.
            models.Index(fields=["due_at"], name="jobs_due", condition=Q(state__in=["waiting", "running"])),
            models.Index(fields=["created_by", "-id"], name="jobs_by_creator"),
            models.Index(fields=["state", "-id"], name="jobs_by_state", condition=~Q(state="done")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def label(self) -> Text:
        """Its kind in words."""
        return label_of(self.kind)

    @property
    def is_turn(self) -> bool:
        """Whether a schedule asked for it."""
        return (self.key or "").startswith(f"{self.kind}@")

    @property
    def percent(self) -> int | None:
        """Progress in percent, None while the total is unknown."""
        return min(100, self.progress * 100 // self.total) if self.total else None

    @property
    def is_finished(self) -> bool:
        """Whether nobody will touch this job again."""
        return self.state in {JobState.DONE, JobState.FAILED}


class Schedule(models.Model):
    """A job that comes again and again; any number of schedulers may look, each turn is taken once.

    How the last turn ended stands here: a turn that went well leaves no job behind, one that failed does.
    """

    kind = models.CharField(max_length=60, unique=True)
    every_seconds = models.PositiveIntegerField()
    next_at = models.DateTimeField()
    enabled = models.BooleanField(default=True)
    last_at = models.DateTimeField(null=True, blank=True)
    last_state = models.CharField(max_length=10, choices=JobState.choices, blank=True)
    last_message = models.TextField(blank=True)

    class Meta:
        verbose_name = _("schedule")
        indexes = [models.Index(fields=["next_at"], name="jobs_next_turn", condition=Q(enabled=True))]

    def __str__(self) -> str:
        return self.kind

    @property
    def label(self) -> Text:
        """Its kind in words."""
        return label_of(self.kind)
