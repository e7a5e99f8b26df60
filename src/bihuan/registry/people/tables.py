"""The small tables of people: departments, regions, outlets."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.masterdata.fields import WordsField
from bihuan.core.masterdata.registry import Table, register
from bihuan.registry.people import permissions as perm
from bihuan.registry.people.models import Department, Outlet, Region

GROUP = _("Organisation")


class DepartmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """A department with the names that other papers use for it (D25)."""

    wide_fields: ClassVar[tuple[str, ...]] = ("aliases",)
    aliases = WordsField(label=_("other names"), required=False)

    class Meta:
        model = Department
        fields = ("code", "name", "aliases", "is_active")


class RegionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A region of service responsibility."""

    wide_fields: ClassVar[tuple[str, ...]] = ()

    class Meta:
        model = Region
        fields = ("code", "name", "is_active")


class OutletForm(forms.ModelForm):  # type: ignore[type-arg]
    """A service outlet; who says whether it meets a standard says by which and when (KNO-10)."""

    wide_fields: ClassVar[tuple[str, ...]] = ("address", "service_range", "facilities", "environment")

    class Meta:
        model = Outlet
        fields = (
            "code", "name", "region", "phone", "address", "service_range", "facilities", "environment", "standard",
            "meets_standard", "judged_on", "is_active",
        )  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = {
            "facilities": forms.Textarea({"rows": 3}), "environment": forms.Textarea({"rows": 3}),
            "judged_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A judgement needs its standard and its day, which has come already."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("meets_standard") is not None:
            for name in ("standard", "judged_on"):
                if name not in self.errors and not data.get(name):
                    self.add_error(name, _("This field is required."))
        if data.get("judged_on") and data["judged_on"] > timezone.localdate():
            self.add_error("judged_on", _("This day has not come yet."))
        return data


register(
    Table(
        "departments", _("Departments"), "department", DepartmentForm,
        ((_("name"), lambda row: row.name), (_("code"), lambda row: row.code),
         (_("other names"), lambda row: "、".join(row.aliases)), (_("in use"), lambda row: row.is_active)),
        perm.PEOPLE_VIEW, perm.PEOPLE_EDIT, GROUP, _("The names by which papers speak of a department lead to it."),
    ),
    created=_("added the department"), changed=_("changed the department"),
)  # fmt: skip
register(
    Table(
        "regions", _("Regions"), "region", RegionForm,
        ((_("name"), lambda row: row.name), (_("code"), lambda row: row.code),
         (_("in use"), lambda row: row.is_active)),
        perm.PEOPLE_VIEW, perm.PEOPLE_EDIT, GROUP, _("Who is responsible where: people of a region see its cases."),
    ),
    created=_("added the region"), changed=_("changed the region"),
)  # fmt: skip
register(
    Table(
        "outlets", _("Service outlets"), "outlet", OutletForm,
        ((_("name"), lambda row: row.name), (_("region"), lambda row: row.region),
         (_("service range"), lambda row: row.service_range), (_("telephone"), lambda row: row.phone),
         (_("address"), lambda row: row.address), (_("meets the standard"), lambda row: row.meets_standard),
         (_("in use"), lambda row: row.is_active)),
        perm.PEOPLE_VIEW, perm.PEOPLE_EDIT, GROUP,
        _("Outlets with what they serve, their facilities, and whether they meet the standard."),
        search=("name",), related=("region",),
    ),
    created=_("added the outlet"), changed=_("changed the outlet"),
)  # fmt: skip
