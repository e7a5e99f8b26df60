"""The constants that tie ranges and deviations of small normal samples to the standard deviation of the process.

Three conventions, always by name: ``exact`` is the integral or gamma function in double precision, ``table`` is the
same number rounded as printed tables round it (d2 to 3 decimals, d3 and c4 to 4), ``qcc`` is what the R package qcc
computes with: d2 rounded to 3 decimals, its own d3 (0.8640855 for 5 values, where the integral is 0.8640819) and an
exact c4.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, ndtr

from bihuan.stats.checks import choice, counts
from bihuan.stats.errors import NoAnswer
from bihuan.stats.signatures import checked

Convention = Literal["exact", "table", "qcc"]
"""Which constants: ``exact`` (d2(2) = 1.1283792), ``table`` (1.128) or those of the R package ``qcc`` (1.128)."""

LARGEST_RANGE = 1000
MEDIAN_OF_RANGE_OF_TWO = 0.9538725524089398
_PLACES = {("d2", "table"): 3, ("d3", "table"): 4, ("c4", "table"): 4, ("d2", "qcc"): 3}
_QCC_D3 = (
    *(0.8525033, 0.8883697, 0.8798108, 0.8640855, 0.8480442, 0.8332108, 0.8198378, 0.8078413, 0.7970584, 0.7873230),
    *(0.7784873, 0.7704257, 0.7630330, 0.7562217, 0.7499188, 0.7440627, 0.7386021, 0.7334929, 0.7286980, 0.7241851),
    *(0.7199267, 0.7158987, 0.7120802, 0.7084528),
)
_SERIES_FROM = 300


@checked
def d2(size: int, convention: Convention = "exact") -> float:
    """Mean range of ``size`` independent standard normal values.

    Parameters
    ----------
    size : int
        Values per subgroup, 2 to 1000.
    convention : {"exact", "table", "qcc"}
        ``table`` and ``qcc`` round to 3 decimals, as printed tables do.

    Returns
    -------
    float
        ``d2 = E[W]``, without unit.

    Raises
    ------
    NoAnswer
        ``out_of_range`` for a size outside 2 to 1000, ``unknown_choice`` for another convention.

    Notes
    -----
    The distribution of the range is ``F(w) = n * integral of phi(x) * (Phi(x + w) - Phi(x))**(n - 1)``, and
    ``E[W]`` the integral of ``1 - F``. Qcc, Minitab and NIST use the rounded table.

    References
    ----------
    Tippett (1925), Biometrika 17; Harter (1960), Annals of Mathematical Statistics 31.

    Examples
    --------
    >>> round(d2(2), 6), d2(2, "table")
    (1.128379, 1.128)
    """
    return _chosen("d2", size, _range_moments(_whole(size, LARGEST_RANGE))[0], convention)


@checked
def d3(size: int, convention: Convention = "exact") -> float:
    """Standard deviation of the range of ``size`` independent standard normal values.

    Parameters
    ----------
    size : int
        Values per subgroup, 2 to 1000.
    convention : {"exact", "table", "qcc"}
        ``table`` rounds to 4 decimals, ``qcc`` is that package's own table (up to 25 values).

    Returns
    -------
    float
        ``d3 = sqrt(E[W**2] - E[W]**2)``, without unit.

    Raises
    ------
    NoAnswer
        ``out_of_range`` or ``unknown_choice``.

    Notes
    -----
    Montgomery prints 3 decimals (0.853); with 4 (0.8525) the derived factors D3 and D4 agree with their tables.

    References
    ----------
    Harter (1960), Annals of Mathematical Statistics 31.

    Examples
    --------
    >>> round(d3(5), 6), d3(5, "table")
    (0.864082, 0.8641)
    """
    return _chosen("d3", size, _range_moments(_whole(size, LARGEST_RANGE))[1], convention)


@checked
def c4(size: int, convention: Convention = "exact") -> float:
    """Mean standard deviation (divisor n - 1) of ``size`` independent standard normal values.

    Parameters
    ----------
    size : int
        Values per subgroup, at least 2.
    convention : {"exact", "table", "qcc"}
        ``table`` rounds to 4 decimals.

    Returns
    -------
    float
        ``c4 = sqrt(2 / (n - 1)) * Gamma(n / 2) / Gamma((n - 1) / 2)``, without unit.

    Raises
    ------
    NoAnswer
        ``out_of_range`` or ``unknown_choice``.

    References
    ----------
    NIST/SEMATECH e-Handbook 6.3.2.

    Examples
    --------
    >>> round(c4(2), 8), c4(5, "table")
    (0.79788456, 0.94)
    """
    return _chosen("c4", size, _mean_deviation(_whole(size, None)), convention)


@checked
def per_size(
    name: Literal["d2", "d3", "c4"], sizes: ArrayLike, convention: Convention = "exact"
) -> NDArray[np.float64]:
    """One constant for every subgroup size of an array.

    Parameters
    ----------
    name : {"d2", "d3", "c4"}
        Which constant.
    sizes : array_like of int
        Subgroup sizes, any shape.
    convention : {"exact", "table", "qcc"}
        As for the single functions.

    Returns
    -------
    ndarray
        The constants, of the shape of ``sizes``.

    Raises
    ------
    NoAnswer
        As the single functions.

    References
    ----------
    As the single functions.

    Examples
    --------
    >>> per_size("d2", [2, 5], "table").tolist()
    [1.128, 2.326]
    """
    function = {"d2": d2, "d3": d3, "c4": c4}[name]
    given = counts(sizes, "sizes", ndim=None)
    distinct, where = np.unique(given, return_inverse=True)
    found = np.array([function(int(size), convention) for size in distinct], dtype=np.float64)
    return found[where].reshape(given.shape)


def _whole(size: int, largest: int | None) -> int:
    if size < 2 or (largest is not None and size > largest):
        raise NoAnswer("out_of_range", f"a subgroup has 2 to {largest or 'any number of'} values, not {size}")
    return size


def _chosen(name: str, size: int, value: float, convention: str) -> float:
    choice(convention, get_args(Convention), "convention")
    if convention == "qcc" and name != "c4":
        _whole(size, len(_QCC_D3) + 1)
        value = _QCC_D3[size - 2] if name == "d3" else value
    places = _PLACES.get((name, convention))
    return value if places is None else round(value, places)


@lru_cache(maxsize=1024)
def _mean_deviation(size: int) -> float:
    degrees = size - 1.0
    if size < _SERIES_FROM:
        return math.sqrt(2 / degrees) * math.exp(float(gammaln(size / 2) - gammaln(degrees / 2)))
    inverse = 1 / degrees
    terms = (1.0, -1 / 4, 1 / 32, 5 / 128, -21 / 2048, -399 / 8192)
    return math.fsum(term * inverse**power for power, term in enumerate(terms))


@lru_cache(maxsize=1024)
def _range_moments(size: int) -> tuple[float, float]:
    """Mean and deviation of the range: Gauss-Legendre over the range, trapezoids (spectral here) over the least."""
    nodes, weights = np.polynomial.legendre.leggauss(160)
    half = 8.0
    ranges, weights = half * (nodes + 1), half * weights
    least = np.linspace(-13.0, 9.0, 441)
    density = np.exp(-0.5 * least**2) / math.sqrt(2 * math.pi)
    between = ndtr(least[None, :] + ranges[:, None]) - ndtr(least)[None, :]
    tail = 1 - size * 0.05 * (between ** (size - 1) @ density)
    mean = float(weights @ tail)
    square = float(weights @ (2 * ranges * tail))
    return mean, math.sqrt(square - mean**2)
