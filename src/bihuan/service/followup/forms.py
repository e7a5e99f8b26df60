"""What is asked in a follow-up."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.policy.schema.service import Questionnaire
from bihuan.service.followup.services import Outcome
from bihuan.ui.inputs import MomentInput, area

SCORES = [(5, _("5 very good")), (4, "4"), (3, "3"), (2, "2"), (1, _("1 very bad"))]
OUTCOMES = [
    (Outcome.NO_ANSWER.value, _("Nobody answered")),
    (Outcome.NOT_CONVENIENT.value, _("Not convenient now")),
    (Outcome.REFUSED.value, _("Does not wish to talk")),
]


class AnswerForm(forms.Form):
    """The questions of the questionnaire."""

    wide_fields: ClassVar[tuple[str, ...]] = ("opinion", "solved")

    def __init__(self, *args: Any, sheet: Questionnaire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in sheet.dimensions:
            self.fields[f"s_{item.code}"] = forms.TypedChoiceField(
                label=item.name, choices=SCORES, coerce=int, widget=forms.RadioSelect
            )
        self.fields["solved"] = forms.TypedChoiceField(
            label=_("Is the problem solved?"), choices=[("yes", _("Yes")), ("no", _("No"))], widget=forms.RadioSelect,
            coerce=lambda value: value == "yes",
        )  # fmt: skip
        self.fields["opinion"] = forms.CharField(
            label=_("Opinion and suggestions"), widget=area(3), required=False, max_length=5000
        )

    def answers(self) -> dict[str, Any]:
        """The cleaned answers as the service takes them."""
        data = self.cleaned_data
        scores = {name[2:]: value for name, value in data.items() if name.startswith("s_")}
        return {"scores": scores, "solved": data["solved"], "opinion": data["opinion"]}


class AttemptForm(forms.Form):
    """A call without answers (SUR-11)."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=OUTCOMES)
    call_again_at = forms.DateTimeField(label=_("Call again at"), widget=MomentInput(), required=False)
    remark = forms.CharField(label=_("Remark"), max_length=200, required=False)


class ReviewForm(forms.Form):
    """The analysis of an unsatisfied service (SUR-15)."""

    wide_fields: ClassVar[tuple[str, ...]] = ("cause", "improvement")
    cause = forms.CharField(label=_("Why the customer is not satisfied"), widget=area(3))
    improvement = forms.CharField(label=_("Improvement"), widget=area(3))
