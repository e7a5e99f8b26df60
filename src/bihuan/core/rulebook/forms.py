"""What people type about the rules."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SectionForm(forms.Form):
    """One section as text, with the reason of the change."""

    wide_fields = ("text", "note")
    text = forms.CharField(
        label=_("Rules of this section"),
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 24, "class": "code", "spellcheck": "false"}),
    )
    note = forms.CharField(label=_("Reason of the change"), max_length=200)
