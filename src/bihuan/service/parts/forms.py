"""The forms about one part in stock."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.registry.spares.models import Tracking
from bihuan.service.parts.models import Place, Stock
from bihuan.service.parts.queries import ours, stores
from bihuan.ui.inputs import area

MOST = 1_000_000


def quantity_field(**more: Any) -> forms.IntegerField:
    """So many pieces."""
    values = {"label": _("Quantity"), "min_value": 1, "max_value": MOST, "initial": 1, **more}
    return forms.IntegerField(**values)


class StockForm(forms.Form):
    """A form about one part; the batch or serial number is asked for where the part has one."""

    wide_fields: ClassVar[tuple[str, ...]] = ("reason",)

    def __init__(self, *args: Any, row: Stock, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for name, field in fields.items():
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = stores() if name == "place" else ours()
        if row.part.tracking == Tracking.QUANTITY and "lot" in fields:
            del fields["lot"]
        elif row.part.tracking == Tracking.SERIAL:
            fields["quantity"].max_value = 1


class OpenForm(StockForm):
    """What was there before."""

    place = forms.ModelChoiceField(Place.objects.none(), label=_("Storage place"))
    quantity = quantity_field()
    amount = forms.DecimalField(label=_("Value of all of them"), min_value=Decimal(0), max_digits=12, decimal_places=2)
    lot = forms.CharField(label=_("Batch or serial no."), max_length=60)
    reason = forms.CharField(label=_("Remark"), max_length=300, required=False)


class TransferForm(StockForm):
    """From one place to another."""

    source = forms.ModelChoiceField(Place.objects.none(), label=_("Source"))
    destination = forms.ModelChoiceField(Place.objects.none(), label=_("Destination"))
    quantity = quantity_field()
    lot = forms.CharField(label=_("Batch or serial no."), max_length=60)
    reason = forms.CharField(label=_("Remark"), max_length=300, required=False)


class DamageForm(StockForm):
    """Where it was found, and what is wrong with it."""

    place = forms.ModelChoiceField(Place.objects.none(), label=_("Storage place"))
    quantity = quantity_field()
    lot = forms.CharField(label=_("Batch or serial no."), max_length=60)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=area(2))
