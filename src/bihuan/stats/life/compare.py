"""Whether groups live equally long: with a distribution and without."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from bihuan.stats.checks import distinct, label_array, numbers
from bihuan.stats.errors import NoAnswer
from bihuan.stats.life import engine
from bihuan.stats.life.data import LifeData, columns
from bihuan.stats.life.families import FAMILIES
from bihuan.stats.life.fit import ALONG, LifeFit, fit_exponential, fit_lognormal, fit_weibull
from bihuan.stats.signatures import checked

Floats = NDArray[np.float64]
FITS: dict[str, Callable[..., LifeFit]] = {
    "weibull": fit_weibull,
    "lognormal": fit_lognormal,
    "exponential": fit_exponential,
}
SAMENESS = ("everything", "shape", "scale")


@dataclass(frozen=True, slots=True, eq=False)
class GroupTest:
    """A test of equal survival.

    Attributes
    ----------
    statistic : float
        Chi-square statistic.
    freedom : int
        Its degrees of freedom.
    p_value : float
        Chance of a statistic as large if all groups are alike.
    groups : ndarray, shape (g,)
        Names of the groups, sorted.
    observed, expected : ndarray, shape (g,)
        Failures of every group, and those expected if all were alike (weighted when ``rho`` is not 0).
    """

    statistic: float
    freedom: int
    p_value: float
    groups: NDArray[np.generic]
    observed: Floats
    expected: Floats


@checked
def log_rank(
    time: ArrayLike,
    failed: ArrayLike | None,
    group: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    rho: float = 0.0,
) -> GroupTest:
    """Log-rank test of two or more groups, or its relatives that weigh early failures more.

    At every age of failure the failures of a group are compared with its share of all units at risk; the differences,
    weighted with ``S(t-) ** rho`` (pooled Kaplan-Meier estimate), are summed and set against their hypergeometric
    variance.

    Parameters
    ----------
    time, failed, weight : array_like, shape (n,)
        As for `kaplan_meier`.
    group : array_like, shape (n,)
        Name or number of the group of every row.
    rho : float
        0 for the log-rank test, 1 for the Peto-Prentice form of the Wilcoxon test.

    Returns
    -------
    GroupTest

    Raises
    ------
    NoAnswer
        As `kaplan_meier`; ``one_group``; ``bad_labels``; ``missing_label``; ``no_failures``; ``no_overlap`` (the groups
        were never at risk together); ``out_of_range`` for ``rho``.

    Notes
    -----
    As R ``survdiff``: ties by the hypergeometric variance. Minitab's Wilcoxon is Gehan's, weighted by units at risk.

    References
    ----------
    Mantel 1966; Harrington and Fleming, Biometrika 69, 1982.

    Examples
    --------
    >>> found = log_rank([1, 2, 3, 4, 5, 6], None, ["a", "a", "b", "a", "b", "b"])
    >>> found.observed.tolist(), found.expected.round(3).tolist(), round(found.statistic, 3)
    ([3.0, 3.0], [1.483, 4.517], 2.557)
    """
    if not 0 <= rho <= 10:
        raise NoAnswer("out_of_range", f"rho must lie between 0 and 10, not {rho}")
    names, place = _groups(group, numbers(time, "time").size)
    t, flag, count = columns(time, failed, np.ones(place.size) if weight is None else weight)
    place = place if weight is None else place[np.asarray(weight, dtype=np.float64) > 0]
    if not flag.any():
        raise NoAnswer("no_failures", "nothing failed, so there is nothing to compare")
    ages = np.unique(t[flag > 0])
    spot = np.searchsorted(ages, t, side="right")
    shape = (names.size, ages.size + 1)
    left_at = np.bincount(place * shape[1] + spot, count, shape[0] * shape[1]).astype(np.float64).reshape(shape)
    at_risk = left_at.sum(axis=1, keepdims=True) - np.cumsum(left_at, axis=1)[:, :-1]
    hit = flag > 0
    dead = np.bincount(place[hit] * ages.size + spot[hit] - 1, count[hit], names.size * ages.size)
    return _tested(names, at_risk, dead.astype(np.float64).reshape(names.size, ages.size), rho)


def _groups(group: ArrayLike, size: int) -> tuple[NDArray[np.generic], NDArray[np.intp]]:
    """Names of the groups and the group of every row."""
    labels = label_array(group, "group")
    if labels.shape != (size,):
        raise NoAnswer("shapes_differ", f"group has shape {labels.shape}, time has {size} items")
    names, place = distinct(labels, "group")
    if names.size < 2:
        raise NoAnswer("one_group", "there is only one group")
    return names, place


def _tested(names: NDArray[np.generic], at_risk: Floats, dead: Floats, rho: float) -> GroupTest:
    """The test from units at risk and failures, groups by ages."""
    total, fallen = at_risk.sum(axis=0), dead.sum(axis=0)
    before = np.concatenate(([1.0], np.cumprod(1 - fallen / total)[:-1])) ** rho
    share = at_risk / total
    expected = share * fallen
    gap = ((dead - expected) * before).sum(axis=1)
    tie = np.divide(fallen * (total - fallen), total - 1, out=np.zeros_like(total), where=total > 1) * before**2
    variance = np.diag((share * tie).sum(axis=1)) - (share * tie) @ share.T
    used = np.diag(variance) > 1e-12
    freedom = int(used.sum()) - 1
    if freedom < 1:
        raise NoAnswer("no_overlap", "the groups were never at risk together")
    keep = np.flatnonzero(used)[:-1]
    try:
        statistic = float(gap[keep] @ np.linalg.solve(variance[np.ix_(keep, keep)], gap[keep]))
    except np.linalg.LinAlgError as problem:
        raise NoAnswer("no_overlap", "the groups were never at risk together") from problem
    p_value = float(chdtrc(freedom, statistic))
    return GroupTest(statistic, freedom, p_value, names, (dead * before).sum(axis=1), (expected * before).sum(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class FitTest:
    """A likelihood-ratio test of fitted groups.

    Attributes
    ----------
    statistic : float
        Twice the difference of log-likelihoods.
    freedom : int
        Parameters saved by sameness.
    p_value : float
        From the chi-square distribution.
    log_likelihood_same, log_likelihood_apart : float
        Log-likelihoods with and without sameness.
    """

    statistic: float
    freedom: int
    p_value: float
    log_likelihood_same: float
    log_likelihood_apart: float


@checked
def compare_fits(groups: Sequence[LifeData], family: str = "weibull", *, same: str = "everything") -> FitTest:
    """Likelihood-ratio test of whether groups share a distribution, or its shape.

    Parameters
    ----------
    groups : sequence of LifeData
        Two or more.
    family : {"weibull", "lognormal", "exponential"}
        Distribution of every group.
    same : {"everything", "shape", "scale"}
        What the hypothesis says is the same: both parameters; the shape (spread) alone; or the scale where the shape is
        the same anyway.

    Returns
    -------
    FitTest

    Raises
    ------
    NoAnswer
        ``one_group``; ``unknown_choice``; ``no_failures`` or ``no_spread`` when a group cannot be fitted by itself;
        ``held`` for a question about the shape of exponential distributions.

    References
    ----------
    Lawless 2003, 5.3; Meeker and Escobar 1998, 17.

    Examples
    --------
    >>> from bihuan.stats.life import observed
    >>> old, new = observed([20, 35, 41, 62]), observed([55, 80, 130, 150], [1, 1, 1, 0])
    >>> found = compare_fits([old, new])
    >>> found.freedom, found.p_value < 0.05
    (2, True)
    """
    if len(groups) < 2:
        raise NoAnswer("one_group", "there are fewer than two groups")
    if family not in FITS or same not in SAMENESS:
        raise NoAnswer("unknown_choice", f"families are {', '.join(FITS)}; same is one of {', '.join(SAMENESS)}")
    if family == "exponential" and same != "everything":
        raise NoAnswer("held", "exponential distributions have no shape of their own")
    fits = [FITS[family](group) for group in groups]
    alone = sum(fit.log_likelihood for fit in fits)
    pooled = FITS[family](joined(groups)).log_likelihood if same != "shape" else 0.0
    parallel = _common_spread(fits) if same != "everything" else 0.0
    low, high = {"everything": (pooled, alone), "shape": (parallel, alone), "scale": (pooled, parallel)}[same]
    freedom = (len(fits) - 1) * (2 if same == "everything" and family != "exponential" else 1)
    statistic = max(2 * (high - low), 0.0)
    return FitTest(statistic, freedom, float(chdtrc(freedom, statistic)), low, high)


@checked
def joined(groups: Sequence[LifeData]) -> LifeData:
    """Several sets of lifetimes as one.

    Parameters
    ----------
    groups : sequence of LifeData
        At least one.

    Returns
    -------
    LifeData

    Raises
    ------
    NoAnswer
        ``empty``.

    Examples
    --------
    >>> from bihuan.stats.life import observed
    >>> joined([observed([1, 2]), observed([3], [0])]).units
    3.0
    """
    if not groups:
        raise NoAnswer("empty", "there are no groups")
    names = ("time", "failed", "weight", "left", "left_weight", "lower", "upper", "span_weight")
    return LifeData(*(np.concatenate([getattr(group, name) for group in groups]) for name in names))


def _common_spread(fits: Sequence[LifeFit]) -> float:
    """Log-likelihood of separate locations with one spread.

    The likelihood of every group is concave in one over the spread with the location following, so the common maximum
    lies between the separate ones.
    """
    from scipy.optimize import brentq

    prepared = [(engine.prepare(fit.data), FAMILIES[fit.family]) for fit in fits]

    def peaks(steep: float) -> list[engine.Peak]:
        return [engine.climb(rows, family, np.array([0.0, steep * rows.width]), ALONG) for rows, family in prepared]

    def slope(steep: float) -> float:
        found = zip(peaks(steep), prepared, strict=True)
        return sum(float(peak.gradient[1]) * rows.width for peak, (rows, _) in found)

    low, high = min(1 / fit.spread for fit in fits), max(1 / fit.spread for fit in fits)
    best = low if high - low < 1e-12 * high else float(brentq(slope, low * (1 - 1e-9), high * (1 + 1e-9), rtol=1e-12))
    return sum(peak.value + rows.constant for peak, (rows, _) in zip(peaks(best), prepared, strict=True))
