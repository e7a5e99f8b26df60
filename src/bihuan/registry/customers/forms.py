"""What people type about customers."""

from typing import ClassVar

from django import forms

from bihuan.registry.customers.models import Contact, Customer


class CustomerForm(forms.ModelForm):  # type: ignore[type-arg]
    """A customer."""

    wide_fields: ClassVar[tuple[str, ...]] = ("note", "address")

    class Meta:
        model = Customer
        fields = ("name", "kind", "region", "owner", "phone", "email", "address", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person to talk to."""

    wide_fields: ClassVar[tuple[str, ...]] = ()

    class Meta:
        model = Contact
        fields = ("name", "position", "phone", "email", "is_primary")
