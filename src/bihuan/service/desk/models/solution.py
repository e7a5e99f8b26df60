"""What is to be done, in versions, and the customer's word on it."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.core.workflow.models import Stateful
from bihuan.service.desk.models.case import Case, Payer


class SolutionKind(models.TextChoices):
    """Kinds of remedy (SOL-02, SOL-09)."""

    GUIDANCE = "guidance", _("Remote guidance")
    REPAIR = "repair", _("Repair")
    REPLACEMENT = "replacement", _("Replacement")
    IMPROVEMENT = "improvement", _("Technical improvement")
    RETURN = "return", _("Return or exchange")
    DEPOT = "depot", _("Return-to-factory repair")
    COMPENSATION = "compensation", _("Compensation")


class SolutionState(models.TextChoices):
    """Where a version of the solution is."""

    DRAFT = "draft", _("Draft")
    APPROVING = "approving", _("In approval")
    PROPOSED = "proposed", _("Proposed to the customer")
    CONSENTED = "consented", _("Agreed")
    OBJECTED = "objected", _("Objected")
    SUPERSEDED = "superseded", _("Replaced")


class Solution(Stateful):
    """One version of the solution: steps, time, materials, tools, cost (SOL-02, SOL-04)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="solutions")
    cycle = models.PositiveSmallIntegerField(default=1)
    revision = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(max_length=10, choices=SolutionState.choices, default=SolutionState.DRAFT)
    kind = models.CharField(_("kind of remedy"), max_length=12, choices=SolutionKind.choices)
    cause = models.TextField(_("cause in words for the customer"))
    steps = models.TextField(_("handling steps"))
    hours = models.DecimalField(_("handling time (h)"), max_digits=7, decimal_places=1)
    planned_start = models.DateTimeField(_("planned start"), null=True, blank=True)
    materials = models.TextField(_("materials and spare parts"), blank=True)
    tools = models.TextField(_("tools"), blank=True)
    cost = models.DecimalField(_("estimated cost (CNY)"), max_digits=12, decimal_places=2)
    payer = models.CharField(_("cost borne by"), max_length=10, choices=Payer.choices)
    logistics = models.CharField(_("logistics for return to factory"), max_length=300, blank=True)
    commitment = models.CharField(_("service commitment that applies"), max_length=200, blank=True)
    is_onsite = models.BooleanField(_("service on site"), default=False)
    onsite_reason = models.CharField(_("why remote help is not enough"), max_length=200, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    proposed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("solution")
        ordering = ["revision"]
        constraints = [
            models.UniqueConstraint(fields=["case", "revision"], name="solution_revision_once"),
            models.CheckConstraint(condition=Q(cost__gte=0) & Q(hours__gte=0), name="solution_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} V{self.revision}"


class ConsentMeans(models.TextChoices):
    """How the customer said it (SOL-03)."""

    LINK = "link", _("Link")
    SIGNATURE = "signature", _("Signature")
    CALL = "call", _("Recorded call")
    MAIL = "mail", _("Mail or message")


class Decision(models.TextChoices):
    """Yes, or a reason why not."""

    AGREED = "agreed", _("Agreed")
    OBJECTED = "objected", _("Objected")


def _token() -> str:
    return secrets.token_urlsafe(18)


class Consent(models.Model):
    """The customer's decision on one version of the solution, with its evidence."""

    solution = models.OneToOneField(Solution, on_delete=models.PROTECT, related_name="consent")
    token = models.CharField(max_length=32, unique=True, default=_token)
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    means = models.CharField(max_length=9, choices=ConsentMeans.choices, blank=True)
    person = models.CharField(_("name"), max_length=60, blank=True)
    opinion = models.TextField(_("opinion"), blank=True)
    evidence = models.ForeignKey("files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("consent")

    def __str__(self) -> str:
        return f"{self.solution_id} {self.decision}"
