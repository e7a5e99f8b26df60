"""Forms of returned defectives."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.quality.returned.models import Outcome, Returned
from bihuan.registry.faults.models import FailureMechanism
from bihuan.registry.faults.queries import usable
from bihuan.registry.products.models import ProductModel
from bihuan.service.returns.models import Degree
from bihuan.ui.inputs import area


class HandOverForm(forms.Form):
    """What sales hands over."""

    wide_fields: ClassVar[tuple[str, ...]] = ("problem", "degree")
    model = forms.ModelChoiceField(ProductModel.objects.filter(is_active=True), label=_("Product model"))
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=1_000_000, initial=1)
    serials = forms.CharField(label=_("Serials"), max_length=300, required=False)
    case = forms.CharField(label=_("Case no."), max_length=30, required=False)
    problem = forms.CharField(label=_("Defect as you saw it"), max_length=4000, widget=area())
    degree = forms.ChoiceField(label=_("Degree"), choices=Degree.choices, widget=forms.RadioSelect)


class StepForm(forms.Form):
    """A form about one hand-over."""

    wide_fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, row: Returned, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        if "mechanism" in fields:
            fields["mechanism"].queryset = usable(FailureMechanism, row.model.line)
            self.initial.setdefault("mechanism", row.mechanism_id)
            self.initial.setdefault("finding", row.finding)


class AnalyseForm(StepForm):
    """What engineering found."""

    wide_fields = ("finding",)
    finding = forms.CharField(label=_("What was looked at and found"), max_length=4000, widget=area(4))
    mechanism = forms.ModelChoiceField(FailureMechanism.objects.none(), label=_("Failure mechanism"), required=False)


class FinishForm(StepForm):
    """What became of the goods."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices, widget=forms.RadioSelect)


class RefuseForm(StepForm):
    """Why they go back."""

    wide_fields = ("reason",)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=area(2))
