"""Money and classes of costs on pages."""

from decimal import Decimal
from typing import Any

from django import template

from bihuan.core.policy.schema.cost import CostRules

register = template.Library()


@register.filter
def yuan(amount: Decimal | None) -> str:
    """An amount with two places and groups of three."""
    return f"{amount:,.2f}" if amount is not None else "—"


@register.filter
def cost_class(line: Any, rules: CostRules) -> str:
    """The company's word for the class of a line."""
    return rules.class_name(line.kind)
