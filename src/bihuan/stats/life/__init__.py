"""Lifetimes: distributions under every kind of censoring, curves without one, warranty, forecasts, test plans."""

from bihuan.stats.interval import Interval
from bihuan.stats.life.compare import FitTest, GroupTest, compare_fits, joined, log_rank
from bihuan.stats.life.curves import SurvivalCurve, kaplan_meier, survival_at, survival_quantile
from bihuan.stats.life.data import LifeData, intervals, observed
from bihuan.stats.life.demonstration import (
    demonstrated_reliability,
    demonstration_length,
    demonstration_units,
    pass_chance,
    weibayes_lower,
)
from bihuan.stats.life.fit import LifeFit, fit_exponential, fit_lognormal, fit_weibull
from bihuan.stats.life.forecast import ClaimForecast, Expected, forecast_claims
from bihuan.stats.life.interval import parameter_interval, quantile_interval, reliability_interval
from bihuan.stats.life.nevada import Nevada, nevada
from bihuan.stats.life.planning import (
    duration_until,
    exponential_interval,
    exponential_test_time,
    information,
    precision_units,
)
from bihuan.stats.life.predict import hazard, mean_life, quantile, reliability
from bihuan.stats.life.recurrence import MeanCumulative, mean_cumulative
from bihuan.stats.life.threshold import fit_weibull3

__all__ = [
    "ClaimForecast",
    "Expected",
    "FitTest",
    "GroupTest",
    "Interval",
    "LifeData",
    "LifeFit",
    "MeanCumulative",
    "Nevada",
    "SurvivalCurve",
    "compare_fits",
    "demonstrated_reliability",
    "demonstration_length",
    "demonstration_units",
    "duration_until",
    "exponential_interval",
    "exponential_test_time",
    "fit_exponential",
    "fit_lognormal",
    "fit_weibull",
    "fit_weibull3",
    "forecast_claims",
    "hazard",
    "information",
    "intervals",
    "joined",
    "kaplan_meier",
    "log_rank",
    "mean_cumulative",
    "mean_life",
    "nevada",
    "observed",
    "parameter_interval",
    "pass_chance",
    "precision_units",
    "quantile",
    "quantile_interval",
    "reliability",
    "reliability_interval",
    "survival_at",
    "survival_quantile",
    "weibayes_lower",
]
