"""The forms of a sheet."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.files.forms import FilesField
from bihuan.quality.issues.forms.base import RowForm, people, units
from bihuan.quality.nonconformity.balance import needs
from bihuan.quality.nonconformity.models import Disposition, Ending, Nonconformity, Origin
from bihuan.registry.products.models import ProductModel
from bihuan.service.desk.models import Case
from bihuan.ui.inputs import DayInput, MomentInput, area, only_when

__all__ = ["DayInput", "RowForm", "area", "people", "units"]

MOST = 10_000_000
PHOTOS = {"image", "video"}
ATTACHED = {Origin.CASE, Origin.ISSUE}


class ReportForm(forms.Form):
    """What somebody found: two minutes on a telephone (NCR-02, NCR-13)."""

    wide_fields: ClassVar[tuple[str, ...]] = ("description", "uploads", "isolation_place")

    description = forms.CharField(label=_("What does not conform?"), max_length=4000, widget=area())
    uploads = FilesField(label=_("Photos"), required=False, allow=PHOTOS)
    quantity = forms.IntegerField(label=_("How many pieces?"), min_value=1, max_value=MOST)
    origin = forms.ChoiceField(label=_("Found at"))
    place = forms.CharField(label=_("Where?"), max_length=120)
    occurred_at = forms.DateTimeField(label=_("When?"), widget=MomentInput())
    model = forms.ModelChoiceField(ProductModel.objects.none(), label=_("Product model"), required=False)
    part_name = forms.CharField(label=_("Part"), max_length=120, required=False)
    lot_size = forms.IntegerField(label=_("Lot size"), min_value=1, max_value=MOST, required=False)
    supplier_name = forms.CharField(label=_("Supplier"), max_length=120, required=False)
    isolation_place = forms.CharField(
        label=_("I have set the goods apart at"), max_length=120, required=False,
        help_text=_("Leave empty if they still stand with good ones."),
    )  # fmt: skip
    case = forms.CharField(required=False, widget=forms.HiddenInput())
    issue = forms.CharField(required=False, widget=forms.HiddenInput())
    client_key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput())

    def __init__(self, *args: Any, attached: Origin | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["model"].queryset = ProductModel.objects.filter(is_active=True).select_related("line")
        shown = [item for item in Origin.choices if item[0] not in ATTACHED or item[0] == attached]
        fields["origin"].choices = shown
        only_when(fields["supplier_name"], "origin", Origin.INCOMING, Origin.SUPPLIER)
        self.initial.setdefault("occurred_at", timezone.localtime().replace(second=0, microsecond=0))

    def clean_occurred_at(self) -> Any:
        """What is reported has happened."""
        moment = self.cleaned_data["occurred_at"]
        if moment > timezone.now():
            raise ValidationError(_("This time has not come yet."))
        return moment

    def clean(self) -> Any:
        """A supplier's goods name the supplier; a lot holds at least what was found in it."""
        data = self.cleaned_data
        if data.get("origin") == Origin.SUPPLIER and not data.get("supplier_name"):
            self.add_error("supplier_name", ValidationError(_("Name the supplier.")))
        lot, count = data.get("lot_size"), data.get("quantity")
        if lot is not None and count is not None and lot < count:
            self.add_error("lot_size", ValidationError(_("More were found than the lot holds.")))
        return data


class TakeForm(RowForm):
    """Taking a sheet over: the class of the defect."""

    defect_class = forms.TypedChoiceField(label=_("Defect class"), coerce=int, widget=forms.RadioSelect)

    def prepare(self) -> None:
        rules = self.row.policy.nonconformity
        fields: dict[str, Any] = self.fields
        fields["defect_class"].choices = [(step.level, step.name) for step in rules.classes]
        self.initial.setdefault("defect_class", rules.default_class)


class AssignForm(RowForm):
    """Another handler."""

    owner = people(_("Handled by"))


class IsolateForm(RowForm):
    """Where the goods stand, under which label."""

    place = forms.CharField(label=_("Isolation place"), max_length=120)
    label_no = forms.CharField(label=_("Label no."), max_length=40)

    def prepare(self) -> None:
        self.initial.setdefault("place", self.row.isolation_place)
        self.initial.setdefault("label_no", self.row.label_no or self.row.number)


class ReviewForm(RowForm):
    """Cause, responsible, measures, required completion (NCR-03)."""

    wide_fields = ("cause", "corrective", "preventive")
    quantity = forms.IntegerField(label=_("Quantity after the recount"), min_value=1, max_value=MOST)
    due_at = forms.DateTimeField(label=_("Required completion"), widget=MomentInput())
    requirement = forms.CharField(label=_("Requirement"), max_length=300, required=False)
    actual = forms.CharField(label=_("Actual"), max_length=300, required=False)
    cause = forms.CharField(label=_("Cause"), max_length=2000, widget=area(2))
    department = units(_("Responsible unit"))
    responsible = people(_("Responsible person"))
    corrective = forms.CharField(label=_("Corrective measure"), max_length=2000, widget=area(2))
    preventive = forms.CharField(label=_("Measure against recurrence"), max_length=2000, widget=area(2))

    def prepare(self) -> None:
        for name in self.fields:
            value = getattr(self.row, f"{name}_id" if name in {"department", "responsible"} else name)
            self.initial.setdefault(name, value)


