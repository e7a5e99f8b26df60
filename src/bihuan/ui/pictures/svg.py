"""A picture as SVG text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import isfinite

from bihuan.ui.pictures.layers import Band, Bars, Layer, Level, Line, Numbers, Picture, Points
from bihuan.ui.pictures.scales import Scale, scaled
from bihuan.ui.pictures.style import FAINT, FONT, GRID, INK, LOOKS, PAPER, SIZE, TITLE_SIZE, shape, width_of

TICK_X, TICK_Y = 72.0, 38.0
GAP, LINE_HEIGHT = 14.0, 17.0


@dataclass(frozen=True, slots=True)
class Frame:
    """The field of a picture and its scales."""

    left: float
    top: float
    right: float
    bottom: float
    x: Scale
    y: Scale


def draw(picture: Picture) -> str:
    """The picture as one ``<svg>`` element with title and description, to be put into a page, a paper or a file.

    Raises
    ------
    ValueError
        Where the lists of a layer differ in length or a place on the x axis is not finite.
    """
    for layer in picture.layers:
        _check(layer)
    frame = _frame(picture)
    parts = [
        _opening(picture),
        f'<rect width="{picture.width:g}" height="{picture.height:g}" fill="{PAPER}"/>',
        *_title(picture),
        *_legend(picture),
        *_grid(picture, frame),
        f'<g id="{escape(picture.name)}-layers" stroke-linejoin="round" stroke-linecap="butt">',
        *(part for layer in picture.layers for part in _layer(layer, frame)),
        "</g>",
        *_level_names(picture, frame),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _check(layer: Layer) -> None:
    if isinstance(layer, Level):
        sizes, places = {0}, [layer.at]
    elif isinstance(layer, Band):
        sizes, places = {len(layer.x), len(layer.low), len(layer.high)}, list(layer.x)
    else:
        sizes, places = {len(layer.x), len(layer.y)}, list(layer.x)
    if isinstance(layer, Points) and layer.notes:
        sizes.add(len(layer.notes))
    if len(sizes) > 1:
        raise ValueError(f"a layer has lists of {sorted(sizes)} items")
    if not all(isfinite(place) for place in places):
        raise ValueError("a place in a picture must be finite")


def _opening(picture: Picture) -> str:
    name = escape(picture.name)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" lang="{escape(picture.lang)}" '
        f'aria-labelledby="{name}-title {name}-desc" viewBox="0 0 {picture.width:g} {picture.height:g}" '
        f'width="{picture.width:g}" height="{picture.height:g}" font-family="{FONT}" font-size="{SIZE:g}">\n'
        f'<title id="{name}-title">{escape(picture.title)}</title>\n'
        f'<desc id="{name}-desc">{escape(picture.description)}</desc>'
    )


def _frame(picture: Picture) -> Frame:
    """Margins as wide as the words in them."""
    levels = [layer for layer in picture.layers if isinstance(layer, Level)]
    aside = max((width_of(level.label) for level in levels if not level.upright), default=0.0)
    top = _below_title(picture) + 12 + LINE_HEIGHT * len(_rows(picture))
    top += LINE_HEIGHT if any(level.upright and level.label for level in levels) else 6
    bottom = picture.height - GAP - 2 * LINE_HEIGHT
    y = scaled(picture.y, picture.reach_y(), bottom, top, TICK_Y)
    left = GAP + LINE_HEIGHT + 8 + max((width_of(name) for _, name in y.ticks), default=0.0)
    right = picture.width - GAP - (aside + 6 if aside else 8)
    return Frame(left, top, right, bottom, scaled(picture.x, picture.reach_x(), left, right, TICK_X), y)


def _title_lines(picture: Picture) -> list[str]:
    """The title, broken at spaces where it is wider than the picture."""
    lines = [""]
    for word in picture.title.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer, TITLE_SIZE) > picture.width - 2 * GAP:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _below_title(picture: Picture) -> float:
    return GAP + TITLE_SIZE + (TITLE_SIZE + 5) * (len(_title_lines(picture)) - 1)


def _title(picture: Picture) -> Iterator[str]:
    for row, words in enumerate(_title_lines(picture)):
        yield _text(GAP, GAP + TITLE_SIZE + (TITLE_SIZE + 5) * row, words, size=TITLE_SIZE, weight="600")


def _grid(picture: Picture, frame: Frame) -> Iterator[str]:
    """Ticks with their names, lines behind the layers, names of the axes."""
    for value, name in frame.y.ticks:
        place = frame.y.at(value)
        yield _stroke(frame.left, place, frame.right, place, GRID)
        yield _text(frame.left - 6, place + 4, name, anchor="end", colour=FAINT)
    for value, name in frame.x.ticks:
        place = frame.x.at(value)
        yield _stroke(place, frame.bottom, place, frame.bottom + 4, FAINT)
        yield _text(place, frame.bottom + 17, name, anchor="middle", colour=FAINT)
    yield _stroke(frame.left, frame.bottom, frame.right, frame.bottom, FAINT)
    yield _stroke(frame.left, frame.top, frame.left, frame.bottom, FAINT)
    middle, height = (frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2
    yield _text(middle, picture.height - GAP + 4, picture.x.label, anchor="middle")
    turned = _text(0, 0, picture.y.label, anchor="middle")
    yield f'<g transform="translate({GAP + 8:.1f} {height:.1f}) rotate(-90)">{turned}</g>'


def _layer(layer: Layer, frame: Frame) -> Iterator[str]:
    look = LOOKS[layer.tone]
    if isinstance(layer, Level):
        ends = (layer.at, frame.top, frame.bottom) if layer.upright else (layer.at, frame.left, frame.right)
        place = (frame.x if layer.upright else frame.y).at(ends[0])
        corners = (place, ends[1], place, ends[2]) if layer.upright else (ends[1], place, ends[2], place)
        yield _stroke(*corners, look.colour, width=1.4, dash=look.dash)
    elif isinstance(layer, Band):
        yield from _band(layer, frame)
    elif isinstance(layer, Bars):
        floor = frame.y.at(0.0)
        for x, y in _finite(layer.x, layer.y):
            left, right = frame.x.at(x - layer.width / 2), frame.x.at(x + layer.width / 2)
            top, bottom = sorted((frame.y.at(y), floor))
            yield (
                f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" '
                f'fill="{look.colour}" fill-opacity="0.55" stroke="{look.colour}"/>'
            )
    elif isinstance(layer, Line):
        yield from _line(layer, frame)
    else:
        for index, (x, y) in enumerate(zip(layer.x, layer.y, strict=True)):
            if isfinite(y):
                at, height = frame.x.at(x), frame.y.at(y)
                yield shape(look.shape, at, height, look.colour)
                if layer.notes:
                    note = _text(at, height - 8, layer.notes[index], anchor="middle", colour=look.colour)
                    yield note.replace("<text ", f'<text paint-order="stroke" stroke="{PAPER}" stroke-width="3" ', 1)


def _line(layer: Line, frame: Frame) -> Iterator[str]:
    look = LOOKS[layer.tone]
    for stretch in _stretches(layer.x, layer.y):
        corners = _stairs(stretch) if layer.steps else stretch
        path = _path(corners, frame)
        dash = f' stroke-dasharray="{look.dash}"' if look.dash else ""
        yield f'<polyline points="{path}" fill="none" stroke="{look.colour}" stroke-width="1.6"{dash}/>'
        if layer.marked:
            yield from (shape(look.shape, frame.x.at(x), frame.y.at(y), look.colour) for x, y in stretch)


def _band(layer: Band, frame: Frame) -> Iterator[str]:
    look = LOOKS[layer.tone]
    known = [isfinite(low) and isfinite(high) for low, high in zip(layer.low, layer.high, strict=True)]
    low = [value if ok else float("nan") for value, ok in zip(layer.low, known, strict=True)]
    high = [value if ok else float("nan") for value, ok in zip(layer.high, known, strict=True)]
    for below, above in zip(_stretches(layer.x, low), _stretches(layer.x, high), strict=True):
        if layer.steps:
            below, above = _stairs(below), _stairs(above)
        path = _path([*above, *reversed(below)], frame)
        edge = f'stroke="{look.colour}" stroke-opacity="0.5" stroke-width="0.8"'
        yield f'<polygon points="{path}" fill="{look.colour}" fill-opacity="0.13" {edge}/>'


def _stretches(x: Numbers, y: Numbers) -> Iterator[list[tuple[float, float]]]:
    """Runs of finite values."""
    run: list[tuple[float, float]] = []
    for place, value in zip(x, y, strict=True):
        if isfinite(value):
            run.append((float(place), float(value)))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _stairs(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Each value holds up to the next place."""
    corners = [corner for (_, y), (x, new) in pairwise(points) for corner in ((x, y), (x, new))]
    return [points[0], *corners]


