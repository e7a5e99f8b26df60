"""Empirical-Bayes shrinkage of many observed over expected ratios: gamma-Poisson and the gamma mixture of GPS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from bihuan.stats.checks import level, numbers, positive
from bihuan.stats.errors import NoAnswer
from bihuan.stats.rates import tails
from bihuan.stats.rates.arguments import Floats, events, sizes, together
from bihuan.stats.signatures import checked
from bihuan.stats.threads import one_thread

Integers: TypeAlias = NDArray[np.intp]
_Below: TypeAlias = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class GammaPrior:
    """The distribution of true ratios over the cells: one gamma distribution, or a mixture of several.

    Attributes
    ----------
    shapes, rates : ndarray of float
        Of each part; its mean is shape / rate.
    weights : ndarray of float
        Of each part, with sum 1.
    log_likelihood : float
        Of the counts it was fitted to, NaN if it was given.

    Raises
    ------
    NoAnswer
        ``out_of_range`` for what is no distribution, and as `checks.numbers`.
    """

    shapes: Floats
    rates: Floats
    weights: Floats
    log_likelihood: float

    def __post_init__(self) -> None:
        shapes, rates, weights = (numbers(one, "the prior") for one in (self.shapes, self.rates, self.weights))
        agree = shapes.shape == rates.shape == weights.shape
        if not agree or min(shapes.min(), rates.min(), weights.min()) <= 0 or abs(weights.sum() - 1) > 1e-6:
            raise NoAnswer("out_of_range", "the prior must have positive shapes and rates, and weights with sum 1")
        for name, values in (("shapes", shapes), ("rates", rates), ("weights", weights)):
            object.__setattr__(self, name, values)


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The ratios of cells after their counts were seen.

    Attributes
    ----------
    mean : ndarray of float
        Posterior mean.
    geometric_mean : ndarray of float
        exp of the posterior mean of the logarithm: EBGM.
    lower, upper : ndarray of float
        Posterior quantiles, EB05 and EB95 at a credibility of 0.9.
    first_part : ndarray of float
        Posterior probability of the prior's first part, 1 if there is one part.
    not_above : ndarray of float
        Posterior probability that the true ratio is at most ``line``.
    line : float
        The ratio of interest.
    credibility : float
        Level of the two limits together.
    """

    mean: Floats
    geometric_mean: Floats
    lower: Floats
    upper: Floats
    first_part: Floats
    not_above: Floats
    line: float
    credibility: float


@checked
def fit_gamma(counts: ArrayLike, expected: ArrayLike) -> GammaPrior:
    """Fit a gamma distribution to the true ratios of cells by maximum marginal likelihood.

    Given its ratio, a count is Poisson with mean ratio times expected; marginally it is negative binomial.

    Parameters
    ----------
    counts, expected : array_like
        Shape (cells,). Cells with an expectation of zero tell nothing and are left out.

    Returns
    -------
    GammaPrior

    Raises
    ------
    NoAnswer
        ``empty``, ``not_numbers``, ``not_finite``, ``negative``, ``not_whole``, ``shapes_differ``, ``wrong_shape``,
        ``too_few`` (fewer than two cells with an expectation), ``no_events``, ``no_overdispersion`` (counts vary no
        more than Poisson counts of one ratio do, so that no prior but a point fits), ``no_convergence``.

    References
    ----------
    Clayton and Kaldor (1987), Biometrics 43, 671-681.

    Examples
    --------
    >>> prior = fit_gamma([0, 2, 30, 4], [9.0, 9.0, 9.0, 9.0])
    >>> prior.shapes.round(3).tolist(), prior.rates.round(3).tolist()
    ([0.447], [0.447])
    """
    seen, awaited = _cells(counts, expected)
    mean = seen.sum() / awaited.sum()
    fitted = mean * awaited
    if np.sum((seen - fitted) ** 2 - seen) <= 0:
        raise NoAnswer("no_overdispersion", "the counts vary no more than chance alone makes them")
    ratio = np.clip(np.sum(fitted**2) / np.sum((seen - fitted) ** 2 - seen), 1e-3, 1e6)
    best = _minimise(seen, awaited, np.log([[ratio, ratio / mean]]), parts=1)
    return _prior(best, parts=1, seen=seen, awaited=awaited)


