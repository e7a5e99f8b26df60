"""The likelihood of censored lifetimes and the one Newton method that maximises it.

With ``z = a + b * log t`` the log-likelihood of exact, right-, left- and interval-censored lifetimes is concave in
``(a, b)`` for log-concave families (Burridge 1981), so a damped Newton method reaches the only maximum there is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from bihuan.stats.errors import NoAnswer
from bihuan.stats.life.data import LifeData
from bihuan.stats.life.families import Family, Three
from bihuan.stats.sums import BLOCK, dot

Floats = NDArray[np.float64]
Sums = tuple[float, float, float, float, float, float]
MOST_STEPS = 80
NARROW = 1e-5
SMALLEST_GAIN = 1e-18
ROUNDING_GAIN = 1e-8


@dataclass(frozen=True, slots=True)
class Known:
    """Places ``y`` of one kind, their weights, and the weights times ``y`` and ``y**2``, which every pass sums with."""

    y: Floats
    weight: Floats
    first: Floats
    second: Floats


@dataclass(frozen=True, slots=True)
class Rows:
    """Log lifetimes, centred and scaled: ``y = (log t - centre) / width``, split by kind.

    ``narrow`` is the log of the widths of intervals that count as exact.
    """

    failed: Known
    running: Known
    left: Known
    lower: Floats
    upper: Floats
    span_weight: Floats
    centre: float
    width: float
    narrow: float

    @property
    def units(self) -> float:
        """Total weight."""
        kinds = (self.failed.weight, self.running.weight, self.left.weight, self.span_weight)
        return float(sum(kind.sum() for kind in kinds))

    @property
    def failures(self) -> float:
        """Weight of what has failed, at whatever precision the age is known."""
        return self.units - float(self.running.weight.sum())

    @property
    def constant(self) -> float:
        """What turns the density of ``y`` into that of the lifetime."""
        total = float(self.failed.weight.sum())
        logs = float(self.failed.first.sum()) * self.width + self.centre * total
        return self.narrow - logs - float(np.log(self.width)) * total


def prepare(data: LifeData) -> Rows:
    """Split and standardise ``data`` about the ages at failure.

    Intervals narrower than ``NARROW`` of their age lose all precision in differences of probabilities; they count as
    exact ages in their middle, and their width goes into the constant.
    """
    hit = data.failed > 0
    wide = data.upper - data.lower > NARROW * data.upper
    slim = ~wide
    exact = np.concatenate((data.time[hit], (data.lower[slim] + data.upper[slim]) / 2))
    exact_weight = np.concatenate((data.weight[hit], data.span_weight[slim]))
    narrow = dot(data.span_weight[slim], np.log(data.upper[slim] - data.lower[slim]))
    time, weight = (data.time[~hit], data.weight[~hit]) if hit.any() else (data.time, data.weight)
    parts = [np.log(part) for part in (exact, time, data.left, data.lower[wide], data.upper[wide])]
    middle = np.concatenate((parts[0], parts[2], (parts[3] + parts[4]) / 2))
    lowest = min(float(part.min()) for part in parts if part.size)
    highest = max(float(part.max()) for part in parts if part.size)
    centre = float(middle.mean()) if middle.size else (lowest + highest) / 2
    width = (highest - lowest) / 4 if highest > lowest else 1.0
    for part in parts:
        part -= centre
        part /= width
    weights = (exact_weight, weight, data.left_weight)
    failed, running, left = (_known(y, count) for y, count in zip(parts, weights, strict=False))
    return Rows(failed, running, left, parts[3], parts[4], data.span_weight[wide], centre, width, narrow)


def _known(y: Floats, weight: Floats) -> Known:
    first = weight * y
    return Known(y, weight, first, first * y)


@np.errstate(all="ignore")
def evaluate(rows: Rows, family: Family, theta: Floats) -> tuple[float, Floats, Floats]:
    """Log-likelihood of the standardised logarithms at ``theta = (a, b)`` with gradient and second derivatives."""
    a, b = float(theta[0]), float(theta[1])
    count = float(rows.failed.weight.sum())
    parts = [(count * log(b), 0.0, count / b, 0.0, 0.0, -count / (b * b))]
    kinds = (
        (rows.failed, family.log_density),
        (rows.running, family.log_survival),
        (rows.left, family.log_failed),
    )
    for known, function in kinds:
        for at in range(0, known.y.size, BLOCK):
            parts.append(_block(known, function, at, a, b))
    if rows.lower.size:
        parts.append(_spans(rows, family, a, b))
    log_likelihood, level, along, flat, mixed, steep = (sum(column) for column in zip(*parts, strict=True))
    return log_likelihood, np.array([level, along]), np.array([[flat, mixed], [mixed, steep]])


def _block(known: Known, function: Callable[[Floats], Three], at: int, a: float, b: float) -> Sums:
    """Log-likelihood of a stretch of rows with its derivatives by ``a`` and ``b``; equal arrays are summed once."""
    z = known.y[at : at + BLOCK] * b
    z += a
    value, slope, bend = function(z)
    weight, first, second = (one[at : at + BLOCK] for one in (known.weight, known.first, known.second))
    total = float(weight @ value)
    level, along = total if slope is value else float(weight @ slope), float(first @ slope)
    flat, mixed = (level, along) if bend is slope else (float(weight @ bend), float(first @ bend))
    return total, level, along, flat, mixed, float(second @ bend)


def _spans(rows: Rows, family: Family, a: float, b: float) -> Sums:
    """Log-likelihood of the interval-censored rows with its derivatives by ``a`` and ``b``."""
    low, high, weight = rows.lower, rows.upper, rows.span_weight
    value, d_low, d_high, low_low, low_high, high_high = family.log_span(a + b * low, a + b * high)
    return (
        dot(weight, value),
        dot(weight, d_low + d_high),
        dot(weight, d_low * low + d_high * high),
        dot(weight, low_low + 2 * low_high + high_high),
        dot(weight, low_low * low + low_high * (low + high) + high_high * high),
        dot(weight, low_low * low * low + 2 * low_high * low * high + high_high * high * high),
    )


@dataclass(frozen=True, slots=True)
class Peak:
    """Where the likelihood is highest, under whatever was held fixed."""

    theta: Floats
    value: float
    gradient: Floats
    curvature: Floats
    passes: int


def climb(rows: Rows, family: Family, start: Floats, free: Floats) -> Peak:
    """Highest point of the likelihood over ``start + free @ u``, ``b`` above zero.

    ``free`` has a column per direction: two for a full fit, one when a shape, a quantile or a reliability is held.

    Raises
    ------
    NoAnswer
        ``no_maximum`` when the likelihood rises towards the edge of what is possible.
    """
    theta, last = start, np.inf
    value, gradient, curvature = evaluate(rows, family, theta)
    passes, units = 1, rows.units
    for _ in range(MOST_STEPS):
        slope = free.T @ gradient
        step, gain = _newton(slope, free.T @ curvature @ free)
        if gain <= SMALLEST_GAIN * units or last / 4 <= gain <= ROUNDING_GAIN * units:
            return Peak(theta, value, gradient, curvature, passes)
        last = gain
        move, size = free @ step, 1.0
        if theta[1] + move[1] <= 0:
            size = 0.9 * float(theta[1] / -move[1])
        for _ in range(40):
            trial = theta + size * move
            fresh = evaluate(rows, family, trial)
            passes += 1
            if fresh[0] >= value + 1e-4 * size * gain - 1e-14 * abs(value):
                break
            size /= 2
        else:
            break
        theta, (value, gradient, curvature) = trial, fresh
        if not 1e-9 < theta[1] < 1e9:
            break
    if last <= ROUNDING_GAIN * units:
        return Peak(theta, value, gradient, curvature, passes)
    raise NoAnswer("no_maximum", "the likelihood has no maximum for these data")


def _newton(slope: Floats, curvature: Floats) -> tuple[Floats, float]:
    """The Newton step and twice the gain that it promises; steepest ascent where the curvature is flat."""
    if slope.size == 1:
        step = slope / max(-float(curvature[0, 0]), 1e-300)
        return step, float(slope @ step)
    bend = -curvature
    determinant = float(bend[0, 0] * bend[1, 1] - bend[0, 1] * bend[1, 0])
    if determinant <= 1e-14 * float(bend[0, 0] * bend[1, 1]) or bend[0, 0] <= 0:
        bend = bend + np.eye(2) * (1e-6 * float(np.trace(bend)) + 1e-300)
        determinant = float(bend[0, 0] * bend[1, 1] - bend[0, 1] * bend[1, 0])
    inverse = np.array([[bend[1, 1], -bend[0, 1]], [-bend[1, 0], bend[0, 0]]]) / determinant
    step = inverse @ slope
    return step, float(slope @ step)
