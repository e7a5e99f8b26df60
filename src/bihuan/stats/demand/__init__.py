"""Demand for parts: forecasts of intermittent demand, safety stock and reorder points, seasons."""

from bihuan.stats.demand.intermittent import DemandForecast, DemandKind, classify_demand, forecast_demand
from bihuan.stats.demand.season import SeasonalForecast, SeasonalParts, holt_winters, seasonal_parts
from bihuan.stats.demand.stock import (
    StockPlan,
    fill_rate_point,
    lead_demand,
    normal_loss,
    reorder_point,
    simulated_point,
)

__all__ = [
    "DemandForecast",
    "DemandKind",
    "SeasonalForecast",
    "SeasonalParts",
    "StockPlan",
    "classify_demand",
    "fill_rate_point",
    "forecast_demand",
    "holt_winters",
    "lead_demand",
    "normal_loss",
    "reorder_point",
    "seasonal_parts",
    "simulated_point",
]
