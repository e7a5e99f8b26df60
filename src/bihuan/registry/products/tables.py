"""The small tables of products: lines, models, batches, warranties, shipments."""

from typing import Any, ClassVar, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.core.masterdata.registry import Table, register
from bihuan.core.policy import queries as policies
from bihuan.registry.customers.models import Customer
from bihuan.registry.products import permissions as perm
from bihuan.registry.products.models import Batch, InspectedLot, ProductLine, ProductModel, Shipment, WarrantyPolicy
from bihuan.ui.inputs import DayInput

M = TypeVar("M", bound=Model)
GROUP = _("Products")


class LineForm(forms.ModelForm):  # type: ignore[type-arg]
    """A product line and the profile by which its cases are run (D34)."""

    wide_fields: ClassVar[tuple[str, ...]] = ()

    class Meta:
        model = ProductLine
        fields = ("code", "name", "profile", "is_active")


class ModelForm(forms.ModelForm):  # type: ignore[type-arg]
    """A model."""

    wide_fields: ClassVar[tuple[str, ...]] = ("specification",)

    class Meta:
        model = ProductModel
        fields = ("line", "code", "name", "specification", "drawing_no", "is_active")


class BatchForm(forms.ModelForm):  # type: ignore[type-arg]
    """A production batch."""

    wide_fields: ClassVar[tuple[str, ...]] = ()

    class Meta:
        model = Batch
        fields = ("model", "number", "produced_on", "quantity")
        widgets = {"produced_on": DayInput()}


class WarrantyForm(forms.ModelForm):  # type: ignore[type-arg]
    """A promise: for a line, for a model, or for single units by contract."""

    wide_fields: ClassVar[tuple[str, ...]] = ("basis",)

    class Meta:
        model = WarrantyPolicy
        fields = (
            "code", "name", "line", "model", "rule", "valid_from", "months", "main_part_months", "start_basis",
            "fallback_days", "basis", "is_active",
        )  # fmt: skip
        widgets = {"valid_from": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = [(rule.code, rule.name) for rule in policies.default().warranty_rules]
        self.fields["rule"] = forms.ChoiceField(
            label=_("rule of the sector"), choices=[("", _("Contract default")), *rules], required=False
        )

    def clean(self) -> dict[str, Any]:
        """A promise may be better than the rule of its sector, never worse."""
        data = super().clean() or {}
        rule = policies.default().warranty_rule(data.get("rule") or "")
        if rule is not None and data.get("months") is not None and data["months"] < rule.months:
            self.add_error("months", _("The rule of the sector asks for at least %(n)s months.") % {"n": rule.months})
        return data


class OfBatchForm(forms.ModelForm):  # type: ignore[type-arg]
    """An entry whose batch is given by its number."""

    wide_fields: ClassVar[tuple[str, ...]] = ()
    batch = forms.CharField(label=_("batch no."), required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["batch"] = self.instance.batch.number if self.instance.batch else ""

    def clean_batch(self) -> Batch | None:
        """The batch of a number, of this model."""
        return self._one(Batch.objects.all(), number=self.cleaned_data["batch"], model=self.cleaned_data.get("model"))

    def _one(self, rows: QuerySet[M], **wanted: Any) -> M | None:
        value = next(iter(wanted.values()))
        row = rows.filter(**wanted).first() if value else None
        if value and row is None:
            raise ValidationError(_("“%(value)s” is not known"), params={"value": value})
        return row


class InspectedLotForm(OfBatchForm):
    """How many pieces an inspection looked at."""

    class Meta:
        model = InspectedLot
        fields = ("number", "model", "batch", "inspected_on", "quantity")
        widgets = {"inspected_on": DayInput()}


class ShipmentForm(OfBatchForm):
    """A line of a delivery note; customer and batch are given by their numbers."""

    customer = forms.CharField(label=_("customer no."), required=False, max_length=40)

    class Meta:
        model = Shipment
        fields = ("number", "line_no", "model", "batch", "customer", "region", "shipped_on", "quantity")
        widgets = {"shipped_on": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["customer"] = self.instance.customer.code if self.instance.customer else ""

    def clean_customer(self) -> Customer | None:
        """The customer of a number."""
        return self._one(Customer.objects.all(), code=self.cleaned_data["customer"])


def _register(code: str, label: Any, name: str, form: Any, columns: Any, hint: Any, words: tuple[Any, Any],
              **more: Any) -> None:  # fmt: skip
    table = Table(code, label, name, form, columns, perm.PRODUCTS_VIEW, perm.PRODUCTS_EDIT, GROUP, hint, **more)
    register(table, created=words[0], changed=words[1])


_register(
    "lines", _("Product lines"), "line", LineForm,
    ((_("name"), lambda row: row.name), (_("code"), lambda row: row.code), (_("profile"), lambda row: row.profile),
     (_("in use"), lambda row: row.is_active)),
    _("Each line follows the rules of its profile."), (_("added the product line"), _("changed the product line")),
    related=("profile",),
)  # fmt: skip
_register(
    "models", _("Models"), "model", ModelForm,
    ((_("model"), lambda row: row.code), (_("name"), lambda row: row.name), (_("line"), lambda row: row.line),
     (_("specification"), lambda row: row.specification), (_("drawing no."), lambda row: row.drawing_no),
     (_("in production"), lambda row: row.is_active)),
    _("Models of the product lines; their documents are published on the page of models."),
    (_("registered the model"), _("changed the model")), search=("code", "name"), related=("line",),
)  # fmt: skip
_register(
    "batches", _("Batches"), "batch", BatchForm,
    ((_("batch no."), lambda row: row.number), (_("model"), lambda row: row.model.code),
     (_("production date"), lambda row: row.produced_on), (_("quantity"), lambda row: row.quantity)),
    _("Production batches: a field failure leads back to them."),
    (_("registered the batch"), _("changed the batch")), search=("number",), related=("model",),
)  # fmt: skip
_register(
    "warranties", _("Warranty policies"), "warranty", WarrantyForm,
    ((_("name"), lambda row: row.name), (_("product line"), lambda row: row.line), (_("model"), lambda row: row.model),
     (_("months"), lambda row: row.months), (_("counts from"), lambda row: row.get_start_basis_display()),
     (_("in use"), lambda row: row.is_active)),
    _("What is promised, from which day, on which legal basis."),
    (_("added the warranty policy"), _("changed the warranty policy")), related=("line", "model"),
)  # fmt: skip
_register(
    "shipments", _("Shipments"), "shipment", ShipmentForm,
    ((_("delivery note"), lambda row: f"{row.number}/{row.line_no}"), (_("model"), lambda row: row.model.code),
     (_("batch no."), lambda row: row.batch), (_("customer"), lambda row: row.customer),
     (_("region"), lambda row: row.region), (_("shipping date"), lambda row: row.shipped_on),
     (_("quantity"), lambda row: row.quantity)),
    _("What was shipped when: the base of every failure rate."),
    (_("registered the shipment"), _("changed the shipment")), search=("number",),
    related=("model", "batch", "customer", "region"),
)  # fmt: skip
_register(
    "inspections", _("Inspected lots"), "inspected_lot", InspectedLotForm,
    ((_("inspection no."), lambda row: row.number), (_("model"), lambda row: row.model.code),
     (_("batch no."), lambda row: row.batch), (_("inspected on"), lambda row: row.inspected_on),
     (_("inspected pieces"), lambda row: row.quantity)),
    _("How many pieces were inspected when: the base of rates divided by inspected pieces."),
    (_("registered the inspected lot"), _("changed the inspected lot")), search=("number",), related=("model", "batch"),
)  # fmt: skip
