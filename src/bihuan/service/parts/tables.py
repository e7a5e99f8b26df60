"""The small table of places: warehouses, bins, engineers' stock (PRT-01)."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bihuan.core.masterdata.registry import Table, register
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import Place, PlaceKind
from bihuan.service.parts.queries import stores

KINDS = [choice for choice in PlaceKind.choices if choice[0] in {PlaceKind.STORE, PlaceKind.ENGINEER}]


class PlaceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A warehouse, a bin in one, or an engineer's stock."""

    wide_fields: ClassVar[tuple[str, ...]] = ()

    class Meta:
        model = Place
        fields = ("code", "name", "kind", "parent", "user", "is_secured", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = KINDS
        fields["parent"].queryset = stores().filter(parent__isnull=True)
        for name in ("code", "kind", "user") if self.instance.pk else ():
            fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        """An engineer's stock names him; a bin lies in a warehouse."""
        data = super().clean() or {}
        is_engineers = data.get("kind") == PlaceKind.ENGINEER
        if is_engineers != bool(data.get("user")):
            raise ValidationError({"user": _("An engineer's stock names the engineer, another place names nobody.")})
        if is_engineers and data.get("parent"):
            raise ValidationError({"parent": _("An engineer's stock lies in no warehouse.")})
        return data


register(
    Table(
        "places", _("Places of parts"), "place", PlaceForm,
        ((_("code"), lambda row: row.code), (_("name"), lambda row: row.name),
         (_("kind"), lambda row: row.get_kind_display()), (_("warehouse"), lambda row: row.parent),
         (_("own place for valuable and critical parts"), lambda row: row.is_secured),
         (_("in use"), lambda row: row.is_active)),
        perm.PARTS_VIEW, perm.PARTS_KEEP, _("Spare parts"),
        _("Warehouses with their bins, and what engineers carry with them."), search=("code", "name"),
        related=("parent", "user"),
    ),
    created=_("added the place"), changed=_("changed the place"),
)  # fmt: skip
