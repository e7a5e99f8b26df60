"""What people give for the calendar."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bihuan.core.calendar.models import DayKind
from bihuan.ui.inputs import DayInput

WINDOW = re.compile(r"^(\d{1,2}):(\d{2})\s*[-–~至]\s*(\d{1,2}):(\d{2})$")
FOLLOW = "follow"
WEEKDAYS = [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")]


class DayForm(forms.Form):
    """One day, or some days in a row."""

    wide_fields = ()
    first = forms.DateField(label=_("day"), widget=DayInput())
    last = forms.DateField(label=_("until"), required=False, widget=DayInput())
    kind = forms.ChoiceField(label=_("kind"), choices=[*DayKind.choices, (FOLLOW, _("As its weekday"))])
    name = forms.CharField(label=_("name"), max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        """The days must run forward, at most a month."""
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and not 0 <= (last - first).days <= 31:
            self.add_error("last", _("The days must run forward, at most a month."))
        return data

    def days(self) -> list[date]:
        """The days that are meant."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"] or self.cleaned_data["first"]
        return [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]


class HoursField(forms.CharField):
    """Working hours such as 8:30-12:00 13:30-17:30; empty is a day off."""

    def prepare_value(self, value: Any) -> Any:
        """Show minutes as hours."""
        if isinstance(value, list | tuple):
            return " ".join(f"{a // 60}:{a % 60:02}-{b // 60}:{b % 60:02}" for a, b in value)
        return value

    def clean(self, value: Any) -> list[tuple[int, int]]:
        """Return windows in minutes from midnight."""
        windows = []
        for part in re.split(r"[,，、;；]|\s+(?=\d)", super().clean(value) or ""):
            if not part.strip():
                continue
            match = WINDOW.match(part.strip())
            if match is None:
                raise ValidationError(_("Write hours as 8:30-12:00 13:30-17:30."))
            a, b, c, d = (int(number) for number in match.groups())
            if b > 59 or d > 59 or not a * 60 + b < c * 60 + d <= 1440:
                raise ValidationError(_("Write hours as 8:30-12:00 13:30-17:30."))
            windows.append((a * 60 + b, c * 60 + d))
        return windows


class HoursForm(forms.Form):
    """The working hours of the seven weekdays."""

    wide_fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, label in enumerate(WEEKDAYS):
            self.fields[f"d{number}"] = HoursField(label=label, required=False, max_length=100)
