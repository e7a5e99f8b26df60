"""Distributions for measurements that are not normal, and their fit by maximum likelihood."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, gammainc, gammaincc, gammaincinv, gammaln, ndtr, ndtri, polygamma

from bihuan.stats.checks import choice, level, numbers, positive
from bihuan.stats.errors import NoAnswer
from bihuan.stats.signatures import check_fields, checked

Floats = NDArray[np.float64]
Name = Literal["normal", "lognormal", "weibull", "gamma", "exponential"]
_PARAMETERS: dict[str, tuple[str, ...]] = {
    "normal": ("mean", "sd"),
    "lognormal": ("mu", "sigma"),
    "weibull": ("shape", "scale"),
    "gamma": ("shape", "scale"),
    "exponential": ("scale",),
}
_SMALLEST = 1e-300
_FLATTEST = 1e-20
_LARGE_SHAPE = 1e7


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution with its parameters.

    Attributes
    ----------
    name : str
        ``normal`` (mean, sd), ``lognormal`` (mu and sigma of the logarithm), ``weibull`` (shape, scale), ``gamma``
        (shape, scale) or ``exponential`` (scale).
    parameters : tuple of float
        In that order; scales, means and deviations in the unit of the data.
    threshold : float
        Known lower end of the positive distributions, unit of the data.

    Raises
    ------
    NoAnswer
        ``unknown_choice``, ``wrong_shape``, ``not_finite`` or ``out_of_range``.

    Examples
    --------
    >>> round(Distribution("weibull", (1.5, 1.0)).quantile(0.5), 6)
    0.78322
    """

    name: Name
    parameters: tuple[float, ...]
    threshold: float = 0.0

    def __post_init__(self) -> None:
        check_fields(self)
        names = _PARAMETERS[self.name]
        object.__setattr__(self, "parameters", tuple(numbers(self.parameters, "parameters").tolist()))
        if len(self.parameters) != len(names):
            raise NoAnswer("wrong_shape", f"{self.name} has the parameters {', '.join(names)}")
        for name, value in zip(names, self.parameters, strict=True):
            if name not in ("mean", "mu"):
                positive(value, name)

    def quantile(self, probability: float) -> float:
        """The value below which the fraction ``probability`` lies, which is strictly between 0 and 1."""
        probability = level(probability, "probability")
        first, *rest = self.parameters
        if self.name == "normal":
            return first + rest[0] * float(ndtri(probability))
        if self.name == "lognormal":
            found = math.exp(first + rest[0] * float(ndtri(probability)))
        elif self.name == "weibull":
            found = rest[0] * (-math.log1p(-probability)) ** (1 / first)
        elif self.name == "gamma":
            found = rest[0] * float(gammaincinv(first, probability))
        else:
            found = -first * math.log1p(-probability)
        return self.threshold + found

    def below(self, values: ArrayLike) -> Floats:
        """The fraction below each value."""
        return self._fraction(numbers(values, ndim=None), upper=False)

    def above(self, values: ArrayLike) -> Floats:
        """The fraction above each value."""
        return self._fraction(numbers(values, ndim=None), upper=True)

    def _fraction(self, values: Floats, *, upper: bool) -> Floats:
        first, *rest = self.parameters
        sign = -1.0 if upper else 1.0
        if self.name == "normal":
            return np.asarray(ndtr(sign * (values - first) / rest[0]))
        x = np.maximum(values - self.threshold, 0.0)
        if self.name == "lognormal":
            with np.errstate(divide="ignore"):
                return np.asarray(ndtr(sign * (np.log(x) - first) / rest[0]))
        if self.name == "gamma":
            return np.asarray((gammaincc if upper else gammainc)(first, x / rest[0]))
        hazard = (x / rest[0]) ** first if self.name == "weibull" else x / first
        return np.exp(-hazard) if upper else -np.expm1(-hazard)


@dataclass(frozen=True, slots=True)
class Fit:
    """A distribution fitted to data.

    Attributes
    ----------
    distribution : Distribution
        With the most likely parameters.
    log_likelihood : float
        Of the data, in the unit of the data.
    aic : float
        ``2 * parameters - 2 * log_likelihood``; smaller is better.
    anderson_darling : float
        A squared, without correction; smaller is better. Not to be read against tables of the normal distribution.
    count : int
        Number of values.
    """

    distribution: Distribution
    log_likelihood: float
    aic: float
    anderson_darling: float
    count: int


@checked
def fit(values: ArrayLike, name: Name, *, threshold: float = 0.0) -> Fit:
    """Fit a distribution by maximum likelihood.

    Parameters
    ----------
    values : array_like
        At least 2 values that differ, shape (n,); above the threshold for all but the normal distribution.
    name : {"normal", "lognormal", "weibull", "gamma", "exponential"}
        Which distribution.
    threshold : float
        Known lower end, unit of the data; not for the normal distribution, and never estimated.

    Returns
    -------
    Fit
        The normal one has the divisor n in its standard deviation.

    Raises
    ------
    NoAnswer
        ``not_positive`` for values at or below the threshold, ``zero_variance``, ``unknown_choice``,
        ``no_convergence`` and what `checks.numbers` raises.

    Notes
    -----
    Weibull and gamma shapes are the roots of their likelihood equations, found by Newton's method in the logarithm.

    References
    ----------
    Meeker and Escobar, Statistical Methods for Reliability Data (1998), chapters 4 and 8; Minka (2002) for gamma.

    Examples
    --------
    >>> found = fit([1.2, 0.4, 2.5, 0.9, 1.6, 0.7], "lognormal")
    >>> [round(value, 4) for value in found.distribution.parameters]
    [0.0317, 0.5867]
    """
    choice(name, get_args(Name), "name")
    array = numbers(values, least=2)
    x = array if name == "normal" else array - threshold
    if name != "normal" and not (x > 0).all():
        raise NoAnswer("not_positive", f"a {name} distribution has only values above its threshold {threshold}")
    if not np.ptp(x) > 0:
        raise NoAnswer("zero_variance", "the values do not vary: there is no distribution to fit")
    with np.errstate(all="ignore"):
        parameters, log_likelihood = _FITS[name](x)
        if not all(math.isfinite(value) for value in (*parameters, log_likelihood)):
            raise NoAnswer("no_convergence", "the values are too far apart for this distribution")
    distribution = Distribution(name, parameters, 0.0 if name == "normal" else threshold)
    aic = 2 * len(parameters) - 2 * log_likelihood
    return Fit(distribution, log_likelihood, aic, _anderson(distribution, array), array.size)