@checked
def fit_gamma_mixture(counts: ArrayLike, expected: ArrayLike) -> GammaPrior:
    """Fit the two-part gamma mixture of the gamma-Poisson shrinker (GPS) by maximum marginal likelihood.

    Parameters
    ----------
    counts, expected : array_like
        Shape (cells,), with the cells that counted nothing.

    Returns
    -------
    GammaPrior
        Two parts, that of the higher mean first.

    Raises
    ------
    NoAnswer
        As `fit_gamma`, and ``too_few`` for fewer than 10 cells.

    Notes
    -----
    openEBGM (R) by default leaves out cells without events and conditions on at least one; here all cells are kept,
    which is right when the cells are known beforehand. Several starts are tried and the best kept; the likelihood is
    flat when one part has few cells, so the parameters are far less certain than the ratios that follow from them.

    References
    ----------
    DuMouchel (1999), The American Statistician 53, 177-190.

    Examples
    --------
    >>> prior = fit_gamma_mixture([0, 1, 2, 1, 0, 2, 1, 0, 1, 25, 1, 30], [1.0] * 12)
    >>> bool(prior.shapes[0] / prior.rates[0] > 10 > prior.shapes[1] / prior.rates[1])
    True
    """
    seen, awaited = _cells(counts, expected)
    if seen.size < 10:
        raise NoAnswer("too_few", "a mixture needs at least 10 cells with an expectation")
    single = fit_gamma(seen, awaited)
    mean = seen.sum() / awaited.sum()
    starts = [
        [np.log(a), np.log(a / (mean * high)), np.log(b), np.log(b / mean), special.logit(share)]
        for a, high, b, share in ((1.0, 4.0, 4.0, 0.05), (0.5, 2.0, 2.0, 0.3), (4.0, 6.0, 10.0, 0.01))
    ]
    own = [np.log(single.shapes[0]), np.log(single.rates[0])]
    starts.append([own[0], own[1] - 0.5, own[0] + 0.5, own[1] + 0.5, 0.0])
    return _prior(_minimise(seen, awaited, np.array(starts), parts=2), parts=2, seen=seen, awaited=awaited)


@checked
def shrink(
    counts: ArrayLike, expected: ArrayLike, prior: GammaPrior, *, credibility: float = 0.9, line: float = 1.0
) -> Shrunk:
    """Draw the observed over expected ratios of cells to what their neighbours make likely.

    The posterior of a gamma part is gamma with shape + count and rate + expected; the parts are weighted by how well
    each foresaw the count.

    Parameters
    ----------
    counts, expected : array_like
        Shapes that broadcast. An expectation of zero gives the prior back.
    prior : GammaPrior
        From `fit_gamma` or `fit_gamma_mixture`, or given.
    credibility : float
        Level of the limits; 0.9 makes them EB05 and EB95.
    line : float
        The ratio at or below which a cell counts as harmless.

    Returns
    -------
    Shrunk

    Raises
    ------
    NoAnswer
        ``empty``, ``not_numbers``, ``not_finite``, ``negative``, ``not_whole``, ``shapes_differ``, ``no_expectation``,
        ``out_of_range`` (credibility, line, or a prior that is no distribution).

    References
    ----------
    DuMouchel (1999), The American Statistician 53, 177-190. The scores are those of openEBGM (``ebgm``,
    ``quantBisect``) for the same prior.

    Examples
    --------
    >>> prior = GammaPrior(np.array([2.0]), np.array([2.0]), np.array([1.0]), np.nan)
    >>> shrink([0, 3, 12], [1.0, 1.0, 1.0], prior).mean.round(3).tolist()
    [0.667, 1.667, 4.667]
    """
    tail, bound = (1 - level(credibility, "credibility")) / 2, positive(line, "line")
    seen, awaited = together(events(counts), sizes(expected, "expected"), "counts and expected")
    if ((awaited == 0) & (seen > 0)).any():
        raise NoAnswer("no_expectation", "there are events where the expected count is zero")
    shapes = prior.shapes + seen[..., None]
    rates = prior.rates + awaited[..., None]
    logs = np.log(prior.weights) + _log_marginal(seen[..., None], awaited[..., None], prior.shapes, prior.rates)
    weights = special.softmax(logs, axis=-1)

    def below(ratio: Floats) -> Floats:
        total: Floats = np.sum(weights * special.gammainc(shapes, rates * ratio[..., None]), axis=-1)
        return total

    return Shrunk(
        np.sum(weights * shapes / rates, axis=-1),
        np.exp(np.sum(weights * (special.digamma(shapes) - np.log(rates)), axis=-1)),
        _mixture_quantile(below, shapes, rates, tail),
        _mixture_quantile(below, shapes, rates, 1 - tail),
        weights[..., 0],
        below(np.full(seen.shape, bound)),
        bound,
        credibility,
    )


