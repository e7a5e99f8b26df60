"""Find the smallest plan that keeps the producer's and the consumer's risk."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from bihuan.stats.checks import choice, whole
from bihuan.stats.errors import NoAnswer
from bihuan.stats.sampling.chances import hypergeometric_at_most
from bihuan.stats.sampling.curves import asn
from bihuan.stats.sampling.inputs import risks
from bihuan.stats.sampling.plans import DoublePlan, Plan, SinglePlan
from bihuan.stats.signatures import checked

Chance = Callable[[int, int], float]


@dataclass(frozen=True, slots=True)
class FoundPlan:
    """A plan and the risks that it really has.

    Attributes
    ----------
    plan : SinglePlan or DoublePlan
    producer_risk : float
        Chance of rejecting lots of the good quality ``p1``.
    consumer_risk : float
        Chance of accepting lots of the poor quality ``p2``.
    """

    plan: Plan
    producer_risk: float
    consumer_risk: float


@checked
def find_single(
    p1: float,
    alpha: float,
    p2: float,
    beta: float,
    *,
    distribution: str = "binomial",
    lot: int | None = None,
    largest: int = 1_000_000,
) -> FoundPlan:
    """Smallest single plan with P(reject | p1) <= alpha and P(accept | p2) <= beta.

    Parameters
    ----------
    p1, p2 : float
        Good and poor quality: fraction nonconforming, or nonconformities per item for ``poisson``.
    alpha, beta : float
        Producer's and consumer's risk, upper bounds that are both kept.
    distribution : {"binomial", "poisson", "hypergeometric"}
    lot : int, optional
        Lot size for ``hypergeometric``: good lots hold at most ``floor(p1 N)`` nonconforming items, poor ones at least
        ``ceil(p2 N)``.
    largest : int
        Do not look at larger samples.

    Returns
    -------
    FoundPlan
        The plan with the smallest acceptance number that can keep both risks and, with it, the smallest sample; no
        plan with a smaller sample keeps them.

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``limits_reversed``, ``no_plan`` (none up to ``largest`` or in the lot), ``lot_missing``,
        ``unknown_choice``.

    Notes
    -----
    W. C. Guenther, Sampling Inspection in Statistical Quality Control (1977): for each acceptance number c the consumer
    needs n of at least n_c, the producer allows at most N_c; the first c with n_c <= N_c wins. R's AcceptanceSampling
    (``find.plan``) answers the same for binomial and Poisson; nomographs are only near it.

    References
    ----------
    Guenther (1977), Sampling Inspection in Statistical Quality Control; Hailey (1980), Journal of Quality Technology
    12.

    Examples
    --------
    >>> find_single(0.01, 0.05, 0.06, 0.10).plan
    SinglePlan(sample=110, accept=3)
    """
    risks(p1, alpha, p2, beta, poisson=distribution == "poisson")
    good, poor = _chances(p1, p2, distribution, lot)
    largest = whole(largest, "largest", least=1)
    top = largest if lot is None or distribution != "hypergeometric" else min(largest, whole(lot, "lot"))
    sample = 1
    for accept in range(top + 1):
        needed = _first_at_most(poor, accept, beta, max(sample, accept), top)
        if needed is None:
            break
        if good(accept, needed) >= 1.0 - alpha:
            return FoundPlan(SinglePlan(needed, accept), 1.0 - good(accept, needed), poor(accept, needed))
        sample = needed
    raise NoAnswer("no_plan", f"no single plan of at most {top} items keeps both risks")


def _chances(p1: float, p2: float, distribution: str, lot: int | None) -> tuple[Chance, Chance]:
    """P(accept) by acceptance number and sample size, for good and for poor quality."""
    if distribution == "binomial":
        return _binomial(p1), _binomial(p2)
    if distribution == "poisson":
        return _poisson(p1), _poisson(p2)
    if distribution != "hypergeometric":
        raise NoAnswer("unknown_choice", f"distribution must be binomial, poisson or hypergeometric: {distribution}")
    if lot is None:
        raise NoAnswer("lot_missing", "the hypergeometric distribution needs the lot size")
    size = whole(lot, "lot", least=1)
    bad1, bad2 = math.floor(p1 * size + 1e-9), math.ceil(p2 * size - 1e-9)
    if bad1 >= bad2:
        raise NoAnswer("no_plan", f"in a lot of {size} both qualities are {bad1} nonconforming items")
    return _in_lot(bad1, size), _in_lot(bad2, size)


def _binomial(p: float) -> Chance:
    return lambda c, n: 1.0 if c >= n else float(special.betainc(n - c, c + 1, 1.0 - p))


def _poisson(rate: float) -> Chance:
    return lambda c, n: float(special.pdtr(c, n * rate))


def _in_lot(bad: int, lot: int) -> Chance:
    return lambda c, n: float(hypergeometric_at_most(c, n, np.array([float(bad)]), lot)[0])


def _first_at_most(chance: Chance, accept: int, limit: float, low: int, top: int) -> int | None:
    """Return the smallest n in [low, top] with P(accept) <= limit; P falls as n grows."""
    low = max(low, 1)
    if chance(accept, low) <= limit:
        return low
    step, high = 1, low
    while chance(accept, high) > limit:
        if high == top:
            return None
        low, high, step = high, min(high + step, top), step * 2
    while high - low > 1:
        middle = (low + high) // 2
        if chance(accept, middle) <= limit:
            high = middle
        else:
            low = middle
    return high


@checked
def find_double(
    p1: float, alpha: float, p2: float, beta: float, *, ratio: int = 1, distribution: str = "binomial"
) -> FoundPlan:
    """Find the double plan with the least average sample at good quality that keeps both risks.

    Parameters
    ----------
    p1, alpha, p2, beta
        As in `find_single`.
    ratio : int
        Second sample as a multiple of the first: 1 or 2 are usual.
    distribution : {"binomial", "poisson"}

    Returns
    -------
    FoundPlan
        Among plans with one rejection number (reject1 = accept2 + 1), the one with the smallest average sample number
        at ``p1``; ties go to the smaller first sample.

    Raises
    ------
    NoAnswer
        As `find_single`; ``unknown_choice`` for ``hypergeometric``.

    Notes
    -----
    The form of the tables by Grubbs and of Montgomery, section 15.3.1: n2 = n1 or 2 n1 and c1 < c2. Acceptance numbers
    are tried to three above that of the single plan.

    References
    ----------
    Duncan, Quality Control and Industrial Statistics, chapter 8; Montgomery, section 15.3.

    Examples
    --------
    >>> find_double(0.01, 0.05, 0.06, 0.10).plan
    DoublePlan(first=67, accept1=1, reject1=4, second=67, accept2=3)
    """
    choice(distribution, ("binomial", "poisson"), "distribution")
    times = whole(ratio, "ratio", least=1)
    single = find_single(p1, alpha, p2, beta, distribution=distribution).plan
    if not isinstance(single, SinglePlan) or single.accept > 25:
        raise NoAnswer("no_plan", "the two qualities are too close for a double plan to be searched")
    best: tuple[float, int, FoundPlan] | None = None
    for accept2 in range(1, single.accept + 4):
        for accept1 in range(accept2):
            found = _double(p1, alpha, p2, beta, (accept1, accept2, times, single.sample), distribution)
            if found is None or not isinstance(found.plan, DoublePlan):
                continue
            size = float(asn(found.plan, p1, distribution=distribution))
            if best is None or (size, found.plan.first) < best[:2]:
                best = (size, found.plan.first, found)
    if best is None:
        raise NoAnswer("no_plan", "no double plan of this form keeps both risks")
    return best[2]


def _double(
    p1: float, alpha: float, p2: float, beta: float, form: tuple[int, int, int, int], distribution: str
) -> FoundPlan | None:
    accept1, accept2, ratio, single = form
    good, poor = (_double_chance(p, accept1, accept2, ratio, distribution) for p in (p1, p2))
    first = _first_at_most(poor, 0, beta, 1, 2 * single)
    if first is None or good(0, first) < 1.0 - alpha:
        return None
    plan = DoublePlan(first, accept1, accept2 + 1, ratio * first, accept2)
    return FoundPlan(plan, 1.0 - good(0, first), poor(0, first))


def _double_chance(p: float, accept1: int, accept2: int, ratio: int, distribution: str) -> Chance:
    """P(accept) of a double plan by the size of its first sample, in scalars for the search."""
    below = _binomial(p) if distribution == "binomial" else _poisson(p)

    def just(found: int, sample: int) -> float:
        if distribution == "poisson":
            return math.exp(found * math.log(sample * p) - sample * p - math.lgamma(found + 1))
        return math.comb(sample, found) * p**found * (1.0 - p) ** (sample - found)

    def chance(_: int, first: int) -> float:
        later = (just(i, first) * below(accept2 - i, ratio * first) for i in range(accept1 + 1, accept2 + 1))
        return below(accept1, first) + sum(later)

    return chance
