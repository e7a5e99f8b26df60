"""The forms of purchase plans, orders, counts and scrapping."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from bihuan.registry.suppliers.models import Supplier
from bihuan.service.parts.demand import Levels
from bihuan.service.parts.forms import MOST, StockForm, quantity_field
from bihuan.service.parts.inputs import PartField, known_parts
from bihuan.service.parts.models import (
    Condition,
    CountKind,
    OrderLine,
    Place,
    Receipt,
    ScrapGround,
    Settlement,
    Stock,
)
from bihuan.service.parts.money import yuan
from bihuan.service.parts.queries import held_by, last_bought, own_parts, stores
from bihuan.service.parts.services.counting import differing
from bihuan.service.parts.services.purchasing import proposals
from bihuan.service.parts.used_forms import OWN
from bihuan.ui.inputs import DayInput, area


class PaperForm(forms.Form):
    """A form about one paper."""

    wide_fields: ClassVar[tuple[str, ...]] = ("reason", "finding", "text", "lots")

    def __init__(self, *args: Any, row: Any, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices."""

    def by_line(self, data: dict[str, Any], mark: str) -> dict[int, Any]:
        """The values of the fields of a kind, by their lines."""
        names = [name for name in data if name.startswith(f"{mark}_")]
        return {int(name[2:]): data.pop(name) for name in names}


class ReasonForm(PaperForm):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=area(2))


