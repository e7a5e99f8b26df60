"""Which function fills which form."""

from collections.abc import Callable, Sequence
from typing import Any

from bihuan.core.documents.paper import AnySection

Builder = Callable[[Any], Sequence[AnySection]]

builders: dict[tuple[str, str], Builder] = {}


def form(code: str, subject_type: str) -> Callable[[Builder], Builder]:
    """Register the builder of a form for a kind of subject; called from AppConfig.ready()."""

    def register(builder: Builder) -> Builder:
        builders[code, subject_type] = builder
        return builder

    return register


def forms_of(subject_type: str) -> list[str]:
    """The codes of the forms that a kind of subject has."""
    return sorted(code for code, kind in builders if kind == subject_type)
