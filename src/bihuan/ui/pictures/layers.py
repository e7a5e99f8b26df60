"""What a picture is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Literal

Tone = Literal["blue", "red", "green", "amber", "violet", "grey"]
Numbers = Sequence[float]


@dataclass(frozen=True, slots=True)
class Axis:
    """One side of the frame.

    Attributes
    ----------
    label : str
        What is shown, with its unit.
    low, high : float or None
        Ends; taken from the layers where they are left out.
    log : bool
        Whether equal steps are equal ratios.
    names : mapping of float to str
        Ticks with words of their own, instead of round numbers.
    """

    label: str
    low: float | None = None
    high: float | None = None
    log: bool = False
    names: Mapping[float, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """Points joined by a line or, as ``steps``, by stairs that change at each point; gaps where y is no number."""

    x: Numbers
    y: Numbers
    label: str = ""
    tone: Tone = "blue"
    steps: bool = False
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """Single points, each with the shape of its tone; ``notes`` are written beside them."""

    x: Numbers
    y: Numbers
    label: str = ""
    tone: Tone = "blue"
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars that stand on zero, ``width`` wide in the unit of the x axis."""

    x: Numbers
    y: Numbers
    width: float = 0.8
    label: str = ""
    tone: Tone = "blue"


@dataclass(frozen=True, slots=True)
class Band:
    """The space between two lines, such as confidence limits; as ``steps`` with stairs."""

    x: Numbers
    low: Numbers
    high: Numbers
    label: str = ""
    tone: Tone = "blue"
    steps: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """A line across the frame with its name at the end: a limit, a target; ``upright`` at a place on the x axis."""

    at: float
    label: str = ""
    tone: Tone = "red"
    upright: bool = False


Layer = Line | Points | Bars | Band | Level


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart.

    Attributes
    ----------
    name : str
        Unique on a page; ids begin with it.
    title : str
        Shown above the frame and read by screen readers.
    description : str
        What is to be seen, in a sentence or two, for those who do not see it.
    x, y : Axis
    layers : sequence of Layer
        Drawn in their order.
    width, height : float
        In pixels.
    lang : str
        Language of the words.
    """

    name: str
    title: str
    description: str
    x: Axis
    y: Axis
    layers: Sequence[Layer]
    width: float = 720.0
    height: float = 400.0
    lang: str = "zh-Hans"

    def reach_x(self) -> Iterator[float]:
        """Every place that the x axis must hold."""
        for layer in self.layers:
            if isinstance(layer, Level):
                yield from [layer.at] if layer.upright else []
            elif isinstance(layer, Bars):
                half = layer.width / 2
                yield from (place + side for place in layer.x for side in (-half, half))
            else:
                yield from layer.x

    def reach_y(self) -> Iterator[float]:
        """Every value that the y axis must hold."""
        for layer in self.layers:
            if isinstance(layer, Level):
                yield from [] if layer.upright else [layer.at]
            elif isinstance(layer, Band):
                yield from (value for value in (*layer.low, *layer.high) if isfinite(value))
            else:
                yield from (value for value in layer.y if isfinite(value))
                yield from [0.0] if isinstance(layer, Bars) else []
