"""Which tables can be imported, and by which function a part of their rows is taken in."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from bihuan.core.importing.values import Parser


@dataclass(frozen=True)
class Column:
    """One column: the headings under which files bring it, and how its cell is read."""

    key: str
    label: Any
    parse: Parser
    aliases: tuple[str, ...] = ()
    required: bool = False
    example: str = ""


@dataclass
class Row:
    """One row of a file on its way in; ``values`` holds only the cells that are filled."""

    number: int
    cells: list[Any]
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    outcome: str = ""

    def refuse(self, reason: str | Promise) -> None:
        """Note why this row is not taken."""
        self.problems.append(str(reason))


Load = Callable[[Sequence[Row], Any, bool], None]
"""Takes good rows, the acting user and whether only to look; sets each row's outcome or refuses it."""


@dataclass(frozen=True)
class ImportKind:
    """A table that can be imported; ``key`` names the values by which a row is the same as one we have."""

    code: str
    label: str | Promise
    permission: str
    columns: tuple[Column, ...]
    key: Callable[[dict[str, Any]], Any]
    load: Load
    go_to: str = ""
    hint: str | Promise = ""


_kinds: dict[str, ImportKind] = {}


def register(kind: ImportKind) -> None:
    """Add a kind; called when an application is ready."""
    _kinds[kind.code] = kind


def kinds() -> list[ImportKind]:
    """Every kind, in the order of registration."""
    return list(_kinds.values())


def get(code: str) -> ImportKind | None:
    """The kind of a code."""
    return _kinds.get(code)


def chunks(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    """Rows in parts of at most ``size``."""
    part: list[Row] = []
    for row in rows:
        part.append(row)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
