"""What people type about a case; the rules live in the services."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.files.forms import FilesField
from bihuan.core.policy.schema import Profile
from bihuan.core.policy.schema.papers import CustomField
from bihuan.registry.customers.models import Customer
from bihuan.registry.faults.models import CauseCategory, FailureMechanism, Position, Symptom
from bihuan.registry.faults.queries import usable
from bihuan.registry.people.models import Department, User
from bihuan.registry.people.queries import staff
from bihuan.registry.products.models import ProductLine, ProductModel
from bihuan.service.desk.models import (
    Case,
    ConsentMeans,
    Decision,
    Nature,
    Payer,
    RemoteMeans,
    SolutionKind,
)  # fmt: skip
from bihuan.service.desk.services.talk import Purpose

BLANK = [("", "—")]
EVIDENCE = {"image", "video", "audio", "pdf", "document", "text", "mail", "archive"}
PURPOSES = [
    (Purpose.ANSWER, _("Answer")),
    (Purpose.CONTACT, _("Contact only")),
    (Purpose.PROGRESS, _("Progress")),
    (Purpose.QUESTION, _("Question to the customer")),
]
MEANS = [
    ("email", _("E-mail (is sent now)")),
    ("phone", _("Telephone (record what was said)")),
    ("chat", _("Chat")),
]


class MomentInput(forms.DateTimeInput):
    """A time picker of the browser."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class DayInput(forms.DateInput):
    """A day picker of the browser."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def area(rows: int = 3) -> forms.Textarea:
    """A text of several lines."""
    return forms.Textarea(attrs={"rows": rows})


def levels(rules: Profile, scale: str) -> list[tuple[Any, Any]]:
    """A scale as choices, in the company's own words."""
    return [*BLANK, *((step.level, step.name) for step in getattr(rules.scales, scale))]


def for_line(rows: Any, line: ProductLine | None) -> list[tuple[Any, Any]]:
    """Types or categories that apply to a product line."""
    code = line.code if line else ""
    return [
        *BLANK,
        *((row.code, row.name) for row in rows if not row.product_lines or code in row.product_lines),
    ]


class CaseForm(forms.Form):
    """A form about one case."""

    wide_fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        self.case = case
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices from the case's rules."""


def build_custom(field: CustomField) -> forms.Field:
    """Make the form field of a custom field (D34)."""
    common: dict[str, Any] = {"label": field.name, "required": field.required}
    match field.type:
        case "long_text":
            return forms.CharField(widget=area(), max_length=2000, **common)
        case "number":
            return forms.FloatField(**common)
        case "date":
            return forms.DateField(widget=DayInput(), **common)
        case "datetime":
            return forms.DateTimeField(widget=MomentInput(), **common)
        case "choice":
            return forms.ChoiceField(choices=[*BLANK, *((name, name) for name in field.choices)], **common)
        case "yes_no":
            return forms.BooleanField(**{**common, "required": False})
        case _:
            return forms.CharField(max_length=120, **common)


def custom_values(cleaned: dict[str, Any]) -> dict[str, Any]:
    """The custom values of a cleaned form, ready for JSON."""
    return {
        name[2:]: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in cleaned.items()
        if name.startswith("c_") and value not in {None, ""}
    }


