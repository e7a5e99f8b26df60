"""Containment, measures, technical changes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.quality.issues.models.issue import Issue, IssueState
from bihuan.quality.issues.models.parts import IssuePart


class Location(models.TextChoices):
    """Where suspect goods may lie."""

    OWN_STOCK = "own_stock", _("Own stock")
    IN_PROCESS = "in_process", _("In process")
    TRANSIT = "transit", _("In transit")
    CUSTOMER = "customer", _("At the customer")
    SUPPLIER = "supplier", _("At the supplier")
    FIELD = "field", _("In the field")


class Containment(models.Model):
    """What was found, sorted and bad at one place; the newest row of a place counts (interim measure, D3)."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="containments")
    cycle = models.PositiveSmallIntegerField(default=1)
    location = models.CharField(_("location"), max_length=10, choices=Location.choices)
    found = models.PositiveIntegerField(_("found"))
    sorted = models.PositiveIntegerField(_("sorted"))
    bad = models.PositiveIntegerField(_("bad"))
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("containment")
        ordering = ["location"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "cycle", "location"], name="issue_containment_once"),
            models.CheckConstraint(condition=Q(sorted__lte=F("found")), name="issue_sorted_of_found"),
            models.CheckConstraint(condition=Q(bad__lte=F("sorted")), name="issue_bad_of_sorted"),
        ]

    def __str__(self) -> str:
        return str(self.get_location_display())


class ActionKind(models.TextChoices):
    """Interim and long-term solutions are separate records (QIS-13)."""

    INTERIM = "interim", _("Interim measure")
    CORRECTIVE = "corrective", _("Corrective measure")
    PREVENTIVE = "preventive", _("Preventive measure")
    IMPROVEMENT = "improvement", _("Further improvement")


class Means(models.TextChoices):
    """By what a measure works (CAP-04, CAP-10, CAP-21, QIS-08)."""

    OTHER = "", _("Other")
    PROCESS = "process", _("Process corrected or improved")
    TRAINING = "training", _("Training of staff")
    EQUIPMENT = "equipment", _("Equipment changed")
    MATERIAL = "material", _("Material changed")
    DESIGN = "design", _("Design or technical document changed")
    INSPECTION = "inspection", _("Inspection or monitoring")
    SYSTEM = "system", _("Quality system improved")
    CONTEST = "contest", _("Quality competition")


class ActionState(models.TextChoices):
    """Whether a measure is carried out."""

    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class Measure(IssuePart):
    """A measure with its responsible person, due date, goal and evidence (CAP-06, SLA-15, SLA-16).

    What proved good is taken into the quality management system under the name of its document (CAP-11).
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="measures")
    issue_cycle = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(_("kind"), max_length=12, choices=ActionKind.choices)
    means = models.CharField(_("by what"), max_length=10, choices=Means.choices, blank=True, default=Means.OTHER)
    text = models.TextField(_("measure"))
    goal = models.CharField(_("goal"), max_length=200)
    cause = models.ForeignKey(
        "issues.Cause", null=True, blank=True, on_delete=models.SET_NULL, related_name="measures",
        verbose_name=_("against the cause"),
    )  # fmt: skip
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("responsible person")
    )
    due_at = models.DateTimeField(_("due"))
    set_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(_("state"), max_length=8, choices=ActionState.choices, default=ActionState.OPEN)
    result = models.TextField(_("what was done"), blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    progress = models.PositiveSmallIntegerField(_("progress in per cent"), default=0)
    trouble = models.CharField(_("what is in the way"), max_length=300, blank=True)
    adopted_as = models.CharField(_("taken into the management system as"), max_length=120, blank=True)
    adopted_at = models.DateTimeField(null=True, blank=True)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("measure")
        ordering = ["id"]
        indexes = [models.Index(fields=["owner", "state"], name="measure_by_owner")]
        constraints = [models.CheckConstraint(condition=Q(progress__lte=100), name="issue_progress_to_100")]

    def __str__(self) -> str:
        return f"{self.issue}·{self.text[:40]}"

    @property
    def is_at_rest(self) -> bool:
        """A measure ends with its issue; a further improvement goes on after the issue is closed (CAP-10)."""
        if self.kind == ActionKind.IMPROVEMENT:
            return self.issue.state == IssueState.CANCELLED
        return self.issue.is_at_rest

    @property
    def is_late(self) -> bool:
        """Whether it is or was late."""
        return (self.ended_at or timezone.now()) > self.due_at


class TechnicalChange(IssuePart):
    """A technical change document that goes to a production unit: receipt and execution (QIS-11, QIS-10)."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="changes")
    title = models.CharField(_("title"), max_length=120)
    before = models.TextField(_("before"), blank=True)
    after = models.TextField(_("after"))
    department = models.ForeignKey(
        "people.Department", on_delete=models.PROTECT, related_name="+", verbose_name=_("production unit")
    )
    due_at = models.DateTimeField(_("to be executed by"))
    issued_at = models.DateTimeField(default=timezone.now)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    executed_on = models.DateField(_("executed on"), null=True, blank=True)
    executed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("technical change")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.issue}·{self.title}"

    @property
    def state(self) -> str:
        """Where the change stands."""
        if self.executed_on:
            return "executed"
        return "received" if self.received_at else "issued"
