"""What the monitor keeps: what each case counts as, counters of cells, units behind them, alarms, findings."""

from fractions import Fraction

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.policy.holding import UnderPolicy
from bihuan.core.workflow.models import Stateful
from bihuan.registry.faults.models import Cohort


class Level(models.TextChoices):
    """How finely cells are cut; every defect is counted at each level that is known of it."""

    LINE = "line", _("Product line")
    MODEL = "model", _("Model")
    BATCH = "batch", _("Batch")
    REGION = "region", _("Region")


class Kind(models.TextChoices):
    """By which date a counter counts; the last two are single cases that call for attention by themselves."""

    SHIP = "ship", _("Ship month")
    MADE = "made", _("Production month")
    COMPLAINT = "complaint", _("Day of complaint")
    SERIOUS = "serious", _("Serious symptom")
    DANGER = "danger", _("Danger to persons")


class Source(models.TextChoices):
    """Which units stand below the line of a rate; later rooms add their own."""

    SHIPPED = "shipped", _("Shipped")
    INSTALLED = "installed", _("Installed")
    INSPECTED = "inspected", _("Pieces inspected")


class Cell(Cohort):
    """One failure mechanism, or symptom as long as none is coded, in one line, model, batch or region (QIS-01).

    ``count``, ``exposure``, ``rank`` and ``stage`` are what the last judgement saw in the window of the policy; they
    serve the board. ``stage`` is the highest level of the rules that fire, ``rank`` the rate in units per million.
    ``judged_on`` and ``version_id`` say for which day and under which version of the policy they were judged last;
    the nights since have passed over the cell and hold it up to the day of `Held`.
    """

    key = models.CharField(max_length=80, unique=True)
    level = models.CharField(_("level"), max_length=8, choices=Level.choices)
    scope = models.CharField(max_length=40)
    count = models.IntegerField(_("defective units"), default=0)
    exposure = models.BigIntegerField(_("units behind them"), default=0)
    rank = models.BigIntegerField(default=0)
    stage = models.PositiveSmallIntegerField(default=0)
    fired = models.JSONField(default=list)
    judged_on = models.DateField(null=True, blank=True)
    version_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("monitored cell")
        indexes = [
            models.Index(fields=["level", "-stage", "-rank", "id"], name="monitor_cell_rank"),
            models.Index(fields=["line", "level", "-stage", "-rank"], name="monitor_cell_line_rank"),
            models.Index(fields=["scope"], name="monitor_cell_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.where} · {self.fault}"

    @property
    def where(self) -> str:
        """The product or region of the cell."""
        parts = {
            Level.LINE: (self.line,), Level.MODEL: (self.model,), Level.BATCH: (self.model, self.batch),
            Level.REGION: (self.region, self.line),
        }[Level(self.level)]  # fmt: skip
        return " ".join(str(part) for part in parts if part)

    @property
    def fault(self) -> str:
        """The mechanism, or the symptom with a mark that its mechanism is not known yet."""
        if self.mechanism:
            return str(self.mechanism)
        return str(_("%(symptom)s (mechanism open)") % {"symptom": self.symptom})


class Held(models.Model):
    """The day of the last whole night: every cell holds up to it, judged on that day or passed over. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    until = models.DateField()

    class Meta:
        verbose_name = _("night of the monitor")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="monitor_held_one_row")]

    def __str__(self) -> str:
        return f"{self.until}"


class Counter(models.Model):
    """How many defective units of a cell, by month or day, and by age in months; changed by differences only.

    Of kinds ``ship`` and ``made`` the period is a month and the age runs from it to the complaint, -1 where the date
    is not known and the complaint's own month stands in. The other kinds count by day and have no age.
    """

    cell = models.ForeignKey(Cell, on_delete=models.CASCADE, related_name="counters")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    period = models.DateField()
    age = models.SmallIntegerField(default=0)
    count = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("counter")
        constraints = [models.UniqueConstraint(fields=["cell", "kind", "period", "age"], name="monitor_counter_once")]
        indexes = [models.Index(fields=["kind", "period"], name="monitor_counter_period")]

    def __str__(self) -> str:
        return f"{self.cell_id} {self.kind} {self.period} {self.age}: {self.count}"


class CountedCase(models.Model):
    """What a case counts as: whose defect, of which fault, in which cells, when.

    Of the cases of one serial with one fault only the first counts (QIS-01). A case that does not count has no row.
    """

    case = models.OneToOneField("desk.Case", on_delete=models.CASCADE, primary_key=True, related_name="+")
    identity = models.CharField(max_length=70)
    fault = models.CharField(max_length=24)
    mechanism = models.ForeignKey("faults.FailureMechanism", null=True, on_delete=models.PROTECT, related_name="+")
    symptom = models.ForeignKey("faults.Symptom", null=True, on_delete=models.PROTECT, related_name="+")
    line_cell = models.ForeignKey(Cell, null=True, on_delete=models.PROTECT, related_name="+")
    model_cell = models.ForeignKey(Cell, null=True, on_delete=models.PROTECT, related_name="+")
    batch_cell = models.ForeignKey(Cell, null=True, on_delete=models.PROTECT, related_name="+")
    region_cell = models.ForeignKey(Cell, null=True, on_delete=models.PROTECT, related_name="+")
    complained_on = models.DateField()
    ship_month = models.DateField()
    ship_age = models.SmallIntegerField()
    made_month = models.DateField()
    made_age = models.SmallIntegerField()
    is_serious = models.BooleanField(default=False)
    is_danger = models.BooleanField(default=False)
    is_first = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("counted case")
        indexes = [models.Index(fields=["identity", "fault", "complained_on", "case"], name="monitor_counted_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.identity} {self.fault}"


class Exposed(models.Model):
    """What a shipment or a unit was counted as, so that a change moves its quantity by the difference."""

    source = models.CharField(max_length=12)
    subject_id = models.BigIntegerField()
    line_id = models.BigIntegerField()
    model_id = models.BigIntegerField()
    batch_id = models.BigIntegerField(null=True)
    region_id = models.BigIntegerField(null=True)
    start_on = models.DateField()
    made_month = models.DateField()
    quantity = models.BigIntegerField()

    class Meta:
        verbose_name = _("counted shipment")
        constraints = [models.UniqueConstraint(fields=["source", "subject_id"], name="monitor_exposed_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.subject_id}: {self.quantity}"


class Exposure(models.Model):
    """Units shipped or installed: of a line, model, batch or region, by day (``start``) or month made (``made``)."""

    source = models.CharField(max_length=12)
    scope = models.CharField(max_length=40)
    kind = models.CharField(max_length=5)
    period = models.DateField()
    quantity = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("units behind a rate")
        constraints = [
            models.UniqueConstraint(fields=["source", "scope", "kind", "period"], name="monitor_exposure_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.scope} {self.period}: {self.quantity}"


class AlarmState(models.TextChoices):
    """Open: nobody works on it; joined: an issue has taken it; closed: with a reason."""

    OPEN = "open", _("Open")
    JOINED = "joined", _("In an issue")
    CLOSED = "closed", _("Closed")


class Alarm(UnderPolicy, Cohort, Stateful):
    """A rule fired for a cell (QIS-01, QIS-04). Repeats join it as long as it is open or in an issue.

    The numbers are those of the moment; ``latest_*`` those of the last repeat. What later falls below the line is
    noted (``is_below``) and undoes nothing. ``follows`` is the alarm of the symptom, where the mechanism was coded
    afterwards. The report is due from the complaint on (SLA-03, QIS-07).
    """

    policy_version = models.ForeignKey("policy.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    cell = models.ForeignKey(Cell, on_delete=models.PROTECT, related_name="alarms", verbose_name=_("cell"))
    cell_key = models.CharField(max_length=80)
    rule = models.SlugField(_("rule"), max_length=60)
    level = models.PositiveSmallIntegerField(_("level"))
    form = models.CharField(_("form"), max_length=3)
    state = models.CharField(_("state"), max_length=6, choices=AlarmState.choices, default=AlarmState.OPEN)
    cycle = models.PositiveSmallIntegerField(default=1)
    case = models.ForeignKey("desk.Case", null=True, on_delete=models.PROTECT, related_name="+")
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followers")
    count = models.PositiveIntegerField(_("defective units"))
    exposure = models.BigIntegerField(_("units behind them"))
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    window = models.CharField(_("window"), max_length=120)
    complained_at = models.DateTimeField(_("complaint"))
    at = models.DateTimeField(_("raised at"), default=timezone.now)
    measure = models.PositiveIntegerField(default=0)
    latest_count = models.PositiveIntegerField(default=0)
    latest_exposure = models.BigIntegerField(default=0)
    is_below = models.BooleanField(_("fell below the line"), default=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("alarm")
        constraints = [
            models.UniqueConstraint(
                fields=["cell", "rule"], condition=Q(state__in=["open", "joined"]), name="monitor_one_live_alarm"
            )
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="monitor_alarm_state"),
            models.Index(fields=["cell", "-id"], name="monitor_alarm_cell"),
        ]

    def __str__(self) -> str:
        return f"{self.cell} {self.rule_name}"

    @property
    def rate(self) -> Fraction | None:
        """The exact rate when the alarm was raised; None where no unit was known to stand behind it."""
        return Fraction(self.numerator, self.denominator) if self.numerator is not None and self.denominator else None

    @property
    def rule_name(self) -> str:
        """The rule in the company's words."""
        return next((rule.name for rule in self.policy.monitor.rules if rule.code == self.rule), self.rule)

    @property
    def form_title(self) -> str:
        """The form that the rule calls for, as the company names it."""
        form = self.policy.form(self.form)
        return form.title if form else self.form

    @property
    def opens_issue(self) -> bool:
        """Whether the rule lets the alarm open an issue by itself; a rule that is gone does."""
        return next((rule.opens_issue for rule in self.policy.monitor.rules if rule.code == self.rule), True)

    @property
    def is_danger(self) -> bool:
        """Whether the rule is the one of danger to persons."""
        return any(rule.code == self.rule and rule.flag == "danger" for rule in self.policy.monitor.rules)

    @property
    def is_at_rest(self) -> bool:
        """Whether its own clocks rest: an issue that has taken it has the one clock of both (SLA-03)."""
        return self.state != AlarmState.OPEN

    def deadline_facts(self) -> dict[str, object]:
        """What deadline rules may ask of an alarm."""
        return {"rule": self.rule, "level": self.level, "form": self.form, "opens_issue": self.opens_issue}


class Finding(models.Model):
    """A cell in which more happens than expected, seen below the lines; kept with the month it was first seen."""

    cell = models.ForeignKey(Cell, on_delete=models.CASCADE, related_name="findings")
    first_month = models.DateField(_("first seen in"))
    last_month = models.DateField(_("last seen in"))
    found_at = models.DateTimeField(default=timezone.now)
    place = models.PositiveIntegerField(_("rank"))
    observed = models.PositiveIntegerField(_("seen"))
    expected = models.FloatField(_("expected"))
    q_value = models.FloatField(_("false-discovery rate"))
    excess = models.FloatField(_("evidence above the limit"))
    is_current = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("early warning")
        constraints = [
            models.UniqueConstraint(fields=["cell"], condition=Q(is_current=True), name="monitor_one_current_finding")
        ]
        indexes = [models.Index(fields=["is_current", "place"], name="monitor_finding_place")]

    def __str__(self) -> str:
        return f"{self.cell_id} {self.first_month}"

    @property
    def adds_up(self) -> bool:
        """Whether the small excesses of several months carry it; else a single month does."""
        return self.excess > 0
