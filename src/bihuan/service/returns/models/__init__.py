"""Return orders with their offers, repairs, evaluations and loans."""

from bihuan.service.returns.models.choices import Degree, Fault, Means, PriceKind, Remedy, ReturnState, Source
from bihuan.service.returns.models.order import ReturnOrder
from bihuan.service.returns.models.work import Evaluation, Loan, Offer, OfferLine, PriceItem, RepairRecord

__all__ = [
    "Degree", "Evaluation", "Fault", "Loan", "Means", "Offer", "OfferLine", "PriceItem", "PriceKind", "Remedy",
    "RepairRecord", "ReturnOrder", "ReturnState", "Source",
]  # fmt: skip
