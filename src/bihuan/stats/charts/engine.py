"""From data to charts, at once or point by point; both ways run the same code.

A `Family` knows one kind of control chart: how its data are read, what is estimated, what is drawn. `draw_charts` gives
it a whole sequence, `Stream` gives it the points as they come.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.charts.judging import Band, Signals, judge, memory
from bihuan.stats.charts.model import Chart, Floats, Panel, Setup, Stage, Standard, spread
from bihuan.stats.charts.rules import Rule
from bihuan.stats.errors import NoAnswer

_SUM_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Checked data, one entry per observation or subgroup.

    Attributes
    ----------
    values : ndarray
        Single values, subgroup means or counts, shape (n,).
    sizes : ndarray
        Subgroup or sample sizes, shape (n,); ones for single values.
    widths : ndarray
        Ranges or standard deviations within subgroups, shape (n,); empty where there are none.
    """

    values: Floats
    sizes: Floats
    widths: Floats

    def cut(self, start: int, stop: int) -> Sample:
        """The entries from ``start`` to before ``stop``."""
        return Sample(self.values[start:stop], self.sizes[start:stop], self.widths[start:stop])

    def followed_by(self, later: Sample) -> Sample:
        """This sample and ``later`` in one."""
        pairs = ((self.values, later.values), (self.sizes, later.sizes), (self.widths, later.widths))
        return Sample(*(np.concatenate(pair) for pair in pairs))


Used = NDArray[np.bool_] | None
"""Which entries take part in the estimates; None stands for all."""
Carry = Floats | None
"""What a family remembers of earlier points (the last value, the last average); None at the start."""


class Family(Protocol):
    """One kind of control chart."""

    def read(self, values: Any, sizes: ArrayLike | None) -> Sample:
        """Check the data and bring them into one form."""
        ...

    def estimate(self, sample: Sample, used: Used, setup: Setup) -> Standard:
        """Phase I: the process behind the used entries."""
        ...

    def draw(self, sample: Sample, standard: Standard, setup: Setup, carry: Carry) -> tuple[list[Panel], Carry]:
        """The panels of a stretch of entries, and what the next stretch needs to know."""
        ...


def draw_charts(family: Family, values: Any, sizes: ArrayLike | None, setup: Setup) -> tuple[Chart, ...]:
    """All charts of a family over a whole sequence, stage by stage."""
    with np.errstate(all="ignore"):
        return _drawn(family, family.read(values, sizes), setup)


def _drawn(family: Family, sample: Sample, setup: Setup) -> tuple[Chart, ...]:
    count = sample.values.size
    if setup.excluded and not all(0 <= place < count for place in setup.excluded):
        raise NoAnswer("out_of_range", f"excluded places must lie between 0 and {count - 1}")
    parts = [_one_stage(family, sample, setup, *bounds) for bounds in _stages(setup.stages, count)]
    return tuple(_join([part[place] for part in parts]) for place in range(len(parts[0])))


class Stream:
    """A control chart that takes its points as they come and agrees exactly with the whole sequence drawn at once.

    With ``setup.standard`` every point is judged when it comes. With ``setup.baseline`` the first points are kept
    until there are enough of them for the limits, and then judged together. A new stage is a new stream.

    Parameters
    ----------
    family : Family
        What is charted, for example ``IMR()``, ``XbarR()``, ``P()``, ``Ewma()``.
    setup : Setup
        With a standard or a baseline, without stages.

    Raises
    ------
    NoAnswer
        ``conflict`` for a setup with stages, or with neither standard nor baseline; ``wrong_kind``.

    Notes
    -----
    The charts returned by `extend`, put one after the other, hold the points, limits and signals that the batch
    function returns for the whole sequence, to the last bit. Memory is bounded: the longest window of a rule, and the
    baseline until it is full.

    References
    ----------
    The same as for the chart that is streamed.

    Examples
    --------
    >>> from bihuan.stats.charts import IMR, Setup, Standard, Stream
    >>> stream = Stream(IMR(), Setup(standard=Standard(10.0, 1.0)))
    >>> [chart.signals.any.tolist() for chart in stream.extend([10.2, 13.5])]
    [[False, True], [False]]
    """

    __slots__ = ("_carry", "_family", "_held", "_history", "_seen", "_setup", "_standard")

    def __init__(self, family: Family, setup: Setup) -> None:
        if not isinstance(setup, Setup) or not all(hasattr(family, name) for name in ("read", "estimate", "draw")):
            raise NoAnswer("wrong_kind", "a stream needs a family such as IMR() and a Setup")
        known = setup.known(None)
        if setup.stages is not None or (known is None and setup.baseline is None):
            raise NoAnswer("conflict", "a stream needs a standard or a baseline and has no stages")
        self._family, self._setup = family, setup
        self._standard = known
        self._held: Sample | None = None
        self._history: list[Band | None] = []
        self._carry: Carry = None
        self._seen = 0

    @property
    def standard(self) -> Standard | None:
        """What the limits rest on; None while the baseline is not full."""
        return self._standard

    def extend(self, values: Any, sizes: ArrayLike | None = None) -> tuple[Chart, ...]:
        """Take more observations; return the charts of the points that are now judged (none while learning)."""
        with np.errstate(all="ignore"):
            return self._extended(self._family.read(values, sizes))

    def _extended(self, sample: Sample) -> tuple[Chart, ...]:
        if self._held is not None:
            sample = self._held.followed_by(sample)
        if self._standard is None:
            baseline = self._setup.baseline or 1
            if sample.values.size < baseline:
                self._held = sample
                return ()
            self._standard = self._family.estimate(sample, _used(self._setup, 0, sample.values.size), self._setup)
            self._held = None
        return self._judged(sample, self._standard)

    def _judged(self, sample: Sample, standard: Standard) -> tuple[Chart, ...]:
        panels, self._carry = self._family.draw(sample, standard, self._setup, self._carry)
        self._history = self._history or [None] * len(panels)
        charts = []
        for place, panel in enumerate(panels):
            charts.append(_chart(panel, self._setup, None, standard, self._seen, self._history[place]))
            past = self._history[place]
            band = panel.band if past is None else past.followed_by(panel.band)
            self._history[place] = band.tail(memory(self._setup.rules))
        self._seen += sample.values.size
        return tuple(charts)


