"""From long columns (value, part, operator) to the balanced cells of a gauge study."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.checks import SMALLEST, distinct, label_array, numbers
from bihuan.stats.errors import NoAnswer
from bihuan.stats.sums import squares

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


def measurements(values: ArrayLike, name: str = "values", *, least: int = 1, ndim: int | None = 1) -> Floats:
    """Return measurements as an array whose squares still are numbers.

    Raises
    ------
    NoAnswer
        ``out_of_scale`` beyond 1e140 or, all of them, below 1e-140 in size; and as `numbers`.
    """
    array = numbers(values, name, least=least, ndim=ndim)
    size = max(float(array.max()), -float(array.min()))
    if 0 < size < SMALLEST:
        raise NoAnswer("out_of_scale", f"{name} are too small to be squared: change their unit")
    return array


@dataclass(frozen=True, slots=True)
class Cells:
    """The values of a study by part, operator and trial (for nested studies by operator, part and trial).

    Attributes
    ----------
    values : ndarray of shape (rows, columns, trials)
        In the unit of the gauge.
    rows, columns : ndarray
        The names of the parts and operators in their order.
    """

    values: Floats
    rows: NDArray[np.generic]
    columns: NDArray[np.generic]


def codes(labels: ArrayLike, name: str, size: int) -> tuple[NDArray[np.generic], Codes]:
    """Sorted distinct labels and the position of each label among them.

    Raises
    ------
    NoAnswer
        ``wrong_shape``, ``shapes_differ``, ``bad_labels`` (not sortable together) or ``missing_label``.
    """
    array = label_array(labels, name)
    if array.ndim != 1:
        raise NoAnswer("wrong_shape", f"{name} must have one dimension")
    if array.size != size:
        raise NoAnswer("shapes_differ", f"{name} must have one label per value: {array.size} for {size}")
    if array.dtype.kind in "iu" and array.size:
        low, high = int(array.min()), int(array.max())
        if high - low < 4 * array.size + 1024:
            return _dense(array, low, high)
    return distinct(array, name)


def one_kind(one: NDArray[np.generic], two: NDArray[np.generic]) -> NDArray[np.generic]:
    """Two rows of labels as one.

    Raises
    ------
    NoAnswer
        ``bad_labels`` for words in one and numbers in the other.
    """
    kinds = one.dtype.kind, two.dtype.kind
    try:
        if "O" in kinds or (kinds[0] in "US") == (kinds[1] in "US"):
            return np.concatenate([one, two])
    except TypeError as problem:
        raise NoAnswer("bad_labels", "labels that are compared must be of one kind") from problem
    raise NoAnswer("bad_labels", "labels that are compared must be of one kind")


def _dense(array: NDArray[np.generic], low: int, high: int) -> tuple[NDArray[np.generic], Codes]:
    """Code whole numbers close together through a table, without sorting."""
    offset = (array - low).astype(np.intp, copy=False)
    present = np.zeros(high - low + 1, dtype=bool)
    present[offset] = True
    found = np.flatnonzero(present)
    names = (found + low).astype(array.dtype)
    if found.size == present.size:
        return names, offset
    return names, (np.cumsum(present) - 1)[offset]


def crossed(values: ArrayLike, parts: ArrayLike, operators: ArrayLike, *, least_trials: int = 2) -> Cells:
    """Cells of a crossed study, in which every operator measures every part equally often.

    Raises
    ------
    NoAnswer
        ``unbalanced``, ``too_few_parts``, ``too_few_operators``, ``too_few_trials`` and as `codes` and `measurements`.
    """
    data = measurements(values)
    rows, row = codes(parts, "parts", data.size)
    columns, column = codes(operators, "operators", data.size)
    if rows.size < 2:
        raise NoAnswer("too_few_parts", "a gauge study needs at least 2 parts")
    if columns.size < 2:
        raise NoAnswer("too_few_operators", "a gauge study needs at least 2 operators")
    return Cells(_boxes(data, row * columns.size + column, rows.size, columns.size, least_trials), rows, columns)


def nested(values: ArrayLike, parts: ArrayLike, operators: ArrayLike) -> Cells:
    """Cells of a nested study, in which each operator has parts of his own; rows are the operators.

    Parts are told apart within an operator, so the same label under two operators means two parts. Columns number the
    parts of an operator in the order of their labels.

    Raises
    ------
    NoAnswer
        As `crossed`; ``unbalanced`` also when operators have different numbers of parts.
    """
    data = measurements(values)
    names, part = codes(parts, "parts", data.size)
    rows, row = codes(operators, "operators", data.size)
    if rows.size < 2:
        raise NoAnswer("too_few_operators", "a gauge study needs at least 2 operators")
    pairs, pair = codes(row * names.size + part, "parts", data.size)
    owners = pairs.astype(np.intp) // names.size
    held = np.bincount(owners, minlength=rows.size)
    if (held != held[0]).any():
        raise NoAnswer("unbalanced", "every operator must have the same number of parts")
    if held[0] < 2:
        raise NoAnswer("too_few_parts", "each operator needs at least 2 parts")
    return Cells(_boxes(data, pair, rows.size, int(held[0]), 2), rows, np.arange(held[0]))


def _boxes(data: Floats, cell: Codes, rows: int, columns: int, least_trials: int) -> Floats:
    held = np.bincount(cell, minlength=rows * columns)
    if (held != held[0]).any():
        raise NoAnswer("unbalanced", "every operator must measure every part equally often")
    if held[0] < least_trials:
        raise NoAnswer("too_few_trials", f"the study needs at least {least_trials} trials of each part")
    if (cell[:-1] <= cell[1:]).all():
        ordered = data
    else:
        narrow = cell.astype(np.uint16) if rows * columns < 2**16 else cell
        ordered = data[np.argsort(narrow, kind="stable")]
    return ordered.reshape(rows, columns, int(held[0]))


def means_and_within(boxes: Floats) -> tuple[Floats, float]:
    """Means of the cells less the mean of all, and the sum of squares within the cells.

    Raises
    ------
    NoAnswer
        ``zero_variance`` when all values are equal, ``zero_repeatability`` when repeated measurements never differ.
    """
    trials = boxes.shape[2]
    flat = boxes.reshape(-1, trials)
    first = flat[:, :1]
    if (flat == first).all():
        if (first == first[0]).all():
            raise NoAnswer("zero_variance", "all values are equal")
        raise NoAnswer("zero_repeatability", "repeated measurements never differ: the gauge reads too coarsely")
    shifted = flat - flat[0, 0]
    means = np.einsum("ij->i", shifted) / trials
    shifted -= means[:, None]
    means -= means.mean()
    return means.reshape(boxes.shape[:2]), squares(shifted)
