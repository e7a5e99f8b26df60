"""Forms of the quality problem database."""

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.files.forms import FilesField
from bihuan.quality.issues.models import Issue
from bihuan.quality.problems.analysis import SPANS, dimensions
from bihuan.quality.problems.models import ReadAcross, ReadAcrossState
from bihuan.registry.faults.models import FailureMechanism
from bihuan.registry.people.models import User
from bihuan.registry.people.queries import staff
from bihuan.registry.products.models import ProductLine
from bihuan.ui.inputs import MomentInput, area

DAYS = 7


class AskForm(forms.Form):
    """Which lines are asked, who answers, until when."""

    wide_fields: ClassVar[tuple[str, ...]] = ("lines", "question")
    lines = forms.ModelMultipleChoiceField(
        ProductLine.objects.none(), label=_("Product lines"), widget=forms.CheckboxSelectMultiple
    )
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Who answers"))
    due_at = forms.DateTimeField(label=_("Due"), widget=MomentInput())
    question = forms.CharField(
        label=_("Question (empty: does it occur here, or could it?)"), max_length=300, required=False, widget=area(2)
    )

    def __init__(self, *args: Any, issue: Issue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        asked = ReadAcross.objects.filter(issue=issue).values("line")
        fields["lines"].queryset = ProductLine.objects.filter(is_active=True).exclude(pk__in=asked).exclude(
            pk=issue.line_id or 0
        )  # fmt: skip
        fields["owner"].queryset = staff()
        self.initial.setdefault("due_at", timezone.localtime() + timedelta(days=DAYS))


class AnswerForm(forms.Form):
    """What a line found, with its evidence."""

    wide_fields: ClassVar[tuple[str, ...]] = ("state", "finding", "uploads")
    state = forms.ChoiceField(label=_("Answer"), choices=ReadAcrossState.choices[1:], widget=forms.RadioSelect)
    finding = forms.CharField(label=_("What was looked at and found"), max_length=4000, widget=area(4))
    uploads = FilesField(label=_("Evidence"), required=False)


class AgainForm(forms.Form):
    """Why an answer does not convince."""

    wide_fields: ClassVar[tuple[str, ...]] = ("reason",)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=area(2))
    due_at = forms.DateTimeField(label=_("Due"), widget=MomentInput())


class AnalysisForm(forms.Form):
    """What is counted, over which months."""

    by = forms.ChoiceField(label=_("Count by"), required=False)
    line = forms.ModelChoiceField(ProductLine.objects.all(), label=_("Product line"), required=False)
    mechanism = forms.ModelChoiceField(FailureMechanism.objects.all(), label=_("Failure mechanism"), required=False)
    span = forms.TypedChoiceField(
        label=_("Months"), choices=[(months, str(months)) for months in SPANS], coerce=int, required=False,
        empty_value=None,
    )  # fmt: skip
    chart = forms.ChoiceField(
        label=_("Limits"), choices=[("u", _("u chart")), ("laney", _("u' chart (Laney)"))], required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["by"].choices = dimensions()
