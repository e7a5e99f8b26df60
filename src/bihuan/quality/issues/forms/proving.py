"""8D, breakpoint, effect, ruling."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.files.forms import FilesField
from bihuan.quality.issues.forms.base import IssueForm, people
from bihuan.quality.issues.models import Breakpoint, Discipline, DisciplineState, Method
from bihuan.quality.issues.services.proving import BREAKPOINT_FIELDS, counted
from bihuan.registry.products.models import Batch
from bihuan.ui.inputs import DayInput, area, only_when

YES_NO = [("1", _("Accept")), ("0", _("Reject"))]


class _OfDiscipline(IssueForm):
    """A form about one discipline in some states."""

    states: tuple[str, ...] = ()
    row = forms.ModelChoiceField(Discipline.objects.none(), label=_("Discipline"))

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["row"].queryset = self.issue.disciplines.filter(state__in=self.states).select_related("issue")


class DisciplineForm(_OfDiscipline):
    """Handing in a discipline."""

    wide_fields = ("text", "uploads")
    states = (DisciplineState.OPEN,)
    text = forms.CharField(label=_("Text"), max_length=6000, widget=area(4))
    uploads = FilesField(label=_("Evidence"), required=False)


class DisciplineOwnerForm(_OfDiscipline):
    """Giving a discipline to its owner."""

    states = (DisciplineState.OPEN, DisciplineState.SUBMITTED)
    owner = people(_("Responsible person"))


class JudgeDisciplineForm(_OfDiscipline):
    """The gate of a discipline."""

    wide_fields = ("remark",)
    states = (DisciplineState.SUBMITTED, DisciplineState.ACCEPTED)
    accepted = forms.TypedChoiceField(
        label=_("Decision"), choices=YES_NO, coerce=lambda value: value == "1", widget=forms.RadioSelect
    )
    remark = forms.CharField(label=_("Remark (needed for a rejection)"), max_length=300, required=False)


class BreakpointForm(IssueForm):
    """From where on products carry the remedy."""

    breakpoint_kind = forms.ChoiceField(label=_("Breakpoint"), choices=Breakpoint.choices[1:])
    breakpoint_on = forms.DateField(label=_("Made from this day on"), required=False, widget=DayInput())
    breakpoint_batch = forms.ModelChoiceField(Batch.objects.none(), label=_("From this batch on"), required=False)
    breakpoint_serial = forms.CharField(label=_("From this serial no. on"), max_length=60, required=False)
    needed_exposure = forms.IntegerField(
        label=_("Units needed for the proof (empty: as the rules give)"), min_value=1, max_value=10_000_000,
        required=False,
    )  # fmt: skip

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        rows = Batch.objects.filter(model=self.issue.model_id) if self.issue.model_id else Batch.objects.none()
        for kind, name in BREAKPOINT_FIELDS.items():
            only_when(fields[name], "breakpoint_kind", kind)
        fields["breakpoint_batch"].queryset = rows.select_related("model").order_by("-produced_on")


class CheckForm(IssueForm):
    """Judging the effect; the numbers come from the counts."""

    wide_fields = ("remark",)
    remark = forms.CharField(
        label=_("Remark (customers, sampling, audit)"), max_length=2000, required=False, widget=area(2)
    )

    def prepare(self) -> None:
        counts, needed = counted(self.issue)
        self.fields["remark"].help_text = _(
            "Now: of %(exposure)s units made with the remedy %(count)s have failed; "
            "%(mature)s are out for %(days)s days, %(needed)s are needed."
        ) % {
            "exposure": counts.exposure, "count": counts.count, "mature": counts.mature, "needed": needed,
            "days": self.issue.policy.issues.proof.min_days,
        }  # fmt: skip


class EvaluateForm(IssueForm):
    """Customers, a sample or an audit (CAP-09)."""

    wide_fields = ("text", "uploads")
    method = forms.ChoiceField(label=_("Method"), choices=Method.choices)
    asked = forms.IntegerField(label=_("Asked, sampled or audited"), min_value=1, max_value=1_000_000)
    bad = forms.IntegerField(label=_("Not satisfied or not conforming"), min_value=0, max_value=1_000_000)
    text = forms.CharField(label=_("Result"), max_length=2000, widget=area(2))
    is_good = forms.TypedChoiceField(
        label=_("Speaks for the effect"), choices=[("1", _("Yes")), ("0", _("No"))],
        coerce=lambda value: value == "1", widget=forms.RadioSelect,
    )  # fmt: skip
    uploads = FilesField(label=_("Evidence"), required=False)


class RulingForm(IssueForm):
    """The final ruling (NCR-06)."""

    wide_fields = ("reason",)
    upheld = forms.TypedChoiceField(
        label=_("Final ruling"), coerce=lambda value: value == "1", widget=forms.RadioSelect,
        choices=[("1", _("Objection upheld")), ("0", _("Objection dismissed"))],
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=area(2))
