"""The forms of requisitions."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.registry.people.models import User
from bihuan.registry.products.forms import UnitField
from bihuan.registry.spares.models import Tracking
from bihuan.registry.spares.queries import fitting, successors
from bihuan.service.parts.forms import quantity_field
from bihuan.service.parts.inputs import MOST_CHOICES, PartField, known_parts
from bihuan.service.parts.models import Place, Requisition
from bihuan.service.parts.queries import carriers, places_with, stores
from bihuan.ui.inputs import area

ROWS = 5


class LinesForm(forms.Form):
    """Some parts with their quantities; ``model`` narrows the proposals to what fits."""

    def add_lines(self, model: Any = None, rows: int = ROWS) -> None:
        """Add the fields of so many lines, the first one needed."""
        choices = list(fitting(model)[:MOST_CHOICES]) if model else known_parts()
        for place in range(1, rows + 1):
            self.fields[f"part_{place}"] = PartField(
                lambda: choices, label=_("Part %(place)s: number, or scan its label") % {"place": place},
                required=place == 1,
            )  # fmt: skip
            self.fields[f"count_{place}"] = quantity_field(required=place == 1)

    def clean(self) -> dict[str, Any]:
        """The lines as pairs."""
        data = super().clean() or {}
        names = [name for name in self.fields if name.startswith("part_")]
        pairs = [(data.pop(name, None), data.pop(name.replace("part", "count"), None) or 1) for name in names]
        return {**data, "lines": [(part, count) for part, count in pairs if part is not None]}


class AskForm(LinesForm):
    """Which parts, for what, for whom (PRT-12)."""

    wide_fields: ClassVar[tuple[str, ...]] = ("purpose",)
    purpose = forms.CharField(label=_("Used for"), max_length=300)
    case = forms.CharField(label=_("Case no."), max_length=30, required=False)
    receiver = forms.ModelChoiceField(User.objects.none(), label=_("Receiver"))

    def __init__(self, *args: Any, model: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["receiver"].queryset = carriers()
        self.add_lines(model)


class RequisitionForm(forms.Form):
    """A form about one requisition."""

    wide_fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, row: Requisition, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, **kwargs)
        self.lines = list(row.lines.all())
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices."""


class IssueForm(RequisitionForm):
    """How many of each line, from where; whoever scans proves that it is the right part (PRT-13)."""

    wide_fields = ("scanned",)
    scanned = forms.CharField(
        label=_("Scan"), widget=area(2), required=False, max_length=5000,
        help_text=_("Scan each piece, one a line; what is scanned must be what is issued. Empty: not checked."),
    )  # fmt: skip

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        for line in self.lines:
            if line.reserved:
                lying = places_with(line.part)
                names = {"part": line.part, "count": line.reserved}
                fields[f"q_{line.pk}"] = quantity_field(
                    label=_("%(part)s: issue (reserved %(count)s)") % names, min_value=0, max_value=line.reserved,
                    initial=1 if line.part.tracking == Tracking.SERIAL else line.reserved,
                )  # fmt: skip
                choices = [
                    (f"{item.place_id}|{item.lot}", f"{item.place} {item.lot} ({item.quantity})") for item in lying
                ]
                fields[f"p_{line.pk}"] = forms.ChoiceField(
                    label=_("Take from"), choices=choices, required=bool(choices)
                )

    def clean(self) -> dict[str, Any]:
        """Lines, quantities, places and numbers."""
        data = super().clean() or {}
        pieces = []
        for line in self.lines:
            count, where = data.pop(f"q_{line.pk}", None), data.pop(f"p_{line.pk}", "")
            if count and where:
                place, _bar, lot = where.partition("|")
                pieces.append({"line": line, "quantity": count, "place": int(place), "lot": lot})
        return {**data, "pieces": pieces}


class LineForm(RequisitionForm):
    """Something with pieces of one line."""

    line = forms.ChoiceField(label=_("Spare part"))
    quantity = quantity_field()
    lot = forms.CharField(label=_("Batch or serial no."), max_length=60, required=False)

    def wanted(self, line: Any) -> int:
        """How many of a line it can be about."""
        found: int = line.held
        return found

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        open_lines = [(str(line.pk), f"{line.part} ({self.wanted(line)})") for line in self.lines if self.wanted(line)]
        fields["line"].choices = open_lines
        if all(line.part.tracking == Tracking.QUANTITY for line in self.lines):
            del fields["lot"]
        if "place" in fields:
            fields["place"].queryset = stores()


class UseForm(LineForm):
    """Which pieces went into which product."""

    serial = UnitField(label=_("Serial no. of the product"), required=False)


class BackForm(LineForm):
    """Unused pieces, and where they are put."""

    place = forms.ModelChoiceField(Place.objects.none(), label=_("Storage place"))


class OldForm(BackForm):
    """Replaced pieces, and where they are put."""

    def wanted(self, line: Any) -> int:
        found: int = line.old_out
        return found


class SubstituteForm(RequisitionForm):
    """The successor in the place of what is not there."""

    line = forms.ChoiceField(label=_("Spare part"))
    part = PartField(list, label=_("Successor"), max_length=80)

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        open_lines = [line for line in self.lines if not line.issued]
        fields["line"].choices = [(str(line.pk), str(line.part)) for line in open_lines]
        found = [part for line in open_lines for part in successors(line.wanted)]
        fields["part"].widget.parts = lambda: found


class ReasonForm(RequisitionForm):
    """Why."""

    wide_fields = ("reason",)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=area(2))
