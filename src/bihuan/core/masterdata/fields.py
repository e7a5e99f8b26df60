"""Form fields that small tables share."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

SEPARATORS = re.compile(r"[\n、,，;；]+")


class WordsField(forms.CharField):
    """A list of words, written with commas or one a line, kept as a list."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 2}))
        kwargs.setdefault("help_text", _("Separated by commas, or one a line."))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show a list as text."""
        return "、".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """Return the words, each once, in their order."""
        words = [word.strip() for word in SEPARATORS.split(super().clean(value) or "")]
        return list(dict.fromkeys(word for word in words if word))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Two ways of writing the same words are the same."""
        words = [word.strip() for word in SEPARATORS.split(data or "")]
        return [word for word in words if word] != list(initial or [])


class SecretInputField(forms.CharField):
    """A secret that is never shown again; left empty it stays as it is."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.PasswordInput(attrs={"autocomplete": "new-password"}))
        kwargs.setdefault("help_text", _("Never shown; leave empty to keep it."))
        super().__init__(required=False, **kwargs)


class KeepsSecret(forms.ModelForm):  # type: ignore[type-arg]
    """A form whose ``secret`` stays as it is when left empty; a new entry that needs one must give it."""

    needs_secret = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.fields["secret"].required = self.needs_secret
            self.fields["secret"].help_text = _("Never shown again.")

    def clean_secret(self) -> str:
        """Return the new secret, or the old one."""
        given: str = self.cleaned_data["secret"]
        return given or self.instance.secret
