"""How many units to test and how long, and what total time on test shows."""

from __future__ import annotations

from math import ceil, inf, log

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, chdtri, ndtri

from bihuan.stats.checks import choice, level, positive, whole
from bihuan.stats.errors import NoAnswer
from bihuan.stats.interval import Interval, Side, risk
from bihuan.stats.life.demonstration import MOST_UNITS
from bihuan.stats.life.families import FAMILIES
from bihuan.stats.signatures import checked

Floats = NDArray[np.float64]


@checked
def exponential_test_time(mean: float, confidence: float, *, allowed: int = 0) -> float:
    """Total time on test that shows a mean life when at most ``allowed`` failures happen in it.

    ``mean * chi2(confidence; 2 (allowed + 1)) / 2`` (exponential lifetimes, or a constant rate of repairs).

    Parameters
    ----------
    mean : float
        Mean life (MTBF) to be shown; the answer has its unit.
    confidence : float
        Level.
    allowed : int
        Failures with which the test is still passed.

    Returns
    -------
    float

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``negative``, ``not_whole``.

    References
    ----------
    NIST/SEMATECH e-Handbook 8.3.1.1, table of test length factors.

    Examples
    --------
    >>> round(exponential_test_time(1.0, 0.9), 2), round(exponential_test_time(1.0, 0.9, allowed=1), 2)
    (2.3, 3.89)
    """
    most = whole(allowed, "allowed")
    return positive(mean, "mean") * float(chdtri(2 * (most + 1), 1 - level(confidence))) / 2


@checked
def exponential_interval(
    total: float, failures: int, *, confidence: float = 0.95, side: Side = "both", ended: str = "time"
) -> Interval[float]:
    """Exact interval of a mean life from total time on test.

    ``2 T / chi2((1 + c) / 2; 2 r + 2)`` to ``2 T / chi2((1 - c) / 2; 2 r)`` when the test ended at a set time; ``2 r``
    degrees of freedom in both when it ended with the ``r``-th failure. Without failures only the lower limit exists
    (one-sided).

    Parameters
    ----------
    total : float
        Total time on test of all units.
    failures : int
        Failures in it.
    confidence : float
        Level.
    side : {"both", "lower", "upper"}
        Two-sided, or a one-sided limit at the whole level.
    ended : {"time", "failure"}
        What ended the test.

    Returns
    -------
    Interval
        The method is ``exact``.

    Raises
    ------
    NoAnswer
        ``no_failures`` when anything but the lower limit is asked for; ``out_of_range``; ``unknown_choice``.

    References
    ----------
    NIST/SEMATECH e-Handbook 8.4.5.1; Epstein 1960.

    Examples
    --------
    >>> found = exponential_interval(1600, 2, confidence=0.9)
    >>> round(found.lower, 1), round(found.upper, 1)
    (254.1, 4502.5)
    """
    time, count = positive(total, "total"), whole(failures, "failures")
    tail = risk(confidence, side)
    choice(ended, ("time", "failure"), "ended")
    if count == 0 and (side != "lower" or ended == "failure"):
        raise NoAnswer("no_failures", "without failures only the lower limit of a time-ended test exists")
    lower = 2 * time / float(chdtri(2 * count + (2 if ended == "time" else 0), tail)) if side != "upper" else 0.0
    upper = 2 * time / float(chdtri(2 * count, 1 - tail)) if side != "lower" else inf
    estimate = time / count if count else inf
    return Interval(estimate, lower, upper, confidence, "exact", side)


@checked
def duration_until(failures: int, units: int, *, scale: float, shape: float = 1.0, probability: float = 0.5) -> float:
    """Test time by which, with a probability, that many of the units on test have failed (Weibull).

    ``scale * (-ln(1 - u)) ** (1 / shape)`` with ``u`` the beta quantile ``B(probability; r, n - r + 1)``.

    Parameters
    ----------
    failures, units : int
        The ``r``-th failure of ``n`` units.
    scale, shape : float
        Weibull parameters expected.
    probability : float
        Chance of having seen the failures by then; 0.5 gives the median duration.

    Returns
    -------
    float

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``not_whole``, ``negative``, ``too_few`` (fewer units than failures).

    References
    ----------
    Meeker and Escobar 1998, 10.4; David and Nagaraja, Order Statistics, 3rd ed. 2003, 2.1.

    Examples
    --------
    >>> round(duration_until(1, 10, scale=1000, shape=1), 2)
    69.31
    """
    count, number = whole(failures, "failures"), whole(units, "units")
    positive(count, "failures")
    if number < count:
        raise NoAnswer("too_few", "there must be at least as many units as failures")
    share = float(betaincinv(count, number - count + 1, level(probability, "probability")))
    return positive(scale, "scale") * float((-np.log1p(-share)) ** (1 / positive(shape, "shape")))


