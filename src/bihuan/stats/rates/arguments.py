"""What the functions of rates check before they compute: counts beside sizes of any matching shape."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.checks import counts as counts_of_one_shape
from bihuan.stats.checks import not_negative, positives
from bihuan.stats.errors import NoAnswer

Floats = NDArray[np.float64]


def events(values: ArrayLike, name: str = "counts") -> Floats:
    """Counts of any shape, a single number included."""
    return counts_of_one_shape(values, name, ndim=None)


def sizes(values: ArrayLike, name: str) -> Floats:
    """Exposures or expected counts of any shape, not negative."""
    return not_negative(values, name, ndim=None)


def above_zero(values: ArrayLike, name: str) -> Floats:
    """Exposures of any shape, above zero."""
    return positives(values, name, ndim=None)


def together(first: Floats, second: Floats, names: str) -> tuple[Floats, Floats]:
    """Both arrays in one shape by numpy's broadcasting.

    Raises
    ------
    NoAnswer
        ``shapes_differ``.
    """
    if first.shape == second.shape:
        return first, second
    try:
        one, two = np.broadcast_arrays(first, second)
    except ValueError as problem:
        raise NoAnswer("shapes_differ", f"{names} do not fit together: {first.shape} and {second.shape}") from problem
    return one, two


def counted(counts: ArrayLike, expected: ArrayLike) -> tuple[Floats, Floats]:
    """Counts with the counts expected for them; nothing may happen where nothing is expected.

    Raises
    ------
    NoAnswer
        As `events`, `sizes` and `together`, and ``no_expectation`` for events against an expectation of zero.
    """
    observed, awaited = together(events(counts), sizes(expected, "expected"), "counts and expected")
    if (awaited.size and awaited.min() == 0) and (observed[awaited == 0] > 0).any():
        raise NoAnswer("no_expectation", "there are events where the expected count is zero")
    return observed, awaited


def sampled(defectives: ArrayLike, sample: ArrayLike) -> tuple[Floats, Floats]:
    """Defectives with their sample sizes.

    Raises
    ------
    NoAnswer
        As `events` and `together`, ``no_trials`` for a sample of zero, ``above_sample`` for more defectives than units.
    """
    found, size = together(events(defectives, "defectives"), events(sample, "sample"), "defectives and sample")
    if (size == 0).any():
        raise NoAnswer("no_trials", "the sample must not be empty")
    if (found > size).any():
        raise NoAnswer("above_sample", "there are more defectives than units in the sample")
    return found, size


def matrix(counts: ArrayLike, expected: ArrayLike) -> tuple[Floats, Floats]:
    """Counts of cells by periods with their expectations; one row stays one cell.

    Raises
    ------
    NoAnswer
        As `counted`, and ``wrong_shape`` unless there are one or two dimensions.
    """
    observed, awaited = counted(counts, expected)
    if observed.ndim not in (1, 2):
        raise NoAnswer("wrong_shape", f"counts must be one row or cells by periods, not {observed.ndim} dimensions")
    return np.atleast_2d(observed), np.atleast_2d(awaited)
