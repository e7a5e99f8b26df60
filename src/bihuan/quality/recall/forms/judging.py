"""The technical analysis, the scope, who is in charge."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.quality.recall.forms.base import RecallForm
from bihuan.quality.recall.models import Likelihood, Proposal, Remedy, Scope
from bihuan.quality.recall.services.judging import JUDGEMENT
from bihuan.registry.people.models import User
from bihuan.registry.people.queries import staff
from bihuan.registry.products.models import Batch, ProductModel
from bihuan.ui.inputs import BLANK, DayInput, area


class JudgeForm(RecallForm):
    """《技术质量分析报告》: what is wrong, what may happen, what is proposed (QIS-12)."""

    wide_fields = ("proposal", "hazard", "consequence", "analysis", "tests", "reason", "remedy_text", "emergency")
    hazard = forms.CharField(label=_("Defect: where and what"), max_length=4000, widget=area())
    consequence = forms.CharField(label=_("Possible harm"), max_length=2000, widget=area(2))
    severity = forms.TypedChoiceField(label=_("Severity of the harm"), coerce=int, empty_value=None)
    likelihood = forms.ChoiceField(label=_("Likelihood"), choices=[*BLANK, *Likelihood.choices])
    analysis = forms.CharField(label=_("Technical analysis"), max_length=8000, widget=area(4))
    tests = forms.CharField(label=_("Tests, complaints and accidents"), max_length=4000, required=False, widget=area())
    proposal = forms.ChoiceField(label=_("Proposal"), choices=Proposal.choices[1:], widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason of the proposal"), max_length=2000, widget=area(2))
    remedy = forms.ChoiceField(label=_("Remedy"), choices=[*BLANK, *Remedy.choices], required=False)
    planned_until = forms.DateField(label=_("Planned completion"), required=False, widget=DayInput())
    remedy_text = forms.CharField(
        label=_("What is done to the units (owners read this)"), max_length=2000, required=False, widget=area(2)
    )
    emergency = forms.CharField(
        label=_("What users do until then (owners read this)"), max_length=2000, required=False, widget=area(2)
    )

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        levels = self.recall.policy.scales.severity
        fields["severity"].choices = [*BLANK, *((step.level, step.name) for step in levels)]
        for name in JUDGEMENT:
            self.initial.setdefault(name, getattr(self.recall, name))


class ScopeForm(RecallForm):
    """A line of the scope; without a batch the whole model within the bounds."""

    model = forms.ModelChoiceField(ProductModel.objects.all(), label=_("Product model"))
    batch = forms.ModelChoiceField(
        Batch.objects.none(), label=_("Batch"), required=False, help_text=_("Empty: all batches within the bounds.")
    )
    serial_from = forms.CharField(label=_("Serial no. from"), max_length=60, required=False)
    serial_to = forms.CharField(label=_("Serial no. to"), max_length=60, required=False)
    made_from = forms.DateField(label=_("Made from"), required=False, widget=DayInput())
    made_to = forms.DateField(label=_("Made until"), required=False, widget=DayInput())
    shipped_from = forms.DateField(label=_("Shipped from"), required=False, widget=DayInput())
    shipped_to = forms.DateField(label=_("Shipped until"), required=False, widget=DayInput())

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        line = self.recall.issue.line_id
        models = ProductModel.objects.filter(line=line) if line else ProductModel.objects.all()
        fields["model"].queryset = models
        rows = Batch.objects.filter(model__in=models).select_related("model").order_by("model", "-produced_on")
        fields["batch"].queryset = rows
        fields["batch"].label_from_instance = lambda row: f"{row.model.code} · {row.number}"
        self.initial.setdefault("model", self.recall.issue.model_id)


class DropScopeForm(RecallForm):
    """Take a line out of the scope."""

    scope = forms.ModelChoiceField(Scope.objects.none(), label=_("Line of the scope"))

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["scope"].queryset = self.recall.scopes.select_related("model", "batch")


class AssignForm(RecallForm):
    """Who is in charge."""

    owner = forms.ModelChoiceField(User.objects.none(), label=_("In charge"))

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["owner"].queryset = staff()
        self.initial.setdefault("owner", self.recall.owner_id)
