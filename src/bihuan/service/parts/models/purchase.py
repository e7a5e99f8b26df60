"""Planning, ordering and receiving parts (PRT-06, PRT-07, PRT-10, PRT-11)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.service.parts.models.requisition import Paper


class PlanState(models.TextChoices):
    """From the proposal to the orders."""

    DRAFT = "draft", _("Draft")
    ASKED = "asked", _("In review")
    APPROVED = "approved", _("With purchasing")
    ORDERED = "ordered", _("Ordered")
    CANCELLED = "cancelled", _("Cancelled")


class Plan(Paper):
    """配件采购计划 of a period, from stock and need; the head of after-sales reviews it (PRT-06, PRT-07, F27)."""

    state = models.CharField(_("state"), max_length=9, choices=PlanState.choices, default=PlanState.DRAFT)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("drafted by")
    )

    class Meta:
        verbose_name = _("purchase plan of parts")
        indexes = [models.Index(fields=["state", "-id"], name="part_plan_by_state")]
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="part_plan_has_days")]


class PlanLine(models.Model):
    """So many of a part, to be bought on a day; what was proposed, and from what, stays beside it (PRT-02, PRT-06)."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="lines")
    part = models.ForeignKey("spares.Part", on_delete=models.PROTECT, related_name="+")
    proposed = models.PositiveIntegerField(_("proposed"), default=0)
    quantity = models.PositiveIntegerField(_("quantity"))
    buy_on = models.DateField(_("purchase time"))
    ground = models.CharField(_("reason"), max_length=200, blank=True)
    ordered = models.PositiveIntegerField(_("ordered"), default=0)

    class Meta:
        verbose_name = _("line of a purchase plan")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "part"], name="part_plan_names_a_part_once"),
            models.CheckConstraint(condition=Q(ordered__lte=F("quantity")), name="part_plan_not_exceeded"),
        ]

    def __str__(self) -> str:
        return f"{self.part} × {self.quantity}"


class OrderState(models.TextChoices):
    """From the order to the last receipt."""

    SENT = "sent", _("Ordered")
    RECEIVED = "received", _("All received")
    CANCELLED = "cancelled", _("Cancelled")


class Order(Paper):
    """An order to an approved supplier, at agreed prices, due on a day (PRT-10)."""

    state = models.CharField(_("state"), max_length=9, choices=OrderState.choices, default=OrderState.SENT)
    supplier = models.ForeignKey(
        "suppliers.Supplier", on_delete=models.PROTECT, related_name="part_orders", verbose_name=_("supplier")
    )
    plan = models.ForeignKey(
        Plan, null=True, blank=True, on_delete=models.PROTECT, related_name="orders", verbose_name=_("purchase plan")
    )
    due_on = models.DateField(_("delivery due on"))
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ordered by")
    )

    class Meta:
        verbose_name = _("order of parts")
        indexes = [
            models.Index(fields=["state", "-id"], name="part_order_by_state"),
            models.Index(fields=["due_on", "id"], name="part_order_by_due"),
        ]


class OrderLine(models.Model):
    """So many of a part at a price; every piece that came was accepted or refused (PRT-11)."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    part = models.ForeignKey("spares.Part", on_delete=models.PROTECT, related_name="order_lines")
    quantity = models.PositiveIntegerField(_("quantity"))
    price = models.BigIntegerField(_("price of one in cents"))
    received = models.PositiveIntegerField(_("received"), default=0)

    class Meta:
        verbose_name = _("line of an order")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "part"], name="part_order_names_a_part_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, price__gte=0, received__lte=F("quantity")), name="part_order_not_exceeded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} × {self.quantity}"

    @property
    def open(self) -> int:
        """What has not come yet."""
        return self.quantity - self.received


class Receipt(models.Model):
    """Goods that came: the purchaser registered them, the keeper inspected and accepted them (PRT-11).

    Registered and not yet inspected: ``inspected_at`` is empty. Accepted pieces stand in the ledger at the price of
    the order, refused ones never enter it. Finance gets the accepted ones as vouchers.
    """

    number = models.CharField(_("receipt no."), max_length=30, unique=True)
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="receipts")
    delivery_note = models.CharField(_("delivery note"), max_length=60)
    quantity = models.PositiveIntegerField(_("delivered"))
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("registered by")
    )
    registered_at = models.DateTimeField(_("registered at"), default=timezone.now)
    accepted = models.PositiveIntegerField(_("accepted"), default=0)
    finding = models.CharField(_("finding of the inspection"), max_length=300, blank=True)
    inspected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("inspected by"),
    )  # fmt: skip
    inspected_at = models.DateTimeField(_("inspected at"), null=True, blank=True)
    move = models.OneToOneField("parts.Move", null=True, blank=True, on_delete=models.PROTECT, related_name="receipt")

    class Meta:
        verbose_name = _("receipt of parts")
        indexes = [models.Index(fields=["registered_at", "id"], name="part_receipt_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, accepted__lte=F("quantity")), name="part_receipt_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(inspected_at__isnull=True, accepted=0)
                | Q(inspected_at__isnull=False, accepted=F("quantity"))
                | (Q(inspected_at__isnull=False) & ~Q(finding="")),
                name="part_receipt_refusal_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def refused(self) -> int:
        """What went back."""
        return self.quantity - self.accepted if self.inspected_at else 0

    @property
    def amount(self) -> int:
        """The cents of what was accepted."""
        return self.accepted * self.line.price
