"""Planning and carrying out measures."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.files.forms import FilesField
from bihuan.quality.issues.forms.base import IssueForm, people, units
from bihuan.quality.issues.models import (
    ActionKind,
    ActionState,
    Cause,
    CauseState,
    Location,
    Means,
    Measure,
    Reply,
    TechnicalChange,
)
from bihuan.ui.inputs import DayInput, MomentInput, area

MOST = 10_000_000


class ContainForm(IssueForm):
    """What was found, sorted and bad at one place."""

    location = forms.ChoiceField(label=_("Location"), choices=Location.choices)
    found = forms.IntegerField(label=_("Found"), min_value=0, max_value=MOST)
    sorted_out = forms.IntegerField(label=_("Sorted"), min_value=0, max_value=MOST)
    bad = forms.IntegerField(label=_("Bad"), min_value=0, max_value=MOST)
    remark = forms.CharField(label=_("Remark"), max_length=200, required=False)


class MeasureForm(IssueForm):
    """A measure with owner, due date and goal (CAP-06)."""

    wide_fields = ("text", "goal")
    kind = forms.ChoiceField(label=_("Kind"), choices=ActionKind.choices)
    means = forms.ChoiceField(label=_("By what"), choices=Means.choices, required=False)
    cause = forms.ModelChoiceField(Cause.objects.none(), label=_("Against the cause"), required=False)
    text = forms.CharField(label=_("Measure"), max_length=2000, widget=area(2))
    goal = forms.CharField(label=_("Goal"), max_length=200)
    owner = people(_("Responsible person"))
    due_at = forms.DateTimeField(label=_("Due"), widget=MomentInput())

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["cause"].queryset = self.issue.causes.filter(cycle=self.issue.cycle, state=CauseState.CONFIRMED)


class EndMeasureForm(IssueForm):
    """Reporting a measure with its evidence."""

    wide_fields = ("result", "uploads")
    measure = forms.ModelChoiceField(Measure.objects.none(), label=_("Measure"))
    done = forms.TypedChoiceField(
        label=_("Outcome"), choices=[("1", _("Done")), ("0", _("Dropped"))], coerce=lambda value: value == "1",
        initial="1",
    )  # fmt: skip
    result = forms.CharField(label=_("What was done"), max_length=2000, widget=area(2))
    uploads = FilesField(label=_("Evidence"), required=False)

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["measure"].queryset = self.issue.measures.filter(state=ActionState.OPEN).select_related("issue")


class ProgressForm(IssueForm):
    """How far a measure is (CAP-17)."""

    wide_fields = ("trouble",)
    measure = forms.ModelChoiceField(Measure.objects.none(), label=_("Measure"))
    progress = forms.IntegerField(label=_("Progress in per cent"), min_value=0, max_value=100)
    trouble = forms.CharField(label=_("What is in the way?"), max_length=300, required=False)

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["measure"].queryset = self.issue.measures.filter(state=ActionState.OPEN).select_related("issue")


class AdoptForm(IssueForm):
    """Taking a measure into the quality management system (CAP-11)."""

    measure = forms.ModelChoiceField(Measure.objects.none(), label=_("Measure"))
    document = forms.CharField(label=_("Document that holds it from now on"), max_length=120)

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        rows = self.issue.measures.filter(state=ActionState.DONE, adopted_at__isnull=True)
        fields["measure"].queryset = rows.select_related("issue")


class ChangeForm(IssueForm):
    """A technical change document (QIS-11)."""

    wide_fields = ("title", "before", "after", "uploads")
    title = forms.CharField(label=_("Title"), max_length=120)
    before = forms.CharField(label=_("Before"), max_length=2000, required=False, widget=area(2))
    after = forms.CharField(label=_("After"), max_length=2000, widget=area(2))
    department = units(_("Production unit"))
    due_at = forms.DateTimeField(label=_("To be executed by"), widget=MomentInput())
    uploads = FilesField(label=_("Files"), required=False)


class PickChangeForm(IssueForm):
    """Confirming the receipt of a change."""

    change = forms.ModelChoiceField(TechnicalChange.objects.none(), label=_("Technical change"))

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["change"].queryset = self.issue.changes.filter(received_at__isnull=True).select_related("issue")


class ExecuteForm(IssueForm):
    """From which day on a change is executed."""

    change = forms.ModelChoiceField(TechnicalChange.objects.none(), label=_("Technical change"))
    executed_on = forms.DateField(label=_("Executed on"), widget=DayInput())

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        rows = self.issue.changes.filter(received_at__isnull=False, executed_on__isnull=True)
        fields["change"].queryset = rows.select_related("issue")


class RequestReplyForm(IssueForm):
    """Asking a department (SLA-14)."""

    wide_fields = ("question",)
    department = units(_("Department"))
    due_at = forms.DateTimeField(label=_("Due"), widget=MomentInput())
    question = forms.CharField(label=_("To be answered"), max_length=2000, required=False, widget=area(2))


class ReplyForm(IssueForm):
    """The reply block of a department (NCR-10)."""

    wide_fields = ("cause", "disposition", "corrective", "preventive", "need")
    reply = forms.ModelChoiceField(Reply.objects.none(), label=_("Asked"))
    done_on = forms.DateField(label=_("Completion date"), required=False, widget=DayInput())
    cause = forms.CharField(label=_("Cause analysis"), max_length=2000, required=False, widget=area(2))
    disposition = forms.CharField(label=_("Disposition"), max_length=2000, required=False, widget=area(2))
    corrective = forms.CharField(label=_("Corrective measure"), max_length=2000, required=False, widget=area(2))
    preventive = forms.CharField(label=_("Preventive measure"), max_length=2000, required=False, widget=area(2))
    need = forms.CharField(label=_("Customer's needs (sales)"), max_length=2000, required=False, widget=area(2))

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        rows = self.issue.replies.filter(replied_at__isnull=True)
        fields["reply"].queryset = rows.select_related("issue", "department")


class PickReplyForm(IssueForm):
    """Confirming a reply before the customer is answered (QIS-15)."""

    reply = forms.ModelChoiceField(Reply.objects.none(), label=_("Reply"))

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        rows = self.issue.replies.filter(replied_at__isnull=False, confirmed_at__isnull=True)
        fields["reply"].queryset = rows.select_related("issue", "department")