def total(values: Floats) -> float:
    """Sum by blocks, so that ten million terms lose nothing that matters."""
    return float(sum(float(values[at : at + _SUM_BLOCK].sum()) for at in range(0, values.size, _SUM_BLOCK)))


def chosen(values: Floats, used: Used) -> Floats:
    """The used entries of an array."""
    return values if used is None else values[used]


def enough(used: Used, count: int, least: int) -> None:
    """Refuse an estimate from fewer than ``least`` entries."""
    found = count if used is None else int(np.count_nonzero(used))
    if found < least:
        raise NoAnswer("too_few", f"limits need at least {least} observations, not {found}")


def varies(sd: float, mean: float = 0.0) -> float:
    """``sd``, refused where it is zero or no more than rounding of values around ``mean``."""
    if not (np.isfinite(sd) and np.isfinite(mean)):
        raise NoAnswer("not_finite", "the values are too large to compute with")
    if sd <= 4 * np.finfo(np.float64).eps * abs(mean):
        raise NoAnswer("zero_variance", "the data do not vary: there are no limits")
    return sd


def _used(setup: Setup, start: int, stop: int) -> Used:
    if setup.baseline is None and not setup.excluded:
        return None
    used = np.ones(stop - start, dtype=np.bool_)
    if setup.baseline is not None:
        if setup.baseline > stop:
            raise NoAnswer("too_few", f"the baseline has {setup.baseline} observations, the data {stop}")
        used[setup.baseline :] = False
    for place in setup.excluded:
        if start <= place < stop:
            used[place - start] = False
    return used


def _stages(labels: Sequence[Hashable] | None, count: int) -> list[tuple[Hashable, int, int]]:
    if labels is None:
        return [(None, 0, count)]
    if len(labels) != count:
        raise NoAnswer("wrong_shape", f"{count} observations need {count} stage labels, not {len(labels)}")
    starts = [0] + [place for place in range(1, count) if labels[place] != labels[place - 1]]
    return [(labels[start], start, stop) for start, stop in zip(starts, [*starts[1:], count], strict=True)]


def _one_stage(family: Family, sample: Sample, setup: Setup, label: Hashable, start: int, stop: int) -> list[Chart]:
    part = sample.cut(start, stop)
    standard = setup.known(label)
    if standard is None:
        standard = family.estimate(part, _used(setup, start, stop), setup)
    panels, _ = family.draw(part, standard, setup, None)
    return [_chart(panel, setup, label, standard, start, None) for panel in panels]


def _chart(panel: Panel, setup: Setup, label: Hashable, standard: Standard, start: int, history: Band | None) -> Chart:
    band, count = panel.band, panel.band.points.size
    rules: tuple[Rule, ...] = tuple(rule for rule in setup.rules if panel.allows(rule))
    skipped = tuple(rule for rule in setup.rules if not panel.allows(rule))
    judged = band if history is None else history.followed_by(band)
    mask = judge(judged, rules)[judged.points.size - count :]
    stage = Stage(label, start + panel.first, 0, count, standard, setup.known(label) is None)
    return Chart(
        kind=panel.kind,
        points=band.points,
        centre=spread(band.centre, count),
        sigma=spread(band.sigma, count),
        lower=spread(band.lower, count),
        upper=spread(band.upper, count),
        signals=Signals(rules, skipped, mask),
        stages=(stage,),
        excluded=setup.excluded,
    )


def _join(charts: list[Chart]) -> Chart:
    if len(charts) == 1:
        return charts[0]
    ends = np.cumsum([chart.points.size for chart in charts]).tolist()
    stages = [
        replace(chart.stages[0], start=end - chart.points.size, stop=end)
        for chart, end in zip(charts, ends, strict=True)
    ]
    first = charts[0]
    return replace(
        first,
        points=np.concatenate([chart.points for chart in charts]),
        centre=np.concatenate([chart.centre for chart in charts]),
        sigma=np.concatenate([chart.sigma for chart in charts]),
        lower=np.concatenate([chart.lower for chart in charts]),
        upper=np.concatenate([chart.upper for chart in charts]),
        signals=replace(first.signals, mask=np.concatenate([chart.signals.mask for chart in charts])),
        stages=tuple(stages),
    )
