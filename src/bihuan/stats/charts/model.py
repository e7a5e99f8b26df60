"""What goes into a control chart and what comes out."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from bihuan.stats.charts.constants import Convention
from bihuan.stats.charts.judging import Band, Signals, check_rules
from bihuan.stats.charts.rules import LIMITS, Rule
from bihuan.stats.checks import choice, labels, whole
from bihuan.stats.errors import NoAnswer
from bihuan.stats.signatures import check_fields

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Standard:
    """The process as the limits assume it: estimated in phase I, or given and then fixed.

    Attributes
    ----------
    mean : float
        Process mean (unit of the data), fraction nonconforming (p, np, p') or nonconformities per unit (c, u, u').
    sd : float or None
        Standard deviation of single values, unit of the data; None on charts of counts.
    inflation : float
        Laney's sigma z, without unit; 1 on all other charts.
    """

    mean: float
    sd: float | None = None
    inflation: float = 1.0

    def __post_init__(self) -> None:
        check_fields(self)
        if not all(math.isfinite(value) for value in (self.mean, self.sd or 0.0, self.inflation)):
            raise NoAnswer("not_finite", "the standard must not hold NaN or infinity")
        if self.sd is not None and self.sd <= 0:
            raise NoAnswer("zero_variance", f"the standard deviation must be above zero, not {self.sd}")
        if self.inflation <= 0:
            raise NoAnswer("zero_variance", f"the inflation must be above zero, not {self.inflation}")


@dataclass(frozen=True, slots=True)
class Setup:
    """How limits are found and which rules run; the same for a whole sequence and for a stream.

    Attributes
    ----------
    rules : sequence of Rule
        `LIMITS` (the default), `NELSON`, `WESTERN_ELECTRIC` or any others.
    sigmas : float
        Half width of the limits in standard deviations of the plotted value.
    stages : sequence of hashable or None
        One label per observation or subgroup. Neighbours of one label form a stage, which has its own limits; runs and
        moving ranges begin anew.
    excluded : mapping of int to str
        Revision of limits: places (from 0) left out of the estimates, with the reason. The points are still drawn and
        judged. A moving range with an excluded end is left out as well.
    baseline : int or None
        Phase I is the first so many observations; all later ones are judged by its limits. Not together with stages.
    standard : Standard, mapping from stage label to Standard, or None
        Phase II: limits from a known or earlier estimated process. Stages without an entry are estimated.
    constants : {"exact", "table", "qcc"}
        Which d2, d3 and c4, see `charts.constants`.

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``unknown_choice``, ``wrong_kind``, ``bad_labels``, ``no_reason`` for an exclusion without
        one, ``conflict`` for a baseline together with stages or a standard, and what `check_rules` raises.

    Examples
    --------
    >>> Setup(excluded={3: "tool broke"}, constants="table").sigmas
    3.0
    """

    rules: Sequence[Rule] = LIMITS
    sigmas: float = 3.0
    stages: Sequence[Hashable] | None = None
    excluded: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    baseline: int | None = None
    standard: Standard | Mapping[Hashable, Standard] | None = None
    constants: Convention = "exact"

    def __post_init__(self) -> None:
        check_fields(self)
        check_rules(self.rules)
        if not 0 < self.sigmas < math.inf:
            raise NoAnswer("out_of_range", f"limits lie above zero sigma, not at {self.sigmas}")
        choice(self.constants, get_args(Convention), "constants")
        if self.stages is not None:
            object.__setattr__(self, "stages", labels(self.stages, "stages"))
        excluded = {whole(place, "excluded place"): reason for place, reason in self.excluded.items()}
        object.__setattr__(self, "excluded", MappingProxyType(excluded))
        if any(not str(reason or "").strip() for reason in self.excluded.values()):
            raise NoAnswer("no_reason", "every excluded point needs a reason")
        if self.baseline is not None and (self.stages is not None or self.standard is not None):
            raise NoAnswer("conflict", "a baseline does not go together with stages or a standard")
        if self.baseline is not None and self.baseline < 1:
            raise NoAnswer("out_of_range", f"a baseline has at least one observation, not {self.baseline}")
        self._check_standard()

    def _check_standard(self) -> None:
        given = self.standard.values() if isinstance(self.standard, Mapping) else (self.standard,)
        if not all(one is None or isinstance(one, Standard) for one in given):
            raise NoAnswer("wrong_kind", "a standard is a Standard, or a mapping from stage to Standard")

    def known(self, label: Hashable) -> Standard | None:
        """The given standard of one stage, if there is one."""
        if self.standard is None or isinstance(self.standard, Standard):
            return self.standard
        return self.standard.get(label)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of a chart with limits of its own.

    Attributes
    ----------
    label : hashable
        The label given in `Setup`, None without stages.
    first : int
        Observation (from 0) to which the first point of the stage belongs; a moving range belongs to its last value.
    start, stop : int
        The points of the stage are ``points[start:stop]``.
    standard : Standard
        What the limits rest on.
    estimated : bool
        Whether the standard was estimated from this stage.
    """

    label: Hashable
    first: int
    start: int
    stop: int
    standard: Standard
    estimated: bool


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """One control chart: points, limits and signals.

    Attributes
    ----------
    kind : str
        For example ``individuals``, ``moving_range``, ``xbar``, ``range``, ``deviation``, ``p``, ``ewma``.
    points : ndarray
        Plotted values, shape (n,), unit of the statistic.
    centre, sigma, lower, upper : ndarray
        For every point the centre line, its standard deviation and the limits, shape (n,), same unit; read-only.
    signals : Signals
        Which points signal by which rule.
    stages : tuple of Stage
        At least one.
    excluded : mapping of int to str
        Observations left out of the estimates, with reason.
    """

    kind: str
    points: Floats
    centre: Floats
    sigma: Floats
    lower: Floats
    upper: Floats
    signals: Signals
    stages: tuple[Stage, ...]
    excluded: Mapping[int, str]

    @property
    def standard(self) -> Standard:
        """The standard of the last stage: what phase II goes on with."""
        return self.stages[-1].standard

    @property
    def positions(self) -> NDArray[np.intp]:
        """For every point the observation (from 0) it belongs to."""
        parts = [np.arange(stage.first, stage.first + stage.stop - stage.start) for stage in self.stages]
        return np.concatenate(parts)

    @property
    def signal_positions(self) -> NDArray[np.intp]:
        """The observations (from 0) whose point signals by any rule."""
        return self.positions[self.signals.points()]


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """One chart of one stretch, before it is judged.

    Attributes
    ----------
    kind : str
        As in `Chart`.
    band : Band
        Points and what they are judged against.
    first : int
        Place of the first point among the observations drawn.
    zones, runs : bool
        Whether zone rules and rules on runs and trends apply: no zone rules on charts of range, deviation and moving
        range, neither on charts whose points carry the past with them.
    """

    kind: str
    band: Band
    first: int = 0
    zones: bool = True
    runs: bool = True

    def allows(self, rule: Rule) -> bool:
        """Whether the rule has a meaning on this kind of chart."""
        return rule.kind == "beyond" or (self.zones if rule.is_zone else self.runs)


def spread(side: Floats, count: int) -> Floats:
    """``side`` for each of ``count`` points, read-only and without a copy where it is one number."""
    return np.broadcast_to(side, (count,))
