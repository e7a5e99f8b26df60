"""How the journal says what several leaves tell it."""

from decimal import Decimal


def money(amount: Decimal) -> str:
    """An amount of money, so that nobody takes it for a number of pieces."""
    return f"¥{amount:,.2f}"
