"""What people give for an import."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.files.forms import FilesField
from bihuan.core.importing.registry import ImportKind
from bihuan.core.importing.services import TABLES

NOT_ASSIGNED = ""


class TableForm(forms.Form):
    """The file."""

    wide_fields = ("file",)
    file = FilesField(
        label=_("File (xlsx or csv)"), allow=set(TABLES), most=1,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.txt"}),
    )  # fmt: skip


class MappingForm(forms.Form):
    """Which column of the file is which."""

    wide_fields = ()

    def __init__(self, *args: Any, kind: ImportKind, heading: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(str(place), words or f"({place + 1})") for place, words in enumerate(heading)]
        for column in kind.columns:
            self.fields[column.key] = forms.ChoiceField(
                label=column.label,
                required=column.required,
                choices=[(NOT_ASSIGNED, _("— not in the file —")), *places],
            )

    def mapping(self) -> dict[str, int]:
        """The assigned columns."""
        return {key: int(place) for key, place in self.cleaned_data.items() if place != NOT_ASSIGNED}
