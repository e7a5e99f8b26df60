"""Charts of subgroup means with ranges or standard deviations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from bihuan.stats.charts.constants import Convention, c4, per_size
from bihuan.stats.charts.engine import Carry, Sample, Used, chosen, draw_charts, enough, total, varies
from bihuan.stats.charts.individuals import Pair, deviation_of
from bihuan.stats.charts.judging import Band
from bihuan.stats.charts.model import Floats, Panel, Setup, Standard
from bihuan.stats.checks import numbers
from bihuan.stats.errors import NoAnswer
from bihuan.stats.signatures import check_fields, checked

Weighting = Literal["weighted", "unweighted"]
DeviationWeighting = Literal["weighted", "unweighted", "pooled"]


@checked
def xbar_r(
    subgroups: ArrayLike | Sequence[ArrayLike], setup: Setup | None = None, *, method: Weighting = "weighted"
) -> Pair:
    """Chart of subgroup means and chart of subgroup ranges.

    With ``sd`` from the ranges: means ``mean +- 3 * sd / sqrt(n)``; ranges ``d2 * sd +- 3 * d3 * sd``, cut at zero.

    Parameters
    ----------
    subgroups : array_like or sequence of array_like
        Measurements, shape (m, n), or m subgroups of at least 2 values each, of sizes that may differ.
    setup : Setup, optional
        Stages, baseline, exclusions, standard, rules.
    method : {"weighted", "unweighted"}
        How ranges of different sizes give one ``sd``: ``weighted`` averages ``R / d2`` with least variance (weights
        ``(d2 / d3)**2``), ``unweighted`` plainly. No difference for equal sizes.

    Returns
    -------
    Pair
        Charts ``xbar`` and ``range``, limits for every point.

    Raises
    ------
    NoAnswer
        As `checks.numbers`; ``subgroup_of_one``, ``too_few`` for less than 2 subgroups, ``zero_variance``,
        ``out_of_range`` for more than 1000 values in a subgroup.

    Notes
    -----
    The centre is the mean of all values. Qcc's default is ``unweighted``, Minitab's Rbar method ``weighted``. Zone
    rules do not run on the ranges.

    References
    ----------
    Montgomery, Introduction to Statistical Quality Control, chapter 6; Burr (1969), JQT 1 (weights).

    Examples
    --------
    >>> pair = xbar_r([[74.0, 74.2], [74.1, 73.9], [74.0, 74.1]])
    >>> round(float(pair.location.centre[0]), 4), round(float(pair.spread.centre[0]), 4)
    (74.05, 0.1667)
    """
    location, spread = draw_charts(XbarR(method), subgroups_of(subgroups), None, setup or Setup())
    return Pair(location, spread)


@checked
def xbar_s(
    subgroups: ArrayLike | Sequence[ArrayLike], setup: Setup | None = None, *, method: DeviationWeighting = "weighted"
) -> Pair:
    """Chart of subgroup means and chart of subgroup standard deviations.

    With ``sd`` from the deviations: means ``mean +- 3 * sd / sqrt(n)``; deviations
    ``c4 * sd +- 3 * sd * sqrt(1 - c4**2)``, cut at zero.

    Parameters
    ----------
    subgroups : array_like or sequence of array_like
        Measurements, shape (m, n), or m subgroups of at least 2 values each, of sizes that may differ.
    setup : Setup, optional
        Stages, baseline, exclusions, standard, rules.
    method : {"weighted", "unweighted", "pooled"}
        ``weighted`` averages ``s / c4`` with weights ``c4**2 / (1 - c4**2)``, ``unweighted`` plainly; ``pooled`` takes
        the root of the pooled variance, divided by ``c4`` of its degrees of freedom plus one.

    Returns
    -------
    Pair
        Charts ``xbar`` and ``deviation``, limits for every point.

    Raises
    ------
    NoAnswer
        As `xbar_r`.

    Notes
    -----
    Qcc's default is ``unweighted``; Minitab's Sbar is ``weighted``. Montgomery's average of s with equal sizes is both.

    References
    ----------
    Montgomery, chapter 6; Burr (1969), JQT 1.

    Examples
    --------
    >>> pair = xbar_s([[74.0, 74.2, 74.1], [74.1, 73.9, 74.0]])
    >>> round(float(pair.spread.centre[0]), 4), float(pair.spread.lower[0])
    (0.1, 0.0)
    """
    location, spread = draw_charts(XbarS(method), subgroups_of(subgroups), None, setup or Setup())
    return Pair(location, spread)


@dataclass(frozen=True, slots=True)
class XbarR:
    """The family behind `xbar_r`, for `Stream`.

    Attributes
    ----------
    method : {"weighted", "unweighted"}
        As in `xbar_r`.
    """

    method: Weighting = "weighted"

    def __post_init__(self) -> None:
        check_fields(self)
        _known(self.method, ("weighted", "unweighted"))

    def read(self, values: Any, sizes: ArrayLike | None) -> Sample:
        """Means and ranges of subgroups."""
        return _read(values, sizes, "range")

    def estimate(self, sample: Sample, used: Used, setup: Setup) -> Standard:
        """Mean of all values and standard deviation by ranges."""
        enough(used, sample.values.size, 2)
        sizes, ranges = chosen(sample.sizes, used), chosen(sample.widths, used)
        expected = per_size("d2", sizes, setup.constants)
        weights = (
            (expected / per_size("d3", sizes, setup.constants)) ** 2 if self.method == "weighted" else 1 + 0 * sizes
        )
        mean = grand_mean(sample, used)
        return Standard(mean, varies(average(ranges / expected, weights), mean))

    def draw(self, sample: Sample, standard: Standard, setup: Setup, carry: Carry) -> tuple[list[Panel], Carry]:
        """Means and ranges."""
        factors = per_size("d2", sample.sizes, setup.constants), per_size("d3", sample.sizes, setup.constants)
        return _draw(sample, standard, setup, "range", *factors)


@dataclass(frozen=True, slots=True)
class XbarS:
    """The family behind `xbar_s`, for `Stream`.

    Attributes
    ----------
    method : {"weighted", "unweighted", "pooled"}
        As in `xbar_s`.
    """

    method: DeviationWeighting = "weighted"

    def __post_init__(self) -> None:
        check_fields(self)
        _known(self.method, ("weighted", "unweighted", "pooled"))

    def read(self, values: Any, sizes: ArrayLike | None) -> Sample:
        """Means and standard deviations of subgroups."""
        return _read(values, sizes, "deviation")

    def estimate(self, sample: Sample, used: Used, setup: Setup) -> Standard:
        """Mean of all values and standard deviation by deviations."""
        enough(used, sample.values.size, 2)
        sizes, deviations = chosen(sample.sizes, used), chosen(sample.widths, used)
        mean = grand_mean(sample, used)
        return Standard(mean, varies(deviation(deviations, sizes, self.method, setup.constants), mean))

    def draw(self, sample: Sample, standard: Standard, setup: Setup, carry: Carry) -> tuple[list[Panel], Carry]:
        """Means and standard deviations."""
        expected = per_size("c4", sample.sizes, setup.constants)
        return _draw(sample, standard, setup, "deviation", expected, np.sqrt(1 - expected**2))


def deviation(
    deviations: Floats, sizes: Floats, method: DeviationWeighting = "pooled", constants: Convention = "exact"
) -> float:
    """One standard deviation from those of subgroups, see `xbar_s` for the methods."""
    if method == "pooled":
        degrees = total(sizes - 1)
        pooled = float(np.sqrt(total((sizes - 1) * deviations**2) / degrees))
        return pooled / c4(int(degrees) + 1, constants)
    expected = per_size("c4", sizes, constants)
    weights = expected**2 / (1 - expected**2) if method == "weighted" else np.ones_like(sizes)
    return average(deviations / expected, weights)


def average(values: Floats, weights: Floats) -> float:
    """Weighted mean."""
    return total(values * weights) / total(weights)


def grand_mean(sample: Sample, used: Used) -> float:
    """Mean of all values of the used subgroups."""
    return average(chosen(sample.values, used), chosen(sample.sizes, used))


def kept(values: Any) -> Any:
    """``values`` in a form that can be looked at twice: frames as arrays, what is drawn once as a list."""
    if isinstance(values, Iterator):
        return list(values)
    frame = hasattr(values, "__array__") and not isinstance(values, np.ndarray)
    return np.asarray(values) if frame else values


def in_subgroups(values: Any) -> bool:
    """Whether ``values``, as `kept` returns them, are rows of rows and not single values."""
    if isinstance(values, np.ndarray):
        return values.ndim > 1
    first = next(iter(values), None) if np.iterable(values) else None
    return first is not None and np.iterable(first) and not isinstance(first, str)


def subgroups_of(values: Any) -> Any:
    """``values`` as one array where all subgroups have one size, else as a list of arrays.

    Raises
    ------
    NoAnswer
        ``empty``, ``wrong_shape``, ``subgroup_of_one`` and what `checks.numbers` raises.
    """
    values = kept(values)
    if not isinstance(values, np.ndarray):
        if not np.iterable(values):
            raise NoAnswer("wrong_shape", "subgroups must be a table or a list of lists")
        values = list(values)
        if not values:
            raise NoAnswer("empty", "there must be at least one subgroup")
        if not all(np.iterable(part) and not isinstance(part, str) for part in values):
            raise NoAnswer("wrong_shape", "subgroups must be a table or a list of lists")
        if len({len(part) for part in values}) > 1:
            return [_at_least_two(numbers(part, "subgroup")) for part in values]
    table = numbers(values, "subgroups", ndim=2)
    _at_least_two(table[0])
    return table


def _at_least_two(part: Floats) -> Floats:
    if part.size < 2:
        raise NoAnswer(
            "subgroup_of_one", "a subgroup of one value has no spread; chart single values with moving ranges"
        )
    return part


def _read(values: Any, sizes: ArrayLike | None, width: Literal["range", "deviation"]) -> Sample:
    if sizes is not None:
        raise NoAnswer("wrong_shape", "subgroups bring their own sizes")
    groups = subgroups_of(values)
    if isinstance(groups, list):
        means = np.array([part.mean() for part in groups])
        widths = np.array([np.ptp(part) if width == "range" else part.std(ddof=1) for part in groups])
        return Sample(means, np.array([part.size for part in groups], dtype=np.float64), widths)
    widths = np.ptp(groups, axis=1) if width == "range" else groups.std(axis=1, ddof=1)
    count, size = groups.shape
    return Sample(groups.mean(axis=1), np.full(count, float(size)), widths)


def _draw(
    sample: Sample, standard: Standard, setup: Setup, kind: str, expected: Floats, scatter: Floats
) -> tuple[list[Panel], Carry]:
    sd, sigmas = deviation_of(standard), setup.sigmas
    error = sd / np.sqrt(sample.sizes)
    mean = np.asarray(standard.mean, dtype=np.float64)
    location = Band(sample.values, mean, error, mean - sigmas * error, mean + sigmas * error)
    centre, sigma = expected * sd, scatter * sd
    lower = np.maximum(centre - sigmas * sigma, 0.0)
    width = Band(sample.widths, centre, sigma, lower, centre + sigmas * sigma)
    return [Panel("xbar", location), Panel(kind, width, zones=False)], None


def _known(method: str, methods: tuple[str, ...]) -> None:
    if method not in methods:
        raise NoAnswer("unknown_choice", f"the method is one of {', '.join(methods)}, not {method}")
