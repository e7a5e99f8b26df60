"""Weibull fits of exact and right-censored lifetimes by Newton's method on the shape alone.

The scale that belongs to a shape is known in closed form, so the likelihood equation has one unknown (Lawless 2003,
section 5.2). Rows by the hundred thousand are started on a thinned sample, so that two or three passes suffice.
"""

from __future__ import annotations

from math import exp, log

import numpy as np
from numpy.typing import NDArray

from bihuan.stats.errors import NoAnswer
from bihuan.stats.life.data import LifeData
from bihuan.stats.sums import BLOCK, dot

Floats = NDArray[np.float64]
MANY = 20000
THINNED = 5000
MOST_STEPS = 60


def weibull(data: LifeData) -> tuple[float, float, float, Floats, int]:
    """Location, spread, log-likelihood, covariance of location and log spread, and passes over the data.

    Raises
    ------
    NoAnswer
        ``no_failures``, ``no_spread``.
    """
    failed = data.failed * data.weight
    number = float(failed.sum())
    if number == 0:
        raise NoAnswer("no_failures", "without a failure there is no fit; a zero-failure bound may serve")
    logs = np.log(data.time)
    top = float(logs.max())
    logs -= top
    mean = dot(failed, logs) / number
    if mean > -1e-12:
        raise NoAnswer("no_spread", "every failure has the same age and no unit is older")
    shape = _start(logs, failed, data.weight, mean, number)
    shape, sums, passes = _solve(logs, data.weight, mean, shape, 1e-6)
    location = log(sums[0] / number) / shape
    log_likelihood = number * (log(shape) + shape * (mean - location) - mean - top - 1)
    return location + top, 1 / shape, log_likelihood, _covariance(shape, location, number, sums), passes


def _start(logs: Floats, failed: Floats, weight: Floats, mean: float, number: float) -> float:
    """A shape to begin with: by moments, or by a fit of every so many rows of a long sample."""
    if logs.size <= MANY:
        moment = dot(failed, logs * logs) / number - mean * mean
        return float(min(max(1.28 / moment**0.5, -0.1 / mean), 50.0 / -mean)) if moment > 0 else -1.0 / mean
    stride = logs.size // THINNED | 1
    thin, kept = logs[::stride], weight[::stride]
    if thin.max() <= mean:
        return -1.0 / mean
    return _solve(thin, kept, mean, -1.0 / mean, 1e-2)[0]


def _solve(
    logs: Floats, weight: Floats, mean: float, shape: float, tolerance: float
) -> tuple[float, tuple[float, float, float], int]:
    """Root of ``1/b + mean - S1/S0``, falling in ``b``, where ``Sk`` is the sum of ``weight exp(b y) y**k``."""
    low, high = 0.0, float("inf")
    room = np.empty(min(logs.size, BLOCK))
    for passes in range(1, MOST_STEPS):
        sums = _sums(logs, weight, shape, room)
        ratio = sums[1] / sums[0]
        value = 1 / shape + mean - ratio
        slope = 1 / shape**2 + sums[2] / sums[0] - ratio * ratio
        low, high = (shape, high) if value > 0 else (low, shape)
        fresh = shape + value / slope
        if not low < fresh < high:
            fresh = (low + high) / 2 if high < float("inf") else 2 * shape
        change = abs(fresh - shape)
        if change <= tolerance * shape:
            return fresh, _moved(sums, fresh - shape), passes
        shape = fresh
    raise NoAnswer("no_maximum", "the likelihood has no maximum for these data")


def _sums(logs: Floats, weight: Floats, shape: float, room: Floats) -> tuple[float, float, float]:
    """The three sums at ``shape``; ``room`` is scratch space."""
    total = first = second = 0.0
    for at in range(0, logs.size, BLOCK):
        piece, part = logs[at : at + BLOCK], room[: logs.size - at]
        np.multiply(piece, shape, out=part)
        np.exp(part, out=part)
        part *= weight[at : at + BLOCK]
        total += float(part.sum())
        first += float(part @ piece)
        part *= piece
        second += float(part @ piece)
    return total, first, second


def _moved(sums: tuple[float, float, float], change: float) -> tuple[float, float, float]:
    """The sums after a last, tiny change of shape."""
    return sums[0] + change * (sums[1] + change / 2 * sums[2]), sums[1] + change * sums[2], sums[2]


def _covariance(shape: float, location: float, number: float, sums: tuple[float, float, float]) -> Floats:
    """Inverse of the observed information of location and log spread."""
    scale = exp(-shape * location)
    one = (sums[1] * scale - location * number) * shape
    two = (sums[2] * scale - 2 * location * sums[1] * scale + location**2 * number) * shape**2
    info_ll, info_ls, info_ss = number * shape**2, one * shape, number + two
    determinant = info_ll * info_ss - info_ls * info_ls
    return np.array([[info_ss, -info_ls], [-info_ls, info_ll]]) / determinant
