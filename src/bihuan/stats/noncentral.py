"""The noncentral t distribution, integrated: scipy's own has no answer for some arguments of small and large samples.

``T = (Z + shift) / S`` with normal Z and ``S**2`` chi square over its degrees of freedom. The integral runs over
whichever of Z and S leaves the smoother integrand, by Gauss and Legendre on 160 nodes; it is good to about 1e-13.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtr, chdtrc, chdtri, ndtr, ndtri

from bihuan.stats.errors import NoAnswer

Floats = NDArray[np.float64]
_REACH = 9.0
_AT_ONCE = 4096
_SECANTS, _HALVES, _NEAR = 12, 60, 1e-12


def below(t: float, shift: float, freedom: float) -> float:
    """``P(T <= t)``."""
    return float(chances(t, np.array([shift]), freedom)[0])


def chances(t: float, shifts: Floats, freedom: float) -> Floats:
    """``P(T <= t)`` for many noncentralities, shape (m,)."""
    tail, signs = (_lower, 1.0) if t >= 0 else (_upper, -1.0)
    parts = [
        tail(abs(t), signs * shifts[start : start + _AT_ONCE], freedom) for start in range(0, shifts.size, _AT_ONCE)
    ]
    return np.clip(np.concatenate(parts), 0.0, 1.0)


def quantile(probability: float, shift: float, freedom: float) -> float:
    """The t below which T lies with this probability."""
    z = float(ndtri(probability))
    spread = math.sqrt(1 + shift**2 / (2 * freedom))
    return _crossing(lambda t: _score(t, shift, freedom) - z, shift + z * spread, spread)


def noncentrality(probability: float, t: float, freedom: float) -> float:
    """The noncentrality at which ``t`` is the quantile of ``probability``."""
    z = float(ndtri(probability))
    spread = math.sqrt(1 + t**2 / (2 * freedom))
    return _crossing(lambda shift: z - _score(t, shift, freedom), t - z * spread, spread)


def _score(t: float, shift: float, freedom: float) -> float:
    """The normal quantile of ``P(T <= t)``, from the smaller tail: nearly a straight line in both arguments."""
    lower = below(t, shift, freedom)
    if lower <= 0.5:
        return float(ndtri(max(lower, 1e-300)))
    return -float(ndtri(max(below(-t, -shift, freedom), 1e-300)))


def _crossing(rising: Callable[[float], float], guess: float, spread: float) -> float:
    """Where a nearly straight rising function of slope ``1 / spread`` is zero: secants, or halves where they stray."""
    old, at_old = guess, rising(guess)
    new = guess - at_old * spread
    for _ in range(_SECANTS):
        at_new = rising(new)
        if abs(at_new) <= _NEAR:
            return new
        if at_new == at_old:
            break
        old, at_old, new = new, at_new, new - at_new * (new - old) / (at_new - at_old)
        if not abs(new - guess) <= 20 * spread * (1 + abs(at_old)):
            break
    return _halved(rising, guess, spread)


def _halved(rising: Callable[[float], float], guess: float, step: float) -> float:
    low, high = guess - step, guess + step
    while rising(low) > 0 or rising(high) < 0:
        step *= 2
        low, high = guess - step, guess + step
        if not math.isfinite(step):
            raise NoAnswer("no_convergence", "the noncentral t distribution has no such quantile in doubles")
    for _ in range(_HALVES):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2


def _lower(t: float, shifts: Floats, freedom: float) -> Floats:
    """``P(Z + shift <= t * S)`` for ``t`` not below zero."""
    if t >= math.sqrt(2 * freedom):
        over, density = _over_z(shifts)
        rest = density * chdtrc(freedom, freedom * ((over + shifts[:, None]) / t) ** 2)
        return np.asarray(ndtr(-shifts) + rest.sum(axis=1))
    s, weights = _over_s(freedom)
    return np.asarray(ndtr(t * s - shifts[:, None]) @ weights)


def _upper(t: float, shifts: Floats, freedom: float) -> Floats:
    """``P(Z + shift > t * S)`` for ``t`` not below zero, without the loss of taking it from one."""
    if t >= math.sqrt(2 * freedom):
        over, density = _over_z(shifts)
        return np.asarray((density * chdtr(freedom, freedom * ((over + shifts[:, None]) / t) ** 2)).sum(axis=1))
    s, weights = _over_s(freedom)
    return np.asarray(ndtr(shifts[:, None] - t * s) @ weights)


def _over_z(shifts: Floats) -> tuple[Floats, Floats]:
    """Places of Z above ``-shift`` and the weight of each, a row for every shift."""
    nodes, weights = _nodes()
    start = np.clip(-shifts, -_REACH, _REACH)[:, None]
    width = _REACH - start
    z = start + width * nodes
    return z, width * weights * np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)


@lru_cache(maxsize=64)
def _over_s(freedom: float) -> tuple[Floats, Floats]:
    """Places of S and the weight of each."""
    nodes, weights = _nodes()
    low, high = (math.sqrt(float(chdtri(freedom, tail)) / freedom) for tail in (1 - 1e-15, 1e-15))
    s = low + (high - low) * nodes
    exponent = (freedom - 1) * np.log(s) - freedom * s**2 / 2
    density = weights * np.exp(exponent - exponent.max())
    return s, density / density.sum()


@lru_cache(maxsize=1)
def _nodes() -> tuple[Floats, Floats]:
    """Nodes and weights of Gauss and Legendre between 0 and 1."""
    nodes, weights = np.polynomial.legendre.leggauss(160)
    return (nodes + 1) / 2, weights / 2