@checked
def fits(values: ArrayLike, names: Sequence[Name] | None = None, *, threshold: float = 0.0) -> tuple[Fit, ...]:
    """Fit several distributions, the best by Akaike's criterion first.

    Parameters
    ----------
    values : array_like
        As for `fit`.
    names : sequence of str, optional
        Which distributions; without it all that the data allow.
    threshold : float
        As for `fit`.

    Returns
    -------
    tuple of Fit
        Sorted by ``aic``. A small difference (below about 2) decides nothing.

    Raises
    ------
    NoAnswer
        As `fit`.

    References
    ----------
    Akaike (1974), IEEE Transactions on Automatic Control 19.

    Examples
    --------
    >>> [found.distribution.name for found in fits([1.2, 0.4, 2.5, 0.9, 1.6, 0.7], ["normal", "gamma"])]
    ['gamma', 'normal']
    """
    if names is None:
        allowed: tuple[Name, ...] = get_args(Name)
        names = allowed if (numbers(values, least=2) > threshold).all() else ("normal",)
    return tuple(sorted((fit(values, name, threshold=threshold) for name in names), key=lambda found: found.aic))


def _anderson(distribution: Distribution, values: Floats) -> float:
    ordered = np.sort(values)
    below = np.log(np.maximum(distribution.below(ordered), _SMALLEST))
    above = np.log(np.maximum(distribution.above(ordered), _SMALLEST))
    odd = 2 * np.arange(1, ordered.size + 1) - 1
    return float(-ordered.size - np.mean(odd * (below + above[::-1])))


def _fit_normal(x: Floats) -> tuple[tuple[float, ...], float]:
    sd = float(x.std())
    return (float(x.mean()), sd), -x.size * (math.log(sd) + 0.5 * math.log(2 * math.pi) + 0.5)


def _fit_lognormal(x: Floats) -> tuple[tuple[float, ...], float]:
    logs = np.log(x)
    parameters, log_likelihood = _fit_normal(logs)
    return parameters, log_likelihood - float(logs.sum())


def _fit_exponential(x: Floats) -> tuple[tuple[float, ...], float]:
    scale = float(x.mean())
    return (scale,), -x.size * (math.log(scale) + 1)


def _fit_weibull(x: Floats) -> tuple[tuple[float, ...], float]:
    logs = np.log(x)
    shift = float(logs.max())
    y = logs - shift
    mean = float(y.mean())

    def equation(log_shape: float) -> tuple[float, float]:
        shape = math.exp(log_shape)
        powers = np.exp(shape * y)
        total, first = float(powers.sum()), float((powers * y).sum())
        slope = float((powers * y**2).sum()) / total - (first / total) ** 2
        return first / total - mean - 1 / shape, shape * slope + 1 / shape

    shape = math.exp(_root(equation, math.log(1.28 / float(logs.std()))))
    log_scale = shift + math.log(float(np.exp(shape * y).mean())) / shape
    log_likelihood = x.size * (math.log(shape) - shape * log_scale - 1) + (shape - 1) * float(logs.sum())
    return (shape, math.exp(log_scale)), log_likelihood


def _fit_gamma(x: Floats) -> tuple[tuple[float, ...], float]:
    mean, logs = float(x.mean()), float(np.log(x).mean())
    off = x / mean - 1
    gap = float((off - np.log1p(off)).mean())

    def equation(log_shape: float) -> tuple[float, float]:
        shape = math.exp(log_shape)
        if shape > _LARGE_SHAPE:
            return gap - 0.5 / shape, 0.5 / shape
        return gap - log_shape + float(digamma(shape)), shape * float(polygamma(1, shape)) - 1

    if not _FLATTEST < gap < math.inf:
        raise NoAnswer("no_convergence", "the values are too close together or too far apart for this distribution")
    start = (3 - gap + math.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap)
    shape = math.exp(_root(equation, math.log(start)))
    scale = mean / shape
    log_likelihood = x.size * ((shape - 1) * logs - shape - float(gammaln(shape)) - shape * math.log(scale))
    return (shape, scale), log_likelihood


def _root(equation: Callable[[float], tuple[float, float]], start: float) -> float:
    """Newton's method for an increasing function, with steps of at most 1."""
    place = start
    for _ in range(100):
        value, slope = equation(place)
        step = max(-1.0, min(1.0, value / slope))
        place -= step
        if abs(step) < 1e-13:
            return place
    if abs(step) < 1e-8:
        return place
    raise NoAnswer("no_convergence", "the likelihood has no maximum that could be found")


_FITS: dict[str, Callable[[Floats], tuple[tuple[float, ...], float]]] = {
    "normal": _fit_normal,
    "lognormal": _fit_lognormal,
    "weibull": _fit_weibull,
    "gamma": _fit_gamma,
    "exponential": _fit_exponential,
}