def _mixture_quantile(below: _Below, shapes: Floats, rates: Floats, share: float) -> Floats:
    """The quantile lies between those of the parts."""
    parts = special.gammaincinv(shapes, share) / rates
    return tails.root(lambda ratio: below(ratio) - share, parts.min(axis=-1), parts.max(axis=-1))


def _log_marginal(seen: Floats, awaited: Floats, shape: Floats, rate: Floats) -> Floats:
    """The logarithm of the negative binomial probability of a count, the prior's part being the last axis."""
    total = rate + awaited
    rising = special.gammaln(shape + seen) - special.gammaln(shape) - special.gammaln(seen + 1)
    result: Floats = rising + shape * np.log(rate / total) + special.xlogy(seen, awaited / total)
    return result


def _minimise(seen: Floats, awaited: Floats, starts: Floats, parts: int) -> Floats:
    """The parameters of greatest likelihood over all starts: logarithms of shape and rate, logit of the weight."""
    from scipy import optimize

    kinds, inverse = np.unique(seen, return_inverse=True)

    def loss(theta: Floats) -> tuple[float, Floats]:
        return _loss(theta, seen, awaited, kinds, inverse, parts)

    bounds = [(-12.0, 14.0)] * (2 * parts) + [(-14.0, 14.0)] * (parts - 1)
    with one_thread():
        found = [optimize.minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds) for start in starts]
    best = min(found, key=lambda one: float(one.fun) if np.isfinite(one.fun) else np.inf)
    if not np.isfinite(best.fun):
        raise NoAnswer("no_convergence", "no start led to a finite likelihood")
    result: Floats = best.x
    return result


def _loss(
    theta: Floats, seen: Floats, awaited: Floats, kinds: Floats, inverse: Integers, parts: int
) -> tuple[float, Floats]:
    """Minus the mean log likelihood and its gradient; gamma functions are worked out once per distinct count."""
    logs, gradients = [], []
    for part in range(parts):
        shape, rate = np.exp(theta[2 * part : 2 * part + 2])
        total = rate + awaited
        rising = (special.gammaln(shape + kinds) - special.gammaln(shape))[inverse]
        share = np.log(rate / total)
        logs.append(rising + shape * share - seen * np.log(total))
        slope = (special.digamma(shape + kinds) - special.digamma(shape))[inverse] + share
        gradients.append((shape * slope, shape - (shape + seen) * rate / total))
    if parts == 1:
        return -float(np.mean(logs[0])), -np.array([np.mean(one) for one in gradients[0]])
    weight = special.expit(theta[-1])
    joint = np.array([logs[0] + np.log(weight), logs[1] + np.log1p(-weight)])
    whole = np.logaddexp(joint[0], joint[1])
    duty = np.exp(joint - whole)
    slopes = [np.mean(duty[part] * one) for part in range(parts) for one in gradients[part]]
    return -float(np.mean(whole)), -np.array([*slopes, np.mean(duty[0] - weight)])


def _prior(theta: Floats, parts: int, seen: Floats, awaited: Floats) -> GammaPrior:
    shapes, rates = np.exp(theta[0 : 2 * parts : 2]), np.exp(theta[1 : 2 * parts : 2])
    weights = np.ones(1) if parts == 1 else np.array([special.expit(theta[-1]), special.expit(-theta[-1])])
    order = np.argsort(-shapes / rates, kind="stable")
    shapes, rates, weights = shapes[order], rates[order], weights[order]
    joint = np.log(weights) + _log_marginal(seen[:, None], awaited[:, None], shapes, rates)
    return GammaPrior(shapes, rates, weights, float(np.sum(special.logsumexp(joint, axis=1))))


def _cells(counts: ArrayLike, expected: ArrayLike) -> tuple[Floats, Floats]:
    seen, awaited = together(events(counts), sizes(expected, "expected"), "counts and expected")
    if seen.ndim != 1:
        raise NoAnswer("wrong_shape", "counts must have one value per cell")
    if (seen[awaited == 0] > 0).any():
        raise NoAnswer("no_expectation", "there are events where the expected count is zero")
    seen, awaited = seen[awaited > 0], awaited[awaited > 0]
    if seen.size < 2:
        raise NoAnswer("too_few", "a distribution of ratios needs at least two cells with an expectation")
    if seen.sum() == 0:
        raise NoAnswer("no_events", "no cell has an event")
    return seen, awaited
