"""Capability of processes: indices, intervals, studies, distributions other than the normal one, tests of normality."""

from bihuan.stats.capability.distributions import Distribution, Fit, fit, fits
from bihuan.stats.capability.indices import Indices, Limits, indices
from bihuan.stats.capability.intervals import (
    cp_interval,
    cpk_interval,
    cpm_interval,
    one_sided_interval,
)
from bihuan.stats.capability.normality import Normality, anderson_darling, shapiro_wilk
from bihuan.stats.capability.percentiles import (
    FittedCapability,
    PercentileIndices,
    distribution_capability,
    empirical_capability,
    fitted_capability,
)
from bihuan.stats.capability.study import Capability, Intervals, Outside, View, capability
from bihuan.stats.interval import Interval

__all__ = [
    "Capability",
    "Distribution",
    "Fit",
    "FittedCapability",
    "Indices",
    "Interval",
    "Intervals",
    "Limits",
    "Normality",
    "Outside",
    "PercentileIndices",
    "View",
    "anderson_darling",
    "capability",
    "cp_interval",
    "cpk_interval",
    "cpm_interval",
    "distribution_capability",
    "empirical_capability",
    "fit",
    "fits",
    "fitted_capability",
    "indices",
    "one_sided_interval",
    "shapiro_wilk",
]
