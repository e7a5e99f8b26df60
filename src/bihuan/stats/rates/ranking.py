"""Rank many cells by the evidence that more happens in them than expected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.checks import choice, level
from bihuan.stats.errors import NoAnswer
from bihuan.stats.rates import tails
from bihuan.stats.rates.arguments import Floats, counted
from bihuan.stats.rates.multiple import discovery_rates
from bihuan.stats.rates.shrinkage import fit_gamma, fit_gamma_mixture, shrink
from bihuan.stats.signatures import checked


@dataclass(frozen=True, slots=True)
class Ranking:
    """Cells in order of evidence.

    Attributes
    ----------
    order : ndarray of int
        Indices of the cells, strongest evidence first.
    ratio : ndarray of float
        Observed over expected; NaN where nothing is expected. This and the next are in the order of the input.
    estimate : ndarray of float
        The ratio as the method estimates it: the same for ``exact``, the posterior geometric mean (EBGM) otherwise.
    lower : ndarray of float
        Lower limit of the ratio: one-sided exact 95 %, or EB05.
    error : ndarray of float
        One-sided p-value, or the posterior probability that the ratio is at most 1.
    discovery_rate : ndarray of float
        False discovery rate of the list that ends with this cell: q-value, or mean posterior error.
    selected : ndarray of bool
        Where the discovery rate is at most the one asked for.
    method : str
        ``exact``, ``gamma-poisson`` or ``gps``.
    """

    order: NDArray[np.intp]
    ratio: Floats
    estimate: Floats
    lower: Floats
    error: Floats
    discovery_rate: Floats
    selected: NDArray[np.bool_]
    method: str


@checked
def rank_cells(
    counts: ArrayLike, expected: ArrayLike, *, method: str = "exact", discovery_rate: float = 0.05, line: float = 1.0
) -> Ranking:
    """Rank cells and select those whose excess is no chance, with the share of false ones controlled.

    Parameters
    ----------
    counts, expected : array_like
        Shape (cells,).
    method : {"exact", "gamma-poisson", "gps"}
        ``exact``: Poisson tail P(X >= count) under ``line`` times expected, with Benjamini-Hochberg; ordered by
        p-value, then by ratio. ``gamma-poisson`` and ``gps``: empirical Bayes with one gamma distribution or the
        mixture of two; ordered by EB05, selected by the posterior probability of at most ``line``, whose running
        mean is the false discovery rate expected by the model.
    discovery_rate : float
        The share of false cells among the selected ones that is allowed.
    line : float
        The ratio up to which a cell is harmless.

    Returns
    -------
    Ranking

    Raises
    ------
    NoAnswer
        ``empty``, ``not_numbers``, ``not_finite``, ``negative``, ``not_whole``, ``wrong_shape``, ``shapes_differ``,
        ``no_expectation``, ``out_of_range``, ``unknown_choice``, and as the fit chosen.

    Notes
    -----
    The exact method asks whether a cell differs from its expectation at all and favours large cells; shrinkage asks by
    how much and lets the spread of all cells decide what is unusual. They agree on a large excess. One gamma
    distribution takes a few outliers for spread among all cells, then shrinks too little and selects too many: prefer
    ``gps`` where most cells are alike.

    References
    ----------
    Benjamini and Hochberg (1995), JRSS B 57, 289-300. DuMouchel (1999), The American Statistician 53, 177-190. Newton
    et al. (2004), Biostatistics 5, 155-176 (mean posterior error).

    Examples
    --------
    >>> found = rank_cells([2, 9, 0, 12], [2.0, 2.0, 1.0, 9.0])
    >>> found.order.tolist(), found.selected.tolist()
    ([1, 3, 0, 2], [False, True, False, False])
    """
    choice(method, ("exact", "gamma-poisson", "gps"), "method")
    rate, bound = level(discovery_rate, "discovery_rate"), _line(line)
    seen, awaited = counted(counts, expected)
    if seen.ndim != 1:
        raise NoAnswer("wrong_shape", "counts must have one value per cell")
    ratio = np.divide(seen, awaited, out=np.full(seen.shape, np.nan), where=awaited > 0)
    if method == "exact":
        error = tails.poisson_upper(seen, awaited * bound)
        found = discovery_rates(error)
        lower = _exact_lower(seen, awaited)
        order = np.lexsort((-np.nan_to_num(ratio), error))
        return Ranking(order, ratio, ratio, lower, error, found, found <= rate, method)
    prior = fit_gamma(seen, awaited) if method == "gamma-poisson" else fit_gamma_mixture(seen, awaited)
    shrunk = shrink(seen, awaited, prior, line=bound)
    found = _mean_error(shrunk.not_above)
    order = np.argsort(-shrunk.lower, kind="stable")
    return Ranking(order, ratio, shrunk.geometric_mean, shrunk.lower, shrunk.not_above, found, found <= rate, method)


def _line(line: float) -> float:
    if not (np.isfinite(line) and line > 0):
        raise NoAnswer("out_of_range", "line must be a finite number above zero")
    return float(line)


def _exact_lower(seen: Floats, awaited: Floats) -> Floats:
    from scipy import special

    limit = np.where(seen == 0, 0.0, special.gammaincinv(np.maximum(seen, 1), 0.05))
    return np.divide(limit, awaited, out=np.zeros(seen.shape), where=awaited > 0)


def _mean_error(error: Floats) -> Floats:
    """The mean error of all cells with at most the error of this one; equal errors share one value."""
    values, inverse, number = np.unique(error, return_inverse=True, return_counts=True)
    return (np.cumsum(values * number) / np.cumsum(number))[inverse]
