"""Weibull, exponential and lognormal lifetimes by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, log

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.checks import positive
from bihuan.stats.errors import NoAnswer
from bihuan.stats.life import engine, tight
from bihuan.stats.life.data import LifeData, observed
from bihuan.stats.life.families import FAMILIES
from bihuan.stats.signatures import checked
from bihuan.stats.sums import dot

Floats = NDArray[np.float64]
FULL = np.eye(2)
ALONG = np.array([[1.0], [0.0]])


@dataclass(frozen=True, slots=True)
class LifeFit:
    """A fitted distribution: ``(log(t - threshold) - location) / spread`` follows the family's standard form.

    Attributes
    ----------
    family : str
        ``weibull``, ``exponential`` or ``lognormal``.
    location, spread : float
        Location and scale of the log lifetime: log of the characteristic life and one over the shape (Weibull), mean
        and standard deviation of the logarithm (lognormal).
    threshold : float
        Age before which nothing fails; 0 except in the three-parameter Weibull.
    log_likelihood : float
        Log-likelihood at the maximum, densities in the unit of the ages, no constants left out.
    failures, units : float
        Weighted numbers of failed and of all units.
    covariance : ndarray, shape (3, 3)
        Inverse observed information of ``(location, log(spread), threshold)``; zero where a parameter was held.
    free : int
        Number of parameters that were fitted.
    passes : int
        Passes over the data that the fit took.
    data : LifeData
        What was fitted.
    """

    family: str
    location: float
    spread: float
    threshold: float
    log_likelihood: float
    failures: float
    units: float
    covariance: Floats = field(repr=False, compare=False)
    free: int
    passes: int = field(compare=False)
    data: LifeData = field(repr=False, compare=False)

    @property
    def scale(self) -> float:
        """Characteristic life (Weibull), mean (exponential) or median (lognormal), counted from the threshold."""
        return exp(self.location)

    @property
    def shape(self) -> float:
        """Weibull shape (1 for the exponential); for the lognormal the standard deviation of the logarithm."""
        return self.spread if self.family == "lognormal" else 1 / self.spread

    @property
    def aic(self) -> float:
        """Akaike's criterion, ``2 free - 2 log_likelihood``; smaller is better between families on the same data."""
        return 2 * self.free - 2 * self.log_likelihood


@checked
def fit_weibull(
    time: LifeData | ArrayLike,
    failed: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    *,
    shape: float | None = None,
) -> LifeFit:
    """Two-parameter Weibull distribution by maximum likelihood.

    ``R(t) = exp(-(t / scale) ** shape)``. Exact and right-censored ages are solved through the profile equation of the
    shape, everything else through Newton's method on the concave likelihood of ``(-location / spread, 1 / spread)``.

    Parameters
    ----------
    time : LifeData or array_like, shape (n,)
        Data of `observed` or `intervals`, or ages as for `observed`.
    failed, weight : array_like, shape (n,), optional
        As for `observed`.
    shape : float, optional
        A known shape to hold (Weibayes); then only the scale is fitted.

    Returns
    -------
    LifeFit

    Raises
    ------
    NoAnswer
        As `observed`; ``no_failures`` (nothing failed: see `demonstrated_reliability` for what can be said);
        ``no_spread`` (all rows agree with one single age of failure, the likelihood has no maximum); ``no_maximum``;
        ``out_of_range`` for the shape.

    Notes
    -----
    No correction of small-sample bias is made, as in Minitab and in R ``survreg``, whose ``scale`` is ``spread`` here
    and whose intercept is ``location``. The lifelines package gives the same point estimates (``lambda_``, ``rho_``).

    References
    ----------
    Lawless, Statistical Models and Methods for Lifetime Data, 2nd ed. 2003, 5.2. Burridge, JRSS B 43, 1981.

    Examples
    --------
    >>> fit = fit_weibull([54, 187, 216, 240, 500], failed=[1, 1, 1, 1, 0], weight=[1, 1, 1, 1, 6])
    >>> round(fit.shape, 4), round(fit.scale, 2)
    (0.9859, 934.82)
    """
    data = taken(time, failed, weight)
    if shape is not None:
        return _held("weibull", data, 1 / positive(shape, "shape"))
    if not data.exact_or_running:
        return _climbed("weibull", data)
    location, spread, log_likelihood, covariance, passes = tight.weibull(data)
    whole = np.zeros((3, 3))
    whole[:2, :2] = covariance
    return LifeFit("weibull", location, spread, 0.0, log_likelihood, data.failures, data.units, whole, 2, passes, data)


