"""The likelihood of censored lifetimes and the one Newton method that maximises it.

With ``z = a + b * log t`` the log-likelihood of exact, right-, left- and interval-censored lifetimes is concave in
``(a, b)`` for log-concave families (Burridge 1981), so a damped Newton method reaches the only maximum there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from bihuan.stats.errors import NoAnswer
from bihuan.stats.life.data import LifeData
from bihuan.stats.life.families import Family
from bihuan.stats.sums import BLOCK, dot

Floats = NDArray[np.float64]
MOST_STEPS = 80
NARROW = 1e-5
SMALLEST_GAIN = 1e-18
ROUNDING_GAIN = 1e-8


@dataclass(frozen=True, slots=True)
class Rows:
    """Log lifetimes, centred and scaled: ``y = (log t - centre) / width``, split by kind.

    ``narrow`` is the log of the widths of intervals that count as exact.
    """

    failed: Floats
    failed_weight: Floats
    running: Floats
    running_weight: Floats
    left: Floats
    left_weight: Floats
    lower: Floats
    upper: Floats
    span_weight: Floats
    centre: float
    width: float
    narrow: float

    @property
    def units(self) -> float:
        """Total weight."""
        kinds = (self.failed_weight, self.running_weight, self.left_weight, self.span_weight)
        return float(sum(kind.sum() for kind in kinds))

    @property
    def constant(self) -> float:
        """What turns the density of ``y`` into that of the lifetime."""
        total = float(self.failed_weight.sum())
        logs = dot(self.failed, self.failed_weight) * self.width + self.centre * total
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
    running = ~hit
    parts = [exact, data.time[running], data.left.copy(), data.lower[wide], data.upper[wide]]
    for part in parts:
        np.log(part, out=part)
    middle = np.concatenate((parts[0], parts[2], (parts[3] + parts[4]) / 2))
    lowest = min(float(part.min()) for part in parts if part.size)
    highest = max(float(part.max()) for part in parts if part.size)
    centre = float(middle.mean()) if middle.size else (lowest + highest) / 2
    width = (highest - lowest) / 4 if highest > lowest else 1.0
    for part in parts:
        part -= centre
        part /= width
    return Rows(
        parts[0], exact_weight, parts[1], data.weight[running], parts[2], data.left_weight, parts[3], parts[4],
        data.span_weight[wide], centre, width, narrow,
    )  # fmt: skip


@np.errstate(all="ignore")
def evaluate(rows: Rows, family: Family, theta: Floats) -> tuple[float, Floats, Floats]:
    """Log-likelihood of the standardised logarithms at ``theta = (a, b)`` with gradient and second derivatives."""
    a, b = float(theta[0]), float(theta[1])
    count = float(rows.failed_weight.sum())
    parts = [(count * log(b), 0.0, count / b, 0.0, 0.0, -count / (b * b))]
    singles = (
        (rows.failed, rows.failed_weight, family.log_density),
        (rows.running, rows.running_weight, family.log_survival),
        (rows.left, rows.left_weight, family.log_failed),
    )
    for every, weights, function in singles:
        for at in range(0, every.size, BLOCK):
            y, weight = every[at : at + BLOCK], weights[at : at + BLOCK]
            z = y * b
            z += a
            value, first, second = function(z)
            slope = weight * first
            bend = slope if second is first else weight * second
            one, across = float(slope.sum()), float(bend @ y)
            total = one if value is first else float(weight @ value)
            flat, tilt = (one, across) if second is first else (float(bend.sum()), float(slope @ y))
            bend = bend * y
            parts.append((total, one, tilt, flat, across, float(bend @ y)))
    if rows.lower.size:
        parts.append(_spans(rows, family, a, b))
    log_likelihood, level, along, flat, mixed, steep = (sum(column) for column in zip(*parts, strict=True))
    return log_likelihood, np.array([level, along]), np.array([[flat, mixed], [mixed, steep]])


def _spans(rows: Rows, family: Family, a: float, b: float) -> tuple[float, float, float, float, float, float]:
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
