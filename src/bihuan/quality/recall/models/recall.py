"""The recall itself: judgement, scope, and the steps that the law wants."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.policy.holding import UnderPolicy
from bihuan.core.policy.schema.recall import Regime
from bihuan.core.workflow.models import Stateful
from bihuan.quality.issues.models import Issue


class RecallState(models.TextChoices):
    """From the question whether a recall is needed to the final report."""

    JUDGING = "judging", _("Being judged")
    DECIDING = "deciding", _("Waiting for the decision")
    PREPARING = "preparing", _("Being prepared")
    RUNNING = "running", _("Under way")
    COMPLETED = "completed", _("Measures completed")
    CLOSED = "closed", _("Closed")
    DECLINED = "declined", _("No recall needed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Proposal(models.TextChoices):
    """What engineering proposes after its analysis (QIS-12, TRI-07)."""

    OPEN = "", _("Not yet judged")
    RECALL = "recall", _("Recall is needed")
    NONE = "none", _("No recall is needed")


class Likelihood(models.TextChoices):
    """How likely the harm is."""

    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


class Remedy(models.TextChoices):
    """What the owner gets, or what is done to the unit."""

    REPAIR = "repair", _("Repair")
    EXCHANGE = "exchange", _("Exchange")
    REFUND = "refund", _("Refund")
    SCRAP = "scrap", _("Scrapping")


class Recall(UnderPolicy, Stateful):
    """One recall of one quality issue; keeps the version of the policy that it started under (QIS-12)."""

    number = models.CharField(_("recall no."), max_length=30, unique=True)
    policy_version = models.ForeignKey("policy.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=RecallState.choices, default=RecallState.JUDGING)
    cycle = models.PositiveSmallIntegerField(default=1)
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="recalls", verbose_name=_("quality issue"))
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followers")
    regime = models.CharField(_("law"), max_length=60)
    title = models.CharField(_("title"), max_length=120)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("in charge"),
    )  # fmt: skip
    discovered_at = models.DateTimeField(_("danger discovered at"), default=timezone.now)
    opened_at = models.DateTimeField(_("opened at"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    next_due_at = models.DateTimeField(_("next deadline"), null=True, blank=True)

    proposal = models.CharField(_("proposal"), max_length=6, choices=Proposal.choices, blank=True, default="")
    hazard = models.TextField(_("defect"), blank=True)
    consequence = models.TextField(_("possible harm"), blank=True)
    analysis = models.TextField(_("technical analysis"), blank=True)
    tests = models.TextField(_("tests and accidents"), blank=True)
    likelihood = models.CharField(_("likelihood"), max_length=6, choices=Likelihood.choices, blank=True)
    severity = models.PositiveSmallIntegerField(_("severity of the harm"), null=True, blank=True)
    reason = models.TextField(_("reason of the proposal"), blank=True)
    remedy = models.CharField(_("remedy"), max_length=8, choices=Remedy.choices, blank=True)
    remedy_text = models.TextField(_("what is done to the units"), blank=True)
    emergency = models.TextField(_("what users do until then"), blank=True)
    planned_until = models.DateField(_("planned completion"), null=True, blank=True)
    judge = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("judged by"),
    )  # fmt: skip
    judged_at = models.DateTimeField(null=True, blank=True)

    frozen_at = models.DateTimeField(_("population frozen at"), null=True, blank=True)
    frozen_total = models.PositiveIntegerField(_("units affected"), default=0)
    frozen_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("recall")
        indexes = [
            models.Index(fields=["state", "-id"], name="recall_by_state"),
            models.Index(fields=["next_due_at", "id"], name="recall_by_deadline"),
        ]
        constraints = [
            # A question is judged once at a time; what was closed may be judged again (a second recall).
            models.UniqueConstraint(
                fields=["issue"], name="recall_one_open_per_issue",
                condition=~Q(state__in=["closed", "declined", "withdrawn"]),
            ),
            models.CheckConstraint(condition=~Q(follows=F("id")), name="recall_not_its_own_follower"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def law(self) -> Regime:
        """The law under which the goods are recalled."""
        rules = self.policy.recall
        return rules.regime(self.regime) or rules.regimes[0]

    @property
    def is_at_rest(self) -> bool:
        """Whether nobody works on it any more."""
        return self.state in {RecallState.CLOSED, RecallState.DECLINED, RecallState.WITHDRAWN}

    @property
    def is_decided(self) -> bool:
        """Whether its population stands."""
        return self.frozen_at is not None

    def deadline_facts(self) -> dict[str, object]:
        """What deadline rules may ask: the law and the flags of the issue, never words."""
        facts = self.issue.deadline_facts()
        return {"regime": self.regime, **{key: facts[key] for key in ("grade", "is_safety", "is_serious", "line")}}


class Scope(models.Model):
    """One line of the scope: a model, narrowed by batch, serials, days of production or shipping."""

    recall = models.ForeignKey(Recall, on_delete=models.CASCADE, related_name="scopes")
    model = models.ForeignKey(
        "products.ProductModel", on_delete=models.PROTECT, related_name="+", verbose_name=_("product model")
    )
    batch = models.ForeignKey(
        "products.Batch", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("batch")
    )
    serial_from = models.CharField(_("serial no. from"), max_length=60, blank=True)
    serial_to = models.CharField(_("serial no. to"), max_length=60, blank=True)
    made_from = models.DateField(_("made from"), null=True, blank=True)
    made_to = models.DateField(_("made until"), null=True, blank=True)
    shipped_from = models.DateField(_("shipped from"), null=True, blank=True)
    shipped_to = models.DateField(_("shipped until"), null=True, blank=True)

    class Meta:
        verbose_name = _("line of the scope")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(serial_from="", serial_to="") | (~Q(serial_from="") & Q(serial_to__gte=F("serial_from"))),
                name="recall_scope_serials",
            ),
            models.CheckConstraint(
                condition=Q(made_to__isnull=True) | Q(made_from__isnull=True) | Q(made_to__gte=F("made_from")),
                name="recall_scope_made",
            ),
            models.CheckConstraint(
                condition=Q(shipped_to__isnull=True)
                | Q(shipped_from__isnull=True)
                | Q(shipped_to__gte=F("shipped_from")),
                name="recall_scope_shipped",
            ),
        ]

    def __str__(self) -> str:
        return " · ".join([self.model.code, *self.limits()])

    def limits(self) -> list[str]:
        """What narrows the line, in words."""
        parts = [str(self.batch)] if self.batch else []
        if self.serial_from:
            parts.append(f"SN {self.serial_from}～{self.serial_to}")
        for label, low, high in (
            (_("made"), self.made_from, self.made_to), (_("shipped"), self.shipped_from, self.shipped_to),
        ):  # fmt: skip
            if low or high:
                parts.append(f"{label} {_day(low)}～{_day(high)}")
        return parts


def _day(value: date | None) -> str:
    return f"{value:%Y-%m-%d}" if value else ""


class StepKind(models.TextChoices):
    """A step that the law wants once (domain facts B2)."""

    STOP_SALE = "stop_sale", _("Production and sale stopped")
    TELL_AUTHORITY = "tell_authority", _("Danger reported to the authority")
    FILE_PLAN = "file_plan", _("Recall plan filed")
    PUBLISH = "publish", _("Recall published")
    FINAL_REPORT = "final_report", _("Final report filed")


class RecallStep(models.Model):
    """A step that was taken: when, under which reference, with which words."""

    recall = models.ForeignKey(Recall, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(_("step"), max_length=16, choices=StepKind.choices)
    at = models.DateTimeField(_("at"), default=timezone.now)
    reference = models.CharField(_("reference no. or address"), max_length=200, blank=True)
    text = models.TextField(_("remark"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("step of a recall")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["recall", "kind"], name="recall_step_once")]

    def __str__(self) -> str:
        return str(self.get_kind_display())
