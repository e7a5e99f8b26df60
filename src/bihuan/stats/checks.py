"""What every function checks before it computes."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.errors import NoAnswer

Floats = NDArray[np.float64]
LARGEST, SMALLEST = 1e140, 1e-140
"""Measurements beyond these have squares and products that are no doubles."""

LARGEST_WHOLE = 2**53
"""Up to here every whole number is a double."""


def numbers(values: ArrayLike, name: str = "values", *, least: int = 1, ndim: int | None = 1) -> Floats:
    """``values`` as a float array: finite, of ``ndim`` dimensions (any, if None) and with at least ``least`` items.

    Raises
    ------
    NoAnswer
        ``not_numbers``, ``wrong_shape``, ``empty``, ``too_few``, ``not_finite`` or, beyond 1e140, ``out_of_scale``.
    """
    array = doubles(values, name)
    if ndim is not None and array.ndim != ndim:
        raise NoAnswer("wrong_shape", f"{name} must have {ndim} dimension(s), not {array.ndim}")
    if array.size == 0:
        raise NoAnswer("empty", f"{name} must not be empty")
    if array.ndim and array.shape[0] < least:
        raise NoAnswer("too_few", f"{name} must have at least {least} items, not {array.shape[0]}")
    low, high = float(array.min()), float(array.max())
    if not (math.isfinite(low) and math.isfinite(high)):
        raise NoAnswer("not_finite", f"{name} must not hold NaN or infinity")
    if max(-low, high) > LARGEST:
        raise NoAnswer("out_of_scale", f"{name} are too large to be squared: change their unit")
    return array


def labels(values: Iterable[Any], name: str) -> tuple[Hashable, ...]:
    """Names of parts or stages, one after the other.

    Raises
    ------
    NoAnswer
        ``bad_labels`` for what cannot be a name, such as a list.
    """
    found = tuple(values)
    try:
        hash(found)
    except TypeError as problem:
        raise NoAnswer("bad_labels", f"{name} must be words, numbers or other names") from problem
    return found


def several(values: ArrayLike, name: str) -> Floats:
    """One finite number or a row of them, as a row.

    Raises
    ------
    NoAnswer
        As `numbers`.
    """
    array = numbers(values, name, ndim=None)
    if array.ndim > 1:
        raise NoAnswer("wrong_shape", f"{name} must be one number or a row of numbers")
    return array.reshape(-1)


def doubles(values: ArrayLike, name: str, *, flags: bool = False) -> Floats:
    """``values`` as a float array of any shape; digits in a string are no number, true and false only as ``flags``.

    Raises
    ------
    NoAnswer
        ``not_numbers``, ``not_finite`` for masked values.
    """
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        raise NoAnswer("not_finite", f"{name} must not hold masked values")
    kinds = "biuf" if flags else "iuf"
    try:
        array = np.asarray(values)
        if array.dtype.kind in kinds or (array.dtype.kind == "O" and not _foreign(array, flags=flags)):
            return array.astype(np.float64, copy=False)
    except (TypeError, ValueError, OverflowError) as problem:
        raise NoAnswer("not_numbers", f"{name} must be numbers in rows of one length") from problem
    raise NoAnswer("not_numbers", f"{name} must be numbers")


def _foreign(array: NDArray[np.object_], *, flags: bool) -> bool:
    """Whether there are strings among the objects, which would be read as numbers, or truth values."""
    kinds = (str, bytes) if flags else (str, bytes, bool, np.bool_)
    return any(isinstance(item, kinds) for item in array.flat)


def counts(values: ArrayLike, name: str = "counts", *, least: int = 1, ndim: int | None = 1) -> Floats:
    """``values`` as an array of whole numbers that are not negative.

    Raises
    ------
    NoAnswer
        As `numbers`, and ``negative``, ``not_whole`` or, beyond 2**53, ``out_of_scale``.
    """
    array = not_negative(values, name, least=least, ndim=ndim)
    if (array != np.floor(array)).any():
        raise NoAnswer("not_whole", f"{name} must be whole numbers")
    if array.max() > LARGEST_WHOLE:
        raise NoAnswer("out_of_scale", f"{name} are beyond the whole numbers that a double can tell apart")
    return array


def not_negative(values: ArrayLike, name: str, *, least: int = 1, ndim: int | None = 1) -> Floats:
    """``values`` as an array of finite numbers that are not negative.

    Raises
    ------
    NoAnswer
        As `numbers`, and ``negative``.
    """
    array = numbers(values, name, least=least, ndim=ndim)
    if (array < 0).any():
        raise NoAnswer("negative", f"{name} must not be negative")
    return array


def positives(values: ArrayLike, name: str, *, least: int = 1, ndim: int | None = 1) -> Floats:
    """``values`` as an array of finite numbers above zero.

    Raises
    ------
    NoAnswer
        As `numbers`, and ``not_positive``.
    """
    array = numbers(values, name, least=least, ndim=ndim)
    if (array <= 0).any():
        raise NoAnswer("not_positive", f"{name} must be above zero")
    return array


def number(value: Any, name: str) -> float:
    """One finite number.

    Raises
    ------
    NoAnswer
        ``not_numbers``, ``wrong_shape``, ``not_finite`` or ``out_of_scale``.
    """
    found = value if type(value) is float and abs(value) <= LARGEST else float(numbers(value, name, ndim=0))
    if 0 < abs(found) < SMALLEST:
        raise NoAnswer("out_of_scale", f"{name} is too small to be squared: change its unit")
    return found


def positive(value: Any, name: str) -> float:
    """One finite number above zero.

    Raises
    ------
    NoAnswer
        As `number`, and ``not_positive``.
    """
    found = number(value, name)
    if found <= 0:
        raise NoAnswer("not_positive", f"{name} must be above zero, not {value}")
    return found


def level(value: Any, name: str = "confidence") -> float:
    """A probability strictly between 0 and 1.

    Raises
    ------
    NoAnswer
        As `number`, and ``out_of_range``.
    """
    found = number(value, name)
    if not 0 < found < 1:
        raise NoAnswer("out_of_range", f"{name} must lie between 0 and 1, not {value}")
    return found


def whole(value: Any, name: str, *, least: int = 0, most: int = LARGEST_WHOLE) -> int:
    """One whole number from ``least`` to ``most``.

    Raises
    ------
    NoAnswer
        As `number`, ``not_whole``, ``negative`` or ``out_of_range``.
    """
    if not isinstance(value, bool) and isinstance(value, Integral):
        found = int(value)
    else:
        real = number(value, name)
        if real != math.floor(real):
            raise NoAnswer("not_whole", f"{name} must be a whole number, not {value}")
        found = int(real)
    if found < 0 <= least:
        raise NoAnswer("negative", f"{name} must not be negative")
    if not least <= found <= most:
        raise NoAnswer("out_of_range", f"{name} must lie between {least} and {most}")
    return found


def label_array(values: ArrayLike, name: str) -> NDArray[np.generic]:
    """Names of groups, categories or units as an array of any shape.

    Raises
    ------
    NoAnswer
        ``wrong_shape``, ``missing_label`` for masked ones.
    """
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        raise NoAnswer("missing_label", f"{name} must not hold masked labels")
    try:
        return np.asarray(values)
    except ValueError as problem:
        raise NoAnswer("wrong_shape", f"{name} must be in rows of one length") from problem


def distinct(array: NDArray[np.generic], name: str) -> tuple[NDArray[np.generic], NDArray[np.intp]]:
    """The different labels in their order, and the place of each label among them.

    Raises
    ------
    NoAnswer
        ``missing_label``; ``bad_labels`` for words among numbers, which have no order.
    """
    kind = array.dtype.kind
    if kind == "O":
        missing = any(item is None or bool(item != item) for item in array.flat)
    else:
        missing = (
            bool(np.isnan(array).any()) if kind == "f" else kind in "US" and bool((array == array.dtype.type()).any())
        )
    if missing:
        raise NoAnswer("missing_label", f"{name} must not hold empty labels")
    try:
        names, place = np.unique(array, return_inverse=True)
    except TypeError as problem:
        raise NoAnswer("bad_labels", f"the labels of {name} must be of one kind") from problem
    return names, place.ravel()


def choice(value: Any, allowed: Iterable[str], name: str) -> str:
    """``value`` if it is one of ``allowed``.

    Raises
    ------
    NoAnswer
        ``unknown_choice``.
    """
    if not isinstance(value, str) or value not in allowed:
        raise NoAnswer("unknown_choice", f"{name} must be one of {', '.join(allowed)}, not {value!r}")
    return value


def seed(value: Any, name: str = "seed") -> int:
    """The start of random numbers: a whole number from 0 to 2**32 - 1.

    Raises
    ------
    NoAnswer
        As `whole`.
    """
    return whole(value, name, most=2**32 - 1)


def same_size(name: str, size: int, other: str, wanted: int) -> None:
    """Two columns that belong together are of one length.

    Raises
    ------
    NoAnswer
        ``shapes_differ``.
    """
    if size != wanted:
        raise NoAnswer("shapes_differ", f"{name} has {size} items, {other} has {wanted}")
