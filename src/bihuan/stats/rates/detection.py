"""The default detector: which of many cells rose, and when that was first seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.checks import level, positive
from bihuan.stats.errors import NoAnswer
from bihuan.stats.rates import tails
from bihuan.stats.rates.arguments import Floats, above_zero, counted
from bihuan.stats.rates.cusum import GROUPS, RUNS, accumulate, cusum_limits
from bihuan.stats.rates.multiple import discovery_rates
from bihuan.stats.signatures import checked

LOUDEST = 1e-3
"""The share of cells in false signal in a month that few cells may never exceed."""


@dataclass(frozen=True, slots=True)
class Detection:
    """What the detector saw, cells by months unless told otherwise.

    Attributes
    ----------
    p_value : ndarray of float
        Exact probability of at least this month's count.
    q_value : ndarray of float
        Benjamini-Hochberg over the cells of the month.
    cusum : ndarray of float
        Likelihood-ratio CUSUM at the end of the month.
    limit : ndarray of float
        Limit of the CUSUM per cell, shape (cells,).
    signal : ndarray of bool
        CUSUM above its limit, or q-value at most the false discovery rate.
    first : ndarray of int
        First month (from 0) of signal per cell, -1 if none, shape (cells,).
    order : ndarray of int
        Cells by the last month's evidence, strongest first: CUSUM less limit. Shape (cells,).
    rate : float
        The false-alarm rate per cell and month for which the limits were made.
    """

    p_value: Floats
    q_value: Floats
    cusum: Floats
    limit: Floats
    signal: NDArray[np.bool_]
    first: NDArray[np.int64]
    order: NDArray[np.intp]
    rate: float


@checked
def detect(
    counts: ArrayLike,
    expected: ArrayLike,
    *,
    shape: ArrayLike | None = None,
    ratio: float = 3.0,
    false_cells: float = 1.5,
    discovery_rate: float = 0.01,
    groups: int = GROUPS,
    draws: int = RUNS,
    seed: int = 1,
) -> Detection:
    """Look for cells in which more happens than expected, month by month.

    A cell signals in a month if its likelihood-ratio CUSUM is above a limit found by simulation, which gathers small
    excesses over months, or if the month's exact Poisson tail survives Benjamini-Hochberg over all cells, which catches
    a jump at once. What a month says does not depend on later months, except through the limits, for which the whole
    of ``expected`` is used.

    Parameters
    ----------
    counts : array_like
        Events, shape (cells, months).
    expected : array_like
        Expected events of the same shape, from `population_expectation` or `history_expectation`. Zero where nothing
        can happen.
    shape : array_like, optional
        How sure the expectations are (`Expectation.shape`), one or one per cell. P-values then are negative binomial
        and the limits allow for it; without, expectations count as known.
    ratio : float
        The rise for which the CUSUM is best; it finds others too.
    false_cells : float
        How many cells may stand in false signal in a month, on average, by the CUSUM. Divided by the number of cells it
        is the rate for the limits, though never more than 0.001.
    discovery_rate : float
        False discovery rate within a month for the exact tails.
    groups, draws, seed : int
        As in `cusum_limits`.

    Returns
    -------
    Detection

    Raises
    ------
    NoAnswer
        ``empty``, ``not_numbers``, ``not_finite``, ``negative``, ``not_whole``, ``wrong_shape``, ``shapes_differ``,
        ``no_expectation``, ``out_of_range``.

    Notes
    -----
    The simulated measure of false alarms counts every month in which a cell stands in signal, so a false signal that
    lasts four months counts four times; the number of cells newly in false signal is smaller.

    References
    ----------
    Steiner et al. (2000), Biostatistics 1, 441-452. Benjamini and Hochberg (1995), JRSS B 57, 289-300. Woodall et al.
    (2010), Statistics in Medicine 29, 2613-2624 (many cells).

    Examples
    --------
    >>> counts = np.ones((50, 12), dtype=int)
    >>> counts[7, 6:] = 5
    >>> found = detect(counts, np.ones((50, 12)), draws=2000)
    >>> int(found.first[7]), int((found.first >= 0).sum()), int(found.order[0])
    (7, 1, 7)
    """
    seen, awaited = counted(counts, expected)
    if seen.ndim != 2:
        raise NoAnswer("wrong_shape", "counts must be cells by months")
    rate = min(positive(false_cells, "false_cells") / seen.shape[0], LOUDEST)
    share = level(discovery_rate, "discovery_rate")
    limits = cusum_limits(awaited, rate, ratio=ratio, shape=shape, groups=groups, draws=draws, seed=seed)
    statistic, above, _last = accumulate(seen, awaited, ratio, np.zeros(seen.shape[0]), limits.limit, restart=False)
    p_value = _upper(seen, awaited, shape)
    q_value = discovery_rates(p_value)
    signal = above | (q_value <= share)
    first = np.where(signal.any(axis=1), signal.argmax(axis=1), -1)
    order = np.argsort(limits.limit - statistic[:, -1], kind="stable")
    return Detection(p_value, q_value, statistic, limits.limit, signal, first, order, rate)


def _upper(seen: Floats, awaited: Floats, shape: ArrayLike | None) -> Floats:
    if shape is None:
        return tails.poisson_upper(seen, awaited)
    sure = above_zero(shape, "shape").reshape(-1, 1)
    return tails.predictive_upper(seen, awaited, sure)
