"""The flow chart as numbers: boxes in rows from left to right (CAP-03). No page and no colour here."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bihuan.quality.issues.models import FlowStep

ROW_OF, BOX, HIGH, GAP, LINE = 6, 132, 44, 24, 76
LONGEST = 10


@dataclass(frozen=True)
class Box:
    """One step with its place and the middle of its text."""

    x: int
    y: int
    middle_x: int
    middle_y: int
    number: int
    text: str
    full: str
    is_suspect: bool


@dataclass(frozen=True)
class Arrow:
    """The points from one box to the next."""

    points: str


@dataclass(frozen=True)
class Chart:
    """The whole flow."""

    width: int
    height: int
    box: int
    high: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def draw_flow(steps: Sequence[FlowStep]) -> Chart:
    """Lay the steps out, six in a row; an arrow leads from each to the next."""
    boxes = tuple(_box(place, step) for place, step in enumerate(steps))
    arrows = tuple(_arrow(one, other) for one, other in pairwise(boxes))
    rows = -(-len(boxes) // ROW_OF)
    return Chart(ROW_OF * (BOX + GAP), rows * LINE + GAP, BOX, HIGH, boxes, arrows)


def _box(place: int, step: FlowStep) -> Box:
    row, column = divmod(place, ROW_OF)
    x, y = GAP // 2 + column * (BOX + GAP), GAP // 2 + row * LINE
    text = step.text if len(step.text) <= LONGEST else f"{step.text[: LONGEST - 1]}…"
    return Box(x, y, x + BOX // 2, y + HIGH // 2 + 5, place + 1, text, step.text, step.is_suspect)


def _arrow(one: Box, other: Box) -> Arrow:
    if one.y == other.y:
        return Arrow(f"{one.x + BOX},{one.y + HIGH // 2} {other.x},{other.y + HIGH // 2}")
    between = one.y + HIGH + (LINE - HIGH) // 2
    return Arrow(
        f"{one.x + BOX // 2},{one.y + HIGH} {one.x + BOX // 2},{between} "
        f"{other.x + BOX // 2},{between} {other.x + BOX // 2},{other.y}"
    )
