"""The words for what happened: every verb that a leaf writes is described here by that leaf."""

from collections.abc import Mapping

from django.utils.functional import Promise

_labels: dict[str, str | Promise] = {}


def describe(labels: Mapping[str, str | Promise]) -> None:
    """Register the words for verbs; called from AppConfig.ready()."""
    _labels.update(labels)


def label(verb: str) -> str | Promise:
    """Return the words for a verb, or the verb itself for one of an older version."""
    return _labels.get(verb, verb)


def known() -> frozenset[str]:
    """Every described verb."""
    return frozenset(_labels)
