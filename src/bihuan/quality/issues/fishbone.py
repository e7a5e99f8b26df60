"""The fishbone as numbers: where each bone and each cause lies in the picture (CAP-03). No page and no colour here."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from bihuan.core.documents.layout import size
from bihuan.quality.issues.models import Bone, Cause

WIDTH, HEAD = 960, 150
ROW, TOP = 22, 34
SLOT = 250
LONGEST = 15
IN_HEAD, HEAD_LINE = 10, 16
"""Chinese characters in a line of the head, of which there are two, and the height of a line."""


@dataclass(frozen=True)
class Rib:
    """One cause on a bone: its line of text, how deep in the chain of whys, and how it was judged."""

    x: int
    y: int
    text: str
    full: str
    state: str
    depth: int


@dataclass(frozen=True)
class Spine:
    """One of the six bones with its causes."""

    label: str
    x: int
    tip_x: int
    tip_y: int
    label_y: int
    ribs: tuple[Rib, ...] = field(default=())


@dataclass(frozen=True)
class Picture:
    """The whole fish."""

    width: int
    height: int
    middle: int
    head_x: int
    head: tuple[tuple[str, int], ...]
    bones: tuple[Spine, ...]


def short(text: str) -> str:
    """Cut a text so that it stays inside its slot; the table beside the picture has all of it."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def in_head(title: str, middle: int) -> tuple[tuple[str, int], ...]:
    """The title in at most two lines that stay inside the head, each with its height; what is too long is cut."""
    lines = [""]
    for char in title:
        if size(lines[-1] + char) > IN_HEAD:
            lines.append("")
        lines[-1] += char
    if len(lines) > 2:
        lines = [lines[0], f"{lines[1][:-1]}…"]
    first = middle + 5 - HEAD_LINE * (len(lines) - 1) // 2
    return tuple((line.strip(), first + place * HEAD_LINE) for place, line in enumerate(lines))


def ordered(causes: Sequence[Cause]) -> list[tuple[Cause, int]]:
    """Causes with their depth, each why below the one it explains."""
    below: dict[int | None, list[Cause]] = defaultdict(list)
    for cause in causes:
        below[cause.parent_id].append(cause)
    rows: list[tuple[Cause, int]] = []

    def walk(parent: int | None, depth: int) -> None:
        for cause in below[parent]:
            rows.append((cause, depth))
            walk(cause.pk, depth + 1)

    walk(None, 0)
    return rows


def draw(title: str, causes: Sequence[Cause]) -> Picture:
    """Lay three bones above the spine and three below; the fullest bone decides the height."""
    by_bone: dict[str, list[tuple[Cause, int]]] = defaultdict(list)
    for cause, depth in ordered(causes):
        by_bone[cause.bone].append((cause, depth))
    rows = max([2, *(len(items) for items in by_bone.values())])
    half = TOP + ROW * (rows + 2)
    bones = [_bone(place, bone, by_bone[bone.value], half) for place, bone in enumerate(Bone)]
    return Picture(WIDTH, half * 2, half, WIDTH - HEAD, in_head(title, half), tuple(bones))


def _bone(place: int, bone: Bone, items: list[tuple[Cause, int]], half: int) -> Spine:
    above = place < 3
    x = 30 + SLOT * (place % 3)
    tip_y = TOP if above else half * 2 - TOP
    step = ROW if above else -ROW
    ribs = tuple(
        Rib(
            _beside(x, row, half) + depth * 14,
            tip_y + step * (row + 1),
            short(cause.text),
            cause.text,
            cause.state,
            depth,
        )
        for row, (cause, depth) in enumerate(items)
    )
    return Spine(str(bone.label), x + SLOT - 30, x, tip_y, tip_y - 10 if above else tip_y + 20, ribs)


def _beside(x: int, row: int, half: int) -> int:
    """Right of the bone at the height of a row, so that no line runs through the words."""
    return x + round((SLOT - 30) * ROW * (row + 1) / (half - TOP)) + 12
