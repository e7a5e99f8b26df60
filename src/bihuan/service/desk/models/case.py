"""The case: one customer's matter from the first word to the archive."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.policy.holding import UnderPolicy
from bihuan.core.workflow.models import Stateful


class CaseState(models.TextChoices):
    """The stations of the service loop."""

    NEW = "new", _("Registered")
    TRIAGED = "triaged", _("Triaged")
    DIAGNOSING = "diagnosing", _("In diagnosis")
    SOLVING = "solving", _("Preparing solution")
    CONSENT = "consent", _("Awaiting consent")
    WORKING = "working", _("In progress")
    CUSTOMER_ACCEPTANCE = "customer_acceptance", _("Awaiting customer acceptance")
    INTERNAL_ACCEPTANCE = "internal_acceptance", _("Awaiting internal acceptance")
    FOLLOW_UP = "follow_up", _("Awaiting follow-up")
    CLOSED = "closed", _("Closed")
    ARCHIVED = "archived", _("Archived")
    WAITING = "waiting", _("Waiting for customer")
    CANCELLED = "cancelled", _("Cancelled")


class Nature(models.TextChoices):
    """The first split of every feedback: it chooses the deadlines (TRI-11)."""

    UNKNOWN = "unknown", _("Not yet judged")
    MISUSE = "misuse", _("Misuse or unfamiliarity")
    DEFECT = "defect", _("Product defect")


class WarrantyState(models.TextChoices):
    """Whether the unit is under warranty on the day of the complaint."""

    UNKNOWN = "unknown", _("Unknown")
    IN = "in", _("In warranty")
    OUT = "out", _("Out of warranty")


class Payer(models.TextChoices):
    """Who bears the cost (SOL-06, SOL-07)."""

    UNDECIDED = "undecided", _("Undecided")
    COMPANY = "company", _("Company (free service)")
    CUSTOMER = "customer", _("Customer")
    SHARED = "shared", _("Shared")


def _token() -> str:
    return secrets.token_urlsafe(18)


class Case(UnderPolicy, Stateful):
    """One matter with its deadlines; keeps the version of the policy that it started under."""

    number = models.CharField(_("case no."), max_length=30, unique=True)
    public_token = models.CharField(max_length=32, unique=True, default=_token, editable=False)
    client_key = models.CharField(max_length=64, null=True, blank=True, unique=True)
    policy_version = models.ForeignKey("policy.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=20, choices=CaseState.choices, default=CaseState.NEW)
    resume_state = models.CharField(max_length=20, blank=True)
    cycle = models.PositiveSmallIntegerField(default=1)

    channel = models.SlugField(_("channel"), max_length=60)
    service_type = models.SlugField(_("service type"), max_length=60)
    category = models.SlugField(_("problem category"), max_length=60, blank=True)
    summary = models.CharField(_("summary"), max_length=120)
    description = models.TextField(_("problem description"), blank=True)
    position_text = models.CharField(_("position on the product"), max_length=80, blank=True)
    impact_text = models.CharField(_("consequence for the customer"), max_length=200, blank=True)
    custom = models.JSONField(default=dict, blank=True)

    complained_at = models.DateTimeField(_("time of complaint"), default=timezone.now)
    occurred_at = models.DateTimeField(_("time of occurrence"), null=True, blank=True)
    registered_at = models.DateTimeField(_("registered at"), default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    next_due_at = models.DateTimeField(_("next deadline"), null=True, blank=True)

    customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, on_delete=models.PROTECT, related_name="cases",
        verbose_name=_("customer"),
    )  # fmt: skip
    contact_name = models.CharField(_("contact"), max_length=60, blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=40, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    reporter_name = models.CharField(_("reported by"), max_length=60, blank=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("relayed by"),
    )  # fmt: skip
    line = models.ForeignKey(
        "products.ProductLine", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("product line"),
    )  # fmt: skip
    model = models.ForeignKey(
        "products.ProductModel", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("product model"),
    )  # fmt: skip
    unit = models.ForeignKey(
        "products.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="cases",
        verbose_name=_("unit"),
    )  # fmt: skip
    serial_text = models.CharField(_("serial no. as told"), max_length=60, blank=True)
    purchased_on = models.DateField(_("purchase date"), null=True, blank=True)
    region = models.ForeignKey(
        "people.Region",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("region"),
    )
    department = models.ForeignKey(
        "people.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("department"),
    )  # fmt: skip
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="cases",
        verbose_name=_("handler"),
    )  # fmt: skip

    urgency = models.PositiveSmallIntegerField(_("urgency"), null=True, blank=True)
    severity = models.PositiveSmallIntegerField(_("severity"), null=True, blank=True)
    impact = models.PositiveSmallIntegerField(_("impact"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), null=True, blank=True)
    nature = models.CharField(_("misuse or defect"), max_length=8, choices=Nature.choices, default=Nature.UNKNOWN)
    dispersion = models.PositiveSmallIntegerField(_("spread"), null=True, blank=True)
    affected = models.PositiveIntegerField(_("units affected"), null=True, blank=True)
    criteria = models.JSONField(_("criteria of a quality problem"), default=list, blank=True)
    is_safety = models.BooleanField(_("danger to persons"), default=False)
    may_be_danger = models.BooleanField(_("perhaps danger to persons"), default=False)
    is_risk = models.BooleanField(_("reputation or legal risk"), default=False)
    symptom = models.ForeignKey(
        "faults.Symptom",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("symptom"),
    )
    position = models.ForeignKey(
        "faults.Position", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("position code"),
    )  # fmt: skip
    cause_category = models.ForeignKey(
        "faults.CauseCategory", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("cause category"),
    )  # fmt: skip
    mechanism = models.ForeignKey(
        "faults.FailureMechanism", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("failure mechanism"),
    )  # fmt: skip

    warranty_state = models.CharField(
        _("warranty"), max_length=8, choices=WarrantyState.choices, default=WarrantyState.UNKNOWN
    )
    warranty_until = models.DateField(_("warranty until"), null=True, blank=True)
    payer = models.CharField(_("cost borne by"), max_length=10, choices=Payer.choices, default=Payer.UNDECIDED)
    charge_reason = models.CharField(_("reason of the charge decision"), max_length=200, blank=True)
    duplicate_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="duplicates")
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followers")

    class Meta:
        verbose_name = _("case")
        constraints = [
            models.CheckConstraint(condition=~Q(duplicate_of=F("id")), name="case_not_its_own_duplicate"),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="case_by_state"),
            models.Index(fields=["owner", "-id"], name="case_by_owner"),
            models.Index(fields=["region", "-id"], name="case_by_region"),
            models.Index(fields=["department", "-id"], name="case_by_department"),
            models.Index(fields=["customer", "-id"], name="case_by_customer"),
            models.Index(fields=["unit", "-id"], name="case_by_unit"),
            models.Index(fields=["priority", "id"], name="case_order_priority"),
            models.Index(fields=["complained_at", "id"], name="case_order_complaint"),
            models.Index(fields=["next_due_at", "id"], name="case_by_deadline"),
            models.Index(fields=["contact_phone"], name="case_by_phone"),
            models.Index(fields=["next_due_at", "id"], condition=Q(may_be_danger=True), name="case_perhaps_danger"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_at_rest(self) -> bool:
        """Whether nobody works on it any more; its deadlines rest with it."""
        return self.state in {CaseState.ARCHIVED, CaseState.CANCELLED}

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state not in {CaseState.CLOSED, CaseState.ARCHIVED, CaseState.CANCELLED}

    def deadline_facts(self) -> dict[str, object]:
        """What deadline rules may ask of a case."""
        kind = self.policy.service_type(self.service_type)
        return {
            "channel": self.channel,
            "service_type": self.service_type,
            "category": self.category,
            "urgency": self.urgency,
            "severity": self.severity,
            "impact": self.impact,
            "priority": self.priority,
            "dispersion": self.dispersion,
            "affected": self.affected,
            "nature": self.nature,
            "is_safety": self.is_safety,
            "is_complaint": bool(kind and kind.is_complaint),
            "is_fault": bool(kind and kind.is_fault),
            "line": self.line.code if self.line_id and self.line else "",
        }
