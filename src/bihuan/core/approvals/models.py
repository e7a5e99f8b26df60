"""A chain of steps that one subject must pass."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ApprovalState(models.TextChoices):
    """Where an approval is."""

    OPEN = "open", _("In approval")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Returned")


class Approval(models.Model):
    """One request for approval; its chain is copied from the policy when it is opened."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    chain_subject = models.SlugField(max_length=60)
    title = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    level = models.PositiveSmallIntegerField(default=0)
    amount = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    steps = models.JSONField(default=list)
    current = models.PositiveSmallIntegerField(default=0)
    file_with = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=ApprovalState.choices, default=ApprovalState.OPEN)
    version = models.PositiveIntegerField(default=0)
    drafter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("approval")
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="approval_subject"),
            models.Index(fields=["state", "-id"], name="approval_by_state"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def step(self) -> dict[str, object] | None:
        """The step that is waited for."""
        return self.steps[self.current] if self.state == ApprovalState.OPEN else None


class Vote(models.Model):
    """One person's decision on one step."""

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="votes")
    step = models.PositiveSmallIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.SlugField(max_length=60)
    approved = models.BooleanField()
    comment = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("vote")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["approval", "step", "user"], name="vote_once_per_step")]

    def __str__(self) -> str:
        return f"{self.approval_id}/{self.step}: {self.approved}"
