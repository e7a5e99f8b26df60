"""Judging a case: what it is, whose it is, who pays."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bihuan.registry.faults.models import CauseCategory, FailureMechanism, Position, Symptom
from bihuan.registry.faults.queries import usable
from bihuan.registry.people.models import User
from bihuan.registry.people.queries import staff
from bihuan.service.desk.forms.base import CaseForm, for_line, levels
from bihuan.service.desk.models import (
    Case,
    Nature,
    Payer,
)  # fmt: skip
from bihuan.ui.inputs import area


class TriageForm(CaseForm):
    """The judgement of a case (TRI-*)."""

    wide_fields = ("criteria",)

    nature = forms.ChoiceField(label=_("Misuse or defect"), choices=Nature.choices[1:], widget=forms.RadioSelect)
    service_type = forms.ChoiceField(label=_("Service type"))
    category = forms.ChoiceField(label=_("Problem category"), required=False)
    urgency = forms.TypedChoiceField(label=_("Urgency"), coerce=int)
    severity = forms.TypedChoiceField(label=_("Severity"), coerce=int)
    impact = forms.TypedChoiceField(label=_("Impact"), coerce=int)
    dispersion = forms.TypedChoiceField(label=_("Spread"), coerce=int, empty_value=None, required=False)
    affected = forms.IntegerField(label=_("Units affected"), min_value=1, max_value=1_000_000, required=False)
    criteria = forms.MultipleChoiceField(
        label=_("Criteria of a quality problem (one is enough)"), required=False, widget=forms.CheckboxSelectMultiple
    )
    symptom = forms.ModelChoiceField(Symptom.objects.none(), label=_("Symptom"), required=False)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Handler"), required=False)
    is_safety = forms.BooleanField(label=_("Danger to persons"), required=False)
    is_risk = forms.BooleanField(label=_("Reputation or legal risk"), required=False)

    def prepare(self) -> None:
        rules, case = self.case.policy, self.case
        fields: dict[str, Any] = self.fields
        fields["service_type"].choices = for_line(rules.service_types, case.line)[1:]
        fields["category"].choices = for_line(rules.categories, case.line)
        for scale in ("urgency", "severity", "impact", "dispersion"):
            fields[scale].choices = levels(rules, scale)
        fields["criteria"].choices = for_line(rules.criteria, case.line)[1:]
        if not fields["criteria"].choices:
            del fields["criteria"]
        fields["symptom"].queryset = usable(Symptom, case.line)
        fields["owner"].queryset = staff()
        for name in self.fields:
            value = getattr(case, name) or (name == "is_safety" and case.may_be_danger)
            self.initial.setdefault(name, None if value == Nature.UNKNOWN else value)


class AssignForm(CaseForm):
    """Give the case to somebody."""

    wide_fields = ("note",)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Handler"))
    note = forms.CharField(label=_("Remark"), max_length=200, required=False)

    def prepare(self) -> None:
        self.fields["owner"].queryset = staff()  # type: ignore[attr-defined]


class ReasonForm(CaseForm):
    """A move that needs its reason."""

    wide_fields = ("reason",)
    reason = forms.CharField(label=_("Reason"), widget=area(2), max_length=500)


class CancelForm(ReasonForm):
    """Cancel, or mark as a duplicate."""

    duplicate_of = forms.CharField(label=_("Duplicate of case no. (if it is one)"), max_length=30, required=False)

    def clean_duplicate_of(self) -> Case | None:
        """The other case must exist."""
        number = self.cleaned_data["duplicate_of"].strip()
        if not number:
            return None
        found = Case.objects.filter(number=number).exclude(pk=self.case.pk).first()
        if found is None:
            raise ValidationError(_("There is no other case with this number."))
        return found


class CodeForm(CaseForm):
    """The codes of the fault (TRI-13)."""

    symptom = forms.ModelChoiceField(Symptom.objects.none(), label=_("Symptom"), required=False)
    position = forms.ModelChoiceField(Position.objects.none(), label=_("Position"), required=False)
    cause_category = forms.ModelChoiceField(CauseCategory.objects.none(), label=_("Cause category"), required=False)
    mechanism = forms.ModelChoiceField(FailureMechanism.objects.none(), label=_("Failure mechanism"), required=False)

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        for name, kind in (
            ("symptom", Symptom), ("position", Position), ("cause_category", CauseCategory),
            ("mechanism", FailureMechanism),
        ):  # fmt: skip
            fields[name].queryset = usable(kind, self.case.line)
            self.initial.setdefault(name, getattr(self.case, f"{name}_id"))


class ChargeForm(CaseForm):
    """Who bears the cost (SOL-06, SOL-07)."""

    wide_fields = ("reason",)
    payer = forms.ChoiceField(label=_("Cost borne by"), choices=Payer.choices[1:])
    reason = forms.CharField(
        label=_("Reason (needed when it differs from the charge table)"), max_length=200, required=False
    )
