"""Sums and averages that carry their past: plain loops, compiled by numba for long sequences where it is installed.

Both ways do the same operations in the same order, so their results agree to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
COMPILE_FROM = 20_000


def weighted_averages(
    values: Floats, shares: Floats, weight: float, start: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Exponentially weighted averages and their variances.

    ``z = weight * x + (1 - weight) * z`` and ``v = weight**2 * share + (1 - weight)**2 * v``, where a share is the
    variance of one value in units of the process variance.
    """
    averages, variances = np.empty_like(values), np.empty_like(values)
    loop = _fitting(_average_loop, values.size)
    loop(*_fitted(values, shares), float(weight), float(start[0]), float(start[1]), averages, variances)
    return averages, variances


def cumulative_sums(steps: Floats, slack: Floats, limits: Floats, start: float, restart: float) -> Floats:
    """One-sided sums ``c = max(0, c + step - slack)``; after one above its limit the next begins from ``restart``.

    A ``restart`` below zero lets the sum run on.
    """
    sums = np.empty_like(steps)
    loop = _fitting(_sum_loop, steps.size)
    loop(*_fitted(steps, slack, limits), float(start), float(restart), sums)
    return sums


def _average_loop(
    values: Any, shares: Any, weight: float, average: float, variance: float, averages: Any, variances: Any
) -> None:
    rest = 1.0 - weight
    for place in range(len(values)):
        average = weight * values[place] + rest * average
        variance = weight * weight * shares[place] + rest * rest * variance
        averages[place] = average
        variances[place] = variance


def _sum_loop(steps: Any, slack: Any, limits: Any, current: float, restart: float, sums: Any) -> None:
    for place in range(len(steps)):
        current = max(0.0, current + steps[place] - slack[place])
        sums[place] = current
        if restart >= 0.0 and current > limits[place]:
            current = restart


def _fitted(*arrays: Floats) -> list[Any]:
    """Lists for the plain loop (much faster there), contiguous arrays for the compiled one."""
    if arrays[0].size < COMPILE_FROM:
        return [array.tolist() for array in arrays]
    return [np.ascontiguousarray(array) for array in arrays]


def _fitting(loop: Callable[..., None], count: int) -> Callable[..., None]:
    return loop if count < COMPILE_FROM else _compiled(loop)


@lru_cache(maxsize=8)
def _compiled(loop: Callable[..., None]) -> Callable[..., None]:
    try:
        from numba import njit
    except ImportError:
        return loop
    compiled: Callable[..., None] = njit(loop)
    return compiled
