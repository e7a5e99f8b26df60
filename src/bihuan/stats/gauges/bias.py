"""Bias of a gauge against a reference part."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from bihuan.stats.checks import choice, level, positive
from bihuan.stats.errors import NoAnswer
from bihuan.stats.gauges.constants import d2_star, range_freedom
from bihuan.stats.gauges.layout import measurements
from bihuan.stats.signatures import checked


@dataclass(frozen=True, slots=True)
class Bias:
    """Bias of repeated measurements of one reference part.

    Attributes
    ----------
    n : int
    reference, mean, bias : float
        ``bias`` is mean less reference.
    repeatability : float
        Standard deviation of one measurement.
    standard_error, t, freedom, p : float
        Of the bias and the two-sided test that it is zero.
    lower, upper : float
        Confidence limits of the bias.
    significant : bool
        Zero lies outside the limits.
    percent_tolerance : float or None
        Size of the bias in percent of the tolerance.
    """

    n: int
    reference: float
    mean: float
    bias: float
    repeatability: float
    standard_error: float
    t: float
    freedom: float
    p_value: float
    lower: float
    upper: float
    significant: bool
    percent_tolerance: float | None


@checked
def gauge_bias(
    values: ArrayLike,
    reference: float,
    *,
    method: str = "sd",
    confidence: float = 0.95,
    tolerance: float | None = None,
) -> Bias:
    """Bias of a gauge from repeated measurements of a part whose value is known.

    Parameters
    ----------
    values : array_like of shape (n,)
        Repeated measurements, in the unit of the reference.
    reference : float
    method : {"sd", "range"}
        Repeatability from the standard deviation with n - 1, or from the range of all values over d2*(n, 1) with the
        degrees of freedom of a range, as the form of AIAG does.
    confidence : float
    tolerance : float, optional
        Width of the specification.

    Returns
    -------
    Bias

    Raises
    ------
    NoAnswer
        ``too_few``, ``out_of_scale``, ``zero_variance``, ``unknown_choice``, ``out_of_range`` (a range of more than
        1000 values among others), and as `numbers`.

    Notes
    -----
    t = bias / (s / sqrt(n)). AIAG, Measurement Systems Analysis, 4th edition, chapter III, independent sample method;
    its appendix C prints d2* and the degrees of freedom. The third edition shortens the interval of the range method by
    d2 / d2*, which prints -0.1185 to 0.1319 for the data below.

    References
    ----------
    AIAG, Measurement Systems Analysis, 4th edition (2010), chapter III, section B.

    Examples
    --------
    >>> values = [5.8, 5.7, 5.9, 5.9, 6.0, 6.1, 6.0, 6.1, 6.4, 6.3, 6.0, 6.1, 6.2, 5.6, 6.0]
    >>> found = gauge_bias(values, 6.0, method="range")
    >>> round(found.bias, 4), round(found.freedom, 1), round(found.lower, 3), round(found.upper, 3)
    (0.0067, 10.8, -0.122, 0.135)
    """
    data = measurements(values, least=2)
    choice(method, ("sd", "range"), "method")
    inside = level(confidence)
    if np.ptp(data) == 0:
        raise NoAnswer("zero_variance", "all values are equal: the gauge reads too coarsely to be judged")
    n = data.size
    if method == "sd":
        spread, freedom = float(data.std(ddof=1)), float(n - 1)
    else:
        spread, freedom = float(np.ptp(data)) / d2_star(n, 1), range_freedom(n, 1)
    bias = float((data - reference).mean())
    error = spread / math.sqrt(n)
    half = float(special.stdtrit(freedom, 0.5 + inside / 2)) * error
    t = bias / error
    p = 2.0 * float(special.stdtr(freedom, -abs(t)))
    share = None if tolerance is None else 100.0 * abs(bias) / positive(tolerance, "tolerance")
    return Bias(
        n,
        reference,
        reference + bias,
        bias,
        spread,
        error,
        t,
        freedom,
        p,
        bias - half,
        bias + half,
        bool(abs(bias) > half),
        share,
    )
