"""What is kept of spare parts."""

from bihuan.service.parts.models.count import Count, CountKind, CountLine, CountState, Scrap, ScrapGround, ScrapState
from bihuan.service.parts.models.discrepancy import Discrepancy, DiscrepancyState, Settlement
from bihuan.service.parts.models.purchase import Order, OrderLine, OrderState, Plan, PlanLine, PlanState, Receipt
from bihuan.service.parts.models.requisition import PartUse, Requisition, RequisitionLine, RequisitionState
from bihuan.service.parts.models.stock import (
    OUTSIDE,
    Balance,
    Condition,
    Level,
    Move,
    MoveKind,
    Place,
    PlaceKind,
    Stock,
)

__all__ = [
    "OUTSIDE",
    "Balance",
    "Condition",
    "Count",
    "CountKind",
    "CountLine",
    "CountState",
    "Discrepancy",
    "DiscrepancyState",
    "Level",
    "Move",
    "MoveKind",
    "Order",
    "OrderLine",
    "OrderState",
    "PartUse",
    "Place",
    "PlaceKind",
    "Plan",
    "PlanLine",
    "PlanState",
    "Receipt",
    "Requisition",
    "RequisitionLine",
    "RequisitionState",
    "Scrap",
    "ScrapGround",
    "ScrapState",
    "Settlement",
    "Stock",
]  # fmt: skip
