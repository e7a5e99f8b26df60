"""Demand that often is nothing at all: what kind it is, and forecasts by Croston's method and its relatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.checks import choice, level, numbers
from bihuan.stats.errors import NoAnswer
from bihuan.stats.signatures import checked

Floats = NDArray[np.float64]
METHODS = ("croston", "sba", "tsb")
LONG_INTERVAL = 1.32
WIDE_SIZES = 0.49
UNLIKELY = 0.01
GRID = (0.05, 0.1, 0.15, 0.2, 0.3)


@dataclass(frozen=True, slots=True)
class DemandKind:
    """What kind of demand a history shows.

    Attributes
    ----------
    interval : float
        Mean number of periods per period with demand (ADI).
    variation : float
        Squared coefficient of variation of the sizes that are not zero.
    kind : str
        ``smooth``, ``intermittent``, ``erratic`` or ``lumpy``.
    method : str
        Method recommended: ``croston``, ``sba`` or ``tsb``.
    """

    interval: float
    variation: float
    kind: str
    method: str


@dataclass(frozen=True, slots=True, eq=False)
class DemandForecast:
    """A forecast that is the same for every coming period.

    Attributes
    ----------
    method : str
        ``croston``, ``sba`` or ``tsb``.
    rate : float
        Expected demand per period.
    size : float
        Smoothed size of a demand.
    interval : float
        Smoothed number of periods between demands; for TSB one over the smoothed probability of a demand.
    fitted : ndarray, shape (n,)
        What would have been forecast for every period from those before it; NaN up to the first demand.
    variance : float
        Mean squared error of ``fitted``.
    alpha, beta : float
        Smoothing constants of sizes and of intervals or probabilities.
    """

    method: str
    rate: float
    size: float
    interval: float
    fitted: Floats
    variance: float
    alpha: float
    beta: float


@checked
def classify_demand(demand: ArrayLike) -> DemandKind:
    """Kind of demand by its mean interval and the variation of its sizes, with the method that suits it.

    Smooth: interval below 1.32 and squared variation below 0.49; erratic: the same interval, more variation;
    intermittent: longer interval, less variation; lumpy: both. Croston's method suits smooth demand, the
    Syntetos-Boylan approximation the other three. TSB is recommended instead when demand seems to have ended: when, at
    the probability of a demand seen up to the last one, the periods without demand since then have a chance below 1 %.

    Parameters
    ----------
    demand : array_like, shape (n,)
        Demand per period, not negative; fractions are allowed.

    Returns
    -------
    DemandKind

    Raises
    ------
    NoAnswer
        ``empty``, ``not_finite``, ``negative``, ``no_demand`` (all zero), ``too_few`` (fewer than two demands have no
        variation).

    Notes
    -----
    Interval: periods over periods with demand. Variation: sample variance (divisor ``n - 1``) over the squared mean. R
    ``tsintermittent`` takes the mean of the intervals themselves and puts the bounds between Croston and SBA elsewhere.

    References
    ----------
    Syntetos, Boylan and Croston, J. Operational Research Society 56, 2005.

    Examples
    --------
    >>> classify_demand([0, 0, 3, 0, 0, 0, 2, 0, 3, 0, 0, 4]).kind
    'intermittent'
    """
    values = _demand(demand)
    sizes = values[values > 0]
    if sizes.size < 2:
        raise NoAnswer("too_few", "at least two demands are needed")
    interval = values.size / sizes.size
    variation = float(sizes.var(ddof=1) / sizes.mean() ** 2)
    rare, wide = interval >= LONG_INTERVAL, variation >= WIDE_SIZES
    kind = {(False, False): "smooth", (False, True): "erratic", (True, False): "intermittent", (True, True): "lumpy"}
    last = int(np.flatnonzero(values)[-1])
    quiet = values.size - 1 - last
    ended = (1 - sizes.size / (last + 1)) ** quiet < UNLIKELY if quiet else False
    method = "tsb" if ended else "sba" if rare or wide else "croston"
    return DemandKind(interval, variation, kind[rare, wide], method)


@checked
def forecast_demand(
    demand: ArrayLike, method: str | None = None, *, alpha: float | None = 0.1, beta: float | None = None
) -> DemandForecast:
    """Forecast of intermittent demand by Croston, Syntetos-Boylan (SBA) or Teunter-Syntetos-Babai (TSB).

    With size ``z`` and interval ``p``, both smoothed only when there is a demand, Croston forecasts ``z / p`` and SBA
    ``(1 - beta / 2) z / p``, which takes out most of Croston's bias. TSB smooths the probability of a demand in every
    period, ``q += beta (1 or 0 - q)``, and forecasts ``q z``: it falls when demand ends.

    Parameters
    ----------
    demand : array_like, shape (n,)
        Demand per period, not negative.
    method : {"croston", "sba", "tsb"}, optional
        By `classify_demand` when left out.
    alpha : float, optional
        Smoothing constant of sizes, between 0 and 1. None tries 0.05, 0.1, 0.15, 0.2 and 0.3 for both constants and
        keeps the pair with the smallest mean squared error.
    beta : float, optional
        Smoothing constant of intervals or probabilities; as ``alpha`` when left out.

    Returns
    -------
    DemandForecast

    Raises
    ------
    NoAnswer
        ``empty``, ``not_finite``, ``negative``, ``no_demand``, ``too_few``, ``out_of_range``, ``unknown_choice``.

    Notes
    -----
    Begins with the first demand: its size, and as interval the number of periods up to and including it (TSB: one over
    that). R ``tsintermittent`` begins with the mean interval unless told otherwise, ``forecast::croston`` like this but
    counts with one constant. The SBA factor uses the constant of the intervals.

    References
    ----------
    Croston, Operational Research Quarterly 23, 1972. Syntetos and Boylan, Int. J. Forecasting 21, 2005. Teunter,
    Syntetos and Babai, European J. Operational Research 214, 2011.

    Examples
    --------
    >>> found = forecast_demand([0, 2, 0, 0, 4], "croston", alpha=0.5)
    >>> found.size, found.interval, found.rate
    (3.0, 2.5, 1.2)
    """
    values = _demand(demand)
    chosen = classify_demand(values).method if method is None else method
    choice(chosen, METHODS, "chosen")
    if alpha is not None:
        level(alpha, "alpha")
    if beta is not None:
        level(beta, "beta")
    if np.count_nonzero(values) < 2 and alpha is None:
        raise NoAnswer("too_few", "smoothing constants cannot be chosen from one demand")
    alphas = GRID if alpha is None else (alpha,)
    betas = (beta,) if beta is not None else GRID if alpha is None else (alpha,)
    tried = [_smoothed(values, chosen, one, two) for one in alphas for two in betas]
    return min(tried, key=lambda forecast: forecast.variance)


def _demand(demand: ArrayLike) -> Floats:
    """Demand that is not negative and not all zero."""
    values = numbers(demand, "demand")
    if (values < 0).any():
        raise NoAnswer("negative", "demand must not be negative")
    if not values.any():
        raise NoAnswer("no_demand", "there was no demand at all")
    return values


def _smoothed(values: Floats, method: str, alpha: float, beta: float) -> DemandForecast:
    """One method with its constants run over the history."""
    first = int(np.flatnonzero(values)[0])
    fitted = np.full(values.size, np.nan)
    size, interval = float(values[first]), float(first + 1)
    since, chance = 0, 1 / interval
    factor = 1 - beta / 2 if method == "sba" else 1.0
    for at, value in enumerate(values[first + 1 :].tolist(), first + 1):
        fitted[at] = size * chance if method == "tsb" else factor * size / interval
        since += 1
        if value > 0:
            size += alpha * (value - size)
            interval += beta * (since - interval)
            since = 0
        chance += beta * ((value > 0) - chance)
    rate = size * chance if method == "tsb" else factor * size / interval
    errors = (values - fitted)[first + 1 :]
    variance = float(np.mean(errors**2)) if errors.size else 0.0
    return DemandForecast(
        method, rate, size, 1 / chance if method == "tsb" else interval, fitted, variance, alpha, beta
    )
