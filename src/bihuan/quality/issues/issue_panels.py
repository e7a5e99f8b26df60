"""What upper leaves show on the page of an issue; they register it, nobody here imports them."""

from collections.abc import Callable
from typing import Any

Panel = Callable[[Any, Any], tuple[str, dict[str, Any]]]

panels: list[Panel] = []


def register(panel: Panel) -> None:
    """Add a panel ``(user, issue) -> (template, context)``; an empty template shows nothing."""
    panels.append(panel)
