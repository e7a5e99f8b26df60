"""From values to pixels, and where ticks stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

from bihuan.ui.pictures.layers import Axis

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
MARGIN = 0.04
MANY_DECADES = 2.5
MOST, MOST_PLACES = 1e9, 8


@dataclass(frozen=True, slots=True)
class Scale:
    """One axis in pixels; values outside its ends are drawn at the end.

    Attributes
    ----------
    low, high : float
        Values at the ends.
    start, end : float
        Pixels of the ends.
    ticks : tuple of (float, str)
        Values and their names.
    log : bool
        Whether equal steps are equal ratios.
    """

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[tuple[float, str], ...]
    log: bool = False

    def at(self, value: float) -> float:
        """The pixel of a value."""
        value = min(max(value, self.low), self.high)
        if self.log:
            share = log10(value / self.low) / log10(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def scaled(axis: Axis, values: Iterable[float], start: float, end: float, apart: float) -> Scale:
    """The scale of an axis over these values with ticks about ``apart`` pixels from each other."""
    low, high = _ends(axis, [value for value in values if isfinite(value) and not (axis.log and value <= 0)])
    if axis.names:
        ticks = tuple((value, name) for value, name in axis.names.items() if low <= value <= high)
    elif axis.log:
        ticks = tuple((value, number(value)) for value in _log_ticks(low, high))
    else:
        ticks = _round_ticks(low, high, max(2.0, abs(end - start) / apart))
    return Scale(low, high, start, end, ticks, axis.log)


def _ends(axis: Axis, values: list[float]) -> tuple[float, float]:
    least, most = (min(values), max(values)) if values else (1.0, 10.0) if axis.log else (0.0, 1.0)
    low, high = least if axis.low is None else axis.low, most if axis.high is None else axis.high
    if not low < high:
        low, high = (low / 2, low * 2) if axis.log else (low - 0.5 * (abs(low) or 1), low + 0.5 * (abs(low) or 1))
    if axis.log:
        beyond = (high / low) ** MARGIN
        return low / (beyond if axis.low is None else 1), high * (beyond if axis.high is None else 1)
    beyond = MARGIN * (high - low)
    below = beyond if axis.low is None and low != 0 else 0.0
    return low - below, high + (beyond if axis.high is None else 0.0)


def _round_ticks(low: float, high: float, wanted: float) -> tuple[tuple[float, str], ...]:
    """Round numbers between the ends."""
    rough = (high - low) / wanted
    exponent = floor(log10(rough))
    part = next(one for one in STEPS if one * 10.0**exponent >= rough * (1 - 1e-9))
    step = part * 10.0**exponent
    places = max(0, {2.5: 1, 10.0: -1}.get(part, 0) - exponent)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return tuple((index * step, number(index * step, places)) for index in range(first, last + 1))


def _log_ticks(low: float, high: float) -> list[float]:
    decades = range(floor(log10(low)) - 1, ceil(log10(high)) + 1)
    parts = (1.0,) if log10(high / low) > MANY_DECADES else (1.0, 2.0, 5.0)
    return [part * 10.0**decade for decade in decades for part in parts if low <= part * 10.0**decade <= high]


def number(value: float, places: int | None = None) -> str:
    """A number as people write it, with narrow spaces between thousands."""
    if abs(value) >= MOST or (places or 0) > MOST_PLACES:
        text = f"{value:.4g}"
    else:
        text = f"{value:,.{places}f}" if places is not None else f"{value:,.10g}"
    text = text.replace(",", "\u202f")
    return "0" if text.strip("-0.") == "" else text.replace("-", "\u2212")
