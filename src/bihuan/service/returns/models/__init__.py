"""Return orders with their offers, repairs, evaluations and loans."""

from bihuan.service.returns.models.choices import (
    Degree,
    Direction,
    Fault,
    Means,
    PriceKind,
    Remedy,
    ReturnState,
    Source,
)
from bihuan.service.returns.models.order import ReturnOrder
from bihuan.service.returns.models.work import Evaluation, Loan, Offer, OfferLine, Payment, PriceItem, RepairRecord

__all__ = [
    "Degree", "Direction", "Evaluation", "Fault", "Loan", "Means", "Offer", "OfferLine", "Payment", "PriceItem",
    "PriceKind", "Remedy", "RepairRecord", "ReturnOrder", "ReturnState", "Source",
]  # fmt: skip
