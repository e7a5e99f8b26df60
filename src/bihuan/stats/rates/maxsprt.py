"""The maximised sequential probability ratio test for Poisson counts (MaxSPRT)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from bihuan.stats.checks import level, positive, whole
from bihuan.stats.errors import NoAnswer
from bihuan.stats.rates.arguments import Floats, above_zero, counted
from bihuan.stats.signatures import checked

MOST_EVENTS = 10_000
HIGHEST = 500
TINY = 1e-17
"""Probabilities below this are left out of a Poisson kernel and of the distribution carried on."""


@dataclass(frozen=True, slots=True)
class MaxSprt:
    """The course of a MaxSPRT.

    Attributes
    ----------
    statistic : ndarray of float
        Log likelihood ratio after each look, zero while no more is seen than expected.
    signal : ndarray of bool
        Where it has reached the critical value with enough events.
    first : int
        First look (from 0) with a signal, -1 if there is none.
    critical : float
        The critical value.
    ratio : ndarray of float
        Observed over expected so far.
    """

    statistic: Floats
    signal: NDArray[np.bool_]
    first: int
    critical: float
    ratio: Floats


@checked
def maxsprt_critical(horizon: float, alpha: float = 0.05, *, minimum: int = 1, looks: ArrayLike | None = None) -> float:
    """The critical value at which surveillance without a change signals with probability ``alpha`` at most.

    Parameters
    ----------
    horizon : float
        Expected events without a change until surveillance ends.
    alpha : float
        Probability of a false signal over the whole surveillance.
    minimum : int
        Events needed before a signal.
    looks : array_like, optional
        Expected events between one look at the data and the next, with sum ``horizon``. Without, the data are watched
        continuously.

    Returns
    -------
    float
        On the scale of the log likelihood ratio. For looks it is the least value, to 1e-9, whose probability is not
        above alpha: with few looks several values have one probability.

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``not_whole``, ``shapes_differ`` (their sum is not the horizon), ``unreachable`` (fewer false
        signals than alpha even if ``minimum`` events suffice).

    Notes
    -----
    Exact by recursion over the times at which n events are just enough: at time mu(n), where n ln(n / mu) - (n - mu)
    falls to the critical value, the distribution of the count without signal is carried on by a Poisson convolution.
    Agrees with ``CV.Poisson`` of R's Sequential (D = 0). The work grows with the horizon: milliseconds at 10, a second
    at 1000, many at 10,000.

    References
    ----------
    Kulldorff, Davis, Kolczak, Lewis, Lieu and Platt (2011), Sequential Analysis 30, 58-78. Kulldorff and Silva (2017),
    REVSTAT 15, 373-394 (minimum of events).

    Examples
    --------
    >>> round(maxsprt_critical(10.0), 6)
    3.467952
    """
    end, wanted = _horizon(horizon), level(alpha, "alpha")
    steps = _looks(looks, end)
    least = _minimum(minimum)

    def excess(critical: float) -> float:
        return _signal_probability(critical, end, least, steps, 1.0) - wanted

    low, high = 0.0, 1.0
    if excess(low) < 0:
        raise NoAnswer("unreachable", "so few events are expected that no critical value reaches alpha")
    while excess(high) > 0:
        low, high = high, 2 * high
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return high


@checked
def maxsprt_power(
    horizon: float, ratio: float, critical: float, *, minimum: int = 1, looks: ArrayLike | None = None
) -> float:
    """The probability of a signal before the end if the true rate is ``ratio`` times the expected one.

    Parameters
    ----------
    horizon, minimum, looks
        As in `maxsprt_critical`.
    ratio : float
        True over expected rate; 1 gives the probability of a false signal.
    critical : float
        The critical value.

    Returns
    -------
    float

    Raises
    ------
    NoAnswer
        As `maxsprt_critical`.

    References
    ----------
    Kulldorff et al. (2011), Sequential Analysis 30, 58-78.

    Examples
    --------
    >>> round(maxsprt_power(10.0, 1.0, 3.467952), 4)
    0.05
    """
    end = _horizon(horizon)
    return _signal_probability(
        _critical(critical), end, _minimum(minimum), _looks(looks, end), positive(ratio, "ratio")
    )


@checked
def maxsprt(
    counts: ArrayLike,
    expected: ArrayLike,
    *,
    horizon: float | None = None,
    alpha: float = 0.05,
    minimum: int = 1,
    critical: float | None = None,
) -> MaxSprt:
    """Watch the counts of one cell look by look for a rate above the expected one.

    With C events so far where mu were expected the statistic is C ln(C / mu) - (C - mu) if C > mu, else 0.

    Parameters
    ----------
    counts, expected : array_like
        Events and expected events between one look and the next, shape (looks,).
    horizon : float, optional
        Expected events until surveillance ends, at least the sum of ``expected``. Without, the looks given are the
        whole plan and the critical value is exact for them; with, it is that of continuous watching up to the horizon,
        which is on the safe side for looks.
    alpha : float
        Probability of a false signal over the whole surveillance.
    minimum : int
        Events needed before a signal.
    critical : float, optional
        A critical value already known.

    Returns
    -------
    MaxSprt

    Raises
    ------
    NoAnswer
        As `maxsprt_critical`; ``empty``, ``not_numbers``, ``not_finite``, ``negative``, ``shapes_differ``,
        ``wrong_shape``, ``no_expectation``, ``beyond_horizon``.

    References
    ----------
    Kulldorff et al. (2011), Sequential Analysis 30, 58-78.

    Examples
    --------
    >>> found = maxsprt([1, 2, 4, 5], [1.0, 1.0, 1.0, 1.0], horizon=12.0)
    >>> found.statistic.round(3).tolist(), found.first
    ([0.0, 0.216, 1.931, 5.183], 3)
    """
    seen, awaited = counted(counts, expected)
    if seen.ndim != 1:
        raise NoAnswer("wrong_shape", "counts must have one value per look")
    so_far, due = np.cumsum(seen), np.cumsum(awaited)
    if due[-1] == 0:
        raise NoAnswer("no_expectation", "nothing is expected in any look")
    if horizon is not None and due[-1] > positive(horizon, "horizon") * (1 + 1e-9):
        raise NoAnswer("beyond_horizon", "more is expected in the looks than until the end of surveillance")
    least = _minimum(minimum)
    if critical is None:
        plan = awaited[awaited > 0] if horizon is None else None
        critical = maxsprt_critical(float(due[-1]) if horizon is None else horizon, alpha, minimum=least, looks=plan)
    statistic = np.where(so_far > due, special.xlogy(so_far, so_far / np.where(due > 0, due, 1)) - (so_far - due), 0.0)
    signal = (statistic >= positive(critical, "critical")) & (so_far >= least)
    first = int(signal.argmax()) if signal.any() else -1
    ratio = np.divide(so_far, due, out=np.full(due.shape, np.nan), where=due > 0)
    return MaxSprt(statistic, signal, first, float(critical), ratio)


def _signal_probability(critical: float, horizon: float, least: int, looks: Floats | None, ratio: float) -> float:
    """The probability that the statistic reaches the critical value until the horizon."""
    if looks is None:
        times, needed = _continuous(critical, horizon, least)
    else:
        times = np.cumsum(looks)
        needed = np.maximum(_needed(critical, times), least)
    quiet, lowest = np.ones(1), 0
    past = 0.0
    for time, enough in zip(times, needed, strict=True):
        quiet = _carried((time - past) * ratio, quiet, int(enough) - lowest)
        lost = int(np.argmax(quiet > TINY))
        quiet, lowest, past = quiet[lost:], lowest + lost, time
    return float(1 - quiet.sum())


def _continuous(critical: float, horizon: float, least: int) -> tuple[Floats, NDArray[np.int64]]:
    """The times at which n events are just enough, n = least, least + 1, ..., and the horizon at last."""
    most = int(horizon + 10 + 4 * np.sqrt((horizon + critical + 1) * (critical + 1)))
    while _latest(np.array([float(most)]), critical)[0] < horizon:
        most *= 2
    numbers = np.arange(least, max(most, least) + 1)
    times = _latest(numbers.astype(np.float64), critical)
    within = times < horizon
    last = int(numbers[within][-1]) + 1 if within.any() else least
    return np.append(times[within], horizon), np.append(numbers[within], last)


def _latest(events: Floats, critical: float) -> Floats:
    """The time mu below n where n ln(n / mu) - (n - mu) equals the critical value."""
    result: Floats = -events * special.lambertw(-np.exp(-1 - critical / events)).real
    return result


def _needed(critical: float, times: Floats) -> NDArray[np.int64]:
    """The least number of events whose statistic reaches the critical value at each time."""
    high = np.floor(times) + 1
    while (short := special.xlogy(high, high / times) - (high - times) < critical).any():
        high = np.where(short, 2 * high, high)
    low = np.floor(times)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        enough = (middle > times) & (special.xlogy(middle, middle / times) - (middle - times) >= critical)
        high, low = np.where(enough, middle, high), np.where(enough, low, np.minimum(middle, high - 1))
    return high.astype(np.int64)


def _carried(mean: float, quiet: Floats, enough: int) -> Floats:
    """The distribution of the count after more time, as far as it stays below ``enough``; both from the same number."""
    reach = np.arange(enough, dtype=np.float64)
    kernel = np.exp(special.xlogy(reach, mean) - mean - special.gammaln(reach + 1))
    peak = min(int(mean), enough - 1)
    beyond = np.nonzero(kernel[peak:] < TINY)[0]
    if beyond.size:
        kernel = kernel[: peak + int(beyond[0]) + 1]
    return np.convolve(quiet, kernel)[:enough]


def _looks(looks: ArrayLike | None, horizon: float) -> Floats | None:
    if looks is None:
        return None
    steps = above_zero(looks, "looks").reshape(-1)
    if abs(steps.sum() - horizon) > 1e-9 * horizon:
        raise NoAnswer("shapes_differ", "the looks must add up to the horizon")
    return steps


def _horizon(horizon: float) -> float:
    if positive(horizon, "horizon") > MOST_EVENTS:
        raise NoAnswer("out_of_range", f"more than {MOST_EVENTS} expected events take too long to work out")
    return horizon


def _critical(critical: float) -> float:
    if positive(critical, "critical") > HIGHEST:
        raise NoAnswer("out_of_range", f"no chance is told apart from zero at critical values above {HIGHEST}")
    return critical


def _minimum(minimum: int) -> int:
    return whole(minimum, "minimum", least=1, most=MOST_EVENTS)
