"""Seasons in demand, through statsmodels."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.checks import choice, level, numbers
from bihuan.stats.errors import NoAnswer
from bihuan.stats.signatures import checked
from bihuan.stats.threads import one_thread

Floats = NDArray[np.float64]
OPTIMISERS = ("SLSQP", "L-BFGS-B")
MODELS = ("additive", "multiplicative")


@dataclass(frozen=True, slots=True, eq=False)
class SeasonalParts:
    """A series taken apart.

    Attributes
    ----------
    trend, seasonal, rest : ndarray, shape (n,)
        Parts that add up (or multiply) to the series. A classical trend has NaN at both ends.
    trend_strength, seasonal_strength : float
        ``max(0, 1 - Var(rest) / Var(part + rest))``, from 0 to 1.
    pattern : ndarray, shape (period,)
        Mean seasonal part of every place in the period, the first belonging to the first item of the series.
    """

    trend: Floats
    seasonal: Floats
    rest: Floats
    trend_strength: float
    seasonal_strength: float
    pattern: Floats


@dataclass(frozen=True, slots=True, eq=False)
class SeasonalForecast:
    """A Holt-Winters forecast.

    Attributes
    ----------
    expected, lower, upper : ndarray, shape (horizon,)
        Forecast and its prediction limits.
    fitted : ndarray, shape (n,)
        One-step forecasts within the history.
    level, trend, season : float
        Smoothing constants found; ``trend`` and ``season`` are 0 without such a part.
    confidence : float
        Level of the limits.
    """

    expected: Floats
    lower: Floats
    upper: Floats
    fitted: Floats
    level: float
    trend: float
    season: float
    confidence: float


@checked
def seasonal_parts(
    values: ArrayLike,
    period: int = 12,
    *,
    method: str = "stl",
    model: str = "additive",
    window: int | None = None,
    robust: bool = True,
) -> SeasonalParts:
    """Trend, season and rest of a series.

    Parameters
    ----------
    values : array_like, shape (n,)
        Demand per period in order of time, at least two whole seasons.
    period : int
        Periods in a season: 12 for months.
    method : {"stl", "classical"}
        Loess, or moving averages with fixed seasonal figures.
    model : {"additive", "multiplicative"}
        Whether the parts add or multiply. A multiplicative STL is made on logarithms.
    window : int, optional
        Seasons over which STL lets the pattern change: odd, 7 or more. None keeps one pattern throughout (R's
        ``s.window = "periodic"``), which does not take noise for season in a history of a few years.
    robust : bool
        Whether STL plays down outliers.

    Returns
    -------
    SeasonalParts

    Raises
    ------
    NoAnswer
        ``empty``, ``not_finite``, ``too_few`` (less than two seasons), ``out_of_range``, ``unknown_choice``,
        ``zero_variance`` (a constant series), ``not_positive`` (a multiplicative model of values that are not above
        zero).

    References
    ----------
    Cleveland, Cleveland, McRae and Terpenning, J. Official Statistics 6, 1990. Strengths: Hyndman and Athanasopoulos,
    Forecasting: Principles and Practice, 3rd ed. 2021, 4.3.

    Examples
    --------
    >>> import numpy as np
    >>> found = seasonal_parts(np.tile([10.0, 20.0, 30.0, 20.0], 6) + np.arange(24), period=4)
    >>> abs(found.pattern.round(1)).tolist(), found.seasonal_strength > 0.99
    ([10.0, 0.0, 10.0, 0.0], True)
    """
    series = _series(values, period, model)
    choice(method, ("stl", "classical"), "method")
    if window is not None and (window < 7 or window % 2 != 1):
        raise NoAnswer("out_of_range", f"the window must be odd and 7 or more, not {window}")
    from statsmodels.tsa.seasonal import STL, seasonal_decompose

    logged = model == "multiplicative"
    if method == "stl":
        span, degree = (10 * series.size + 1, 0) if window is None else (window, 1)
        start = np.log(series) if logged else series
        found = STL(start, period=period, seasonal=span, seasonal_deg=degree, robust=robust).fit()
    else:
        found = seasonal_decompose(series, model=model, period=period)
    trend, seasonal, rest = (np.asarray(part, dtype=np.float64) for part in (found.trend, found.seasonal, found.resid))
    if method == "stl" and logged:
        trend, seasonal, rest = np.exp(trend), np.exp(seasonal), np.exp(rest)
    kept = np.isfinite(trend) & np.isfinite(rest)
    scale = np.log if logged else np.asarray
    parts = [scale(part[kept]) for part in (trend, seasonal, rest)]
    pattern = np.array([seasonal[place::period].mean() for place in range(period)])
    return SeasonalParts(trend, seasonal, rest, _strength(parts[0], parts[2]), _strength(parts[1], parts[2]), pattern)


def _strength(part: Floats, rest: Floats) -> float:
    """How much of the variation is due to ``part`` rather than to the rest."""
    whole = float(np.var(part + rest))
    return max(0.0, 1 - float(np.var(rest)) / whole) if whole > 0 else 0.0


@checked
def holt_winters(
    values: ArrayLike,
    period: int = 12,
    horizon: int = 12,
    *,
    season: str | None = "additive",
    trend: bool = True,
    damped: bool = False,
    confidence: float = 0.9,
    draws: int = 1000,
    seed: int = 1,
) -> SeasonalForecast:
    """Forecast by exponential smoothing of level, trend and season, with prediction limits.

    Smoothing constants and starting values minimise the squared one-step errors; the limits are quantiles of simulated
    futures with errors drawn from a normal distribution with the variance of the one-step errors.

    Parameters
    ----------
    values : array_like, shape (n,)
        Demand per period in order of time, at least two whole seasons.
    period, horizon : int
        Periods in a season, and periods to forecast.
    season : {"additive", "multiplicative", None}
        How the season acts; None for a series without one.
    trend, damped : bool
        Whether there is a trend, and whether it levels off.
    confidence : float
        Level of the limits.
    draws, seed : int
        Number of simulated futures and the start of their random numbers.

    Returns
    -------
    SeasonalForecast

    Raises
    ------
    NoAnswer
        As `seasonal_parts`; ``no_convergence`` when no smoothing constants were found.

    References
    ----------
    Winters, Management Science 6, 1960; Hyndman and Athanasopoulos 2021, chapter 8.

    Examples
    --------
    >>> import numpy as np
    >>> found = holt_winters(np.tile([10.0, 20.0, 30.0, 20.0], 6) + np.arange(24), period=4, horizon=4)
    >>> found.expected.round(0).tolist()
    [34.0, 45.0, 56.0, 47.0]
    """
    series = _series(values, period, season or "additive")
    level(confidence)
    if not 1 <= horizon <= 1000 or not 100 <= draws <= 100_000:
        raise NoAnswer("out_of_range", "horizon must lie between 1 and 1000, draws between 100 and 100,000")
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    model = ExponentialSmoothing(
        series,
        trend="add" if trend else None,
        damped_trend=damped and trend,
        seasonal={"additive": "add", "multiplicative": "mul", None: None}[season],
        seasonal_periods=period if season else None,
        initialization_method="estimated",
    )
    found = _converged(model)
    futures = _futures(found, horizon, draws, seed)
    tail = (1 - confidence) / 2
    lower, upper = np.quantile(futures, [tail, 1 - tail], axis=1)
    constants = [found.params[name] for name in ("smoothing_level", "smoothing_trend", "smoothing_seasonal")]
    expected = np.asarray(found.forecast(horizon), dtype=np.float64)
    fitted = np.asarray(found.fittedvalues, dtype=np.float64)
    one, two, three = (float(np.nan_to_num(constant)) for constant in constants)
    return SeasonalForecast(expected, lower, upper, fitted, one, two, three, confidence)


def _converged(model: Any) -> Any:
    """The fitted model by the first optimiser that arrives; a warning that none did is no answer."""
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    for optimiser in OPTIMISERS:
        with one_thread(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", ConvergenceWarning)
            try:
                found = model.fit(method=optimiser)
            except (ConvergenceWarning, ValueError, np.linalg.LinAlgError):
                continue
        if np.isfinite(found.sse) and np.isfinite(np.asarray(found.fittedvalues)).all():
            return found
    raise NoAnswer("no_convergence", "no smoothing constants were found")


def _futures(found: Any, horizon: int, draws: int, seed: int) -> Floats:
    """Simulated futures, one column per draw."""
    futures = found.simulate(horizon, repetitions=draws, error="add", rng=np.random.default_rng(seed))
    result: Floats = np.asarray(futures, dtype=np.float64).reshape(horizon, draws)
    return result


def _series(values: ArrayLike, period: int, model: str) -> Floats:
    """The series, long enough and of the right sign."""
    if period != int(period) or period < 2:
        raise NoAnswer("out_of_range", f"a season must have at least two periods, not {period}")
    choice(model, MODELS, "model")
    series = numbers(values, least=2 * int(period))
    if np.ptp(series) == 0:
        raise NoAnswer("zero_variance", "the series is constant")
    if model == "multiplicative" and series.min() <= 0:
        raise NoAnswer("not_positive", "a multiplicative model needs values above zero")
    return series
