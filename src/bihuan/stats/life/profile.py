"""Ends of likelihood-ratio intervals: one quantity is held, everything else follows it along the likelihood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, log, sqrt

import numpy as np
from numpy.typing import NDArray

from bihuan.stats.errors import NoAnswer
from bihuan.stats.life import engine
from bihuan.stats.life.families import FAMILIES
from bihuan.stats.life.fit import ALONG, LifeFit

Floats = NDArray[np.float64]
Curve = Callable[[float], tuple[float, float]]
MOST_STEPS = 60
FARTHEST = 1e4


@dataclass(slots=True)
class Held:
    """The likelihood of one fit with one quantity held; remembers where it last was, to start near by."""

    fit: LifeFit
    rows: engine.Rows
    steep: float
    slant: float
    top: float

    def climb(self, start: Floats, free: Floats) -> engine.Peak:
        """Best point on the line ``start + s * free``."""
        peak = engine.climb(self.rows, FAMILIES[self.fit.family], start, free)
        self.slant, self.steep = float(peak.theta[0]), float(peak.theta[1])
        return peak

    def shape(self, log_shape: float) -> tuple[float, float]:
        """Log-likelihood and slope with the shape (one over the spread) held."""
        steep = exp(log_shape) * self.rows.width
        peak = self.climb(np.array([self.slant, steep]), ALONG)
        return peak.value, float(peak.gradient[1]) * steep

    def quantile(self, standard: float) -> Curve:
        """Log-likelihood and slope with the log of a quantile held; ``standard`` is its value in standard form."""

        def held(log_time: float) -> tuple[float, float]:
            y = (log_time - self.rows.centre) / self.rows.width
            start = np.array([standard - self.steep * y, self.steep])
            peak = self.climb(start, np.array([[-y], [1.0]]))
            return peak.value, -self.steep * float(peak.gradient[0]) / self.rows.width

        return held

    def standard(self, log_time: float) -> Curve:
        """Log-likelihood and slope with the standard form ``z`` of one age held."""
        y = (log_time - self.rows.centre) / self.rows.width

        def held(z: float) -> tuple[float, float]:
            start = np.array([z - self.steep * y, self.steep])
            peak = self.climb(start, np.array([[-y], [1.0]]))
            return peak.value, float(peak.gradient[0])

        return held

    def location(self, location: float) -> tuple[float, float]:
        """Log-likelihood and slope by the location where the spread is known."""
        steep = self.rows.width / self.fit.spread
        slant = -steep * (location - self.rows.centre) / self.rows.width
        value, gradient, _ = engine.evaluate(self.rows, FAMILIES[self.fit.family], np.array([slant, steep]))
        return value, -float(gradient[0]) / self.fit.spread

    def back(self) -> None:
        """Return to the maximum."""
        self.steep = self.rows.width / self.fit.spread
        self.slant = -self.steep * (self.fit.location - self.rows.centre) / self.rows.width


def hold(fit: LifeFit) -> Held:
    """The likelihood of ``fit`` without a threshold, ready for profiles."""
    rows = engine.prepare(fit.data)
    held = Held(fit, rows, 1.0, 0.0, 0.0)
    held.back()
    held.top = engine.evaluate(rows, FAMILIES[fit.family], np.array([held.slant, held.steep]))[0]
    return held


def end(held: Held, curve: Curve, best: float, distance: float, critical: float) -> float:
    """Where ``curve`` has fallen by ``critical**2 / 2`` below the top, starting at ``best + distance``.

    The signed root of twice the fall is nearly straight, so Newton's method on it needs three or four steps; a bracket
    guards it. Infinite when the curve never falls so far.
    """
    held.back()
    inner, outer, at = best, inf if distance > 0 else -inf, best + distance
    for _ in range(MOST_STEPS):
        value, slope = curve(at)
        fall = sqrt(max(2 * (held.top - value), 1e-20))
        error = fall - critical
        if abs(error) < 1e-9:
            return at
        inner, outer = (at, outer) if error < 0 else (inner, at)
        rate = -slope / fall
        fresh = at - error / rate if rate * distance > 0 else inf
        if not min(inner, outer) < fresh < max(inner, outer) or abs(fresh - best) > 4 * abs(at - best):
            fresh = (inner + outer) / 2 if np.isfinite(outer) else best + 2 * (at - best)
        if abs(fresh - best) > FARTHEST * abs(distance):
            return inf if distance > 0 else -inf
        if abs(fresh - at) <= 1e-14 * max(abs(at), 1e-3):
            return fresh
        at = fresh
    raise NoAnswer("no_limit", "the end of the interval was not found")


def log_shape(fit: LifeFit) -> float:
    """Log of one over the spread."""
    return -log(fit.spread)
