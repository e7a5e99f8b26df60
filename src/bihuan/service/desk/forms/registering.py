"""Registering a case and correcting its facts."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.policy.schema import Profile
from bihuan.core.policy.schema.papers import CustomField
from bihuan.core.policy.schema.service import Channel, ChannelKind
from bihuan.registry.customers.models import Customer
from bihuan.registry.products.forms import CustomerNumber, UnitField
from bihuan.registry.products.models import ProductLine, ProductModel
from bihuan.service.desk.forms.base import CaseForm, for_line, levels
from bihuan.service.intake.models import CallOutcome
from bihuan.ui.inputs import BLANK, DayInput, MomentInput, area, only_when


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
        self.fields["contact_phone"].widget.attrs["autofocus"] = True
        for field in custom:
            self.fields[f"c_{field.code}"] = build_custom(field)
        self._tell_limits(rules, rules.channel(str(self["channel"].value())))

    def _tell_limits(self, rules: Profile, channel: Channel | None) -> None:
        """What is noted of a call belongs to a call; who notes it sees how long he may wait there (INT-14)."""
        phones = [row.code for row in rules.channels if row.enabled and row.kind == ChannelKind.PHONE]
        is_phone = channel is not None and channel.kind == ChannelKind.PHONE
        limits = {"rings": channel and channel.max_rings, "wait_seconds": channel and channel.max_wait_seconds}
        for name, most in limits.items():
            only_when(self.fields[name], "channel", *phones)
            if most and is_phone:
                self.fields[name].help_text = _("At most %(most)s here.") % {"most": most}

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


class MissedCallForm(forms.Form):
    """A call that nobody took: it counts against the connect rate of its channel (INT-14)."""

    channel = forms.ChoiceField(label=_("Channel"))
    outcome = forms.ChoiceField(
        label=_("What became of it"),
        choices=[(row.value, row.label) for row in (CallOutcome.MISSED, CallOutcome.ABANDONED)],
    )
    began_at = forms.DateTimeField(label=_("Time of the call"), widget=MomentInput())
    caller = forms.CharField(label=_("Caller's number"), max_length=40, required=False)
    rings = forms.IntegerField(label=_("Rings"), min_value=0, max_value=99, required=False)
    wait_seconds = forms.IntegerField(label=_("Waiting time (s)"), min_value=0, max_value=7200, required=False)

    def __init__(self, *args: Any, rules: Profile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phones = [row for row in rules.channels if row.enabled and row.kind == ChannelKind.PHONE]
        self.fields["channel"].choices = [(row.code, row.name) for row in phones]  # type: ignore[attr-defined]
        self.fields["began_at"].initial = timezone.localtime

    def clean_began_at(self) -> datetime:
        """A call that was missed lies in the past."""
        value: datetime = self.cleaned_data["began_at"]
        if value > timezone.now():
            raise ValidationError(_("This lies in the future."))
        return value


class EditForm(CaseForm):
    """The facts of a case."""

    wide_fields = ("summary", "description")
    summary = forms.CharField(label=_("Summary"), max_length=120)
    description = forms.CharField(label=_("Problem description"), widget=area(5), required=False, max_length=100_000)
    customer = CustomerNumber(label=_("customer (number or name)"), max_length=120, required=False)
    contact_name = forms.CharField(label=_("Contact"), max_length=60, required=False)
    contact_phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    contact_email = forms.EmailField(label=_("E-mail"), required=False)
    unit = UnitField(label=_("Unit (serial no.)"), max_length=60, required=False)
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
        case = self.case
        self.initial.setdefault("customer", case.customer.code if case.customer else "")
        self.initial.setdefault("unit", case.unit.serial if case.unit else "")
        for name in self.fields:
            value = getattr(case, name)
            self.initial.setdefault(name, timezone.localtime(value) if isinstance(value, datetime) else value)
