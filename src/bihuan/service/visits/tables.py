"""The small tables of field service: who has passed which training, and who is away."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.masterdata.registry import Table, register
from bihuan.registry.people.queries import staff, with_permission
from bihuan.registry.products.forms import CustomerNumber, UnitField
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.models import Absence, CarePlan, IssuedTool, Qualification, Spot
from bihuan.service.visits.models.care import lines_of
from bihuan.ui.inputs import DayInput, TimeOfDayInput, area

GROUP = _("Field service")


def name_again(form: Any, field: str, by: str) -> None:
    """Show what a record names by the number under which it is typed."""
    named = getattr(form.instance, field) if form.instance.pk else None
    if named is not None:
        form.initial[field] = getattr(named, by)


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


class IssuedToolForm(StaffForm):
    """A tool or a test equipment that somebody was given (KNO-09)."""

    class Meta:
        model = IssuedTool
        fields = ("user", "name", "number", "issued_on", "valid_until", "returned_on")
        widgets = {"issued_on": DayInput(), "valid_until": DayInput(), "returned_on": DayInput()}

    def clean(self) -> dict[str, Any]:
        """What comes back was given before."""
        data = super().clean() or {}
        if data.get("issued_on") and data.get("returned_on") and data["returned_on"] < data["issued_on"]:
            self.add_error("returned_on", _("The end lies before the beginning."))
        return data


class SpotForm(forms.ModelForm):  # type: ignore[type-arg]
    """Where a customer or a region is."""

    wide_fields: ClassVar[tuple[str, ...]] = ()

    customer = CustomerNumber(label=_("customer (number or name)"), required=False, max_length=120)

    class Meta:
        model = Spot
        fields = ("customer", "region", "latitude", "longitude")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_again(self, "customer", "code")

    def clean(self) -> dict[str, Any]:
        """A place belongs to a customer or to a region, and lies on the earth."""
        data = super().clean() or {}
        if (data.get("customer") is None) == (data.get("region") is None):
            self.add_error("region", _("Give either a customer or a region."))
        for name, most in (("latitude", 90), ("longitude", 180)):
            if data.get(name) is not None and abs(data[name]) > most:
                self.add_error(name, _("Between -%(most)s and %(most)s degrees.") % {"most": most})
        return data


class CarePlanForm(forms.ModelForm):  # type: ignore[type-arg]
    """A plan of care: where, what, who, how often."""

    wide_fields: ClassVar[tuple[str, ...]] = ("name", "place", "checklist")
    customer = CustomerNumber(label=_("customer (number or name)"), max_length=120)
    unit = UnitField(label=_("Serial no."), required=False)

    class Meta:
        model = CarePlan
        fields = (
            "name", "kind", "customer", "line", "unit", "engineer", "planner", "every_days", "next_on", "hour", "hours",
            "place", "contact_name", "contact_phone", "checklist", "is_active",
        )  # fmt: skip
        widgets = {"next_on": DayInput(), "hour": TimeOfDayInput(), "checklist": area(6)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for name, permission in (("engineer", perm.VISITS_WORK), ("planner", perm.VISITS_PLAN)):
            ids = [user.pk for user in with_permission(permission)]
            fields[name].queryset = staff().filter(pk__in=ids)
        name_again(self, "customer", "code")
        name_again(self, "unit", "serial")

    def clean(self) -> dict[str, Any]:
        """The unit stands at the customer's."""
        data = super().clean() or {}
        unit, customer = data.get("unit"), data.get("customer")
        if unit is not None and customer is not None and unit.customer_id not in {None, customer.pk}:
            self.add_error("unit", _("This unit belongs to another customer."))
        return data

    def clean_checklist(self) -> str:
        """At least one line to look at."""
        text: str = self.cleaned_data["checklist"]
        if not lines_of(text):
            raise forms.ValidationError(_("Write at least one line."))
        return text


register(
    Table(
        "care_plans", _("Care plans"), "care_plan", CarePlanForm,
        ((_("name"), lambda row: row.name), (_("kind"), lambda row: row.get_kind_display()),
         (_("customer"), lambda row: row.customer), (_("engineer"), lambda row: row.engineer),
         (_("every (days)"), lambda row: row.every_days), (_("next on"), lambda row: row.next_on),
         (_("problem"), lambda row: row.problem), (_("in use"), lambda row: row.is_active)),
        perm.VISITS_PLAN, perm.VISITS_PLAN, GROUP,
        _("Inspection rounds and maintenance: their visits are planned by themselves, findings become cases."),
        search=("name", "customer__name"), related=("customer", "engineer"),
    ),
    created=_("recorded the care plan"), changed=_("changed the care plan"),
)  # fmt: skip
register(
    Table(
        "spots", _("Places on the map"), "spot", SpotForm,
        ((_("customer"), lambda row: row.customer or ""), (_("region"), lambda row: row.region or ""),
         (_("latitude"), lambda row: row.latitude), (_("longitude"), lambda row: row.longitude)),
        perm.VISITS_PLAN, perm.VISITS_STAFF, GROUP,
        _("Degrees of regions and customers: a proposed day counts its ways by them."),
        search=("customer__name", "region__name"), related=("customer", "region"),
    ),
    created=_("recorded the place"), changed=_("changed the place"),
)  # fmt: skip
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
register(
    Table(
        "issued_tools", _("Issued tools"), "issued_tool", IssuedToolForm,
        ((_("engineer"), lambda row: row.user), (_("tool or equipment"), lambda row: row.name),
         (_("tool number"), lambda row: row.number), (_("issued on"), lambda row: row.issued_on),
         (_("calibrated until"), lambda row: row.valid_until), (_("returned on"), lambda row: row.returned_on)),
        perm.VISITS_PLAN, perm.VISITS_STAFF, GROUP,
        _("Service tools and test equipment in the hands of the people; who has one sees it with his daily check."),
        search=("user__name", "name", "number"), related=("user",),
    ),
    created=_("issued the tool"), changed=_("changed the issued tool"),
)  # fmt: skip
