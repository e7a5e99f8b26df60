"""What the forms about records of quality share."""

from typing import Any, ClassVar

from django import forms

from bihuan.quality.issues.models import Issue
from bihuan.registry.people.models import Department, User
from bihuan.registry.people.queries import staff


def people(label: Any, *, required: bool = True) -> Any:
    """A choice of one person; filled when the form is made."""
    return forms.ModelChoiceField(User.objects.none(), label=label, required=required)


def units(label: Any, *, required: bool = True) -> Any:
    """A choice of one department in use."""
    return forms.ModelChoiceField(Department.objects.filter(is_active=True), label=label, required=required)


class RowForm(forms.Form):
    """A form about one record; choices are filled from it and from its rules."""

    wide_fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, row: Any, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for field in fields.values():
            rows = getattr(field, "queryset", None)
            if rows is not None and rows.model is User:
                field.queryset = staff()
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices from the record and its rules."""


class IssueForm(RowForm):
    """A form about one issue."""

    @property
    def issue(self) -> Issue:
        """What the form is about."""
        found: Issue = self.row
        return found
