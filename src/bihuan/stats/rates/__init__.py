"""Rates of events: exact tests and intervals, standardised ratios, sequential charts, many cells at once."""

from bihuan.stats.interval import Interval
from bihuan.stats.rates.comparison import (
    RateRatio,
    StandardisedRatio,
    indirectly_standardised,
    rate_ratio,
    standardised_ratio,
)
from bihuan.stats.rates.cusum import Cusum, CusumLimits, cusum_limits, poisson_cusum
from bihuan.stats.rates.detection import Detection, detect
from bihuan.stats.rates.direct import directly_standardised
from bihuan.stats.rates.expectation import Expectation, history_expectation, population_expectation
from bihuan.stats.rates.intervals import binomial_interval, poisson_interval
from bihuan.stats.rates.maxsprt import MaxSprt, maxsprt, maxsprt_critical, maxsprt_power
from bihuan.stats.rates.multiple import Adjusted, adjust, null_share
from bihuan.stats.rates.ranking import Ranking, rank_cells
from bihuan.stats.rates.shrinkage import GammaPrior, Shrunk, fit_gamma, fit_gamma_mixture, shrink
from bihuan.stats.rates.single import ExactTest, binomial_test, poisson_test
from bihuan.stats.rates.thresholds import exceeds

__all__ = [
    "Adjusted",
    "Cusum",
    "CusumLimits",
    "Detection",
    "ExactTest",
    "Expectation",
    "GammaPrior",
    "Interval",
    "MaxSprt",
    "Ranking",
    "RateRatio",
    "Shrunk",
    "StandardisedRatio",
    "adjust",
    "binomial_interval",
    "binomial_test",
    "cusum_limits",
    "detect",
    "directly_standardised",
    "exceeds",
    "fit_gamma",
    "fit_gamma_mixture",
    "history_expectation",
    "indirectly_standardised",
    "maxsprt",
    "maxsprt_critical",
    "maxsprt_power",
    "null_share",
    "poisson_cusum",
    "poisson_interval",
    "poisson_test",
    "population_expectation",
    "rank_cells",
    "rate_ratio",
    "shrink",
    "standardised_ratio",
]
