"""Which column of a file is which."""

import unicodedata
from collections.abc import Mapping, Sequence

from bihuan.core.importing.registry import Column, ImportKind

Assigned = dict[str, int]
"""Key of the column -> its place in the file, from 0."""


def _plain(words: str) -> str:
    narrow = unicodedata.normalize("NFKC", words).lower()
    return "".join(char for char in narrow if char.isalnum())


def guess(kind: ImportKind, heading: Sequence[str]) -> Assigned:
    """Assign by key, label or alias; every column of the file is used once."""
    places = {_plain(words): place for place, words in reversed(list(enumerate(heading))) if words}
    found: Assigned = {}
    for column in kind.columns:
        for name in (column.key, str(column.label), *column.aliases):
            place = places.get(_plain(name))
            if place is not None and place not in found.values():
                found[column.key] = place
                break
    return found


def missing(kind: ImportKind, assigned: Mapping[str, int]) -> list[Column]:
    """Columns that must be there and are not."""
    return [column for column in kind.columns if column.required and column.key not in assigned]
