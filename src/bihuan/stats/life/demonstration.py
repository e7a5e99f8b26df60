"""Tests that show a reliability, with no failure or few."""

from __future__ import annotations

from math import log

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr, betaincinv, chdtri

from bihuan.stats.checks import level, numbers, positive, whole
from bihuan.stats.errors import NoAnswer
from bihuan.stats.life.data import columns
from bihuan.stats.signatures import checked
from bihuan.stats.sums import dot

MOST_UNITS = 10**9


@checked
def demonstration_units(
    reliability: float, confidence: float, *, allowed: int = 0, length: float = 1.0, shape: float = 1.0
) -> int:
    """Fewest units whose test shows a reliability with a confidence when at most ``allowed`` of them fail.

    The smallest ``n`` with ``P(at most allowed failures of n) <= 1 - confidence`` at the reliability in question.
    Testing every unit for ``length`` mission times turns ``R`` into ``R ** (length ** shape)`` (Weibull). Without
    failures ``n = ln(1 - confidence) / (length**shape ln R)``, rounded up.

    Parameters
    ----------
    reliability, confidence : float
        Both strictly between 0 and 1.
    allowed : int
        Failures with which the test is still passed.
    length : float
        Test time of each unit as a multiple of the mission time.
    shape : float
        Weibull shape, needed only when ``length`` is not 1.

    Returns
    -------
    int

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``negative``, ``not_whole``, ``too_many`` (above a thousand million).

    References
    ----------
    Meeker and Escobar 1998, 10.6; success-run theorem.

    Examples
    --------
    >>> demonstration_units(0.9, 0.9), demonstration_units(0.9, 0.9, allowed=1)
    (22, 38)
    """
    chance = level(reliability, "reliability") ** (positive(length, "length") ** positive(shape, "shape"))
    level(confidence)
    most = whole(allowed, "allowed")
    if chance >= 1 or most > MOST_UNITS or (chance and log(1 - confidence) / log(chance) > MOST_UNITS):
        raise NoAnswer("too_many", "more than a thousand million units would be needed")
    low, high = most, most + 1
    while _pass_chance(high, most, chance) > (1 - confidence) * (1 + 1e-12):
        low, high = high, 2 * high
        if high > 4 * MOST_UNITS:
            raise NoAnswer("too_many", "more than a thousand million units would be needed")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (
            (low, middle) if _pass_chance(middle, most, chance) <= (1 - confidence) * (1 + 1e-12) else (middle, high)
        )
    return high


def _pass_chance(units: int, allowed: int, reliability: float) -> float:
    """Chance that at most ``allowed`` of ``units`` fail."""
    if allowed >= units:
        return 1.0
    if allowed == 0:
        return reliability**units
    return float(bdtr(allowed, units, 1 - reliability))


@checked
def pass_chance(units: int, reliability: float, *, allowed: int = 0, length: float = 1.0, shape: float = 1.0) -> float:
    """Chance that units of a true reliability pass a demonstration test: the operating characteristic.

    ``sum over k <= allowed of C(n, k) (1 - r)**k r**(n - k)`` with ``r = R ** (length ** shape)``. One minus it at a
    good reliability is the producer's risk.

    Parameters
    ----------
    units : int
        Units on test.
    reliability : float
        Their true reliability at the mission time, strictly between 0 and 1.
    allowed, length, shape
        As `demonstration_units`.

    Returns
    -------
    float

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``negative``, ``not_whole``.

    References
    ----------
    Meeker and Escobar 1998, 10.6.

    Examples
    --------
    >>> round(pass_chance(22, 0.9), 4), round(pass_chance(22, 0.99), 4)
    (0.0985, 0.8016)
    """
    number = whole(units, "units")
    positive(number, "units")
    chance = level(reliability, "reliability") ** (positive(length, "length") ** positive(shape, "shape"))
    return _pass_chance(number, whole(allowed, "allowed"), chance)


