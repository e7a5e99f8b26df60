"""Telling those concerned, and what the supervising office notes: findings, rewards, penalties."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.quality.issues.models.issue import Issue, IssueState
from bihuan.quality.issues.models.parts import IssuePart


class Medium(models.TextChoices):
    """How people in the house are told (CAP-13)."""

    MEETING = "meeting", _("Meeting")
    MAIL = "mail", _("E-mail")
    REPORT = "report", _("Report")
    TRAINING = "training", _("Training")


class Communication(models.Model):
    """Which departments were told what, by which means (CAP-13)."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="communications")
    medium = models.CharField(_("means"), max_length=8, choices=Medium.choices)
    departments = models.ManyToManyField("people.Department", related_name="+", verbose_name=_("departments"))
    text = models.TextField(_("content"))
    held_on = models.DateField(_("held on"), default=timezone.localdate)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("communication")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_medium_display()}: {self.text[:40]}"


class NoteKind(models.TextChoices):
    """What the supervision notes (SLA-21, KPI-22)."""

    FINDING = "finding", _("Finding, to be corrected")
    REWARD = "reward", _("Reward")
    PENALTY = "penalty", _("Penalty")


class Supervision(IssuePart):
    """A note of the supervising office: a finding has its limit and is corrected; rewards and penalties stand."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="supervisions")
    kind = models.CharField(_("kind"), max_length=8, choices=NoteKind.choices)
    department = models.ForeignKey(
        "people.Department", on_delete=models.PROTECT, related_name="+", verbose_name=_("department")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("person"),
    )  # fmt: skip
    text = models.TextField(_("content"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2, null=True, blank=True)
    due_at = models.DateTimeField(_("to be corrected by"), null=True, blank=True)
    noted_at = models.DateTimeField(default=timezone.now)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    correction = models.TextField(_("what was corrected"), blank=True)
    corrected_at = models.DateTimeField(null=True, blank=True)
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("note of the supervision")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="finding") | Q(due_at__isnull=False), name="issue_finding_has_limit"
            ),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gte=0), name="issue_note_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.issue}·{self.get_kind_display()}"

    @property
    def is_at_rest(self) -> bool:
        """A finding is corrected after the issue is closed too (KPI-22); a cancelled issue asks nobody."""
        return self.issue.state == IssueState.CANCELLED

    @property
    def state(self) -> str:
        """Where the note stands."""
        return "corrected" if self.corrected_at or self.kind != NoteKind.FINDING else "noted"
