"""What the forms of a case share."""

from typing import Any, ClassVar

from django import forms

from bihuan.core.policy.schema import Profile
from bihuan.registry.products.models import ProductLine
from bihuan.service.desk.models import Case
from bihuan.ui.inputs import BLANK


def levels(rules: Profile, scale: str) -> list[tuple[Any, Any]]:
    """A scale as choices, in the company's own words."""
    return [*BLANK, *((step.level, step.name) for step in getattr(rules.scales, scale))]


def for_line(rows: Any, line: ProductLine | None) -> list[tuple[Any, Any]]:
    """Types or categories that apply to a product line."""
    code = line.code if line else ""
    return [
        *BLANK,
        *((row.code, row.name) for row in rows if not row.product_lines or code in row.product_lines),
    ]


class CaseForm(forms.Form):
    """A form about one case."""

    wide_fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, row: Case, **kwargs: Any) -> None:
        self.case = row
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices from the case's rules."""
