"""The part of a report's form that names the used parts: what was issued by rows, the rest in words (PRT-18, WO-20)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.policy.schema.field import UnissuedParts
from bihuan.registry.spares.models import Tracking
from bihuan.service.parts.services.reported import Hand
from bihuan.ui.inputs import BLANK, area

CARRIED_ROWS = 3
LONGEST = 20_000
TYPED = ("parts", "parts_reason", "same_parts")
OWN = "p"  # before the number of a part: so many of it from the own stock, of whatever issue
ROWS = {"u_", "l_", "c_", "n_", "s_"}


class UsedPartsForm(forms.Form):
    """Rows for the issued parts, and words for the others; ``clean`` gives the rows as ``used``.

    ``lenient`` reads what a telephone wrote without a network: what is not issued any more is kept, not refused.
    """

    parts = forms.CharField(
        label=_("Parts that were not issued: model, specification, quantity"), widget=area(2), required=False,
        max_length=LONGEST, help_text=_("The warehouse settles them afterwards."),
    )  # fmt: skip
    parts_reason = forms.CharField(label=_("Why they were not issued"), max_length=300, required=False)
    same_parts = forms.BooleanField(label=_("Same model and specification as the original"), required=False)

    def __init__(self, *args: Any, lenient: bool = False, **kwargs: Any) -> None:
        self.lenient = lenient
        super().__init__(*args, **kwargs)

    def add_used(self, hand: Hand, rule: UnissuedParts, text: str) -> list[str]:
        """Add a row for each issued part and some for what is carried; returns the fields of parts in their order.

        ``text`` is what the report says of parts so far.
        """
        self._typed_fields(hand, rule, text)
        before, carried = hand.declared(), []
        for line in hand.lines:
            if not hand.is_own(line):
                carried.append(line)
            elif line.held:
                self._issued_part(hand, line, before.get(line.pk))
        said = [before[line.pk] for line in carried if line.pk in before]
        names = [(f"{OWN}{own.part.pk}", f"{own.part} ({own.count})") for own in hand.own]
        names += [(str(line.pk), f"{line.part} ({hand.left(line)})") for line in carried]
        parts = [*(own.part for own in hand.own), *(line.part for line in carried)]
        has_lots = any(part.tracking != Tracking.QUANTITY for part in parts)
        for place in range(1, min(CARRIED_ROWS, len(names)) + 1):
            self._carried_part(place, names, said[place - 1] if place <= len(said) else None, has_lots=has_lots)
        return [*(name for name in self.fields if name[:2] in ROWS), *(name for name in TYPED if name in self.fields)]

    def _typed_fields(self, hand: Hand, rule: UnissuedParts, text: str) -> None:
        if rule == UnissuedParts.REFUSED:
            for name in TYPED:
                del self.fields[name]
        elif text:
            self.initial.setdefault("parts", hand.typed_before(text))
            self.initial.setdefault("parts_reason", hand.reason_before())

    def _issued_part(self, hand: Hand, line: Any, said: Any) -> None:
        count = hand.left(line)
        self.fields[f"u_{line.pk}"] = forms.IntegerField(
            label=_("%(part)s used (issued %(count)s)") % {"part": line.part, "count": count}, min_value=0,
            max_value=None if self.lenient else count, required=False, initial=said.quantity if said else 0,
        )  # fmt: skip
        if line.part.tracking != Tracking.QUANTITY:
            label = _("%(part)s: batch or serial no.") % {"part": line.part}
            self.fields[f"l_{line.pk}"] = forms.CharField(
                label=label, max_length=60, required=False, initial=said.lot if said else ""
            )

    def _carried_part(self, place: int, names: Sequence[tuple[str, str]], said: Any, *, has_lots: bool) -> None:
        """A row to choose from what the engineer carries: his own stock, and what other issues brought him."""
        label = _("From the engineer's own stock %(place)s") % {"place": place}
        self.fields[f"c_{place}"] = (
            forms.CharField(label=label, required=False, max_length=20) if self.lenient
            else forms.ChoiceField(label=label, choices=[*BLANK, *names], required=False,
                                   initial=str(said.line_id) if said else "")
        )  # fmt: skip
        self.fields[f"n_{place}"] = forms.IntegerField(
            label=_("Quantity"), min_value=1, required=False, initial=said.quantity if said else 1
        )
        if has_lots:
            self.fields[f"s_{place}"] = forms.CharField(
                label=_("Batch or serial no."), max_length=60, required=False, initial=said.lot if said else ""
            )

    def clean(self) -> dict[str, Any]:
        """The used parts as rows."""
        data = super().clean() or {}
        if str(data.get("parts") or "").strip() and not str(data.get("parts_reason") or "").strip():
            self.add_error("parts_reason", _("Say why these parts were not issued."))
        rest = {name: value for name, value in data.items() if name[:2] not in ROWS}
        return {**rest, "used": self._used(data)}

    def _used(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        """The used parts as rows; what a telephone kept and is not issued any more is among them."""
        counts = {name[2:]: data.get(name) for name in self.fields if name.startswith("u_")}
        if self.lenient:
            prefix = self.add_prefix("u_")
            kept = {name.removeprefix(prefix): value for name, value in self.data.items() if name.startswith(prefix)}
            counts |= {
                line: int(value) for line, value in kept.items()
                if line not in counts and line.isdigit() and str(value).isdigit()
            }  # fmt: skip
        used = [
            {"line": int(line), "quantity": count, "lot": data.get(f"l_{line}") or self._kept(f"l_{line}")}
            for line, count in counts.items() if count
        ]  # fmt: skip
        rows = [(place, self._carried(data, place)) for place in range(1, CARRIED_ROWS + 1)]
        return used + [
            {"part" if chosen.startswith(OWN) else "line": int(chosen.removeprefix(OWN)),
             "quantity": data.get(f"n_{place}") or int(self._kept(f"n_{place}") or 1),
             "lot": data.get(f"s_{place}") or self._kept(f"s_{place}")}
            for place, chosen in rows if chosen.removeprefix(OWN).isdigit()
        ]  # fmt: skip

    def _carried(self, data: dict[str, Any], place: int) -> str:
        return str(data.get(f"c_{place}") or self._kept(f"c_{place}"))

    def _kept(self, name: str) -> str:
        """What the telephone kept in a field that this form has no longer."""
        if not self.lenient or name in self.fields:
            return ""
        value = str(self.data.get(self.add_prefix(name), "")).strip()[:60]
        return value if name[0] not in "n" or value.isdigit() else ""
