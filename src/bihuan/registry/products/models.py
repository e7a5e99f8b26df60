"""What the company makes, down to the single unit, and what was promised for it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ProductLine(models.Model):
    """A line of products; the profile says by which rules its cases are run (D34)."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)
    profile = models.ForeignKey(
        "policy.PolicyProfile", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("profile"),
    )  # fmt: skip
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("product line")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class ProductModel(models.Model):
    """A model of a line."""

    line = models.ForeignKey(ProductLine, on_delete=models.PROTECT, related_name="models", verbose_name=_("line"))
    code = models.CharField(_("model"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    specification = models.CharField(_("specification"), max_length=200, blank=True)
    drawing_no = models.CharField(_("drawing no."), max_length=60, blank=True)
    is_active = models.BooleanField(_("in production"), default=True)

    class Meta:
        verbose_name = _("product model")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class DocumentKind(models.TextChoices):
    """What engineering must supply for a model (CUS-05)."""

    SPECIFICATION = "specification", _("Specification sheet")
    DRAWING = "drawing", _("Drawing")
    PERFORMANCE = "performance", _("Performance indicators")
    REQUIREMENT = "requirement", _("Special requirements")
    CERTIFICATE = "certificate", _("Quality certificate")
    TEST = "test", _("Test data")
    MANUAL = "manual", _("Manual")


class ProductDocument(models.Model):
    """One version of one document of a model, with its owner (CUS-05)."""

    model = models.ForeignKey(ProductModel, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(_("kind"), max_length=16, choices=DocumentKind.choices)
    title = models.CharField(_("title"), max_length=120)
    revision = models.CharField(_("revision"), max_length=20)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField(_("valid from"))
    is_current = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("product document")
        constraints = [
            models.UniqueConstraint(fields=["model", "kind", "title", "revision"], name="product_document_revision"),
            models.UniqueConstraint(
                fields=["model", "kind", "title"],
                condition=Q(is_current=True),
                name="product_document_one_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.revision}"


class Batch(models.Model):
    """A production batch of a model."""

    model = models.ForeignKey(ProductModel, on_delete=models.PROTECT, related_name="batches")
    number = models.CharField(_("batch no."), max_length=60)
    produced_on = models.DateField(_("production date"), null=True, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), default=0)

    class Meta:
        verbose_name = _("batch")
        constraints = [models.UniqueConstraint(fields=["model", "number"], name="batch_once")]

    def __str__(self) -> str:
        return self.number


class StartBasis(models.TextChoices):
    """From which day a warranty counts (domain facts B1: delivery or installation, else invoice, else made)."""

    LATEST = "latest", _("Delivery or installation, whichever is later")
    DELIVERY = "delivery", _("Delivery")
    INSTALLATION = "installation", _("Installation")
    INVOICE = "invoice", _("Invoice")


class WarrantyPolicy(models.Model):
    """What is promised for a line, a model or a contract; rows, not code.

    ``rule`` names the rule of the profile that gives the rights (SOL-06); a new promise is a new row with the day from
    which it is for goods sold, so that what was promised before stays (RET-07).
    """

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)
    line = models.ForeignKey(
        ProductLine, null=True, blank=True, on_delete=models.PROTECT, related_name="warranties",
        verbose_name=_("product line"),
    )  # fmt: skip
    model = models.ForeignKey(
        ProductModel, null=True, blank=True, on_delete=models.PROTECT, related_name="warranties",
        verbose_name=_("product model"),
    )  # fmt: skip
    months = models.PositiveSmallIntegerField(_("months"))
    main_part_months = models.PositiveSmallIntegerField(_("months for main parts"), null=True, blank=True)
    start_basis = models.CharField(
        _("counts from"), max_length=12, choices=StartBasis.choices, default=StartBasis.LATEST
    )
    fallback_days = models.PositiveSmallIntegerField(_("days after production when no date is known"), default=90)
    basis = models.CharField(_("legal or contract basis"), max_length=200, blank=True)
    rule = models.SlugField(_("rule of the sector"), max_length=60, blank=True)
    valid_from = models.DateField(_("for goods sold from"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("warranty policy")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Ending(models.TextChoices):
    """How a unit left its customer for good."""

    RETURNED = "returned", _("Taken back")
    SCRAPPED = "scrapped", _("Scrapped")


class Unit(models.Model):
    """One product with its serial number: the installed base.

    ``ending`` says how and ``ended_on`` since when it is no longer in its customer's hands; ``customer`` is then who
    had it last.
    """

    serial = models.CharField(_("serial no."), max_length=60, unique=True)
    model = models.ForeignKey(ProductModel, on_delete=models.PROTECT, related_name="units", verbose_name=_("model"))
    batch = models.ForeignKey(
        Batch, null=True, blank=True, on_delete=models.PROTECT, related_name="units", verbose_name=_("batch")
    )
    customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, on_delete=models.PROTECT, related_name="units",
        verbose_name=_("customer"),
    )  # fmt: skip
    site = models.ForeignKey(
        "customers.Site", null=True, blank=True, on_delete=models.SET_NULL, related_name="units",
        verbose_name=_("site"),
    )  # fmt: skip
    warranty = models.ForeignKey(
        WarrantyPolicy, null=True, blank=True, on_delete=models.PROTECT, related_name="units",
        verbose_name=_("own warranty"),
    )  # fmt: skip
    order_no = models.CharField(_("order no."), max_length=60, blank=True)
    produced_on = models.DateField(_("production date"), null=True, blank=True)
    shipped_on = models.DateField(_("shipping date"), null=True, blank=True)
    delivered_on = models.DateField(_("delivery date"), null=True, blank=True)
    invoiced_on = models.DateField(_("purchase date"), null=True, blank=True)
    installed_on = models.DateField(_("installation date"), null=True, blank=True)
    custom = models.JSONField(default=dict, blank=True)
    meter = models.PositiveIntegerField(_("meter reading"), null=True, blank=True)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by",
        verbose_name=_("given in exchange for"),
    )  # fmt: skip
    replaced_on = models.DateField(_("day of the exchange"), null=True, blank=True)
    replacement_no = models.PositiveSmallIntegerField(_("exchanges before it"), default=0)
    ending = models.CharField(_("left the customer"), max_length=8, choices=Ending.choices, blank=True, editable=False)
    ended_on = models.DateField(_("no longer in use since"), null=True, blank=True, editable=False)
    public_token = models.CharField(max_length=32, unique=True, editable=False)

    class Meta:
        verbose_name = _("unit")
        constraints = [
            models.CheckConstraint(
                condition=Q(ending="", ended_on__isnull=True) | (~Q(ending="") & Q(ended_on__isnull=False)),
                name="unit_ending_has_its_day",
            ),
            models.CheckConstraint(condition=~Q(replaces=models.F("id")), name="unit_not_its_own_exchange"),
        ]
        indexes = [
            models.Index(fields=["customer", "-id"], name="unit_customer"),
            models.Index(fields=["model", "-id"], name="unit_model"),
            models.Index(fields=["installed_on", "id"], name="unit_order_installed"),
        ]

    def __str__(self) -> str:
        return self.serial


class UnitRepair(models.Model):
    """One repair in the life of a unit, told by the room that did it; the warranty counts from these rows (RET-06).

    ``source`` is the number of the paper that it comes from, ``fault`` the code by which the same fault is known.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="repairs")
    source = models.CharField(_("source"), max_length=40, unique=True)
    fault = models.CharField(_("fault"), max_length=60, blank=True)
    is_heavy = models.BooleanField(_("serious fault"), default=False)
    main_part = models.CharField(_("main part replaced"), max_length=60, blank=True)
    sent_on = models.DateField(_("brought on"))
    done_on = models.DateField(_("given back on"), null=True, blank=True)
    waited_from = models.DateField(_("waiting for parts from"), null=True, blank=True)
    waited_to = models.DateField(_("waiting for parts to"), null=True, blank=True)
    delay_days = models.PositiveSmallIntegerField(_("days lost by our own fault"), default=0)
    found_nothing = models.BooleanField(_("no trouble found"), default=False)
    outcome = models.CharField(_("outcome"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("repair of a unit")
        ordering = ["sent_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | Q(done_on__gte=models.F("sent_on")), name="unit_repair_ends_after"
            ),
            models.CheckConstraint(
                condition=Q(waited_from__isnull=True, waited_to__isnull=True)
                | Q(waited_to__gte=models.F("waited_from")),
                name="unit_repair_waits_forward",
            ),
        ]

    def __str__(self) -> str:
        return self.source


class Shipment(models.Model):
    """What was shipped when to whom: the denominator of every failure rate."""

    number = models.CharField(_("delivery note"), max_length=60)
    line_no = models.PositiveIntegerField(_("line"), default=1)
    model = models.ForeignKey(ProductModel, on_delete=models.PROTECT, related_name="shipments", verbose_name=_("model"))
    batch = models.ForeignKey(
        Batch,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="shipments",
        verbose_name=_("batch"),
    )
    customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, on_delete=models.PROTECT, related_name="shipments",
        verbose_name=_("customer"),
    )  # fmt: skip
    region = models.ForeignKey(
        "people.Region",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("region"),
    )
    shipped_on = models.DateField(_("shipping date"))
    quantity = models.PositiveIntegerField(_("quantity"))

    class Meta:
        verbose_name = _("shipment")
        constraints = [
            models.UniqueConstraint(fields=["number", "line_no"], name="shipment_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="shipment_some"),
        ]
        indexes = [models.Index(fields=["model", "shipped_on"], name="shipment_denominator")]

    def __str__(self) -> str:
        return f"{self.number}/{self.line_no}"


class InspectedLot(models.Model):
    """How many pieces an inspection looked at: the base of rates of a company that divides by what it inspected."""

    number = models.CharField(_("inspection no."), max_length=60, unique=True)
    model = models.ForeignKey(ProductModel, on_delete=models.PROTECT, related_name="+", verbose_name=_("model"))
    batch = models.ForeignKey(
        Batch, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("batch")
    )
    inspected_on = models.DateField(_("inspected on"))
    quantity = models.PositiveIntegerField(_("inspected pieces"))

    class Meta:
        verbose_name = _("inspected lot")
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="inspected_some")]

    def __str__(self) -> str:
        return self.number


class ServiceCard(models.Model):
    """The after-sales card of an installed product (CUS-02, F16)."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="card")
    number = models.CharField(_("card no."), max_length=40, unique=True)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="cards")
    installed_on = models.DateField(_("installation date"))
    installer = models.CharField(_("installed by"), max_length=80, blank=True)
    contact_name = models.CharField(_("contact"), max_length=40, blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    remark = models.TextField(_("remark"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("service card")

    def __str__(self) -> str:
        return self.number
