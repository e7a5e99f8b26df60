"""Which function does which kind of job."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bihuan.core.jobs.services import Progress

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


kinds: dict[str, Kind] = {}


def job(
    name: str, *, max_attempts: int = 8, every_seconds: int | None = None, on_failure: OnFailure | None = None
) -> Callable[[Handler], Handler]:
    """Register a handler ``(payload, progress) -> JSON-able result``. It must be idempotent.

    ``on_failure(payload, message)`` is called once when the last try has failed, also when tries ended with the
    death of the worker, so that a poisonous row is put aside and never blocks the rest.

    ``every_seconds`` also makes a schedule of it. Registered in AppConfig.ready() by importing ``jobs``.
    """

    def register(handler: Handler) -> Handler:
        kinds[name] = Kind(name, handler, max_attempts, every_seconds, on_failure)
        return handler

    return register
