"""The checks that only acceptance sampling needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.checks import choice, number, numbers
from bihuan.stats.errors import NoAnswer


def qualities(p: ArrayLike, distribution: str, lot: int | None) -> NDArray[np.float64]:
    """Quality levels as an array of any shape: fractions, or nonconformities per item for ``poisson``.

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``unknown_choice``, ``lot_missing``, ``not_whole`` or as `numbers`.
    """
    choice(distribution, ("binomial", "poisson", "hypergeometric"), "distribution")
    values = numbers(p, "quality", ndim=None)
    if (values < 0).any() or (distribution != "poisson" and (values > 1).any()):
        raise NoAnswer("out_of_range", "quality must lie between 0 and 1 (above 0 for poisson)")
    if distribution == "hypergeometric":
        if lot is None:
            raise NoAnswer("lot_missing", "the hypergeometric distribution needs the lot size")
        bad = values * lot
        if (np.abs(bad - np.rint(bad)) > 1e-6).any():
            raise NoAnswer("not_whole", "quality times lot size must be a whole number of nonconforming items")
    return values


def risks(p1: float, alpha: float, p2: float, beta: float, *, poisson: bool = False) -> None:
    """Check the two points of a plan: good quality ``p1`` below poor quality ``p2`` and risks that leave room.

    Raises
    ------
    NoAnswer
        ``out_of_range`` or ``limits_reversed``.
    """
    for name, value in (("p1", p1), ("p2", p2), ("alpha", alpha), ("beta", beta)):
        real = number(value, name)
        above_one = real >= 1 and not (poisson and name in ("p1", "p2"))
        if real <= 0 or above_one:
            raise NoAnswer("out_of_range", f"{name} must lie between 0 and 1, not {value}")
    if p1 >= p2:
        raise NoAnswer("limits_reversed", f"good quality p1={p1} must be below poor quality p2={p2}")
    if 1 - alpha <= beta:
        raise NoAnswer("limits_reversed", "1 - alpha must be above beta")
