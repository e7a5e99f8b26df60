"""What upper leaves show on the page of an issue; they register it, nobody here imports them."""

from collections.abc import Callable
from typing import Any

from django.template.loader import render_to_string

Panel = Callable[[Any, Any], tuple[str, dict[str, Any]]]

panels: list[Panel] = []


def register(panel: Panel) -> None:
    """Add a panel ``(user, issue) -> (template, context)``."""
    panels.append(panel)


def rendered(user: Any, issue: Any) -> list[str]:
    """The panels of an issue."""
    return [render_to_string(*panel(user, issue)) for panel in panels]
