"""What a person gives when he delegates his votes."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from bihuan.ui.inputs import DayInput


class DelegationForm(forms.Form):
    """To whom, from when to when, and why."""

    wide_fields: ClassVar[tuple[str, ...]] = ("reason",)
    deputy: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(label=_("deputy"), queryset=None)
    starts_on = forms.DateField(label=_("first day"), widget=DayInput())
    ends_on = forms.DateField(label=_("last day"), widget=DayInput())
    reason = forms.CharField(label=_("reason"), max_length=200)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        deputy: Any = self.fields["deputy"]
        deputy.queryset = get_user_model()._default_manager.filter(is_active=True).exclude(pk=user.pk)
