"""What waits for one person: every leaf registers what it knows, the first page shows it together."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class Todo:
    """One thing to do: what it is, what it is about, its page, and until when where a day is set."""

    what: Text
    about: str
    address: str
    due_on: date | None = None
    is_late: bool = False


Provider = Callable[[Any], Iterable[Todo]]
_providers: dict[str, Provider] = {}


def register(key: str, provider: Provider) -> None:
    """Tell what waits for a person; called when an application is ready. A provider asks a fixed number of queries."""
    _providers[key] = provider


def todos(user: Any) -> list[Todo]:
    """What waits for the user: the late ones first, then by their day, those without one last."""
    found = [item for key in sorted(_providers) for item in _providers[key](user)]
    return sorted(found, key=lambda item: (not item.is_late, item.due_on or date.max))
