"""Survival without a distribution: Kaplan and Meier's estimate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from bihuan.stats.checks import choice, level, several
from bihuan.stats.errors import NoAnswer
from bihuan.stats.life.data import columns
from bihuan.stats.signatures import checked

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalCurve:
    """A step function that falls at every age of failure.

    Attributes
    ----------
    time : ndarray, shape (m,)
        Distinct ages at which something failed, rising.
    at_risk, failures : ndarray, shape (m,)
        Units that reached the age, and how many of them failed at it.
    survival : ndarray, shape (m,)
        Estimated share still working just after ``time``.
    error : ndarray, shape (m,)
        Greenwood's standard error; NaN where the survival is 0, since there is none.
    lower, upper : ndarray, shape (m,)
        Pointwise limits; NaN where the survival is 0.
    confidence : float
        Their level.
    end : float
        Largest age observed. Beyond it the curve says nothing, unless it has come down to 0.
    """

    time: Floats
    at_risk: Floats
    failures: Floats
    survival: Floats
    error: Floats
    lower: Floats
    upper: Floats
    confidence: float
    end: float


@checked
def kaplan_meier(
    time: ArrayLike,
    failed: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    *,
    confidence: float = 0.95,
    scale: str = "log-log",
) -> SurvivalCurve:
    """Kaplan-Meier estimate of the share still working, with Greenwood's variance.

    ``S(t) = prod (1 - d / n)`` over ages of failure up to ``t``; ``Var = S**2 sum d / (n (n - d))``. Units whose age
    ends where others fail count as at risk there.

    Parameters
    ----------
    time : array_like, shape (n,)
        Ages at failure or reached without failure, not negative.
    failed, weight : array_like, shape (n,), optional
        As for `observed`.
    confidence : float
        Level of the pointwise limits.
    scale : {"log-log", "plain", "log"}
        Where the normal approximation is made: on ``log(-log S)``, on ``S`` (clipped to 0 and 1) or on ``log S``.

    Returns
    -------
    SurvivalCurve

    Raises
    ------
    NoAnswer
        As `observed` (an age of zero is allowed here); ``no_failures``; ``unknown_choice``.

    Notes
    -----
    R ``survfit`` takes ``log`` unless told otherwise, lifelines ``log-log``, Minitab and SPSS ``plain``.

    References
    ----------
    Kaplan and Meier, JASA 53, 1958; Kalbfleisch and Prentice 2002, 1.4.

    Examples
    --------
    >>> curve = kaplan_meier([6, 6, 6, 7, 10, 6], failed=[1, 1, 1, 1, 1, 0])
    >>> curve.time.tolist(), curve.at_risk.tolist(), curve.survival.round(3).tolist()
    ([6.0, 7.0, 10.0], [6.0, 2.0, 1.0], [0.5, 0.25, 0.0])
    """
    critical = -float(ndtri((1 - level(confidence)) / 2))
    choice(scale, ("log-log", "plain", "log"), "scale")
    t, flag, count = columns(time, failed, weight)
    if not flag.any():
        raise NoAnswer("no_failures", "nothing failed, so there is no step to estimate")
    end = float(t.max())
    age, at_risk, failures = (
        _steps(t, flag) if weight is None or (count == 1).all() else _weighted_steps(t, flag, count)
    )
    left = at_risk - failures
    survival = left / at_risk
    np.cumprod(survival, out=survival)
    if left[-1] == 0:
        left[-1] = np.nan
    left *= at_risk
    spread = np.divide(failures, left, out=left)
    np.cumsum(spread, out=spread)
    np.sqrt(spread, out=spread)
    lower, upper = _limits(survival, spread, critical, scale)
    return SurvivalCurve(age, at_risk, failures, survival, survival * spread, lower, upper, confidence, end)


def _steps(t: Floats, flag: Floats) -> tuple[Floats, Floats, Floats]:
    """Ages of failure, units at risk and failures where every row is one unit.

    The bits of numbers that are not negative sort as the numbers do and leave the sign free, so age and flag fit into
    one whole number: one sort of values, failures before running units of the same age, and no gathering by position.
    """
    key = (t + 0.0).view(np.uint64)
    key <<= np.uint64(1)
    key |= flag == 0
    key.sort()
    spot = np.flatnonzero((key & np.uint64(1)) == 0)
    key >>= np.uint64(1)
    age = key.view(np.float64) if spot.size == key.size else key.view(np.float64)[spot]
    fresh = age[1:] != age[:-1]
    if fresh.all():
        return age, t.size - spot.astype(np.float64), np.ones(age.size)
    first = np.concatenate(([0], np.flatnonzero(fresh) + 1))
    failures = np.diff(first, append=age.size).astype(np.float64)
    return age[first], t.size - spot[first].astype(np.float64), failures


def _weighted_steps(t: Floats, flag: Floats, count: Floats) -> tuple[Floats, Floats, Floats]:
    """The same where rows stand for several units; whole ages are counted instead of sorted."""
    failed = count * flag
    if t.max() <= 4 * t.size and (t == np.floor(t)).all():
        place = t.astype(np.intp)
        number: Floats = np.bincount(place, failed).astype(np.float64)
        left: Floats = np.cumsum(np.bincount(place, count).astype(np.float64)[::-1])[::-1]
        ages = np.flatnonzero(number)
        return ages.astype(np.float64), left[ages], number[ages]
    order = np.argsort(t)
    t = t[order]
    first = np.flatnonzero(np.concatenate(([True], t[1:] != t[:-1])))
    signed = (count - 2 * failed)[order]
    number, left = np.maximum(-signed, 0), np.abs(signed)
    if first.size < t.size:
        number, left = np.add.reduceat(number, first), np.add.reduceat(left, first)
    left = np.cumsum(left[::-1])[::-1]
    kept = np.flatnonzero(number)
    return t[first[kept]], left[kept], number[kept]


def _limits(survival: Floats, spread: Floats, critical: float, scale: str) -> tuple[Floats, Floats]:
    """Pointwise limits; ``spread`` is the standard error of the log survival."""
    if scale == "plain":
        half = critical * spread * survival
        return np.maximum(survival - half, 0), np.minimum(survival + half, 1)
    if scale == "log":
        half = np.exp(critical * spread)
        return survival / half, np.minimum(survival * half, 1)
    logs = np.log(np.maximum(survival, 1e-300))
    factor = spread * -critical
    factor /= logs
    np.exp(factor, out=factor)
    upper = logs / factor
    logs *= factor
    return np.exp(logs, out=logs), np.exp(upper, out=upper)


@checked
def survival_at(curve: SurvivalCurve, t: ArrayLike) -> Floats:
    """Survival of ``curve`` just after the ages ``t``; 1 before the first failure.

    Parameters
    ----------
    curve : SurvivalCurve
        From `kaplan_meier`.
    t : array_like
        Ages, not negative, in the unit of the curve.

    Returns
    -------
    ndarray
        Shares, 0 to 1.

    Raises
    ------
    NoAnswer
        ``empty``, ``not_finite``, ``negative``; ``beyond_data`` for an age that no unit reached, unless the curve ended
        at 0.

    Notes
    -----
    R's ``summary(survfit, times)`` leaves such ages out, lifelines repeats the last value.

    References
    ----------
    Kaplan and Meier, JASA 53, 1958.

    Examples
    --------
    >>> survival_at(kaplan_meier([1, 2, 3, 4]), [0.5, 2, 9])
    array([1. , 0.5, 0. ])
    """
    age = several(t, "t")
    if age.min() < 0:
        raise NoAnswer("negative", "ages must not be negative")
    if age.max() > curve.end and curve.survival[-1] > 0:
        raise NoAnswer("beyond_data", f"no unit was observed beyond the age {curve.end:g}")
    spot = np.searchsorted(curve.time, age, side="right")
    result: Floats = np.concatenate(([1.0], curve.survival))[spot]
    return result


@checked
def survival_quantile(curve: SurvivalCurve, p: float) -> float:
    """First age by which a share ``p`` has failed: the smallest with ``S(t) <= 1 - p``.

    Parameters
    ----------
    curve : SurvivalCurve
        From `kaplan_meier`.
    p : float
        Share strictly between 0 and 1; 0.5 is the median life.

    Returns
    -------
    float

    Raises
    ------
    NoAnswer
        ``out_of_range``; ``not_reached`` when fewer have failed by the last failure.

    References
    ----------
    Kalbfleisch and Prentice 2002, 1.4.

    Examples
    --------
    >>> survival_quantile(kaplan_meier([1, 2, 3, 4, 5]), 0.5)
    3.0
    """
    level(p, "p")
    below = np.flatnonzero(curve.survival <= 1 - p + 1e-12)
    if below.size == 0:
        raise NoAnswer("not_reached", f"the curve never falls to {1 - p:g}")
    return float(curve.time[below[0]])
