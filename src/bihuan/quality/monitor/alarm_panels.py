"""What upper rooms show on the page of an alarm; they register it, nobody here imports them."""

from collections.abc import Callable
from typing import Any

Panel = Callable[[Any, Any], tuple[str, dict[str, Any]]]

panels: list[Panel] = []


def register(panel: Panel) -> None:
    """Add a panel ``(user, alarm) -> (template, context)``."""
    panels.append(panel)
