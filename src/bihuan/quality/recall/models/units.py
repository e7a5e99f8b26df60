"""What a recall affects, unit by unit, and the notices to owners."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.workflow.models import Stateful
from bihuan.quality.recall.models.recall import Recall, Remedy


class AffectedState(models.TextChoices):
    """Where a unit stands: in exactly one place at any time."""

    WAITING = "waiting", _("Owner not yet told")
    TOLD = "told", _("Owner told")
    ANSWERED = "answered", _("Owner has answered")
    DONE = "done", _("Measure done")
    UNREACHABLE = "unreachable", _("Unreachable")
    REFUSED = "refused", _("Owner refuses")


class Affected(Stateful):
    """A unit with its serial, or so many units of one shipment whose serials nobody knows yet.

    Quantities are only ever split, so that their sum is the population whatever happens. Rows that came after the
    decision say so and are never mixed with those of the decision.
    """

    recall = models.ForeignKey(Recall, on_delete=models.CASCADE, related_name="affected")
    state = models.CharField(_("state"), max_length=12, choices=AffectedState.choices, default=AffectedState.WAITING)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    unit = models.ForeignKey(
        "products.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit")
    )
    serial = models.CharField(_("serial no."), max_length=60, blank=True)
    shipment = models.ForeignKey(
        "products.Shipment", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("shipment"),
    )  # fmt: skip
    model = models.ForeignKey(
        "products.ProductModel", on_delete=models.PROTECT, related_name="+", verbose_name=_("product model")
    )
    batch = models.ForeignKey(
        "products.Batch", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("batch")
    )
    customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("customer"),
    )  # fmt: skip
    region = models.ForeignKey(
        "people.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("region")
    )
    shipped_on = models.DateField(_("shipping date"), null=True, blank=True)
    is_addition = models.BooleanField(_("came after the decision"), default=False)
    added_at = models.DateTimeField(default=timezone.now)
    measure = models.CharField(_("measure"), max_length=8, choices=Remedy.choices, blank=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    holder_name = models.CharField(_("holder"), max_length=60, blank=True)
    holder_phone = models.CharField(_("telephone"), max_length=40, blank=True)
    note = models.CharField(_("remark"), max_length=300, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("affected unit")
        indexes = [
            models.Index(fields=["recall", "state", "-id"], name="affected_by_state"),
            models.Index(fields=["recall", "customer"], name="affected_by_customer"),
            models.Index(fields=["serial"], name="affected_by_serial", condition=~Q(serial="")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["recall", "serial"], name="affected_serial_once", condition=~Q(serial="")),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="affected_some"),
            models.CheckConstraint(condition=Q(serial="") | Q(quantity=1), name="affected_serial_is_one"),
            models.CheckConstraint(
                condition=(Q(state="done") & ~Q(measure="")) | (~Q(state="done") & Q(measure="")),
                name="affected_measure_when_done",
            ),
        ]

    def __str__(self) -> str:
        return self.serial or f"{self.model_id} × {self.quantity}"

    @property
    def policy_version_id(self) -> int:
        """The rules of the recall."""
        return self.recall.policy_version_id

    @property
    def has_ended(self) -> bool:
        """Whether nothing more is to be done about it."""
        return self.state in ENDED


ENDED = frozenset({AffectedState.DONE, AffectedState.UNREACHABLE, AffectedState.REFUSED})


class Way(models.TextChoices):
    """How an owner is told."""

    MAIL = "mail", _("By e-mail")
    LETTER = "letter", _("By letter")


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(16)


class OwnerNotice(models.Model):
    """The notice to one customer about all his units, and what he answered."""

    recall = models.ForeignKey(Recall, on_delete=models.CASCADE, related_name="notices")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    way = models.CharField(_("way"), max_length=8, choices=Way.choices)
    at = models.DateTimeField(default=timezone.now)
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("notice to an owner")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["recall", "customer"], name="recall_notice_once")]

    def __str__(self) -> str:
        return f"{self.recall_id}: {self.customer_id}"

    @property
    def policy_version_id(self) -> int:
        """The rules of the recall."""
        return self.recall.policy_version_id
