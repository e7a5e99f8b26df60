"""Single values with their moving ranges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike

from bihuan.stats.charts.constants import MEDIAN_OF_RANGE_OF_TWO, c4, d2, d3
from bihuan.stats.charts.engine import Carry, Sample, Used, chosen, draw_charts, enough, total, varies
from bihuan.stats.charts.judging import Band
from bihuan.stats.charts.model import Chart, Floats, Panel, Setup, Standard
from bihuan.stats.checks import choice, numbers
from bihuan.stats.errors import NoAnswer
from bihuan.stats.signatures import check_fields, checked

Method = Literal["average", "median", "deviation"]
_BLOCK = 1 << 16
_NOTHING = np.empty(0, dtype=np.float64)


class Pair(NamedTuple):
    """A chart of location with its chart of spread.

    Attributes
    ----------
    location : Chart
        Individuals or means.
    spread : Chart
        Moving ranges, ranges or standard deviations.
    """

    location: Chart
    spread: Chart


@checked
def i_mr(
    values: ArrayLike,
    setup: Setup | None = None,
    *,
    span: int = 2,
    method: Method = "average",
) -> Pair:
    """Chart of individuals and chart of their moving ranges.

    Limits are ``mean +- 3 * sd`` with ``sd = average moving range / d2(span)``; the moving ranges have the centre
    ``d2 * sd`` and the standard deviation ``d3 * sd``, their lower limit is cut at zero.

    Parameters
    ----------
    values : array_like
        Single values in their order in time, shape (n,).
    setup : Setup, optional
        Stages, baseline, exclusions, standard, rules.
    span : int
        Values per moving range.
    method : {"average", "median", "deviation"}
        ``median`` takes the median of the moving ranges of two, divided by 0.953873, which a few outliers do not move;
        ``deviation`` takes the standard deviation of the values divided by c4, which a drift inflates.

    Returns
    -------
    Pair
        Charts ``individuals`` (n points) and ``moving_range`` (``span - 1`` points fewer per stage).

    Raises
    ------
    NoAnswer
        As `checks.numbers`; ``too_few`` for limits from less than ``span`` values in a row, ``zero_variance``,
        ``out_of_range``, ``unknown_choice``.

    Notes
    -----
    Zone rules do not run on the moving ranges. Neighbouring moving ranges share a value, so runs and trends in them
    come more often than the rules assume. NIST and Minitab use ``constants="table"``, qcc ``"qcc"``. Qcc and
    textbooks that delete a point bridge the gap with a moving range; here an excluded point takes its ranges with it.

    References
    ----------
    NIST/SEMATECH e-Handbook 6.3.2.2; Nelson (1982), Journal of Quality Technology 14, 172-173 (median).

    Examples
    --------
    >>> x = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
    >>> chart = i_mr(x, Setup(constants="table")).location
    >>> [round(float(side[0]), 4) for side in (chart.lower, chart.centre, chart.upper)]
    [45.8159, 50.81, 55.8041]
    """
    location, moving = draw_charts(IMR(span, method), values, None, setup or Setup())
    return Pair(location, moving)


@dataclass(frozen=True, slots=True)
class IMR:
    """The family behind `i_mr`, for `Stream`.

    Attributes
    ----------
    span : int
        Values per moving range.
    method : {"average", "median", "deviation"}
        How the standard deviation is found.
    """

    span: int = 2
    method: Method = "average"

    def __post_init__(self) -> None:
        check_fields(self)
        d2(self.span)
        choice(self.method, get_args(Method), "method")
        if self.method == "median" and self.span != 2:
            raise NoAnswer("out_of_range", f"the median is known for moving ranges of two values, not of {self.span}")

    def read(self, values: ArrayLike, sizes: ArrayLike | None) -> Sample:
        """Single values; they have no sizes."""
        if sizes is not None:
            raise NoAnswer("wrong_shape", "single values have no sizes")
        return singles(values)

    def estimate(self, sample: Sample, used: Used, setup: Setup) -> Standard:
        """Mean and standard deviation by moving ranges."""
        enough(used, sample.values.size, 2)
        held = chosen(sample.values, used)
        if self.method == "average" and used is None and held.size >= self.span:
            mean, average = _mean_and_range(held, self.span)
            return Standard(mean, varies(average / d2(self.span, setup.constants), mean))
        mean = total(held) / held.size
        if self.method == "deviation":
            return Standard(mean, varies(float(held.std(ddof=1)), mean) / c4(held.size, setup.constants))
        ranges = _kept(moving_ranges(sample.values, self.span), used, self.span)
        if self.method == "median":
            return Standard(mean, varies(float(np.median(ranges)) / MEDIAN_OF_RANGE_OF_TWO, mean))
        return Standard(mean, varies(float(ranges.mean()) / d2(self.span, setup.constants), mean))

    def draw(self, sample: Sample, standard: Standard, setup: Setup, carry: Carry) -> tuple[list[Panel], Carry]:
        """Individuals and moving ranges."""
        sd, before = deviation_of(standard), _NOTHING if carry is None else carry
        width, x = setup.sigmas * sd, sample.values
        chain = np.concatenate([before, x]) if before.size else x
        ranges = moving_ranges(chain, self.span)
        centre, sigma = d2(self.span, setup.constants) * sd, d3(self.span, setup.constants) * sd
        location = level_band(x, standard.mean, sd, standard.mean - width, standard.mean + width)
        moving = level_band(
            ranges, centre, sigma, max(centre - setup.sigmas * sigma, 0.0), centre + setup.sigmas * sigma
        )
        panels = [
            Panel("individuals", location),
            Panel("moving_range", moving, first=self.span - 1 - before.size, zones=False),
        ]
        return panels, np.array(chain[-(self.span - 1) :])


def singles(values: ArrayLike) -> Sample:
    """Single values as a sample."""
    array = numbers(values).view()
    array.flags.writeable = False
    return Sample(array, np.broadcast_to(np.float64(1), array.shape), _NOTHING)


def deviation_of(standard: Standard) -> float:
    """The standard deviation of a standard, which charts of measurements need."""
    if standard.sd is None:
        raise NoAnswer("no_deviation", "a chart of measurements needs the standard deviation of its standard")
    return standard.sd


def level_band(points: Floats, centre: float, sigma: float, lower: float, upper: float) -> Band:
    """Points between straight lines."""
    return Band(points, *(np.asarray(side, dtype=np.float64) for side in (centre, sigma, lower, upper)))


def moving_ranges(values: Floats, span: int) -> Floats:
    """Largest minus smallest of every ``span`` values in a row, shape (n - span + 1,)."""
    if values.size < span:
        return _NOTHING
    if span == 2:
        ranges = np.empty(values.size - 1, dtype=np.float64)
        for at in range(0, ranges.size, _BLOCK):
            part = ranges[at : at + _BLOCK]
            np.subtract(values[at + 1 : at + 1 + part.size], values[at : at + part.size], out=part)
            np.abs(part, out=part)
        return ranges
    windows = np.lib.stride_tricks.sliding_window_view(values, span)
    return np.asarray(windows.max(axis=1) - windows.min(axis=1))


def mean_moving_range(values: Floats, span: int, used: Used) -> float:
    """Average moving range over the windows whose values are all used.

    Raises
    ------
    NoAnswer
        ``too_few`` where there is no such window.
    """
    ranges = _kept(moving_ranges(values, span), used, span)
    return float(ranges.mean())


def _kept(ranges: Floats, used: Used, span: int) -> Floats:
    if used is not None and ranges.size:
        ranges = ranges[np.lib.stride_tricks.sliding_window_view(used, span).all(axis=1)]
    if not ranges.size:
        raise NoAnswer("too_few", f"a moving range needs {span} observations in a row")
    return ranges


def _mean_and_range(values: Floats, span: int) -> tuple[float, float]:
    """Mean and average moving range in one pass over the memory."""
    sums, ranges = [], []
    for at in range(0, values.size, _BLOCK):
        sums.append(float(values[at : at + _BLOCK].sum()))
        ranges.append(float(moving_ranges(values[at : at + _BLOCK + span - 1], span).sum()))
    return sum(sums) / values.size, sum(ranges) / (values.size - span + 1)
