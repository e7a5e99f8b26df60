"""What the forms of a recall share."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.quality.issues.forms.base import RowForm
from bihuan.quality.recall.models import Recall
from bihuan.ui.inputs import BLANK, DayInput, MomentInput, area

__all__ = ["BLANK", "DayInput", "MomentInput", "ReasonForm", "RecallForm", "area"]


class RecallForm(RowForm):
    """A form about one recall."""

    @property
    def recall(self) -> Recall:
        """What the form is about."""
        found: Recall = self.row
        return found


class ReasonForm(RecallForm):
    """A step that needs nothing but its reason."""

    wide_fields = ("reason",)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=area(2))
