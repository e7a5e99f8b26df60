"""Naming a part in a form: its number is typed, chosen from a list, or read by a scanner."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bihuan.registry.spares.models import Part
from bihuan.registry.spares.queries import by_code
from bihuan.ui.inputs import KnownInput

MOST_CHOICES = 200


class PartInput(KnownInput):
    """A text with the numbers of likely parts to choose from."""

    def __init__(self, parts: Callable[[], Iterable[Part]]) -> None:
        super().__init__(self.named)
        self.parts = parts

    def named(self) -> list[tuple[str, str]]:
        """The numbers with what they are."""
        return [(part.code, f"{part.name} {part.model} {part.specification}") for part in self.parts()]


class PartField(forms.CharField):
    """A part by its number or its label."""

    def __init__(self, parts: Callable[[], Iterable[Part]], **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 80)
        super().__init__(widget=PartInput(parts), **kwargs)

    def clean(self, value: Any) -> Any:
        """The part, or nothing where nothing is needed."""
        text = super().clean(value)
        if not text:
            return None
        found = by_code(text)
        if found is None:
            raise ValidationError(_("There is no part of this number."))
        return found


def known_parts() -> list[Part]:
    """Parts in use, as many as a list can show."""
    return list(Part.objects.filter(is_active=True)[:MOST_CHOICES])
