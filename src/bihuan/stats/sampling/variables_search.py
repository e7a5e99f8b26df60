"""Plans by variables for a normal characteristic: chance of acceptance and search by two risks."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from bihuan.stats import noncentral
from bihuan.stats.checks import choice, number, numbers, whole
from bihuan.stats.errors import NoAnswer
from bihuan.stats.sampling.inputs import risks
from bihuan.stats.signatures import checked

LARGEST_SAMPLE = 10_000_000


@dataclass(frozen=True, slots=True)
class FoundVariablesPlan:
    """A plan by variables for one specification limit: accept when the limit is at least ``k`` sigma from the mean.

    Attributes
    ----------
    n : int
        Items in the sample.
    k : float
        Acceptance constant, in standard deviations.
    sigma : {"unknown", "known"}
        Whether the standard deviation is that of the sample or given.
    producer_risk, consumer_risk : float
        The risks that the plan really has.
    """

    n: int
    k: float
    sigma: str
    producer_risk: float
    consumer_risk: float


@checked
def variables_oc(n: int, k: float, p: ArrayLike, *, sigma: str = "unknown") -> NDArray[np.float64]:
    """Chance of acceptance of a plan by variables for one specification limit and a normal characteristic.

    Parameters
    ----------
    n : int
        Items in the sample, at least 2 when sigma is unknown.
    k : float
        Acceptance constant.
    p : array_like
        Fraction outside the limit, between 0 and 1 exclusive.
    sigma : {"unknown", "known"}

    Returns
    -------
    ndarray
        P(accept), in the shape of ``p``.

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``not_finite``, ``unknown_choice``.

    Notes
    -----
    Unknown: P(T > k sqrt(n)) with T noncentral t, n - 1 degrees of freedom and noncentrality z(1 - p) sqrt(n),
    computed as the lower tail of its mirror image so that small chances keep their digits. Known:
    Phi((z(1 - p) - k) sqrt(n)). A. J. Duncan, Quality Control and Industrial Statistics, chapter 12.

    References
    ----------
    Duncan, Quality Control and Industrial Statistics, chapter 12. Owen (1967), Technometrics 9.

    Examples
    --------
    >>> variables_oc(40, 1.9, [0.01, 0.06]).round(3)
    array([0.948, 0.105])
    """
    known = _known(sigma)
    size = whole(n, "n", least=1 if known else 2)
    constant = number(k, "k")
    values = numbers(p, "quality", ndim=None)
    if (values <= 0).any() or (values >= 1).any():
        raise NoAnswer("out_of_range", "quality must lie between 0 and 1")
    distance = special.ndtri(1.0 - values)
    root = math.sqrt(size)
    if known:
        chance = special.ndtr((distance - constant) * root)
    else:
        chance = noncentral.chances(-constant * root, -distance.ravel() * root, size - 1)
    return np.asarray(chance, dtype=np.float64).reshape(np.shape(p))


@checked
def find_variables(p1: float, alpha: float, p2: float, beta: float, *, sigma: str = "unknown") -> FoundVariablesPlan:
    """Smallest plan by variables for one specification limit that keeps both risks.

    Parameters
    ----------
    p1, alpha, p2, beta : float
        As in `find_single`, as fractions outside the limit.
    sigma : {"unknown", "known"}
        Whether the standard deviation is estimated from the sample or given.

    Returns
    -------
    FoundVariablesPlan
        ``k`` lies half way between the constants that the two risks allow.

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``limits_reversed``, ``unknown_choice``, ``no_plan``.

    Notes
    -----
    Known: n = ((z(1 - alpha) + z(1 - beta)) / (z(1 - p1) - z(1 - p2)))^2, rounded up. Unknown: the smallest n at which
    the alpha quantile of the noncentral t at p1 is not below the 1 - beta quantile at p2, exactly and not by the
    normal approximation n (1 + k^2 / 2).

    References
    ----------
    Duncan, Quality Control and Industrial Statistics, chapters 11 and 12.

    Examples
    --------
    >>> found = find_variables(0.01, 0.05, 0.06, 0.10)
    >>> found.n, round(found.k, 3)
    (42, 1.901)
    """
    risks(p1, alpha, p2, beta)
    known = _known(sigma)
    z1, z2 = float(special.ndtri(1 - p1)), float(special.ndtri(1 - p2))
    spread = float(special.ndtri(1 - alpha) + special.ndtri(1 - beta)) / (z1 - z2)
    size = max(1, math.ceil(spread**2 - 1e-9))
    limits = _known_limits if known else _unknown_limits
    if not known:
        k = (z2 * float(special.ndtri(1 - alpha)) + z1 * float(special.ndtri(1 - beta))) / (spread * (z1 - z2))
        size = _smallest_unknown(math.ceil(spread**2 * (1 + k**2 / 2)), z1, z2, alpha, beta)
    low, high = limits(size, z1, z2, alpha, beta)
    k = (low + high) / 2.0
    accepted = variables_oc(size, k, np.array([p1, p2]), sigma=sigma)
    return FoundVariablesPlan(size, k, sigma, float(1.0 - accepted[0]), float(accepted[1]))


def _known(sigma: str) -> bool:
    choice(sigma, ("known", "unknown"), "sigma")
    return sigma == "known"


def _known_limits(n: int, z1: float, z2: float, alpha: float, beta: float) -> tuple[float, float]:
    root = math.sqrt(n)
    return z2 + float(special.ndtri(1 - beta)) / root, z1 - float(special.ndtri(1 - alpha)) / root


def _unknown_limits(n: int, z1: float, z2: float, alpha: float, beta: float) -> tuple[float, float]:
    root = math.sqrt(n)
    low, high = noncentral.quantile(1 - beta, z2 * root, n - 1), noncentral.quantile(alpha, z1 * root, n - 1)
    return low / root, high / root


def _smallest_unknown(start: int, z1: float, z2: float, alpha: float, beta: float) -> int:
    def enough(n: int) -> bool:
        root = math.sqrt(n)
        lowest = noncentral.quantile(1 - beta, z2 * root, n - 1)
        return noncentral.below(lowest, z1 * root, n - 1) <= alpha

    low, high = _bracket(enough, max(2, start), max(1, start // 64))
    while high - low > 1:
        middle = (low + high) // 2
        if enough(middle):
            high = middle
        else:
            low = middle
    return high


def _bracket(enough: Callable[[int], bool], guess: int, step: int) -> tuple[int, int]:
    """A sample that is too small (or 1) and one that is large enough, near a guess."""
    if enough(guess):
        low = high = guess
        while low > 1:
            low = max(1, low - step)
            if low == 1 or not enough(low):
                break
            high, step = low, 2 * step
        return low, high
    low, high = guess, guess + step
    while not enough(high):
        if high > LARGEST_SAMPLE:
            raise NoAnswer("no_plan", "the two qualities are too close for a plan by variables")
        step *= 2
        low, high = high, high + step
    return low, high
