"""Confidence intervals of capability indices."""

from __future__ import annotations

import math

from scipy.special import chdtri, ndtri

from bihuan.stats import noncentral
from bihuan.stats.checks import positive, whole
from bihuan.stats.errors import NoAnswer
from bihuan.stats.interval import Interval, Side, risk
from bihuan.stats.signatures import checked


@checked
def cp_interval(cp: float, freedom: float, *, confidence: float = 0.95, side: Side = "both") -> Interval[float]:
    """Interval of Cp or Pp: ``cp * sqrt(chi2(quantile, freedom) / freedom)``.

    Parameters
    ----------
    cp : float
        Estimated index.
    freedom : float
        Degrees of freedom of the standard deviation, ``n - 1`` for the overall one, above zero.
    confidence : float
        Level between 0 and 1.
    side : {"both", "lower", "upper"}
        Interval, or one bound alone at the same level.

    Returns
    -------
    Interval
        Exact for normal data when the standard deviation is that of one sample or pooled.

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``unknown_choice``.

    References
    ----------
    Montgomery, chapter 8; Kane (1986), JQT 18.

    Examples
    --------
    >>> [round(limit, 2) for limit in cp_interval(2.29, 19).limits]
    [1.57, 3.01]
    """
    freedom, cp = positive(freedom, "freedom"), _index(cp, "cp")

    def limit(probability: float) -> float:
        return cp * math.sqrt(float(chdtri(freedom, probability)) / freedom)

    alpha = risk(confidence, side)
    return _interval(cp, (limit(1 - alpha), limit(alpha)), 0.0, confidence, "chi-square", side)


@checked
def cpk_interval(
    cpk: float, count: int, freedom: float | None = None, *, confidence: float = 0.95, side: Side = "both"
) -> Interval[float]:
    """Interval of Cpk or Ppk by Bissell: ``cpk +- z * sqrt(1 / (9 * count) + cpk**2 / (2 * freedom))``.

    Parameters
    ----------
    cpk : float
        Estimated index.
    count : int
        Values behind the mean, at least 2.
    freedom : float, optional
        Degrees of freedom of the standard deviation; ``count - 1`` unless given.
    confidence : float
        Level between 0 and 1.
    side : {"both", "lower", "upper"}
        Interval, or one bound alone at the same level.

    Returns
    -------
    Interval
        Approximate; fair from about 30 values on.

    Raises
    ------
    NoAnswer
        ``too_few``, ``out_of_range``, ``unknown_choice``.

    References
    ----------
    Bissell (1990), Applied Statistics 39, 331-340; NIST/SEMATECH e-Handbook 6.1.6.

    Examples
    --------
    >>> [round(limit, 2) for limit in cpk_interval(1.33, 20).limits]
    [0.88, 1.78]
    """
    size = _counted(count)
    freedom = size - 1.0 if freedom is None else positive(freedom, "freedom")
    reach = -float(ndtri(risk(confidence, side))) * math.sqrt(1 / (9 * size) + cpk**2 / (2 * freedom))
    return _interval(cpk, (cpk - reach, cpk + reach), -math.inf, confidence, "bissell", side)


@checked
def one_sided_interval(index: float, count: int, *, confidence: float = 0.95, side: Side = "both") -> Interval[float]:
    """Exact interval of Ppl or Ppu by the noncentral t distribution.

    ``3 * sqrt(n) * index`` of the sample is noncentral t with ``n - 1`` degrees of freedom and the noncentrality
    ``3 * sqrt(n) * index`` of the process.

    Parameters
    ----------
    index : float
        Estimated index from mean and standard deviation of one sample.
    count : int
        Size of the sample, at least 2.
    confidence : float
        Level between 0 and 1.
    side : {"both", "lower", "upper"}
        Interval, or one bound alone at the same level.

    Returns
    -------
    Interval
        Exact for normal data.

    Raises
    ------
    NoAnswer
        ``too_few``, ``out_of_range``, ``unknown_choice``.

    Notes
    -----
    Minitab and qcc use the normal approximation of `cpk_interval` here.

    References
    ----------
    Chou, Owen and Borrego (1990), Journal of Quality Technology 22, 223-229.

    Examples
    --------
    >>> [round(limit, 2) for limit in one_sided_interval(1.33, 30).limits]
    [0.97, 1.69]
    """
    scale = 3 * math.sqrt(_counted(count))
    alpha = risk(confidence, side)
    low, high = (noncentral.noncentrality(p, scale * index, count - 1) / scale for p in (1 - alpha, alpha))
    return _interval(index, (low, high), -math.inf, confidence, "noncentral t", side)


@checked
def cpm_interval(
    cpm: float, count: int, offset: float, *, confidence: float = 0.95, side: Side = "both"
) -> Interval[float]:
    """Interval of Cpm: that of Cp with Boyles' degrees of freedom.

    ``freedom = n * (1 + offset**2)**2 / (1 + 2 * offset**2)``.

    Parameters
    ----------
    cpm : float
        Estimated index.
    count : int
        Size of the sample, at least 2.
    offset : float
        ``(mean - target) / sd``.
    confidence : float
        Level between 0 and 1.
    side : {"both", "lower", "upper"}
        Interval, or one bound alone at the same level.

    Returns
    -------
    Interval
        Approximate.

    Raises
    ------
    NoAnswer
        ``too_few``, ``out_of_range``, ``unknown_choice``.

    Notes
    -----
    Qcc leaves out the square of the numerator and gets wider intervals for processes off target.

    References
    ----------
    Boyles (1991), Journal of Quality Technology 23, 17-26.

    Examples
    --------
    >>> [round(limit, 3) for limit in cpm_interval(1.0, 50, 0.5).limits]
    [0.808, 1.191]
    """
    square = offset**2
    freedom = _counted(count) * (1 + square) ** 2 / (1 + 2 * square)
    found = cp_interval(cpm, freedom, confidence=confidence, side=side)
    return _interval(cpm, found.limits, 0.0, confidence, "boyles", side)


def _interval(
    estimate: float, limits: tuple[float, float], edge: float, confidence: float, method: str, side: Side
) -> Interval[float]:
    """The limits that were asked for, the other one at the edge of the possible."""
    if not all(math.isfinite(limit) for limit in limits):
        raise NoAnswer("not_finite", "the index is too large for an interval in doubles")
    low, high = edge if side == "upper" else limits[0], math.inf if side == "lower" else limits[1]
    return Interval(estimate, low, high, confidence, method, side)


def _index(value: float, name: str) -> float:
    if value < 0:
        raise NoAnswer("negative", f"{name} is not negative by its definition, not {value}")
    return value


def _counted(count: int) -> int:
    if count < 2:
        raise NoAnswer("too_few", f"an interval needs at least 2 values, not {count}")
    return whole(count, "count")