class NewPlanForm(forms.Form):
    """The period for which is bought (PRT-06)."""

    wide_fields: ClassVar[tuple[str, ...]] = ()
    starts_on = forms.DateField(label=_("from"), widget=DayInput())
    ends_on = forms.DateField(label=_("to"), widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        first = (timezone.localdate().replace(day=1) + timedelta(days=32)).replace(day=1)
        last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        kwargs.setdefault("initial", {"starts_on": first, "ends_on": last})
        super().__init__(*args, **kwargs)


class ChangePlanForm(PaperForm):
    """Other quantities; nothing takes a line out."""

    def prepare(self) -> None:
        for line in self.row.lines.select_related("part"):
            self.fields[f"q_{line.pk}"] = quantity_field(
                label=f"{line.part}", min_value=0, initial=line.quantity, help_text=line.ground
            )
        self.fields["part"] = PartField(known_parts, label=_("Add a part"), required=False)
        self.fields["count"] = quantity_field(required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        return {"quantities": self.by_line(data, "q"), **data, "count": data.get("count") or 1}


def _last(line: OrderLine) -> str:
    """What was paid the last time, when and to whom (PRT-10)."""
    values = {"price": f"{yuan(line.price):,.2f}", "day": f"{timezone.localtime(line.order.created_at):%Y-%m-%d}",
              "supplier": line.order.supplier}  # fmt: skip
    return say("Last price %(price)s, %(day)s, %(supplier)s") % values


class OrderForm(PaperForm):
    """From whom, until when, how many at which price (PRT-10)."""

    supplier = forms.ModelChoiceField(Supplier.objects.all(), label=_("Supplier"))
    due_on = forms.DateField(label=_("Delivery due on"), widget=DayInput())

    def prepare(self) -> None:
        self.lines = [line for line in self.row.lines.select_related("part") if line.ordered < line.quantity]
        before = last_bought(line.part_id for line in self.lines)
        for line in self.lines:
            rest, last = line.quantity - line.ordered, before.get(line.part_id)
            self.fields[f"q_{line.pk}"] = quantity_field(
                label=f"{line.part}", min_value=0, max_value=rest, initial=rest
            )
            self.fields[f"a_{line.pk}"] = forms.DecimalField(
                label=_("Price of one"), min_value=Decimal(0), max_digits=10, decimal_places=2, required=False,
                initial=yuan(last.price) if last else None, help_text=_last(last) if last else "",
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Lines with quantity and price; a line that is ordered has its price."""
        data = super().clean() or {}
        counts, prices = self.by_line(data, "q"), self.by_line(data, "a")
        for pk, count in counts.items():
            if count and prices.get(pk) is None:
                self.add_error(f"a_{pk}", _("This field is required."))
        rows = [
            (line, counts[line.pk], prices[line.pk])
            for line in self.lines if counts.get(line.pk) and prices.get(line.pk) is not None
        ]  # fmt: skip
        return {**data, "rows": rows}


class RegisterForm(PaperForm):
    """What came, with the supplier's delivery note (PRT-11)."""

    line = forms.TypedChoiceField(label=_("Spare part"), coerce=int)
    quantity = quantity_field()
    delivery_note = forms.CharField(label=_("Delivery note"), max_length=60)

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        lines = [line for line in self.row.lines.select_related("part") if line.open]
        fields["line"].choices = [(line.pk, f"{line.part} ({line.open})") for line in lines]


class InspectForm(PaperForm):
    """What was accepted, and where it is put (PRT-11)."""

    receipt = forms.TypedChoiceField(label=_("Receipt"), coerce=int)
    accepted = quantity_field(label=_("Accepted"), min_value=0)
    place = forms.ModelChoiceField(Place.objects.none(), label=_("Storage place"))
    lots = forms.CharField(label=_("Batch or serial no., one a line"), widget=area(2), required=False, max_length=5000)
    finding = forms.CharField(label=_("Finding of the inspection"), max_length=300, required=False, widget=area(2))

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        rows = Receipt.objects.filter(line__order=self.row, inspected_at__isnull=True).select_related("line__part")
        waiting = list(rows.order_by("id"))
        fields["receipt"].choices = [(row.pk, f"{row.number} {row.line.part} × {row.quantity}") for row in waiting]
        fields["place"].queryset = stores()
        if waiting:
            self.initial.setdefault("accepted", waiting[0].quantity)


class NegotiateForm(PaperForm):
    """What was agreed, and the new day of delivery (PRT-10)."""

    text = forms.CharField(label=_("What was agreed"), max_length=300, widget=area(2))
    due_on = forms.DateField(label=_("Delivery due on"), widget=DayInput(), required=False)


class NewCountForm(forms.Form):
    """What is counted, and whether it stands still meanwhile (PRT-04)."""

    wide_fields: ClassVar[tuple[str, ...]] = ()
    kind = forms.ChoiceField(label=_("Kind"), choices=CountKind.choices)
    place = forms.ModelChoiceField(Place.objects.none(), label=_("Storage place"))
    freezes = forms.BooleanField(label=_("Nothing moves during the count"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["place"].queryset = stores()


class EnterForm(PaperForm):
    """One part after the other, scanned or typed; the ledger's number is not shown (PRT-04)."""

    part = PartField(known_parts, label=_("Part: number, or scan its label"))
    condition = forms.ChoiceField(label=_("Condition"), choices=Condition.choices)
    lot = forms.CharField(label=_("Batch or serial no."), max_length=60, required=False)
    counted = forms.IntegerField(label=_("Counted"), min_value=0, max_value=MOST)


class FinishForm(PaperForm):
    """The cause of each difference (PRT-04)."""

    def prepare(self) -> None:
        for line in differing(self.row):
            words = {"part": line.part, "expected": line.expected, "counted": line.counted}
            label = _("%(part)s: ledger %(expected)s, counted %(counted)s – cause") % words
            self.fields[f"c_{line.pk}"] = forms.CharField(label=label, max_length=200, initial=line.cause)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        return {"causes": self.by_line(data, "c")}


class BookForm(PaperForm):
    """Which issued pieces they were: what the engineer holds (PRT-18)."""

    line = forms.ChoiceField(label=_("What the engineer carries"))
    quantity = quantity_field()
    lot = forms.CharField(label=_("Batch or serial no."), max_length=60, required=False)

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        row, own = self.row, own_parts(self.row.used_by)
        self.lines = {str(line.pk): line for line in held_by(row.used_by_id)}
        self.parts = {f"{OWN}{part.pk}": part for part, _count in own}
        fields["line"].choices = [
            *((f"{OWN}{part.pk}", say("%(part)s (%(count)s) own stock") % {"part": part, "count": count})
              for part, count in own),
            *((key, f"{line.part} ({line.held}) {line.requisition.number}") for key, line in self.lines.items()),
        ]  # fmt: skip
        self.initial = {"line": row.line_id, "quantity": row.quantity or 1, "lot": row.lot, **self.initial}

    def clean(self) -> dict[str, Any]:
        """The line or the part that was chosen."""
        data = super().clean() or {}
        chosen = data.pop("line", "")
        return {**data, "line": self.lines.get(chosen), "part": self.parts.get(chosen)}


class SettleForm(PaperForm):
    """What it turned out to be (PRT-18)."""

    settlement = forms.ChoiceField(label=_("Settlement"), choices=Settlement.choices)
    finding = forms.CharField(label=_("What was found and why"), max_length=300, required=False, widget=area(2))

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        is_booked = self.row.uses.exists()
        fields["settlement"].choices = [
            item for item in Settlement.choices if (item[0] == Settlement.BOOKED) == is_booked
        ]  # fmt: skip


class ScrapForm(StockForm):
    """What is scrapped, and why (PRT-05)."""

    wide_fields = ("finding",)
    taken_from = "place"
    place = forms.ModelChoiceField(Place.objects.none(), label=_("Storage place"))
    quantity = quantity_field()
    condition = forms.ChoiceField(label=_("Condition"), choices=Condition.choices, initial=Condition.DEFECTIVE)
    ground = forms.ChoiceField(label=_("Reason"), choices=ScrapGround.choices)
    lot = forms.CharField(label=_("Batch or serial no."), max_length=60)
    finding = forms.CharField(label=_("What was found and why"), max_length=300, widget=area(2))


class LevelsForm(StockForm):
    """Safety, minimum and maximum; what demand and lead time propose stands in the fields (PRT-02)."""

    safety = forms.IntegerField(label=_("Safety stock"), min_value=0, max_value=MOST)
    minimum = forms.IntegerField(label=_("Minimum stock"), min_value=0, max_value=MOST)
    maximum = forms.IntegerField(label=_("Maximum stock"), min_value=0, max_value=MOST)

    def __init__(self, *args: Any, row: Stock, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        found = proposals([row.part])[row.part_id]
        for name in ("safety", "minimum", "maximum"):
            kept = getattr(row, name)
            self.initial.setdefault(name, kept if row.maximum else getattr(found, name, 0))
        is_proposed = isinstance(found, Levels)
        text = _("Proposed: %(ground)s") % {"ground": found.ground} if is_proposed else found.ground
        self.fields["maximum"].help_text = text
