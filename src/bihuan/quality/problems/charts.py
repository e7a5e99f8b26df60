"""The pictures of the quality problem database; each stands above its table."""

from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.quality.problems.analysis import PER, Month, Share, Trend
from bihuan.ui.pictures import Axis, Band, Bars, Level, Line, Picture, Points, draw

SHORT, ROOMY = 5, 12
NAN = float("nan")


def _svg(picture: Picture) -> SafeString:
    return mark_safe(draw(picture))  # noqa: S308 - drawn by ourselves, its words are escaped


def pareto_picture(rows: Sequence[Share], title: str) -> SafeString | None:
    """Bars from the largest down, and the sum of them all as a line on the same scale."""
    if not rows:
        return None
    x = [float(place) for place in range(len(rows))]
    total, names, short = 0, dict[float, str](), SHORT if len(rows) <= ROOMY else SHORT - 1
    running = []
    for place, row in enumerate(rows):
        total += row.count
        running.append(float(total))
        names[float(place)] = row.label if len(row.label) <= short else f"{row.label[: short - 1]}…"
    words = _("%(first)s stands first with %(percent)s.") % {"first": rows[0].label, "percent": rows[0].percent}
    return _svg(
        Picture(
            name="pareto", title=title, description=words, lang=get_language() or "zh-hans",
            x=Axis("", low=-0.6, high=len(rows) - 0.4, names=names), y=Axis(_("Number"), low=0), width=960, height=360,
            layers=[
                Bars(x, [float(row.count) for row in rows], 0.7, _("Number"), "blue"),
                Line(x, running, _("All up to here"), "amber", marked=True),
            ],
        )
    )  # fmt: skip


def trend_picture(found: Trend) -> SafeString | None:
    """The u chart: rate by month between its limits, what signals marked and named."""
    months = [row for row in found.months if row.rate is not None]
    if len(months) < 2:
        return None
    x = [float(place) for place in range(len(months))]
    every = max(1, -(-len(months) // 12))
    names = {x[place]: f"{months[place].month:%y-%m}" for place in range(0, len(months), every)}
    layers: list[Band | Line | Points | Level] = []
    if found.centre is not None:
        low = [_or_nan(row.lower) for row in months]
        high = [_or_nan(row.upper) for row in months]
        layers += [Band(x, low, high, _("Control limits"), "grey", steps=True), Level(found.centre, _("Mean"), "green")]
    layers.append(Line(x, [row.rate or 0.0 for row in months], _("Failures per %(n)s units") % {"n": PER}, "blue",
                       marked=True))  # fmt: skip
    marked = [(place, row) for place, row in zip(x, months, strict=True) if row.rules]
    if marked:
        layers.append(Points([p for p, _row in marked], [row.rate or 0.0 for _p, row in marked], _("Signal"), "red"))
    return _svg(
        Picture(
            name="trend", title=_("Failures per %(n)s units by month") % {"n": PER}, description=_said(found, marked),
            lang=get_language() or "zh-hans", x=Axis(_("Month of complaint"), names=names),
            y=Axis(_("Failures per %(n)s units") % {"n": PER}, low=0), width=960, height=380, layers=layers,
        )
    )  # fmt: skip


def _or_nan(value: float | None) -> float:
    return NAN if value is None else value


def _said(found: Trend, marked: Sequence[tuple[float, Month]]) -> str:
    if found.centre is None:
        return found.remark
    if not marked:
        return str(_("No month signals; the rate is stable."))
    return str(_("%(count)s months signal.") % {"count": len(marked)})
