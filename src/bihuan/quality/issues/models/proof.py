"""The 8D disciplines and the checks of the effect."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.quality.issues.models.issue import Issue, Result
from bihuan.quality.issues.models.parts import IssuePart


class DisciplineState(models.TextChoices):
    """A discipline is written, handed in, and accepted or rejected."""

    OPEN = "open", _("Open")
    SUBMITTED = "submitted", _("Handed in")
    ACCEPTED = "accepted", _("Accepted")


class Discipline(IssuePart):
    """One of D0 to D8 with owner, due date, revision and gate (QIS-03, D23)."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="disciplines")
    code = models.CharField(max_length=8)
    name = models.CharField(max_length=80)
    state = models.CharField(_("state"), max_length=10, choices=DisciplineState.choices, default=DisciplineState.OPEN)
    revision = models.PositiveSmallIntegerField(default=1)
    text = models.TextField(_("text"), blank=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_at = models.DateTimeField(_("due"))
    opened_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("8D discipline")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["issue", "code"], name="issue_discipline_once")]

    def __str__(self) -> str:
        return f"{self.issue}·{self.code.upper()} {self.name}"

    @property
    def cycle(self) -> int:
        """Each revision is a piece of work of its own, with its own clock."""
        return self.revision


class EffectCheck(models.Model):
    """One judgement of the effect: whole counts, the interval and the verdict, never overwritten (CAP-08, NCR-07)."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="checks")
    cycle = models.PositiveSmallIntegerField(default=1)
    verdict = models.CharField(_("verdict"), max_length=12, choices=Result.choices)
    count = models.PositiveIntegerField(_("defective units"))
    exposure = models.PositiveIntegerField(_("units shipped"))
    undated = models.PositiveIntegerField(default=0)
    needed = models.PositiveIntegerField(_("units needed"))
    mature = models.PositiveIntegerField(_("units out long enough"), default=0)
    min_days = models.PositiveSmallIntegerField(_("days in the field needed"), default=0)
    low = models.FloatField()
    high = models.FloatField()
    numerator = models.PositiveIntegerField()
    denominator = models.PositiveIntegerField()
    breakpoint = models.CharField(max_length=80)
    remark = models.TextField(_("remark"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("check of the effect")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} {self.count}/{self.exposure}"

    @property
    def limits(self) -> str:
        """The interval in words; without a unit there is none."""
        low, high = self.shares
        return f"{low}～{high} ‰" if self.exposure else "—"

    @property
    def shares(self) -> tuple[str, str]:
        """The limits per mille, for people."""
        return f"{self.low * 1000:.2f}", f"{self.high * 1000:.2f}"


class Method(models.TextChoices):
    """By what else than the counts an effect is judged (CAP-09)."""

    FEEDBACK = "feedback", _("Customer feedback")
    SAMPLING = "sampling", _("Sampling inspection")
    AUDIT = "audit", _("Internal audit")


class Evaluation(models.Model):
    """What customers, a sample or an audit say of the effect; it stands beside the counts, never for them (CAP-09)."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="evaluations")
    cycle = models.PositiveSmallIntegerField(default=1)
    method = models.CharField(_("method"), max_length=10, choices=Method.choices)
    asked = models.PositiveIntegerField(_("asked, sampled or audited"))
    bad = models.PositiveIntegerField(_("not satisfied or not conforming"))
    text = models.TextField(_("result"))
    is_good = models.BooleanField(_("speaks for the effect"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("evaluation of the effect")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(bad__lte=models.F("asked")), name="issue_bad_of_asked")
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.bad}/{self.asked}"
