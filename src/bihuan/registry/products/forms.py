"""What people type about products."""

from itertools import pairwise
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bihuan.core.files.forms import FilesField
from bihuan.registry.customers.models import Customer
from bihuan.registry.products.models import Batch, DocumentKind, ProductModel, ServiceCard, Unit
from bihuan.registry.products.services import normalise_serial
from bihuan.ui.inputs import DayInput

DATES = ("produced_on", "shipped_on", "delivered_on", "invoiced_on", "installed_on")


class CustomerNumber(forms.CharField):
    """A customer by his number or his exact name."""

    def clean(self, value: Any) -> Customer | None:
        """Return the customer."""
        words = super().clean(value)
        if not words:
            return None
        row = Customer.objects.filter(code=words).first() or Customer.objects.filter(name=words).first()
        if row is None:
            raise ValidationError(_("“%(value)s” is not known"), params={"value": words})
        return row


class UnitField(forms.CharField):
    """A unit by its serial number; a list of all of them would be too long."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 60, **kwargs})

    def clean(self, value: Any) -> Unit | None:
        """The unit, or nothing where nothing was given."""
        words = normalise_serial(super().clean(value))
        row = Unit.objects.select_related("model__line", "customer").filter(serial=words).first() if words else None
        if words and row is None:
            raise ValidationError(_("There is no product of this serial number."))
        return row


class UnitForm(forms.ModelForm):  # type: ignore[type-arg]
    """A unit: model, owner, dates."""

    wide_fields: ClassVar[tuple[str, ...]] = ()
    customer = CustomerNumber(label=_("customer (number or name)"), required=False, max_length=120)
    batch = forms.CharField(label=_("batch no."), required=False, max_length=60)
    model = forms.CharField(label=_("model"), max_length=60)

    class Meta:
        model = Unit
        fields = ("serial", "model", "customer", "batch", "warranty", "order_no", *DATES)
        widgets = {name: DayInput() for name in DATES}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.instance
        if unit.pk:
            self.initial["model"] = unit.model.code
            self.initial["customer"] = unit.customer.code if unit.customer else ""
            self.initial["batch"] = unit.batch.number if unit.batch else ""

    def clean_serial(self) -> str:
        """A serial as it is kept; another unit must not have it."""
        serial = normalise_serial(self.cleaned_data["serial"])
        if Unit.objects.filter(serial=serial).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is a unit with this serial number already."))
        return serial

    def clean_model(self) -> ProductModel:
        """The model of a code."""
        row = ProductModel.objects.filter(code=self.cleaned_data["model"].strip()).first()
        if row is None:
            raise ValidationError(_("“%(value)s” is not known"), params={"value": self.cleaned_data["model"]})
        return row

    def clean_batch(self) -> Batch | None:
        """The batch of a number, of this model."""
        number, model = self.cleaned_data["batch"].strip(), self.cleaned_data.get("model")
        row = Batch.objects.filter(number=number, model=model).first() if number and model else None
        if number and row is None:
            raise ValidationError(_("“%(value)s” is not known"), params={"value": number})
        return row

    def clean(self) -> dict[str, Any]:
        """A product is not shipped before it is made, nor delivered before it is shipped."""
        data: dict[str, Any] = super().clean() or {}
        order = [(name, data[name]) for name in ("produced_on", "shipped_on", "delivered_on") if data.get(name)]
        for (_first, before), (name, after) in pairwise(order):
            if after < before:
                self.add_error(name, _("This day lies before the one that must come first."))
        return data

    def _post_clean(self) -> None:
        """Services write; the form only reads."""


class CardForm(forms.ModelForm):  # type: ignore[type-arg]
    """The service card of an installed product."""

    wide_fields: ClassVar[tuple[str, ...]] = ("address", "remark")
    customer = CustomerNumber(label=_("customer (number or name)"), max_length=120)

    class Meta:
        model = ServiceCard
        fields = ("customer", "installed_on", "installer", "contact_name", "contact_phone", "address", "remark")
        widgets = {"installed_on": DayInput(), "remark": forms.Textarea(attrs={"rows": 2})}

    def _post_clean(self) -> None:
        """Services write; the form only reads."""


class DocumentForm(forms.Form):
    """A revision of a document of a model."""

    wide_fields = ("file",)
    kind = forms.ChoiceField(label=_("kind"), choices=DocumentKind.choices)
    title = forms.CharField(label=_("title"), max_length=120)
    revision = forms.CharField(label=_("revision"), max_length=20)
    valid_from = forms.DateField(label=_("valid from"), widget=DayInput())
    file = FilesField(label=_("File"), most=1)

    def __init__(self, *args: Any, product: ProductModel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.product = product

    def clean(self) -> dict[str, Any]:
        """A revision is published once."""
        data: dict[str, Any] = super().clean() or {}
        same = {key: data.get(key) for key in ("kind", "title", "revision")}
        if self.product.documents.filter(**same).exists():
            self.add_error("revision", _("This revision is published already."))
        return data
