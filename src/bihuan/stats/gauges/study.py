"""The result of a gauge study: variance components, percentages and the number of distinct categories."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from bihuan.stats.checks import positive
from bihuan.stats.errors import NoAnswer
from bihuan.stats.signatures import checked

AIAG_FACTOR = 1.41


@dataclass(frozen=True, slots=True)
class Components:
    """One number for each source of variation; None for a source that the method cannot tell apart.

    Attributes
    ----------
    repeatability : float
        Equipment variation, EV.
    reproducibility : float
        Appraiser variation, AV: operator and interaction together.
    operator, interaction : float or None
        The two parts of reproducibility.
    gauge : float
        Repeatability and reproducibility together, GRR.
    part : float
        Part variation, PV.
    total : float
        Total variation, TV.
    """

    repeatability: float
    reproducibility: float
    operator: float | None
    interaction: float | None
    gauge: float
    part: float
    total: float


@dataclass(frozen=True, slots=True)
class Categories:
    """Number of distinct categories (ndc), under each of the names it has.

    Attributes
    ----------
    ratio : float
        1.41 PV / GRR, not rounded (the constant is 1.41 and not the root of 2).
    truncated : int
        ``ratio`` cut to a whole number, at least 1: Minitab.
    rounded : int
        ``ratio`` to the nearest whole number (halves up), at least 1: the worked examples of the AIAG manual.
    discrimination : float
        sqrt(2 PV^2 / GRR^2 + 1), Wheeler's discrimination ratio.
    """

    ratio: float
    truncated: int
    rounded: int
    discrimination: float


@dataclass(frozen=True, slots=True)
class AnovaRow:
    """One line of an analysis of variance.

    Attributes
    ----------
    source : str
        ``part``, ``operator``, ``interaction``, ``repeatability`` or ``total``.
    ss, ms : float
        Sum of squares and mean square, squared unit of the values.
    freedom : int
        Degrees of freedom.
    f, p_value : float or None
        The F test; None where no test belongs.
    """

    source: str
    ss: float
    freedom: int
    ms: float
    f: float | None
    p_value: float | None


@dataclass(frozen=True, slots=True)
class GaugeStudy:
    """A gauge repeatability and reproducibility study.

    Attributes
    ----------
    method : {"anova", "nested", "average_range"}
    parts, operators, trials : int
        Parts per operator in a nested study.
    variance, sd : Components
        Variance components and their square roots.
    contribution : Components
        Percent of the total variance.
    study_variation : Components
        ``multiplier`` times the standard deviation.
    percent_study : Components
        Percent of the total standard deviation; does not add up to 100.
    percent_tolerance : Components or None
        Study variation in percent of the tolerance.
    categories : Categories
    anova, pooled_anova : tuple of AnovaRow or None
        The table with interaction, and without it when it was pooled.
    pooled : bool
        The interaction was pooled with repeatability.
    clipped : tuple of str
        Components whose estimate was negative and was set to zero.
    multiplier : float
    tolerance : float or None
    """

    method: str
    parts: int
    operators: int
    trials: int
    variance: Components
    sd: Components
    contribution: Components
    study_variation: Components
    percent_study: Components
    percent_tolerance: Components | None
    categories: Categories
    anova: tuple[AnovaRow, ...] | None
    pooled_anova: tuple[AnovaRow, ...] | None
    pooled: bool
    clipped: tuple[str, ...]
    multiplier: float
    tolerance: float | None


@dataclass(frozen=True, slots=True)
class Sources:
    """Variances as estimated, negative ones included, with what led to them."""

    repeatability: float
    reproducibility: float | None
    operator: float | None
    interaction: float | None
    part: float
    anova: tuple[AnovaRow, ...] | None = None
    pooled_anova: tuple[AnovaRow, ...] | None = None


def summarise(
    method: str, shape: tuple[int, int, int], sources: Sources, multiplier: float, tolerance: float | None
) -> GaugeStudy:
    """Build a `GaugeStudy` from estimated variances; ``shape`` is parts, operators, trials.

    Raises
    ------
    NoAnswer
        ``zero_repeatability`` when repeated measurements never differ, ``out_of_range`` for multiplier or tolerance.
    """
    if sources.repeatability <= 0:
        raise NoAnswer(
            "zero_repeatability", "repeated measurements never differ: the gauge reads too coarsely to be judged"
        )
    times = positive(multiplier, "multiplier")
    width = None if tolerance is None else positive(tolerance, "tolerance")
    variance, clipped = _clip(sources)
    sd = _each(variance, math.sqrt)
    total = sd.total
    return GaugeStudy(
        method=method,
        parts=shape[0],
        operators=shape[1],
        trials=shape[2],
        variance=variance,
        sd=sd,
        contribution=_scaled(variance, 100.0 / variance.total),
        study_variation=_scaled(sd, times),
        percent_study=_scaled(sd, 100.0 / total),
        percent_tolerance=None if width is None else _scaled(sd, 100.0 * times / width),
        categories=distinct_categories(sd.part, sd.gauge),
        anova=sources.anova,
        pooled_anova=sources.pooled_anova,
        pooled=sources.pooled_anova is not None,
        clipped=clipped,
        multiplier=times,
        tolerance=width,
    )


@checked
def distinct_categories(part: float, gauge: float) -> Categories:
    """Count the categories of parts that a gauge can tell apart.

    Parameters
    ----------
    part, gauge : float
        Standard deviations of the parts and of repeatability and reproducibility together, in one unit.

    Returns
    -------
    Categories

    Raises
    ------
    NoAnswer
        ``not_finite``, ``negative``, ``zero_repeatability``.

    Notes
    -----
    AIAG, Measurement Systems Analysis, 4th edition, chapter III; D. J. Wheeler, EMP III, for the discrimination ratio.

    References
    ----------
    AIAG, Measurement Systems Analysis, 4th edition (2010), chapter III. Wheeler, EMP III: Evaluating the Measurement
    Process (2006).

    Examples
    --------
    >>> found = distinct_categories(1.04233, 0.30237)
    >>> round(found.ratio, 3), found.truncated, found.rounded
    (4.861, 4, 5)
    """
    if not (math.isfinite(part) and math.isfinite(gauge)):
        raise NoAnswer("not_finite", "standard deviations must be finite")
    if part < 0 or gauge < 0:
        raise NoAnswer("negative", "standard deviations must not be negative")
    if gauge == 0:
        raise NoAnswer("zero_repeatability", "without gauge variation the number of categories has no bound")
    share = part / gauge
    ratio = AIAG_FACTOR * share
    return Categories(ratio, max(1, math.floor(ratio)), max(1, math.floor(ratio + 0.5)), math.sqrt(2 * share**2 + 1))


@checked
def verdict(percent: float) -> str:
    """Judge a gauge by its percentage of study variation or tolerance, as the AIAG manual does.

    Parameters
    ----------
    percent : float
        GRR in percent.

    Returns
    -------
    {"acceptable", "marginal", "unacceptable"}
        Below 10, from 10 to 30, above 30.

    Raises
    ------
    NoAnswer
        ``not_finite``, ``negative``.

    References
    ----------
    AIAG, Measurement Systems Analysis, 4th edition (2010), chapter II, section D.

    Examples
    --------
    >>> verdict(27.9)
    'marginal'
    """
    if not math.isfinite(percent):
        raise NoAnswer("not_finite", "the percentage must be finite")
    if percent < 0:
        raise NoAnswer("negative", "the percentage must not be negative")
    if percent < 10:
        return "acceptable"
    return "marginal" if percent <= 30 else "unacceptable"


def _clip(sources: Sources) -> tuple[Components, tuple[str, ...]]:
    clipped: list[str] = []

    def kept(name: str) -> float | None:
        value: float | None = getattr(sources, name)
        if value is not None and value < 0:
            clipped.append(name)
            return 0.0
        return value

    operator, interaction, together, part = (kept(n) for n in ("operator", "interaction", "reproducibility", "part"))
    if together is None:
        together = (operator or 0.0) + (interaction or 0.0)
    gauge, parts = sources.repeatability + together, part or 0.0
    return Components(sources.repeatability, together, operator, interaction, gauge, parts, gauge + parts), tuple(
        clipped
    )


def _each(of: Components, function: Callable[[float], float]) -> Components:
    return Components(
        function(of.repeatability),
        function(of.reproducibility),
        None if of.operator is None else function(of.operator),
        None if of.interaction is None else function(of.interaction),
        function(of.gauge),
        function(of.part),
        function(of.total),
    )


def _scaled(of: Components, factor: float) -> Components:
    return _each(of, lambda value: value * factor)
