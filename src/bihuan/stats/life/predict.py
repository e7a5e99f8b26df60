"""What a fitted distribution says of quantiles, reliability, failure rate and mean life."""

from __future__ import annotations

from math import exp, gamma

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.checks import several
from bihuan.stats.errors import NoAnswer
from bihuan.stats.life.families import FAMILIES
from bihuan.stats.life.fit import LifeFit
from bihuan.stats.signatures import checked

Floats = NDArray[np.float64]


@checked
def quantile(fit: LifeFit, p: ArrayLike) -> Floats:
    """Age by which a share ``p`` has failed: ``threshold + exp(location + spread * z(p))``.

    Parameters
    ----------
    fit : LifeFit
        A fitted distribution.
    p : array_like
        Shares strictly between 0 and 1; 0.1 asks for the B10 life.

    Returns
    -------
    ndarray
        Ages in the unit of the data.

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``not_finite``, ``empty``.

    References
    ----------
    Meeker and Escobar 1998, 4.

    Examples
    --------
    >>> from bihuan.stats.life import fit_exponential
    >>> quantile(fit_exponential([100, 300]), 0.5).round(2)
    array([138.63])
    """
    share = shares(p)
    result: Floats = fit.threshold + np.exp(fit.location + fit.spread * FAMILIES[fit.family].point(share))
    return result


@checked
def reliability(fit: LifeFit, t: ArrayLike) -> Floats:
    """Share still working at age ``t``.

    Parameters
    ----------
    fit : LifeFit
        A fitted distribution.
    t : array_like
        Ages, not negative. Up to the threshold the reliability is 1.

    Returns
    -------
    ndarray

    Raises
    ------
    NoAnswer
        ``negative``, ``not_finite``, ``empty``.

    References
    ----------
    Meeker and Escobar 1998, 4.

    Examples
    --------
    >>> from bihuan.stats.life import fit_exponential
    >>> reliability(fit_exponential([100, 300]), [0, 200]).round(4)
    array([1.    , 0.3679])
    """
    age = ages(t)
    left = np.maximum(age - fit.threshold, 0)
    z = (np.log(np.maximum(left, 1e-300)) - fit.location) / fit.spread
    result: Floats = np.where(left > 0, FAMILIES[fit.family].survival(z), 1.0)
    return result


@checked
def hazard(fit: LifeFit, t: ArrayLike) -> Floats:
    """Failure rate at age ``t``, per unit of age among those still working: ``f(t) / R(t)``.

    Parameters
    ----------
    fit : LifeFit
        A fitted distribution.
    t : array_like
        Ages above the threshold.

    Returns
    -------
    ndarray

    Raises
    ------
    NoAnswer
        ``out_of_range`` at or below the threshold.

    References
    ----------
    Meeker and Escobar 1998, 2.1 and 4.

    Examples
    --------
    >>> from bihuan.stats.life import fit_exponential
    >>> hazard(fit_exponential([100, 300]), [50, 500])
    array([0.005, 0.005])
    """
    left = ages(t) - fit.threshold
    if (left <= 0).any():
        raise NoAnswer("out_of_range", "ages must be above the threshold")
    z = (np.log(left) - fit.location) / fit.spread
    slope = FAMILIES[fit.family].log_survival(z)[1]
    return -slope / (fit.spread * left)


@checked
def mean_life(fit: LifeFit) -> float:
    """Mean age at failure: ``scale * gamma(1 + spread)`` (Weibull), ``exp(location + spread**2 / 2)`` (lognormal).

    Parameters
    ----------
    fit : LifeFit
        A fitted distribution.

    Returns
    -------
    float
        In the unit of the data, the threshold included.

    Raises
    ------
    NoAnswer
        ``wrong_kind``; ``out_of_scale`` where the mean is beyond doubles (a shape near zero).

    References
    ----------
    Meeker and Escobar 1998, 4.

    Examples
    --------
    >>> from bihuan.stats.life import fit_exponential
    >>> round(mean_life(fit_exponential([100, 300])), 6)
    200.0
    """
    if fit.family == "lognormal":
        return fit.threshold + exp(fit.location + fit.spread**2 / 2)
    return fit.threshold + fit.scale * gamma(1 + fit.spread)


def shares(p: ArrayLike) -> Floats:
    """Shares strictly between 0 and 1."""
    share = several(p, "p")
    if (share <= 0).any() or (share >= 1).any():
        raise NoAnswer("out_of_range", "shares must lie strictly between 0 and 1")
    return share


def ages(t: ArrayLike) -> Floats:
    """Ages that are not negative."""
    age = several(t, "t")
    if (age < 0).any():
        raise NoAnswer("negative", "ages must not be negative")
    return age
