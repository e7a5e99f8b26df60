"""Sign-in and accounts."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bihuan.core.policy.schema import Profile
from bihuan.registry.people.models import Department, Outlet, Region, User
from bihuan.registry.people.services import LOGIN_NAME


class LoginForm(forms.Form):
    """Name, password and, where switched on, the code."""

    username = forms.CharField(
        label=_("Login name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    code = forms.CharField(
        label=_("Code of your authenticator (if you use one)"),
        max_length=8,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class PasswordForm(forms.Form):
    """A new password."""

    old = forms.CharField(label=_("Present password"), widget=forms.PasswordInput)
    new = forms.CharField(
        label=_("New password"),
        widget=forms.PasswordInput,
        help_text=_("At least 10 characters, not a common word, not only digits."),
    )
    again = forms.CharField(label=_("New password again"), widget=forms.PasswordInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_old(self) -> str:
        """The present password proves who sits there."""
        if not self.user.check_password(self.cleaned_data["old"]):
            raise ValidationError(_("This is not your present password."))
        return str(self.cleaned_data["old"])

    def clean_new(self) -> str:
        """The password policy."""
        validate_password(self.cleaned_data["new"], self.user)
        return str(self.cleaned_data["new"])

    def clean(self) -> dict[str, Any]:
        """Both must be alike."""
        data = super().clean() or {}
        if data.get("new") and data.get("new") != data.get("again"):
            self.add_error("again", _("The two passwords differ."))
        return data


class UserForm(forms.Form):
    """A user with his roles, under the names that this company uses."""

    wide_fields = ("roles",)
    name = forms.CharField(label=_("Name"), max_length=40)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    department = forms.ModelChoiceField(Department.objects.all(), label=_("Department"), required=False)
    region = forms.ModelChoiceField(Region.objects.all(), label=_("Region"), required=False)
    outlet = forms.ModelChoiceField(Outlet.objects.all(), label=_("Outlet"), required=False)
    roles = forms.MultipleChoiceField(label=_("Roles"), widget=forms.CheckboxSelectMultiple, required=False)
    is_active = forms.BooleanField(label=_("May sign in"), required=False, initial=True)

    def __init__(self, *args: Any, rules: Profile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [(role.code, role.name) for role in rules.roles]  # type: ignore[attr-defined]


class NewUserForm(UserForm):
    """A new user."""

    username = forms.RegexField(
        rf"^{LOGIN_NAME}$",
        label=_("Login name"),
        help_text=_("Lower case letters, digits, dot and dash."),
    )
    password = forms.CharField(label=_("First password"), widget=forms.PasswordInput, validators=[validate_password])
    field_order = ("username", "name", "password")

    def clean_username(self) -> str:
        """A login name belongs to one person."""
        name = str(self.cleaned_data["username"])
        if User.objects.filter(username=name).exists():
            raise ValidationError(_("This login name is taken."))
        return name