@checked
def precision_units(
    p: float, ratio: float, *, spread: float, failing: float, confidence: float = 0.95, family: str = "weibull"
) -> int:
    """Units to test so that the age by which a share ``p`` fails is known within a factor.

    ``n = (z spread / ln ratio)**2 V``, where ``V`` is the large-sample variance of ``(log t_p - location) / spread``
    times ``n`` for a test that stops when a share ``failing`` is expected to have failed. A two-sided Wald interval
    then runs, on average, from ``t_p / ratio`` to ``t_p * ratio``.

    Parameters
    ----------
    p : float
        Share, such as 0.1 for the B10 life.
    ratio : float
        Factor above 1.
    spread : float
        Planning value: one over the Weibull shape, or the standard deviation of the log lifetime.
    failing : float
        Expected share failing during the test; above 0, at most 1 (all run to failure).
    confidence : float
        Level of the later interval.
    family : {"weibull", "lognormal"}
        Distribution.

    Returns
    -------
    int

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``unknown_choice``, ``too_many``.

    References
    ----------
    Meeker and Escobar 1998, 10.3 and 10.4; Escobar and Meeker, Appl. Statist. 43, 1994 (information integrals).

    Examples
    --------
    >>> precision_units(0.1, 1.5, spread=0.5, failing=0.4)
    42
    """
    level(p, "p")
    if not ratio > 1 or not np.isfinite(ratio):
        raise NoAnswer("out_of_range", f"ratio must be above 1, not {ratio}")
    if not 0 < failing <= 1:
        raise NoAnswer("out_of_range", f"failing must be above 0 and at most 1, not {failing}")
    choice(family, ("weibull", "lognormal"), "family")
    gradient = np.array([1.0, float(FAMILIES[family].point(np.array(p)))])
    factor = float(gradient @ np.linalg.solve(information(failing, family), gradient))
    critical = -float(ndtri((1 - level(confidence)) / 2))
    number = (critical * positive(spread, "spread") / log(ratio)) ** 2 * factor
    if number > MOST_UNITS:
        raise NoAnswer("too_many", "more than a thousand million units would be needed")
    return ceil(number - 1e-9)


@checked
def information(failing: float, family: str = "weibull") -> Floats:
    """Fisher information of one unit about ``(location, spread)``, times the squared spread, under time censoring.

    Integrals over the failures before the end of test, where a share ``failing`` has failed, of the squared
    derivatives of the log hazard; these give the whole information of a censored unit (Efron and Johnstone 1990).

    Parameters
    ----------
    failing : float
        Expected share failing during the test, above 0 and at most 1.
    family : {"weibull", "lognormal"}
        Distribution.

    Returns
    -------
    ndarray, shape (2, 2)

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``unknown_choice``.

    References
    ----------
    Efron and Johnstone, Annals of Statistics 18, 1990; Escobar and Meeker, Appl. Statist. 43, 1994.

    Examples
    --------
    >>> information(1.0).round(4).tolist()
    [[1.0, 0.4228], [0.4228, 1.8237]]
    """
    if not 0 < failing <= 1:
        raise NoAnswer("out_of_range", f"failing must be above 0 and at most 1, not {failing}")
    choice(family, ("weibull", "lognormal"), "family")
    from scipy.integrate import quad_vec

    shape = FAMILIES[family]
    edge = 1 - 1e-15
    end = float(shape.point(np.array(min(failing, edge))))
    begin = min(-40.0 if family == "weibull" else -12.0, end - 30)

    def inner(z: float) -> Floats:
        at = np.array([z])
        slope = 1.0 if family == "weibull" else float(-shape.log_survival(at)[1][0]) - z
        first, second = slope, 1 + z * slope
        return float(shape.density(at)[0]) * np.array([first * first, first * second, second * second])

    parts: Floats = quad_vec(
        inner, begin, end, epsrel=1e-11, epsabs=1e-15, points=[max(begin, end - 8), max(begin, end - 2)]
    )[0]
    return np.array([[parts[0], parts[1]], [parts[1], parts[2]]])
