"""The issue itself, the cases and the alarms that stand behind it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.policy.holding import UnderPolicy
from bihuan.core.workflow.models import Stateful
from bihuan.registry.faults.models import Cohort


class IssueState(models.TextChoices):
    """The stations from the first sign to the proven remedy."""

    REGISTERED = "registered", _("Taken in")
    INVESTIGATING = "investigating", _("In investigation")
    PLANNING = "planning", _("Planning measures")
    APPROVING = "approving", _("In approval")
    PUBLISHED = "published", _("Published")
    IMPLEMENTING = "implementing", _("Carrying out measures")
    VERIFYING = "verifying", _("Proving the effect")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class Source(models.TextChoices):
    """Where an issue came from (NCR-01, INT-34)."""

    MONITOR = "monitor", _("Rate monitor")
    CASE = "case", _("Service case")
    COMPLAINT = "complaint", _("Complaint")
    EMPLOYEE = "employee", _("Employee's report")
    DELIVERY = "delivery", _("Acceptance failure at delivery")
    INSPECTION = "inspection", _("Inspection")
    SUPPLIER = "supplier", _("Supplier")


class Responsibility(models.TextChoices):
    """Whose the cause is; the general manager's office decides (QIS-09)."""

    OPEN = "open", _("Not yet decided")
    INTERNAL = "internal", _("Internal")
    EXTERNAL = "external", _("External")


class Result(models.TextChoices):
    """What is known of the effect. A closed issue is not by itself an effective one."""

    OPEN = "open", _("Not yet judged")
    NOT_ENOUGH = "not_enough", _("Not enough exposure")
    EFFECTIVE = "effective", _("Effective")
    INEFFECTIVE = "ineffective", _("Ineffective")


class Breakpoint(models.TextChoices):
    """From where on products are made with the remedy."""

    NONE = "", _("Not yet chosen")
    DATE = "date", _("Production date")
    BATCH = "batch", _("Batch")
    SERIAL = "serial", _("Serial no.")


