"""The small table of suppliers; how they are judged has its own pages above."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.masterdata.registry import Table, register
from bihuan.registry.suppliers import permissions as perm
from bihuan.registry.suppliers.models import Supplier
from bihuan.ui.inputs import DayInput


class SupplierForm(forms.ModelForm):  # type: ignore[type-arg]
    """A supplier and his contract; his standing changes by assessment alone (PRT-08)."""

    wide_fields: ClassVar[tuple[str, ...]] = ("supplies",)

    class Meta:
        model = Supplier
        fields = ("code", "name", "contact_name", "contact_phone", "supplies", "contract_no", "contract_until")
        widgets = {"contract_until": DayInput()}


register(
    Table(
        "suppliers", _("Parts suppliers"), "supplier", SupplierForm,
        ((_("code"), lambda row: row.code), (_("name"), lambda row: row.name),
         (_("contract no."), lambda row: row.contract_no), (_("contract valid until"), lambda row: row.contract_until),
         (_("standing"), lambda row: row.get_standing_display())),
        perm.SUPPLIERS_VIEW, perm.SUPPLIERS_EDIT, _("Spare parts"),
        _("Who supplies parts, and under which contract."), search=("code", "name"),
    ),
    created=_("added the supplier"), changed=_("changed the supplier"),
)  # fmt: skip
