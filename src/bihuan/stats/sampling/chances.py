"""Probabilities of counts in a sample: binomial, Poisson and hypergeometric, for arrays of quality levels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bihuan.stats.errors import NoAnswer

Floats = NDArray[np.float64]


def at_most(count: int, sample: int, p: Floats, distribution: str, lot: int | None = None) -> Floats:
    """Return P(X <= count) in a sample of ``sample`` items at the quality levels ``p``, each already checked."""
    if distribution == "poisson":
        return np.asarray(special.pdtr(count, sample * p), dtype=np.float64)
    if distribution == "binomial":
        if count >= sample:
            return np.ones_like(p)
        return np.asarray(special.betainc(sample - count, count + 1, 1.0 - p), dtype=np.float64)
    size = in_lot(sample, lot)
    bad = np.rint(p * size)
    return hypergeometric_at_most(count, sample, bad, size)


def exactly(count: int, sample: int, p: Floats, distribution: str) -> Floats:
    """Return P(X = count) for the binomial or Poisson distribution."""
    if distribution == "poisson":
        mean = sample * p
        return np.asarray(np.exp(special.xlogy(count, mean) - mean - special.gammaln(count + 1)), dtype=np.float64)
    return np.asarray(np.exp(_log_binomial(np.float64(count), np.float64(sample), p)), dtype=np.float64)


def hypergeometric_exactly(count: Floats, sample: int, bad: Floats, lot: Floats | int) -> Floats:
    """Return P(X = count) when ``sample`` items come from a lot with ``bad`` nonconforming ones; arrays broadcast.

    Written as b(k; D) b(n - k; N - D) / b(n; N) with binomial probabilities b at p = n / N, which keeps full precision
    in lots of millions (C. Loader, Fast and accurate computation of binomial probabilities, 2000).
    """
    good = lot - bad
    possible = (count >= 0) & (count <= bad) & (sample - count <= good) & (count <= sample)
    k = np.where(possible, count, np.maximum(0.0, sample - good))
    share = np.asarray(sample / lot, dtype=np.float64)
    value = _log_binomial(k, bad, share) + _log_binomial(sample - k, good, share)
    value = value - _log_binomial(np.float64(sample), np.asarray(lot, dtype=np.float64), share)
    return np.asarray(np.where(possible, np.exp(value), 0.0), dtype=np.float64)


def _log_binomial(x: Floats | np.float64, n: Floats | np.float64, p: Floats) -> Floats:
    """Log of the binomial probability by Loader's deviance form, exact at x = 0 and x = n."""
    inside = (x > 0) & (x < n) & (p > 0) & (p < 1)
    a, b = np.where(inside, x, 1.0), np.where(inside, n - x, 1.0)
    q = np.where(inside, p, 0.5)
    total = a + b
    value = _stirling(total) - _stirling(a) - _stirling(b) - _deviance(a, total * q) - _deviance(b, total * (1 - q))
    value = value + 0.5 * np.log(total / (2 * np.pi * a * b))
    edge = special.xlogy(x, p) + special.xlog1py(n - x, -p)
    return np.asarray(np.where(inside, value, edge), dtype=np.float64)


def _deviance(x: Floats, mean: Floats) -> Floats:
    off = (x - mean) / mean
    return np.asarray(mean * ((1 + off) * np.log1p(off) - off), dtype=np.float64)


def _stirling(n: Floats) -> Floats:
    """Log of n! less Stirling's formula."""
    small = np.minimum(n, 16.0)
    near = special.gammaln(small + 1) - (small + 0.5) * np.log(small) + small - 0.5 * np.log(2 * np.pi)
    inverse = 1.0 / np.maximum(n, 16.0)
    square = inverse * inverse
    far = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))))
    return np.asarray(np.where(n < 16, near, far), dtype=np.float64)


def hypergeometric_at_most(count: int, sample: int, bad: Floats, lot: int) -> Floats:
    """Return P(X <= count) at every number of nonconforming items in ``bad``."""
    flat = np.atleast_1d(bad).astype(np.float64).ravel()
    parts = np.array_split(flat, max(1, flat.size * (count + 1) // 2**18))
    total = np.concatenate([_summed(count, sample, part, lot) for part in parts])
    total = np.where((flat <= count) | (sample <= count), 1.0, np.minimum(total, 1.0))
    return np.asarray(np.reshape(total, np.shape(bad)), dtype=np.float64)


def _summed(count: int, sample: int, bad: Floats, lot: int) -> Floats:
    found = np.arange(count + 1, dtype=np.float64)[:, None]
    return np.asarray(hypergeometric_exactly(found, sample, bad[None, :], lot).sum(axis=0), dtype=np.float64)


def in_lot(sample: int, lot: int | None) -> int:
    """Return the lot size when the sample fits in, or refuse: ``lot_missing``, ``lot_smaller_than_sample``."""
    if lot is None:
        raise NoAnswer("lot_missing", "the hypergeometric distribution needs the lot size")
    if sample > lot:
        raise NoAnswer("lot_smaller_than_sample", f"a sample of {sample} cannot come from a lot of {lot}")
    return lot
