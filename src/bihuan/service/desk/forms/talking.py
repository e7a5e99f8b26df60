"""Words to the customer and among ourselves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.files.forms import FilesField
from bihuan.registry.people.models import User
from bihuan.registry.people.queries import staff
from bihuan.service.desk.forms.base import CaseForm
from bihuan.service.desk.services.evidence import EVIDENCE
from bihuan.service.desk.services.talk import Purpose
from bihuan.ui.inputs import MomentInput, area

PURPOSES = [
    (Purpose.ANSWER, _("Answer")),
    (Purpose.CONTACT, _("Contact only")),
    (Purpose.PROGRESS, _("Progress")),
    (Purpose.QUESTION, _("Question to the customer")),
]


MEANS = [
    ("email", _("E-mail (is sent now)")),
    ("phone", _("Telephone (record what was said)")),
    ("chat", _("Chat")),
]


class ReplyForm(CaseForm):
    """A word to the customer."""

    wide_fields = ("text",)
    text = forms.CharField(label=_("Text to the customer"), widget=area(5), max_length=20_000)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=PURPOSES)
    means = forms.ChoiceField(label=_("By"), choices=MEANS)

    def prepare(self) -> None:
        self.initial.setdefault("means", "email" if self.case.contact_email else "phone")


class NoteForm(CaseForm):
    """An internal note with evidence."""

    wide_fields = ("text", "uploads")
    text = forms.CharField(label=_("Internal note (the customer never sees it)"), widget=area(), max_length=20_000)
    uploads = FilesField(label=_("Photos and files"), required=False, allow=EVIDENCE)


class AppointForm(CaseForm):
    """A time agreed with the customer, and who will come (WO-14)."""

    wide_fields = ("place",)
    at = forms.DateTimeField(label=_("Agreed time"), widget=MomentInput())
    engineer = forms.ModelChoiceField(User.objects.none(), label=_("Engineer"))
    agreed_with = forms.CharField(label=_("Agreed with"), max_length=60)
    place = forms.CharField(label=_("Place"), max_length=200, required=False)

    def prepare(self) -> None:
        self.fields["engineer"].queryset = staff()  # type: ignore[attr-defined]
        self.initial.setdefault("engineer", self.case.owner_id)
        self.initial.setdefault("agreed_with", self.case.contact_name)


class DelayForm(CaseForm):
    """A possible delay, told in time (SLA-18)."""

    wide_fields = ("text",)
    reason = forms.ChoiceField(label=_("Reason"))
    expected_at = forms.DateTimeField(label=_("Expected now"), widget=MomentInput())
    text = forms.CharField(label=_("Message to the customer"), widget=area(3))

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["reason"].choices = [(row.code, row.name) for row in self.case.policy.delay_reasons]
