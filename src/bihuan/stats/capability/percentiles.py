"""Capability without normality: by percentiles of a distribution, of a fit or of the data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from bihuan.stats.capability.distributions import Distribution, Fit, Name, fit
from bihuan.stats.capability.indices import Limits
from bihuan.stats.capability.study import Outside
from bihuan.stats.checks import choice, level, numbers, whole
from bihuan.stats.errors import NoAnswer
from bihuan.stats.interval import Interval
from bihuan.stats.signatures import checked

Method = Literal["percentile", "z"]
LOW, HIGH = 0.00135, 0.99865
LEAST_FOR_PERCENTILES = 740


@dataclass(frozen=True, slots=True)
class PercentileIndices:
    """Overall indices from percentiles or from fractions outside.

    Attributes
    ----------
    low, median, high : float
        The percentiles of 0.135 %, 50 % and 99.865 %, unit of the data.
    pp, ppl, ppu : float or None
        As far as there are limits, without unit.
    ppk : float
        The smaller of ppl and ppu, or the one there is.
    expected : Outside or None
        Fractions of the distribution outside the limits; None from the data's own percentiles.
    """

    low: float
    median: float
    high: float
    pp: float | None
    ppl: float | None
    ppu: float | None
    ppk: float
    expected: Outside | None


@dataclass(frozen=True, slots=True)
class FittedCapability:
    """Capability by a fitted distribution.

    Attributes
    ----------
    fit : Fit
        The distribution and how well it fits.
    indices : PercentileIndices
        Its indices.
    ppk_interval : Interval or None
        Bootstrap interval of Ppk, where it was asked for.
    """

    fit: Fit
    indices: PercentileIndices
    ppk_interval: Interval[float] | None


@checked
def distribution_capability(
    distribution: Distribution, *, lower: float | None = None, upper: float | None = None, method: Method = "percentile"
) -> PercentileIndices:
    """Capability of a known distribution.

    By percentiles: ``Pp = (upper - lower) / (P99.865 - P0.135)``, ``Ppu = (upper - P50) / (P99.865 - P50)``,
    ``Ppl = (P50 - lower) / (P50 - P0.135)``. By z: ``Ppu = z / 3`` with the normal quantile ``z`` of the fraction below
    the upper limit, ``Ppl`` in the same way, ``Pp`` their mean.

    Parameters
    ----------
    distribution : Distribution
        Name, parameters and threshold.
    lower, upper : float, optional
        Specification limits, unit of the data; at least one.
    method : {"percentile", "z"}
        Both agree for the normal distribution. ``z`` says directly what share lies outside.

    Returns
    -------
    PercentileIndices
        See there.

    Raises
    ------
    NoAnswer
        ``limits_missing``, ``limits_reversed``, ``not_finite``, ``unknown_choice``; ``nothing_outside`` when the method
        is z and a limit lies where the distribution has no values at all (its z would be infinite).

    Notes
    -----
    Minitab offers both ways (ISO: percentile; otherwise z). A lower limit at the natural zero of a distribution is
    better left out than counted.

    References
    ----------
    ISO 22514-2; Clements (1989), Quality Progress 22 (percentiles).

    Examples
    --------
    >>> found = distribution_capability(Distribution("weibull", (1.5, 1.0)), lower=0, upper=5)
    >>> round(found.pp, 6), round(found.ppk, 6)
    (1.424891, 1.01585)
    """
    limits = Limits(lower, upper)
    choice(method, ("percentile", "z"), "method")
    points = distribution.quantile(LOW), distribution.quantile(0.5), distribution.quantile(HIGH)
    expected = Outside(
        0.0 if lower is None else float(distribution.below(lower)),
        0.0 if upper is None else float(distribution.above(upper)),
    )
    if method == "percentile":
        return _by_percentiles(points, limits, expected)
    ppl = None if lower is None else _third_of_z(expected.below)
    ppu = None if upper is None else _third_of_z(expected.above)
    pp = (ppl + ppu) / 2 if ppl is not None and ppu is not None else None
    return PercentileIndices(*points, pp, ppl, ppu, min(side for side in (ppl, ppu) if side is not None), expected)


@checked
def fitted_capability(
    values: ArrayLike,
    name: Name,
    *,
    lower: float | None = None,
    upper: float | None = None,
    threshold: float = 0.0,
    method: Method = "percentile",
    confidence: float = 0.95,
    draws: int = 0,
    seed: int = 1,
) -> FittedCapability:
    """Capability of values by a distribution fitted to them.

    Parameters
    ----------
    values : array_like
        Single values, shape (n,).
    name : {"normal", "lognormal", "weibull", "gamma", "exponential"}
        Which distribution; compare with `fits` first.
    lower, upper : float, optional
        Specification limits, unit of the data; at least one.
    threshold : float
        Known lower end of the distribution.
    method : {"percentile", "z"}
        As in `distribution_capability`.
    confidence : float
        Level of the interval.
    draws : int
        Samples drawn from the fit for the interval of Ppk; 0 for none, else at least 100 (1000 are usual).
    seed : int
        Start of the random numbers: the same seed gives the same interval.

    Returns
    -------
    FittedCapability
        Fit, indices and interval.

    Raises
    ------
    NoAnswer
        As `fit` and `distribution_capability`; ``out_of_range`` for 1 to 99 or above 100,000 draws.

    Notes
    -----
    The parametric bootstrap (percentile form) covers somewhat less than its level below about 30 values, and knows
    nothing of a wrong choice of the distribution.

    References
    ----------
    ISO 22514-2; Efron and Tibshirani, An Introduction to the Bootstrap (1993).

    Examples
    --------
    >>> found = fitted_capability([1.2, 0.4, 2.5, 0.9, 1.6, 0.7], "lognormal", upper=8)
    >>> round(found.indices.ppk, 3)
    1.402
    """
    level(confidence)
    fitted = fit(values, name, threshold=threshold)
    found = distribution_capability(fitted.distribution, lower=lower, upper=upper, method=method)
    if draws == 0:
        return FittedCapability(fitted, found, None)
    whole(draws, "draws", least=100, most=100_000)
    quantile = np.vectorize(fitted.distribution.quantile, otypes=[np.float64])
    drawn = quantile(np.random.default_rng(seed).uniform(1e-12, 1 - 1e-12, (draws, fitted.count)))
    again = [
        distribution_capability(
            fit(row, name, threshold=threshold).distribution, lower=lower, upper=upper, method=method
        ).ppk
        for row in drawn
    ]
    low, high = np.quantile(again, [(1 - confidence) / 2, (1 + confidence) / 2])
    return FittedCapability(
        fitted, found, Interval(found.ppk, float(low), float(high), confidence, "bootstrap", "both")
    )


@checked
def empirical_capability(
    values: ArrayLike, *, lower: float | None = None, upper: float | None = None
) -> PercentileIndices:
    """Capability by the percentiles of the data themselves, without any distribution.

    Parameters
    ----------
    values : array_like
        At least 740 single values, shape (n,): fewer do not reach the percentiles of 0.135 %.
    lower, upper : float, optional
        Specification limits, unit of the data; at least one.

    Returns
    -------
    PercentileIndices
        Percentiles are order statistics at ``p * (n + 1)``, interpolated.

    Raises
    ------
    NoAnswer
        ``too_few``, ``zero_variance``, and as `distribution_capability`.

    Notes
    -----
    With 740 values both outer percentiles are the extremes, so the result hangs on two values; several thousand are
    wanted. Smaller samples need `fitted_capability`.

    References
    ----------
    ISO 22514-2.

    Examples
    --------
    >>> import numpy as np
    >>> found = empirical_capability(np.linspace(0, 1, 2001), lower=-1, upper=2)
    >>> round(found.pp, 3)
    3.005
    """
    array = numbers(values)
    if array.size < LEAST_FOR_PERCENTILES:
        raise NoAnswer(
            "too_few", f"percentiles of 0.135 % need at least {LEAST_FOR_PERCENTILES} values, not {array.size}"
        )
    low, median, high = (float(point) for point in np.quantile(array, [LOW, 0.5, HIGH], method="weibull"))
    return _by_percentiles((low, median, high), Limits(lower, upper), None)


def _by_percentiles(points: tuple[float, float, float], limits: Limits, expected: Outside | None) -> PercentileIndices:
    low, median, high = points
    if not low < median < high:
        raise NoAnswer("zero_variance", "the percentiles coincide: there is no capability")
    ppl = None if limits.lower is None else (median - limits.lower) / (median - low)
    ppu = None if limits.upper is None else (limits.upper - median) / (high - median)
    pp = None
    if limits.lower is not None and limits.upper is not None:
        pp = (limits.upper - limits.lower) / (high - low)
    return PercentileIndices(low, median, high, pp, ppl, ppu, min(s for s in (ppl, ppu) if s is not None), expected)


def _third_of_z(outside: float) -> float:
    found = -float(ndtri(outside)) / 3
    if not math.isfinite(found):
        raise NoAnswer("nothing_outside", "a limit where the distribution has no values has no z; leave it out")
    return found
