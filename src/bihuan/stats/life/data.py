"""Lifetimes as they are observed: exact, running on, found late, found between two looks; singly or as counts."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.checks import counts, doubles, numbers
from bihuan.stats.errors import NoAnswer
from bihuan.stats.signatures import checked
from bihuan.stats.sums import dot

Floats = NDArray[np.float64]
NONE: Floats = np.zeros(0)
NONE.flags.writeable = False


def none() -> Floats:
    """No rows of a kind."""
    return NONE


@dataclass(frozen=True, slots=True, eq=False)
class LifeData:
    """Lifetimes in the form that every function of this package understands; made by `observed` or `intervals`.

    Rows of weight zero are already left out. All times share one unit (months, hours, kilometres ...), all weights are
    counts of units.

    Attributes
    ----------
    time, failed, weight : ndarray, shape (n,)
        Ages known exactly: ``failed`` is 1 where the unit failed at ``time`` and 0 where it was still running then
        (right-censored).
    left, left_weight : ndarray, shape (m,)
        Units already found failed at age ``left`` (left-censored).
    lower, upper, span_weight : ndarray, shape (k,)
        Units that failed after ``lower`` and not later than ``upper`` (interval-censored), ``0 < lower < upper``.
    """

    time: Floats
    failed: Floats
    weight: Floats
    left: Floats = field(default_factory=none)
    left_weight: Floats = field(default_factory=none)
    lower: Floats = field(default_factory=none)
    upper: Floats = field(default_factory=none)
    span_weight: Floats = field(default_factory=none)

    @property
    def failures(self) -> float:
        """Number of units that failed, at whatever precision the age is known."""
        return dot(self.failed, self.weight) + float(self.left_weight.sum() + self.span_weight.sum())

    @property
    def units(self) -> float:
        """Number of units, failed or not."""
        return float(self.weight.sum() + self.left_weight.sum() + self.span_weight.sum())

    @property
    def exact_or_running(self) -> bool:
        """Whether there are only exact failures and units still running."""
        return self.left.size == 0 and self.lower.size == 0


@checked
def observed(time: ArrayLike, failed: ArrayLike | None = None, weight: ArrayLike | None = None) -> LifeData:
    """Ages of failed and of running units.

    Parameters
    ----------
    time : array_like, shape (n,)
        Age at failure, or age reached without failure; above zero.
    failed : array_like, shape (n,), optional
        1 or true for a failure, 0 or false for a unit still running. All failed when left out.
    weight : array_like, shape (n,), optional
        Number of units that a row stands for (whole, not negative). One each when left out.

    Returns
    -------
    LifeData

    Raises
    ------
    NoAnswer
        ``empty``, ``not_numbers``, ``wrong_shape``, ``not_finite``, ``not_positive`` (an age of zero or less has no
        logarithm), ``shapes_differ``, ``not_a_flag``, ``negative``, ``not_whole``, ``no_units`` (all weights zero).

    References
    ----------
    Meeker and Escobar 1998, 2.4.

    Examples
    --------
    >>> data = observed([30, 50, 100], failed=[1, 1, 0], weight=[1, 1, 98])
    >>> data.failures, data.units
    (2.0, 100.0)
    """
    t, flag, count = columns(time, failed, weight)
    if t.min() <= 0:
        raise NoAnswer("not_positive", "ages must be above zero")
    return LifeData(t, flag, count)


def columns(
    time: ArrayLike, failed: ArrayLike | None, weight: ArrayLike | None, *, negative: bool = False
) -> tuple[Floats, Floats, Floats]:
    """Times, flags and weights, checked; rows of weight zero left out."""
    t = numbers(time, "time")
    if not negative and t.min() < 0:
        raise NoAnswer("not_positive", "ages must not be negative")
    flag = np.ones(t.size) if failed is None else flags(failed, t.size)
    count = np.ones(t.size) if weight is None else weights(weight, t.size)
    if weight is not None and count.min() == 0:
        keep = count > 0
        if not keep.any():
            raise NoAnswer("no_units", "every weight is zero")
        return t[keep], flag[keep], count[keep]
    return t, flag, count


def flags(failed: ArrayLike, size: int) -> Floats:
    """``failed`` as zeros and ones."""
    flag = numbers(doubles(failed, "failed", flags=True), "failed")
    if flag.size != size:
        raise NoAnswer("shapes_differ", f"failed has {flag.size} items, time has {size}")
    if np.count_nonzero(flag) != np.count_nonzero(flag == 1.0):
        raise NoAnswer("not_a_flag", "failed must hold only 0 and 1")
    return flag


def weights(weight: ArrayLike, size: int) -> Floats:
    """``weight`` as counts of units."""
    count = counts(weight, "weight")
    if count.size != size:
        raise NoAnswer("shapes_differ", f"weight has {count.size} items, time has {size}")
    return count


@checked
def intervals(lower: ArrayLike, upper: ArrayLike, weight: ArrayLike | None = None) -> LifeData:
    """Ages known to lie between two bounds; covers every kind of censoring.

    A row says: failed after ``lower`` and not later than ``upper``. Equal bounds are an exact failure, an ``upper`` of
    infinity is a unit still running at ``lower``, a ``lower`` of zero is a unit found failed at ``upper``.

    Parameters
    ----------
    lower, upper : array_like, shape (n,)
        Bounds of the age, ``0 <= lower <= upper``; ``upper`` may be infinite.
    weight : array_like, shape (n,), optional
        Number of units that a row stands for. One each when left out.

    Returns
    -------
    LifeData

    Raises
    ------
    NoAnswer
        As `observed`, and ``limits_reversed`` and ``says_nothing`` (a row from zero to infinity).

    References
    ----------
    Meeker and Escobar 1998, 2.4 (contributions to the likelihood).

    Examples
    --------
    >>> data = intervals([0, 10, 20, 25], [10, 20, float("inf"), 25], [3, 2, 40, 1])
    >>> data.failures, data.units, data.left.tolist(), data.time.tolist()
    (6.0, 46.0, [10.0], [20.0, 25.0])
    """
    low = numbers(lower, "lower")
    high = _upper(upper, low)
    count = np.ones(low.size) if weight is None else weights(weight, low.size)
    if not (count > 0).any():
        raise NoAnswer("no_units", "every weight is zero")
    used = count > 0
    exact, running, early = low == high, np.isinf(high), low == 0
    if (used & running & early).any():
        raise NoAnswer("says_nothing", "a row from zero to infinity says nothing about the age")
    known = used & (exact | running)
    left = used & early & ~known
    span = used & ~early & ~known
    return LifeData(
        low[known],
        exact[known].astype(np.float64),
        count[known],
        high[left],
        count[left],
        low[span],
        high[span],
        count[span],
    )


def _upper(upper: ArrayLike, low: Floats) -> Floats:
    """``upper`` checked against the lower bounds; infinity is allowed here."""
    high = doubles(upper, "upper")
    if high.shape != low.shape:
        raise NoAnswer("shapes_differ", f"upper has shape {high.shape}, lower has {low.shape}")
    if np.isnan(high).any():
        raise NoAnswer("not_finite", "upper must not hold NaN")
    if (low < 0).any():
        raise NoAnswer("not_positive", "lower bounds must not be negative")
    if (low > high).any():
        raise NoAnswer("limits_reversed", "lower bounds must not be above upper bounds")
    if (high == 0).any():
        raise NoAnswer("not_positive", "upper bounds must be above zero")
    return high
