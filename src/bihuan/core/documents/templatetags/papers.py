"""What the template of papers needs."""

import re
from collections.abc import Sequence
from typing import TypeVar

from django import template

from bihuan.core.documents import rendering

register = template.Library()
T = TypeVar("T")
WIDE = 24
NAME, HEAD, CODE = 4, 5, 16
MONEY = re.compile(r"-?\d{1,3}(,\d{3})*\.\d{2}")


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
def fitting(value: str, place: str = "") -> str:
    """How a cell stands: amounts to the right; names, days and numbers are never broken in two."""
    if MONEY.fullmatch(value):
        return "num"
    is_code = value.isascii() and len(value) <= CODE and " " not in value
    return "one" if len(value) <= (HEAD if place else NAME) or is_code else ""


@register.filter
def picture(file_id: int) -> str:
    """Return a stored picture as a data address."""
    return rendering.picture(file_id)
