"""Linearity of a gauge: its bias over its range."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from bihuan.stats.checks import level, positive
from bihuan.stats.errors import NoAnswer
from bihuan.stats.gauges.layout import codes, measurements
from bihuan.stats.gauges.lines import Line, straight_line
from bihuan.stats.signatures import checked

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Linearity:
    """Bias of a gauge as a straight line over its range.

    Attributes
    ----------
    references, bias, bias_p_value : ndarray of shape (g,)
        Each reference value, its mean bias and the p value of the test that this is zero (None instead of all of them
        when a reference was measured only once or never differs).
    slope, intercept : float
        Bias = intercept + slope * reference.
    slope_error, intercept_error, slope_t, intercept_t, slope_p_value, intercept_p_value : float
    residual_sd, r_squared : float
    freedom : int
    fit, lower, upper : ndarray of shape (g,)
        The line at the references and its confidence limits.
    zero_inside : bool
        The line of no bias lies within the limits from the lowest to the highest reference, also between them, where
        they are narrowest.
    mean_bias : float
    linearity, percent_linearity : float or None
        ``abs(slope)`` times the process variation, and in percent of it.
    """

    references: Floats
    bias: Floats
    bias_p_value: Floats | None
    slope: float
    intercept: float
    slope_error: float
    intercept_error: float
    slope_t: float
    intercept_t: float
    slope_p_value: float
    intercept_p_value: float
    residual_sd: float
    r_squared: float
    freedom: int
    fit: Floats
    lower: Floats
    upper: Floats
    zero_inside: bool
    mean_bias: float
    linearity: float | None
    percent_linearity: float | None


@checked
def gauge_linearity(
    values: ArrayLike, references: ArrayLike, *, confidence: float = 0.95, process_variation: float | None = None
) -> Linearity:
    """Linearity of a gauge: does its bias change over the range?

    Parameters
    ----------
    values, references : array_like of shape (m,)
        Each measurement and the reference value of its part, in one unit.
    confidence : float
    process_variation : float, optional
        Width of the process, 6 standard deviations.

    Returns
    -------
    Linearity

    Raises
    ------
    NoAnswer
        ``shapes_differ``, ``too_few`` (below 3), ``too_few_references``, ``out_of_scale``, ``zero_variance`` when all
        points lie on the line, ``out_of_range``, and as `numbers`.

    Notes
    -----
    Least squares of the single biases on the references, limits of the mean line by t with m - 2 degrees of freedom
    (AIAG, Measurement Systems Analysis, 4th edition, chapter III). The single biases are tested with their own
    standard deviation; Minitab pools it over the references.

    References
    ----------
    AIAG, Measurement Systems Analysis, 4th edition (2010), chapter III, section B.

    Examples
    --------
    >>> found = gauge_linearity([2.1, 2.2, 4.0, 4.1, 5.9, 6.0], [2, 2, 4, 4, 6, 6])
    >>> round(found.slope, 4), round(found.intercept, 4)
    (-0.05, 0.25)
    """
    bias, at, points, place = _read(values, references)
    inside = level(confidence)
    width = None if process_variation is None else positive(process_variation, "process_variation")
    line = straight_line(at, bias)
    counted = np.bincount(place)
    mean = np.bincount(place, weights=bias) / counted
    quantile = float(special.stdtrit(line.freedom, 0.5 + inside / 2))
    fit, half = _band(line, points, quantile)
    worst, reach = _band(line, _farthest(line, points), quantile)
    slope_error, slope_t, slope_p_value = _tested(line.slope, line.sd / math.sqrt(line.sxx), line.freedom)
    level_error = line.sd * math.sqrt(1.0 / at.size + line.centre**2 / line.sxx)
    intercept_error, intercept_t, intercept_p_value = _tested(line.intercept, level_error, line.freedom)
    return Linearity(
        references=points,
        bias=mean,
        bias_p_value=_each_bias(bias, place, mean, counted),
        slope=line.slope,
        intercept=line.intercept,
        slope_error=slope_error,
        intercept_error=intercept_error,
        slope_t=slope_t,
        intercept_t=intercept_t,
        slope_p_value=slope_p_value,
        intercept_p_value=intercept_p_value,
        residual_sd=line.sd,
        r_squared=line.r_squared,
        freedom=line.freedom,
        fit=fit,
        lower=fit - half,
        upper=fit + half,
        zero_inside=bool((np.abs(worst) <= reach).all()),
        mean_bias=float(bias.mean()),
        linearity=None if width is None else abs(line.slope) * width,
        percent_linearity=None if width is None else 100.0 * abs(line.slope),
    )


def _read(values: ArrayLike, references: ArrayLike) -> tuple[Floats, Floats, Floats, NDArray[np.intp]]:
    """Return the single biases, their references, the distinct references and the place of each among them."""
    data = measurements(values, least=3)
    at = measurements(references, "references")
    distinct, place = codes(at, "references", data.size)
    if distinct.size < 2:
        raise NoAnswer("too_few_references", "a line needs at least 2 references")
    return data - at, at, np.asarray(distinct, dtype=np.float64), place


def _band(line: Line, at: Floats, quantile: float) -> tuple[Floats, Floats]:
    """The line and half the width of its confidence limits."""
    half = quantile * line.sd * np.sqrt(1.0 / (line.freedom + 2) + (at - line.centre) ** 2 / line.sxx)
    return line.intercept + line.slope * at, half


def _farthest(line: Line, points: Floats) -> Floats:
    """Where the line may be farthest from zero by its limits: both ends, and one place that may lie between them."""
    middle = (line.freedom + 2) * (line.intercept + line.slope * line.centre)
    ends = np.array([points[0], points[-1]])
    if abs(line.slope) * line.sxx >= abs(middle) * (ends[1] - ends[0]):
        return ends
    return np.append(ends, np.clip(line.centre + line.slope * line.sxx / middle, *ends))


def _tested(value: float, error: float, freedom: int) -> tuple[float, float, float]:
    """Return the standard error of a coefficient, its t and the p value."""
    t = value / error
    return error, t, 2.0 * float(special.stdtr(freedom, -abs(t)))


def _each_bias(bias: Floats, place: NDArray[np.intp], mean: Floats, counted: NDArray[np.intp]) -> Floats | None:
    if counted.min() < 2:
        return None
    off = bias - mean[place]
    sd = np.sqrt(np.bincount(place, weights=off * off) / (counted - 1))
    if sd.min() <= 1e-13 * np.abs(bias).max():
        return None
    t = np.abs(mean) / (sd / np.sqrt(counted))
    return np.asarray(2.0 * special.stdtr(counted - 1, -t), dtype=np.float64)
