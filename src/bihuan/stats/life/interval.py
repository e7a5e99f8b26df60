"""Confidence intervals of parameters, quantiles and reliability."""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from bihuan.stats.checks import choice
from bihuan.stats.errors import NoAnswer
from bihuan.stats.interval import Interval, Side, risk
from bihuan.stats.life import follow, profile
from bihuan.stats.life.families import FAMILIES
from bihuan.stats.life.fit import LifeFit
from bihuan.stats.life.predict import ages, quantile, shares
from bihuan.stats.signatures import checked

Floats = NDArray[np.float64]
NAMES = ("shape", "scale", "location", "spread", "threshold")


@checked
def parameter_interval(
    fit: LifeFit, name: str, *, confidence: float = 0.95, method: str = "profile", side: Side = "both"
) -> Interval[Floats]:
    """Confidence interval of one parameter.

    Parameters
    ----------
    fit : LifeFit
        A fitted distribution.
    name : {"shape", "scale", "location", "spread", "threshold"}
        Which parameter, as an attribute of `LifeFit`.
    confidence : float
        Level, between 0 and 1.
    method : {"profile", "wald"}
        Likelihood ratio against the chi-square distribution, or normal approximation (on the logarithm for shape, scale
        and spread, as Minitab and Meeker and Escobar; lifelines takes it on the parameter itself).
    side : {"both", "lower", "upper"}
        Two-sided, or the one-sided limit at the whole level.

    Returns
    -------
    Interval
        With arrays of one item.

    Raises
    ------
    NoAnswer
        ``unknown_choice``, ``out_of_range``, ``held`` (the parameter was not fitted), ``no_limit`` (a fit with a
        threshold whose maximum vanishes before the limit is reached; ask for ``wald``).

    References
    ----------
    Meeker and Escobar 1998, 8.3 and 8.4.

    Examples
    --------
    >>> from bihuan.stats.life import fit_exponential
    >>> found = parameter_interval(fit_exponential([100, 300, 200], [1, 1, 0]), "scale", method="wald")
    >>> found.lower.round(1), found.upper.round(1)
    (array([75.]), array([1199.5]))
    """
    choice(name, NAMES, "name")
    critical = _critical(confidence, method, side)
    spot = {"shape": 1, "spread": 1, "scale": 0, "location": 0, "threshold": 2}[name]
    if fit.covariance[spot, spot] <= 0:
        raise NoAnswer("held", f"{name} was not fitted")
    estimate = float(getattr(fit, name))
    if method == "wald":
        half = critical * sqrt(float(fit.covariance[spot, spot]))
        ends = (
            (estimate - half, estimate + half)
            if name in {"location", "threshold"}
            else (estimate * exp(-half), estimate * exp(half))
        )
    elif spot == 2:
        ends = follow.threshold_ends(fit, critical)
    elif spot == 1:
        ends = _shape_ends(fit, critical)
        ends = (
            ends if name == "shape" and fit.family != "lognormal" else (1 / ends[1], 1 / ends[0] if ends[0] else np.inf)
        )
    else:
        ends = _location_ends(fit, critical)
        ends = ends if name == "location" else (exp(ends[0]), exp(ends[1]))
    edge = (-np.inf if name in {"location", "threshold"} else 0.0, np.inf)
    return _result([estimate], [ends], edge, confidence, method, side)


@checked
def quantile_interval(
    fit: LifeFit, p: ArrayLike, *, confidence: float = 0.95, method: str = "profile", side: Side = "both"
) -> Interval[Floats]:
    """Confidence interval of the age by which a share ``p`` has failed, such as the B10 life.

    Parameters
    ----------
    fit : LifeFit
        A fitted distribution.
    p : array_like
        Shares strictly between 0 and 1.
    confidence, method, side
        As `parameter_interval`; the normal approximation is made on the log age (on the age itself with a threshold).

    Returns
    -------
    Interval
        One item per share.

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``not_finite``, ``empty``, ``no_limit``.

    References
    ----------
    Meeker and Escobar 1998, 8.3.3 and 8.4.3.

    Examples
    --------
    >>> from bihuan.stats.life import fit_weibull
    >>> fit = fit_weibull([54, 187, 216, 240, 500], failed=[1, 1, 1, 1, 0], weight=[1, 1, 1, 1, 6])
    >>> found = quantile_interval(fit, 0.1)
    >>> bool(found.lower[0] < found.estimate[0] < found.upper[0])
    True
    """
    share = shares(p)
    critical = _critical(confidence, method, side)
    standard = FAMILIES[fit.family].point(share)
    estimate = quantile(fit, share)
    if method == "wald":
        ends = _wald_quantiles(fit, standard, estimate, critical)
    elif fit.covariance[1, 1] == 0:
        low, high = _location_ends(fit, critical)
        ends = [(exp(low + fit.spread * z), exp(high + fit.spread * z)) for z in standard]
    elif fit.covariance[2, 2] > 0:
        wald = _wald_quantiles(fit, standard, estimate, critical)
        asked = zip(standard.tolist(), estimate.tolist(), wald, strict=True)
        ends = [follow.ends(fit, "quantile", z, at, reach[1] - at, critical) for z, at, reach in asked]
    else:
        held = profile.hold(fit)
        ends = []
        for z in standard.tolist():
            step = critical * _deviation(fit, np.array([1.0, fit.spread * z, 0.0]))
            best = fit.location + fit.spread * z
            low, high = (profile.end(held, held.quantile(z), best, sign * step, critical) for sign in (-1, 1))
            ends.append((exp(low), exp(high)))
    return _result(estimate, ends, (-np.inf if fit.threshold else 0.0, np.inf), confidence, method, side)