@checked
def demonstration_length(
    reliability: float, confidence: float, units: int, *, allowed: int = 0, shape: float = 1.0
) -> float:
    """How many mission times each of ``units`` must be tested to show a reliability.

    The ``length`` at which ``P(at most allowed failures)`` equals ``1 - confidence``:
    ``(ln r / ln R) ** (1 / shape)`` with ``r`` the lower Clopper-Pearson limit of the reliability of ``units`` with
    ``allowed`` failures; without failures ``(ln(1 - confidence) / (units ln R)) ** (1 / shape)``.

    Parameters
    ----------
    reliability, confidence, allowed, shape
        As `demonstration_units`.
    units : int
        Units on test, more than ``allowed``.

    Returns
    -------
    float

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``negative``, ``not_whole``, ``too_few`` (no test of so few units can show it).

    References
    ----------
    Meeker and Escobar 1998, 10.6.

    Examples
    --------
    >>> round(demonstration_length(0.9, 0.9, 22), 4), round(demonstration_length(0.9, 0.9, 5, shape=2), 4)
    (0.9934, 2.0907)
    """
    level(reliability, "reliability")
    shown = demonstrated_reliability(units, allowed, confidence)
    return float((log(shown) / log(reliability)) ** (1 / positive(shape, "shape")))


@checked
def demonstrated_reliability(
    units: int, failures: int, confidence: float, *, length: float = 1.0, shape: float = 1.0
) -> float:
    """Lower limit of the reliability after ``failures`` of ``units``: also what there is to say without failures.

    Clopper and Pearson's one-sided limit, ``B(1 - confidence; n - k, k + 1)``, carried from the test to the mission
    time by ``R = r ** (1 / length ** shape)``. Without failures ``(1 - confidence) ** (1 / n)``.

    Parameters
    ----------
    units, failures : int
        Units tested, and failed.
    confidence : float
        Level of the limit.
    length, shape
        As `demonstration_units`.

    Returns
    -------
    float

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``negative``, ``not_whole``, ``too_few`` (as many failures as units).

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26, 404-413; Meeker and Escobar 1998, 10.6.

    Examples
    --------
    >>> round(demonstrated_reliability(22, 0, 0.9), 4)
    0.9006
    """
    number, bad = whole(units, "units"), whole(failures, "failures")
    level(confidence)
    if bad >= number:
        raise NoAnswer("too_few", "there must be more units than failures")
    shown = float(betaincinv(number - bad, bad + 1, 1 - confidence))
    return float(shown ** (1 / positive(length, "length") ** positive(shape, "shape")))


@checked
def weibayes_lower(
    time: ArrayLike,
    shape: float,
    *,
    failed: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> float:
    """Lower limit of the Weibull scale with a known shape, also when nothing has failed.

    ``(2 sum t**shape / chi2(confidence; 2 r + 2)) ** (1 / shape)`` with ``r`` failures.

    Parameters
    ----------
    time : array_like, shape (n,)
        Ages reached, or ages at failure.
    shape : float
        The known shape.
    failed : array_like, shape (n,), optional
        1 for a failure; none failed when left out.
    weight : array_like, shape (n,), optional
        Number of units a row stands for.
    confidence : float
        Level of the one-sided limit.

    Returns
    -------
    float

    Raises
    ------
    NoAnswer
        As `observed`.

    References
    ----------
    Abernethy, The New Weibull Handbook, 5th ed., chapter 6; Nelson, J. Quality Technology 17, 1985.

    Examples
    --------
    >>> round(weibayes_lower([1000.0], 2.0, weight=[10], confidence=0.632), 1)
    3162.8
    """
    power = positive(shape, "shape")
    level(confidence)
    given = numbers(time, "time")
    t, flag, count = columns(given, np.zeros(given.size) if failed is None else failed, weight)
    if t.min() <= 0:
        raise NoAnswer("not_positive", "ages must be above zero")
    top = float(t.max())
    total = dot(count, (t / top) ** power)
    return top * float((2 * total / chdtri(2 * dot(flag, count) + 2, 1 - confidence)) ** (1 / power))
