"""Care before something fails: rounds, maintenance, the daily check of the tools (WO-22, WO-27, WO-33)."""

from datetime import time

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CareKind(models.TextChoices):
    """Looking for hidden problems, or work that prolongs the life of the product; each is a purpose of a visit."""

    ROUND = "round", _("Inspection round")
    UPKEEP = "upkeep", _("Maintenance")


def lines_of(text: str) -> list[dict[str, str]]:
    """A checklist as rows: one line each, what is required after a bar."""
    rows = list[dict[str, str]]()
    for line in text.splitlines():
        name, _bar, required = (part.strip() for part in line.partition("|"))
        if name:
            rows.append({"code": f"c{len(rows) + 1}", "name": name[:120], "required": required[:120]})
    return rows


class CarePlan(models.Model):
    """A customer's place is looked after again and again; each time is a visit, a finding is a case (WO-22, WO-33)."""

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=CareKind.choices)
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    line = models.ForeignKey(
        "products.ProductLine", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("product line"),
    )  # fmt: skip
    unit = models.ForeignKey(
        "products.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit")
    )
    engineer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("engineer")
    )
    planner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("planned by")
    )
    every_days = models.PositiveSmallIntegerField(
        _("every (days)"), validators=[MinValueValidator(1), MaxValueValidator(3660)]
    )
    next_on = models.DateField(_("next on"))
    hour = models.TimeField(_("at"), default=time(9))
    hours = models.PositiveSmallIntegerField(
        _("hours"), default=2, validators=[MinValueValidator(1), MaxValueValidator(24)]
    )
    place = models.CharField(_("place"), max_length=200)
    contact_name = models.CharField(_("contact person"), max_length=60)
    contact_phone = models.CharField(_("telephone"), max_length=40, blank=True)
    checklist = models.TextField(
        _("checklist"), help_text=_("One line each; what is required after a bar: name | required")
    )
    is_active = models.BooleanField(_("in use"), default=True)
    problem = models.CharField(_("problem"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("care plan")
        ordering = ["next_on", "id"]
        indexes = [models.Index(fields=["next_on"], name="care_due", condition=Q(is_active=True))]
        constraints = [
            models.CheckConstraint(condition=Q(every_days__gte=1, hours__range=(1, 24)), name="care_comes_again"),
        ]

    def __str__(self) -> str:
        return self.name


class ToolCheck(models.Model):
    """Somebody looked after his tools and equipment on a day: one record for each person and day (WO-27)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tool_checks", verbose_name=_("engineer")
    )
    day = models.DateField(_("day"))
    good = models.JSONField(_("in order"), default=list, blank=True)
    faults = models.TextField(_("defects and what was done"), blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("tool check")
        ordering = ["-day", "user"]
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="tool_check_once_a_day")]

    def __str__(self) -> str:
        return f"{self.user} {self.day:%Y-%m-%d}"
