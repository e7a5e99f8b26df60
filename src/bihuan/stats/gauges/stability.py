"""Stability of a gauge: a master part measured over time."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from bihuan.stats.errors import NoAnswer
from bihuan.stats.gauges.constants import range_constants
from bihuan.stats.gauges.layout import measurements
from bihuan.stats.gauges.lines import straight_line
from bihuan.stats.signatures import checked

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stability:
    """A master part measured over time.

    Attributes
    ----------
    means, ranges : ndarray of shape (k,)
        Of each visit.
    centre, lower, upper : float
        Limits of the means chart.
    range_centre, range_lower, range_upper : float
        Limits of the ranges chart.
    out_means, out_ranges : ndarray of int
        Visits (from 0) outside the limits.
    drift, drift_p_value : float
        Slope of the means per visit and the p value of the test that it is zero.
    sd : float
        Repeatability within visits, Rbar / d2.
    bias : float or None
        Center less reference.
    stable : bool
        No visit is outside either chart.
    """

    means: Floats
    ranges: Floats
    centre: float
    lower: float
    upper: float
    range_centre: float
    range_lower: float
    range_upper: float
    out_means: NDArray[np.intp]
    out_ranges: NDArray[np.intp]
    drift: float
    drift_p_value: float
    sd: float
    bias: float | None
    stable: bool


@checked
def gauge_stability(values: ArrayLike, *, reference: float | None = None) -> Stability:
    """Stability of a gauge: a master part measured several times at each of many visits.

    Parameters
    ----------
    values : array_like of shape (k, m)
        m measurements (2 or more) at each of k visits (3 or more) in order of time.
    reference : float, optional
        The value of the master.

    Returns
    -------
    Stability

    Raises
    ------
    NoAnswer
        ``wrong_shape``, ``too_few``, ``out_of_scale``, ``zero_variance`` (within every visit, or of the means), and as
        `numbers`.

    Notes
    -----
    Means: centre -+ 3 Rbar / (d2 sqrt(m)); ranges: Rbar (1 -+ 3 d3 / d2), not below zero; a point on a limit is inside
    (AIAG, Measurement Systems Analysis, 4th edition, chapter III, stability). d2 and d3 are exact; tables of A2, D3 and
    D4 differ in the third digit. The drift is the least squares line of the means over the visits.

    References
    ----------
    AIAG, Measurement Systems Analysis, 4th edition (2010), chapter III, section B.

    Examples
    --------
    >>> found = gauge_stability([[6.0, 6.1], [5.9, 6.0], [6.1, 6.0], [6.0, 5.9]], reference=6.0)
    >>> found.stable, round(found.upper, 3), round(found.bias, 3)
    (True, 6.188, 0.0)
    """
    table = measurements(values, least=3, ndim=2)
    m = table.shape[1]
    if m < 2:
        raise NoAnswer("too_few", "each visit needs at least 2 measurements")
    means, ranges = table.mean(axis=1), np.ptp(table, axis=1)
    spread, centre = float(ranges.mean()), float(means.mean())
    if spread == 0:
        raise NoAnswer("zero_variance", "measurements within a visit never differ: there are no limits")
    if np.ptp(means) == 0:
        raise NoAnswer("zero_variance", "the means of all visits are equal: there is no drift to test")
    d2, d3 = range_constants(m)
    half = 3.0 * spread / (d2 * math.sqrt(m))
    low, high = max(0.0, spread * (1 - 3 * d3 / d2)), spread * (1 + 3 * d3 / d2)
    line = straight_line(np.arange(means.size, dtype=np.float64), means)
    out_means, out_ranges = (
        np.flatnonzero(np.abs(means - centre) > half),
        np.flatnonzero((ranges > high) | (ranges < low)),
    )
    bias = None if reference is None else centre - reference
    return Stability(
        means=means,
        ranges=ranges,
        centre=centre,
        lower=centre - half,
        upper=centre + half,
        range_centre=spread,
        range_lower=low,
        range_upper=high,
        out_means=out_means,
        out_ranges=out_ranges,
        drift=line.slope,
        drift_p_value=2.0 * float(special.stdtr(line.freedom, -abs(line.slope) / (line.sd / math.sqrt(line.sxx)))),
        sd=spread / d2,
        bias=bias,
        stable=out_means.size == 0 and out_ranges.size == 0,
    )
