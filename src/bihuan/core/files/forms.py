"""A form field for several files, checked by content before anything is kept."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from bihuan.core.files.services import FileRefused, check


class MultipleInput(forms.ClearableFileInput):
    """An input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; every one that is refused is named with its reason."""

    def __init__(self, *, allow: set[str] | None = None, most: int = 9, **kwargs: Any) -> None:
        self.allow, self.most = allow, most
        kwargs.setdefault("widget", MultipleInput())
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Check every file by its content."""
        files = [item for item in (data if isinstance(data, list | tuple) else [data]) if item]
        if not files and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(files) > self.most:
            raise ValidationError(_("At most %(most)s files.") % {"most": self.most})
        errors = []
        for item in files:
            try:
                check(item.read(), self.allow)
            except FileRefused as refused:
                errors.append(ValidationError(f"{item.name}: {refused.reason}"))
            finally:
                item.seek(0)
        if errors:
            raise ValidationError(errors)
        return files
