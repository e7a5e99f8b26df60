"""Plans that accept on zero: sample sizes for a lot, and the ones that match a plan of the standard."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bihuan.stats.checks import level as between
from bihuan.stats.checks import whole
from bihuan.stats.errors import NoAnswer
from bihuan.stats.sampling.chances import hypergeometric_at_most
from bihuan.stats.sampling.curves import quality_at
from bihuan.stats.sampling.iso2859 import attribute_plan
from bihuan.stats.sampling.plans import SinglePlan
from bihuan.stats.signatures import checked


@dataclass(frozen=True, slots=True)
class ZeroPlan:
    """A plan that accepts a lot only when its sample holds nothing nonconforming.

    Attributes
    ----------
    lot : int
    limit : float
        Fraction nonconforming at which the consumer's risk is kept.
    defectives : int
        Nonconforming items in a lot of that quality, ``ceil(limit * lot)``.
    plan : SinglePlan
        Acceptance number 0.
    consumer_risk : float
        Chance of accepting a lot with that many.
    full_inspection : bool
        Only the whole lot keeps the risk.
    """

    lot: int
    limit: float
    defectives: int
    plan: SinglePlan
    consumer_risk: float
    full_inspection: bool


@checked
def zero_acceptance(lot: int, limit: float, consumer_risk: float = 0.10) -> ZeroPlan:
    """Smallest sample that, with none accepted, keeps the consumer's risk in a finite lot.

    Parameters
    ----------
    lot : int
        Items in the lot.
    limit : float
        Fraction nonconforming (LTPD) that is to be caught.
    consumer_risk : float
        Largest chance of accepting a lot of that quality.

    Returns
    -------
    ZeroPlan

    Raises
    ------
    NoAnswer
        ``out_of_range``, ``not_whole``, ``not_finite``.

    Notes
    -----
    Hypergeometric: the smallest n with C(N - D, n) / C(N, n) <= risk and D = ceil(limit N). With one nonconforming item
    in the lot the answer is ceil((1 - risk) N). The binomial rule n = ln(risk) / ln(1 - limit) asks for more in small
    lots.

    References
    ----------
    Schilling and Neubauer, Acceptance Sampling in Quality Control, chapter 17.

    Examples
    --------
    >>> zero_acceptance(1000, 0.05).plan.sample, zero_acceptance(20, 0.05).plan.sample
    (44, 18)
    """
    size = whole(lot, "lot", least=1)
    fraction, risk = between(limit, "limit"), between(consumer_risk, "consumer_risk")
    bad = math.ceil(fraction * size - 1e-9)

    def chance(sample: int) -> float:
        return float(hypergeometric_at_most(0, sample, np.array([float(bad)]), size)[0])

    low, high = 0, size
    while high - low > 1:
        middle = (low + high) // 2
        if chance(middle) <= risk * (1 + 1e-12):
            high = middle
        else:
            low = middle
    return ZeroPlan(size, fraction, bad, SinglePlan(high, 0), chance(high), high == size)


@checked
def zero_acceptance_like(lot: int, aql: str | float, level: str = "II", consumer_risk: float = 0.10) -> ZeroPlan:
    """Zero-acceptance plan with the consumer's protection of the standard's plan for an AQL.

    Parameters
    ----------
    lot : int
    aql : str or float
        AQL of the table up to 10, in percent nonconforming.
    level : str
        Inspection level of the plan that is matched.
    consumer_risk : float

    Returns
    -------
    ZeroPlan

    Raises
    ------
    NoAnswer
        ``full_inspection`` when the standard's plan takes the whole lot, and as `attribute_plan`.

    Notes
    -----
    The logic of the c = 0 table (N. L. Squeglia, Zero Acceptance Number Sampling Plans): take the single normal plan of
    the lot, the quality that it accepts with the consumer's risk (binomial), and the smallest sample that with c = 0
    accepts that quality no more often (hypergeometric in this lot). The printed table has one sample size per range of
    lots, found with older approximations, and lies within a few items of this.

    References
    ----------
    Squeglia, Zero Acceptance Number Sampling Plans, 5th edition (2008).

    Examples
    --------
    >>> zero_acceptance_like(1200, 1.0).plan
    SinglePlan(sample=34, accept=0)
    """
    standard = attribute_plan(lot, aql, level)
    if standard.full_inspection:
        raise NoAnswer("full_inspection", "the plan of the standard already inspects the whole lot")
    limit = quality_at(standard.plan, consumer_risk)
    return zero_acceptance(lot, limit, consumer_risk)
