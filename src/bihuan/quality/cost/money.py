"""Money to the cent: whole cents inside, decimals with two places outside, never a binary fraction."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def to_cents(amount: Decimal) -> int:
    """Whole cents of an amount that has no more than two places. Raises ValueError for a finer one."""
    cents = amount * 100
    if cents != cents.to_integral_value():
        raise ValueError(f"{amount} is finer than a cent")
    return int(cents)


def from_cents(cents: int) -> Decimal:
    """An amount with two places."""
    return Decimal(cents) * CENT


def to_cent(amount: Decimal) -> Decimal:
    """Round half up to the cent, as accountants do."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def split(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Split a total by weights so that the parts are it to the cent (largest remainder, the first of equals wins).

    No part differs from its exact share by a cent or more, none is negative, and a weight of zero gets nothing.
    Raises ValueError for a negative total, a negative weight, or weights that are all zero.
    """
    if not all(number.is_finite() for number in (total, *weights)):
        raise ValueError("a split needs numbers")
    cents, whole = to_cents(total), sum(weights, Decimal(0))
    if cents < 0 or whole <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("a split needs a total and weights that are not negative, and one that is not zero")
    scale = 10 ** max(0, *(-_exponent(weight) for weight in weights))
    units = [int(weight * scale) for weight in weights]
    sum_of_units = sum(units)
    parts = [cents * unit // sum_of_units for unit in units]
    rests = [cents * unit % sum_of_units for unit in units]
    order = sorted(range(len(units)), key=lambda place: (-rests[place], place))
    for place in order[: cents - sum(parts)]:
        parts[place] += 1
    return [from_cents(part) for part in parts]


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
