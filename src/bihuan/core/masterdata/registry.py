"""Which tables are kept here, and how."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.forms import ModelForm

from bihuan.core.activity.verbs import describe

Cell = Callable[[Any], Any]


class ActionFailed(RuntimeError):
    """What was tried did not work; the reason is for people."""


@dataclass(frozen=True)
class TableAction:
    """Something that can be tried with an entry, such as a test message; returns what to tell the person."""

    name: str
    label: Any
    run: Callable[[Any, Any], str]


@dataclass(frozen=True)
class Table:
    """A small table: its form, the columns of its list, and who may see and change it."""

    code: str
    label: Any
    name: str
    form: type["ModelForm[Any]"]
    columns: tuple[tuple[Any, Cell], ...]
    view: str
    edit: str
    group: Any = ""
    hint: Any = ""
    search: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    actions: tuple[TableAction, ...] = ()
    after: Callable[[Any], None] | None = None

    @property
    def model(self) -> type[Model]:
        """The model behind the form."""
        found: type[Model] = self.form._meta.model
        return found

    def rows(self) -> QuerySet[Any]:
        """All entries with what a row of the list shows."""
        return self.model._default_manager.select_related(*self.related)


_tables: dict[str, Table] = {}


def register(table: Table, *, created: Any, changed: Any) -> None:
    """Add a table, with the words that the journal uses; called when an application is ready."""
    _tables[table.code] = table
    describe({f"{table.name}.created": created, f"{table.name}.changed": changed})


def tables() -> list[Table]:
    """Every table, in the order of registration."""
    return list(_tables.values())


def get(code: str) -> Table | None:
    """The table of a code."""
    return _tables.get(code)