def _finite(x: Numbers, y: Numbers) -> list[tuple[float, float]]:
    return [(place, value) for place, value in zip(x, y, strict=True) if isfinite(value)]


def _path(points: list[tuple[float, float]], frame: Frame) -> str:
    return " ".join(f"{frame.x.at(x):.1f},{frame.y.at(y):.1f}" for x, y in points)


def _rows(picture: Picture) -> list[list[Layer]]:
    """The layers that have a name, in as many lines of the legend as they need."""
    rows: list[list[Layer]] = []
    left = picture.width
    for layer in picture.layers:
        if isinstance(layer, Level) or not layer.label:
            continue
        needed = 44 + width_of(layer.label)
        if not rows or left + needed > picture.width - GAP:
            rows.append([])
            left = GAP
        rows[-1].append(layer)
        left += needed
    return rows


def _legend(picture: Picture) -> Iterator[str]:
    for row, layers in enumerate(_rows(picture)):
        left, height = GAP, _below_title(picture) + 16 + LINE_HEIGHT * row
        for layer in layers:
            look = LOOKS[layer.tone]
            if isinstance(layer, Band | Bars):
                opacity = "0.13" if isinstance(layer, Band) else "0.55"
                box = f'x="{left:.1f}" y="{height - 5:.1f}" width="22" height="10" fill="{look.colour}"'
                yield f'<rect {box} fill-opacity="{opacity}" stroke="{look.colour}"/>'
            if isinstance(layer, Line):
                yield _stroke(left, height, left + 22, height, look.colour, width=1.6, dash=look.dash)
            if isinstance(layer, Points) or (isinstance(layer, Line) and layer.marked):
                yield shape(look.shape, left + 11, height, look.colour)
            yield _text(left + 28, height + 4, layer.label)
            left += 44 + width_of(layer.label)


def _level_names(picture: Picture, frame: Frame) -> Iterator[str]:
    """Names of limits at their ends, pushed apart where they would cover each other."""
    levels = [layer for layer in picture.layers if isinstance(layer, Level) and layer.label]
    lowest = float("inf")
    for level in sorted((one for one in levels if not one.upright), key=lambda one: one.at):
        height = min(frame.y.at(level.at) + 4, lowest - LINE_HEIGHT + 2)
        lowest = height
        yield _text(frame.right + 6, height, level.label, colour=LOOKS[level.tone].colour)
    for level in (one for one in levels if one.upright):
        half = width_of(level.label) / 2
        place = min(max(frame.x.at(level.at), frame.left + half), picture.width - GAP - half)
        yield _text(place, frame.top - 5, level.label, anchor="middle", colour=LOOKS[level.tone].colour)


def _stroke(x1: float, y1: float, x2: float, y2: float, colour: str, *, width: float = 1.0, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width:g}"{dashed}/>'


def _text(
    x: float, y: float, words: str, *, anchor: str = "start", colour: str = INK, size: float = SIZE, weight: str = "400"
) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{colour}" font-size="{size:g}" font-weight="{weight}">{escape(words)}</text>'
