"""Rules applied to points: vectorised, block by block so that ten million points stay in the cache.

Every rule can be decided from the last ``window`` points. A stream therefore keeps that many and judges exactly as the
whole sequence would be judged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.charts.rules import MOST_RULES, TOLERANCE, Rule
from bihuan.stats.checks import numbers, whole
from bihuan.stats.errors import NoAnswer
from bihuan.stats.signatures import checked

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
BLOCK = 1 << 18
PLANE = 8


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """Points with what they are judged against; each field but ``points`` holds one number or one per point.

    Attributes
    ----------
    points : ndarray
        Plotted values, shape (n,).
    centre, sigma, lower, upper : ndarray
        Centre line, standard deviation of the plotted value and limits, shape () or (n,), in the unit of the points.
    """

    points: Floats
    centre: Floats
    sigma: Floats
    lower: Floats
    upper: Floats

    def cut(self, start: int, stop: int) -> Band:
        """The points from ``start`` to before ``stop``."""
        sides = (side[start:stop] if side.ndim else side for side in (self.centre, self.sigma, self.lower, self.upper))
        return Band(self.points[start:stop], *sides)

    def tail(self, count: int) -> Band:
        """The last ``count`` points, as copies that keep nothing larger alive."""
        start = max(self.points.size - count, 0)
        short = self.cut(start, self.points.size)
        return Band(*(np.array(field) for field in short.fields()))

    def fields(self) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """The five arrays in their order."""
        return self.points, self.centre, self.sigma, self.lower, self.upper

    def followed_by(self, later: Band) -> Band:
        """This band and ``later`` in one."""
        sides = (
            mine
            if mine.ndim == other.ndim == 0 and mine == other
            else np.concatenate([_spread(mine, self), _spread(other, later)])
            for mine, other in zip(self.fields()[1:], later.fields()[1:], strict=True)
        )
        return Band(np.concatenate([self.points, later.points]), *sides)


def _spread(side: Floats, band: Band) -> Floats:
    return np.broadcast_to(side, band.points.shape)


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """Which points signal by which rule.

    Attributes
    ----------
    rules : tuple of Rule
        The rules that ran.
    skipped : tuple of Rule
        Rules that were asked for and do not apply to this kind of chart.
    mask : ndarray of uint8 or uint16
        One number per point; bit ``i`` is set where ``rules[i]`` signals.
    """

    rules: tuple[Rule, ...]
    skipped: tuple[Rule, ...]
    mask: NDArray[np.unsignedinteger]

    @property
    def any(self) -> Flags:
        """Whether each point signals by at least one rule."""
        found: Flags = self.mask != 0
        return found

    def points(self, name: str | None = None) -> NDArray[np.intp]:
        """Places (from 0) of the points that signal, by one rule or by any.

        Raises
        ------
        NoAnswer
            ``unknown_choice`` for a rule that did not run.
        """
        if name is None:
            return np.flatnonzero(self.mask)
        names = [rule.name for rule in self.rules]
        if not isinstance(name, str) or name not in names:
            raise NoAnswer("unknown_choice", f"rule {name} did not run")
        return np.flatnonzero(self.mask & (1 << names.index(name)))

    def names(self, point: int) -> tuple[str, ...]:
        """The names of the rules by which one point signals.

        Raises
        ------
        NoAnswer
            ``out_of_range`` for a point that is not on the chart.
        """
        point = whole(point, "point", most=self.mask.size - 1)
        bits = int(self.mask[point])
        return tuple(rule.name for place, rule in enumerate(self.rules) if bits >> place & 1)


@checked
def judge_z(z: ArrayLike, rules: Sequence[Rule]) -> Signals:
    """Judge standardised points: centre 0, standard deviation 1, limits at -3 and 3.

    Parameters
    ----------
    z : array_like
        Standardised values, shape (n,), without unit.
    rules : sequence of Rule
        For example `NELSON`, `WESTERN_ELECTRIC` or single ones.

    Returns
    -------
    Signals
        Places count from 0.

    Raises
    ------
    NoAnswer
        As `checks.numbers`; ``too_many`` above 16 rules, ``not_unique`` for two rules of one name.

    Notes
    -----
    All comparisons are strict; values nearer than 1e-9 sigma count as equal.

    References
    ----------
    Nelson (1984), Journal of Quality Technology 16(4), 237-239.

    Examples
    --------
    >>> from bihuan.stats.charts import NELSON
    >>> judge_z([0, 3.2, -3.5, 2.9], NELSON).points("nelson-1").tolist()
    [1, 2]
    """
    values = numbers(z, "z")
    one = np.float64(1)
    band = Band(values, *(np.asarray(side) for side in (0 * one, one, -3 * one, 3 * one)))
    return Signals(check_rules(rules), (), judge(band, check_rules(rules)))


def check_rules(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """``rules`` as a tuple: at most 16, every name once."""
    if len(rules) > MOST_RULES:
        raise NoAnswer("too_many", f"at most {MOST_RULES} rules run together, not {len(rules)}")
    if len({rule.name for rule in rules}) < len(rules):
        raise NoAnswer("not_unique", "every rule needs its own name")
    return tuple(rules)


def memory(rules: Sequence[Rule]) -> int:
    """How many earlier points a stream must keep to judge the next one."""
    return max((rule.window for rule in rules), default=1) - 1


def judge(band: Band, rules: Sequence[Rule]) -> NDArray[np.unsignedinteger]:
    """The mask of `Signals` for every point of the band."""
    if len(rules) > PLANE:
        high = judge(band, rules[PLANE:]).astype(np.uint16) << np.uint16(PLANE)
        return judge(band, rules[:PLANE]).astype(np.uint16) | high
    mask = np.zeros(band.points.size, dtype=np.uint8)
    kept = memory(rules)
    for start in range(0, mask.size if rules else 0, BLOCK):
        stop = min(start + BLOCK, mask.size)
        block = _Block(band.cut(max(start - kept, 0), stop))
        part = mask[start:stop]
        for rule in reversed(rules):
            found = _SEARCHES[rule.kind](block, rule)[start - stop :]
            late = part[part.size - found.size :]
            np.add(part, part, out=part)
            np.bitwise_or(late, found.view(np.uint8), out=late)
    return mask


class _Block:
    """Comparisons of one block of points, each made once."""

    __slots__ = ("_band", "_made", "_steps")

    def __init__(self, band: Band) -> None:
        self._band = band
        self._made: dict[tuple[str, float | None], Flags] = {}
        self._steps: tuple[Flags, Flags] | None = None

    def _once(self, key: tuple[str, float | None], make: Callable[[], Flags]) -> Flags:
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def above(self, sigmas: float | None) -> Flags:
        """Strictly above ``centre + sigmas * sigma``, or above the upper limit."""
        b = self._band
        if sigmas is None:
            return self._once(("above", None), lambda: b.points > b.upper + TOLERANCE * b.sigma)
        return self._once(("above", sigmas), lambda: b.points > b.centre + (sigmas + TOLERANCE) * b.sigma)

    def below(self, sigmas: float | None) -> Flags:
        """Strictly below ``centre - sigmas * sigma``, or below the lower limit."""
        b = self._band
        if sigmas is None:
            return self._once(("below", None), lambda: b.points < b.lower - TOLERANCE * b.sigma)
        return self._once(("below", sigmas), lambda: b.points < b.centre - (sigmas + TOLERANCE) * b.sigma)

    def inside(self, sigmas: float) -> Flags:
        """Strictly between ``centre - sigmas * sigma`` and ``centre + sigmas * sigma``."""
        b = self._band
        half = sigmas - TOLERANCE
        return (b.points < b.centre + half * b.sigma) & (b.points > b.centre - half * b.sigma)

    def steps(self) -> tuple[Flags, Flags]:
        """For every point but the first: whether it lies above, and whether below, the one before."""
        if self._steps is None:
            points, sigma = self._band.points, self._band.sigma
            equal = TOLERANCE * (sigma[1:] if sigma.ndim else sigma)
            step = points[1:] - points[:-1]
            self._steps = step > equal, step < -equal
        return self._steps


def _run(flags: Flags, count: int) -> Flags:
    """Whether ``count`` flags in a row end here; aligned with the end of ``flags``, shorter by ``count - 1``."""
    if flags.size < count:
        return flags[:0]
    have = 1
    while have < count:
        step = min(have, count - have)
        flags = flags[step:] & flags[:-step]
        have += step
    return flags


def _beyond(block: _Block, rule: Rule) -> Flags:
    return block.above(rule.sigmas) | block.below(rule.sigmas)


def _one_side(block: _Block, rule: Rule) -> Flags:
    return _run(block.above(0.0), rule.window) | _run(block.below(0.0), rule.window)


def _trend(block: _Block, rule: Rule) -> Flags:
    up, down = block.steps()
    return _run(up, rule.window - 1) | _run(down, rule.window - 1)


def _alternating(block: _Block, rule: Rule) -> Flags:
    up, down = block.steps()
    turns = (up[1:] & down[:-1]) | (down[1:] & up[:-1])
    return _run(turns, rule.window - 2)


def _share(block: _Block, rule: Rule) -> Flags:
    return _enough(block.above(rule.sigmas), rule) | _enough(block.below(rule.sigmas), rule)


def _enough(flags: Flags, rule: Rule) -> Flags:
    if not rule.full_window:
        flags = np.concatenate([np.zeros(rule.window - 1, dtype=np.bool_), flags])
    if flags.size < rule.window:
        return flags[:0]
    if not rule.last_must_qualify:
        return _held(flags, rule.window) >= rule.need
    if rule.window == 1 or rule.need == 1:
        return flags[rule.window - 1 :]
    before: Flags = _held(flags[:-1], rule.window - 1) >= rule.need - 1
    return before & flags[rule.window - 1 :]


def _held(flags: Flags, width: int) -> NDArray[np.unsignedinteger]:
    """How many of ``width`` flags in a row are set, for every place where they end; by halves, to add little."""
    if width == 1:
        return flags.view(np.uint8)
    half = width // 2
    part = _held(flags, half)
    if width >= 256:
        part = part.astype(np.uint32)
    held = part[half:] + part[:-half]
    return held if width % 2 == 0 else held[1:] + flags[: held.size - 1]


def _within(block: _Block, rule: Rule) -> Flags:
    return _run(block.inside(_edge(rule)), rule.window)


def _outside(block: _Block, rule: Rule) -> Flags:
    above, below = block.above(rule.sigmas), block.below(rule.sigmas)
    out = _run(above | below, rule.window)
    if rule.both_sides:
        out = out & ~(_run(above, rule.window) | _run(below, rule.window))
    return out


def _edge(rule: Rule) -> float:
    return 0.0 if rule.sigmas is None else rule.sigmas


_SEARCHES: dict[str, Callable[[_Block, Rule], Flags]] = {
    "beyond": _beyond,
    "one_side": _one_side,
    "trend": _trend,
    "alternating": _alternating,
    "share": _share,
    "within": _within,
    "outside": _outside,
}
