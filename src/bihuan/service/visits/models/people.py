"""Who may be sent: what people have passed, and when they are away."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Qualification(models.Model):
    """Somebody passed the training for a product line; without it he is not sent there (KNO-05)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="qualifications", verbose_name=_("engineer")
    )
    line = models.ForeignKey(
        "products.ProductLine", on_delete=models.PROTECT, related_name="+", verbose_name=_("product line")
    )
    training = models.CharField(_("training or certificate"), max_length=120)
    passed_on = models.DateField(_("passed on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("qualification")
        ordering = ["user", "line"]
        constraints = [
            models.UniqueConstraint(fields=["user", "line", "training"], name="qualification_once"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("passed_on")),
                name="qualification_not_over_before_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.line} {self.training}"


class Spot(models.Model):
    """Where a customer or the middle of a region is, in degrees; it tells how long a way takes (WO-03, WO-18)."""

    customer = models.OneToOneField(
        "customers.Customer", null=True, blank=True, on_delete=models.CASCADE, related_name="+",
        verbose_name=_("customer"),
    )  # fmt: skip
    region = models.OneToOneField(
        "people.Region", null=True, blank=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("region")
    )
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5)
    longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5)

    class Meta:
        verbose_name = _("place on the map")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(customer__isnull=True, region__isnull=False)
                | Q(customer__isnull=False, region__isnull=True),
                name="spot_of_one",
            ),
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180)), name="spot_on_earth"
            ),
        ]

    def __str__(self) -> str:
        return str(self.customer or self.region)


class Absence(models.Model):
    """Days on which somebody is not there to be sent: leave, training, illness."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences", verbose_name=_("engineer")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    reason = models.CharField(_("reason"), max_length=80)

    class Meta:
        verbose_name = _("absence")
        ordering = ["-starts_on"]
        indexes = [models.Index(fields=["user", "ends_on"], name="absence_of_user")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="absence_has_days"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.starts_on:%Y-%m-%d}"


class IssuedTool(models.Model):
    """A service tool or a test equipment that somebody was given; a test equipment is good until its calibration ends
    (KNO-09)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="issued_tools", verbose_name=_("engineer")
    )
    name = models.CharField(_("tool or equipment"), max_length=80)
    number = models.CharField(_("tool number"), max_length=40, unique=True)
    issued_on = models.DateField(_("issued on"))
    valid_until = models.DateField(_("calibrated until"), null=True, blank=True)
    returned_on = models.DateField(_("returned on"), null=True, blank=True)

    class Meta:
        verbose_name = _("issued tool")
        ordering = ["user", "name", "number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(returned_on__isnull=True) | Q(returned_on__gte=F("issued_on")),
                name="tool_not_back_before_it_was_issued",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    @property
    def is_over(self) -> bool:
        """Whether its calibration has ended: it is no qualified equipment any more."""
        return self.valid_until is not None and self.valid_until < timezone.localdate()
