"""How facts and tables are laid out on paper, alike in the PDF and in Word."""

import re
from collections.abc import Sequence

WIDE = 24
NAME, HEAD, CODE = 4, 5, 16
NARROWEST, LONGEST = 3, 40
CHARACTER, LETTER, PADDING = 3.4, 0.62, 5.0
"""Millimetres of a Chinese character of a table, the share of it that a letter takes in any font that may stand in, and
the white on both sides of a cell."""
MONEY = re.compile(r"-?\d{1,3}(,\d{3})*\.\d{2}")


def in_pairs(rows: Sequence[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Put two facts on a line; a long one has its line for itself."""
    lines: list[list[tuple[str, str]]] = []
    for row in rows:
        if lines and len(lines[-1]) == 1 and len(lines[-1][0][1]) <= WIDE and len(row[1]) <= WIDE:
            lines[-1].append(row)
        else:
            lines.append([row])
    return lines


def is_money(value: str) -> bool:
    """An amount; it stands to the right."""
    return bool(MONEY.fullmatch(value))


def is_unbroken(value: str, *, heads: bool = False) -> bool:
    """Names, days and numbers: never broken in two."""
    is_code = value.isascii() and len(value) <= CODE and " " not in value
    return len(value) <= (HEAD if heads else NAME) or is_code


def size(text: str) -> float:
    """How long the longest line of a text is, in Chinese characters."""
    return max((sum(LETTER if char.isascii() else 1 for char in line) for line in text.split("\n")), default=0)


def widths(columns: Sequence[str], rows: Sequence[Sequence[str]], whole: float) -> list[float]:
    """Share a width in millimetres between columns by what stands in them.

    What must not be broken gets the room that it needs, long texts share what is left.
    """
    needs, least = [], []
    for place, name in enumerate(columns):
        values = [row[place] for row in rows]
        unbroken = [size(value) for value in values if is_money(value) or is_unbroken(value)]
        least.append(max([NARROWEST, min(size(name), NARROWEST + 1), *unbroken]) * CHARACTER + PADDING)
        longest = max(min(size(value), LONGEST) for value in (*values, name))
        needs.append(max(longest * CHARACTER + PADDING, least[-1]))
    spare, left = sum(needs) - sum(least), max(whole - sum(least), 0)
    given, rest = min(left, spare), max(left - spare, 0) / max(len(least), 1)
    parts = [
        low + rest + (given * (need - low) / spare if spare else 0) for need, low in zip(needs, least, strict=True)
    ]
    return [whole * part / sum(parts) for part in parts]
