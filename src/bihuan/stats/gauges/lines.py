"""The straight line through points, with its spread."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bihuan.stats.errors import NoAnswer
from bihuan.stats.sums import dot, squares

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line:
    """A least squares line with what its tests need: residual deviation, spread and centre of x, freedom."""

    slope: float
    intercept: float
    sd: float
    r_squared: float
    sxx: float
    centre: float
    freedom: int


def straight_line(x: Floats, y: Floats) -> Line:
    """Fit y = intercept + slope x.

    Raises
    ------
    NoAnswer
        ``zero_variance`` when every point lies on the line.
    """
    centre = float(x.mean())
    dx, dy = x - centre, y - y.mean()
    sxx = squares(dx)
    slope = dot(dx, dy) / sxx
    residual = dy - slope * dx
    sse, scale = squares(residual), float(np.abs(x).max() + np.abs(y).max())
    if math.sqrt(sse / x.size) <= 1e-13 * scale:
        raise NoAnswer("zero_variance", "all points lie on the line: there is no variation to judge it by")
    freedom = x.size - 2
    total = squares(dy)
    return Line(
        slope, float(y.mean()) - slope * centre, math.sqrt(sse / freedom), 1 - sse / total, sxx, centre, freedom
    )