class RegisterForm(forms.Form):
    """A new case by telephone, at the counter, by letter or relayed; the words and a way back are enough (INT-15)."""

    wide_fields: ClassVar[tuple[str, ...]] = ("description", "summary")

    channel = forms.ChoiceField(label=_("Channel"))
    contact_phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    contact_name = forms.CharField(label=_("Contact"), max_length=60, required=False)
    contact_email = forms.EmailField(label=_("E-mail"), required=False)
    serial_text = forms.CharField(label=_("Serial no."), max_length=60, required=False)
    line = forms.ModelChoiceField(ProductLine.objects.filter(is_active=True), label=_("Product line"), required=False)
    description = forms.CharField(label=_("Problem description"), widget=area(4), max_length=100_000)
    service_type = forms.ChoiceField(label=_("Service type"), required=False)
    urgency = forms.TypedChoiceField(label=_("Urgency"), coerce=int, empty_value=None, required=False)
    customer = forms.ModelChoiceField(
        Customer.objects.none(), label=_("Customer"), required=False, widget=forms.HiddenInput
    )
    reporter_name = forms.CharField(label=_("Reported by (if not the contact)"), max_length=60, required=False)
    complained_at = forms.DateTimeField(label=_("Time of complaint"), widget=MomentInput(), required=False)
    purchased_on = forms.DateField(label=_("Purchase date"), widget=DayInput(), required=False)
    position_text = forms.CharField(label=_("Position on the product"), max_length=80, required=False)
    impact_text = forms.CharField(label=_("Consequence for the customer"), max_length=200, required=False)
    rings = forms.IntegerField(label=_("Rings before the answer"), min_value=0, max_value=99, required=False)
    wait_seconds = forms.IntegerField(label=_("Waiting time (s)"), min_value=0, max_value=7200, required=False)

    def __init__(
        self, *args: Any, rules: Profile, line: ProductLine | None, custom: list[CustomField], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.choice("channel").choices = [(row.code, row.name) for row in rules.channels if row.enabled]
        self.choice("service_type").choices = for_line(rules.service_types, line)
        self.choice("urgency").choices = levels(rules, "urgency")
        self.fields["customer"].queryset = Customer.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["description"].widget.attrs["autofocus"] = True
        for field in custom:
            self.fields[f"c_{field.code}"] = build_custom(field)

    def choice(self, name: str) -> forms.ChoiceField:
        """A field of choices by its name."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - narrows the type
        return field

    def clean(self) -> dict[str, Any]:
        """A case without any way back could never be answered."""
        data = super().clean() or {}
        if not any(data.get(name) for name in ("contact_phone", "contact_email", "contact_name", "customer")):
            raise ValidationError(_("Give a telephone number, an e-mail address or at least a name."))
        return data

    def clean_complained_at(self) -> datetime | None:
        """A complaint lies in the past."""
        value: datetime | None = self.cleaned_data["complained_at"]
        if value and value > timezone.now():
            raise ValidationError(_("This lies in the future."))
        return value


class TriageForm(CaseForm):
    """The judgement of a case (TRI-*)."""

    nature = forms.ChoiceField(label=_("Misuse or defect"), choices=Nature.choices[1:], widget=forms.RadioSelect)
    service_type = forms.ChoiceField(label=_("Service type"))
    category = forms.ChoiceField(label=_("Problem category"), required=False)
    urgency = forms.TypedChoiceField(label=_("Urgency"), coerce=int)
    severity = forms.TypedChoiceField(label=_("Severity"), coerce=int)
    impact = forms.TypedChoiceField(label=_("Impact"), coerce=int)
    symptom = forms.ModelChoiceField(Symptom.objects.none(), label=_("Symptom"), required=False)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Handler"), required=False)
    is_safety = forms.BooleanField(label=_("Danger to persons"), required=False)
    is_risk = forms.BooleanField(label=_("Reputation or legal risk"), required=False)

    def prepare(self) -> None:
        rules, case = self.case.policy, self.case
        fields: dict[str, Any] = self.fields
        fields["service_type"].choices = for_line(rules.service_types, case.line)[1:]
        fields["category"].choices = for_line(rules.categories, case.line)
        for scale in ("urgency", "severity", "impact"):
            fields[scale].choices = levels(rules, scale)
        fields["symptom"].queryset = usable(Symptom, case.line)
        fields["owner"].queryset = staff()
        for name in self.fields:
            value = getattr(case, name)
            self.initial.setdefault(name, None if value == Nature.UNKNOWN else value)


class AssignForm(CaseForm):
    """Give the case to somebody."""

    wide_fields = ("note",)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Handler"))
    note = forms.CharField(label=_("Remark"), max_length=200, required=False)

    def prepare(self) -> None:
        self.fields["owner"].queryset = staff()  # type: ignore[attr-defined]


class ReplyForm(CaseForm):
    """A word to the customer."""

    wide_fields = ("text",)
    text = forms.CharField(label=_("Text to the customer"), widget=area(5), max_length=20_000)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=PURPOSES)
    means = forms.ChoiceField(label=_("By"), choices=MEANS)

    def prepare(self) -> None:
        self.initial.setdefault("means", "email" if self.case.contact_email else "phone")


class NoteForm(CaseForm):
    """An internal note with evidence."""

    wide_fields = ("text", "uploads")
    text = forms.CharField(label=_("Internal note (the customer never sees it)"), widget=area(), max_length=20_000)
    uploads = FilesField(label=_("Photos and files"), required=False, allow=EVIDENCE)


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


class DelayForm(CaseForm):
    """A possible delay, told in time (SLA-18)."""

    wide_fields = ("text",)
    reason = forms.ChoiceField(label=_("Reason"))
    expected_at = forms.DateTimeField(label=_("Expected now"), widget=MomentInput())
    text = forms.CharField(label=_("Message to the customer"), widget=area(3))

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["reason"].choices = [(row.code, row.name) for row in self.case.policy.delay_reasons]


class EditForm(CaseForm):
    """The facts of a case."""

    wide_fields = ("summary", "description")
    summary = forms.CharField(label=_("Summary"), max_length=120)
    description = forms.CharField(label=_("Problem description"), widget=area(5), required=False, max_length=100_000)
    contact_name = forms.CharField(label=_("Contact"), max_length=60, required=False)
    contact_phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    contact_email = forms.EmailField(label=_("E-mail"), required=False)
    serial_text = forms.CharField(label=_("Serial no. as told"), max_length=60, required=False)
    line = forms.ModelChoiceField(ProductLine.objects.filter(is_active=True), label=_("Product line"), required=False)
    model = forms.ModelChoiceField(
        ProductModel.objects.filter(is_active=True), label=_("Product model"), required=False
    )
    purchased_on = forms.DateField(label=_("Purchase date"), widget=DayInput(), required=False)
    complained_at = forms.DateTimeField(label=_("Time of complaint"), widget=MomentInput())
    position_text = forms.CharField(label=_("Position on the product"), max_length=80, required=False)
    impact_text = forms.CharField(label=_("Consequence for the customer"), max_length=200, required=False)

    def prepare(self) -> None:
        for name in self.fields:
            value = getattr(self.case, name)
            self.initial.setdefault(name, timezone.localtime(value) if isinstance(value, datetime) else value)
