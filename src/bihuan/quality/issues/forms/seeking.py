"""Looking for causes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.files.forms import FilesField
from bihuan.quality.issues.forms.base import IssueForm
from bihuan.quality.issues.models import Bone, Cause, CauseKind, CauseState, FactKind, FindingKind
from bihuan.ui.inputs import area


class FindingForm(IssueForm):
    """A survey, a test, an expert review with its evidence."""

    wide_fields = ("text", "uploads")
    kind = forms.ChoiceField(label=_("Kind"), choices=FindingKind.choices)
    place = forms.CharField(label=_("Place"), max_length=120, required=False)
    text = forms.CharField(label=_("What was found"), max_length=4000, widget=area())
    uploads = FilesField(label=_("Evidence"), required=False)


class FactForm(IssueForm):
    """A row of 5W1H with is and is not (CAP-03)."""

    wide_fields = ("is_text", "is_not", "difference")
    kind = forms.ChoiceField(label=_("Question"), choices=FactKind.choices)
    is_text = forms.CharField(label=_("Is"), max_length=300)
    is_not = forms.CharField(label=_("Is not"), max_length=300, required=False)
    difference = forms.CharField(label=_("What differs or changed"), max_length=300, required=False)


class CauseForm(IssueForm):
    """A suspected cause on a bone, or one why deeper (CAP-03)."""

    wide_fields = ("text",)
    text = forms.CharField(label=_("Suspected cause"), max_length=200)
    bone = forms.ChoiceField(label=_("Category"), choices=Bone.choices)
    kind = forms.ChoiceField(label=_("Kind of cause"), choices=CauseKind.choices)
    parent = forms.ModelChoiceField(
        Cause.objects.none(), label=_("Why? (explains this cause)"), required=False, empty_label="—"
    )

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        rows = self.issue.causes.filter(cycle=self.issue.cycle)
        fields["parent"].queryset = rows.exclude(state=CauseState.REJECTED)


class DecideCauseForm(IssueForm):
    """Confirming or rejecting by evidence."""

    wide_fields = ("evidence", "uploads")
    cause = forms.ModelChoiceField(Cause.objects.none(), label=_("Cause"))
    confirmed = forms.TypedChoiceField(
        label=_("Judgement"), choices=[("1", _("Confirmed")), ("0", _("Rejected"))], coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )  # fmt: skip
    evidence = forms.CharField(label=_("Evidence"), max_length=2000, widget=area(2))
    uploads = FilesField(label=_("Files"), required=False)

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["cause"].queryset = self.issue.causes.filter(cycle=self.issue.cycle, state=CauseState.OPEN)
