"""The visit: who goes where when, and why."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.policy.holding import UnderPolicy
from bihuan.core.policy.schema.field import RunCriterion
from bihuan.core.workflow.models import Stateful


class VisitState(models.TextChoices):
    """From the plan to the customer's signature."""

    ASKED = "asked", _("Awaiting authorisation")
    PLANNED = "planned", _("Time proposed")
    CONFIRMED = "confirmed", _("Time agreed")
    ON_SITE = "on_site", _("On site")
    REPORTED = "reported", _("Awaiting signature")
    FINISHED = "finished", _("Finished")
    CANCELLED = "cancelled", _("Cancelled")


class Purpose(models.TextChoices):
    """Finding out, doing what was agreed, or caring before something fails (WO-13, WO-25; WO-03; WO-22, WO-33)."""

    SURVEY = "survey", _("Site survey")
    SERVICE = "service", _("Service on site")
    ROUND = "round", _("Inspection round")
    UPKEEP = "upkeep", _("Maintenance")


CARE = frozenset({Purpose.ROUND, Purpose.UPKEEP})


def _token() -> str:
    return secrets.token_urlsafe(18)


class Visit(UnderPolicy, Stateful):
    """One journey to a customer for a case; keeps the version of the policy of its case (WO-07..19)."""

    number = models.CharField(_("visit no."), max_length=30, unique=True)
    token = models.CharField(max_length=32, unique=True, default=_token, editable=False)
    policy_version = models.ForeignKey("policy.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=VisitState.choices)
    case = models.ForeignKey("desk.Case", on_delete=models.PROTECT, related_name="visits", verbose_name=_("case"))
    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose.choices)
    engineer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="visits", verbose_name=_("engineer")
    )
    helpers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="helping_visits", blank=True, verbose_name=_("accompanied by")
    )
    care_plan = models.ForeignKey(
        "visits.CarePlan", null=True, blank=True, on_delete=models.PROTECT, related_name="visits",
        verbose_name=_("care plan"),
    )  # fmt: skip
    due_on = models.DateField(_("due on"), null=True, blank=True)
    checklist = models.JSONField(_("checklist"), default=list, blank=True)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    region = models.ForeignKey(
        "people.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("region")
    )
    place = models.CharField(_("place"), max_length=200)
    contact_name = models.CharField(_("contact person"), max_length=60)
    contact_phone = models.CharField(_("telephone"), max_length=40, blank=True)
    task = models.TextField(_("what is to be done"))
    supplies = models.TextField(_("tools, spare parts and papers to bring"), blank=True)
    onsite_reason = models.CharField(_("why remote help is not enough"), max_length=200, blank=True)
    prepared = models.JSONField(_("prepared"), default=list, blank=True)
    confirmed_by = models.CharField(_("agreed with"), max_length=60, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    wish = models.CharField(_("the customer's wish"), max_length=300, blank=True)
    arrived_at = models.DateTimeField(_("arrived at"), null=True, blank=True)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    next_due_at = models.DateTimeField(_("next deadline"), null=True, blank=True)

    class Meta:
        verbose_name = _("visit")
        indexes = [
            models.Index(fields=["state", "-id"], name="visit_by_state"),
            models.Index(fields=["starts_at", "id"], name="visit_by_time"),
            models.Index(fields=["engineer", "starts_at"], name="visit_by_engineer"),
            models.Index(fields=["next_due_at", "id"], name="visit_by_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["care_plan", "due_on"], name="visit_of_plan_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="visit_lasts"),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(arrived_at__isnull=False), name="visit_arrives_before_it_leaves"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def criteria(self) -> tuple[RunCriterion, ...]:
        """What the report answers: the checklist of its plan, else the company's criteria."""
        own = tuple(RunCriterion(**row) for row in self.checklist)
        return own or self.policy.visits.criteria

    @property
    def test_name(self) -> str:
        """What the criteria are called: the checklist of a plan, else the company's word for its test."""
        return str(_("Checklist")) if self.checklist else self.policy.visits.test_name

    @property
    def owner(self) -> object:
        """Whom its deadlines warn."""
        return self.engineer

    @property
    def cycle(self) -> int:
        """A visit is made once; another journey is another visit."""
        return 1

    @property
    def is_at_rest(self) -> bool:
        """Whether nobody works on it any more."""
        return self.state in {VisitState.FINISHED, VisitState.CANCELLED}

    @property
    def minutes(self) -> int:
        """How long they were there."""
        if self.arrived_at is None:
            return 0
        return max(0, round(((self.left_at or timezone.now()) - self.arrived_at).total_seconds() / 60))

    def is_before_its_day(self, moment: datetime | None = None) -> bool:
        """Whether a moment, or now, lies on a day before the planned one."""
        return timezone.localdate(moment) < timezone.localdate(self.starts_at)

    def deadline_facts(self) -> dict[str, object]:
        """What deadline rules may ask."""
        return {"purpose": self.purpose, "severity": self.case.severity, "service_type": self.case.service_type}
