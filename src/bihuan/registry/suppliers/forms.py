"""The form of an assessment."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.registry.suppliers.models import Assessment, Standing
from bihuan.ui.inputs import DayInput, area

MARKS = [(mark, str(mark)) for mark in range(5, 0, -1)]


class AssessForm(forms.Form):
    """Five marks, what follows from them, and when he is looked at again (PRT-08, PRT-09)."""

    wide_fields: ClassVar[tuple[str, ...]] = ("finding",)
    qualification = forms.TypedChoiceField(label=_("Qualification"), choices=MARKS, coerce=int)
    reputation = forms.TypedChoiceField(label=_("Reputation"), choices=MARKS, coerce=int)
    quality = forms.TypedChoiceField(label=_("Quality"), choices=MARKS, coerce=int)
    price = forms.TypedChoiceField(label=_("Price"), choices=MARKS, coerce=int)
    delivery = forms.TypedChoiceField(label=_("Delivery time"), choices=MARKS, coerce=int)
    standing = forms.ChoiceField(label=_("What follows"), choices=Standing.choices, initial=Standing.APPROVED)
    finding = forms.CharField(
        label=_("Finding and what is to be rectified"), widget=area(2), required=False, max_length=2000
    )
    rectify_by = forms.DateField(label=_("Rectified by"), widget=DayInput(), required=False)
    next_review_on = forms.DateField(label=_("Next assessment on"), widget=DayInput(), required=False)

    def clean(self) -> dict[str, Any]:
        """The marks together."""
        data = super().clean() or {}
        marks = {name: data.pop(name) for name in Assessment.MARKS if name in data}
        return {**data, "marks": marks}
