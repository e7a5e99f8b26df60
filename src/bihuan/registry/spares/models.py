"""What a spare part is (PRT-01)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

LONGEST_CHAIN = 20


class PartClass(models.Model):
    """A class of parts by their function; counted and managed together (PRT-01)."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("class of parts")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Tracking(models.TextChoices):
    """What is written down with every move of a part."""

    QUANTITY = "quantity", _("Quantity only")
    BATCH = "batch", _("Batch number")
    SERIAL = "serial", _("Serial number of each piece")


class Part(models.Model):
    """A spare part: name, model, specification, function class (PRT-01).

    Valuable and critical parts lie in a place of their own. ``replaced_by`` is the part that engineering released in
    its stead. ``fits`` are the products it fits; none means that it fits all.
    """

    code = models.SlugField(_("part no."), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    model = models.CharField(_("model"), max_length=80)
    specification = models.CharField(_("specification"), max_length=200)
    part_class = models.ForeignKey(
        PartClass, null=True, blank=True, on_delete=models.PROTECT, related_name="parts",
        verbose_name=_("function class"),
    )  # fmt: skip
    unit_name = models.CharField(_("unit"), max_length=10, default="件")
    tracking = models.CharField(_("tracked by"), max_length=8, choices=Tracking.choices, default=Tracking.QUANTITY)
    is_valuable = models.BooleanField(_("valuable part"), default=False)
    is_critical = models.BooleanField(_("critical part"), default=False)
    fits = models.ManyToManyField(
        "products.ProductModel", blank=True, related_name="spare_parts", verbose_name=_("fits the product models")
    )
    replaced_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces",
        verbose_name=_("replaced by"),
    )  # fmt: skip
    supplier = models.ForeignKey(
        "suppliers.Supplier", null=True, blank=True, on_delete=models.PROTECT, related_name="parts",
        verbose_name=_("usual supplier"),
    )  # fmt: skip
    lead_days = models.PositiveSmallIntegerField(_("days from order to receipt"), default=14)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("spare part")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=F("id")), name="part_not_replaced_by_itself"
            ),
            models.CheckConstraint(condition=Q(lead_days__lte=1000), name="part_arrives_one_day"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def kind(self) -> tuple[str, str]:
        """Model and specification, by which a replacement is the same as the original (WO-20)."""
        return (self.model.strip().casefold(), self.specification.strip().casefold())

    @property
    def needs_own_place(self) -> bool:
        """Whether it lies apart from the others (PRT-01)."""
        return self.is_valuable or self.is_critical
