"""Gauge studies: repeatability and reproducibility, bias, linearity, stability, agreement of attribute judgements."""

from bihuan.stats.gauges.attribute import Appraiser, AttributeStudy, Pair, Share, attribute_agreement
from bihuan.stats.gauges.bias import Bias, gauge_bias
from bihuan.stats.gauges.constants import d2_star, range_constants, range_freedom
from bihuan.stats.gauges.crossed import gauge_anova
from bihuan.stats.gauges.kappa import Kappa, cohen_kappa, cohen_kappa_table, fleiss_kappa, fleiss_kappa_counts
from bihuan.stats.gauges.linearity import Linearity, gauge_linearity
from bihuan.stats.gauges.nested import gauge_nested
from bihuan.stats.gauges.ranges import ShortStudy, gauge_ranges, gauge_short
from bihuan.stats.gauges.stability import Stability, gauge_stability
from bihuan.stats.gauges.study import AnovaRow, Categories, Components, GaugeStudy, distinct_categories, verdict

__all__ = [
    "AnovaRow",
    "Appraiser",
    "AttributeStudy",
    "Bias",
    "Categories",
    "Components",
    "GaugeStudy",
    "Kappa",
    "Linearity",
    "Pair",
    "Share",
    "ShortStudy",
    "Stability",
    "attribute_agreement",
    "cohen_kappa",
    "cohen_kappa_table",
    "d2_star",
    "distinct_categories",
    "fleiss_kappa",
    "fleiss_kappa_counts",
    "gauge_anova",
    "gauge_bias",
    "gauge_linearity",
    "gauge_nested",
    "gauge_ranges",
    "gauge_short",
    "gauge_stability",
    "range_constants",
    "range_freedom",
    "verdict",
]
