"""How many events to expect: from the population that surrounds a cell, or from its own history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.checks import distinct, label_array
from bihuan.stats.errors import NoAnswer
from bihuan.stats.rates.arguments import Floats, events, sizes
from bihuan.stats.rates.shrinkage import fit_gamma
from bihuan.stats.signatures import checked


@dataclass(frozen=True, slots=True)
class Expectation:
    """Expected counts, and how sure they are.

    Attributes
    ----------
    expected : ndarray of float
        Shape (cells, periods).
    shape : ndarray of float or None
        Per cell, the shape of the gamma distribution of the true over the expected rate; None if taken as known.
    """

    expected: Floats
    shape: Floats | None


@checked
def population_expectation(
    counts: ArrayLike, exposure: ArrayLike, strata: ArrayLike | None = None, *, leave_out: bool = True
) -> Expectation:
    """Expect in each cell the rate of its population times the cell's exposure.

    Parameters
    ----------
    counts, exposure : array_like
        Shape (cells, periods): events, and units behind them.
    strata : array_like, optional
        One label per cell; the rate is that of the cells with the same label. All cells make one population otherwise.
    leave_out : bool
        Leave the cell's own events and exposure out of its rate, so that a bad cell does not hide itself.

    Returns
    -------
    Expectation

    Raises
    ------
    NoAnswer
        ``empty``, ``not_numbers``, ``not_finite``, ``negative``, ``not_whole``, ``wrong_shape``, ``shapes_differ``,
        ``no_exposure`` (a population without exposure), ``no_events`` (a population without any event).

    Notes
    -----
    The rate is taken as known, which is fair if the population is large beside the cell. Cells that truly differ need
    finer strata or `history_expectation`: heterogeneity is not a fault, but the tests would see one.

    References
    ----------
    Breslow and Day (1987), Statistical Methods in Cancer Research II, section 2.3 (internal standards).

    Examples
    --------
    >>> population_expectation([[1, 2], [3, 0]], [[100, 100], [100, 200]]).expected.tolist()
    [[1.0, 1.0], [1.5, 3.0]]
    """
    seen, base = _grids(counts, exposure)
    number = _numbered(strata, seen.shape[0])
    total = np.bincount(number, seen.sum(axis=1))[number]
    units = np.bincount(number, base.sum(axis=1))[number]
    if leave_out:
        total, units = total - seen.sum(axis=1), units - base.sum(axis=1)
    if (units <= 0).any():
        raise NoAnswer("no_exposure", "a cell has no population with exposure beside it")
    if (total <= 0).any():
        raise NoAnswer("no_events", "a cell has no population with events beside it")
    return Expectation(base * (total / units)[:, None], None)


@checked
def history_expectation(history: ArrayLike, history_exposure: ArrayLike, exposure: ArrayLike) -> Expectation:
    """Expect what each cell's own history tells, drawn to that of all cells where it tells little.

    The rates of the cells are gamma distributed (fitted by maximum likelihood over all cells); given a history of c
    events in exposure T, a cell's rate is gamma with shape a + c and rate b + T.

    Parameters
    ----------
    history, history_exposure : array_like
        Events and exposure of each cell before the periods in question, shape (cells,).
    exposure : array_like
        Exposure in the periods in question, shape (cells, periods).

    Returns
    -------
    Expectation
        With the shape a + c, for tests and limits that allow for the uncertainty.

    Raises
    ------
    NoAnswer
        As `population_expectation` and `fit_gamma` (``no_overdispersion`` where the cells do not differ: then
        `population_expectation` is the answer).

    References
    ----------
    Clayton and Kaldor (1987), Biometrics 43, 671-681. Gelman et al., Bayesian Data Analysis, section 2.6.

    Examples
    --------
    >>> found = history_expectation([0, 2, 30, 4], [100, 100, 100, 100], [[10], [10], [10], [10]])
    >>> found.expected.round(2).ravel().tolist()
    [0.04, 0.23, 2.9, 0.42]
    """
    past, base = events(history, "history"), sizes(history_exposure, "history_exposure")
    ahead = sizes(exposure, "exposure")
    if past.ndim != 1 or base.shape != past.shape or ahead.ndim != 2 or ahead.shape[0] != past.size:
        raise NoAnswer("shapes_differ", "history needs one count and exposure per cell, exposure one row per cell")
    if base.sum() == 0:
        raise NoAnswer("no_exposure", "the history has no exposure")
    unit = past.sum() / base.sum()
    if unit == 0:
        raise NoAnswer("no_events", "the history has no event")
    prior = fit_gamma(past, base * unit)
    shape = prior.shapes[0] + past
    rate = shape / (prior.rates[0] + base * unit) * unit
    return Expectation(ahead * rate[:, None], shape)


def _grids(counts: ArrayLike, exposure: ArrayLike) -> tuple[Floats, Floats]:
    seen, base = events(counts), sizes(exposure, "exposure")
    if seen.ndim != 2:
        raise NoAnswer("wrong_shape", "counts must be cells by periods")
    if seen.shape != base.shape:
        raise NoAnswer("shapes_differ", "counts and exposure must have one shape")
    return seen, base


def _numbered(strata: ArrayLike | None, cells: int) -> NDArray[np.intp]:
    if strata is None:
        return np.zeros(cells, dtype=np.intp)
    labels = label_array(strata, "strata")
    if labels.shape != (cells,):
        raise NoAnswer("shapes_differ", "strata must have one label per cell")
    return distinct(labels, "strata")[1]
