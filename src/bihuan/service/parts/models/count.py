"""Counting what is there, and scrapping what is of no use any more (PRT-04, PRT-05)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.service.parts.models.requisition import Paper
from bihuan.service.parts.models.stock import Condition, Place


class CountState(models.TextChoices):
    """From the sheet to the posting."""

    OPEN = "open", _("Being counted")
    ASKED = "asked", _("In approval")
    POSTED = "posted", _("Posted")
    CANCELLED = "cancelled", _("Cancelled")


class CountKind(models.TextChoices):
    """Why it is counted now (PRT-04)."""

    MONTH = "month", _("Monthly count")
    YEAR = "year", _("Year-end count")
    CYCLE = "cycle", _("Cycle count")


class Count(Paper):
    """One count of a warehouse; a frozen one stands still until it is posted (PRT-04)."""

    state = models.CharField(_("state"), max_length=9, choices=CountState.choices, default=CountState.OPEN)
    kind = models.CharField(_("kind"), max_length=5, choices=CountKind.choices)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="counts", verbose_name=_("place"))
    freezes = models.BooleanField(_("nothing moves during the count"), default=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    posted_at = models.DateTimeField(_("posted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("count of parts")
        indexes = [models.Index(fields=["state", "-id"], name="part_count_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["place"], condition=Q(state__in=["open", "asked"]), name="part_count_one_at_a_time"
            ),
        ]


class CountLine(models.Model):
    """What was counted of a part; ``expected`` is what the ledger said then, hidden from who counts."""

    count = models.ForeignKey(Count, on_delete=models.CASCADE, related_name="lines")
    part = models.ForeignKey("spares.Part", on_delete=models.PROTECT, related_name="+")
    condition = models.CharField(max_length=9, choices=Condition.choices)
    lot = models.CharField(_("batch or serial no."), max_length=60, blank=True)
    expected = models.BigIntegerField(_("in the ledger"))
    counted = models.PositiveIntegerField(_("counted"), null=True, blank=True)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    counted_at = models.DateTimeField(null=True, blank=True)
    cause = models.CharField(_("cause"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("line of a count")
        ordering = ["part__code", "condition", "lot"]
        constraints = [
            models.UniqueConstraint(fields=["count", "part", "condition", "lot"], name="part_count_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.count_id}: {self.part_id}"

    @property
    def difference(self) -> int:
        """Surplus above zero, shortage below."""
        return 0 if self.counted is None else self.counted - self.expected


class ScrapState(models.TextChoices):
    """From asking to the end."""

    ASKED = "asked", _("In approval")
    DONE = "done", _("Scrapped")
    DECLINED = "declined", _("Declined")


class ScrapGround(models.TextChoices):
    """Why parts are scrapped (PRT-05)."""

    OBSOLETE = "obsolete", _("Obsolete")
    DAMAGED = "damaged", _("Damaged")
    OVERSTOCKED = "overstocked", _("Long overstocked")


class Scrap(Paper):
    """报废手续: parts that leave for good, with the reason and an approval (PRT-05)."""

    state = models.CharField(_("state"), max_length=9, choices=ScrapState.choices, default=ScrapState.ASKED)
    part = models.ForeignKey("spares.Part", on_delete=models.PROTECT, related_name="+", verbose_name=_("spare part"))
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", verbose_name=_("place"))
    condition = models.CharField(_("condition"), max_length=9, choices=Condition.choices)
    lot = models.CharField(_("batch or serial no."), max_length=60, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    ground = models.CharField(_("reason"), max_length=11, choices=ScrapGround.choices)
    finding = models.CharField(_("finding"), max_length=300)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    move = models.OneToOneField("parts.Move", null=True, blank=True, on_delete=models.PROTECT, related_name="scrap")

    class Meta:
        verbose_name = _("scrapping of parts")
        indexes = [models.Index(fields=["state", "-id"], name="part_scrap_by_state")]
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0) & ~Q(finding=""), name="part_scrap_says_why")]
