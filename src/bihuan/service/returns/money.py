"""What the customer of a return has paid and still owes (CST-09)."""

from collections.abc import Iterable
from decimal import Decimal

from bihuan.service.returns.models import Direction, Offer, Payment, ReturnOrder


def owed_of(offers: Iterable[Offer], payments: Iterable[Payment]) -> Decimal:
    """What the customer agreed to pay and has not paid yet, of rows that are at hand."""
    agreed = [row.total for row in offers if row.agreed]
    paid = sum((row.amount for row in payments if row.direction == Direction.IN), Decimal(0))
    return max((agreed[-1] if agreed else Decimal(0)) - paid, Decimal(0))


def agreed_offer(order: ReturnOrder) -> Offer | None:
    """What the customer agreed to."""
    return order.offers.filter(agreed=True).last()


def owed(order: ReturnOrder) -> Decimal:
    """What the customer agreed to pay and has not paid yet."""
    return owed_of(order.offers.all(), order.payments.all())
