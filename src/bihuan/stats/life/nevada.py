"""Nevada charts: what was shipped in a month and in which month it came back, turned into lifetimes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.checks import choice, counts, numbers
from bihuan.stats.errors import NoAnswer
from bihuan.stats.life.data import LifeData, intervals
from bihuan.stats.signatures import checked

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Nevada:
    """A Nevada chart read as lifetimes.

    Attributes
    ----------
    data : LifeData
        Grouped lifetimes in months of age.
    age : ndarray, shape (lots,)
        Age of every lot at the end of the chart, in months.
    running : ndarray, shape (lots,)
        Units of every lot that have not come back.
    returned : ndarray, shape (lots,)
        Units of every lot that have come back.
    """

    data: LifeData
    age: Floats
    running: Floats
    returned: Floats


@checked
def nevada(shipped: ArrayLike, returned: ArrayLike, *, start: float = 0.5, kind: str = "interval") -> Nevada:
    """Lifetimes from a Nevada chart.

    Row ``i`` of ``returned`` belongs to the lot shipped in month ``i``, column ``j`` to returns in calendar month
    ``j``, both counted from the same month. A unit of lot ``i`` that comes back in month ``j`` had an age in
    ``(j - i - start, j - i + 1 - start]`` months; one that has not by the end of the last month ``m - 1`` is running at
    ``m - i - start``.

    Parameters
    ----------
    shipped : array_like, shape (lots,)
        Units of every lot.
    returned : array_like, shape (lots, months)
        Units of every lot that failed in every month; at least as many months as lots. Below the diagonal, before the
        shipment, there can be none.
    start : float
        Where within the month of shipment use begins: 0 at its first day, 0.5 in its middle, 1 at its end.
    kind : {"interval", "exact"}
        Keep the interval of ages, or take its end as an exact age. ``start=1, kind="exact"`` gives the whole-month ages
        that ReliaSoft Weibull++ uses for its Nevada format.

    Returns
    -------
    Nevada

    Raises
    ------
    NoAnswer
        ``empty``, ``not_whole``, ``negative``, ``wrong_shape``, ``shapes_differ``, ``before_shipment``,
        ``too_many_returns`` (more than shipped), ``no_age`` (a return in the month of shipment when use begins at its
        end), ``out_of_range``, ``unknown_choice``.

    Notes
    -----
    Units that have no age yet (shipped in the last month with ``start=1``) say nothing and are left out of the data.

    References
    ----------
    Nevada format of warranty data as in ReliaSoft, Life Data Analysis Reference, chapter on warranty data.

    Examples
    --------
    >>> chart = nevada([100, 120], [[0, 2, 3], [0, 0, 2]], start=1, kind="exact")
    >>> chart.data.time.tolist(), chart.data.failed.tolist(), chart.data.weight.tolist()
    ([1.0, 1.0, 2.0, 2.0], [1.0, 0.0, 1.0, 0.0], [4.0, 118.0, 3.0, 95.0])
    """
    lots = counts(shipped, "shipped")
    back = _returned(returned, lots)
    if not 0 <= start <= 1:
        raise NoAnswer("out_of_range", f"start must lie between 0 and 1, not {start}")
    choice(kind, ("interval", "exact"), "kind")
    row, column = np.nonzero(back)
    high = column - row + 1 - start
    if (high <= 0).any():
        raise NoAnswer("no_age", "units came back in the month of shipment, at whose end their use is said to begin")
    low = np.maximum(high - 1, 0) if kind == "interval" else high
    came = back.sum(axis=1)
    age = back.shape[1] - np.arange(lots.size) - start
    running = lots - came
    kept = (running > 0) & (age > 0)
    lower = np.concatenate((low, age[kept]))
    upper = np.concatenate((high, np.full(int(kept.sum()), np.inf)))
    weight = np.concatenate((back[row, column], running[kept]))
    data = intervals(*_summed(lower, upper, weight))
    return Nevada(data, age, running, came)


def _returned(returned: ArrayLike, lots: Floats) -> Floats:
    """The chart, checked against the shipments."""
    back = numbers(returned, "returned", ndim=2)
    counts(back.ravel(), "returned")
    if back.shape[0] != lots.size:
        raise NoAnswer("shapes_differ", f"returned has {back.shape[0]} rows, shipped has {lots.size}")
    if back.shape[1] < lots.size:
        raise NoAnswer("wrong_shape", "returned must have at least one column per lot")
    if np.tril(back, -1).any():
        raise NoAnswer("before_shipment", "units came back before their lot was shipped")
    if (back.sum(axis=1) > lots).any():
        raise NoAnswer("too_many_returns", "more units came back than were shipped")
    return back


def _summed(lower: Floats, upper: Floats, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """One row per pair of bounds."""
    if weight.size == 0:
        raise NoAnswer("no_units", "no unit has an age")
    pairs, place = np.unique(np.column_stack((lower, upper)), axis=0, return_inverse=True)
    return pairs[:, 0], pairs[:, 1], np.bincount(place.ravel(), weight).astype(np.float64)
