"""Constants of the range of a normal sample: d2, d3 and d2*, computed and not copied."""

from __future__ import annotations

import numpy as np
from scipy import special

from bihuan.stats.charts import constants as charts
from bihuan.stats.errors import NoAnswer
from bihuan.stats.signatures import checked


@checked
def range_constants(size: int) -> tuple[float, float]:
    """Mean d2 and standard deviation d3 of the range of ``size`` standard normal values.

    Parameters
    ----------
    size : int
        From 2 to 1000.

    Returns
    -------
    tuple of float
        d2 and d3 in double precision, those of `charts.d2` and `charts.d3`. Tables print d2 to three (1.128) or four
        digits.

    Raises
    ------
    NoAnswer
        ``out_of_range``.

    References
    ----------
    Tippett (1925), Biometrika 17, 364-387; Harter (1960), Annals of Mathematical Statistics 31, 1122-1147.

    Examples
    --------
    >>> d2, d3 = range_constants(5)
    >>> round(d2, 4), round(d3, 4)
    (2.3259, 0.8641)
    """
    return charts.d2(size), charts.d3(size)


@checked
def d2_star(size: int, groups: int) -> float:
    """Divisor d2* that makes the mean range of few groups squared an unbiased estimate of the variance.

    Parameters
    ----------
    size : int
        Values in a group, m in the tables of AIAG.
    groups : int
        Number of groups, g.

    Returns
    -------
    float
        sqrt(d2^2 + d3^2 / g); d2 itself for many groups.

    Raises
    ------
    NoAnswer
        ``out_of_range``.

    Notes
    -----
    A. J. Duncan, appendix D3, and AIAG MSA, appendix C, print it rounded.

    References
    ----------
    AIAG, Measurement Systems Analysis, 4th edition (2010), appendix C. Duncan, Quality Control and Industrial
    Statistics, 5th edition (1986), table D3.

    Examples
    --------
    >>> round(d2_star(2, 1), 4), round(d2_star(2, 5), 4), round(d2_star(15, 1), 4)
    (1.4142, 1.191, 3.5532)
    """
    if groups < 1:
        raise NoAnswer("out_of_range", f"there must be at least one group, not {groups}")
    d2, d3 = range_constants(size)
    return float(np.sqrt(d2 * d2 + d3 * d3 / groups))


@checked
def range_freedom(size: int, groups: int) -> float:
    """Degrees of freedom of the mean range of ``groups`` groups of ``size`` values.

    Parameters
    ----------
    size, groups : int
        As in `d2_star`.

    Returns
    -------
    float
        The degrees of freedom of the chi distribution with the same coefficient of variation (P. B. Patnaik, 1950).

    Raises
    ------
    NoAnswer
        ``out_of_range``.

    References
    ----------
    Patnaik (1950), Biometrika 37, 78-87; AIAG, Measurement Systems Analysis, 4th edition (2010), appendix C.

    Examples
    --------
    >>> round(range_freedom(15, 1), 1), round(range_freedom(2, 1), 1)
    (10.8, 1.0)
    """
    d2_star(size, groups)
    d2, d3 = range_constants(size)
    wanted = d3 * d3 / (groups * d2 * d2)
    low, high = 0.1, 10.0 * groups * size
    for _ in range(80):
        middle = 0.5 * (low + high)
        if _chi_variation(middle) > wanted:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def _chi_variation(freedom: float) -> float:
    """Squared coefficient of variation of a chi distribution."""
    log_mean = 0.5 * np.log(2.0) + special.gammaln((freedom + 1) / 2) - special.gammaln(freedom / 2)
    return float(np.expm1(np.log(freedom) - 2 * log_mean))
