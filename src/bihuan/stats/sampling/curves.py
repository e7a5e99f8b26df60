"""What a plan by attributes does: chance of acceptance, outgoing quality, amount of inspection."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.checks import level, whole
from bihuan.stats.errors import NoAnswer
from bihuan.stats.sampling.chances import at_most, exactly, hypergeometric_at_most, hypergeometric_exactly, in_lot
from bihuan.stats.sampling.inputs import qualities
from bihuan.stats.sampling.plans import DoublePlan, Plan, SinglePlan
from bihuan.stats.signatures import checked

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OutgoingLimit:
    """The worst average outgoing quality (AOQL).

    Attributes
    ----------
    limit : float
        Fraction nonconforming, or nonconformities per item, after inspection.
    at : float
        The incoming quality that gives it, in the same unit.
    """

    limit: float
    at: float


@checked
def oc(plan: Plan, p: ArrayLike, *, distribution: str = "binomial", lot: int | None = None) -> Floats:
    """Chance of acceptance of a lot (operating characteristic).

    Parameters
    ----------
    plan : SinglePlan or DoublePlan
    p : array_like
        Fraction nonconforming; for ``poisson`` nonconformities per item (not per 100), which may exceed 1.
    distribution : {"binomial", "poisson", "hypergeometric"}
        Binomial and Poisson describe lots from a process (type B), hypergeometric one finite lot (type A).
    lot : int, optional
        Lot size; needed for ``hypergeometric``, where ``p * lot`` must be whole.

    Returns
    -------
    ndarray
        P(accept), in the shape of ``p``.

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``empty``, ``not_finite``, ``unknown_choice``, ``lot_missing``, ``not_whole``,
        ``lot_smaller_than_sample``.

    Notes
    -----
    Single: P(X <= Ac). Double: P(X1 <= Ac1) plus the sum over Ac1 < i < Re1 of P(X1 = i) P(X2 <= Ac2 - i), the second
    sample of a finite lot coming from what the first left (SAS/QC draws it from the whole lot again). D. C. Montgomery,
    Introduction to Statistical Quality Control, chapter 15. Computed through the incomplete beta function, not by
    adding up terms.

    References
    ----------
    Montgomery, Introduction to Statistical Quality Control, chapter 15. Schilling and Neubauer, Acceptance Sampling
    in Quality Control.

    Examples
    --------
    >>> oc(SinglePlan(89, 2), [0.01, 0.05]).round(4)
    array([0.9397, 0.1721])
    """
    values = qualities(p, distribution, lot)
    total = _shaped(plan, np.atleast_1d(values), distribution, lot).sum(axis=0)
    return np.asarray(total, dtype=np.float64).reshape(values.shape)


def _shaped(plan: Plan, p: Floats, distribution: str, lot: int | None) -> Floats:
    """Chance of acceptance on the first and on the second sample, as two rows."""
    out = np.zeros((2, p.size))
    flat = p.ravel()
    if isinstance(plan, SinglePlan):
        out[0] = at_most(plan.accept, plan.sample, flat, distribution, lot)
        return out.reshape(2, *p.shape)
    if distribution == "hypergeometric":
        in_lot(plan.first + plan.second, lot)
    out[0] = at_most(plan.accept1, plan.first, flat, distribution, lot)
    for found in range(plan.accept1 + 1, plan.reject1):
        out[1] += _chance_first(plan, found, flat, distribution, lot) * _chance_second(
            plan, found, flat, distribution, lot
        )
    return out.reshape(2, *p.shape)


def _chance_first(plan: DoublePlan, found: int, p: Floats, distribution: str, lot: int | None) -> Floats:
    if distribution == "hypergeometric":
        size = in_lot(plan.first, lot)
        return hypergeometric_exactly(np.float64(found), plan.first, np.rint(p * size), size)  # type: ignore[arg-type]
    if found > plan.first and distribution == "binomial":
        return np.zeros_like(p)
    return exactly(found, plan.first, p, distribution)


def _chance_second(plan: DoublePlan, found: int, p: Floats, distribution: str, lot: int | None) -> Floats:
    if distribution == "hypergeometric":
        size = in_lot(plan.first + plan.second, lot)
        left = np.maximum(np.rint(p * size) - found, 0.0)
        left = np.minimum(left, float(size - plan.first))
        return hypergeometric_at_most(plan.accept2 - found, plan.second, left, size - plan.first)
    return at_most(plan.accept2 - found, plan.second, p, distribution)


@checked
def asn(
    plan: Plan, p: ArrayLike, *, distribution: str = "binomial", lot: int | None = None, curtailed: bool = False
) -> Floats:
    """Average number of items in the sample (average sample number).

    Parameters
    ----------
    plan, p, distribution, lot
        As in `oc`.
    curtailed : bool
        Stop the second sample of a double plan as soon as the lot is rejected (the first is always completed);
        binomial only.

    Returns
    -------
    ndarray
        Items per lot, in the shape of ``p``.

    Raises
    ------
    NoAnswer
        As `oc`; ``unknown_choice`` for a curtailed plan that is not binomial.

    Notes
    -----
    n1 + n2 P(second sample). Curtailed: n1 + sum over Ac1 < i < Re1 of P(X1 = i) [n2 P(X <= Ac2 - i in n2) +
    (Ac2 - i + 1) / p P(X >= Ac2 - i + 2 in n2 + 1)] (Montgomery, section 15.3).

    References
    ----------
    Montgomery, Introduction to Statistical Quality Control, section 15.3. Duncan, Quality Control and Industrial
    Statistics, chapter 8.

    Examples
    --------
    >>> asn(DoublePlan(60, 1, 4, 120, 3), [0.0, 0.03]).round(1)
    array([ 60. , 112.2])
    """
    values = qualities(p, distribution, lot)
    flat = np.atleast_1d(values).ravel()
    if isinstance(plan, SinglePlan):
        if distribution == "hypergeometric":
            in_lot(plan.sample, lot)
        return np.full(values.shape, float(plan.sample))
    if curtailed and distribution != "binomial":
        raise NoAnswer("unknown_choice", "the curtailed sample number is known for the binomial distribution only")
    total = np.full(flat.shape, float(plan.first))
    for found in range(plan.accept1 + 1, plan.reject1):
        chance = _chance_first(plan, found, flat, distribution, lot)
        total += chance * (_curtailed(plan, found, flat) if curtailed else plan.second)
    return total.reshape(values.shape)


def _curtailed(plan: DoublePlan, found: int, p: Floats) -> Floats:
    room = plan.accept2 - found
    safe = np.where(p > 0, p, 1.0)
    beyond = (1.0 - at_most(room + 1, plan.second + 1, p, "binomial")) * (room + 1) / safe
    return plan.second * at_most(room, plan.second, p, "binomial") + np.where(p > 0, beyond, 0.0)


@checked
def ati(plan: Plan, p: ArrayLike, lot: int, *, distribution: str = "binomial") -> Floats:
    """Average total inspection per lot when rejected lots are inspected completely (rectifying inspection).

    Parameters
    ----------
    plan, p, distribution
        As in `oc`.
    lot : int
        Lot size.

    Returns
    -------
    ndarray
        Items per lot, in the shape of ``p``.

    Raises
    ------
    NoAnswer
        As `oc`.

    Notes
    -----
    Single: n + (1 - Pa)(N - n). Double: n1 Pa1 + (n1 + n2) Pa2 + N (1 - Pa). Montgomery, chapter 15.

    References
    ----------
    Montgomery, Introduction to Statistical Quality Control, chapter 15.

    Examples
    --------
    >>> ati(SinglePlan(89, 2), [0.01], 10_000).round()
    array([687.])
    """
    size = _lot(plan, lot)
    values = qualities(p, distribution, size)
    first, second = _shaped(plan, np.atleast_1d(values), distribution, size)
    total = first * _first(plan) + second * _both(plan) + (1.0 - first - second) * size
    return np.asarray(total, dtype=np.float64).reshape(values.shape)


@checked
def aoq(
    plan: Plan, p: ArrayLike, lot: int | None = None, *, distribution: str = "binomial", replaced: bool = True
) -> Floats:
    """Average outgoing quality when rejected lots are inspected completely.

    Parameters
    ----------
    plan, p, distribution
        As in `oc`.
    lot : int, optional
        Lot size; without it the lot is taken as large against the sample.
    replaced : bool
        Nonconforming items that are found are replaced by good ones, or only removed.

    Returns
    -------
    ndarray
        Fraction nonconforming (or nonconformities per item) after inspection, in the shape of ``p``.

    Raises
    ------
    NoAnswer
        As `oc`.

    Notes
    -----
    p [Pa1 (N - n1) + Pa2 (N - n1 - n2)] / N, with Pa2 = 0 for a single plan; p Pa for large lots. Montgomery, chapter
    15. When items are only removed, N falls by the p n1 or p (n1 + n2) that the samples hold, as in SAS/QC. For
    nonconformities per item the same rule is applied to the items left uninspected.

    References
    ----------
    Montgomery, Introduction to Statistical Quality Control, chapter 15. Dodge and Romig, Sampling Inspection Tables
    (1959).

    Examples
    --------
    >>> aoq(SinglePlan(89, 2), [0.01], 10_000).round(4)
    array([0.0093])
    """
    size = None if lot is None else _lot(plan, lot)
    values = qualities(p, distribution, size)
    flat = np.atleast_1d(values)
    first, second = _shaped(plan, flat, distribution, size)
    if size is not None:
        taken1, taken2 = (0.0, 0.0) if replaced else (flat * _first(plan), flat * _both(plan))
        first = first * (size - _first(plan)) / np.maximum(size - taken1, 1.0)
        second = second * (size - _both(plan)) / np.maximum(size - taken2, 1.0)
    return np.asarray(flat * (first + second)).reshape(values.shape)


@checked
def aoql(plan: Plan, lot: int | None = None, *, distribution: str = "binomial") -> OutgoingLimit:
    """Average outgoing quality limit: the maximum of `aoq` over the incoming quality.

    Parameters
    ----------
    plan : SinglePlan or DoublePlan
    lot : int, optional
        Lot size; without it the lot is taken as large against the sample.
    distribution : {"binomial", "poisson", "hypergeometric"}
        For ``hypergeometric`` every number of nonconforming items in the lot is tried.

    Returns
    -------
    OutgoingLimit

    Raises
    ------
    NoAnswer
        As `aoq`; ``full_inspection`` when the plan takes the whole lot, so that nothing bad goes out.

    References
    ----------
    Dodge and Romig, Sampling Inspection Tables (1959); Montgomery, chapter 15.

    Examples
    --------
    >>> found = aoql(SinglePlan(89, 2), 10_000)
    >>> round(found.limit, 4), round(found.at, 4)
    (0.0152, 0.0253)
    """
    size = None if lot is None else _lot(plan, lot)
    if size is not None and size == _both(plan) == _first(plan):
        raise NoAnswer("full_inspection", "the plan inspects the whole lot: no nonconforming item goes out")
    if distribution == "hypergeometric":
        grid = np.arange(whole(lot, "lot") + 1) / whole(lot, "lot")
        values = aoq(plan, grid, size, distribution=distribution)
        best = int(np.argmax(values))
        return OutgoingLimit(float(values[best]), float(grid[best]))
    from scipy import optimize

    number = plan.accept if isinstance(plan, SinglePlan) else plan.accept2
    highest = 4.0 * (number + 3) / _first(plan)
    top = highest if distribution == "poisson" else min(1.0, highest)
    grid = np.linspace(0.0, top, 257)
    best = int(np.argmax(aoq(plan, grid, size, distribution=distribution)))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, 256)]
    found = optimize.minimize_scalar(
        lambda at: -float(aoq(plan, at, size, distribution=distribution)),
        bounds=(float(low), float(high)),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return OutgoingLimit(float(-found.fun), float(found.x))


@checked
def quality_at(plan: Plan, acceptance: float, *, distribution: str = "binomial", lot: int | None = None) -> float:
    """Quality at which lots are accepted with a given chance.

    Parameters
    ----------
    plan : SinglePlan or DoublePlan
    acceptance : float
        Chance of acceptance: 0.95 gives the producer's risk quality, 0.5 the indifference quality, 0.10 the consumer's
        risk quality (LTPD, limiting quality).
    distribution : {"binomial", "poisson", "hypergeometric"}
        For ``hypergeometric`` the answer is the smallest D / N that is accepted with at most this chance.
    lot : int, optional
        Lot size for ``hypergeometric``.

    Returns
    -------
    float
        Fraction nonconforming, or nonconformities per item for ``poisson``.

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``always_accepts`` when the plan accepts every lot, and as `oc`.

    References
    ----------
    Schilling and Neubauer, Acceptance Sampling in Quality Control, chapter 5; ISO 2859-1:1999, clause 12.

    Examples
    --------
    >>> round(quality_at(SinglePlan(125, 3), 0.10), 4)
    0.0527
    """
    chance = level(acceptance, "acceptance")
    if distribution == "hypergeometric":
        return _quality_in_lot(plan, chance, lot)
    from scipy import optimize

    high = 1.0
    while distribution == "poisson" and float(oc(plan, high, distribution=distribution)) > chance:
        high *= 2.0
    if float(oc(plan, high, distribution=distribution)) > chance:
        raise NoAnswer("always_accepts", "the plan accepts even the worst lots more often than this")
    return float(
        optimize.brentq(
            lambda at: float(oc(plan, at, distribution=distribution)) - chance, 0.0, high, xtol=1e-15, rtol=1e-13
        )
    )


def _quality_in_lot(plan: Plan, chance: float, lot: int | None) -> float:
    size = in_lot(_both(plan), lot)
    low, high = 0, size
    if float(oc(plan, 1.0, distribution="hypergeometric", lot=size)) > chance:
        raise NoAnswer("always_accepts", "the plan accepts even the worst lots more often than this")
    while high - low > 1:
        middle = (low + high) // 2
        if float(oc(plan, middle / size, distribution="hypergeometric", lot=size)) > chance:
            low = middle
        else:
            high = middle
    return high / size


def _lot(plan: Plan, lot: int) -> int:
    return in_lot(_both(plan), whole(lot, "lot", least=1))


def _first(plan: Plan) -> int:
    return plan.sample if isinstance(plan, SinglePlan) else plan.first


def _both(plan: Plan) -> int:
    return plan.sample if isinstance(plan, SinglePlan) else plan.first + plan.second
