"""Pictures: well-formed, escaped, inside their frame, readable without colour, and current in the documentation."""

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripts.draw_docs import pictures

from bihuan.ui.pictures import Axis, Band, Bars, Level, Line, Picture, Points, draw
from bihuan.ui.pictures.scales import scaled
from bihuan.ui.pictures.style import LOOKS

SVG = "{http://www.w3.org/2000/svg}"
DOCS = Path(__file__).parents[2] / "docs" / "stats"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
VALUES = st.floats(-1e6, 1e6)


def picture(*layers, **options):
    given = {"name": "one", "title": "标题", "description": "说明", "x": Axis("时间"), "y": Axis("值")} | options
    return Picture(layers=layers, **given)


def tree(*layers, **options):
    return ElementTree.fromstring(draw(picture(*layers, **options)))  # noqa: S314 - our own text


def texts(root):
    return [one.text for one in root.iter(f"{SVG}text")]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(VALUES, VALUES), max_size=30), st.booleans(), st.booleans())
def test_everything_lies_inside_the_frame(points, steps, log):
    x, y = [abs(a) + 0.01 if log else a for a, _ in points], [b for _, b in points]
    layers = (
        Line(x, y, steps=steps, marked=True), Points(x, y, tone="red"), Bars(x, y, tone="amber"),
        Band(x, [b - 1 for b in y], y, tone="grey"), *(Level(b, "限", upright=False) for b in y[:3]),
    )  # fmt: skip
    root = tree(*(layers[:2] if log else layers), x=Axis("x", log=log))
    for one in root.iter():
        places = {"cx": 720, "x1": 720, "x2": 720, "cy": 400, "y1": 400, "y2": 400}
        for name, most in places.items():
            assert 0 <= float(one.get(name, 0)) <= most
        for index, place in enumerate(NUMBER.findall(one.get("points", ""))):
            assert 0 <= float(place) <= (720, 400)[index % 2]


def test_words_are_escaped_and_read_aloud():
    root = tree(
        Line([1, 2], [1, 2], 'a<b>&"c"'), Level(1.5, "<上限>"), title="<标题> & 更多", description="x < y", name="p1"
    )
    assert root.get("role") == "img"
    assert root.get("lang") == "zh-Hans"
    assert root.get("aria-labelledby") == "p1-title p1-desc"
    assert {one.get("id"): one.text for one in root if one.tag in (f"{SVG}title", f"{SVG}desc")} == {
        "p1-title": "<标题> & 更多",
        "p1-desc": "x < y",
    }
    assert {'a<b>&"c"', "<上限>", "<标题> & 更多"} <= set(texts(root))
    assert tree(Points([1], [1]), lang="en").get("lang") == "en"


def test_no_two_tones_share_dash_or_shape():
    assert len({look.dash for look in LOOKS.values()}) == len(LOOKS)
    assert len({look.shape for look in LOOKS.values()}) == len(LOOKS)
    assert len({look.colour for look in LOOKS.values()}) == len(LOOKS)


def test_tones_are_dark_enough_on_paper():
    """WCAG 2.2: at least 4.5 to 1 for words."""
    for look in LOOKS.values():
        parts = [int(look.colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5


def test_gaps_and_stairs():
    nan = float("nan")
    lines = list(tree(Line([0, 1, 2, 3], [1, nan, 2, 3])).iter(f"{SVG}polyline"))
    assert [len(line.get("points").split()) for line in lines] == [1, 2]
    stairs = next(tree(Line([0, 1, 2], [3, 2, 1], steps=True)).iter(f"{SVG}polyline"))
    corners = [tuple(map(float, corner.split(","))) for corner in stairs.get("points").split()]
    assert len(corners) == 5
    assert all(one[0] == two[0] or one[1] == two[1] for one, two in pairwise(corners))
    assert len(list(tree(Band([0, 1, 2], [0, nan, 0], [1, 1, 1])).iter(f"{SVG}polygon"))) == 2


@pytest.mark.parametrize(
    ("low", "high", "names"),
    [
        (0, 10, ["0", "2", "4", "6", "8", "10"]), (0, 1, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (-5, 5, ["−4", "−2", "0", "2", "4"]), (0, 25_000, ["0", "5 000", "10 000", "15 000", "20 000", "25 000"]),
        (73.98, 74.02, ["73.98", "73.99", "74.00", "74.01", "74.02"]), (0, 100, ["0", "20", "40", "60", "80", "100"]),
        (0, 12, ["0.0", "2.5", "5.0", "7.5", "10.0"]),
    ],
)  # fmt: skip
def test_ticks_are_round(low, high, names):
    found = [name.replace("\u202f", " ") for _, name in scaled(Axis("", low, high), [], 0, 500, 100).ticks]
    assert found == [name if name != "0.0" else "0" for name in names]


def test_ticks_of_ratios_and_names():
    assert [name for _, name in scaled(Axis("", 1, 50, log=True), [], 0, 500, 100).ticks] == [
        "1",
        "2",
        "5",
        "10",
        "20",
        "50",
    ]
    assert [name for _, name in scaled(Axis("", 0.01, 100, log=True), [], 0, 1, 1).ticks] == [
        "0.01",
        "0.1",
        "1",
        "10",
        "100",
    ]
    assert scaled(Axis("", 0, 2, names={0: "零", 1: "一", 9: "九"}), [], 0, 10, 5).ticks == ((0, "零"), (1, "一"))


def test_names_of_limits_do_not_cover_each_other():
    root = tree(*(Level(10 + 0.01 * step, f"限{step}") for step in range(4)), Line([0, 1], [0, 20]))
    heights = sorted(float(one.get("y")) for one in root.iter(f"{SVG}text") if one.text.startswith("限"))
    assert all(two - one >= 14 for one, two in pairwise(heights))


def test_long_titles_are_broken():
    root = tree(Points([1], [1]), title="很长的标题 " * 20)
    assert len([one for one in texts(root) if "很长的标题" in one]) > 1


def test_nothing_to_show_is_still_a_picture():
    assert "时间" in texts(tree(Line([], [])))


@pytest.mark.parametrize(
    "layer",
    [
        Line([1], [1, 2]),
        Band([1], [1], []),
        Points([1], [1], notes=["a", "b"]),
        Points([float("nan")], [1]),
        Level(float("inf")),
    ],
)
def test_layers_that_do_not_fit_are_refused(layer):
    with pytest.raises(ValueError, match=r"layer|finite"):
        draw(picture(layer))


def test_pictures_of_the_documentation_are_current():
    """Drawn again they are the same, but for the last digit of a pixel; every one stands on a page."""
    drawn = pictures()
    assert {path.name for path in DOCS.glob("*.svg")} == set(drawn)
    pages = "".join(path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))
    for name, new in drawn.items():
        old = (DOCS / name).read_text(encoding="utf-8")
        assert NUMBER.sub("#", new) == NUMBER.sub("#", old), f"{name}: run scripts/draw_docs.py"
        pairs = zip(NUMBER.findall(new), NUMBER.findall(old), strict=True)
        assert all(abs(float(one) - float(two)) <= 0.2 for one, two in pairs), f"{name}: run scripts/draw_docs.py"
        assert f"({name})" in pages
