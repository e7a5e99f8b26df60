"""Passing on, telling departments, supervising."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.quality.issues.forms.base import IssueForm, people, units
from bihuan.quality.issues.models import Medium, NoteKind, Supervision
from bihuan.registry.people.models import Department
from bihuan.ui.inputs import DayInput, MomentInput, area


class PassOnForm(IssueForm):
    """The superior's word on nature and severity (NCR-12)."""

    wide_fields = ("note",)
    note = forms.CharField(label=_("Nature and severity as you see them"), max_length=300, widget=area(2))


class CommunicateForm(IssueForm):
    """Telling departments (CAP-13)."""

    wide_fields = ("departments", "text")
    medium = forms.ChoiceField(label=_("Means"), choices=Medium.choices)
    held_on = forms.DateField(label=_("Held on"), widget=DayInput())
    departments = forms.ModelMultipleChoiceField(Department.objects.filter(is_active=True), label=_("Departments"))
    text = forms.CharField(label=_("Content"), max_length=2000, widget=area(2))

    def prepare(self) -> None:
        self.initial.setdefault("held_on", timezone.localdate())


class SuperviseForm(IssueForm):
    """A finding, a reward, a penalty (SLA-21, KPI-22)."""

    wide_fields = ("text",)
    kind = forms.ChoiceField(label=_("Kind"), choices=NoteKind.choices)
    department = units(_("Department"))
    person = people(_("Person"), required=False)
    amount = forms.DecimalField(label=_("Amount (reward or penalty)"), min_value=0, max_digits=12, decimal_places=2,
                                required=False)  # fmt: skip
    due_at = forms.DateTimeField(label=_("To be corrected by (finding)"), required=False, widget=MomentInput())
    text = forms.CharField(label=_("Content"), max_length=2000, widget=area(2))


class CorrectForm(IssueForm):
    """What a department corrected."""

    wide_fields = ("text",)
    note = forms.ModelChoiceField(Supervision.objects.none(), label=_("Finding"))
    text = forms.CharField(label=_("What was corrected"), max_length=2000, widget=area(2))

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        rows = self.issue.supervisions.filter(kind=NoteKind.FINDING, corrected_at__isnull=True)
        fields["note"].queryset = rows.select_related("issue", "department")
