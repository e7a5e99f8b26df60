"""Judging an issue: grade, follower, team, responsibility."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.quality.issues.forms.base import IssueForm, people, units
from bihuan.quality.issues.models import Responsibility
from bihuan.registry.faults.models import CauseCategory, FailureMechanism
from bihuan.registry.faults.queries import usable
from bihuan.registry.people.models import User
from bihuan.ui.inputs import BLANK, area


class GradeForm(IssueForm):
    """The grade by the list of criteria (TRI-09)."""

    wide_fields = ("criteria", "reason")
    criteria = forms.MultipleChoiceField(
        label=_("Criteria that hold"), required=False, widget=forms.CheckboxSelectMultiple
    )
    grade = forms.TypedChoiceField(
        label=_("Grade (empty: as the criteria give)"), coerce=int, empty_value=None, required=False
    )
    dispersion = forms.TypedChoiceField(label=_("Spread"), coerce=int, empty_value=None, required=False)
    is_serious = forms.BooleanField(label=_("Serious symptom"), required=False)
    is_safety = forms.BooleanField(label=_("Danger to persons"), required=False)
    wants_8d = forms.BooleanField(label=_("Customer asks for an 8D report"), required=False)
    reason = forms.CharField(
        label=_("Reason (needed for a lower grade)"), max_length=300, required=False, widget=area(2)
    )

    def prepare(self) -> None:
        rules, line = self.issue.policy, self.issue.line.code if self.issue.line else ""
        fields: dict[str, Any] = self.fields
        fields["criteria"].choices = [
            (item.code, item.name)
            for item in rules.issues.grade_criteria
            if not item.product_lines or line in item.product_lines
        ]
        for name, scale in (("grade", rules.scales.severity), ("dispersion", rules.scales.dispersion)):
            fields[name].choices = [*BLANK, *((step.level, step.name) for step in scale)]
        for name in ("criteria", "dispersion", "is_serious", "is_safety", "wants_8d"):
            self.initial.setdefault(name, getattr(self.issue, name))


class AssignForm(IssueForm):
    """The dedicated follower (NCR-15)."""

    owner = people(_("Follower"))

    def prepare(self) -> None:
        self.initial.setdefault("owner", self.issue.owner_id)


class TeamForm(IssueForm):
    """The investigation team (CAP-01)."""

    wide_fields = ("members",)
    leader = people(_("Leader (takes no part in the approval)"))
    members = forms.ModelMultipleChoiceField(User.objects.none(), label=_("Members"), required=False)


class AttributeForm(IssueForm):
    """Cause category, mechanism, responsible unit and person (NCR-21)."""

    cause_category = forms.ModelChoiceField(CauseCategory.objects.none(), label=_("Cause category"), required=False)
    mechanism = forms.ModelChoiceField(FailureMechanism.objects.none(), label=_("Failure mechanism"), required=False)
    department = units(_("Responsible unit"), required=False)
    responsible = people(_("Responsible person"), required=False)

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["cause_category"].queryset = usable(CauseCategory, self.issue.line)
        fields["mechanism"].queryset = usable(FailureMechanism, self.issue.line)
        for name in self.fields:
            self.initial.setdefault(name, getattr(self.issue, f"{name}_id"))


class ResponsibilityForm(IssueForm):
    """Internal or external (QIS-09)."""

    wide_fields = ("reason",)
    responsibility = forms.ChoiceField(
        label=_("Responsibility"), choices=Responsibility.choices[1:], widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=area(2))


class ReasonForm(IssueForm):
    """A step that needs nothing but its reason."""

    wide_fields = ("reason",)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=area(2))
