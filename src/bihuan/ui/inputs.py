"""Inputs that the forms of every room share."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

BLANK = [("", "—")]


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


class TimeOfDayInput(forms.TimeInput):
    """A clock of the browser."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class KnownInput(forms.TextInput):
    """A text with likely values to choose from: pairs of a value and what it is, read when the field is shown."""

    def __init__(self, known: Callable[[], Iterable[tuple[str, str]]]) -> None:
        super().__init__(attrs={"autocomplete": "off", "inputmode": "text"})
        self.known = known

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The field with its list."""
        listed = f"{name}_known"
        text = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        options = format_html_join("", '<option value="{}">{}</option>', self.known())
        return format_html('{}<datalist id="{}">{}</datalist>', text, listed, options)


def only_when(field: forms.Field, other: str, *values: str) -> None:
    """Show a field only while another field of its form has one of some values; without scripts it is always there."""
    field.widget.attrs["data-when"] = f"{other}={' '.join(values)}"


def area(rows: int = 3) -> forms.Textarea:
    """A text of several lines."""
    return forms.Textarea(attrs={"rows": rows})
