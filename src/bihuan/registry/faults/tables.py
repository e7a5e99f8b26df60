"""The fault catalogue: symptoms, positions, cause categories, failure mechanisms."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.masterdata.fields import WordsField
from bihuan.core.masterdata.registry import Table, register
from bihuan.registry.faults import permissions as perm
from bihuan.registry.faults.models import CauseCategory, FailureMechanism, Position, Symptom
from bihuan.ui.inputs import DayInput

GROUP = _("Fault catalogue")
FIELDS = ("code", "name", "group", "keywords", "lines", "retired_on")


class CatalogueForm(forms.ModelForm):  # type: ignore[type-arg]
    """What every entry has; a code that is used no longer is retired, never deleted."""

    wide_fields: ClassVar[tuple[str, ...]] = ("keywords", "lines")
    keywords = WordsField(label=_("words that point to it"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lines"].help_text = _("None chosen: all lines.")
        self.fields["retired_on"].widget = DayInput()
        if self.instance.pk:
            self.fields["code"].disabled = True

    class Meta:
        widgets = {"lines": forms.CheckboxSelectMultiple}


class SymptomForm(CatalogueForm):
    """What the customer sees."""

    class Meta(CatalogueForm.Meta):
        model = Symptom
        fields = (*FIELDS, "is_serious", "is_danger")


class PositionForm(CatalogueForm):
    """Where on the product."""

    class Meta(CatalogueForm.Meta):
        model = Position
        fields = FIELDS


class CauseForm(CatalogueForm):
    """The class of a cause."""

    class Meta(CatalogueForm.Meta):
        model = CauseCategory
        fields = (*FIELDS, "is_user_caused", "is_no_fault")


class MechanismForm(CatalogueForm):
    """The same failure mechanism, assigned by engineering."""

    class Meta(CatalogueForm.Meta):
        model = FailureMechanism
        fields = FIELDS


COMMON = (
    (_("name"), lambda row: row.name), (_("code"), lambda row: row.code), (_("group"), lambda row: row.group),
    (_("words that point to it"), lambda row: "、".join(row.keywords)), (_("retired on"), lambda row: row.retired_on),
)  # fmt: skip


def _register(code: str, label: Any, name: str, form: Any, hint: Any, words: tuple[Any, Any], *extra: Any) -> None:
    table = Table(
        code, label, name, form, (*COMMON, *extra), perm.FAULTS_VIEW, perm.FAULTS_EDIT, GROUP, hint,
        search=("code", "name", "group"),
    )  # fmt: skip
    register(table, created=words[0], changed=words[1])


_register(
    "symptoms", _("Symptoms"), "symptom", SymptomForm,
    _("What customers see. Serious and danger open quality issues at once."),
    (_("added the symptom"), _("changed the symptom")),
    (_("serious"), lambda row: row.is_serious), (_("danger to persons"), lambda row: row.is_danger),
)  # fmt: skip
_register(
    "positions", _("Positions"), "position", PositionForm, _("Where on the product."),
    (_("added the position"), _("changed the position")),
)  # fmt: skip
_register(
    "causes", _("Cause categories"), "cause", CauseForm, _("Classes of causes; decide about liability and charge."),
    (_("added the cause category"), _("changed the cause category")),
    (_("caused by the user"), lambda row: row.is_user_caused),
)  # fmt: skip
_register(
    "mechanisms", _("Failure mechanisms"), "mechanism", MechanismForm,
    _("The same failure mechanism is what failure rates count."),
    (_("added the failure mechanism"), _("changed the failure mechanism")),
)  # fmt: skip
