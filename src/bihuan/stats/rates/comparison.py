"""Two rates against each other, and observed against expected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bihuan.stats.checks import choice, positive
from bihuan.stats.errors import NoAnswer
from bihuan.stats.rates.arguments import Floats, above_zero, events, sizes, together
from bihuan.stats.rates.intervals import binomial_interval, poisson_interval
from bihuan.stats.rates.single import binomial_test, poisson_test
from bihuan.stats.signatures import checked


@dataclass(frozen=True, slots=True)
class RateRatio:
    """The ratio of two Poisson rates, the first over the second.

    Attributes
    ----------
    ratio : ndarray of float
        Infinite where the second group has no events.
    lower, upper : ndarray of float
        Exact conditional limits.
    p_value : ndarray of float
        Two-sided, of the null ratio.
    null : float
        The ratio tested.
    confidence : float
        Level of the limits.
    method : str
        ``central``, ``minlike`` or ``midp``.
    """

    ratio: Floats
    lower: Floats
    upper: Floats
    p_value: Floats
    null: float
    confidence: float
    method: str


@dataclass(frozen=True, slots=True)
class StandardisedRatio:
    """Observed over expected, with an exact interval.

    Attributes
    ----------
    observed, expected : ndarray of float
        Events seen and awaited.
    ratio, lower, upper : ndarray of float
        The ratio (SMR) and its limits.
    p_value : ndarray of float
        Two-sided, of a ratio of 1.
    confidence : float
        Level of the limits.
    method : str
        The interval's method.
    """

    observed: Floats
    expected: Floats
    ratio: Floats
    lower: Floats
    upper: Floats
    p_value: Floats
    confidence: float
    method: str


@checked
def rate_ratio(
    first: ArrayLike,
    first_exposure: ArrayLike,
    second: ArrayLike,
    second_exposure: ArrayLike,
    *,
    null: float = 1.0,
    confidence: float = 0.95,
    method: str = "central",
) -> RateRatio:
    """Compare two Poisson rates by the exact conditional test.

    Given the sum of both counts, the first is binomial with share r t1 / (r t1 + t2) at a ratio of r. Test and limits
    are those of that share: limits p / (1 - p) * t2 / t1.

    Parameters
    ----------
    first, second : array_like
        Events in each group, shapes that broadcast.
    first_exposure, second_exposure : array_like
        Units, hours or months behind them, in the same unit, above zero.
    null : float
        The ratio to test.
    confidence : float
        Level of the interval.
    method : {"central", "minlike", "midp"}
        ``central``: Clopper-Pearson limits and twice the smaller tail. ``minlike``: the same limits with R's p-value
        (``poisson.test`` of two counts). ``midp``: mid-p limits and p-value.

    Returns
    -------
    RateRatio

    Raises
    ------
    NoAnswer
        ``no_events`` where both counts are zero, and as `poisson_interval`.

    References
    ----------
    Przyborowski and Wilenski (1940), Biometrika 31, 313-323. Fay (2010), The R Journal 2(1), 53-58.

    Examples
    --------
    >>> found = rate_ratio(11, 800, 21, 3011, method="minlike")
    >>> round(float(found.ratio), 4), round(float(found.lower), 4), round(float(found.upper), 4)
    (1.9715, 0.8584, 4.2773)
    >>> round(float(found.p_value), 5)
    0.07967
    """
    choice(method, ("central", "minlike", "midp"), "method")
    one, two = together(events(first, "first"), events(second, "second"), "first and second")
    times = together(
        above_zero(first_exposure, "first_exposure"),
        above_zero(second_exposure, "second_exposure"),
        "the exposures",
    )
    if (one + two == 0).any():
        raise NoAnswer("no_events", "two rates without any event have no ratio")
    scale, both = together(times[1] / times[0], one + two, "counts and exposures")
    one = np.broadcast_to(one, both.shape)
    asked = positive(null, "null")
    test = binomial_test(one, both, asked / (asked + scale), method=method)
    share = binomial_interval(
        one, both, confidence=confidence, method="midp" if method == "midp" else "clopper-pearson"
    )
    return RateRatio(
        _odds(share.estimate) * scale,
        _odds(share.lower) * scale,
        _odds(share.upper) * scale,
        test.p_value,
        asked,
        confidence,
        method,
    )


@checked
def standardised_ratio(
    observed: ArrayLike, expected: ArrayLike, *, confidence: float = 0.95, method: str = "garwood"
) -> StandardisedRatio:
    """Observed over expected events (SMR) with its interval.

    Parameters
    ----------
    observed : array_like
        Events, any shape.
    expected : array_like
        Events expected by the reference rates, above zero; taken as known without error.
    confidence : float
        Level of the interval.
    method : {"garwood", "midp", "score"}
        As in `poisson_interval`. The p-value is ``central`` with Garwood and score, ``midp`` with mid-p.

    Returns
    -------
    StandardisedRatio

    Raises
    ------
    NoAnswer
        As `poisson_interval`; ``out_of_range`` for an expectation of zero.

    References
    ----------
    Breslow and Day (1987), Statistical Methods in Cancer Research II, section 2.3. Ulm (1990), American Journal of
    Epidemiology 131, 373-375.

    Examples
    --------
    >>> found = standardised_ratio(137, 24.19893)
    >>> round(float(found.ratio), 4), round(float(found.lower), 4), round(float(found.upper), 4)
    (5.6614, 4.7531, 6.6927)
    """
    found = poisson_interval(observed, above_zero(expected, "expected"), confidence=confidence, method=method)
    seen, awaited = together(events(observed, "observed"), above_zero(expected, "expected"), "observed and expected")
    test = poisson_test(seen, awaited, method="midp" if method == "midp" else "central")
    return StandardisedRatio(seen, awaited, found.estimate, found.lower, found.upper, test.p_value, confidence, method)


@checked
def indirectly_standardised(
    observed: ArrayLike,
    exposure: ArrayLike,
    reference: ArrayLike,
    *,
    confidence: float = 0.95,
    method: str = "garwood",
) -> StandardisedRatio:
    """Standardise indirectly: the events of each group against what reference rates by stratum make of its exposure.

    The expected number of a group is the sum over strata of exposure times reference rate.

    Parameters
    ----------
    observed : array_like
        Events per group, shape (groups,) or a number.
    exposure : array_like
        Exposure by group and stratum, shape (groups, strata) or (strata,).
    reference : array_like
        Events per unit of exposure in each stratum of the reference, shape (strata,).
    confidence, method
        As in `standardised_ratio`.

    Returns
    -------
    StandardisedRatio

    Raises
    ------
    NoAnswer
        As `standardised_ratio`, and ``shapes_differ`` unless the strata agree.

    References
    ----------
    Breslow and Day (1987), Statistical Methods in Cancer Research II, section 2.3.

    Examples
    --------
    >>> found = indirectly_standardised([9, 4], [[1000, 500], [200, 2000]], [0.002, 0.004])
    >>> found.expected.tolist(), found.ratio.round(3).tolist()
    ([4.0, 8.4], [2.25, 0.476])
    """
    base = sizes(exposure, "exposure")
    rates = sizes(reference, "reference")
    if base.ndim not in (1, 2) or rates.ndim != 1 or base.shape[-1] != rates.shape[0]:
        raise NoAnswer("shapes_differ", "exposure must have one column for each reference rate")
    return standardised_ratio(observed, base @ rates, confidence=confidence, method=method)


def _odds(share: Floats) -> Floats:
    rest = np.where(share == 1, 1.0, 1 - share)
    result: Floats = np.where(share == 1, np.inf, share / rest)
    return result
