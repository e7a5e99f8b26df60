"""Direct standardisation: the rate that a group would have in a standard mix of strata."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainccinv, gammaincinv

from bihuan.stats.errors import NoAnswer
from bihuan.stats.interval import Interval, Side, risk
from bihuan.stats.rates.arguments import Floats, above_zero, events, sizes
from bihuan.stats.signatures import checked


@checked
def directly_standardised(
    counts: ArrayLike,
    exposure: ArrayLike,
    standard: ArrayLike,
    *,
    confidence: float = 0.95,
    side: Side = "both",
) -> Interval[Floats]:
    """Rates as they would be in a standard mix, so that groups of different mix (ages, models, sites) can be compared.

    ``y = sum over strata of w x`` with ``w = standard / (sum of standard * exposure)``: each stratum's own rate,
    weighed by its share of the standard. Limits: with ``v = sum w**2 x`` the lower one is the alpha/2 quantile of the
    gamma distribution of mean y and variance v, the upper one the 1 - alpha/2 quantile of that of mean y + m and
    variance v + m**2, m being the largest w.

    Parameters
    ----------
    counts : array_like
        Events by stratum, shape (strata,) or (groups, strata).
    exposure : array_like
        Units, hours or months behind them, in the shape of ``counts``, above zero.
    standard : array_like
        The standard mix: exposures or shares of the strata, shape (strata,), not negative and not all zero.
    confidence : float
        Level between 0 and 1.
    side : {"both", "lower", "upper"}
        Interval, or one limit alone at the same level.

    Returns
    -------
    Interval
        Events per unit of exposure, one per group; the method is ``gamma``.

    Raises
    ------
    NoAnswer
        ``empty``, ``not_numbers``, ``not_finite``, ``negative``, ``not_whole``, ``not_positive``, ``wrong_shape``,
        ``shapes_differ``, ``no_exposure`` (an empty standard), ``out_of_range``, ``unknown_choice``.

    Notes
    -----
    With one stratum these are Garwood's limits. They cover at least at their level in all simulations of the authors,
    and more the more the weights differ. R's ``epitools::ageadjust.direct`` and ``asht::wspoissonTest`` give the same.
    The ratio of two such rates is the comparative figure; a ratio of observed to expected by reference rates is
    `indirectly_standardised`, which needs fewer events.

    References
    ----------
    Fay and Feuer (1997), Statistics in Medicine 16, 791-801. Breslow and Day (1987), Statistical Methods in Cancer
    Research II, section 2.2.

    Examples
    --------
    >>> found = directly_standardised([[2, 18], [6, 12]], [[100, 200], [300, 100]], [1, 1])
    >>> found.estimate.round(3).tolist(), found.lower.round(3).tolist(), found.upper.round(3).tolist()
    ([0.055, 0.07], [0.033, 0.04], [0.09, 0.115])
    """
    seen, base, mix = events(counts), above_zero(exposure, "exposure"), sizes(standard, "standard")
    if seen.ndim not in (1, 2) or mix.ndim != 1:
        raise NoAnswer("wrong_shape", "counts are strata, or groups by strata, and the standard is one row of strata")
    if seen.shape != base.shape or seen.shape[-1] != mix.size:
        raise NoAnswer("shapes_differ", "counts, exposure and standard must have the same strata")
    if mix.sum() == 0:
        raise NoAnswer("no_exposure", "the standard mix is empty")
    alpha = risk(confidence, side)
    weights = mix / mix.sum() / base
    rate, spread = (np.asarray((power * seen).sum(axis=-1)) for power in (weights, weights**2))
    lower = _gamma(rate, spread, alpha, upper=False) if side != "upper" else np.zeros_like(rate)
    largest = np.asarray(weights.max(axis=-1))
    above = np.full_like(rate, np.inf)
    if side != "lower":
        above = _gamma(rate + largest, spread + largest**2, alpha, upper=True)
    return Interval(rate, lower, above, confidence, "gamma", side)


def _gamma(mean: Floats, variance: Floats, tail: float, *, upper: bool) -> Floats:
    """The quantile beyond which ``tail`` of a gamma distribution lies; 0 for one without mean."""
    some = mean > 0
    shape = np.where(some, mean, 1.0) ** 2 / np.where(some, variance, 1.0)
    quantile = (gammainccinv if upper else gammaincinv)(shape, tail)
    return np.asarray(np.where(some, quantile * mean / shape, 0.0), dtype=np.float64)
