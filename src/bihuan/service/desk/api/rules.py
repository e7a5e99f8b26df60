"""The words of the company: the codes that requests may name, with what people call them."""

from typing import Any

from django.http import HttpRequest
from ninja import Schema

from bihuan.core.policy import queries as policy
from bihuan.core.rest.fields import Code
from bihuan.core.rest.routing import Router
from bihuan.registry.faults.models import CauseCategory, FailureMechanism, Position, Symptom
from bihuan.registry.faults.queries import usable
from bihuan.registry.people.models import Department
from bihuan.registry.products.models import ProductLine
from bihuan.service.desk.api.base import row_of
from bihuan.service.desk.services.registration import policy_for
from bihuan.service.desk.validation import custom_fields

router = Router(tags=["rules"])
CATALOGUE: dict[str, Any] = {
    "symptoms": Symptom, "positions": Position, "cause_categories": CauseCategory, "mechanisms": FailureMechanism,
}  # fmt: skip


class Word(Schema):
    """A code and its name."""

    code: str
    name: str


class Step(Schema):
    """A step of a scale and its name."""

    level: int
    name: str


class RulesOut(Schema):
    """The codes of a product line."""

    company: str
    channels: list[Word]
    service_types: list[Word]
    categories: list[Word]
    criteria: list[Word]
    delay_reasons: list[Word]
    forms: list[Word]
    custom_fields: list[Word]
    departments: list[Word]
    scales: dict[str, list[Step]]
    catalogue: dict[str, list[Word]]


@router.get("", response=RulesOut, summary="The codes in force")
def rules(request: HttpRequest, line: Code = "") -> RulesOut:
    """The codes that requests about a product line may name; without a line those of the company."""
    product: ProductLine | None = row_of("line", ProductLine.objects.select_related("profile"), line)
    profile = policy.parsed(policy_for(product))
    scales = {name: getattr(profile.scales, name) for name in ("urgency", "severity", "impact", "dispersion")}
    return RulesOut(
        company=profile.company,
        channels=_words(row for row in profile.channels if row.enabled),
        service_types=_words(_fitting(profile.service_types, line)),
        categories=_words(_fitting(profile.categories, line)),
        criteria=_words(_fitting(profile.criteria, line)),
        delay_reasons=_words(profile.delay_reasons),
        forms=[Word(code=form.code, name=form.title) for form in profile.forms if form.enabled],
        custom_fields=_words(custom_fields(product)),
        departments=_words(Department.objects.filter(is_active=True)),
        scales={name: [Step(level=row.level, name=row.name) for row in rows] for name, rows in scales.items()},
        catalogue={name: _words(usable(kind, product).order_by("code")) for name, kind in CATALOGUE.items()},
    )


def _fitting(rows: Any, line: str) -> Any:
    return [row for row in rows if not row.product_lines or line in row.product_lines]


def _words(rows: Any) -> list[Word]:
    return [Word(code=row.code, name=row.name) for row in rows]
