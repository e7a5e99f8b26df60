"""The small table of returns: market prices with their day."""

from typing import ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.masterdata.registry import Table, register
from bihuan.service.returns import permissions as perm
from bihuan.service.returns.models import PriceItem
from bihuan.ui.inputs import DayInput


class PriceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A market price and the day on which it was asked (CST-09)."""

    wide_fields: ClassVar[tuple[str, ...]] = ("origin",)

    class Meta:
        model = PriceItem
        fields = ("code", "name", "kind", "model", "price", "priced_on", "origin", "is_active")
        widgets = {"priced_on": DayInput()}

    def clean_priced_on(self) -> object:
        """A price of tomorrow is no market price."""
        day = self.cleaned_data["priced_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("The day lies ahead."))
        return day


register(
    Table(
        "repair_prices", _("Prices of repairs"), "price", PriceForm,
        ((_("name"), lambda row: row.name), (_("kind"), lambda row: row.get_kind_display()),
         (_("model"), lambda row: row.model), (_("price (CNY)"), lambda row: row.price),
         (_("market price of"), lambda row: row.priced_on), (_("in use"), lambda row: row.is_active)),
        perm.RETURNS_OFFER, perm.RETURNS_PRICES, _("Returns and repair"),
        _("The recent market price with its day; an older price is not offered."),
        search=("code", "name"), related=("model",),
    ),
    created=_("recorded the price"), changed=_("changed the price"),
)  # fmt: skip
