"""The small tables of parts: classes and records."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bihuan.core.masterdata.registry import Table, register
from bihuan.registry.spares import permissions as perm
from bihuan.registry.spares.models import Part, PartClass
from bihuan.registry.spares.queries import successors

GROUP = _("Spare parts")


class ClassForm(forms.ModelForm):  # type: ignore[type-arg]
    """A class of parts."""

    wide_fields: ClassVar[tuple[str, ...]] = ()

    class Meta:
        model = PartClass
        fields = ("code", "name")


class PartForm(forms.ModelForm):  # type: ignore[type-arg]
    """The record of a part; its number and its tracking stay, because the ledger is written in them (PRT-01)."""

    wide_fields: ClassVar[tuple[str, ...]] = ("specification", "fits")

    class Meta:
        model = Part
        fields = (
            "code", "name", "model", "specification", "part_class", "unit_name", "tracking", "is_valuable",
            "is_critical", "replaced_by", "supplier", "lead_days", "fits", "is_active",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["code"].disabled = True
            self.fields["tracking"].disabled = True

    def clean_replaced_by(self) -> Part | None:
        """A chain of successors has an end."""
        found: Part | None = self.cleaned_data["replaced_by"]
        if found is not None and self.instance.pk in {found.pk, *(row.pk for row in successors(found))}:
            raise ValidationError(_("This part would replace itself."))
        return found


register(
    Table(
        "part-classes", _("Classes of parts"), "part_class", ClassForm,
        ((_("code"), lambda row: row.code), (_("name"), lambda row: row.name)),
        perm.SPARES_VIEW, perm.SPARES_EDIT, GROUP, _("Parts by their function, counted and managed together."),
        search=("code", "name"),
    ),
    created=_("added the class of parts"), changed=_("changed the class of parts"),
)  # fmt: skip
register(
    Table(
        "parts", _("Part records"), "part", PartForm,
        ((_("part no."), lambda row: row.code), (_("name"), lambda row: row.name), (_("model"), lambda row: row.model),
         (_("specification"), lambda row: row.specification), (_("function class"), lambda row: row.part_class),
         (_("replaced by"), lambda row: row.replaced_by), (_("in use"), lambda row: row.is_active)),
        perm.SPARES_VIEW, perm.SPARES_EDIT, GROUP,
        _("Name, model, specification and class of each spare part, what it fits and what replaces it."),
        search=("code", "name", "model"), related=("part_class", "replaced_by", "supplier"),
    ),
    created=_("added the part"), changed=_("changed the part"),
)  # fmt: skip
