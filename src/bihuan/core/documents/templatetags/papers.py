"""What the template of papers needs."""

from collections.abc import Sequence
from typing import TypeVar

from django import template

from bihuan.core.documents import rendering

register = template.Library()
T = TypeVar("T")
WIDE = 24


@register.filter
def in_pairs(rows: Sequence[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Put two facts on a line; a long one has its line for itself."""
    lines: list[list[tuple[str, str]]] = []
    for row in rows:
        if lines and len(lines[-1]) == 1 and len(lines[-1][0][1]) <= WIDE and len(row[1]) <= WIDE:
            lines[-1].append(row)
        else:
            lines.append([row])
    return lines


@register.filter
def picture(file_id: int) -> str:
    """Return a stored picture as a data address."""
    return rendering.picture(file_id)
