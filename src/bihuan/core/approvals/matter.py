"""What an approval is about, in a few facts, so that nobody decides on a title alone."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from bihuan.core.approvals.models import Approval

Fact = tuple[Any, str]
Describer = Callable[[Any, Mapping[str, Any]], list[Fact]]
_describers: dict[str, Describer] = {}


def describe(kind: str, describer: Describer) -> None:
    """Say what those who decide on a kind of subject (``leaf.model``) read; the approval's own data comes along."""
    _describers[kind] = describer


def facts_of(approval: Approval) -> list[Fact]:
    """The facts of the subject that have something to say, in their order."""
    describer = _describers.get(approval.subject_type)
    row = apps.get_model(approval.subject_type)._default_manager.filter(pk=approval.subject_id).first()
    if describer is None or row is None:
        return []
    return [(label, words) for label, words in describer(row, approval.data) if words]


def fields(row: Model, *names: str) -> list[Fact]:
    """Fields of a row by their names and as people read them."""
    return [(row._meta.get_field(name).verbose_name, _words(row, name)) for name in names]  # type: ignore[union-attr]


def lines(rows: Any) -> str:
    """One line for each row."""
    return "\n".join(str(row) for row in rows)


def _words(row: Model, name: str) -> str:
    shown = getattr(row, f"get_{name}_display", None)
    value = shown() if shown else getattr(row, name)
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return "" if value is None else str(value)
