"""Charts with a memory: exponentially weighted averages and tabular cumulative sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.charts.engine import Carry, Sample, Used, draw_charts
from bihuan.stats.charts.individuals import IMR, deviation_of
from bihuan.stats.charts.judging import Band
from bihuan.stats.charts.model import Chart, Floats, Panel, Setup, Standard
from bihuan.stats.charts.recursions import cumulative_sums, weighted_averages
from bihuan.stats.charts.rules import TOLERANCE
from bihuan.stats.charts.subgroups import XbarR, XbarS, in_subgroups, kept
from bihuan.stats.errors import NoAnswer
from bihuan.stats.signatures import check_fields, checked

Base = IMR | XbarR | XbarS
"""The family that reads the data and estimates the process for a chart with a memory."""

SINGLES = IMR()
"""Single values, the standard deviation by moving ranges."""


@checked
def ewma(
    values: ArrayLike | Sequence[ArrayLike],
    setup: Setup | None = None,
    *,
    weight: float = 0.2,
    steady: bool = False,
    base: Base | None = None,
) -> Chart:
    """Chart of exponentially weighted moving averages of single values or subgroup means.

    ``z[i] = weight * x[i] + (1 - weight) * z[i - 1]`` from ``z[0] = mean``. The limits are ``mean +- L * sd *
    sqrt(v[i])`` with ``v[i] = weight**2 / n[i] + (1 - weight)**2 * v[i - 1]`` from ``v[0] = 0``; for one size n this
    is ``weight / (2 - weight) * (1 - (1 - weight)**(2 * i)) / n``.

    Parameters
    ----------
    values : array_like
        Single values, shape (m,), or subgroups as in `xbar_r`.
    setup : Setup, optional
        ``sigmas`` is L (Montgomery: 2.7 for weight 0.1). Only rules on single points run.
    weight : float
        Weight of the newest value, above 0 to 1.
    steady : bool
        Whether the limits are those after a long time, ``v = weight / (2 - weight) / n``, from the first point on.
    base : IMR, XbarR or XbarS, optional
        How the process is estimated: by moving ranges for single values, by ranges for subgroups unless given.

    Returns
    -------
    Chart
        Points are the averages, unit of the data.

    Raises
    ------
    NoAnswer
        ``out_of_range`` for the weight, and what `i_mr` and `xbar_r` raise.

    Notes
    -----
    NIST draws ``steady`` limits, qcc and Minitab the exact ones.

    References
    ----------
    Montgomery, chapter 9; NIST/SEMATECH e-Handbook 6.3.2.4; Lucas and Saccucci (1990), Technometrics 32.

    Examples
    --------
    >>> setup = Setup(standard=Standard(10.0, 1.0), sigmas=2.7)
    >>> chart = ewma([9.45, 7.99, 9.29], setup, weight=0.1)
    >>> [round(float(z), 5) for z in chart.points], round(float(chart.upper[0]), 2)
    ([9.945, 9.7495, 9.70355], 10.27)
    """
    values = kept(values)
    family = Ewma(weight, steady, base or _base_for(values))
    return draw_charts(family, values, None, setup or Setup())[0]


class CusumPair(NamedTuple):
    """The two one-sided sums.

    Attributes
    ----------
    upper : Chart
        Sums of what lies above the target.
    lower : Chart
        Sums of what lies below it, positive as well.
    """

    upper: Chart
    lower: Chart


@checked
def cusum(
    values: ArrayLike | Sequence[ArrayLike],
    setup: Setup | None = None,
    *,
    k: float = 0.5,
    h: float = 5.0,
    head_start: float = 0.0,
    restart: bool = False,
    standardised: bool = False,
    base: Base | None = None,
) -> CusumPair:
    """Tabular cumulative sums of single values or subgroup means.

    ``upper[i] = max(0, upper[i - 1] + x[i] - mean - K)``, ``lower[i] = max(0, lower[i - 1] + mean - x[i] - K)``; a sum
    strictly above H signals. ``K = k * s``, ``H = h * s`` with ``s = sd / sqrt(n)``.

    Parameters
    ----------
    values : array_like
        Single values, shape (m,), or subgroups as in `xbar_r`.
    setup : Setup, optional
        Its standard is the target and the standard deviation of single values. ``sigmas`` has no part in it.
    k, h : float
        Allowance and decision interval in standard deviations of the plotted value. An allowance of 0.5 looks for a
        shift of 1.
    head_start : float
        First value of both sums in standard deviations (fast initial response: half of ``h``).
    restart : bool
        Whether a sum begins anew (from the head start) after its signal. Else it runs on, as in textbooks.
    standardised : bool
        Whether sums are of ``(x - mean) / s`` and without unit; needed where subgroup sizes differ.
    base : IMR, XbarR or XbarS, optional
        As in `ewma`.

    Returns
    -------
    CusumPair
        Two charts, centre 0, limits 0 and H.

    Raises
    ------
    NoAnswer
        ``out_of_range`` for k below 0, h not above 0 or a head start outside 0 to h; ``sizes_vary``; and what `i_mr`
        and `xbar_r` raise.

    Notes
    -----
    Both sums are positive here and in Montgomery; qcc and Minitab draw the lower one below zero.

    References
    ----------
    Montgomery, chapter 9; NIST/SEMATECH e-Handbook 6.3.2.3; Lucas and Crosier (1982), Technometrics 24 (head start).

    Examples
    --------
    >>> pair = cusum([9.45, 7.99, 9.29, 11.66], Setup(standard=Standard(10.0, 1.0)))
    >>> [round(float(c), 2) for c in pair.upper.points], [round(float(c), 2) for c in pair.lower.points]
    ([0.0, 0.0, 0.0, 1.16], [0.05, 1.56, 1.77, 0.0])
    """
    values = kept(values)
    family = Cusum(k, h, head_start, restart, standardised, base or _base_for(values))
    upper, lower = draw_charts(family, values, None, setup or Setup())
    return CusumPair(upper, lower)


@checked
def cusum_runs(chart: Chart) -> NDArray[np.int64]:
    """For every point of a cumulative sum, since how many points it has been above zero.

    Parameters
    ----------
    chart : Chart
        One of `cusum`, drawn without ``restart``.

    Returns
    -------
    ndarray of int
        Montgomery's N. At a signal, the shift is placed between point ``i - N`` and the next.

    Raises
    ------
    NoAnswer
        ``wrong_chart`` for any other chart.

    References
    ----------
    Montgomery, chapter 9.

    Examples
    --------
    >>> pair = cusum([10.0, 11.2, 11.5, 9.0, 11.0], Setup(standard=Standard(10.0, 1.0)))
    >>> cusum_runs(pair.upper).tolist()
    [0, 1, 2, 3, 4]
    """
    if not chart.kind.startswith("cusum"):
        raise NoAnswer("wrong_chart", f"only cumulative sums have runs above zero, not {chart.kind}")
    parts = []
    for stage in chart.stages:
        places = np.arange(1, stage.stop - stage.start + 1)
        at_zero = np.where(chart.points[stage.start : stage.stop] > 0, 0, places)
        parts.append(places - np.maximum.accumulate(at_zero))
    return np.concatenate(parts)


@dataclass(frozen=True, slots=True)
class Ewma:
    """The family behind `ewma`, for `Stream`.

    Attributes
    ----------
    weight : float
        Weight of the newest value.
    steady : bool
        Whether limits do not widen.
    base : IMR, XbarR or XbarS
        How data are read and the process estimated.
    """

    weight: float = 0.2
    steady: bool = False
    base: Base = SINGLES

    def __post_init__(self) -> None:
        check_fields(self)
        if not 0 < self.weight <= 1:
            raise NoAnswer("out_of_range", f"the weight lies above 0 and up to 1, not at {self.weight}")

    def read(self, values: Any, sizes: ArrayLike | None) -> Sample:
        """As the base."""
        return self.base.read(values, sizes)

    def estimate(self, sample: Sample, used: Used, setup: Setup) -> Standard:
        """As the base."""
        return self.base.estimate(sample, used, setup)

    def draw(self, sample: Sample, standard: Standard, setup: Setup, carry: Carry) -> tuple[list[Panel], Carry]:
        """The averages."""
        sd = deviation_of(standard)
        start = (standard.mean, 0.0) if carry is None else (float(carry[0]), float(carry[1]))
        points, shares = weighted_averages(sample.values, 1 / sample.sizes, self.weight, start)
        left = np.array([points[-1], shares[-1]])
        if self.steady:
            shares = self.weight / (2 - self.weight) / sample.sizes
        centre, sigma = np.asarray(standard.mean, dtype=np.float64), sd * np.sqrt(shares)
        band = Band(points, centre, sigma, centre - setup.sigmas * sigma, centre + setup.sigmas * sigma)
        return [Panel("ewma", band, zones=False, runs=False)], left


@dataclass(frozen=True, slots=True)
class Cusum:
    """The family behind `cusum`, for `Stream`.

    Attributes
    ----------
    k, h, head_start : float
        In standard deviations of the plotted value.
    restart, standardised : bool
        As in `cusum`.
    base : IMR, XbarR or XbarS
        How data are read and the process estimated.
    """

    k: float = 0.5
    h: float = 5.0
    head_start: float = 0.0
    restart: bool = False
    standardised: bool = False
    base: Base = SINGLES

    def __post_init__(self) -> None:
        check_fields(self)
        if not (0 <= self.k < np.inf and 0 < self.h < np.inf):
            raise NoAnswer("out_of_range", f"k must not be negative and h above zero, not {self.k} and {self.h}")
        if not 0 <= self.head_start < self.h:
            raise NoAnswer("out_of_range", f"the head start lies between 0 and h, not at {self.head_start}")

    def read(self, values: Any, sizes: ArrayLike | None) -> Sample:
        """As the base."""
        return self.base.read(values, sizes)

    def estimate(self, sample: Sample, used: Used, setup: Setup) -> Standard:
        """As the base."""
        return self.base.estimate(sample, used, setup)

    def draw(self, sample: Sample, standard: Standard, setup: Setup, carry: Carry) -> tuple[list[Panel], Carry]:
        """Upper and lower sums; the carry holds where both go on, and the size when sums have a unit."""
        sizes = sample.sizes
        known_size = float(sizes[0]) if carry is None else float(carry[2])
        if not self.standardised and (sizes != known_size).any():
            raise NoAnswer("sizes_vary", "subgroups of different sizes need standardised sums")
        unit = deviation_of(standard) / np.sqrt(sizes)
        steps = sample.values - standard.mean
        if self.standardised:
            steps, unit = steps / unit, np.ones_like(unit)
        first = self.head_start * float(unit[0])
        starts = (first, first) if carry is None else (float(carry[0]), float(carry[1]))
        panels, left = [], []
        for name, way, start in (("cusum_upper", 1.0, starts[0]), ("cusum_lower", -1.0, starts[1])):
            panel, end = self._side(name, way * steps, unit, start)
            panels.append(panel)
            left.append(end)
        return panels, np.array([*left, known_size])

    def _side(self, name: str, steps: Floats, unit: Floats, start: float) -> tuple[Panel, float]:
        limit, again = self.h * unit, self.head_start * float(unit[0])
        edge = limit + TOLERANCE * unit
        sums = cumulative_sums(steps, self.k * unit, edge, start, again if self.restart else -1.0)
        end = again if self.restart and sums[-1] > edge[-1] else float(sums[-1])
        zero = np.asarray(0.0)
        return Panel(name, Band(sums, zero, unit, zero, limit), zones=False, runs=False), end


def _base_for(values: Any) -> Base:
    """Moving ranges for single values, ranges for subgroups."""
    return XbarR() if in_subgroups(values) else SINGLES
