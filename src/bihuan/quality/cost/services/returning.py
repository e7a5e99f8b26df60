"""What a return costs the company enters the ledger of its case: to be moved, claimed or written off (CST-06)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from django.utils import timezone

from bihuan.quality.cost.services.lines import enter_line
from bihuan.service.returns.models import Remedy, ReturnOrder
from bihuan.service.returns.money import agreed_offer
from bihuan.service.returns.services.approving import borne_cost

Part = Literal["repair", "freight", "goods"]


def costs_of(order: ReturnOrder) -> Iterator[tuple[Part, Decimal]]:
    """The parts of the cost by their place in the policy: repair and freight less what the customer pays, and goods."""
    repair, offer = getattr(order, "repair", None), agreed_offer(order)
    if repair is not None:
        cost = borne_cost(order, repair)
        freight = min(repair.freight_cost, cost)
        yield "repair", cost - freight
        yield "freight", freight
    if offer is not None and offer.remedy in {Remedy.REPLACE, Remedy.REFUND}:
        yield "goods", offer.borne


def book_return(*, order: ReturnOrder) -> None:
    """Enter the costs of a return that is settled, by the classes that the policy names for them."""
    classes = order.policy.returns.cost_classes
    for part, amount in costs_of(order):
        if amount and part in classes:
            enter_line(
                subject=order.case, by=None, kind=classes[part], amount=amount, occurred_on=timezone.localdate(),
                note=order.number,
            )  # fmt: skip
