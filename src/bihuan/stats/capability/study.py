"""A capability study of normal data: within and overall, with intervals and fractions outside the limits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, ndtr

from bihuan.stats.capability.indices import Indices, Limits, of_limits
from bihuan.stats.capability.intervals import (
    cp_interval,
    cpk_interval,
    cpm_interval,
    one_sided_interval,
)
from bihuan.stats.charts import IMR, Convention, Setup, XbarR, XbarS, per_size
from bihuan.stats.charts.subgroups import in_subgroups, kept, subgroups_of
from bihuan.stats.checks import level, numbers
from bihuan.stats.errors import NoAnswer
from bihuan.stats.interval import Interval, Side
from bihuan.stats.signatures import checked

Floats = NDArray[np.float64]


class Asked(TypedDict):
    """Which intervals are wanted."""

    confidence: float
    side: Side


Within = Literal["moving_range", "pooled", "range", "deviation"]


@dataclass(frozen=True, slots=True)
class Intervals:
    """Confidence intervals of the indices that there are.

    Attributes
    ----------
    cp, cpl, cpu, cpm : Interval or None
        None where the index itself does not exist.
    cpk : Interval
        By Bissell's approximation.
    """

    cp: Interval[float] | None
    cpl: Interval[float] | None
    cpu: Interval[float] | None
    cpk: Interval[float]
    cpm: Interval[float] | None


@dataclass(frozen=True, slots=True)
class Outside:
    """Fractions outside the limits; multiply by a million for ppm.

    Attributes
    ----------
    below, above : float
        Fraction below the lower and above the upper limit, 0 to 1; 0 on a side without limit.
    """

    below: float
    above: float

    @property
    def total(self) -> float:
        """Both sides together."""
        return self.below + self.above


@dataclass(frozen=True, slots=True)
class View:
    """The process with one of its standard deviations.

    Attributes
    ----------
    sd : float
        Standard deviation, unit of the data.
    freedom : float
        Its degrees of freedom (effective ones for ranges).
    indices : Indices
        Cp, Cpk ... within; Pp, Ppk ... overall.
    intervals : Intervals
        Their confidence intervals.
    expected : Outside
        Fractions of a normal distribution outside the limits.
    """

    sd: float
    freedom: float
    indices: Indices
    intervals: Intervals
    expected: Outside


@dataclass(frozen=True, slots=True)
class Capability:
    """A capability study.

    Attributes
    ----------
    count : int
        Number of values.
    mean : float
        Mean of all values.
    limits : Limits
        Specification limits and target.
    method : str
        How the standard deviation within was found.
    within : View
        Short-term: Cp, Cpl, Cpu, Cpk.
    overall : View
        Long-term: Pp, Ppl, Ppu, Ppk and Cpm.
    observed : Outside
        Fractions of the values themselves strictly outside the limits.
    """

    count: int
    mean: float
    limits: Limits
    method: Within
    within: View
    overall: View
    observed: Outside


@checked
def capability(
    values: Any,
    *,
    lower: float | None = None,
    upper: float | None = None,
    target: float | None = None,
    method: Within | None = None,
    confidence: float = 0.95,
    side: Side = "both",
    constants: Convention = "exact",
) -> Capability:
    """Study the capability of a process from single values or subgroups.

    The overall standard deviation is that of all values (divisor n - 1, no correction by c4). The one within comes from
    moving ranges for single values and from the pooled variance, ranges or deviations for subgroups, each made
    unbiased (d2, c4) as on the charts.

    Parameters
    ----------
    values : array_like
        Single values in their order in time, shape (n,), or subgroups of at least 2 as in `charts.xbar_r`.
    lower, upper : float, optional
        Specification limits, unit of the data; at least one.
    target : float, optional
        Wanted value, for Cpm.
    method : {"moving_range", "pooled", "range", "deviation"}, optional
        ``moving_range`` for single values; ``pooled`` unless given for subgroups.
    confidence : float
        Level of the intervals.
    side : {"both", "lower", "upper"}
        Intervals, or bounds alone at the same level.
    constants : {"exact", "table", "qcc"}
        Which d2 and c4.

    Returns
    -------
    Capability
        Indices with intervals, within and overall, and fractions outside.

    Raises
    ------
    NoAnswer
        ``limits_missing``, ``limits_reversed``, ``target_outside``, ``zero_variance``, ``unknown_choice``, and what
        `checks.numbers` and `charts.xbar_r` raise.

    Notes
    -----
    Everything here assumes a stable, normal process: look at a chart and at `normality` first, and use
    `fitted_capability` for other distributions. Intervals: Cp and Pp by chi square, Cpk and Ppk by Bissell, Ppl and Ppu
    exactly by the noncentral t, Cpm by Boyles. Ranges get the degrees of freedom that match their variance: about 0.605
    per moving range (Minitab: 0.62) and about 0.9 times n - 1 per range. Cpm rests on the overall standard deviation,
    as in NIST and Minitab; qcc takes the one within.

    References
    ----------
    NIST/SEMATECH e-Handbook 6.1.6; Montgomery, chapter 8; ISO 22514-2; Cryer and Ryan (1990), JQT 22 (moving ranges).

    Examples
    --------
    >>> study = capability([9.9, 10.1, 10.0, 10.2, 9.8, 10.0, 10.1, 9.9], lower=9.4, upper=10.6)
    >>> round(study.overall.indices.cp, 3), round(study.within.indices.cp, 3)
    (1.528, 1.128)
    """
    limits = Limits(lower, upper, target)
    with np.errstate(all="ignore"):
        return _study(values, limits, method, {"confidence": level(confidence), "side": side}, constants)


def _study(values: Any, limits: Limits, method: Within | None, asked: Asked, constants: Convention) -> Capability:
    flat, mean, sd, freedom, chosen = _within(values, method, constants)
    overall = float(flat.std(ddof=1))
    if not math.isfinite(overall):
        raise NoAnswer("not_finite", "the values are too large to square")
    return Capability(
        count=flat.size,
        mean=mean,
        limits=limits,
        method=chosen,
        within=_view(mean, sd, freedom, flat.size, limits, asked, exact=False),
        overall=_view(mean, overall, flat.size - 1.0, flat.size, limits, asked, exact=True),
        observed=_observed(flat, limits),
    )


def _within(values: Any, method: str | None, constants: Convention) -> tuple[Floats, float, float, float, Within]:
    """All values, their mean, the standard deviation within, its degrees of freedom and the method."""
    values, setup = kept(values), Setup(constants=constants)
    if not in_subgroups(values):
        if method not in (None, "moving_range"):
            raise NoAnswer("unknown_choice", f"single values have moving ranges, not {method}")
        flat = numbers(values, least=2)
        family = IMR()
        standard = family.estimate(family.read(flat, None), None, setup)
        return flat, standard.mean, standard.sd or 0.0, _degrees(_moving_range_scatter(flat.size - 1)), "moving_range"
    groups = subgroups_of(values)
    if method not in (None, "pooled", "range", "deviation"):
        raise NoAnswer("unknown_choice", f"subgroups have pooled, range or deviation, not {method}")
    flat = np.concatenate([np.ravel(group) for group in groups])
    shared = XbarR() if method == "range" else XbarS("weighted" if method == "deviation" else "pooled")
    sample = shared.read(groups, None)
    standard = shared.estimate(sample, None, setup)
    if method == "range":
        ratio = per_size("d2", sample.sizes) / per_size("d3", sample.sizes)
        return flat, standard.mean, standard.sd or 0.0, _degrees(1 / float((ratio**2).sum())), "range"
    if method == "deviation":
        c4 = per_size("c4", sample.sizes)
        freedom = _degrees(1 / float((c4**2 / (1 - c4**2)).sum()))
        return flat, standard.mean, standard.sd or 0.0, freedom, "deviation"
    return flat, standard.mean, standard.sd or 0.0, float((sample.sizes - 1).sum()), "pooled"


def _moving_range_scatter(count: int) -> float:
    """Squared coefficient of variation of the mean of ``count`` moving ranges of normal values."""
    own = math.pi / 2 - 1
    shared = math.sqrt(0.75) + math.asin(0.5) / 2 - 1
    return (count * own + 2 * (count - 1) * shared) / count**2


def _degrees(scatter: float) -> float:
    """Degrees of freedom of the chi variable with this squared coefficient of variation."""
    freedom = 1 / (2 * scatter) + 0.25
    if scatter < 1e-4:
        return freedom
    for _ in range(30):
        ratio = math.exp(2 * float(gammaln(freedom / 2) - gammaln((freedom + 1) / 2)))
        freedom *= (freedom / 2 * ratio - 1) / scatter
    return freedom


def _view(mean: float, sd: float, freedom: float, count: int, limits: Limits, asked: Asked, *, exact: bool) -> View:
    found = of_limits(mean, sd, limits)

    def one(index: float | None) -> Interval[float] | None:
        if index is None:
            return None
        return one_sided_interval(index, count, **asked) if exact else cpk_interval(index, count, freedom, **asked)

    cpm = found.cpm if found.cpm is not None else found.cpm_star
    offset = None if limits.target is None else (mean - limits.target) / sd
    intervals = Intervals(
        cp=None if found.cp is None else cp_interval(found.cp, freedom, **asked),
        cpl=one(found.cpl),
        cpu=one(found.cpu),
        cpk=cpk_interval(found.cpk, count, freedom, **asked),
        cpm=None if cpm is None or offset is None else cpm_interval(cpm, count, offset, **asked),
    )
    return View(sd, freedom, found, intervals, _expected(mean, sd, limits))


def _expected(mean: float, sd: float, limits: Limits) -> Outside:
    below = 0.0 if limits.lower is None else float(ndtr((limits.lower - mean) / sd))
    above = 0.0 if limits.upper is None else float(ndtr((mean - limits.upper) / sd))
    return Outside(below, above)


def _observed(values: Floats, limits: Limits) -> Outside:
    below = 0.0 if limits.lower is None else float((values < limits.lower).mean())
    above = 0.0 if limits.upper is None else float((values > limits.upper).mean())
    return Outside(below, above)
