"""Milestones of any subject."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DeadlineState(models.TextChoices):
    """Open until it is met or falls away; lateness is a fact beside it, never overwritten."""

    OPEN = "open", _("Open")
    MET = "met", _("Met")
    VOID = "void", _("Fell away")


class Deadline(models.Model):
    """One milestone of one subject in one cycle (D14); the first result of a cycle is never overwritten."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    policy_version = models.ForeignKey("policy.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=80)
    cycle = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=8, choices=DeadlineState.choices, default=DeadlineState.OPEN)
    starts_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    warn_at = models.DateTimeField(null=True, blank=True)
    next_check_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    escalation_level = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("deadline")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "code", "cycle"],
                name="deadline_once_per_cycle",
                condition=~Q(state="void"),
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(due_at__gte=F("starts_at")),
                name="deadline_due_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["next_check_at"], name="deadline_sweep", condition=Q(state="open")),
            models.Index(fields=["due_at"], name="deadline_board", condition=Q(state="open")),
            models.Index(fields=["subject_type", "subject_id"], name="deadline_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type}:{self.subject_id} {self.code}/{self.cycle}"

    @property
    def is_paused(self) -> bool:
        """Whether the clock stands still."""
        return self.state == DeadlineState.OPEN and self.due_at is None

    @property
    def is_late(self) -> bool:
        """Whether it was or is missed, seen at the end or now."""
        return self.due_at is not None and (self.ended_at or timezone.now()) > self.due_at

    def percent(self, now: datetime | None = None) -> int:
        """Share of the time used, 0 to 100."""
        if self.due_at is None or self.due_at <= self.starts_at:
            return 0
        used = ((self.ended_at or now or timezone.now()) - self.starts_at) / (self.due_at - self.starts_at)
        return max(0, min(100, int(used * 100)))
