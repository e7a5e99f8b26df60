"""The fault catalogue. Codes are retired, never deleted, so that old cases keep their words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CatalogueEntry(models.Model):
    """What every catalogue has: a code, a name, the lines it applies to (empty: all), retired or not."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)
    group = models.CharField(_("group"), max_length=60, blank=True)
    lines = models.ManyToManyField(
        "products.ProductLine", blank=True, related_name="+", verbose_name=_("product lines")
    )
    keywords = models.JSONField(_("words that point to it"), default=list, blank=True)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["group", "code"]

    def __str__(self) -> str:
        return self.name


class Symptom(CatalogueEntry):
    """What the customer sees; serious and danger flags open quality issues, never words (TRI-08, D05)."""

    is_serious = models.BooleanField(_("serious"), default=False)
    is_danger = models.BooleanField(_("danger to persons"), default=False)

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("symptom")


class Position(CatalogueEntry):
    """Where on the product (INT-19)."""

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("position")


class CauseCategory(CatalogueEntry):
    """The class of a cause, assigned after analysis (TRI-13).

    What the user caused, and what turned out to be no fault, is not counted as a defect (QIS-16, TRI-11).
    """

    is_user_caused = models.BooleanField(_("caused by the user"), default=False)
    is_no_fault = models.BooleanField(_("no trouble found"), default=False)

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("cause category")


class FailureMechanism(CatalogueEntry):
    """Same failure mechanism (同种机理): assigned by engineering after analysis, counted by the quality loop."""

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("failure mechanism")


class Cohort(models.Model):
    """What is counted together: one mechanism, or one symptom while none is coded, in a line, model, batch or region.

    A field that is empty is not narrowed (QIS-01).
    """

    line = models.ForeignKey(
        "products.ProductLine", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("product line"),
    )  # fmt: skip
    model = models.ForeignKey(
        "products.ProductModel", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("product model"),
    )  # fmt: skip
    batch = models.ForeignKey(
        "products.Batch", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("batch"),
    )  # fmt: skip
    region = models.ForeignKey(
        "people.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("region"),
    )  # fmt: skip
    mechanism = models.ForeignKey(
        "faults.FailureMechanism", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("failure mechanism"),
    )  # fmt: skip
    symptom = models.ForeignKey(
        "faults.Symptom", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("symptom"),
    )  # fmt: skip

    class Meta:
        abstract = True
