"""Many p-values at once: family-wise error and false discovery rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.checks import choice, level, numbers
from bihuan.stats.errors import NoAnswer
from bihuan.stats.rates.arguments import Floats
from bihuan.stats.signatures import checked

METHODS = ("bonferroni", "holm", "hochberg", "benjamini-hochberg", "benjamini-yekutieli", "storey")


@dataclass(frozen=True, slots=True)
class Adjusted:
    """P-values adjusted for their number.

    Attributes
    ----------
    adjusted : ndarray of float
        In the order given. With Storey's method these are q-values.
    rejected : ndarray of bool
        Where the adjusted value is at most ``alpha``.
    alpha : float
        The family-wise error or false discovery rate asked for.
    method : str
        How it was adjusted.
    null_share : float
        The share of true null hypotheses that the method takes: 1, or Storey's estimate.
    """

    adjusted: Floats
    rejected: NDArray[np.bool_]
    alpha: float
    method: str
    null_share: float


@checked
def adjust(
    p_values: ArrayLike,
    method: str = "benjamini-hochberg",
    *,
    alpha: float = 0.05,
    tuning: float | None = 0.5,
) -> Adjusted:
    """Adjust p-values for their number m; p(1) <= ... <= p(m) are the sorted ones.

    Parameters
    ----------
    p_values : array_like
        Shape (m,), each in [0, 1].
    method : str
        ``bonferroni``: m p. ``holm``: running maximum of (m - i + 1) p(i). ``hochberg``: running minimum of the same
        from the largest. ``benjamini-hochberg``: running minimum of m p(i) / i from the largest; controls the false
        discovery rate for independent or positively dependent tests. ``benjamini-yekutieli``: the same times
        1 + 1/2 + ... + 1/m, for any dependence. ``storey``: Benjamini-Hochberg times the estimated share of true nulls
        (q-values).
    alpha : float
        Error rate for ``rejected``.
    tuning : float or None
        Storey's lambda; see `null_share`.

    Returns
    -------
    Adjusted

    Raises
    ------
    NoAnswer
        ``empty``, ``not_numbers``, ``not_finite``, ``wrong_shape``, ``out_of_range``, ``unknown_choice``,
        ``no_null_share``.

    Notes
    -----
    The first five agree with R's ``p.adjust``. ``storey`` with ``tuning=0.5`` differs from R's ``qvalue``, whose
    default fits a spline over many lambdas.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6, 65-70. Hochberg (1988), Biometrika 75, 800-802. Benjamini and
    Hochberg (1995), JRSS B 57, 289-300. Benjamini and Yekutieli (2001), Annals of Statistics 29, 1165-1188. Storey
    (2002), JRSS B 64, 479-498.

    Examples
    --------
    >>> found = adjust([0.01, 0.02, 0.03, 0.8])
    >>> found.adjusted.round(4).tolist(), found.rejected.tolist()
    ([0.04, 0.04, 0.04, 0.8], [True, True, True, False])
    """
    choice(method, METHODS, "method")
    rate = level(alpha, "alpha")
    p = _probabilities(p_values)
    share = null_share(p, tuning) if method == "storey" else 1.0
    if method == "bonferroni":
        result = np.minimum(p * p.size, 1.0)
    elif method in ("holm", "hochberg"):
        result = _stepwise(p, downward=method == "holm")
    else:
        factor = np.sum(1 / np.arange(1, p.size + 1)) if method == "benjamini-yekutieli" else share
        result = discovery_rates(p, float(factor))
    return Adjusted(result, result <= rate, rate, method, share)


@checked
def null_share(p_values: ArrayLike, tuning: float | None = 0.5) -> float:
    """Storey's estimate of the share of true null hypotheses, #{p > lambda} / (m (1 - lambda)), at most 1.

    Parameters
    ----------
    p_values : array_like
        Shape (m,), each in [0, 1].
    tuning : float or None
        Lambda in (0, 1). None takes, of 0.05, 0.10, ..., 0.95, the one of least estimated mean squared error around the
        tenth percentile of the estimates (Storey, Taylor and Siegmund 2004, in the closed form of R's
        ``pi0est(pi0.method="bootstrap")``).

    Returns
    -------
    float

    Raises
    ------
    NoAnswer
        As `adjust`; ``no_null_share`` if no p-value lies above lambda, so that the estimate would be zero and every
        q-value with it.

    Notes
    -----
    R's ``pi0est`` counts p-values equal to lambda as above it. P-values of counts are coarse and often exactly 1, which
    biases the estimate upward: safe, but less sharp.

    References
    ----------
    Storey (2002), JRSS B 64, 479-498. Storey, Taylor and Siegmund (2004), JRSS B 66, 187-205.

    Examples
    --------
    >>> null_share([0.001, 0.002, 0.3, 0.6, 0.9])
    0.8
    """
    p = _probabilities(p_values)
    grid = np.arange(1, 20) * 0.05 if tuning is None else np.array([level(tuning, "tuning")])
    above = p.size - np.searchsorted(np.sort(p), grid, side="right")
    shares = above / (p.size * (1 - grid))
    found = float(shares[0])
    if tuning is None:
        spread = above / (p.size**2 * (1 - grid) ** 2) * (1 - above / p.size)
        found = float(shares[np.argmin(spread + (shares - np.quantile(shares, 0.1)) ** 2)])
    if found == 0:
        raise NoAnswer("no_null_share", "no p-value lies above lambda, the share of true nulls cannot be estimated")
    return min(found, 1.0)


def discovery_rates(p: Floats, factor: float = 1.0) -> Floats:
    """The step-up values min over j >= i of factor m p(j) / j, at most 1, along the first axis; nothing is checked.

    Equal p-values share one value in whatever order they are sorted. Column by column in one piece of memory each: far
    quicker for many cells.
    """
    if p.ndim == 1:
        return _step_up(p, factor)
    result = np.empty_like(p)
    flat, wide = p.reshape(p.shape[0], -1), result.reshape(p.shape[0], -1)
    for column in range(flat.shape[1]):
        wide[:, column] = _step_up(np.ascontiguousarray(flat[:, column]), factor)
    return result


def _step_up(p: Floats, factor: float) -> Floats:
    order = np.argsort(p)
    steps = p[order]
    steps *= factor * p.size / np.arange(1, p.size + 1, dtype=np.float64)
    backward = steps[::-1]
    np.minimum.accumulate(backward, out=backward)
    result = np.empty_like(p)
    result[order] = np.minimum(steps, 1.0, out=steps)
    return result


def _stepwise(p: Floats, *, downward: bool) -> Floats:
    order = np.argsort(p, kind="stable")
    scaled = p[order] * np.arange(p.size, 0, -1)
    steps = np.maximum.accumulate(scaled) if downward else np.minimum.accumulate(scaled[::-1])[::-1]
    result = np.empty_like(p)
    result[order] = np.minimum(steps, 1.0)
    return result


def _probabilities(p_values: ArrayLike) -> Floats:
    p = numbers(p_values, "p_values")
    if ((p < 0) | (p > 1)).any():
        raise NoAnswer("out_of_range", "p-values must lie between 0 and 1")
    return p
