"""Tests of normality, with what they cannot tell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_ndtr

from bihuan.stats.checks import numbers
from bihuan.stats.errors import NoAnswer
from bihuan.stats.signatures import checked

Floats = NDArray[np.float64]
MOST_FOR_SHAPIRO = 5000
_LARGEST_STATISTIC = 10.0


@dataclass(frozen=True, slots=True)
class Normality:
    """Result of one test.

    Attributes
    ----------
    test : {"anderson_darling", "shapiro_wilk"}
        Which test.
    statistic : float
        A squared (uncorrected) or W, without unit.
    adjusted : float or None
        A squared corrected for sample size; None for W.
    p_value : float
        Probability of a statistic at least as extreme from normal data.
    bound : bool
        Whether the p value is only an upper bound (so small that the formula ends).
    count, distinct : int
        Number of values, and of different ones: heavily rounded data fail any test of a continuous distribution.
    """

    test: Literal["anderson_darling", "shapiro_wilk"]
    statistic: float
    adjusted: float | None
    p_value: float
    bound: bool
    count: int
    distinct: int


@checked
def anderson_darling(values: ArrayLike) -> Normality:
    """Anderson-Darling test of normality with estimated mean and standard deviation.

    ``A2 = -n - mean((2i - 1) * (ln F(z[i]) + ln(1 - F(z[n + 1 - i]))))``, adjusted by ``1 + 0.75 / n + 2.25 / n**2``,
    with Stephens' formula for the p value.

    Parameters
    ----------
    values : array_like
        At least 8 values, shape (n,).

    Returns
    -------
    Normality
        Small p values speak against normality.

    Raises
    ------
    NoAnswer
        ``too_few`` below 8 values (Stephens' formula begins there), ``zero_variance`` and what `checks.numbers` raises.

    Notes
    -----
    What it cannot tell: with 20 values even an exponential distribution passes now and then; with thousands, deviations
    without any practical weight fail. Tails beyond the data, which capability is about, are never tested. An adjusted
    statistic above 10 gives the p value of 10 as a bound. Minitab and R nortest use the same formula.

    References
    ----------
    D'Agostino and Stephens, Goodness-of-Fit Techniques (1986), table 4.9; NIST/SEMATECH e-Handbook 1.3.5.14.

    Examples
    --------
    >>> weights = [148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236]
    >>> found = anderson_darling(weights)
    >>> round(found.statistic, 3), round(found.p_value, 3)
    (0.947, 0.01)
    """
    array, z = _standardised(values, 8)
    odd = 2 * np.arange(1, z.size + 1) - 1
    statistic = float(-z.size - np.mean(odd * (log_ndtr(z) + log_ndtr(-z[::-1]))))
    adjusted = statistic * (1 + 0.75 / z.size + 2.25 / z.size**2)
    return Normality(
        "anderson_darling",
        statistic,
        adjusted,
        _anderson_p(min(adjusted, _LARGEST_STATISTIC)),
        adjusted > _LARGEST_STATISTIC,
        z.size,
        np.unique(array).size,
    )


@checked
def shapiro_wilk(values: ArrayLike) -> Normality:
    """Shapiro-Wilk test of normality by Royston's algorithm (scipy).

    Parameters
    ----------
    values : array_like
        3 to 5000 values, shape (n,).

    Returns
    -------
    Normality
        W near 1 for normal data.

    Raises
    ------
    NoAnswer
        ``too_few`` below 3, ``too_many`` above 5000 values (Royston's p values end there), ``zero_variance`` and what
        `checks.numbers` raises.

    Notes
    -----
    The most powerful general test for small samples; what it cannot tell is the same as for `anderson_darling`. Ties
    lower W.

    References
    ----------
    Shapiro and Wilk (1965), Biometrika 52; Royston (1995), Applied Statistics 44, algorithm AS R94.

    Examples
    --------
    >>> weights = [148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236]
    >>> found = shapiro_wilk(weights)
    >>> round(found.statistic, 4), round(found.p_value, 4)
    (0.7888, 0.0067)
    """
    array, z = _standardised(values, 3)
    if z.size > MOST_FOR_SHAPIRO:
        raise NoAnswer("too_many", f"Shapiro-Wilk is known for at most {MOST_FOR_SHAPIRO} values, not {z.size}")
    from scipy.stats import shapiro

    statistic, p_value = shapiro(z)
    return Normality("shapiro_wilk", float(statistic), None, float(p_value), False, z.size, np.unique(array).size)


def _standardised(values: ArrayLike, least: int) -> tuple[Floats, Floats]:
    """The values, and in order with mean 0 and standard deviation 1."""
    array = numbers(values, least=least)
    largest = float(np.abs(array).max()) or 1.0
    scaled = array / largest
    if np.ptp(scaled) <= 4 * np.finfo(np.float64).eps:
        raise NoAnswer("zero_variance", "the values do not vary: there is nothing to test")
    return array, np.sort((scaled - scaled.mean()) / scaled.std(ddof=1))


def _anderson_p(a: float) -> float:
    if a >= 0.6:
        return math.exp(1.2937 - 5.709 * a + 0.0186 * a**2)
    if a > 0.34:
        return math.exp(0.9177 - 4.279 * a - 1.38 * a**2)
    if a > 0.2:
        return 1 - math.exp(-8.318 + 42.796 * a - 59.938 * a**2)
    return 1 - math.exp(-13.436 + 101.14 * a - 223.73 * a**2)