class PickField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice among the dispositions of the sheet."""

    def label_from_instance(self, obj: Any) -> str:
        """Kind, quantity and owner."""
        return f"{obj} · {obj.owner}"


class DisposeForm(RowForm):
    """Some pieces and what is done with them."""

    wide_fields = ("instruction",)
    after = PickField(Disposition.objects.none(), label=_("Pieces that failed after"), required=False)
    kind = forms.ChoiceField(label=_("Disposition"), choices=Ending.choices)
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=MOST)
    owner = people(_("Carried out by"))
    permit = forms.CharField(
        label=_("Permitted by (concession)"), max_length=120, required=False,
        help_text=_("Who has permitted the concession, with the number of his paper."),
    )  # fmt: skip
    instruction = forms.CharField(label=_("Instruction"), max_length=300, required=False)

    def prepare(self) -> None:
        rows = list(self.row.dispositions.select_related("sheet", "owner"))
        waiting = [need for need in needs(self.row, rows) if need.left > 0]
        failed = [need.after.pk for need in waiting if need.after]
        fields: dict[str, Any] = self.fields
        if failed:
            fields["after"].queryset = Disposition.objects.filter(pk__in=failed).select_related("owner")
            fields["after"].required = True
        else:
            del fields["after"]
        self.initial.setdefault("quantity", waiting[0].left if waiting else None)


class PickForm(RowForm):
    """One disposition of the sheet that can be acted on now."""

    state = ""
    disposition = PickField(Disposition.objects.none(), label=_("Disposition"))

    def prepare(self) -> None:
        rows = [item.pk for item in self.row.dispositions.select_related("sheet") if item.state == self.state]
        fields: dict[str, Any] = self.fields
        fields["disposition"].queryset = Disposition.objects.filter(pk__in=rows).select_related("owner", "sheet")
        if len(rows) == 1:
            self.initial.setdefault("disposition", rows[0])


class DropForm(PickForm):
    """Taking a proposal back."""

    state = "open"


class FinishForm(PickForm):
    """Reporting a disposition as carried out."""

    state = "open"
    wide_fields = ("result", "uploads")
    result = forms.CharField(label=_("What was done"), max_length=300, widget=area(2))
    uploads = FilesField(label=_("Evidence"), required=False)


class VerifyForm(PickForm):
    """The check after a correction."""

    state = "done"
    wide_fields = ("remark", "uploads")
    failed = forms.IntegerField(label=_("Still nonconforming"), min_value=0, max_value=MOST, initial=0)
    remark = forms.CharField(label=_("Remark"), max_length=200, required=False)
    uploads = FilesField(label=_("Evidence"), required=False)


class MeasuresForm(RowForm):
    """Reporting the measures."""

    wide_fields = ("result", "uploads")
    result = forms.CharField(label=_("What was done"), max_length=2000, widget=area(2))
    uploads = FilesField(label=_("Evidence"), required=False)


class CloseForm(RowForm):
    """How the effect is judged."""

    wide_fields = ("verification",)
    verification = forms.CharField(label=_("Verification of the effect"), max_length=2000, widget=area(2))


class OpinionForm(RowForm):
    """The opinion of the superior."""

    wide_fields = ("opinion",)
    opinion = forms.CharField(label=_("Nature and severity, in my opinion"), max_length=300, widget=area(2))


class ReasonForm(RowForm):
    """A step that needs nothing but its reason."""

    wide_fields = ("reason",)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=area(2))


class RuleForm(RowForm):
    """The final ruling (NCR-06)."""

    wide_fields = ("reason",)
    upheld = forms.TypedChoiceField(
        label=_("Final ruling"), choices=[("0", _("Objection dismissed")), ("1", _("Objection upheld"))],
        coerce=lambda value: value == "1", widget=forms.RadioSelect,
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=area(2))


def sheet_or_none(rows: Any, number: str) -> Any:
    """A record by its number among those that the person sees."""
    return rows.filter(number=number).first() if number else None


def case_of(rows: Any, number: str) -> Case | None:
    """The case that the report names."""
    found: Case | None = sheet_or_none(rows.select_related("model__line", "unit__batch"), number)
    return found


def about(sheet: Nonconformity) -> str:
    """What a sheet is about, in a line."""
    return " · ".join(str(part) for part in (sheet.model, sheet.part_name, sheet.supplier_name) if part)
