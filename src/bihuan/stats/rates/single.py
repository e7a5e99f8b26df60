"""Exact tests of one count against an expectation and of one proportion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bihuan.stats.checks import choice, numbers
from bihuan.stats.errors import NoAnswer
from bihuan.stats.rates import tails
from bihuan.stats.rates.arguments import Floats, counted, sampled
from bihuan.stats.signatures import checked


@dataclass(frozen=True, slots=True)
class ExactTest:
    """The p-values of exact tests.

    Attributes
    ----------
    p_value : ndarray of float
        In the common shape of the input.
    alternative : str
        ``greater``, ``less`` or ``two-sided``.
    method : str
        How the tail was made: ``central``, ``minlike`` or ``midp``.
    """

    p_value: Floats
    alternative: str
    method: str


@checked
def poisson_test(
    counts: ArrayLike, expected: ArrayLike, *, alternative: str = "two-sided", method: str = "central"
) -> ExactTest:
    """Exact test of counts against the mean of a Poisson distribution.

    ``greater`` is P(X >= count), ``less`` is P(X <= count) with X Poisson of mean ``expected``.

    Parameters
    ----------
    counts : array_like
        Events, any shape.
    expected : array_like
        Events expected: a rate times its exposure. Broadcasts with ``counts``.
    alternative : {"two-sided", "greater", "less"}
        What speaks against the expectation.
    method : {"central", "minlike", "midp"}
        ``central``: two-sided is twice the smaller tail, at most 1, which agrees with Garwood's interval. ``minlike``:
        two-sided is the probability of all counts that are at most as likely, as R's ``poisson.test``. ``midp``: the
        observed count weighs half in each tail; two-sided doubles the smaller. One-sided, ``minlike`` is ``central``.

    Returns
    -------
    ExactTest

    Raises
    ------
    NoAnswer
        ``empty``, ``not_numbers``, ``not_finite``, ``negative``, ``not_whole``, ``shapes_differ``, ``no_expectation``
        (events where none are expected), ``unknown_choice``.

    Notes
    -----
    An expectation of zero with no events has p = 1. R's p-value is two-sided ``minlike`` while its interval is central,
    so the two may disagree there; here the default pair cannot.

    References
    ----------
    Garwood (1936), Biometrika 28, 437-442. Lancaster (1961), JASA 56, 223-234 (mid-p). Fay (2010), The R Journal 2(1),
    53-58 (central and minlike).

    Examples
    --------
    >>> poisson_test([0, 3, 10], 2.0, alternative="greater").p_value.round(5).tolist()
    [1.0, 0.32332, 5e-05]
    """
    choice(alternative, tails.ALTERNATIVES, "alternative")
    choice(method, tails.METHODS, "method")
    observed, mean = counted(counts, expected)
    if alternative == "two-sided" and method == "minlike":
        return ExactTest(_poisson_unlikely(observed, mean), alternative, method)
    upper = tails.poisson_upper(observed, mean) if alternative != "less" else observed
    lower = tails.poisson_lower(observed, mean) if alternative != "greater" else observed
    mass = np.exp(tails.poisson_log_mass(observed, mean)) if method == "midp" else None
    return ExactTest(tails.combine(upper, lower, mass, alternative), alternative, method)


@checked
def binomial_test(
    defectives: ArrayLike,
    sample: ArrayLike,
    share: ArrayLike,
    *,
    alternative: str = "two-sided",
    method: str = "central",
) -> ExactTest:
    """Exact test of defectives in a sample against a share.

    ``greater`` is P(X >= defectives), ``less`` is P(X <= defectives) with X binomial of size ``sample``.

    Parameters
    ----------
    defectives, sample : array_like
        Whole numbers that broadcast.
    share : array_like
        The share under the null hypothesis, in [0, 1].
    alternative : {"two-sided", "greater", "less"}
        What speaks against the share.
    method : {"central", "minlike", "midp"}
        As in `poisson_test`; ``minlike`` is R's ``binom.test`` and scipy's ``binomtest``, ``central`` agrees with the
        Clopper-Pearson interval.

    Returns
    -------
    ExactTest

    Raises
    ------
    NoAnswer
        ``empty``, ``not_numbers``, ``not_finite``, ``negative``, ``not_whole``, ``no_trials``, ``above_sample``,
        ``out_of_range``, ``shapes_differ``, ``unknown_choice``.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26, 404-413. Fay (2010), The R Journal 2(1), 53-58.

    Examples
    --------
    >>> round(float(binomial_test(682, 925, 0.75, method="minlike").p_value), 4)
    0.3825
    """
    choice(alternative, tails.ALTERNATIVES, "alternative")
    choice(method, tails.METHODS, "method")
    found, size = sampled(defectives, sample)
    null = _share(share, found)
    found, size, null = np.broadcast_arrays(found, size, null)
    if alternative == "two-sided" and method == "minlike":
        return ExactTest(_binomial_unlikely(found, size, null), alternative, method)
    upper = tails.binomial_upper(found, size, null)
    lower = tails.binomial_lower(found, size, null)
    mass = np.exp(tails.binomial_log_mass(found, size, null)) if method == "midp" else None
    return ExactTest(tails.combine(upper, lower, mass, alternative), alternative, method)


def _share(share: ArrayLike, found: Floats) -> Floats:
    null = numbers(share, "share", ndim=None)
    if ((null < 0) | (null > 1)).any():
        raise NoAnswer("out_of_range", "share must lie between 0 and 1")
    try:
        np.broadcast_shapes(null.shape, found.shape)
    except ValueError as problem:
        raise NoAnswer("shapes_differ", "share does not fit the counts") from problem
    return null


def _poisson_unlikely(observed: Floats, mean: Floats) -> Floats:
    return tails.unlikely(
        observed,
        np.floor(mean),
        np.maximum(np.ceil(np.e * mean) + 1, observed),
        lambda value: tails.poisson_log_mass(value, mean),
        lambda value: tails.poisson_upper(value, mean),
        lambda value: tails.poisson_lower(value, mean),
    )


def _binomial_unlikely(found: Floats, size: Floats, share: Floats) -> Floats:
    return tails.unlikely(
        found,
        np.minimum(np.floor((size + 1) * share), size),
        size,
        lambda value: tails.binomial_log_mass(value, size, share),
        lambda value: tails.binomial_upper(np.minimum(value, size), size, share),
        lambda value: tails.binomial_lower(value, size, share),
    )