class Issue(UnderPolicy, Cohort, Stateful):
    """One quality issue; keeps the version of the policy that it started under."""

    number = models.CharField(_("issue no."), max_length=30, unique=True)
    client_key = models.CharField(max_length=64, null=True, blank=True, unique=True)
    policy_version = models.ForeignKey("policy.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=20, choices=IssueState.choices, default=IssueState.REGISTERED)
    cycle = models.PositiveSmallIntegerField(default=1)
    source = models.CharField(_("source"), max_length=12, choices=Source.choices)
    cell = models.CharField(max_length=120, blank=True)

    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    quantity = models.PositiveIntegerField(_("nonconforming quantity"), null=True, blank=True)
    supplier_name = models.CharField(_("supplier"), max_length=120, blank=True)
    occurred_at = models.DateTimeField(_("time of occurrence"), null=True, blank=True)
    complained_at = models.DateTimeField(_("time of complaint"), default=timezone.now)
    registered_at = models.DateTimeField(_("registered at"), default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    next_due_at = models.DateTimeField(_("next deadline"), null=True, blank=True)
    special_from = models.DateTimeField(_("complaint that called for the special report"), null=True, blank=True)

    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("reported by"),
    )  # fmt: skip
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="issues",
        verbose_name=_("follower"),
    )  # fmt: skip
    drafter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("drafter of the plan"),
    )  # fmt: skip
    department = models.ForeignKey(
        "people.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("responsible unit"),
    )  # fmt: skip
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("responsible person"),
    )  # fmt: skip
    superior = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("superior of the reporter"),
    )  # fmt: skip
    passed_on_at = models.DateTimeField(_("passed on by the superior"), null=True, blank=True)
    superior_note = models.CharField(_("nature and severity as the superior sees them"), max_length=300, blank=True)

    grade = models.PositiveSmallIntegerField(_("grade"), null=True, blank=True)
    dispersion = models.PositiveSmallIntegerField(_("spread"), null=True, blank=True)
    criteria = models.JSONField(_("criteria"), default=list, blank=True)
    is_serious = models.BooleanField(_("serious symptom"), default=False)
    is_safety = models.BooleanField(_("danger to persons"), default=False)
    wants_8d = models.BooleanField(_("customer asks for an 8D report"), default=False)
    stopped_at = models.DateTimeField(_("work stopped at"), null=True, blank=True)
    released_at = models.DateTimeField(_("work released at"), null=True, blank=True)

    responsibility = models.CharField(
        _("responsibility"), max_length=8, choices=Responsibility.choices, default=Responsibility.OPEN
    )
    responsibility_reason = models.CharField(_("reason"), max_length=300, blank=True)
    cause_category = models.ForeignKey(
        "faults.CauseCategory", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("cause category"),
    )  # fmt: skip

    breakpoint_kind = models.CharField(
        _("breakpoint"), max_length=6, choices=Breakpoint.choices, blank=True, default=Breakpoint.NONE
    )
    breakpoint_on = models.DateField(_("made from this day on"), null=True, blank=True)
    breakpoint_batch = models.ForeignKey(
        "products.Batch", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("from this batch on"),
    )  # fmt: skip
    breakpoint_serial = models.CharField(_("from this serial no. on"), max_length=60, blank=True)
    needed_exposure = models.PositiveIntegerField(_("units needed for the proof"), null=True, blank=True)
    result = models.CharField(_("effect"), max_length=12, choices=Result.choices, default=Result.OPEN)
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followers")

    class Meta:
        verbose_name = _("quality issue")
        indexes = [
            models.Index(fields=["state", "-id"], name="issue_by_state"),
            models.Index(fields=["owner", "-id"], name="issue_by_owner"),
            models.Index(fields=["department", "-id"], name="issue_by_department"),
            models.Index(fields=["mechanism", "model"], name="issue_by_mechanism"),
            models.Index(fields=["cell"], name="issue_by_cell", condition=~Q(cell="")),
            models.Index(fields=["next_due_at", "id"], name="issue_by_deadline"),
        ]
        constraints = [
            # One open issue per cell: two alarms at once, the second joins the first (NCR-07).
            models.UniqueConstraint(
                fields=["cell"], name="issue_one_open_per_cell",
                condition=~Q(cell="") & ~Q(state__in=["closed", "cancelled"]),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def is_at_rest(self) -> bool:
        """Whether nobody works on it any more; its deadlines rest with it."""
        return self.state in {IssueState.CLOSED, IssueState.CANCELLED}

    @property
    def is_stopped(self) -> bool:
        """Whether the work concerned stands still (NCR-16)."""
        return self.stopped_at is not None and self.released_at is None

    def deadline_facts(self) -> dict[str, object]:
        """What deadline rules and form rules may ask of an issue; levels and flags, never words (D05)."""
        return {
            "source": self.source,
            "grade": self.grade,
            "dispersion": self.dispersion,
            "is_serious": self.is_serious,
            "is_safety": self.is_safety,
            "wants_8d": self.wants_8d,
            "state": self.state,
            "stopped": self.is_stopped,
            "from_customer": self.source in {Source.MONITOR, Source.CASE, Source.COMPLAINT, Source.DELIVERY},
            "line": self.line.code if self.line_id and self.line else "",
        }


class IssueCase(models.Model):
    """A case that belongs to an issue; repeats join the open issue with their cases."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="links")
    case = models.ForeignKey("desk.Case", on_delete=models.PROTECT, related_name="issue_links")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("linked case")
        constraints = [models.UniqueConstraint(fields=["issue", "case"], name="issue_case_once")]

    def __str__(self) -> str:
        return f"{self.issue_id}: {self.case_id}"


class Repeat(models.Model):
    """The key of a report that joined an open issue, so that a second press of its button adds nothing (NCR-07)."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="repeats")
    client_key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("repeated report")

    def __str__(self) -> str:
        return f"{self.issue_id}: {self.client_key}"


class Signal(models.Model):
    """What the rate monitor said, frozen as it was: exact counts, never a rounded rate (QIS-01, QIS-04).

    Repeats of the same alarm are counted here, with the counts of the last one beside those of the first.
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="signals")
    alarm_id = models.BigIntegerField(null=True, blank=True)
    rule = models.CharField(_("rule"), max_length=60)
    form_code = models.CharField(_("form"), max_length=10, blank=True)
    count = models.PositiveIntegerField(_("defective units"))
    exposure = models.PositiveIntegerField(_("units shipped"))
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    window = models.CharField(_("window"), max_length=120, blank=True)
    sank = models.BooleanField(default=False)
    repeats = models.PositiveIntegerField(_("repeats"), default=0)
    latest_count = models.PositiveIntegerField(default=0)
    latest_exposure = models.BigIntegerField(default=0)
    latest_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("alarm")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.rule}: {self.count}/{self.exposure}"

    @property
    def per_mille(self) -> str:
        """The rate for people, to two digits; rules compare the whole numbers."""
        return f"{self.count * 1000 / self.exposure:.2f}" if self.exposure else "—"
