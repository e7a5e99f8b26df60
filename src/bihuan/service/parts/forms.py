"""The forms about one part in stock."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.registry.people.models import User
from bihuan.registry.spares.models import Tracking
from bihuan.service.parts.models import Condition, Place, Stock
from bihuan.service.parts.queries import carriers, lying_of, ours, stores
from bihuan.ui.inputs import area

MOST = 1_000_000


def quantity_field(**more: Any) -> forms.IntegerField:
    """So many pieces."""
    values = {"label": _("Quantity"), "min_value": 1, "max_value": MOST, "initial": 1, **more}
    return forms.IntegerField(**values)


class StockForm(forms.Form):
    """A form about one part; the batch or serial number is asked for where the part has one.

    ``taken_from`` is the field of the place that it leaves: only places where it lies are offered, with how many.
    """

    wide_fields: ClassVar[tuple[str, ...]] = ("reason",)
    taken_from: ClassVar[str] = ""

    def __init__(self, *args: Any, row: Stock, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for name, field in fields.items():
            if getattr(getattr(field, "queryset", None), "model", None) is Place:
                field.queryset = stores() if name == "place" else ours()
        if self.taken_from:
            self._offer_where_it_lies(fields[self.taken_from])
        if row.part.tracking == Tracking.QUANTITY and "lot" in fields:
            del fields["lot"]
        elif row.part.tracking == Tracking.SERIAL:
            fields["quantity"].max_value = 1

    def _offer_where_it_lies(self, field: Any) -> None:
        lies = lying_of(self.row.part)
        if not self.is_bound:
            field.queryset = field.queryset.filter(pk__in=lies)
        field.label_from_instance = lambda place: f"{place} ({lies.get(place.pk, 0)})"


class OpenForm(StockForm):
    """What was there before."""

    place = forms.ModelChoiceField(Place.objects.none(), label=_("Storage place"))
    quantity = quantity_field()
    amount = forms.DecimalField(label=_("Value of all of them"), min_value=Decimal(0), max_digits=12, decimal_places=2)
    lot = forms.CharField(label=_("Batch or serial no."), max_length=60)
    reason = forms.CharField(label=_("Remark"), max_length=300, required=False)


class TransferForm(StockForm):
    """From where it lies to another place of ours, or into the hands of an engineer (PRT-13)."""

    taken_from = "source"
    source = forms.ModelChoiceField(Place.objects.none(), label=_("Source"))
    destination = forms.ModelChoiceField(Place.objects.none(), label=_("Destination"), required=False)
    engineer = forms.ModelChoiceField(User.objects.none(), label=_("Or into the stock of"), required=False)
    condition = forms.ChoiceField(label=_("Condition"), choices=Condition.choices)
    quantity = quantity_field()
    lot = forms.CharField(label=_("Batch or serial no."), max_length=60)
    reason = forms.CharField(label=_("Remark"), max_length=300, required=False)

    def __init__(self, *args: Any, row: Stock, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["engineer"].queryset = carriers()

    def clean(self) -> dict[str, Any]:
        """One destination: a place, or the stock of an engineer, which begins with his first part."""
        data = super().clean() or {}
        place, engineer = data.get("destination"), data.pop("engineer", None)
        if (place is None) == (engineer is None) and not self.errors:
            self.add_error("destination", _("Choose a place or an engineer."))
        return {**data, "destination": place or engineer}


class DamageForm(StockForm):
    """Where it was found, and what is wrong with it."""

    taken_from = "place"
    place = forms.ModelChoiceField(Place.objects.none(), label=_("Storage place"))
    quantity = quantity_field()
    lot = forms.CharField(label=_("Batch or serial no."), max_length=60)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=area(2))
