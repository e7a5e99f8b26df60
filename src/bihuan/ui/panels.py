"""Panels that upper leaves add to the page of a record below them."""

from collections.abc import Callable
from typing import Any

from django.template.loader import render_to_string

Panel = Callable[[Any, Any], tuple[str, dict[str, Any]]]


class Panels:
    """The panels of one page, in the order in which the leaves were started."""

    def __init__(self) -> None:
        self._panels: list[Panel] = []

    def register(self, panel: Panel) -> None:
        """Add a panel ``(user, row) -> (template, context)``; an empty template shows nothing."""
        self._panels.append(panel)

    def rendered(self, user: Any, row: Any) -> list[str]:
        """The panels of a record as the user sees them."""
        return [render_to_string(template, context) for template, context in self._pairs(user, row) if template]

    def _pairs(self, user: Any, row: Any) -> list[tuple[str, dict[str, Any]]]:
        return [panel(user, row) for panel in self._panels]
