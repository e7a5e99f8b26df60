"""Safety stock and reorder points: how much to keep so that parts are there when they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, exp, pi, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv, ndtri

from bihuan.stats.checks import level, numbers, positive, several
from bihuan.stats.errors import NoAnswer
from bihuan.stats.signatures import checked

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StockPlan:
    """When to order.

    Attributes
    ----------
    expected : float
        Expected demand over the lead time.
    deviation : float
        Its standard deviation.
    safety : float
        Safety stock, ``reorder_point - expected``.
    reorder_point : float
        Order when stock on hand and on order falls to this.
    service : float
        Service level asked for.
    method : str
        ``normal``, ``gamma`` or ``simulation``.
    """

    expected: float
    deviation: float
    safety: float
    reorder_point: float
    service: float
    method: str


@checked
def lead_demand(mean: float, deviation: float, lead: float, lead_deviation: float = 0.0) -> tuple[float, float]:
    """Mean and standard deviation of demand over a lead time that itself varies.

    ``mean * lead`` and ``sqrt(lead * deviation**2 + mean**2 * lead_deviation**2)``; periods are independent of each
    other and of the lead time.

    Parameters
    ----------
    mean, deviation : float
        Of the demand per period; the deviation may be 0.
    lead, lead_deviation : float
        Mean and standard deviation of the lead time, in periods. With periodic review add the review period to
        ``lead``.

    Returns
    -------
    tuple of float

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``negative``, ``not_finite``.

    References
    ----------
    Silver, Pyke and Thomas, Inventory and Production Management in Supply Chains, 4th ed. 2017, chapter 6; Hadley and
    Whitin 1963.

    Examples
    --------
    >>> lead_demand(2500, 500, 7, 7)[1].__round__()
    17550
    """
    rate, wait = positive(mean, "mean"), positive(lead, "lead")
    spread, wobble = deviation, lead_deviation
    if spread < 0 or wobble < 0:
        raise NoAnswer("negative", "standard deviations must not be negative")
    return rate * wait, sqrt(wait * spread**2 + rate**2 * wobble**2)


@checked
def reorder_point(
    mean: float,
    deviation: float,
    lead: float,
    *,
    lead_deviation: float = 0.0,
    service: float = 0.95,
    method: str = "normal",
) -> StockPlan:
    """Reorder point that covers the demand of the lead time with a given chance (cycle service level).

    Normal: ``expected + z(service) * deviation``. Gamma: the quantile of the gamma distribution with the same mean and
    deviation, which cannot be negative and has the long tail of slow-moving parts.

    Parameters
    ----------
    mean, deviation, lead, lead_deviation
        As `lead_demand`.
    service : float
        Chance of no shortage in a replenishment cycle, between 0 and 1.
    method : {"normal", "gamma"}
        Distribution of the demand over the lead time. Gamma is advised when the deviation exceeds half the mean.

    Returns
    -------
    StockPlan

    Raises
    ------
    NoAnswer
        As `lead_demand`; ``unknown_choice``; ``zero_variance`` when neither demand nor lead time varies.

    References
    ----------
    Silver, Pyke and Thomas 2017, chapter 6; Burgin, Operational Research Quarterly 26, 1975 (gamma).

    Examples
    --------
    >>> plan = reorder_point(2500, 500, 2, service=0.9)
    >>> round(plan.safety), round(plan.reorder_point)
    (906, 5906)
    """
    expected, spread = _varied(lead_demand(mean, deviation, lead, lead_deviation))
    level(service, "service")
    if method == "normal":
        point = expected + float(ndtri(service)) * spread
    elif method == "gamma":
        shape = (expected / spread) ** 2
        point = float(gammaincinv(shape, service)) * expected / shape
    else:
        raise NoAnswer("unknown_choice", f"there is no method {method}; there are normal and gamma")
    return StockPlan(expected, spread, point - expected, point, float(service), method)


@checked
def fill_rate_point(
    mean: float,
    deviation: float,
    lead: float,
    lot: float,
    *,
    lead_deviation: float = 0.0,
    fill: float = 0.95,
) -> StockPlan:
    """Reorder point at which a share ``fill`` of the demand is served from stock (fill rate), normal demand.

    Expected shortage per cycle is ``deviation * G(k)`` with the unit normal loss ``G(k) = phi(k) - k (1 - Phi(k))``;
    the safety factor ``k`` solves ``deviation * G(k) = (1 - fill) * lot``.

    Parameters
    ----------
    mean, deviation, lead, lead_deviation
        As `lead_demand`.
    lot : float
        Order quantity.
    fill : float
        Share of the demand served from stock, between 0 and 1.

    Returns
    -------
    StockPlan
        The safety stock is negative when large lots alone give more than the fill rate.

    Raises
    ------
    NoAnswer
        As `reorder_point`.

    References
    ----------
    Silver, Pyke and Thomas 2017, 6.7 (simplified form, negligible shortage before a lot arrives).

    Examples
    --------
    >>> round(fill_rate_point(2500, 500, 2, 10000, fill=0.975).safety)
    67
    """
    from scipy.optimize import brentq

    expected, spread = _varied(lead_demand(mean, deviation, lead, lead_deviation))
    short = (1 - level(fill, "fill")) * positive(lot, "lot") / spread
    factor = float(brentq(lambda k: normal_loss(k) - short, -short - 1, 40.0, xtol=1e-12))
    return StockPlan(expected, spread, factor * spread, expected + factor * spread, float(fill), "normal")


@checked
def normal_loss(factor: float) -> float:
    """Expected excess of a standard normal variable over ``factor``: ``phi(k) - k (1 - Phi(k))``.

    Parameters
    ----------
    factor : float
        The safety factor ``k``.

    Returns
    -------
    float

    Raises
    ------
    NoAnswer
        ``not_finite``, ``not_numbers``.

    References
    ----------
    Silver, Pyke and Thomas 2017, appendix II (table of the unit normal loss).

    Examples
    --------
    >>> round(normal_loss(0.0), 4), round(normal_loss(1.0), 5)
    (0.3989, 0.08332)
    """
    k = factor
    return exp(-k * k / 2) / sqrt(2 * pi) - k * erfc(k / sqrt(2)) / 2


@checked
def simulated_point(
    demand: ArrayLike, lead: ArrayLike, *, service: float = 0.95, draws: int = 20_000, seed: int = 1
) -> StockPlan:
    """Reorder point of intermittent demand by simulation, with no distribution assumed.

    Periods with and without demand follow each other with the transition chances of the history (each row of the
    two-state chain has half a transition added to both sides), sizes are drawn from those seen, lead times from those
    given. The reorder point is the smallest simulated demand not exceeded with the chance ``service``.

    Parameters
    ----------
    demand : array_like, shape (n,)
        Demand per period, not negative.
    lead : array_like
        One lead time or a history of them, in whole periods.
    service : float
        Chance of no shortage in a replenishment cycle.
    draws, seed : int
        Number of simulated lead times and the start of their random numbers: the same call gives the same answer.

    Returns
    -------
    StockPlan

    Raises
    ------
    NoAnswer
        ``empty``, ``not_finite``, ``negative``, ``no_demand``, ``not_whole``, ``out_of_range``, ``too_few`` (fewer than
        two periods).

    Notes
    -----
    As Willemain's bootstrap, but sizes are not jittered: whole parts stay whole.

    References
    ----------
    Willemain, Smart and Schwarz, Int. J. Forecasting 20, 2004.

    Examples
    --------
    >>> simulated_point([0, 0, 2, 0, 1, 0, 0, 2, 0, 0, 1, 0], 3, service=0.95).reorder_point
    4.0
    """
    values = numbers(demand, "demand", least=2)
    waits = several(lead, "lead")
    if (values < 0).any():
        raise NoAnswer("negative", "demand must not be negative")
    if not values.any():
        raise NoAnswer("no_demand", "there was no demand at all")
    if (waits != np.floor(waits)).any():
        raise NoAnswer("not_whole", "lead times must be whole periods")
    if waits.min() < 1 or waits.max() > 1000 or not 100 <= draws <= 1_000_000:
        raise NoAnswer("out_of_range", "lead times must lie in 1 to 1000 periods, draws in 100 to 1,000,000")
    level(service, "service")
    totals = _simulated(values, waits, draws, np.random.default_rng(seed))
    expected, point = float(totals.mean()), float(np.quantile(totals, service, method="inverted_cdf"))
    return StockPlan(expected, float(totals.std(ddof=1)), point - expected, point, float(service), "simulation")


def _simulated(values: Floats, waits: Floats, draws: int, generator: np.random.Generator) -> Floats:
    """Demand over simulated lead times, starting in the state of the last period."""
    busy = values > 0
    chances = [
        (np.count_nonzero(busy[1:] & (busy[:-1] == state)) + 0.5) / (np.count_nonzero(busy[:-1] == state) + 1)
        for state in (False, True)
    ]
    sizes = values[busy]
    length = generator.choice(waits, draws)
    state = np.full(draws, busy[-1])
    totals = np.zeros(draws)
    for period in range(int(waits.max())):
        state = generator.random(draws) < np.where(state, chances[1], chances[0])
        totals += np.where(state & (period < length), generator.choice(sizes, draws), 0)
    return totals


def _varied(moments: tuple[float, float]) -> tuple[float, float]:
    """The moments, refused when nothing varies."""
    if moments[1] == 0:
        raise NoAnswer("zero_variance", "neither demand nor lead time varies, so there is nothing to be safe from")
    return moments
