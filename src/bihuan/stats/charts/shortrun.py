"""Charts for short runs of many parts, and charts against limits that somebody has fixed."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.charts.engine import Carry, Sample, Used, draw_charts
from bihuan.stats.charts.individuals import IMR, Pair, deviation_of, level_band, singles
from bihuan.stats.charts.model import Chart, Floats, Panel, Setup, Standard
from bihuan.stats.charts.subgroups import XbarR
from bihuan.stats.checks import labels as names_of
from bihuan.stats.checks import number, numbers
from bihuan.stats.errors import NoAnswer
from bihuan.stats.signatures import check_fields, checked


@checked
def short_run_deviation(
    values: ArrayLike,
    parts: Sequence[Hashable],
    targets: Mapping[Hashable, float] | None = None,
    setup: Setup | None = None,
) -> Pair:
    """Charts of deviations from nominal: several parts of equal scatter on one chart.

    Each value less the target of its part is charted as by `i_mr`, or by `xbar_r` for subgroups.

    Parameters
    ----------
    values : array_like
        Single values, shape (m,), or subgroups of one size, shape (m, n).
    parts : sequence of hashable
        The part of each value or subgroup, length m.
    targets : mapping from part to float, optional
        Nominal values, unit of the data. Without it each part's own mean (of the points of the
        baseline that are not excluded).
    setup : Setup, optional
        Stages, baseline, exclusions, standard of the deviations, rules.

    Returns
    -------
    Pair
        As `i_mr` or `xbar_r`, in deviations.

    Raises
    ------
    NoAnswer
        ``unknown_part`` for a part without a target, ``wrong_shape``, and what `i_mr` and `xbar_r` raise.

    Notes
    -----
    Valid only while all parts scatter alike; otherwise use `short_run_z`. Runs and moving ranges go on from part to
    part, which is the purpose of the chart.

    References
    ----------
    Montgomery, chapter 10 (deviation from nominal); Minitab's Z-MR with constant scatter is the same up to scale.

    Examples
    --------
    >>> pair = short_run_deviation([50.1, 49.8, 20.2, 20.1], ["A", "A", "B", "B"], {"A": 50, "B": 20})
    >>> [round(float(x), 1) for x in pair.location.points]
    [0.1, -0.2, 0.2, 0.1]
    """
    setup = setup or Setup()
    table, labels = _table(values, parts)
    if targets is None:
        standards = {part: Standard(mean) for part, mean in _means(table, labels, setup).items()}
    else:
        standards = {part: Standard(number(target, "target")) for part, target in targets.items()}
    return _drawn(_standardised(table, labels, standards), setup)


@checked
def short_run_z(
    values: ArrayLike,
    parts: Sequence[Hashable],
    standards: Mapping[Hashable, Standard] | None = None,
    setup: Setup | None = None,
) -> Pair:
    """Charts of standardised values: several parts of different mean and scatter on one chart.

    ``z = (x - mean) / sd`` with mean and sd of the part; z is charted with centre 0 and standard deviation 1.

    Parameters
    ----------
    values : array_like
        Single values, shape (m,), or subgroups of one size, shape (m, n).
    parts : sequence of hashable
        The part of each value or subgroup, length m.
    standards : mapping from part to Standard, optional
        Known mean and standard deviation of single values of each part. Without it they are estimated from the part's
        own points in their order, by moving ranges, or by ranges for subgroups.
    setup : Setup, optional
        Stages, exclusions, rules, constants; no standard and no baseline.

    Returns
    -------
    Pair
        As `i_mr` (moving ranges around d2 = 1.128) or `xbar_r`, without unit.

    Raises
    ------
    NoAnswer
        ``unknown_part``, ``conflict`` for a setup with standard or baseline, ``too_few`` or ``zero_variance`` for a
        part whose scatter cannot be estimated, and what `i_mr` and `xbar_r` raise.

    Notes
    -----
    Minitab's Z-MR chart "by parts" pools all runs of a part as it is done here.

    References
    ----------
    Montgomery, chapter 10; Farnum (1992), Journal of Quality Technology 24.

    Examples
    --------
    >>> known = {"A": Standard(50, 0.5), "B": Standard(20, 0.1)}
    >>> pair = short_run_z([50.5, 49.5, 20.2, 20.0], ["A", "A", "B", "B"], known)
    >>> [round(float(z), 1) for z in pair.location.points], round(float(pair.spread.upper[0]), 3)
    ([1.0, -1.0, 2.0, 0.0], 3.686)
    """
    setup = setup or Setup()
    if setup.standard is not None or setup.baseline is not None:
        raise NoAnswer("conflict", "standards of short runs belong to the parts")
    table, labels = _table(values, parts)
    known = _estimated(table, labels, setup) if standards is None else standards
    scaled = _standardised(table, labels, known)
    for part in dict.fromkeys(labels):
        deviation_of(known[part])
    return _drawn(scaled, replace(setup, standard=Standard(0.0, 1.0)))


@checked
def standardised(values: ArrayLike, parts: Sequence[Hashable], standards: Mapping[Hashable, Standard]) -> Floats:
    """Values of several parts on one scale, for a stream of short runs.

    Parameters
    ----------
    values : array_like
        Single values, shape (m,), or subgroups of one size, shape (m, n).
    parts : sequence of hashable
        The part of each value or subgroup, length m.
    standards : mapping from part to Standard
        Mean of each part, and standard deviation; without the latter the deviation from the mean is returned.

    Returns
    -------
    ndarray
        ``(x - mean) / sd`` or ``x - mean``, of the shape of ``values``.

    Raises
    ------
    NoAnswer
        ``unknown_part``, ``wrong_shape`` and what `checks.numbers` raises.

    References
    ----------
    Montgomery, chapter 10.

    Examples
    --------
    >>> standardised([50.5, 20.2], ["A", "B"], {"A": Standard(50, 0.5), "B": Standard(20, 0.1)}).round(6).tolist()
    [1.0, 2.0]
    """
    return _standardised(*_table(values, parts), standards)


@checked
def fixed_chart(
    values: ArrayLike,
    *,
    centre: float,
    lower: float = -math.inf,
    upper: float = math.inf,
    sigma: float | None = None,
    setup: Setup | None = None,
) -> Chart:
    """Chart of any values against limits that were fixed elsewhere (by a customer, a plan, a study).

    Parameters
    ----------
    values : array_like
        Plotted values, shape (n,).
    centre, lower, upper : float
        Centre line and limits; a side that is left out has no limit.
    sigma : float, optional
        Standard deviation of the plotted value. Without it the zone rules do not run: limits need not be symmetric, and
        nothing is guessed from them.
    setup : Setup, optional
        Only its rules have a part in it.

    Returns
    -------
    Chart
        Kind ``fixed``.

    Raises
    ------
    NoAnswer
        ``limits_reversed`` unless ``lower < upper`` and the centre lies between, and what `checks.numbers` raises.

    References
    ----------
    ISO 7870-2, control charts with given values.

    Examples
    --------
    >>> chart = fixed_chart([5.0, 7.5, 4.0], centre=5, lower=3, upper=7)
    >>> chart.signals.points().tolist()
    [1]
    """
    setup = setup or Setup()
    family = Fixed(centre, lower, upper, sigma)
    return draw_charts(family, values, None, Setup(rules=setup.rules, standard=family.standard))[0]


@dataclass(frozen=True, slots=True)
class Fixed:
    """The family behind `fixed_chart`, for `Stream` (with ``Setup(standard=family.standard)``).

    Attributes
    ----------
    centre, lower, upper : float
        Centre line and limits.
    sigma : float or None
        Standard deviation of the plotted value.
    """

    centre: float
    lower: float = -math.inf
    upper: float = math.inf
    sigma: float | None = None

    def __post_init__(self) -> None:
        check_fields(self)
        if not (self.lower < self.upper and self.lower <= self.centre <= self.upper):
            raise NoAnswer(
                "limits_reversed", f"the centre {self.centre} must lie between {self.lower} and {self.upper}"
            )

    @property
    def standard(self) -> Standard:
        """The standard that the fixed limits stand for."""
        return Standard(self.centre, self.sigma)

    def read(self, values: ArrayLike, sizes: ArrayLike | None) -> Sample:
        """Plotted values as they are."""
        if sizes is not None:
            raise NoAnswer("wrong_shape", "fixed limits do not depend on sizes")
        return singles(values)

    def estimate(self, sample: Sample, used: Used, setup: Setup) -> Standard:
        """Nothing is estimated."""
        return self.standard

    def draw(self, sample: Sample, standard: Standard, setup: Setup, carry: Carry) -> tuple[list[Panel], Carry]:
        """The one panel."""
        band = level_band(sample.values, self.centre, self.sigma or 0.0, self.lower, self.upper)
        return [Panel("fixed", band, zones=self.sigma is not None)], None


def _table(values: Any, parts: Sequence[Hashable]) -> tuple[Floats, list[Hashable]]:
    single = not np.iterable(values)
    if single:
        raise NoAnswer("wrong_shape", "values are single or in subgroups, not one number")
    table = numbers(values, ndim=None)
    if table.ndim not in (1, 2):
        raise NoAnswer("wrong_shape", f"values are single or in subgroups, not of {table.ndim} dimensions")
    if len(parts) != table.shape[0]:
        raise NoAnswer("wrong_shape", f"{table.shape[0]} values need as many parts, not {len(parts)}")
    return table, list(names_of(parts, "parts"))


def _standardised(table: Floats, labels: list[Hashable], standards: Mapping[Hashable, Standard]) -> Floats:
    missing = [part for part in dict.fromkeys(labels) if part not in standards]
    if missing:
        raise NoAnswer("unknown_part", f"nothing is known of part {missing[0]}")
    if not all(isinstance(standards[part], Standard) for part in set(labels)):
        raise NoAnswer("wrong_kind", "what is known of a part must be a Standard")
    means = np.array([standards[part].mean for part in labels])
    deviations = np.array([standards[part].sd or 1.0 for part in labels])
    shape = (-1,) if table.ndim == 1 else (-1, 1)
    scaled: Floats = (table - means.reshape(shape)) / deviations.reshape(shape)
    return scaled


def _rows(labels: list[Hashable], setup: Setup) -> dict[Hashable, tuple[list[int], NDArray[np.bool_]]]:
    """For every part its places and which of them are used."""
    places: dict[Hashable, list[int]] = {}
    for place, part in enumerate(labels):
        places.setdefault(part, []).append(place)
    end = len(labels) if setup.baseline is None else setup.baseline
    return {
        part: (rows, np.array([row < end and row not in setup.excluded for row in rows]))
        for part, rows in places.items()
    }


def _means(table: Floats, labels: list[Hashable], setup: Setup) -> dict[Hashable, float]:
    found = {}
    for part, (rows, used) in _rows(labels, setup).items():
        if not used.any():
            raise NoAnswer("too_few", f"no point of part {part} is left to estimate from")
        found[part] = float(table[rows][used].mean())
    return found


def _estimated(table: Floats, labels: list[Hashable], setup: Setup) -> dict[Hashable, Standard]:
    family = IMR() if table.ndim == 1 else XbarR()
    return {
        part: family.estimate(family.read(table[rows], None), used, setup)
        for part, (rows, used) in _rows(labels, setup).items()
    }


def _drawn(table: Floats, setup: Setup) -> Pair:
    family = IMR() if table.ndim == 1 else XbarR()
    location, spread = draw_charts(family, table, None, setup)
    return Pair(location, spread)
