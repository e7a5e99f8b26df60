"""The small tables of people: departments, regions, outlets."""

from typing import ClassVar

from django import forms
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
    """A service outlet."""

    wide_fields: ClassVar[tuple[str, ...]] = ("address",)

    class Meta:
        model = Outlet
        fields = ("code", "name", "region", "phone", "address", "is_active")


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
         (_("telephone"), lambda row: row.phone),
         (_("address"), lambda row: row.address), (_("in use"), lambda row: row.is_active)),
        perm.PEOPLE_VIEW, perm.PEOPLE_EDIT, GROUP, _("Outlets with address and telephone."),
        search=("name",), related=("region",),
    ),
    created=_("added the outlet"), changed=_("changed the outlet"),
)  # fmt: skip
