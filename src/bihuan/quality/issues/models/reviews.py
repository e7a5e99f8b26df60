"""Internal audits and management reviews of the quality management system, which come again (CAP-22)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ReviewKind(models.TextChoices):
    """What is looked at: how the system is lived, or whether it still serves the company."""

    AUDIT = "audit", _("Internal audit")
    MANAGEMENT = "management", _("Management review")


class SystemReview(models.Model):
    """One audit or review: planned for a day, held with a result, followed by the next of its kind."""

    kind = models.CharField(_("kind"), max_length=10, choices=ReviewKind.choices)
    scope = models.CharField(_("scope"), max_length=200)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("leader")
    )
    planned_on = models.DateField(_("planned on"))
    held_on = models.DateField(_("actually held on"), null=True, blank=True)
    result = models.TextField(_("result and what is to be corrected"), blank=True, max_length=4000)
    follows = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="following", editable=False
    )

    class Meta:
        verbose_name = _("audit or review of the quality system")
        ordering = ["-planned_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(held_on__isnull=True) | ~Q(result=""), name="system_review_has_result")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.planned_on}"
