"""Which function does which kind of job."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from bihuan.core.jobs.services import Progress

Text = str | Promise
Handler = Callable[[dict[str, Any], "Progress"], Any]
OnFailure = Callable[[dict[str, Any], str], None]


@dataclass(frozen=True)
class Kind:
    """A registered kind: its handler, how often it is tried, and its turn if it is scheduled."""

    name: str
    handler: Handler
    max_attempts: int
    every_seconds: int | None
    on_failure: OnFailure | None = None
    label: Text = ""


kinds: dict[str, Kind] = {}


def job(
    name: str, *, max_attempts: int = 8, every_seconds: int | None = None, on_failure: OnFailure | None = None,
    label: Text = "",
) -> Callable[[Handler], Handler]:  # fmt: skip
    """Register a handler ``(payload, progress) -> JSON-able result``. It must be idempotent.

    ``on_failure(payload, message)`` is called once when the last try has failed, also when tries ended with the
    death of the worker, so that a poisonous row is put aside and never blocks the rest.

    ``label`` names it for people; without one they read its name.

    ``every_seconds`` also makes a schedule of it. Registered in AppConfig.ready() by importing ``jobs``.
    """

    def register(handler: Handler) -> Handler:
        kinds[name] = Kind(name, handler, max_attempts, every_seconds, on_failure, label)
        return handler

    return register


def label_of(name: str) -> Text:
    """How people call a kind; one that an older version left behind has its name only."""
    found = kinds.get(name)
    return found.label or name if found else name
