"""The forms of costs and vouchers."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.files.forms import FilesField
from bihuan.core.permissions.services import rules_for
from bihuan.quality.cost.ledger import collected
from bihuan.quality.cost.models import CostLine, Kind, Share, VoucherState
from bihuan.quality.cost.services.drafting import HUNDRED, Bearer, Row
from bihuan.quality.cost.services.lines import open_lines
from bihuan.quality.nonconformity.forms import DayInput, RowForm, area, people, units
from bihuan.registry.people.models import Department

MOST_ROWS = 3
NEWEST = 100


def amount(label: Any, *, required: bool = True, **more: Any) -> forms.DecimalField:
    """An amount of money."""
    return forms.DecimalField(
        label=label, min_value=Decimal("0.01"), max_digits=12, decimal_places=2, required=required, **more
    )


def percent(label: Any) -> forms.DecimalField:
    """A share in per cent."""
    return forms.DecimalField(label=label, min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False)


def today_or_before(value: Any) -> Any:
    """A day that has come."""
    if value and value > timezone.localdate():
        raise ValidationError(_("This day has not come yet."))
    return value


class LineForm(RowForm):
    """A cost."""

    wide_fields = ("note",)
    kind = forms.ChoiceField(label=_("Cost class"))
    amount = amount(_("Amount (CNY)"))
    occurred_on = forms.DateField(label=_("Date"), widget=DayInput())
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [(item.code, item.name) for item in rules_for(self.row).cost.classes]
        self.initial.setdefault("occurred_on", timezone.localdate())

    def clean_occurred_on(self) -> Any:
        """A cost has arisen."""
        return today_or_before(self.cleaned_data["occurred_on"])


class LinesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """A choice among the open costs of a subject."""

    def __init__(self, **more: Any) -> None:
        super().__init__(CostLine.objects.none(), widget=forms.CheckboxSelectMultiple, **more)

    def label_from_instance(self, obj: Any) -> str:
        """Class, amount, day and note."""
        name = rules_for(obj.about).cost.class_name(obj.kind)
        return " · ".join(filter(None, (name, f"¥{obj.amount}", str(obj.occurred_on), obj.note)))


class SharesForm(RowForm):
    """Who bears how many per cent: one field for each unit, and a supplier."""

    shares_required: ClassVar[bool] = True
    supplier_name = forms.CharField(label=_("Supplier"), max_length=120, required=False)
    supplier_weight = percent(_("Share of the supplier (%)"))

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        for unit in Department.objects.filter(is_active=True):
            fields[f"unit_{unit.pk}"] = percent(_("%(name)s (%%)") % {"name": unit})
        for share in self.given():
            if share.department_id:
                self.initial.setdefault(f"unit_{share.department_id}", share.weight)
            else:
                self.initial.update(supplier_name=share.supplier_name, supplier_weight=share.weight)

    def given(self) -> list[Share]:
        """The shares as they are."""
        return list(self.row.shares.all())

    def clean(self) -> Any:
        """The shares are a hundred per cent, or, where they may stay as they are, nothing."""
        data = self.cleaned_data
        bearers = bearers_of(data)
        whole = sum((bearer.weight for bearer in bearers), Decimal(0))
        if data.get("supplier_weight") and not data.get("supplier_name"):
            self.add_error("supplier_name", ValidationError(_("Name the supplier.")))
        elif (bearers or self.shares_required) and whole != HUNDRED:
            text = _("The shares must add up to 100 %%, they are %(whole)s %%.") % {"whole": whole}
            first = next(name for name in self.fields if name.startswith("unit_"))
            self.add_error(first, ValidationError(text))
        return data


def bearers_of(data: Mapping[str, Any]) -> list[Bearer]:
    """Those who bear more than nothing, in the order of the fields."""
    weights = {int(name[5:]): value for name, value in data.items() if name.startswith("unit_") and value}
    found = [Bearer(weights[unit.pk], unit) for unit in Department.objects.filter(pk__in=weights)]
    if data.get("supplier_weight"):
        found.append(Bearer(data["supplier_weight"], supplier_name=data.get("supplier_name", "")))
    return found


class TransferForm(SharesForm):
    """《质量事故费用转移单》."""

    wide_fields = ("lines", "description", "basis")
    lines = LinesField(label=_("Costs"))
    description = forms.CharField(label=_("What has happened"), max_length=2000, widget=area())
    basis = forms.CharField(label=_("Basis of the sharing"), max_length=300, required=False)
    occurred_on = forms.DateField(label=_("Date of the event"), widget=DayInput())
    field_order = ("lines", "description", "basis", "occurred_on")

    def given(self) -> list[Share]:
        """Nothing is shared yet; the responsible unit is proposed."""
        return []

    def prepare(self) -> None:
        super().prepare()
        take_lines(self)
        unit = getattr(self.row, "department_id", None)
        self.initial.setdefault("description", getattr(self.row, "title", "") or getattr(self.row, "summary", ""))
        self.initial.setdefault("occurred_on", timezone.localdate())
        if unit is not None:
            self.initial.setdefault(f"unit_{unit}", HUNDRED)
        self.order_fields([*self.field_order, *(name for name in self.fields if name.startswith("unit_"))])

    def clean_occurred_on(self) -> Any:
        """It has happened."""
        return today_or_before(self.cleaned_data["occurred_on"])


def take_lines(form: Any) -> None:
    """Offer the open costs of the subject, all of them chosen."""
    rows = open_lines(form.row).select_related("case", "issue", "sheet")
    form.fields["lines"].queryset = rows
    form.initial.setdefault("lines", [row.pk for row in rows])


class ClaimForm(RowForm):
    """A claim against a supplier."""

    wide_fields = ("lines", "description", "basis")
    lines = LinesField(label=_("Costs"))
    supplier_name = forms.CharField(label=_("Supplier"), max_length=120)
    description = forms.CharField(label=_("What has happened"), max_length=2000, widget=area())
    basis = forms.CharField(label=_("Clause of the contract"), max_length=300, required=False)

    def prepare(self) -> None:
        take_lines(self)
        self.initial.setdefault("supplier_name", getattr(self.row, "supplier_name", ""))
        self.initial.setdefault("description", getattr(self.row, "title", "") or getattr(self.row, "summary", ""))


class CompensationForm(RowForm):
    """A compensation of a customer (CST-10)."""

    wide_fields = ("description",)
    kind = forms.ChoiceField(label=_("Kind of compensation"))
    amount = amount(_("Amount (CNY)"))
    description = forms.CharField(label=_("Reason"), max_length=2000, widget=area())

    def prepare(self) -> None:
        rules = rules_for(self.row).cost
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [(item.code, item.name) for item in rules.compensation_kinds]
        text = _("Up to %(limit)s the department decides itself, above it the general manager.")
        fields["amount"].help_text = text % {"limit": rules.small_compensation}


class WriteOffForm(RowForm):
    """《产品质量处理核销申报表》."""

    wide_fields = ("lines", "description", "uploads")
    lines = LinesField(label=_("Costs"))
    description = forms.CharField(label=_("Problem, appraisal and solution"), max_length=2000, widget=area())
    uploads = FilesField(label=_("Documents collected from the customer"), required=False)

    def prepare(self) -> None:
        take_lines(self)


class ShareField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice among posted shares of which something is left."""

    def label_from_instance(self, obj: Any) -> str:
        """Voucher, bearer and what is left."""
        return f"{obj.voucher.number} · {obj.bearer} · ¥{obj.amount - collected(obj)}"


