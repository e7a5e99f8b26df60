"""Asking for parts, and what became of each piece (PRT-12, PRT-13, PRT-14, PRT-18)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.policy.holding import UnderPolicy
from bihuan.core.workflow.models import Stateful


class Paper(UnderPolicy, Stateful):
    """What every paper of parts has: its number and the version of the rules under which it began."""

    number = models.CharField(_("number"), max_length=30, unique=True)
    policy_version = models.ForeignKey("policy.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number


class RequisitionState(models.TextChoices):
    """From asking to the last piece."""

    ASKED = "asked", _("In approval")
    APPROVED = "approved", _("To be issued")
    ISSUED = "issued", _("Issued")
    CLOSED = "closed", _("Closed")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", _("Cancelled")


class Requisition(Paper):
    """配件领用申请表: who needs which parts, for which case or which job (PRT-12, F25).

    The job is a record above this floor, such as a visit, named by its type, id and number.
    """

    state = models.CharField(_("state"), max_length=9, choices=RequisitionState.choices, default=RequisitionState.ASKED)
    case = models.ForeignKey(
        "desk.Case", null=True, blank=True, on_delete=models.PROTECT, related_name="requisitions",
        verbose_name=_("case"),
    )  # fmt: skip
    job_type = models.CharField(max_length=60, blank=True)
    job_id = models.BigIntegerField(null=True, blank=True)
    job_name = models.CharField(_("job"), max_length=40, blank=True)
    purpose = models.CharField(_("purpose"), max_length=300)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    receiver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="requisitions", verbose_name=_("receiver")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    class Meta:
        verbose_name = _("requisition of parts")
        indexes = [
            models.Index(fields=["state", "-id"], name="requisition_by_state"),
            models.Index(fields=["receiver", "-id"], name="requisition_of_receiver"),
            models.Index(fields=["job_type", "job_id"], name="requisition_of_job"),
            models.Index(fields=["created_at", "id"], name="requisition_by_time"),
        ]

    @property
    def is_at_rest(self) -> bool:
        """Whether nobody works on it any more."""
        return self.state in {RequisitionState.CLOSED, RequisitionState.DECLINED, RequisitionState.CANCELLED}


class RequisitionLine(models.Model):
    """So many of a part: ``wanted`` was asked for, ``part`` is what is issued, the same or its successor (WO-20).

    Every piece that was issued is used, given back, or still with the receiver.
    """

    requisition = models.ForeignKey(Requisition, on_delete=models.PROTECT, related_name="lines")
    wanted = models.ForeignKey("spares.Part", on_delete=models.PROTECT, related_name="+")
    part = models.ForeignKey("spares.Part", on_delete=models.PROTECT, related_name="requisition_lines")
    quantity = models.PositiveIntegerField(_("quantity"))
    reserved = models.PositiveIntegerField(_("reserved"), default=0)
    issued = models.PositiveIntegerField(_("issued"), default=0)
    used = models.PositiveIntegerField(_("used"), default=0)
    given_back = models.PositiveIntegerField(_("given back"), default=0)
    old_returned = models.PositiveIntegerField(_("old parts returned"), default=0)
    filled_at_once = models.BooleanField(null=True, blank=True)

    class Meta:
        verbose_name = _("line of a requisition")
        ordering = ["id"]
        indexes = [models.Index(fields=["part", "id"], name="requisition_line_of_part")]
        constraints = [
            models.UniqueConstraint(fields=["requisition", "wanted"], name="requisition_names_a_part_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, issued__lte=F("quantity") - F("reserved")), name="requisition_not_exceeded"
            ),
            models.CheckConstraint(
                condition=Q(issued__gte=F("used") + F("given_back"), used__gte=F("old_returned")),
                name="requisition_pieces_add_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} × {self.quantity}"

    @property
    def open(self) -> int:
        """What is still to be issued."""
        return self.quantity - self.issued

    @property
    def held(self) -> int:
        """What the receiver has in his hands."""
        return self.issued - self.used - self.given_back

    @property
    def old_out(self) -> int:
        """The replaced pieces that have not come back yet."""
        return self.used - self.old_returned

    @property
    def backordered(self) -> int:
        """What waits for a receipt."""
        return self.open - self.reserved


class PartUse(models.Model):
    """So many pieces of an issued line went into a product; booked in the ledger when the report is signed (PRT-18).

    The job is the one on which they were used: an engineer may use on one visit what he drew for another.
    """

    line = models.ForeignKey(RequisitionLine, on_delete=models.PROTECT, related_name="uses")
    quantity = models.PositiveIntegerField(_("quantity"))
    lot = models.CharField(_("batch or serial no."), max_length=60, blank=True)
    unit = models.ForeignKey(
        "products.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="parts_used",
        verbose_name=_("unit"),
    )  # fmt: skip
    case = models.ForeignKey(
        "desk.Case", null=True, blank=True, on_delete=models.PROTECT, related_name="parts_used", verbose_name=_("case")
    )
    job_type = models.CharField(max_length=60, blank=True)
    job_id = models.BigIntegerField(null=True, blank=True)
    discrepancy = models.ForeignKey(
        "parts.Discrepancy", null=True, blank=True, on_delete=models.PROTECT, related_name="uses",
        verbose_name=_("discrepancy"),
    )  # fmt: skip
    move = models.OneToOneField("parts.Move", null=True, blank=True, on_delete=models.PROTECT, related_name="use")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("use of a part")
        indexes = [
            models.Index(fields=["at", "id"], name="part_use_by_time"),
            models.Index(fields=["job_type", "job_id"], name="part_use_of_job"),
        ]
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="part_use_of_something")]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.quantity}"
