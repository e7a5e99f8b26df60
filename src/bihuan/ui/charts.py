"""Charts as plain drawings, made on the server: bars by month, small trends. Each stands beside its table."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 200, 44, 24, 10
STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Bar:
    """One bar with its label under it; labels are thinned where they would touch."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: int
    middle: float
    shows_label: bool


@dataclass(frozen=True)
class Tick:
    """A line of the scale."""

    y: float
    text: str


@dataclass(frozen=True)
class Bars:
    """A bar chart in its own coordinates."""

    bars: list[Bar]
    ticks: list[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = HEIGHT - BOTTOM


def bars(points: Sequence[tuple[str, int]]) -> Bars:
    """Lay bars out over a scale of round numbers that begins at zero."""
    step = _step(max((value for _label, value in points), default=0))
    top = max(step, -(-max((value for _label, value in points), default=0) // step) * step)
    room, base = (WIDTH - LEFT) / max(1, len(points)), HEIGHT - BOTTOM
    unit = (base - TOP) / top
    every = max(1, -(-len(points) // 12))
    drawn = [
        Bar(
            round(LEFT + index * room + room * 0.15, 1), round(base - value * unit, 1), round(room * 0.7, 1),
            round(value * unit, 1), label, value, round(LEFT + (index + 0.5) * room, 1), index % every == 0,
        )
        for index, (label, value) in enumerate(points)
    ]  # fmt: skip
    ticks = [Tick(round(base - mark * unit, 1), f"{mark:,}") for mark in range(0, top + 1, step)]
    return Bars(drawn, ticks)


def _step(most: int) -> int:
    """A round distance of which at most five fit below the highest value."""
    scale = 1
    while True:
        for step in STEPS:
            if step * scale * 5 >= most:
                return step * scale
        scale *= 10


def trend(values: Sequence[int], *, width: int = 84, height: int = 22) -> str:
    """The points of a small line for a row of a table."""
    top = max([*values, 1])
    gap = width / max(1, len(values) - 1)
    points = (f"{index * gap:.1f},{height - 2 - value * (height - 4) / top:.1f}" for index, value in enumerate(values))
    return " ".join(points)
