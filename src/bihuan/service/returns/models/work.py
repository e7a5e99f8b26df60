"""What was offered, done, judged and lent."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.service.desk.models import Payer
from bihuan.service.returns.models.choices import Direction, Means, PriceKind, Remedy
from bihuan.service.returns.models.order import ReturnOrder


class PriceItem(models.Model):
    """A market price with the day on which it was asked (CST-09, SOL-07)."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=PriceKind.choices)
    model = models.ForeignKey(
        "products.ProductModel", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("product model"),
    )  # fmt: skip
    price = models.DecimalField(_("price (CNY)"), max_digits=12, decimal_places=2)
    priced_on = models.DateField(_("market price of"))
    origin = models.CharField(_("source of the price"), max_length=120, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("price of repairs")
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=Q(price__gte=0), name="return_price_not_negative")]

    def __str__(self) -> str:
        return self.name


class Offer(models.Model):
    """A remedy with its price, in versions; the customer's word stands on it (SOL-03, SOL-04, CST-09).

    ``borne`` is what it costs the company and chooses the chain of approval; the customer sees what is ``approved``.
    """

    order = models.ForeignKey(ReturnOrder, on_delete=models.PROTECT, related_name="offers")
    revision = models.PositiveSmallIntegerField(_("version"))
    remedy = models.CharField(_("remedy"), max_length=9, choices=Remedy.choices)
    text = models.TextField(_("words to the customer"), blank=True)
    payer = models.CharField(_("cost borne by"), max_length=10, choices=Payer.choices)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    customer_share = models.PositiveSmallIntegerField(_("the customer's share (%)"), default=0)
    total = models.DecimalField(_("the customer pays (CNY)"), max_digits=12, decimal_places=2, default=0)
    borne = models.DecimalField(_("we bear (CNY)"), max_digits=12, decimal_places=2, default=0)
    approved = models.BooleanField(_("approved"), null=True, blank=True)
    price_paid = models.DecimalField(_("price on the invoice (CNY)"), max_digits=12, decimal_places=2, default=0)
    fee = models.DecimalField(_("fee for the use (CNY)"), max_digits=12, decimal_places=2, default=0)
    refund = models.DecimalField(_("refund (CNY)"), max_digits=12, decimal_places=2, default=0)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(default=timezone.now)
    agreed = models.BooleanField(_("agreed"), null=True, blank=True)
    means = models.CharField(max_length=4, choices=Means.choices, blank=True)
    person = models.CharField(_("name"), max_length=60, blank=True)
    opinion = models.TextField(_("opinion"), blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    signature = models.ForeignKey("files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("offer")
        ordering = ["revision"]
        constraints = [
            models.UniqueConstraint(fields=["order", "revision"], name="return_offer_once"),
            models.CheckConstraint(
                condition=Q(total__gte=0, fee__gte=0, refund__gte=0, price_paid=F("refund") + F("fee"))
                | Q(total__gte=0, fee=0, refund=0, price_paid=0),
                name="return_offer_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(borne__gte=0, customer_share__lte=100), name="return_offer_share_is_a_part"
            ),
            models.CheckConstraint(
                condition=Q(agreed__isnull=True) | Q(approved=True), name="return_offer_approved_before_decided"
            ),
            models.CheckConstraint(
                condition=Q(agreed__isnull=True) | (~Q(person="") & Q(decided_at__isnull=False)),
                name="return_offer_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} V{self.revision}"


class OfferLine(models.Model):
    """One position of an offer, with the market price and its day as they were (CST-09)."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField(_("kind"), max_length=8, choices=PriceKind.choices)
    name = models.CharField(_("name"), max_length=120)
    quantity = models.DecimalField(_("quantity"), max_digits=8, decimal_places=2)
    price = models.DecimalField(_("price (CNY)"), max_digits=12, decimal_places=2)
    priced_on = models.DateField(_("market price of"))
    amount = models.DecimalField(_("amount (CNY)"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("position of an offer")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0, amount__gte=0), name="return_line_positive")]

    def __str__(self) -> str:
        return self.name


class RepairRecord(models.Model):
    """The repair as the law wants it written down (domain facts B1; RET-03, RET-04, RET-06).

    ``parts_cost`` is nobody's entry: the moving average when the record is written, what the ledger took once the
    repair has passed.
    """

    order = models.OneToOneField(ReturnOrder, on_delete=models.PROTECT, related_name="repair")
    technician = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("technician")
    )
    planned_for = models.DateTimeField(_("planned for"))
    tools = models.CharField(_("tools and equipment"), max_length=300, blank=True)
    work = models.TextField(_("what was repaired"), blank=True)
    parts = models.TextField(_("replaced parts: name, number, quantity"), blank=True)
    same_parts = models.BooleanField(_("same model and specification as the original"), default=False)
    main_part = models.CharField(_("main part replaced"), max_length=60, blank=True)
    parts_cost = models.DecimalField(_("parts from stock (CNY)"), max_digits=12, decimal_places=2, default=0)
    material_cost = models.DecimalField(_("other material (CNY)"), max_digits=12, decimal_places=2, default=0)
    labour_hours = models.DecimalField(_("working hours"), max_digits=7, decimal_places=1, default=0)
    labour_cost = models.DecimalField(_("labour (CNY)"), max_digits=12, decimal_places=2, default=0)
    freight_cost = models.DecimalField(_("freight (CNY)"), max_digits=12, decimal_places=2, default=0)
    waited_from = models.DateField(_("waiting for parts from"), null=True, blank=True)
    waited_to = models.DateField(_("waiting for parts to"), null=True, blank=True)
    delay_days = models.PositiveSmallIntegerField(_("days lost by our own fault"), default=0)
    cleared = models.DecimalField(_("approved cost (CNY)"), max_digits=12, decimal_places=2, default=0)
    recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("repair record")
        constraints = [
            models.CheckConstraint(
                condition=Q(material_cost__gte=0, labour_hours__gte=0, labour_cost__gte=0, freight_cost__gte=0),
                name="return_repair_costs_not_negative",
            ),
            models.CheckConstraint(condition=Q(parts_cost__gte=0), name="return_repair_parts_cost_not_negative"),
            models.CheckConstraint(
                condition=Q(waited_from__isnull=True, waited_to__isnull=True) | Q(waited_to__gte=F("waited_from")),
                name="return_repair_waits_forward",
            ),
        ]

    def __str__(self) -> str:
        return str(self.order_id)

    @property
    def material(self) -> Decimal:
        """All material: the parts at what the ledger took, and what did not come from stock."""
        return self.parts_cost + self.material_cost

    @property
    def cost(self) -> Decimal:
        """What the repair cost: material, labour and freight."""
        return self.material + self.labour_cost + self.freight_cost


class Evaluation(models.Model):
    """One judgement of the repaired goods against the criteria; a failed one sends them back to work (RET-05)."""

    order = models.ForeignKey(ReturnOrder, on_delete=models.PROTECT, related_name="evaluations")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    results = models.JSONField(_("results against the criteria"), default=list)
    passed = models.BooleanField(_("passed"))
    remark = models.TextField(_("remark"), blank=True)

    class Meta:
        verbose_name = _("quality evaluation")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.order_id} {self.passed}"


class Payment(models.Model):
    """Money of a return with the number of its voucher: what the customer paid, or got back (CST-09, RET-07)."""

    order = models.ForeignKey(ReturnOrder, on_delete=models.PROTECT, related_name="payments")
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices)
    amount = models.DecimalField(_("amount (CNY)"), max_digits=12, decimal_places=2)
    reference = models.CharField(_("number of the payment"), max_length=60)
    paid_on = models.DateField(_("paid on"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("payment of a return")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0) & ~Q(reference=""), name="return_payment_is_some"),
            models.UniqueConstraint(fields=["order", "direction", "reference"], name="return_payment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.reference}"


class Loan(models.Model):
    """A unit lent for the time of the repair; a unit is with one customer at a time."""

    order = models.ForeignKey(ReturnOrder, on_delete=models.PROTECT, related_name="loans")
    unit = models.ForeignKey("products.Unit", on_delete=models.PROTECT, related_name="loans", verbose_name=_("unit"))
    lent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    lent_at = models.DateTimeField(default=timezone.now)
    condition_out = models.CharField(_("condition when lent"), max_length=200)
    returned_at = models.DateTimeField(null=True, blank=True)
    condition_in = models.CharField(_("condition when given back"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("loan of a unit")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(returned_at__isnull=True), name="loan_unit_once"),
            models.UniqueConstraint(fields=["order"], condition=Q(returned_at__isnull=True), name="loan_order_once"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.unit_id}"
