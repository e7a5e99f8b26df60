"""The two shapes that the logarithm of a lifetime takes here: smallest extreme value (Weibull) and normal (lognormal).

Every function takes the standardised logarithm ``z = (log t - location) / spread`` and gives a log-probability with its
first and second derivatives by ``z``. All four log-probabilities are concave in ``z``, which is what makes the fits
safe.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr, ndtri

Floats = NDArray[np.float64]
Three = tuple[Floats, Floats, Floats]
Six = tuple[Floats, Floats, Floats, Floats, Floats, Floats]
LARGEST = 300.0
HALF_LOG_TAU = 0.9189385332046727


class Family(Protocol):
    """What a fit needs to know of a distribution of standardised log lifetimes."""

    def log_density(self, z: Floats) -> Three: ...

    def log_survival(self, z: Floats) -> Three: ...

    def log_failed(self, z: Floats) -> Three: ...

    def log_span(self, low: Floats, high: Floats) -> Six: ...

    def point(self, p: Floats) -> Floats: ...

    def survival(self, z: Floats) -> Floats: ...

    def density(self, z: Floats) -> Floats: ...


def grown(z: Floats) -> Floats:
    """``exp(z)`` without overflow."""
    few: Floats = np.minimum(z, LARGEST) if z.size and z.max() > LARGEST else z
    result: Floats = np.exp(few)
    return result


class Extreme:
    """Standard smallest extreme value distribution: ``S(z) = exp(-exp(z))``."""

    def log_density(self, z: Floats) -> Three:
        e = grown(z)
        return z - e, 1 - e, -e

    def log_survival(self, z: Floats) -> Three:
        fall = grown(z)
        np.negative(fall, out=fall)
        return fall, fall, fall

    def log_failed(self, z: Floats) -> Three:
        e = np.minimum(grown(z), LARGEST)
        value = np.where(z < -36, z, np.log(-np.expm1(-np.maximum(e, 1e-300))))
        slope = np.where(e > 0, e / np.expm1(np.maximum(e, 1e-300)), 1.0)
        return value, slope, slope * (1 - e - slope)

    def log_span(self, low: Floats, high: Floats) -> Six:
        a, b = grown(low), grown(high)
        gap = np.clip(b - a, 1e-300, LARGEST)
        r = 1 / np.expm1(gap)
        b = np.minimum(b, a + LARGEST)
        both = r * (1 + r)
        value = -a + np.log(-np.expm1(-gap))
        return value, -a * (1 + r), b * r, -a * (1 + r) - a * a * both, a * b * both, b * r - b * b * both

    def point(self, p: Floats) -> Floats:
        result: Floats = np.log(-np.log1p(-p))
        return result

    def survival(self, z: Floats) -> Floats:
        result: Floats = np.exp(-grown(z))
        return result

    def density(self, z: Floats) -> Floats:
        result: Floats = np.exp(z - grown(z))
        return result


class Normal:
    """Standard normal distribution."""

    def log_density(self, z: Floats) -> Three:
        return -0.5 * z * z - HALF_LOG_TAU, -z, -np.ones_like(z)

    def log_survival(self, z: Floats) -> Three:
        value = log_ndtr(-z)
        h = np.exp(-0.5 * z * z - HALF_LOG_TAU - value)
        return value, -h, -h * (h - z)

    def log_failed(self, z: Floats) -> Three:
        value = log_ndtr(z)
        h = np.exp(-0.5 * z * z - HALF_LOG_TAU - value)
        return value, h, -h * (h + z)

    def log_span(self, low: Floats, high: Floats) -> Six:
        turned = low + high > 0
        near, far = np.where(turned, -low, high), np.where(turned, -high, low)
        top, rest = log_ndtr(near), log_ndtr(far)
        value = top + np.log(-np.expm1(np.minimum(rest - top, -1e-300)))
        a = np.exp(-0.5 * low * low - HALF_LOG_TAU - value)
        b = np.exp(-0.5 * high * high - HALF_LOG_TAU - value)
        return value, -a, b, a * (low - a), a * b, -b * (high + b)

    def point(self, p: Floats) -> Floats:
        result: Floats = ndtri(p)
        return result

    def survival(self, z: Floats) -> Floats:
        result: Floats = ndtr(-z)
        return result

    def density(self, z: Floats) -> Floats:
        result: Floats = np.exp(-0.5 * z * z - HALF_LOG_TAU)
        return result


FAMILIES: dict[str, Family] = {"weibull": Extreme(), "exponential": Extreme(), "lognormal": Normal()}
