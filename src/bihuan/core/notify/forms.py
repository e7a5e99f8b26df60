"""What people choose about their notices."""

from django import forms

from bihuan.core.notify.models import NoticePreference


class PreferenceForm(forms.ModelForm):  # type: ignore[type-arg]
    """From which level on notices also come by e-mail."""

    wide_fields = ()

    class Meta:
        model = NoticePreference
        fields = ("mail_level",)
