"""What the forms of a recall share."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.quality.recall.models import Recall
from bihuan.ui.inputs import BLANK, DayInput, MomentInput, area

__all__ = ["BLANK", "DayInput", "MomentInput", "ReasonForm", "RecallForm", "area"]


class RecallForm(forms.Form):
    """A form about one recall."""

    wide_fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, row: Recall, **kwargs: Any) -> None:
        self.recall = row
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices from the recall and its rules."""


class ReasonForm(RecallForm):
    """A step that needs nothing but its reason."""

    wide_fields = ("reason",)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=area(2))
