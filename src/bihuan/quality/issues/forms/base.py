"""What the forms of an issue share."""

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


class IssueForm(forms.Form):
    """A form about one issue."""

    wide_fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, row: Issue, **kwargs: Any) -> None:
        self.issue = row
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for field in fields.values():
            rows = getattr(field, "queryset", None)
            if rows is not None and rows.model is User:
                field.queryset = staff()
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices from the issue and its rules."""
