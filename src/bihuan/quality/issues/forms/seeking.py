"""Looking for causes."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.files.forms import FilesField
from bihuan.quality.issues.forms.base import IssueForm
from bihuan.quality.issues.models import Bone, Cause, CauseKind, CauseState, FactKind, FindingKind, ReturnedPart
from bihuan.ui.inputs import MomentInput, area


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
    kind = forms.ChoiceField(label=_("Aspect"), choices=FactKind.choices)
    is_text = forms.CharField(label=_("Is"), max_length=300)
    is_not = forms.CharField(label=_("Is not"), max_length=300, required=False)
    difference = forms.CharField(label=_("What differs or changed"), max_length=300, required=False)


class FlowForm(IssueForm):
    """The next step of the process (CAP-03)."""

    wide_fields = ("control",)
    text = forms.CharField(label=_("Step"), max_length=60)
    is_suspect = forms.BooleanField(label=_("The problem may arise or escape here"), required=False)
    control = forms.CharField(label=_("How it is controlled"), max_length=200, required=False)


class PartForm(IssueForm):
    """A returned part (SLA-04)."""

    name = forms.CharField(label=_("Part or product"), max_length=120)
    serial = forms.CharField(label=_("Serial no."), max_length=60, required=False)
    received_at = forms.DateTimeField(label=_("Received at"), widget=MomentInput())

    def prepare(self) -> None:
        self.initial.setdefault("received_at", timezone.localtime().replace(second=0, microsecond=0))


class AnalyseForm(IssueForm):
    """What the test of a returned part showed."""

    wide_fields = ("result", "uploads")
    part = forms.ModelChoiceField(ReturnedPart.objects.none(), label=_("Returned part"))
    is_confirmed = forms.TypedChoiceField(
        label=_("Fault"), choices=[("1", _("Confirmed")), ("0", _("No fault found"))],
        coerce=lambda value: value == "1", widget=forms.RadioSelect,
    )  # fmt: skip
    result = forms.CharField(label=_("What the test showed"), max_length=2000, widget=area(2))
    uploads = FilesField(label=_("Evidence"), required=False)

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["part"].queryset = self.issue.parts.filter(analysed_at__isnull=True).select_related("issue")


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
