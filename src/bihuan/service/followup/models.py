"""Follow-up calls, their answers, and what a bad score sets off."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.core.workflow.models import Stateful


class FollowUpState(models.TextChoices):
    """Where a follow-up is."""

    DUE = "due", _("To call")
    DONE = "done", _("Done")
    UNREACHED = "unreached", _("Not reached")
    CANCELLED = "cancelled", _("Not needed")


class FollowUp(Stateful):
    """One planned follow-up of one case cycle (SUR-01, D01)."""

    case = models.ForeignKey("desk.Case", on_delete=models.CASCADE, related_name="follow_ups")
    cycle = models.PositiveSmallIntegerField()
    plan = models.SlugField(max_length=60)
    questionnaire = models.SlugField(max_length=60)
    channel = models.SlugField(max_length=60)
    state = models.CharField(max_length=10, choices=FollowUpState.choices, default=FollowUpState.DUE)
    call_at = models.DateTimeField(_("call at"))
    due_at = models.DateTimeField(_("due"))
    attempts = models.PositiveSmallIntegerField(default=0)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    scores = models.JSONField(default=dict, blank=True)
    opinion = models.TextField(_("opinion and suggestions"), blank=True)
    solved = models.BooleanField(_("problem solved"), null=True, blank=True)
    public_token = models.CharField(max_length=32, unique=True)

    class Meta:
        verbose_name = _("follow-up")
        constraints = [models.UniqueConstraint(fields=["case", "cycle", "plan"], name="follow_up_once_per_plan")]
        indexes = [
            models.Index(fields=["call_at", "id"], name="follow_up_call_list", condition=Q(state="due")),
            models.Index(fields=["state", "-id"], name="follow_up_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.plan}"


class CallAttempt(models.Model):
    """One try to reach the customer."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="calls")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=16)
    remark = models.CharField(max_length=200, blank=True)
    call_again_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("call attempt")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.outcome


class ReviewState(models.TextChoices):
    """Where a review is."""

    OPEN = "open", _("Open")
    DONE = "done", _("Done")


class ReviewTask(Stateful):
    """An unsatisfied service is analysed and improved, always (SUR-15)."""

    follow_up = models.OneToOneField(FollowUp, on_delete=models.CASCADE, related_name="review")
    state = models.CharField(max_length=4, choices=ReviewState.choices, default=ReviewState.OPEN)
    opened_at = models.DateTimeField(auto_now_add=True)
    cause = models.TextField(_("why the customer is not satisfied"), blank=True)
    improvement = models.TextField(_("improvement"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("review of an unsatisfied service")

    def __str__(self) -> str:
        return f"{self.follow_up_id} {self.state}"
