"""Keeping small tables: check, write, journal, in one place."""

import hashlib
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.forms import ModelForm
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.masterdata.registry import Table

HIDDEN = "***"


class ChangedMeanwhile(RuntimeError):
    """Somebody else changed the entry after it was shown."""

    def __init__(self) -> None:
        self.reason = _("Somebody has changed this entry meanwhile. Please look at it again.")
        super().__init__(self.reason)


def values_of(table: Table, entry: Model) -> dict[str, str]:
    """What an entry says, as the journal keeps it; secrets are hidden."""
    if entry.pk is None:
        return {}
    values = model_to_dict(entry, fields=list(table.form.base_fields))
    return {key: _text(table, key, value) for key, value in values.items()}


def _text(table: Table, key: str, value: Any) -> str:
    if key in table.secrets:
        return HIDDEN if value else ""
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)


def stamp(table: Table, entry: Model) -> str:
    """A short mark of an entry's state, by which a change in between is recognised."""
    values = model_to_dict(entry, fields=list(table.form.base_fields)) if entry.pk else {}
    return hashlib.sha256(repr(sorted((key, str(value)) for key, value in values.items())).encode()).hexdigest()[:16]


@transaction.atomic
def save_entry(*, table: Table, form: "ModelForm[Any]", seen: str, by: Any) -> Model:
    """Write a checked form; raises ChangedMeanwhile and changes nothing when the entry is not as it was shown."""
    known = table.rows().filter(pk=form.instance.pk).first() if form.instance.pk else None
    if known is not None and stamp(table, known) != seen:
        raise ChangedMeanwhile
    before = values_of(table, known) if known is not None else {}
    entry: Model = form.save()
    after = values_of(table, entry)
    changed = {key: value for key, value in after.items() if before.get(key) != value}
    if known is None:
        record(subject=entry, verb=f"{table.name}.created", by=by, data={"after": after})
    elif changed or form.changed_data:
        old = {key: before.get(key, "") for key in changed}
        record(subject=entry, verb=f"{table.name}.changed", by=by, data={"before": old, "after": changed})
    if table.after:
        table.after(entry)
    return entry
