"""Plans by variables from the table of ANSI/ASQ Z1.9 and the verdict on a lot."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from bihuan.stats.checks import choice, numbers, whole
from bihuan.stats.errors import NoAnswer
from bihuan.stats.sampling.iso2859 import letter_of, match_aql
from bihuan.stats.signatures import checked

EDITIONS = {"z1.9": "ansi_z19.json"}


@dataclass(frozen=True, slots=True)
class VariablesPlan:
    """A plan by variables, standard deviation unknown.

    Attributes
    ----------
    edition : str
        Key of the edition of the table.
    standard : str
        Its title.
    severity, level, aql, code_letter : str
        What was asked; ``code_letter`` is that of lot and level, arrows being followed in ``n``, ``k`` and ``m``.
    lot : int or None
    n : int
        Sample size.
    k : float
        Acceptance constant of form 1.
    m : float
        Largest estimated fraction nonconforming of form 2 (a fraction, where the table prints percent).
    full_inspection : bool
        The sample is as large as the lot or larger: inspect every item, by attributes.
    """

    edition: str
    standard: str
    severity: str
    level: str | None
    aql: str
    code_letter: str
    lot: int | None
    n: int
    k: float
    m: float
    full_inspection: bool


@dataclass(frozen=True, slots=True)
class VariablesDecision:
    """The verdict on a lot by variables.

    Attributes
    ----------
    accepted : bool
    method : {"k", "M"}
    mean, sd : float
        Of the sample, the standard deviation with n - 1.
    q_lower, q_upper : float or None
        Distance of the mean from the limits in standard deviations.
    p_lower, p_upper : float or None
        Estimated fraction outside each limit.
    p : float
        Their sum.
    """

    accepted: bool
    method: str
    mean: float
    sd: float
    q_lower: float | None
    q_upper: float | None
    p_lower: float | None
    p_upper: float | None
    p: float


@checked
@lru_cache(maxsize=4)
def variables_tables(edition: str = "z1.9") -> dict[str, Any]:
    """Return the table of an edition as read from its file (do not change it).

    Parameters
    ----------
    edition : str
        Key of the edition, ``z1.9``.

    Returns
    -------
    dict
        Code letters and, by severity, letter and AQL, the plans ``[n, k, M in percent]``.

    Raises
    ------
    NoAnswer
        ``unknown_choice``.

    References
    ----------
    ANSI/ASQ Z1.9, tables A-2 and B-1 to B-4.

    Examples
    --------
    >>> variables_tables()["plans"]["normal"]["D"]["1.0"]
    [5, 1.5247, 3.33]
    """
    choice(edition, EDITIONS, "edition")
    loaded: dict[str, Any] = json.loads(
        (files("bihuan.stats") / "data" / EDITIONS[edition]).read_text(encoding="utf-8")
    )
    return loaded


@checked
def variables_plan(
    lot: int | None,
    aql: str | float,
    level: str = "II",
    severity: str = "normal",
    *,
    letter: str | None = None,
    edition: str = "z1.9",
) -> VariablesPlan:
    """Return the plan of ANSI/ASQ Z1.9 for a lot, standard deviation unknown (standard deviation method).

    Parameters
    ----------
    lot : int or None
        Items in the lot. None only together with ``letter``.
    aql : str or float
        Acceptance quality limit in percent nonconforming: 0.10, 0.15, 0.25, 0.40, 0.65, 1.0, 1.5, 2.5, 4.0, 6.5, 10.
    level : {"S-3", "S-4", "I", "II", "III"}
    severity : {"normal", "tightened", "reduced"}
    letter : str, optional
        A code letter instead of that of lot and level.
    edition : str

    Returns
    -------
    VariablesPlan

    Raises
    ------
    NoAnswer
        ``aql_not_in_table``, ``unknown_choice``, ``lot_missing``, ``lot_too_small``, ``not_whole``.

    Notes
    -----
    ANSI/ASQ Z1.9, tables A-2, B-1 to B-4 (its letters have an I). ISO 3951-1 from 2013 on has other
    tables. k stands here to four digits, printed copies round to two. R's AQLSchemes gives the same plans.

    References
    ----------
    ANSI/ASQ Z1.9, tables A-2 and B-1 to B-4.

    Examples
    --------
    >>> plan = variables_plan(40, 1.0)
    >>> plan.n, plan.k, round(100 * plan.m, 2)
    (5, 1.5247, 3.33)
    """
    loaded = variables_tables(edition)
    name = match_aql(aql, loaded["aql"])
    if severity not in loaded["plans"]:
        raise NoAnswer("unknown_choice", f"severity must be one of {', '.join(loaded['plans'])}, not {severity}")
    if letter is None:
        if lot is None:
            raise NoAnswer("lot_missing", "give a lot size or a code letter")
        start = letter_of(lot, level, loaded["levels"], loaded["lot_size_ranges"])
    else:
        start = letter
    if start not in loaded["plans"][severity]:
        raise NoAnswer("unknown_choice", f"no code letter {start}")
    n, k, percent = loaded["plans"][severity][start][name]
    size = None if lot is None else whole(lot, "lot", least=1)
    return VariablesPlan(
        edition=edition,
        standard=loaded["edition"],
        severity=severity,
        level=level if letter is None else None,
        aql=name,
        code_letter=start,
        lot=size,
        n=int(n),
        k=float(k),
        m=float(percent) / 100.0,
        full_inspection=size is not None and n >= size,
    )


@checked
def estimated_nonconforming(q: ArrayLike, n: int) -> NDArray[np.float64]:
    """Estimate the fraction outside a limit from the quality index of a sample.

    Parameters
    ----------
    q : array_like
        Quality index (limit - mean) / sd.
    n : int
        Sample size, at least 3.

    Returns
    -------
    ndarray
        Fractions, in the shape of ``q``.

    Raises
    ------
    NoAnswer
        ``out_of_range`` for n below 3, and as `numbers`.

    Notes
    -----
    The unbiased estimate of a normal tail (Lieberman and Resnikoff 1955): the symmetric beta distribution with
    parameters n / 2 - 1 at max(0, 1/2 - q sqrt(n) / (2 (n - 1))). The table of percent values in the standard is this
    function rounded.

    References
    ----------
    Lieberman and Resnikoff (1955), JASA 50, 457-516.

    Examples
    --------
    >>> estimated_nonconforming([0.0, 1.59], 5).round(4)
    array([0.5   , 0.0219])
    """
    size = whole(n, "n", least=3)
    values = numbers(q, "q", ndim=None)
    at = np.clip(0.5 - 0.5 * values * np.sqrt(size) / (size - 1), 0.0, 1.0)
    half = size / 2.0 - 1.0
    return np.asarray(special.betainc(half, half, at), dtype=np.float64).reshape(np.shape(q))


@checked
def variables_decision(
    plan: VariablesPlan,
    values: ArrayLike,
    *,
    lower: float | None = None,
    upper: float | None = None,
    method: str | None = None,
) -> VariablesDecision:
    """Decide on a lot from the measurements of its sample.

    Parameters
    ----------
    plan : VariablesPlan
    values : array_like
        The ``plan.n`` measurements.
    lower, upper : float, optional
        Specification limits, at least one, in the unit of the values.
    method : {"k", "M"}, optional
        Form 1 compares the quality index with k and takes one limit; form 2 compares the estimated fraction
        nonconforming of both sides together with M. By default k for one limit and M for two.

    Returns
    -------
    VariablesDecision

    Raises
    ------
    NoAnswer
        ``full_inspection``, ``sample_mismatch`` for another number of values than the plan, ``zero_variance``,
        ``limits_missing``, ``limits_reversed``, ``k_needs_one_limit``, ``unknown_choice``, and as `numbers`.

    Notes
    -----
    ANSI/ASQ Z1.9, section B, part I and II. Equality accepts: q >= k, p <= M. With form 2 a negative index of the only
    limit, or of either limit, means that more than half is estimated outside and M refuses it by itself.

    References
    ----------
    ANSI/ASQ Z1.9, section B, parts I and II.

    Examples
    --------
    >>> plan = variables_plan(40, 1.0)
    >>> verdict = variables_decision(plan, [197, 188, 184, 205, 201], upper=209)
    >>> verdict.accepted, round(verdict.q_upper, 2)
    (True, 1.59)
    """
    sample = numbers(values, least=1)
    if plan.full_inspection:
        raise NoAnswer("full_inspection", "the sample is the whole lot: sort it by attributes")
    if sample.size != plan.n:
        raise NoAnswer("sample_mismatch", f"the plan asks for {plan.n} values, not {sample.size}")
    chosen = _method(lower, upper, method)
    if np.ptp(sample) == 0:
        raise NoAnswer("zero_variance", "all values are equal: no standard deviation, no verdict by variables")
    mean, sd = float(sample.mean()), float(sample.std(ddof=1))
    q_lower = None if lower is None else (mean - lower) / sd
    q_upper = None if upper is None else (upper - mean) / sd
    p_lower, p_upper = (None if q is None else float(estimated_nonconforming(q, plan.n)) for q in (q_lower, q_upper))
    total = (p_lower or 0.0) + (p_upper or 0.0)
    index = q_lower if q_upper is None else q_upper
    accepted = index is not None and index >= plan.k if chosen == "k" else total <= plan.m
    return VariablesDecision(bool(accepted), chosen, mean, sd, q_lower, q_upper, p_lower, p_upper, total)


def _method(lower: float | None, upper: float | None, method: str | None) -> str:
    given = [limit for limit in (lower, upper) if limit is not None]
    if not given:
        raise NoAnswer("limits_missing", "give a lower or an upper limit")
    if len(given) == 2 and given[0] >= given[1]:
        raise NoAnswer("limits_reversed", "the lower limit must be below the upper one")
    if method not in (None, "k", "M"):
        raise NoAnswer("unknown_choice", f"method must be k or M, not {method}")
    if method == "k" and len(given) == 2:
        raise NoAnswer("k_needs_one_limit", "the k method judges one limit; use M for two")
    return method or ("k" if len(given) == 1 else "M")
