"""The picture of a recall: how many are done, week by week."""

from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.quality.recall.figures import Point
from bihuan.ui.pictures import Axis, Line, Picture, draw


def progress_picture(points: Sequence[Point]) -> SafeString | None:
    """Completed units over time below the line of the scope; its table stands beside it."""
    if len(points) < 2:
        return None
    start = points[0].day
    x = [float((point.day - start).days) for point in points]
    every = max(1, -(-len(points) // 8))
    names = {x[place]: f"{points[place].day:%m-%d}" for place in range(0, len(points), every)}
    last = points[-1]
    words = _("%(done)s of %(total)s units are done (%(percent)s).") % {
        "done": last.done, "total": last.total, "percent": last.percent,
    }  # fmt: skip
    picture = Picture(
        name="recall-progress", title=_("Completion"), description=words, lang=get_language() or "zh-hans",
        x=Axis(_("Day"), names=names), y=Axis(_("Quantity"), low=0), width=720, height=300,
        layers=[
            Line(x, [float(point.total) for point in points], _("Units affected"), "grey", steps=True),
            Line(x, [float(point.done) for point in points], _("Measure done"), "blue", marked=len(points) < 30),
        ],
    )  # fmt: skip
    return mark_safe(draw(picture))  # noqa: S308 - drawn by ourselves, its words are escaped
