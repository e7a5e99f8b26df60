"""The one form in which every confidence interval is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from bihuan.stats.checks import choice, level

Side = Literal["both", "lower", "upper"]
"""Two limits that share the risk, or one limit that takes it all."""

SIDES = ("both", "lower", "upper")
Value = TypeVar("Value", float, NDArray[np.float64])


@dataclass(frozen=True, slots=True, eq=False)
class Interval(Generic[Value]):
    """Estimates with their confidence limits: numbers, or arrays where many were asked for.

    Attributes
    ----------
    estimate, lower, upper : float or ndarray
        In the unit of what is estimated. The limit that a one-sided interval lacks is the edge of the possible: zero
        for a rate, one for a share, infinity where there is no edge.
    confidence : float
        Level of the interval as a whole, 0 to 1.
    method : str
        Which interval it is.
    side : {"both", "lower", "upper"}
        Which limits were asked for.
    """

    estimate: Value
    lower: Value
    upper: Value
    confidence: float
    method: str
    side: str

    @property
    def limits(self) -> tuple[Value, Value]:
        """Both limits."""
        return self.lower, self.upper


def risk(confidence: float, side: str) -> float:
    """The error allowed beyond each limit that was asked for.

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``not_numbers``, ``unknown_choice``.
    """
    alpha = 1 - level(confidence)
    return alpha / 2 if choice(side, SIDES, "side") == "both" else alpha
