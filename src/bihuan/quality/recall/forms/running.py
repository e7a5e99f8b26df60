"""Carrying out: steps of the law, owners, measures, reports; and the owner's own answer."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.quality.recall.forms.base import RecallForm
from bihuan.quality.recall.models import Affected, RecallReport, Remedy
from bihuan.registry.products.models import Batch
from bihuan.ui.inputs import BLANK, MomentInput, area

MOST = 10_000_000


class StepForm(RecallForm):
    """A step of the law: under which reference, when."""

    wide_fields = ("text",)
    reference = forms.CharField(label=_("Reference no. or address"), max_length=200)
    at = forms.DateTimeField(label=_("When? (empty: now)"), required=False, widget=MomentInput())
    text = forms.CharField(label=_("Remark"), max_length=2000, required=False, widget=area(2))


class StopForm(StepForm):
    """The stop of production and sale: at once, the words suffice."""

    reference = forms.CharField(label=_("Reference no. or address"), max_length=200, required=False)


class OwnerForm(RecallForm):
    """Somebody calls who holds a unit (a minute on the telephone)."""

    wide_fields = ("text",)
    serial = forms.CharField(label=_("Serial no."), max_length=60)
    holder_name = forms.CharField(label=_("Holder"), max_length=60)
    holder_phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    batch = forms.ModelChoiceField(
        Batch.objects.none(),
        label=_("Batch"),
        required=False,
        help_text=_("Needed where the serial is not registered."),
    )
    text = forms.CharField(label=_("What does the owner want?"), max_length=300, required=False, widget=area(2))

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        rows = self.recall.affected.filter(serial="", batch__isnull=False).values("batch")
        fields["batch"].queryset = Batch.objects.filter(pk__in=rows).select_related("model")
        fields["batch"].label_from_instance = lambda row: f"{row.model.code} · {row.number}"


class QuantityForm(RecallForm):
    """A measure on so many units without serials, such as a return of a dealer."""

    wide_fields = ("row", "text")
    row = forms.ModelChoiceField(Affected.objects.none(), label=_("Units without serials"))
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=MOST)
    measure = forms.ChoiceField(label=_("Measure"), choices=[*BLANK, *Remedy.choices])
    text = forms.CharField(label=_("Remark"), max_length=300, required=False)

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        rows = self.recall.affected.filter(serial="").exclude(state="done")
        fields["row"].queryset = rows.select_related("model", "batch", "shipment", "customer", "region")
        fields["row"].label_from_instance = label_of
        self.initial.setdefault("measure", self.recall.remedy)


def label_of(row: Affected) -> str:
    """A row without serials in a choice."""
    who = row.customer or row.region or ""
    parts = (row.model.code, row.batch, row.shipment, who, f"× {row.quantity}", row.get_state_display())
    return " · ".join(str(part) for part in parts if part)


class ReportForm(RecallForm):
    """Filing the progress report that is due next."""

    wide_fields = ("text",)
    report = forms.ModelChoiceField(RecallReport.objects.none(), label=_("Progress report"), empty_label=None)
    reference = forms.CharField(label=_("Reference no. or address"), max_length=200)
    text = forms.CharField(label=_("Remark"), max_length=2000, required=False, widget=area(2))

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["report"].queryset = self.recall.reports.filter(filed_at__isnull=True, dropped_at__isnull=True)


class BulkTextForm(forms.Form):
    """Words for several units."""

    wide_fields: ClassVar[tuple[str, ...]] = ("text",)
    text = forms.CharField(label=_("Remark"), max_length=300, widget=area(2))


class BulkReasonForm(forms.Form):
    """A reason for several units."""

    wide_fields: ClassVar[tuple[str, ...]] = ("reason",)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=area(2))


class BulkMeasureForm(forms.Form):
    """A measure on several units."""

    wide_fields: ClassVar[tuple[str, ...]] = ("text",)
    measure = forms.ChoiceField(label=_("Measure"), choices=[*BLANK, *Remedy.choices])
    text = forms.CharField(label=_("Remark"), max_length=300, required=False, widget=area(2))


class AnswerForm(forms.Form):
    """What an owner answers by himself, on his telephone."""

    wide_fields: ClassVar[tuple[str, ...]] = ("wish", "remark")
    wish = forms.ChoiceField(label=_("How shall we help?"), widget=forms.RadioSelect)
    name = forms.CharField(label=_("Your name"), max_length=60)
    phone = forms.CharField(label=_("Your telephone"), max_length=40)
    when = forms.CharField(label=_("When does it suit you?"), max_length=80, required=False)
    remark = forms.CharField(label=_("Address, remark"), max_length=300, required=False, widget=area(2))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        wishes = (_("Please come to me"), _("I bring or send it"), _("I have passed it on"), _("I no longer have it"))
        fields["wish"].choices = [(str(wish), str(wish)) for wish in wishes]
