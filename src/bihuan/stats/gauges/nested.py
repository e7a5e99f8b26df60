"""Nested gauge studies: each operator measures parts of his own, as when the measurement destroys the part."""

from __future__ import annotations

from numpy.typing import ArrayLike
from scipy import special

from bihuan.stats.gauges.layout import means_and_within, nested
from bihuan.stats.gauges.study import AnovaRow, GaugeStudy, Sources, summarise
from bihuan.stats.signatures import checked
from bihuan.stats.sums import squares


@checked
def gauge_nested(
    values: ArrayLike,
    parts: ArrayLike,
    operators: ArrayLike,
    *,
    tolerance: float | None = None,
    multiplier: float = 6.0,
) -> GaugeStudy:
    """Nested gauge study by the analysis of variance, parts (or batches) within operators.

    Parameters
    ----------
    values, parts, operators : array_like of shape (m,)
        Measurement, part and operator of each trial. A label of a part counts within its operator. For destructive
        tests the trials of a part are pieces of one homogeneous batch.
    tolerance, multiplier
        As in `gauge_anova`.

    Returns
    -------
    GaugeStudy
        ``interaction`` is None: a nested study cannot tell it apart.

    Raises
    ------
    NoAnswer
        As `gauge_anova`.

    Notes
    -----
    Repeatability MSE; part (MSp(o) - MSE) / r; operator (MSo - MSp(o)) / (p r) with p parts per operator (AIAG,
    Measurement Systems Analysis, 4th edition, chapter IV; Montgomery, Design and Analysis of Experiments, section
    14.1). Minitab's nested study is the same.

    References
    ----------
    AIAG, Measurement Systems Analysis, 4th edition (2010), chapter IV. Montgomery, Design and Analysis of
    Experiments, section 14.1.

    Examples
    --------
    >>> values = [1.0, 1.1, 2.0, 2.2, 1.5, 1.4, 2.6, 2.4]
    >>> study = gauge_nested(values, [1, 1, 2, 2, 3, 3, 4, 4], ["A"] * 4 + ["B"] * 4)
    >>> round(study.percent_study.gauge, 1), study.clipped
    (15.0, ('operator',))
    """
    boxes = nested(values, parts, operators).values
    o, p, r = boxes.shape
    means, repeat = means_and_within(boxes)
    operator = means.mean(axis=1)
    within = means - operator[:, None]
    ss = (p * r * squares(operator), r * squares(within), repeat)
    freedom = (o - 1, o * (p - 1), o * p * (r - 1))
    ms = [s / d for s, d in zip(ss, freedom, strict=True)]
    table = (
        _row("operator", ss[0], freedom[0], ms[1], freedom[1]),
        _row("part", ss[1], freedom[1], ms[2], freedom[2]),
        AnovaRow("repeatability", ss[2], freedom[2], ms[2], None, None),
        AnovaRow("total", sum(ss), o * p * r - 1, sum(ss) / (o * p * r - 1), None, None),
    )
    found = Sources(ms[2], None, (ms[0] - ms[1]) / (p * r), None, (ms[1] - ms[2]) / r, table)
    return summarise("nested", (p, o, r), found, multiplier, tolerance)


def _row(source: str, ss: float, freedom: int, error: float, error_freedom: int) -> AnovaRow:
    ms = ss / freedom
    if error <= 0:
        return AnovaRow(source, ss, freedom, ms, None, None)
    return AnovaRow(source, ss, freedom, ms, ms / error, float(special.fdtrc(freedom, error_freedom, ms / error)))
