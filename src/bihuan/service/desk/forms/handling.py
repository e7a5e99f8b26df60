"""Finding out, solving, working, accepting."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.files.forms import FilesField
from bihuan.registry.people.models import Department, User
from bihuan.registry.people.queries import staff
from bihuan.service.desk.forms.base import CaseForm
from bihuan.service.desk.models import (
    ConsentMeans,
    Decision,
    Payer,
    RemoteMeans,
    SolutionKind,
)  # fmt: skip
from bihuan.service.desk.services.evidence import EVIDENCE
from bihuan.ui.inputs import MomentInput, area


class RemoteForm(CaseForm):
    """A remote support session (WO-06)."""

    wide_fields = ("steps",)
    means = forms.ChoiceField(label=_("Means"), choices=RemoteMeans.choices)
    began_at = forms.DateTimeField(label=_("Began at"), widget=MomentInput(), initial=timezone.now)
    minutes = forms.IntegerField(label=_("Duration (min)"), min_value=0, max_value=10_000)
    downtime_minutes = forms.IntegerField(label=_("Customer's downtime (min)"), min_value=0, required=False)
    steps = forms.CharField(label=_("Communication and operating steps"), widget=area(4))
    solved = forms.BooleanField(label=_("This solved the problem"), required=False)


class DiagnosisForm(CaseForm):
    """The end of a diagnosis (WO-04)."""

    wide_fields = ("findings", "cause")
    findings = forms.CharField(label=_("Findings"), widget=area())
    cause = forms.CharField(label=_("Cause"), widget=area())
    parts = forms.CharField(label=_("Spare parts needed"), max_length=300, required=False)
    tools = forms.CharField(label=_("Tools needed"), max_length=300, required=False)
    skills = forms.CharField(label=_("Skills needed"), max_length=300, required=False)
    estimated_hours = forms.DecimalField(
        label=_("Estimated hours"), min_value=0, max_digits=7, decimal_places=1, required=False
    )
    structural_damage = forms.BooleanField(label=_("Major structural damage"), required=False)
    endangers_production = forms.BooleanField(label=_("Endangers production safety"), required=False)
    needs_onsite = forms.BooleanField(label=_("Needs service on site"), required=False)


class ConveneForm(CaseForm):
    """Invite to a technical consultation (WO-05)."""

    wide_fields = ("topic", "departments")
    topic = forms.CharField(label=_("Question"), max_length=200)
    departments = forms.ModelMultipleChoiceField(
        Department.objects.filter(is_active=True),
        label=_("Departments"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    users = forms.ModelMultipleChoiceField(User.objects.none(), label=_("People"), required=False)
    experts = forms.CharField(label=_("Outside experts (names, separated by comma)"), max_length=200, required=False)
    answer_by = forms.DateTimeField(label=_("Opinions wanted by"), widget=MomentInput())

    def prepare(self) -> None:
        self.fields["users"].queryset = staff()  # type: ignore[attr-defined]
        self.initial.setdefault("answer_by", timezone.localtime() + timedelta(days=1))

    def clean_experts(self) -> list[str]:
        """Names, separated by comma."""
        text = self.cleaned_data["experts"].replace("，", ",").replace("、", ",")
        return [name.strip() for name in text.split(",") if name.strip()]


class ConcludeForm(CaseForm):
    """The conclusion of a consultation."""

    wide_fields = ("causes", "conclusion", "resources")
    causes = forms.CharField(label=_("Possible causes"), widget=area())
    conclusion = forms.CharField(label=_("Conclusion"), widget=area())
    resources = forms.CharField(label=_("People, parts and tools needed"), widget=area(2), required=False)


class SolutionForm(CaseForm):
    """A version of the solution (SOL-02)."""

    wide_fields = ("cause", "steps", "materials", "tools", "onsite_reason", "commitment")
    kind = forms.ChoiceField(label=_("Kind of remedy"), choices=SolutionKind.choices)
    payer = forms.ChoiceField(label=_("Cost borne by"), choices=Payer.choices[1:])
    cause = forms.CharField(label=_("Cause in words for the customer"), widget=area(2))
    steps = forms.CharField(label=_("Handling steps"), widget=area(4))
    hours = forms.DecimalField(label=_("Handling time (h)"), min_value=0, max_digits=7, decimal_places=1)
    cost = forms.DecimalField(label=_("Estimated cost (CNY)"), min_value=0, max_digits=12, decimal_places=2, initial=0)
    planned_start = forms.DateTimeField(label=_("Planned start"), widget=MomentInput(), required=False)
    logistics = forms.CharField(label=_("Logistics for return to factory"), max_length=300, required=False)
    materials = forms.CharField(label=_("Materials and spare parts"), widget=area(2), required=False)
    tools = forms.CharField(label=_("Tools"), widget=area(2), required=False)
    commitment = forms.CharField(label=_("Service commitment that applies"), max_length=200, required=False)
    is_onsite = forms.BooleanField(label=_("Service on site"), required=False)
    onsite_reason = forms.CharField(label=_("Why remote help is not enough"), max_length=200, required=False)


class ConsentForm(CaseForm):
    """The customer's decision, told to us (SOL-03)."""

    wide_fields = ("opinion", "evidence")
    decision = forms.ChoiceField(label=_("Decision"), choices=Decision.choices, widget=forms.RadioSelect)
    means = forms.ChoiceField(label=_("How the customer said it"), choices=ConsentMeans.choices[1:])
    person = forms.CharField(label=_("Name of the person who decides"), max_length=60)
    opinion = forms.CharField(label=_("Opinion or objection"), widget=area(2), required=False)
    evidence = FilesField(
        label=_("Signature or recording"), required=False, most=1, allow={"image", "audio", "pdf", "video"}
    )


