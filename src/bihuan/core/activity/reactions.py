"""How an upper room learns of what happened below it, without being imported from there.

A handler runs in the transaction of the activity: it writes rows or enqueues jobs, it never waits for the network.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db.models import Model

from bihuan.core.activity.models import Activity

Handler = Callable[[Activity, Any], None]

_handlers: dict[str, list[Handler]] = defaultdict(list)


def on(*verbs: str) -> Callable[[Handler], Handler]:
    """Register a handler for the verbs; ``*`` takes every verb. Registered in AppConfig.ready()."""

    def register(handler: Handler) -> Handler:
        for verb in verbs:
            if handler not in _handlers[verb]:
                _handlers[verb].append(handler)
        return handler

    return register


def dispatch(activity: Activity, subject: Model) -> None:
    """Call the handlers of the activity's verb, in the order of their registration."""
    for handler in (*_handlers["*"], *_handlers[activity.verb]):
        handler(activity, subject)
