"""Rules such as "strictly more than 3 per mille", compared without rounding."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bihuan.stats.checks import label_array
from bihuan.stats.errors import NoAnswer
from bihuan.stats.signatures import checked


@checked
def exceeds(count: Any, shipped: Any, numerator: int, denominator: int) -> NDArray[np.bool_]:
    """Whether ``count / shipped`` is strictly more than ``numerator / denominator``, in whole numbers.

    The comparison is ``count * denominator > numerator * shipped`` on integers of any size, so equality is never
    mistaken for excess: 3 of 1000 does not exceed 3 per mille, 301 of 100,000 does.

    Parameters
    ----------
    count, shipped : int or array of int
        Units counted and units in the denominator, of shapes that broadcast. ``count`` may be larger than ``shipped``:
        in a window of calendar months failures may belong to units shipped earlier.
    numerator, denominator : int
        The line, for example 3 and 1000.

    Returns
    -------
    ndarray of bool
        In the common shape, zero-dimensional for two numbers.

    Raises
    ------
    NoAnswer
        ``not_whole`` for anything but integers (also for 3.0: a float has already been rounded), ``negative``,
        ``zero_denominator`` for a shipped number or a line's denominator of zero, ``empty``, ``shapes_differ``.

    Notes
    -----
    ``count / shipped > 0.003`` in floating point is wrong at the line for some sizes, since 0.003 has no finite binary
    form; spreadsheets and R compare that way.

    Examples
    --------
    >>> bool(exceeds(3, 1000, 3, 1000)), bool(exceeds(4, 1000, 3, 1000))
    (False, True)
    >>> exceeds([1, 0], [50, 50], 3, 1000).tolist()
    [True, False]
    """
    above, below = _whole(count, "count"), _whole(shipped, "shipped")
    line = _whole(numerator, "numerator")[()], _whole(denominator, "denominator")[()]
    if line[1] == 0 or (below == 0).any():
        raise NoAnswer("zero_denominator", "a rate needs a denominator above zero")
    try:
        return np.asarray(above * line[1] > below * line[0], dtype=np.bool_)
    except ValueError as problem:
        raise NoAnswer("shapes_differ", "count and shipped do not fit together") from problem


def _whole(value: Any, name: str) -> NDArray[np.object_]:
    """Integers as Python's own, which do not overflow."""
    array = label_array(value, name)
    if array.size == 0:
        raise NoAnswer("empty", f"{name} must not be empty")
    objects = array.astype(object)
    if not np.issubdtype(array.dtype, np.integer) and not all(_integer(item) for item in objects.flat):
        raise NoAnswer("not_whole", f"{name} must be whole numbers of an integer type")
    if (objects < 0).any():
        raise NoAnswer("negative", f"{name} must not be negative")
    return objects


def _integer(item: object) -> bool:
    return isinstance(item, Integral) and not isinstance(item, bool)