class DeductionForm(forms.Form):
    """《扣款通知单》: the debtor, the reason, the calculation."""

    wide_fields: ClassVar[tuple[str, ...]] = ("settles", "reason", "clause", "text_1", "text_2", "text_3")
    settles = ShareField(Share.objects.none(), label=_("Collects the share"), required=False,
                         help_text=_("Leave empty for a penalty."))  # fmt: skip
    department = units(_("Unit"), required=False)
    person = people(_("Person"), required=False)
    supplier_name = forms.CharField(label=_("Supplier"), max_length=120, required=False)
    reason = forms.CharField(label=_("Reason and how it was coordinated"), max_length=2000, widget=area(2))
    clause = forms.CharField(label=_("Clause of the contract or rule"), max_length=300)
    way = forms.CharField(label=_("Way of deduction"), max_length=60, required=False)
    month = forms.DateField(label=_("Month of deduction"), widget=DayInput(), required=False)

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        from bihuan.registry.people.queries import staff

        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["person"].queryset = staff()
        posted = Share.objects.filter(voucher__state=VoucherState.POSTED, voucher__kind__in=[Kind.TRANSFER, Kind.CLAIM])
        fields["settles"].queryset = posted.select_related("voucher", "department", "person").order_by("-id")
        for place in range(1, MOST_ROWS + 1):
            first = place == 1
            fields[f"text_{place}"] = forms.CharField(
                label=_("Item %(place)s") % {"place": place}, max_length=120, required=first
            )
            fields[f"quantity_{place}"] = forms.DecimalField(
                label=_("Quantity"), min_value=0, max_digits=12, decimal_places=3, required=first, initial=1
            )
            fields[f"price_{place}"] = amount(_("Price (CNY)"), required=first)
            fields[f"rate_{place}"] = forms.DecimalField(
                label=_("Rate in per cent"), min_value=0, max_value=1000, max_digits=6, decimal_places=2,
                required=first, initial=100,
            )  # fmt: skip

    def clean(self) -> Any:
        """Exactly one debtor, and rows that are whole."""
        data = self.cleaned_data
        debtors = [data.get(name) for name in ("settles", "department", "person", "supplier_name") if data.get(name)]
        if len(debtors) != 1:
            self.add_error("department", ValidationError(_("Choose exactly one debtor.")))
        for place in range(2, MOST_ROWS + 1):
            if data.get(f"text_{place}") and not data.get(f"price_{place}"):
                self.add_error(f"price_{place}", ValidationError(_("This row needs a price.")))
        return data

    def rows(self) -> list[Row]:
        """The rows of the calculation."""
        data = self.cleaned_data
        return [
            Row(data[f"text_{place}"], data[f"price_{place}"], _or(data[f"quantity_{place}"], Decimal(1)),
                _or(data[f"rate_{place}"], HUNDRED))
            for place in range(1, MOST_ROWS + 1)
            if data.get(f"text_{place}")
        ]  # fmt: skip

    def debtor(self) -> Bearer:
        """Who pays."""
        data = self.cleaned_data
        return Bearer(department=data["department"], person=data["person"], supplier_name=data["supplier_name"])


