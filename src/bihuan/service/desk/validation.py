"""Checks of codes against the policy, shared by API and pages."""

from collections.abc import Container, Mapping
from typing import Any

from django.utils.translation import gettext as _
from ninja.errors import HttpError

from bihuan.core.policy import queries as policy
from bihuan.core.policy.schema.papers import CustomField
from bihuan.core.policy.schema.service import Channel
from bihuan.registry.products.models import ProductLine, ProductModel, Unit
from bihuan.service.desk.services.registration import policy_for


def check_channel(code: str) -> Channel:
    """Return an open channel of the company or answer 422."""
    channel = policy.default().channel(code)
    if channel is None or not channel.enabled:
        raise HttpError(422, _("Unknown or closed channel: %(code)s") % {"code": code})
    return channel


def check_choice(name: str, value: str, known: Container[str]) -> str:
    """Return the value or answer 422."""
    if value not in known:
        raise HttpError(422, _("%(name)s: unknown value %(value)s") % {"name": name, "value": value})
    return value


def custom_fields(line: ProductLine | None, entity: str = "case") -> list[CustomField]:
    """The custom fields of a product line (D34)."""
    rules = policy.parsed(policy_for(line))
    code = line.code if line else ""
    rows = [item for item in rules.custom_fields if item.entity == entity]
    return [item for item in rows if not item.product_lines or code in item.product_lines]


def check_custom(values: Mapping[str, Any], unit: Unit | None, model: ProductModel | None) -> dict[str, Any]:
    """Keep the custom values of the product line; an unknown one is refused, not dropped."""
    line = model.line if model else (unit.model.line if unit else None)
    known = {item.code for item in custom_fields(line)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise HttpError(422, _("Unknown custom fields: %(names)s") % {"names": ", ".join(unknown)})
    return dict(values)
