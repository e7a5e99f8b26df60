"""What customers type."""

import base64
import binascii
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bihuan.core.files.forms import FilesField
from bihuan.service.desk.forms.registering import build_custom
from bihuan.ui.inputs import DayInput, area

PHOTOS = {"image", "video", "pdf"}


class FeedbackForm(forms.Form):
    """The feedback form of the website: words, photos, a way back (INT-12)."""

    wide_fields: ClassVar[tuple[str, ...]] = ("description", "photos", "agree")
    description = forms.CharField(
        label=_("What is the problem?"), widget=area(5), max_length=20_000,
        help_text=_("What happened, since when, and what was done with the product then?"),
    )  # fmt: skip
    photos = FilesField(label=_("Photos or video"), required=False, allow=PHOTOS)
    contact_name = forms.CharField(label=_("Your name"), max_length=60)
    contact_phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    contact_email = forms.EmailField(label=_("E-mail"), required=False)
    serial_text = forms.CharField(label=_("Serial no. (on the name plate)"), max_length=60, required=False)
    purchased_on = forms.DateField(label=_("Purchase date"), widget=DayInput(), required=False)
    agree = forms.BooleanField(label=_("I have read the privacy notice: my data serve this service only."))
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, custom: Any = (), knows_unit: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if knows_unit:
            del self.fields["serial_text"]
        for field in custom:
            if field.public:
                self.fields[f"c_{field.code}"] = build_custom(field)
        self.order_fields([name for name in self.fields if name != "agree"])

    def clean(self) -> dict[str, Any]:
        """One way back to the customer is needed; the hidden field is a trap for robots."""
        data = super().clean() or {}
        if data.get("website"):
            raise ValidationError(_("Please try again."))
        if not data.get("contact_phone") and not data.get("contact_email"):
            raise ValidationError(_("Give a telephone number or an e-mail address, so that we can answer you."))
        return data


class SignedForm(forms.Form):
    """A decision with name and signature."""

    wide_fields: ClassVar[tuple[str, ...]] = ("opinion",)
    decision = forms.ChoiceField(label=_("Your decision"), widget=forms.RadioSelect)
    person = forms.CharField(label=_("Your name"), max_length=60)
    opinion = forms.CharField(label=_("Remark or objection"), widget=area(3), required=False, max_length=5000)
    signature = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"id": "signature-data"}))

    def __init__(self, *args: Any, choices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = choices  # type: ignore[attr-defined]

    def clean_signature(self) -> bytes:
        """The picture that was drawn, or nothing."""
        text = self.cleaned_data["signature"]
        if not text:
            return b""
        head, _comma, body = text.partition(",")
        if head != "data:image/png;base64" or len(body) > 2_000_000:
            raise ValidationError(_("The signature cannot be read."))
        try:
            return base64.b64decode(body, validate=True)
        except binascii.Error as error:
            raise ValidationError(_("The signature cannot be read.")) from error


class WordForm(forms.Form):
    """A word to the company on the progress page."""

    wide_fields: ClassVar[tuple[str, ...]] = ("text", "photos")
    text = forms.CharField(label=_("Write to us"), widget=area(3), max_length=20_000)
    photos = FilesField(label=_("Photos or video"), required=False, allow=PHOTOS)