def _or(value: Decimal | None, otherwise: Decimal) -> Decimal:
    return otherwise if value is None else value


class PrepareForm(RowForm):
    """Visit, appraisal and agreement of a large compensation (CST-05)."""

    wide_fields = ("appraisal", "uploads")
    visited_on = forms.DateField(label=_("Visited on"), widget=DayInput())
    supervisor = people(_("Supervisor"))
    technician = people(_("Technician"))
    appraisal = forms.CharField(label=_("Appraisal"), max_length=2000, widget=area(2))
    agreed_with = forms.CharField(label=_("Agreed with (customer)"), max_length=60)
    agreed_on = forms.DateField(label=_("Agreed on"), widget=DayInput())
    uploads = FilesField(label=_("Agreement and photos"), required=False)

    def prepare(self) -> None:
        for name in self.fields:
            if name != "uploads":
                key = f"{name}_id" if name in {"supervisor", "technician"} else name
                self.initial.setdefault(name, getattr(self.row, key))


class ObjectForm(RowForm):
    """An objection to one's share."""

    wide_fields = ("reason",)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=area(2))


class DecideForm(SharesForm):
    """Deciding an objection; shares are given only where they change."""

    shares_required = False
    wide_fields = ("decision",)
    decision = forms.CharField(label=_("Decision and its reason"), max_length=300, widget=area(2))
    field_order = ("decision",)

    def prepare(self) -> None:
        super().prepare()
        self.initial = {}
        if self.row.kind == Kind.DEDUCTION:
            for name in [name for name in self.fields if name != "decision"]:
                del self.fields[name]

    def clean(self) -> Any:
        """A deduction has no shares to set."""
        return self.cleaned_data if self.row.kind == Kind.DEDUCTION else super().clean()


class SettleForm(RowForm):
    """What the supplier agreed to bear."""

    wide_fields = ("remark",)
    agreed = forms.DecimalField(label=_("The supplier bears (CNY)"), min_value=0, max_digits=12, decimal_places=2)
    rest = units(_("The rest is borne by"), required=False)
    remark = forms.CharField(label=_("His answer"), max_length=300, required=False)

    def prepare(self) -> None:
        self.initial.setdefault("agreed", self.row.total)


class PostForm(RowForm):
    """Posting."""

    reference = forms.CharField(label=_("Finance voucher no."), max_length=40)


class ReasonForm(RowForm):
    """A step that needs nothing but its reason."""

    wide_fields = ("reason",)
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=area(2))
