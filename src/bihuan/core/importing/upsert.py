"""Bringing rows into a table: new ones made, known ones changed where they differ, all with their journal."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db.models import Model

from bihuan.core.activity.services import Entry, record_many
from bihuan.core.importing.registry import Row
from bihuan.core.importing.services import CHANGED, CREATED, SAME

M = TypeVar("M", bound=Model)


class Upsert(Generic[M]):
    """One part of a file against one table; nothing is written while only looking.

    ``name`` is the first part of the journal's verbs: ``unit`` gives ``unit.created`` and ``unit.changed``.
    """

    def __init__(self, model: type[M], *, name: str, by: Any, dry: bool) -> None:
        self.model, self.name, self.by, self.dry = model, name, by, dry
        self.fresh: list[M] = []
        self.changed: list[M] = []
        self._entries: list[Entry] = []
        self._fields: set[str] = set()

    def take(self, row: Row, known: M | None, make: Callable[[], M], fields: dict[str, Any]) -> M:
        """Take a row: ``fields`` are set on the known object, or on the one that ``make`` returns."""
        target = known if known is not None else make()
        before = {key: getattr(target, key) for key, value in fields.items() if getattr(target, key) != value}
        for key in before:
            setattr(target, key, fields[key])
        if known is None:
            self.fresh.append(target)
            row.outcome = CREATED
        elif before:
            self.changed.append(target)
            self._fields.update(before)
            after = {key: str(fields[key]) for key in before}
            data = {"before": {key: str(value) for key, value in before.items()}, "after": after}
            self._entries.append(Entry(target, f"{self.name}.changed", {**data, "imported": True}))
            row.outcome = CHANGED
        else:
            row.outcome = SAME
        return target

    def write(self, *extra_fields: str) -> list[M]:
        """Write everything with a fixed number of statements; returns what is new or changed."""
        if self.dry:
            return []
        if self.fresh:
            self.model._default_manager.bulk_create(self.fresh)
            entries = [Entry(row, f"{self.name}.created", {"imported": True, "name": str(row)}) for row in self.fresh]
            record_many(entries=entries, by=self.by, new_subjects=True)
        if self.changed:
            self.model._default_manager.bulk_update(self.changed, [*self._fields, *extra_fields], batch_size=200)
            record_many(entries=self._entries, by=self.by)
        return [*self.fresh, *self.changed]


def lookup(model: type[M], field: str, values: Sequence[Any], **only: Any) -> dict[Any, M]:
    """The rows of a table by a field, one query for a part of the file."""
    wanted = {value for value in values if value}
    if not wanted:
        return {}
    rows = model._default_manager.filter(**{f"{field}__in": wanted}, **only)
    return {getattr(row, field): row for row in rows}
