"""Claims to come, by lot and by month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.checks import counts, level, numbers, positive
from bihuan.stats.errors import NoAnswer
from bihuan.stats.life.families import FAMILIES
from bihuan.stats.life.fit import LifeFit
from bihuan.stats.signatures import checked

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """Expected claims with the limits between which their number will fall.

    Attributes
    ----------
    expected, lower, upper : ndarray
        Limits are whole numbers of claims.
    """

    expected: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True, slots=True, eq=False)
class ClaimForecast:
    """Claims to come.

    Attributes
    ----------
    cells : Expected, shape (lots, months)
        By lot and month.
    months : Expected, shape (months,)
        All lots together.
    lots : Expected, shape (lots,)
        All months together.
    total : Expected, shape ()
        All lots and months.
    confidence : float
        Level of the prediction limits.
    """

    cells: Expected
    months: Expected
    lots: Expected
    total: Expected
    confidence: float


@checked
def forecast_claims(
    fit: LifeFit,
    running: ArrayLike,
    age: ArrayLike,
    months: int,
    *,
    limit: float | None = None,
    confidence: float = 0.9,
    draws: int = 2000,
    seed: int = 1,
) -> ClaimForecast:
    """First claims of running units in each of the coming months, with prediction limits.

    A unit that works at age ``a`` fails in the ``h``-th month from now with probability
    ``(S(a + h - 1) - S(a + h)) / S(a)``. The limits hold both sources of doubt: parameters are drawn from their
    large-sample normal distribution (location, log spread, threshold), claims from the binomial distribution that
    follows.

    Parameters
    ----------
    fit : LifeFit
        Distribution of age at the claim, in months.
    running : array_like, shape (lots,)
        Units of every lot without a claim so far (`Nevada.running`).
    age : array_like, shape (lots,)
        Age of every lot now (`Nevada.age`). Negative for a lot that will be shipped later.
    months : int
        How many months ahead.
    limit : float, optional
        Age at which the warranty ends; later failures are no claims.
    confidence : float
        Level of the prediction limits.
    draws, seed : int
        Number of simulated futures and the start of their random numbers: the same call gives the same limits.

    Returns
    -------
    ClaimForecast

    Raises
    ------
    NoAnswer
        ``empty``, ``not_whole``, ``negative``, ``not_finite``, ``shapes_differ``, ``out_of_range``; ``none_left`` when
        the fitted distribution leaves no unit working at the age of a lot.

    References
    ----------
    Escobar and Meeker, Technometrics 41, 1999 (prediction of claims by simulation).

    Examples
    --------
    >>> from bihuan.stats.life import fit_exponential
    >>> fit = fit_exponential([10.0], weight=[40])
    >>> found = forecast_claims(fit, running=[1000, 500], age=[12, 3], months=2)
    >>> found.cells.expected.round(1).tolist()
    [[95.2, 86.1], [47.6, 43.1]]
    """
    units, ages = counts(running, "running"), numbers(age, "age")
    level(confidence)
    if units.size != ages.size:
        raise NoAnswer("shapes_differ", f"running has {units.size} items, age has {ages.size}")
    if not 1 <= months <= 600 or not 100 <= draws <= 1_000_000:
        raise NoAnswer("out_of_range", "months must lie between 1 and 600, draws between 100 and 1,000,000")
    last = np.inf if limit is None else positive(limit, "limit")
    generator = np.random.default_rng(seed)
    drawn = _parameters(fit, draws, generator)
    best = np.array([[fit.location, fit.spread, fit.threshold]])
    shape = (units.size, months)
    expected, lower, upper = np.empty(shape), np.empty(shape), np.empty(shape)
    per_lot, per_month = np.empty((draws, units.size)), np.zeros((draws, months))
    for lot, (number, now) in enumerate(zip(units, ages, strict=True)):
        grid = np.minimum(now + np.arange(months + 1), last)
        plain = _survival(fit, best, grid)[0]
        if plain[0] <= 0:
            raise NoAnswer("none_left", f"by the fitted distribution no unit works at age {now:g}")
        expected[lot] = number * (plain[:-1] - plain[1:]) / plain[0]
        claims = _claims(int(number), _survival(fit, drawn, grid), generator)
        lower[lot], upper[lot] = _limits(claims, confidence)
        per_lot[:, lot] = claims.sum(axis=1)
        per_month += claims
    return ClaimForecast(
        Expected(expected, lower, upper),
        Expected(expected.sum(axis=0), *_limits(per_month, confidence)),
        Expected(expected.sum(axis=1), *_limits(per_lot, confidence)),
        Expected(expected.sum(), *_limits(per_month.sum(axis=1), confidence)),
        confidence,
    )


def _parameters(fit: LifeFit, draws: int, generator: np.random.Generator) -> Floats:
    """Location, spread and threshold as they might be, one row per draw."""
    drawn = generator.multivariate_normal(np.zeros(3), fit.covariance, draws, method="eigh")
    drawn[:, 0] += fit.location
    drawn[:, 1] = fit.spread * np.exp(drawn[:, 1])
    drawn[:, 2] += fit.threshold
    return drawn


def _survival(fit: LifeFit, parameters: Floats, ages: Floats) -> Floats:
    """Survival at ``ages``, one row per row of ``parameters``."""
    location, spread, threshold = parameters[:, :1], parameters[:, 1:2], parameters[:, 2:]
    left = np.maximum(ages - threshold, 0)
    z = (np.log(np.maximum(left, 1e-300)) - location) / spread
    result: Floats = np.where(left > 0, FAMILIES[fit.family].survival(z), 1.0)
    return result


def _claims(number: int, survival: Floats, generator: np.random.Generator) -> Floats:
    """Simulated claims of one lot, one row per draw; a unit claims at most once."""
    before, after = survival[:, :-1], survival[:, 1:]
    chance = np.divide(before - after, before, out=np.ones_like(after), where=before > 0)
    chance = np.clip(chance, 0, 1)
    left = np.full(survival.shape[0], number)
    claims = np.empty_like(chance)
    for month in range(chance.shape[1]):
        now = generator.binomial(left, chance[:, month])
        claims[:, month] = now
        left -= now
    return claims


def _limits(claims: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Equal-tailed limits over the draws, as whole numbers."""
    tail = (1 - confidence) / 2
    low, high = np.quantile(claims, [tail, 1 - tail], axis=0, method="inverted_cdf")
    return low, high