@checked
def reliability_interval(
    fit: LifeFit, t: ArrayLike, *, confidence: float = 0.95, method: str = "profile", side: Side = "both"
) -> Interval[Floats]:
    """Confidence interval of the share still working at age ``t``.

    Parameters
    ----------
    fit : LifeFit
        A fitted distribution.
    t : array_like
        Ages above the threshold.
    confidence, method, side
        As `parameter_interval`; the normal approximation is made on ``z = (log t - location) / spread``.

    Returns
    -------
    Interval
        One item per age.

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``not_finite``, ``empty``, ``no_limit``.

    References
    ----------
    Meeker and Escobar 1998, 8.3.3 and 8.4.3.

    Examples
    --------
    >>> from bihuan.stats.life import fit_exponential
    >>> found = reliability_interval(fit_exponential([100, 300, 200], [1, 1, 0]), [100], method="wald")
    >>> found.estimate.round(3), found.lower.round(3), found.upper.round(3)
    (array([0.717]), array([0.264]), array([0.92]))
    """
    left = ages(t) - fit.threshold
    if (left <= 0).any():
        raise NoAnswer("out_of_range", "ages must be above the threshold")
    critical = _critical(confidence, method, side)
    survival = FAMILIES[fit.family].survival
    logs = np.log(left)
    z = (logs - fit.location) / fit.spread
    ends: list[tuple[float, float]] = []
    held = profile.hold(fit) if method == "profile" and not fit.covariance[2, 2] else None
    for log_time, at in zip(logs.tolist(), z.tolist(), strict=True):
        gradient = np.array([-1 / fit.spread, -at, -exp(-log_time) / fit.spread])
        step = critical * _deviation(fit, gradient)
        if method == "wald":
            ends.append((at + step, at - step))
        elif held is None:
            low, high = follow.ends(fit, "standard", exp(log_time) + fit.threshold, at, step, critical)
            ends.append((high, low))
        elif fit.covariance[1, 1] == 0:
            low, high = _location_ends(fit, critical)
            ends.append(((log_time - low) / fit.spread, (log_time - high) / fit.spread))
        else:
            curve = held.standard(log_time)
            ends.append((profile.end(held, curve, at, step, critical), profile.end(held, curve, at, -step, critical)))
    found = survival(np.array(ends))
    return _result(survival(z), [(low, high) for low, high in found.tolist()], (0.0, 1.0), confidence, method, side)


def _wald_quantiles(fit: LifeFit, standard: Floats, estimate: Floats, critical: float) -> list[tuple[float, float]]:
    """Normal-approximation limits of quantiles."""
    ends = []
    for z, at in zip(standard.tolist(), estimate.tolist(), strict=True):
        if fit.covariance[2, 2] == 0 and fit.threshold == 0:
            half = exp(critical * _deviation(fit, np.array([1.0, fit.spread * z, 0.0])))
            ends.append((at / half, at * half))
        else:
            above = at - fit.threshold
            half = critical * _deviation(fit, np.array([above, above * fit.spread * z, 1.0]))
            ends.append((at - half, at + half))
    return ends


def _shape_ends(fit: LifeFit, critical: float) -> tuple[float, float]:
    """Profile limits of one over the spread."""
    best, step = -log(fit.spread), critical * sqrt(float(fit.covariance[1, 1]))
    if fit.covariance[2, 2] > 0:
        low, high = follow.ends(fit, "shape", 0.0, best, step, critical)
        return exp(low), exp(high)
    held = profile.hold(fit)
    low, high = (profile.end(held, held.shape, best, sign * step, critical) for sign in (-1, 1))
    return exp(low), exp(high)


def _location_ends(fit: LifeFit, critical: float) -> tuple[float, float]:
    """Profile limits of the location."""
    step = critical * sqrt(float(fit.covariance[0, 0]))
    if fit.covariance[2, 2] > 0:
        return follow.ends(fit, "scale", 0.0, fit.location, step, critical)
    held = profile.hold(fit)
    standard = 0.0
    curve = held.location if fit.covariance[1, 1] == 0 else held.quantile(standard)
    low, high = (profile.end(held, curve, fit.location, sign * step, critical) for sign in (-1, 1))
    return low, high


def _deviation(fit: LifeFit, gradient: Floats) -> float:
    """Standard error of a quantity with this gradient by location, log spread and threshold."""
    return sqrt(max(float(gradient @ fit.covariance @ gradient), 0.0))


def _critical(confidence: float, method: str, side: str) -> float:
    """The normal quantile of the level."""
    choice(method, ("profile", "wald"), "method")
    return -float(ndtri(risk(confidence, side)))


def _result(
    estimate: ArrayLike,
    ends: list[tuple[float, float]],
    edge: tuple[float, float],
    confidence: float,
    method: str,
    side: str,
) -> Interval[Floats]:
    """The interval, with the side that was not asked for opened to the edge."""
    both = np.array(ends, dtype=np.float64)
    low = both[:, 0] if side != "upper" else np.full(len(ends), edge[0])
    high = both[:, 1] if side != "lower" else np.full(len(ends), edge[1])
    return Interval(np.asarray(estimate, dtype=np.float64), low, high, confidence, method, side)