@checked
def fit_lognormal(
    time: LifeData | ArrayLike, failed: ArrayLike | None = None, weight: ArrayLike | None = None
) -> LifeFit:
    """Lognormal distribution by maximum likelihood.

    ``R(t) = 1 - Phi((log t - location) / spread)``. Parameters, errors and method as `fit_weibull`; the standard
    deviation of complete data is the maximum likelihood one (divisor ``n``).

    Parameters
    ----------
    time : LifeData or array_like, shape (n,)
        Data of `observed` or `intervals`, or ages as for `observed`.
    failed, weight : array_like, shape (n,), optional
        As for `observed`.

    Returns
    -------
    LifeFit

    Raises
    ------
    NoAnswer
        As `fit_weibull`.

    References
    ----------
    Meeker and Escobar, Statistical Methods for Reliability Data, 1998, chapter 8.

    Examples
    --------
    >>> fit = fit_lognormal([1.0, 2.718281828459045, 7.38905609893065])
    >>> round(fit.location, 6), round(fit.spread, 6)
    (1.0, 0.816497)
    """
    return _climbed("lognormal", taken(time, failed, weight))


@checked
def fit_exponential(
    time: LifeData | ArrayLike, failed: ArrayLike | None = None, weight: ArrayLike | None = None
) -> LifeFit:
    """Exponential distribution by maximum likelihood.

    ``R(t) = exp(-t / scale)``; with exact and right-censored ages the scale is total time over number of failures.

    Parameters
    ----------
    time : LifeData or array_like, shape (n,)
        Data of `observed` or `intervals`, or ages as for `observed`.
    failed, weight : array_like, shape (n,), optional
        As for `observed`.

    Returns
    -------
    LifeFit

    Raises
    ------
    NoAnswer
        As `fit_weibull`.

    References
    ----------
    NIST/SEMATECH e-Handbook 8.4.5.1.

    Examples
    --------
    >>> round(fit_exponential([100, 200, 300], failed=[1, 1, 0]).scale, 6)
    300.0
    """
    return _held("exponential", taken(time, failed, weight), 1.0)


def taken(time: LifeData | ArrayLike, failed: ArrayLike | None, weight: ArrayLike | None) -> LifeData:
    """The data, built if need be."""
    if not isinstance(time, LifeData):
        return observed(time, failed, weight)
    if failed is not None or weight is not None:
        raise NoAnswer("given_twice", "failed and weight are already part of the data")
    return time


def _climbed(family: str, data: LifeData) -> LifeFit:
    """Fit location and spread by Newton's method."""
    refuse_hopeless(data)
    rows = engine.prepare(data)
    peak = engine.climb(rows, FAMILIES[family], _start(family, data, rows), FULL)
    location, spread = unscaled(rows, peak.theta)
    slant, steep = float(peak.theta[0]), float(peak.theta[1])
    turn = np.array([[-rows.width / steep, slant * rows.width / steep**2], [0.0, -1 / steep]])
    whole = np.zeros((3, 3))
    whole[:2, :2] = turn @ np.linalg.inv(-peak.curvature) @ turn.T
    log_likelihood = peak.value + rows.constant
    return LifeFit(
        family, location, spread, 0.0, log_likelihood, rows.failures, rows.units, whole, 2, peak.passes, data
    )


