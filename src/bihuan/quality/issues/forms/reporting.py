"""Reporting a problem, and objecting to a notice: forms of every employee."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.files.forms import FilesField
from bihuan.quality.issues.models import Source
from bihuan.registry.products.models import ProductModel
from bihuan.service.desk.models import Case
from bihuan.ui.inputs import MomentInput, area, only_when

PHOTOS = {"image", "video"}
EVERYBODY = {Source.EMPLOYEE, Source.INSPECTION, Source.SUPPLIER}


class ReportForm(forms.Form):
    """What an employee saw: two minutes on a telephone (NCR-01, NCR-13, NCR-16, NCR-17)."""

    wide_fields: ClassVar[tuple[str, ...]] = ("description", "uploads", "stop_work", "is_safety")

    description = forms.CharField(label=_("What is wrong?"), max_length=4000, widget=area())
    uploads = FilesField(label=_("Photos"), required=False, allow=PHOTOS)
    place = forms.CharField(label=_("Where?"), max_length=120)
    occurred_at = forms.DateTimeField(label=_("When?"), widget=MomentInput())
    model = forms.ModelChoiceField(ProductModel.objects.none(), label=_("Product model"), required=False)
    quantity = forms.IntegerField(label=_("How many?"), min_value=1, max_value=1_000_000, required=False)
    source = forms.ChoiceField(label=_("Source"))
    supplier_name = forms.CharField(label=_("Supplier"), max_length=120, required=False)
    stop_work = forms.BooleanField(label=_("I have stopped the work"), required=False)
    is_safety = forms.BooleanField(label=_("People may be hurt"), required=False)
    case = forms.CharField(required=False, widget=forms.HiddenInput())
    client_key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput())

    def __init__(self, *args: Any, case: Case | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["model"].queryset = ProductModel.objects.filter(is_active=True).select_related("line")
        shown = {Source.CASE, Source.COMPLAINT} if case else EVERYBODY
        fields["source"].choices = [item for item in Source.choices if item[0] in shown]
        only_when(fields["supplier_name"], "source", Source.SUPPLIER)
        self.initial.setdefault("occurred_at", timezone.localtime().replace(second=0, microsecond=0))
        if case is not None:
            fields["place"].required = False

    def clean_occurred_at(self) -> Any:
        """What is reported has happened."""
        moment = self.cleaned_data["occurred_at"]
        if moment > timezone.now():
            raise ValidationError(_("This time has not come yet."))
        return moment

    def clean(self) -> Any:
        """A supplier's problem names the supplier."""
        data = self.cleaned_data
        if data.get("source") == Source.SUPPLIER and not data.get("supplier_name"):
            self.add_error("supplier_name", ValidationError(_("Name the supplier.")))
        return data


class ObjectionForm(forms.Form):
    """An objection to a notice (NCR-06)."""

    wide_fields: ClassVar[tuple[str, ...]] = ("reason",)
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=area())
