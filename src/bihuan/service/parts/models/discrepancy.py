"""Parts that a report names and no issue covers: shown to the warehouse until they are settled (PRT-18)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.service.parts.models.requisition import Paper


class DiscrepancyState(models.TextChoices):
    """From the report to the settlement; it counts when the customer has signed."""

    DECLARED = "declared", _("On a report, not signed yet")
    OPEN = "open", _("To be settled")
    SETTLED = "settled", _("Settled")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Settlement(models.TextChoices):
    """What it turned out to be."""

    BOOKED = "booked", _("Booked from an issue")
    BOUGHT = "bought", _("Bought on the way, not of our stock")
    CUSTOMERS = "customers", _("The customer's own part")
    MISTAKEN = "mistaken", _("The report is wrong, nothing was used")


class Discrepancy(Paper):
    """What a report says was used and no issue covers, with the reason; the warehouse settles it (PRT-18).

    ``line`` and ``quantity`` are there where the report named an issued line that could not be booked.
    """

    state = models.CharField(
        _("state"), max_length=9, choices=DiscrepancyState.choices, default=DiscrepancyState.DECLARED
    )
    case = models.ForeignKey(
        "desk.Case", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("case")
    )
    unit = models.ForeignKey(
        "products.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit")
    )
    job_type = models.CharField(max_length=60, blank=True)
    job_id = models.BigIntegerField(null=True, blank=True)
    job_name = models.CharField(_("job"), max_length=40, blank=True)
    words = models.TextField(_("what the report says"))
    reason = models.CharField(_("reason"), max_length=300)
    line = models.ForeignKey(
        "parts.RequisitionLine", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("issued line"),
    )  # fmt: skip
    quantity = models.PositiveIntegerField(_("quantity"), null=True, blank=True)
    lot = models.CharField(_("batch or serial no."), max_length=60, blank=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("engineer")
    )
    settlement = models.CharField(_("settlement"), max_length=9, choices=Settlement.choices, blank=True)
    finding = models.CharField(_("finding"), max_length=300, blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("discrepancy of parts")
        indexes = [
            models.Index(fields=["state", "-id"], name="part_discrepancy_by_state"),
            models.Index(fields=["job_type", "job_id"], name="part_discrepancy_of_job"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(words="") & ~Q(reason=""), name="part_discrepancy_says_why"),
            models.CheckConstraint(
                condition=~Q(state="settled") | (~Q(settlement="") & Q(settled_at__isnull=False)),
                name="part_discrepancy_settled_somehow",
            ),
        ]
