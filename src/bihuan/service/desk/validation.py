"""Checks of codes and custom values against the policy, shared by API and pages."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bihuan.core.policy import queries as policy
from bihuan.core.policy.schema.papers import CustomField
from bihuan.core.policy.schema.service import Channel
from bihuan.core.rest.problems import WrongFields
from bihuan.registry.products.models import ProductLine
from bihuan.service.desk.forms.registering import build_custom
from bihuan.service.desk.services.registration import policy_for


def check_channel(code: str, line: ProductLine | None = None) -> Channel:
    """Return an open channel of the company or answer 422."""
    channel = policy.parsed(policy_for(line)).channel(code)
    if channel is None or not channel.enabled:
        raise WrongFields({"channel": _("Unknown or closed channel: %(code)s") % {"code": code}})
    return channel


def custom_fields(line: ProductLine | None) -> list[CustomField]:
    """The custom fields of a product line (D34)."""
    rules = policy.parsed(policy_for(line))
    code = line.code if line else ""
    return [item for item in rules.custom_fields if not item.product_lines or code in item.product_lines]


def check_custom(values: Mapping[str, Any], line: ProductLine | None) -> dict[str, Any]:
    """Clean the custom values as the page does; an unknown one is refused, not dropped (D34)."""
    fields = {item.code: item for item in custom_fields(line)} if values else {}
    errors, kept = {}, {}
    for name, value in values.items():
        if name not in fields:
            errors[f"custom.{name}"] = _("This field is not known.")
            continue
        try:
            clean = build_custom(fields[name]).clean(value)
        except ValidationError as error:
            errors[f"custom.{name}"] = " ".join(error.messages)
        else:
            kept[name] = clean.isoformat() if hasattr(clean, "isoformat") else clean
    if errors:
        raise WrongFields(errors)
    return kept
