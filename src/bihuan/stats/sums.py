"""Sums of products that stay on one core."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BLOCK = 8192


def dot(one: Floats, two: Floats) -> float:
    """Sum of products of two vectors.

    Linear algebra libraries spread long products over all cores, which on a busy machine makes a fit of microseconds
    wait for milliseconds; blocks of this length they leave alone.
    """
    if one.size <= BLOCK:
        return float(one @ two)
    return sum(float(one[at : at + BLOCK] @ two[at : at + BLOCK]) for at in range(0, one.size, BLOCK))


def squares(values: Floats) -> float:
    """Sum of the squares of all values, whatever their shape."""
    flat = values.reshape(-1)
    return dot(flat, flat)
