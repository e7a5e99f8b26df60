"""The approved parts suppliers and each assessment of them (PRT-08, PRT-09)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Standing(models.TextChoices):
    """Whether one may buy from him: candidates and the eliminated get no order (PRT-08, PRT-09)."""

    CANDIDATE = "candidate", _("Candidate")
    APPROVED = "approved", _("Approved supplier")
    WARNED = "warned", _("Warned")
    RECTIFYING = "rectifying", _("Under rectification")
    ELIMINATED = "eliminated", _("Eliminated")


APPROVED = (Standing.APPROVED, Standing.WARNED, Standing.RECTIFYING)


class Supplier(models.Model):
    """A supplier of parts with his contract; his standing is what the last assessment said (PRT-08)."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120, unique=True)
    contact_name = models.CharField(_("contact person"), max_length=60, blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=40, blank=True)
    supplies = models.CharField(_("supplies"), max_length=200, blank=True)
    contract_no = models.CharField(_("contract no."), max_length=60, blank=True)
    contract_until = models.DateField(_("contract valid until"), null=True, blank=True)
    standing = models.CharField(_("standing"), max_length=10, choices=Standing.choices, default=Standing.CANDIDATE)
    next_review_on = models.DateField(_("next assessment on"), null=True, blank=True)

    class Meta:
        verbose_name = _("supplier")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_approved(self) -> bool:
        """Whether he stands on the list of approved suppliers."""
        return self.standing in APPROVED


class Assessment(models.Model):
    """One judgement of a supplier by five marks from 1 to 5, and what it led to (PRT-08, PRT-09)."""

    MARKS = ("qualification", "reputation", "quality", "price", "delivery")

    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, related_name="assessments", verbose_name=_("supplier")
    )
    assessed_on = models.DateField(_("assessed on"))
    qualification = models.PositiveSmallIntegerField(_("qualification"))
    reputation = models.PositiveSmallIntegerField(_("reputation"))
    quality = models.PositiveSmallIntegerField(_("quality"))
    price = models.PositiveSmallIntegerField(_("price"))
    delivery = models.PositiveSmallIntegerField(_("delivery"))
    standing = models.CharField(_("standing"), max_length=10, choices=Standing.choices)
    finding = models.TextField(_("finding and what is to be rectified"), blank=True)
    rectify_by = models.DateField(_("rectified by"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("assessment of a supplier")
        ordering = ["-assessed_on", "-id"]
        constraints = [
            *(
                models.CheckConstraint(condition=Q(**{f"{mark}__range": (1, 5)}), name=f"supplier_{mark}_1_to_5")
                for mark in ("qualification", "reputation", "quality", "price", "delivery")
            ),
            models.CheckConstraint(
                condition=Q(standing__in=["candidate", "approved"]) | ~Q(finding=""),
                name="supplier_measure_says_why",
            ),
            models.CheckConstraint(
                condition=Q(rectify_by__isnull=True) | Q(rectify_by__gte=F("assessed_on")),
                name="supplier_rectifies_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier} {self.assessed_on}"

    @property
    def total(self) -> int:
        """The sum of the five marks."""
        return sum(getattr(self, mark) for mark in self.MARKS)


class ApprovedList(models.Model):
    """The list of approved suppliers as it was issued on a day: what the paper F28 is about (PRT-08)."""

    issued_on = models.DateField(_("issued on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("list of approved suppliers")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.issued_on}"
