"""What people enter: filters of the what-if page, the reason for closing an alarm."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.policy.schema.monitor import Monitor, RateWindow
from bihuan.quality.monitor.models import Level
from bihuan.registry.products.models import ProductLine
from bihuan.ui.inputs import only_when

BASES = (
    ("ship_month", _("Ship months")), ("production_month", _("Production months")),
    ("service_age", _("Service age")), ("rolling_days", _("Rolling days")),
)  # fmt: skip
DENOMINATORS = (
    ("shipped", _("units shipped")), ("installed", _("units installed")), ("in_service", _("units in service")),
    ("inspected", _("pieces inspected")),
)  # fmt: skip
OF = ((100, _("per cent (%)")), (1000, _("per mille (‰)")), (1_000_000, _("per million (ppm)")))


class WhatIfForm(forms.Form):
    """Another line, window and denominator; nothing of it is kept."""

    line = forms.ModelChoiceField(ProductLine.objects.all(), label=_("Product line"), required=False)
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    numerator = forms.IntegerField(label=_("Strictly more than"), min_value=0, max_value=1_000_000)
    per = forms.TypedChoiceField(label=_("In units of"), choices=OF, coerce=int)
    basis = forms.ChoiceField(label=_("Window by"), choices=BASES)
    length = forms.IntegerField(label=_("Length (months or days)"), min_value=1, max_value=3660)
    age = forms.IntegerField(label=_("Service age (months)"), min_value=0, max_value=240, required=False)
    denominator = forms.ChoiceField(label=_("Divided by"), choices=DENOMINATORS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        only_when(self.fields["age"], "basis", "service_age")

    @staticmethod
    def starting(rules: Monitor) -> dict[str, Any]:
        """The values of the policy in force, from which people try."""
        line = next((rule.above for rule in rules.rules if rule.above), None)
        exact = line is not None and line.denominator in {100, 1000, 1_000_000}
        return {
            "level": rules.levels[0] if rules.levels else Level.MODEL,
            "numerator": line.numerator if line and exact else 3,
            "per": line.denominator if line and exact else 1000, "basis": rules.window.basis,
            "length": rules.window.length, "age": rules.window.age, "denominator": rules.denominator,
        }  # fmt: skip

    def rules(self, base: Monitor) -> Monitor:
        """The policy as it would be; a window of months is not longer than ten years."""
        data = self.cleaned_data
        age = base.window.age if data["age"] is None else data["age"]
        window = RateWindow(basis=data["basis"], length=data["length"], age=age)
        return base.model_copy(update={"window": window, "denominator": data["denominator"]})

    def clean(self) -> dict[str, Any]:
        """Months beyond the records mean nothing; a window by service age says which age."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("basis") == "service_age" and "age" not in self.errors and data.get("age") is None:
            self.add_error("age", str(self.fields["age"].error_messages["required"]))
        if data.get("basis") != "rolling_days" and (data.get("length") or 0) > 120:
            self.add_error("length", _("At most 120 months."))
        return data


class CloseForm(forms.Form):
    """Why an alarm is closed."""

    wide_fields: ClassVar[tuple[str, ...]] = ("reason",)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}), strip=True
    )  # fmt: skip
