"""The small tables of field service: who has passed which training, and who is away."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.masterdata.registry import Table, register
from bihuan.registry.people.queries import staff
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.models import Absence, Qualification
from bihuan.ui.inputs import DayInput

GROUP = _("Field service")


class StaffForm(forms.ModelForm):  # type: ignore[type-arg]
    """An entry about one of the people."""

    wide_fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["user"].queryset = staff()


class QualificationForm(StaffForm):
    """A training that somebody has passed (KNO-05)."""

    class Meta:
        model = Qualification
        fields = ("user", "line", "training", "passed_on", "valid_until")
        widgets = {"passed_on": DayInput(), "valid_until": DayInput()}

    def clean(self) -> dict[str, Any]:
        """What was passed is valid afterwards."""
        data = super().clean() or {}
        if data.get("passed_on") and data.get("valid_until") and data["valid_until"] < data["passed_on"]:
            self.add_error("valid_until", _("The end lies before the beginning."))
        return data


class AbsenceForm(StaffForm):
    """Days on which somebody cannot be sent."""

    class Meta:
        model = Absence
        fields = ("user", "starts_on", "ends_on", "reason")
        widgets = {"starts_on": DayInput(), "ends_on": DayInput()}

    def clean(self) -> dict[str, Any]:
        """The days follow each other."""
        data = super().clean() or {}
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("The end lies before the beginning."))
        return data


register(
    Table(
        "qualifications", _("Qualifications"), "qualification", QualificationForm,
        ((_("engineer"), lambda row: row.user), (_("product line"), lambda row: row.line),
         (_("training or certificate"), lambda row: row.training), (_("passed on"), lambda row: row.passed_on),
         (_("valid until"), lambda row: row.valid_until)),
        perm.VISITS_PLAN, perm.VISITS_STAFF, GROUP, _("Only who has passed the training of a line is sent there."),
        search=("user__name", "training"), related=("user", "line"),
    ),
    created=_("recorded the qualification"), changed=_("changed the qualification"),
)  # fmt: skip
register(
    Table(
        "absences", _("Absences"), "absence", AbsenceForm,
        ((_("engineer"), lambda row: row.user), (_("from"), lambda row: row.starts_on),
         (_("to"), lambda row: row.ends_on), (_("reason"), lambda row: row.reason)),
        perm.VISITS_PLAN, perm.VISITS_STAFF, GROUP, _("On these days nobody is planned for a visit."),
        search=("user__name",), related=("user",),
    ),
    created=_("recorded the absence"), changed=_("changed the absence"),
)  # fmt: skip
