"""Tails of the binomial, Poisson and negative binomial distributions, and what two-sided tests make of them.

Nothing here checks its input; the public functions do.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bihuan.stats.rates.arguments import Floats

ALTERNATIVES = ("greater", "less", "two-sided")
METHODS = ("central", "minlike", "midp")
TIE = 1e-7
"""Probabilities that differ by less than this share count as equal, as in R."""
FEW, CANCELLED = 6, 1e-3
"""Counts up to here are summed up term by term, unless the tail is so small that digits would be lost."""


def poisson_upper(counts: Floats, mean: Floats) -> Floats:
    """P(X >= counts) of a Poisson variable."""
    tail: Floats = special.gammainc(counts, mean)
    return _one_at_zero(tail, counts)


def poisson_lower(counts: Floats, mean: Floats) -> Floats:
    """P(X <= counts) of a Poisson variable."""
    tail: Floats = special.pdtr(counts, mean)
    return tail


def poisson_log_mass(counts: Floats, mean: Floats) -> Floats:
    """The logarithm of P(X = counts) of a Poisson variable."""
    mass: Floats = special.xlogy(counts, mean) - mean - special.gammaln(counts + 1)
    return mass


def predictive_upper(counts: Floats, mean: Floats, shape: Floats) -> Floats:
    """P(X >= counts) where the mean itself is gamma distributed with this shape (negative binomial).

    Small counts, which most cells have, take one minus the masses below them, term by term: several times quicker
    than the incomplete beta function. Where that would cancel digits away, and for other counts, the function itself.
    """
    wide = np.broadcast_shapes(counts.shape, mean.shape, shape.shape)
    count, centre, sure = (np.broadcast_to(array, wide).ravel() for array in (counts, mean, shape))
    result = np.ones(count.size)
    few = np.flatnonzero((count > 0) & (count <= FEW))
    result[few] = _predictive_few(count[few], centre[few], sure[few])
    rest = np.flatnonzero((count > FEW) | (result < CANCELLED))
    part = centre[rest]
    result[rest] = special.betainc(count[rest], sure[rest], part / (part + sure[rest]))
    return result.reshape(wide)


def _predictive_few(counts: Floats, mean: Floats, shape: Floats) -> Floats:
    """The same for counts from 1 to FEW, by the recurrence of the masses."""
    none = -shape * np.log1p(mean / shape)
    tail: Floats = -np.expm1(none)
    left = np.flatnonzero(counts > 1)
    mass, share, size = np.exp(none[left]), (mean / (mean + shape))[left], shape[left]
    for below in range(1, FEW):
        mass *= (size + (below - 1)) / below * share
        tail[left] -= mass
        more = counts[left] > below + 1
        left, mass, share, size = left[more], mass[more], share[more], size[more]
    return tail


def binomial_upper(found: Floats, size: Floats, share: Floats) -> Floats:
    """P(X >= found) of a binomial variable."""
    tail: Floats = special.betainc(np.maximum(found, 1), size - np.maximum(found, 1) + 1, share)
    return _one_at_zero(tail, found)


def binomial_lower(found: Floats, size: Floats, share: Floats) -> Floats:
    """P(X <= found) of a binomial variable."""
    return binomial_upper(size - found, size, 1 - share)


def binomial_log_mass(found: Floats, size: Floats, share: Floats) -> Floats:
    """The logarithm of P(X = found) of a binomial variable."""
    ways = special.gammaln(size + 1) - special.gammaln(found + 1) - special.gammaln(size - found + 1)
    mass: Floats = ways + special.xlogy(found, share) + special.xlog1py(size - found, -share)
    return mass


def combine(upper: Floats, lower: Floats, mass: Floats | None, alternative: str) -> Floats:
    """One p-value of two tails: one of them, or twice the smaller and at most 1; ``mass`` is taken off by half."""
    if mass is not None:
        upper, lower = upper - mass / 2, lower - mass / 2
    if alternative == "greater":
        return upper
    if alternative == "less":
        return lower
    doubled: Floats = np.minimum(2 * np.minimum(upper, lower), 1.0)
    return doubled


def unlikely(
    observed: Floats,
    centre: Floats,
    top: Floats,
    log_mass: Callable[[Floats], Floats],
    upper: Callable[[Floats], Floats],
    lower: Callable[[Floats], Floats],
) -> Floats:
    """The probability of all values that are at most as likely as the observed one.

    ``centre`` is a value of greatest probability; beyond ``top`` nothing is as likely as what was observed.
    """
    line = log_mass(observed) + TIE
    above = observed > centre
    other_low = _last(lambda value: log_mass(value) <= line, np.full_like(centre, -1.0), centre)
    other_high = top - _last(lambda value: log_mass(top - value) <= line, np.full_like(centre, -1.0), top - centre)
    tails = np.where(above, upper(observed), lower(observed))
    beyond = np.where(above, lower(np.maximum(other_low, 0)), upper(other_high))
    beyond[above & (other_low < 0)] = 0.0
    beyond[~above & (other_high > top)] = 0.0
    whole: NDArray[np.bool_] = log_mass(centre) <= line
    result: Floats = np.where(whole, 1.0, np.minimum(tails + beyond, 1.0))
    return result


def root(rising: Callable[[Floats], Floats], low: Floats, high: Floats, steps: int = 100) -> Floats:
    """Where a rising function crosses zero between ``low`` and ``high``, by halving until nothing changes."""
    low, high = low.copy(), high.copy()
    for _ in range(steps):
        middle = (low + high) / 2
        if ((middle == low) | (middle == high)).all():
            break
        above = rising(middle) > 0
        high = np.where(above, middle, high)
        low = np.where(above, low, middle)
    return (low + high) / 2


def _last(holds: Callable[[Floats], NDArray[np.bool_]], low: Floats, high: Floats) -> Floats:
    """The last whole number in (low, high] for which ``holds``; it holds up to there, and ``low`` if for none."""
    low, high = low.copy(), high.copy()
    while (low < high).any():
        middle = np.ceil((low + high) / 2)
        good = holds(middle)
        low = np.where(good, middle, low)
        high = np.where(good, high, middle - 1)
    return low


def _one_at_zero(tail: Floats, counts: Floats) -> Floats:
    result: Floats = np.asarray(tail)
    none = counts == 0
    if none.any():
        result = np.where(none, 1.0, result)
    return result
