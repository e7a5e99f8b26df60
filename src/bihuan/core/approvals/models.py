"""A chain of steps that one subject must pass."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
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
    recused = models.JSONField(default=list)
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
    def aside(self) -> set[int]:
        """Those who take no part in the decision: the drafter and the recused."""
        return {pk for pk in (self.drafter_id, *self.recused) if pk is not None}

    @property
    def step(self) -> dict[str, object] | None:
        """The step that is waited for."""
        return self.steps[self.current] if self.state == ApprovalState.OPEN else None


class Vote(models.Model):
    """One person's decision on one step; ``deputy`` is who gave it for him, empty when he gave it himself."""

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="votes")
    step = models.PositiveSmallIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    role = models.SlugField(max_length=60)
    approved = models.BooleanField()
    comment = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("vote")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["approval", "step", "user", "role"], name="vote_once_per_role"),
        ]

    def __str__(self) -> str:
        return f"{self.approval_id}/{self.step}: {self.approved}"


class Delegation(models.Model):
    """One person lets another decide for him from one day to another, with the reason (D10)."""

    giver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_given")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_held")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200)
    given_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("delegation of votes")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="delegation_runs_forward"),
            models.CheckConstraint(condition=~Q(giver=F("deputy")), name="delegation_to_another"),
        ]
        indexes = [
            models.Index(fields=["deputy", "ends_on"], name="delegation_held"),
            models.Index(fields=["giver", "ends_on"], name="delegation_given"),
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.deputy}"

    @property
    def phase(self) -> str:
        """Whether it is over, holds now, or comes later."""
        today = timezone.localdate()
        if self.ended_at or self.ends_on < today:
            return "ended"
        return "later" if self.starts_on > today else "now"
