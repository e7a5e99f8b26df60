"""Likelihood-ratio limits of fits with a threshold: the threshold follows the held quantity as everything else does.

The likelihood is unbounded at the first failure, so the local maximum found by the fit is followed step by step, never
left for a higher value elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, inf, log, sqrt

import numpy as np
from numpy.typing import NDArray

from bihuan.stats.errors import NoAnswer
from bihuan.stats.life import engine
from bihuan.stats.life.data import LifeData
from bihuan.stats.life.families import FAMILIES
from bihuan.stats.life.fit import ALONG, LifeFit, fit_weibull

Floats = NDArray[np.float64]
MOST_WINDOWS = 20
DEEPEST = 8.0
FARTHEST = 1e3


def first_age(data: LifeData) -> float:
    """The age that a threshold must stay below."""
    known = data.time[data.failed > 0]
    return float(np.concatenate((known, data.left, data.upper)).min())


def shifted(data: LifeData, threshold: float) -> LifeData:
    """Ages counted from ``threshold``; what was still running before it says nothing and is left out."""
    kept = data.time > threshold
    span = data.lower > threshold
    return LifeData(
        data.time[kept] - threshold,
        data.failed[kept],
        data.weight[kept],
        np.concatenate((data.left, data.upper[~span])) - threshold,
        np.concatenate((data.left_weight, data.span_weight[~span])),
        data.lower[span] - threshold,
        data.upper[span] - threshold,
        data.span_weight[span],
    )


def profile_at(data: LifeData, threshold: float) -> float:
    """Log-likelihood of the two-parameter fit of ages beyond ``threshold``; minus infinity without one."""
    try:
        return fit_weibull(shifted(data, threshold)).log_likelihood
    except NoAnswer:
        return -np.inf


def held_loglik(fit: LifeFit, threshold: float, kind: str, fixed: float, value: float) -> float:
    """Best log-likelihood at one threshold with a quantity held at ``value``.

    ``kind`` is ``shape`` (its log), ``scale`` (its log), ``quantile`` (an age, ``fixed`` its standard form) or
    ``standard`` (the standard form of the age ``fixed``).
    """
    age = {"shape": inf, "scale": inf, "quantile": value, "standard": fixed}[kind] - threshold
    if age <= 0:
        return -inf
    rows = engine.prepare(shifted(fit.data, threshold))
    steep = rows.width / fit.spread
    if kind == "shape":
        start, free = np.array([0.0, exp(value) * rows.width]), ALONG
    else:
        y = ((value if kind == "scale" else log(age)) - rows.centre) / rows.width
        standard = {"scale": 0.0, "quantile": fixed, "standard": value}[kind]
        start, free = np.array([standard - steep * y, steep]), np.array([[-y], [1.0]])
    try:
        return engine.climb(rows, FAMILIES[fit.family], start, free).value + rows.constant
    except NoAnswer:
        return -inf


def follower(fit: LifeFit, kind: str, fixed: float) -> Callable[[float], float]:
    """The profile log-likelihood of a quantity, maximised over the threshold near where it was last."""
    from scipy.optimize import minimize_scalar

    first = first_age(fit.data)
    best = log(first - fit.threshold)
    place = best

    def profile(value: float) -> float:
        nonlocal place
        for _ in range(MOST_WINDOWS):
            found = minimize_scalar(
                lambda at: -held_loglik(fit, first - exp(at), kind, fixed, value),
                bounds=(place - 1, place + 1),
                method="bounded",
                options={"xatol": 1e-7},
            )
            moved = abs(float(found.x) - place)
            place = float(found.x)
            if place < best - DEEPEST:
                raise NoAnswer("no_limit", "the profile runs into the first failure; ask for wald")
            if moved < 0.99:
                break
        return -float(found.fun)

    return profile


def end(fit: LifeFit, kind: str, fixed: float, best: float, distance: float, critical: float) -> float:
    """Where the profile has fallen by ``critical**2 / 2``, looking from ``best`` in the direction of ``distance``.

    Raises
    ------
    NoAnswer
        ``no_limit`` when the local maximum vanishes before that.
    """
    from scipy.optimize import brentq

    profile = follower(fit, kind, fixed)

    def short(value: float) -> float:
        return sqrt(max(2 * (fit.log_likelihood - profile(value)), 0.0)) - critical

    inner, step = best, distance / 2
    outer = best + step
    while short(outer) < 0:
        inner, step = outer, 1.5 * step
        outer = inner + step
        if abs(outer - best) > FARTHEST * abs(distance):
            return inf if distance > 0 else -inf
    tolerance = 1e-8 * abs(distance)
    return float(brentq(short, min(inner, outer), max(inner, outer), xtol=tolerance))


def ends(fit: LifeFit, kind: str, fixed: float, best: float, distance: float, critical: float) -> tuple[float, float]:
    """Both limits, lower first."""
    low, high = (end(fit, kind, fixed, best, sign * distance, critical) for sign in (-1, 1))
    return low, high


def threshold_ends(fit: LifeFit, critical: float) -> tuple[float, float]:
    """Profile limits of the threshold itself; the upper one stops at the first failure, the lower one may not exist."""
    from scipy.optimize import brentq

    first = first_age(fit.data)
    best = log(first - fit.threshold)

    def short(at: float) -> float:
        return profile_at(fit.data, first - exp(at)) - fit.log_likelihood + critical**2 / 2

    found = [-inf, first]
    for spot, step, most in ((0, 0.5, 14), (1, -0.5, 60)):
        inner, outer = best, best + step
        for _ in range(most):
            if short(outer) < 0:
                found[spot] = first - exp(float(brentq(short, min(inner, outer), max(inner, outer), xtol=1e-10)))
                break
            inner, outer = outer, outer + step
    return found[0], found[1]
