"""Money of parts: whole cents inside, decimals with two places outside, never a binary fraction."""

from decimal import Decimal

CENT = Decimal("0.01")


def yuan(cents: int) -> Decimal:
    """An amount with two places."""
    return Decimal(cents) * CENT


def cents(amount: Decimal) -> int:
    """Whole cents of an amount of at most two places. Raises ValueError for a finer one."""
    found = amount * 100
    if found != found.to_integral_value():
        raise ValueError(f"{amount} is finer than a cent")
    return int(found)
