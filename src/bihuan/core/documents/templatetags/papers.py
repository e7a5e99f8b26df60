"""What the template of papers needs."""

from collections.abc import Sequence

from django import template

from bihuan.core.documents import layout, rendering

register = template.Library()


@register.filter
def in_pairs(rows: Sequence[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Put two facts on a line; a long one has its line for itself."""
    return layout.in_pairs(rows)


@register.filter
def fitting(value: str, place: str = "") -> str:
    """How a cell stands: amounts to the right; names, days and numbers are never broken in two."""
    if layout.is_money(value):
        return "num"
    return "one" if layout.is_unbroken(value, heads=bool(place)) else ""


@register.filter
def picture(file_id: int) -> str:
    """Return a stored picture as a data address."""
    return rendering.picture(file_id)