def _start(family: str, data: LifeData, rows: engine.Rows) -> Floats:
    """Where to begin: a quick Weibull fit with every interval's middle as an age, matched at two quantiles.

    Of many running units only some are taken, with their weights raised to stand for all.
    """
    time, flag, weight = data.time, data.failed, data.weight
    if family == "lognormal" and rows.failed.weight.sum() == rows.units:
        mean = float(rows.failed.first.sum()) / rows.units
        deviation = (dot(rows.failed.weight, (rows.failed.y - mean) ** 2) / rows.units) ** 0.5
        return np.array([-mean / deviation, 1 / deviation])
    if time.size > tight.MANY:
        stride = time.size // tight.THINNED | 1
        hit, thin = np.flatnonzero(flag), np.flatnonzero(flag[::stride] == 0) * stride
        running = float(weight.sum() - weight[hit].sum())
        raised = weight[thin] * (running / max(float(weight[thin].sum()), 1.0))
        time, flag = np.concatenate((time[hit], time[thin])), np.concatenate((flag[hit], flag[thin]))
        weight = np.concatenate((weight[hit], raised))
    ages = np.concatenate((time, data.left / 2, (data.lower + data.upper) / 2))
    failed = np.concatenate((flag, np.ones(data.left.size + data.lower.size)))
    weight = np.concatenate((weight, data.left_weight, data.span_weight))
    try:
        location, spread, *_ = tight.weibull(LifeData(ages, failed, weight))
    except NoAnswer:
        return np.array([0.0, 1.0])
    share = min(rows.failures / rows.units, 0.9)
    shares = np.array([share / 4, share])
    y = (location + spread * FAMILIES["weibull"].point(shares) - rows.centre) / rows.width
    z = FAMILIES[family].point(shares)
    steep = float((z[1] - z[0]) / (y[1] - y[0]))
    return np.array([float(z[1]) - steep * float(y[1]), steep])


def unscaled(rows: engine.Rows, theta: Floats) -> tuple[float, float]:
    """Location and spread of log lifetimes from ``theta`` of their standardised form."""
    return rows.centre - float(theta[0] / theta[1]) * rows.width, rows.width / float(theta[1])


def _held(family: str, data: LifeData, spread: float) -> LifeFit:
    """Fit the location alone."""
    if data.failures == 0:
        raise NoAnswer("no_failures", "without a failure there is no fit; a zero-failure bound may serve")
    if data.exact_or_running:
        return _closed(family, data, spread)
    if data.time.size + data.lower.size == 0:
        raise NoAnswer("no_maximum", "every unit was found failed at its first look")
    rows = engine.prepare(data)
    peak = engine.climb(rows, FAMILIES[family], np.array([0.0, rows.width / spread]), ALONG)
    location = unscaled(rows, peak.theta)[0]
    whole = np.zeros((3, 3))
    whole[0, 0] = -(spread**2) / float(peak.curvature[0, 0])
    log_likelihood = peak.value + rows.constant
    return LifeFit(
        family, location, spread, 0.0, log_likelihood, data.failures, data.units, whole, 1, peak.passes, data
    )


def _closed(family: str, data: LifeData, spread: float) -> LifeFit:
    """The location in closed form."""
    number = data.failures
    logs = np.log(data.time)
    top = float(logs.max())
    if family == "exponential":
        total = dot(data.weight, data.time)
        location = log(total / number)
    else:
        location = top + spread * log(dot(data.weight, np.exp((logs - top) / spread)) / number)
    mean = dot(data.failed * data.weight, logs) / number
    log_likelihood = number * ((mean - location) / spread - log(spread) - mean - 1)
    whole = np.zeros((3, 3))
    whole[0, 0] = spread**2 / number
    return LifeFit(family, location, spread, 0.0, log_likelihood, number, data.units, whole, 1, 1, data)


def refuse_hopeless(data: LifeData) -> None:
    """Refuse data whose likelihood has no maximum: no failure, or one age that all rows agree with.

    Raises
    ------
    NoAnswer
        ``no_failures``, ``no_spread``.
    """
    if data.failures == 0:
        raise NoAnswer("no_failures", "without a failure there is no fit; a zero-failure bound may serve")
    hit = data.failed > 0
    latest = max(float(part.max(initial=0.0)) for part in (data.time, data.lower))
    earliest = min(float(part.min(initial=np.inf)) for part in (data.time[hit], data.left, data.upper))
    if latest <= earliest:
        raise NoAnswer("no_spread", "one single age of failure agrees with every row")