class WorkForm(CaseForm):
    """A step of the work (WO-28)."""

    wide_fields = ("text", "uploads")
    text = forms.CharField(label=_("What was done"), widget=area())
    minutes = forms.IntegerField(label=_("Time spent (min)"), min_value=0, initial=0)
    is_public = forms.BooleanField(label=_("Show to the customer"), required=False, initial=True)
    uploads = FilesField(label=_("Photos and files"), required=False, allow=EVIDENCE)


class CustomerAcceptanceForm(CaseForm):
    """The customer's acceptance, on our device (ACC-01..07)."""

    wide_fields = ("run_test", "opinion", "signature")
    passed = forms.TypedChoiceField(
        label=_("Result"), choices=[("yes", _("Accepted")), ("no", _("Not accepted"))], widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )  # fmt: skip
    person = forms.CharField(label=_("Signed by"), max_length=60)
    demonstrated = forms.BooleanField(label=_("Result demonstrated, precautions explained"), required=False)
    site_cleaned = forms.BooleanField(label=_("Site cleaned"), required=False)
    run_test = forms.CharField(label=_("Run or trial test and its result"), widget=area(2), required=False)
    process_score = forms.IntegerField(label=_("Process (1–5)"), min_value=1, max_value=5, required=False)
    result_score = forms.IntegerField(label=_("Result (1–5)"), min_value=1, max_value=5, required=False)
    attitude_score = forms.IntegerField(label=_("Attitude (1–5)"), min_value=1, max_value=5, required=False)
    opinion = forms.CharField(label=_("Opinion"), widget=area(2), required=False)
    signature = FilesField(label=_("Photo of the signed sheet"), required=False, most=1, allow={"image", "pdf"})


class InternalAcceptanceForm(CaseForm):
    """The internal acceptance (ACC-06)."""

    wide_fields = ("opinion",)
    quality_ok = forms.BooleanField(label=_("Repair quality is right"), required=False)
    records_ok = forms.BooleanField(label=_("Service records are complete"), required=False)
    satisfaction_ok = forms.BooleanField(label=_("The customer is satisfied"), required=False)
    opinion = forms.CharField(label=_("What is not right yet"), widget=area(2), required=False)
