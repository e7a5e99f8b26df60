"""Confidence intervals of a Poisson mean or rate and of a binomial share."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from bihuan.stats.checks import choice
from bihuan.stats.interval import Interval, Side, risk
from bihuan.stats.rates import tails
from bihuan.stats.rates.arguments import Floats, above_zero, events, sampled, together
from bihuan.stats.signatures import checked


@checked
def poisson_interval(
    counts: ArrayLike,
    exposure: ArrayLike = 1.0,
    *,
    confidence: float = 0.95,
    method: str = "garwood",
    side: Side = "both",
) -> Interval[Floats]:
    """The interval of the rate at which events come.

    Parameters
    ----------
    counts : array_like
        Events, any shape.
    exposure : array_like
        Units, hours or months under observation; the limits are events per unit of it. 1 gives limits of the mean.
    confidence : float
        Level, 0.95 unless told.
    method : {"garwood", "midp", "score"}
        ``garwood``: exact, covers at least at its level; lower limit the alpha/2 quantile of gamma(count), upper the
        1 - alpha/2 quantile of gamma(count + 1). ``midp``: inverts the mid-p test, covers about at its level and is
        narrower. ``score``: count + z^2/2 -+ z sqrt(count + z^2/4), the Poisson form of Wilson's interval.
    side : {"both", "lower", "upper"}
        Two limits, or one that spends all of alpha.

    Returns
    -------
    Interval

    Raises
    ------
    NoAnswer
        ``empty``, ``not_numbers``, ``not_finite``, ``negative``, ``not_whole``, ``shapes_differ``, ``out_of_range``
        (exposure of zero, confidence outside 0 to 1), ``unknown_choice``.

    References
    ----------
    Garwood (1936), Biometrika 28, 437-442. Cohen and Yang (1994), Statistics in Medicine 13, 2189-2203 (mid-p).

    Examples
    --------
    >>> found = poisson_interval(10)
    >>> round(float(found.lower), 3), round(float(found.upper), 3)
    (4.795, 18.39)
    >>> round(float(poisson_interval(0, side="upper").upper), 3)  # the rule of three
    2.996
    """
    choice(method, ("garwood", "midp", "score"), "method")
    alpha = risk(confidence, side)
    observed, base = together(events(counts), above_zero(exposure, "exposure"), "counts and exposure")
    if method == "garwood":
        low, high = _garwood(observed, alpha)
    elif method == "midp":
        low, high = _poisson_midp(observed, alpha)
    else:
        low, high = _poisson_score(observed, alpha)
    if side == "upper":
        low = np.zeros_like(low)
    if side == "lower":
        high = np.full_like(high, np.inf)
    return Interval(observed / base, low / base, high / base, confidence, method, side)


@checked
def binomial_interval(
    defectives: ArrayLike,
    sample: ArrayLike,
    *,
    confidence: float = 0.95,
    method: str = "clopper-pearson",
    side: Side = "both",
) -> Interval[Floats]:
    """The interval of a share of defectives.

    Parameters
    ----------
    defectives, sample : array_like
        Whole numbers that broadcast.
    confidence : float
        Level, 0.95 unless told.
    method : {"clopper-pearson", "midp", "wilson"}
        ``clopper-pearson``: exact, covers at least at its level; quantiles of beta(x, n - x + 1) and
        beta(x + 1, n - x). ``midp``: inverts the mid-p test. ``wilson``: the score interval without continuity
        correction.
    side : {"both", "lower", "upper"}
        Two limits, or one that spends all of alpha.

    Returns
    -------
    Interval

    Raises
    ------
    NoAnswer
        ``empty``, ``not_numbers``, ``not_finite``, ``negative``, ``not_whole``, ``no_trials``, ``above_sample``,
        ``shapes_differ``, ``out_of_range``, ``unknown_choice``.

    Notes
    -----
    With all or none defective, R's two-sided Clopper-Pearson limit spends alpha/2 on the side that remains,
    as here; some tools spend all of alpha there. Ask for ``side`` if that is meant.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26, 404-413. Wilson (1927), JASA 22, 209-212. Newcombe (1998), Statistics in
    Medicine 17, 857-872, methods 3, 5 and 6.

    Examples
    --------
    >>> found = binomial_interval(81, 263, method="wilson")
    >>> round(float(found.lower), 4), round(float(found.upper), 4)
    (0.2553, 0.3662)
    """
    choice(method, ("clopper-pearson", "midp", "wilson"), "method")
    alpha = risk(confidence, side)
    found, size = sampled(defectives, sample)
    if method == "clopper-pearson":
        low, high = _clopper_pearson(found, size, alpha)
    elif method == "midp":
        low, high = _binomial_midp(found, size, alpha)
    else:
        low, high = _wilson(found, size, alpha)
    if side == "upper":
        low = np.zeros_like(low)
    if side == "lower":
        high = np.ones_like(high)
    return Interval(found / size, low, high, confidence, method, side)


def _garwood(observed: Floats, alpha: float) -> tuple[Floats, Floats]:
    some = np.maximum(observed, 1)
    low: Floats = np.where(observed == 0, 0.0, special.gammaincinv(some, alpha))
    return low, np.asarray(special.gammainccinv(observed + 1, alpha))


def _poisson_midp(observed: Floats, alpha: float) -> tuple[Floats, Floats]:
    outer = _garwood(observed, alpha)

    def upper_tail(mean: Floats) -> Floats:
        return tails.poisson_upper(observed, mean) - np.exp(tails.poisson_log_mass(observed, mean)) / 2

    def lower_tail(mean: Floats) -> Floats:
        return tails.poisson_lower(observed, mean) - np.exp(tails.poisson_log_mass(observed, mean)) / 2

    low = tails.root(lambda mean: upper_tail(mean) - alpha, outer[0], outer[1])
    high = tails.root(lambda mean: alpha - lower_tail(mean), outer[0], outer[1])
    return np.where(observed == 0, 0.0, low), high


def _poisson_score(observed: Floats, alpha: float) -> tuple[Floats, Floats]:
    z = -special.ndtri(alpha)
    half = z * np.sqrt(observed + z**2 / 4)
    middle = observed + z**2 / 2
    return np.where(observed == 0, 0.0, middle - half), middle + half


def _clopper_pearson(found: Floats, size: Floats, alpha: float) -> tuple[Floats, Floats]:
    some, rest = np.maximum(found, 1), np.maximum(size - found, 1)
    low: Floats = np.where(found == 0, 0.0, special.betaincinv(some, size - some + 1, alpha))
    high: Floats = np.where(found == size, 1.0, special.betainccinv(size - rest + 1, rest, alpha))
    return low, high


def _binomial_midp(found: Floats, size: Floats, alpha: float) -> tuple[Floats, Floats]:
    outer = _clopper_pearson(found, size, alpha)

    def upper_tail(share: Floats) -> Floats:
        return tails.binomial_upper(found, size, share) - np.exp(tails.binomial_log_mass(found, size, share)) / 2

    def lower_tail(share: Floats) -> Floats:
        return tails.binomial_lower(found, size, share) - np.exp(tails.binomial_log_mass(found, size, share)) / 2

    low = tails.root(lambda share: upper_tail(share) - alpha, outer[0], outer[1])
    high = tails.root(lambda share: alpha - lower_tail(share), outer[0], outer[1])
    return np.where(found == 0, 0.0, low), np.where(found == size, 1.0, high)


def _wilson(found: Floats, size: Floats, alpha: float) -> tuple[Floats, Floats]:
    z = -special.ndtri(alpha)
    middle = found + z**2 / 2
    half = z * np.sqrt(found * (size - found) / size + z**2 / 4)
    low = np.where(found == 0, 0.0, (middle - half) / (size + z**2))
    high = np.where(found == size, 1.0, (middle + half) / (size + z**2))
    return low, high
