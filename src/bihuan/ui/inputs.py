"""Inputs that the forms of every room share."""

from django import forms

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


def only_when(field: forms.Field, other: str, *values: str) -> None:
    """Show a field only while another field of its form has one of some values; without scripts it is always there."""
    field.widget.attrs["data-when"] = f"{other}={' '.join(values)}"


def area(rows: int = 3) -> forms.Textarea:
    """A text of several lines."""
    return forms.Textarea(attrs={"rows": rows})
