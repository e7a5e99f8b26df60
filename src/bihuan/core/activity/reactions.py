"""How an upper room learns of what happened below it, without being imported from there.

A handler of a verb is called for each activity, a follower once for all that a subject got together. Both run in the
transaction of the activity: they write rows or enqueue jobs, they never wait for the network.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model

from bihuan.core.activity.models import Activity

Handler = Callable[[Activity, Any], None]
ManyHandler = Callable[[Sequence[Any]], None]

Follower = Callable[[Sequence[Activity], Any], None]

_followers: list[Follower] = []
_handlers: dict[str, list[Handler]] = defaultdict(list)
_many: dict[str, list[ManyHandler]] = defaultdict(list)


def on(*verbs: str) -> Callable[[Handler], Handler]:
    """Register a handler for the verbs; ``*`` takes every verb. Registered in AppConfig.ready()."""

    def register(handler: Handler) -> Handler:
        for verb in verbs:
            if handler not in _handlers[verb]:
                _handlers[verb].append(handler)
        return handler

    return register


def follow_all(follower: Follower) -> None:
    """Register what follows every activity of a subject, in the order of its chain."""
    if follower not in _followers:
        _followers.append(follower)


def dispatch(activities: Sequence[Activity], subject: Model) -> None:
    """Call the followers, then the handlers of each activity's verb, in the order of their registration."""
    for follower in _followers:
        follower(activities, subject)
    for activity in activities:
        for handler in (*_handlers["*"], *_handlers[activity.verb]):
            handler(activity, subject)


def on_many(*verbs: str) -> Callable[[ManyHandler], ManyHandler]:
    """Register a handler that takes all subjects of a verb that were written together, so that imports stay fast."""

    def register(handler: ManyHandler) -> ManyHandler:
        for verb in verbs:
            if handler not in _many[verb]:
                _many[verb].append(handler)
        return handler

    return register


def dispatch_many(written: Sequence[tuple[str, Model]]) -> None:
    """Call the handlers of many with the subjects of their verb."""
    by_verb: dict[str, list[Model]] = defaultdict(list)
    for verb, subject in written:
        if verb in _many:
            by_verb[verb].append(subject)
    for verb, subjects in by_verb.items():
        for handler in _many[verb]:
            handler(subjects)
