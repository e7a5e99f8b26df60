"""How tones look: colour, dash and shape together, on white paper."""

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import east_asian_width

from bihuan.ui.pictures.layers import Tone

INK, FAINT, PAPER, GRID = "#1f2937", "#5b6472", "#ffffff", "#e3e7ed"
FONT = "'Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei','PingFang SC',system-ui,sans-serif"
SIZE, TITLE_SIZE = 12.0, 15.0


@dataclass(frozen=True, slots=True)
class Look:
    """Colour, dashes of a line (empty for a full one) and shape of a point."""

    colour: str
    dash: str
    shape: str


LOOKS: dict[Tone, Look] = {
    "blue": Look("#1660d6", "", "circle"),
    "red": Look("#b42318", "7 4", "square"),
    "green": Look("#05704a", "2 3", "triangle"),
    "amber": Look("#a15c07", "9 3 2 3", "diamond"),
    "violet": Look("#6941c6", "12 4", "cross"),
    "grey": Look("#5b6472", "4 3", "ring"),
}


def shape(kind: str, x: float, y: float, colour: str, size: float = 3.6) -> str:
    """One point."""
    if kind in ("circle", "ring"):
        fill = colour if kind == "circle" else PAPER
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size - 0.6:.1f}" fill="{fill}" stroke="{colour}"/>'
    paths = {
        "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
        "triangle": ((0, -1.2), (1.15, 0.9), (-1.15, 0.9)),
        "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
        "cross": ((-1, -1), (1, 1), (0, 0), (1, -1), (-1, 1), (0, 0)),
    }
    corners = " ".join(f"{x + size * dx:.1f},{y + size * dy:.1f}" for dx, dy in paths[kind])
    return f'<polygon points="{corners}" fill="{colour}" stroke="{colour}"/>'


def width_of(text: str, size: float = SIZE) -> float:
    """About how wide a text is, in pixels: wide characters are square, others a little over half as wide."""
    return size * sum(1.0 if east_asian_width(one) in "WF" else 0.56 for one in text)
