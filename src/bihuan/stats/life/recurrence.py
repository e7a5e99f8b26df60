"""Repairs that come again: the mean cumulative function of repairable units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from bihuan.stats.checks import choice, level, numbers
from bihuan.stats.errors import NoAnswer
from bihuan.stats.signatures import checked

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class MeanCumulative:
    """Mean number (or cost) of events per unit up to an age.

    Attributes
    ----------
    age : ndarray, shape (m,)
        Distinct ages at which events happened, rising.
    at_risk : ndarray, shape (m,)
        Units still under observation at that age.
    events : ndarray, shape (m,)
        Events, or their cost, at that age.
    mean : ndarray, shape (m,)
        Mean cumulative function just after ``age``.
    error : ndarray, shape (m,)
        Its standard error.
    lower, upper : ndarray, shape (m,)
        Pointwise limits.
    confidence : float
        Their level.
    """

    age: Floats
    at_risk: Floats
    events: Floats
    mean: Floats
    error: Floats
    lower: Floats
    upper: Floats
    confidence: float


@checked
def mean_cumulative(
    unit: ArrayLike,
    age: ArrayLike,
    end: ArrayLike,
    cost: ArrayLike | None = None,
    *,
    confidence: float = 0.95,
    variance: str = "robust",
    scale: str = "log",
) -> MeanCumulative:
    """Nelson's mean cumulative function of recurrent events, with limits.

    ``M(t) = sum d / n`` over event ages up to ``t``, with ``d`` the events (or their cost) at an age and ``n`` the
    units observed at it; no assumption about the process. A unit counts as observed at the age where its observation
    ends.

    Parameters
    ----------
    unit : array_like of int, shape (k,)
        Which unit had the event, ``0 .. len(end) - 1``.
    age : array_like, shape (k,)
        Age of the unit at the event, not negative.
    end : array_like, shape (n,)
        Age of every unit at the end of its observation, also of units without events.
    cost : array_like, shape (k,), optional
        Cost of every event, not negative; 1 each when left out.
    confidence : float
        Level of the pointwise limits.
    variance : {"robust", "poisson"}
        Lawless and Nadeau's estimate, valid however the events of one unit depend on each other, or ``sum d / n**2``,
        which is right for Poisson processes.
    scale : {"log", "plain"}
        Where the normal approximation is made: on ``log M`` or on ``M`` (then clipped at 0).

    Returns
    -------
    MeanCumulative

    Raises
    ------
    NoAnswer
        ``empty``, ``not_finite``, ``not_positive`` (ends), ``negative``, ``not_a_unit``, ``after_end`` (an event after
        its unit left observation), ``shapes_differ``, ``too_few`` (robust variance of one unit), ``unknown_choice``,
        ``unknown_choice``.

    Notes
    -----
    Nelson's own variance estimate, the default of SAS ``RELIABILITY`` and JMP, is unbiased but can be negative; the
    robust one never is. For complete observation of all units it is the variance of the units' totals with divisor
    ``n**2``.

    References
    ----------
    Nelson, Technometrics 37, 1995. Lawless and Nadeau, Technometrics 37, 1995. Meeker and Escobar 1998, 16.2.

    Examples
    --------
    >>> found = mean_cumulative(unit=[0, 0, 1], age=[5, 8, 8], end=[10, 9, 7])
    >>> found.age.tolist(), found.at_risk.tolist(), found.mean.round(4).tolist()
    ([5.0, 8.0], [3.0, 2.0], [0.3333, 1.3333])
    """
    critical = -float(ndtri((1 - level(confidence)) / 2))
    choice(scale, ("log", "plain"), "scale")
    choice(variance, ("robust", "poisson"), "variance")
    which, at, ends, price = _checked(unit, age, end, cost)
    order = np.lexsort((which, at))
    which, at, price = which[order], at[order], price[order]
    first = np.flatnonzero(np.concatenate(([True], at[1:] != at[:-1])))
    ages, events = at[first], np.add.reduceat(price, first)
    at_risk = ends.size - np.searchsorted(np.sort(ends), ages).astype(np.float64)
    mean = np.cumsum(events / at_risk)
    if variance == "poisson":
        squares = np.cumsum(np.add.reduceat(price * price, first) / at_risk**2)
    else:
        squares = _robust(which, at, price, ends, ages, events, at_risk)
    error = np.sqrt(np.maximum(squares, 0))
    half = critical * error
    if scale == "plain":
        return MeanCumulative(ages, at_risk, events, mean, error, np.maximum(mean - half, 0), mean + half, confidence)
    factor = np.exp(np.divide(half, mean, out=np.zeros_like(mean), where=mean > 0))
    return MeanCumulative(ages, at_risk, events, mean, error, mean / factor, mean * factor, confidence)


def _checked(
    unit: ArrayLike, age: ArrayLike, end: ArrayLike, cost: ArrayLike | None
) -> tuple[Whole, Floats, Floats, Floats]:
    """The input as arrays that belong together."""
    which, at, ends = numbers(unit, "unit"), numbers(age, "age"), numbers(end, "end")
    price = np.ones(at.size) if cost is None else numbers(cost, "cost")
    if which.size != at.size or price.size != at.size:
        raise NoAnswer("shapes_differ", "unit, age and cost must have one item per event")
    if ends.min() <= 0:
        raise NoAnswer("not_positive", "ends of observation must be above zero")
    if at.min() < 0 or price.min() < 0:
        raise NoAnswer("negative", "ages and costs must not be negative")
    index = which.astype(np.intp)
    if (index != which).any() or index.min() < 0 or index.max() >= ends.size:
        raise NoAnswer("not_a_unit", f"units must be whole numbers from 0 to {ends.size - 1}")
    if (at > ends[index]).any():
        raise NoAnswer("after_end", "an event lies after the end of its unit's observation")
    return index, at, ends, price


def _robust(
    which: Whole, at: Floats, price: Floats, ends: Floats, ages: Floats, events: Floats, at_risk: Floats
) -> Floats:
    """Sum over units of the squared residual of their own history, at every event age.

    The residual of unit ``i`` at ``t`` is ``A - B``: ``A`` sums ``price / n`` over its own events, ``B`` sums ``d /
    n**2`` over all event ages while it is observed. The square is expanded so that every part is a running sum.
    """
    if ends.size < 2:
        raise NoAnswer("too_few", "the robust variance needs at least two units")
    spot = np.searchsorted(ages, at)
    own = price / at_risk[spot]
    common = np.cumsum(events / at_risk**2)
    by_unit = np.lexsort((at, which))
    running = np.cumsum(own[by_unit])
    fresh = np.concatenate(([True], which[by_unit][1:] != which[by_unit][:-1]))
    base = np.maximum.accumulate(np.where(fresh, running - own[by_unit], 0.0))
    after = np.empty_like(own)
    after[by_unit] = running - base
    own_squares = np.cumsum(np.bincount(spot, after**2 - (after - own) ** 2, ages.size))
    totals = np.bincount(which, own, ends.size)
    order = np.argsort(ends)
    last = np.searchsorted(ages, ends[order], side="right")
    reached = np.concatenate(([0.0], common))[last]
    gone = np.searchsorted(ends[order], ages)
    gone_cross = np.concatenate(([0.0], np.cumsum(totals[order] * reached)))[gone]
    gone_square = np.concatenate(([0.0], np.cumsum(reached**2)))[gone]
    gone_total = np.concatenate(([0.0], np.cumsum(totals[order])))[gone]
    all_own = np.cumsum(np.bincount(spot, own, ages.size))
    cross = common * (all_own - gone_total) + gone_cross
    result: Floats = own_squares - 2 * cross + at_risk * common**2 + gone_square
    return result
