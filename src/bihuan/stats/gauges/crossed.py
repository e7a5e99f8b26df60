"""Crossed gauge studies by analysis of variance: every operator measures every part."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from bihuan.stats.errors import NoAnswer
from bihuan.stats.gauges.layout import crossed, means_and_within
from bihuan.stats.gauges.study import AnovaRow, GaugeStudy, Sources, summarise
from bihuan.stats.signatures import checked
from bihuan.stats.sums import squares


@checked
def gauge_anova(
    values: ArrayLike,
    parts: ArrayLike,
    operators: ArrayLike,
    *,
    tolerance: float | None = None,
    multiplier: float = 6.0,
    pool_above: float = 0.05,
) -> GaugeStudy:
    """Crossed gauge study by the analysis of variance with two random factors.

    Parameters
    ----------
    values, parts, operators : array_like of shape (m,)
        Measurement, part and operator of each trial, in any order; every operator measures every part equally often.
    tolerance : float, optional
        Width of the specification, upper less lower limit, in the unit of the values.
    multiplier : float
        Study variation in standard deviations: 6 (AIAG 4th edition, 99.73 %) or 5.15 (older editions, 99 %).
    pool_above : float
        Pool the interaction with repeatability when its p value is above this. 0.05 is Minitab's default, 0.25 the
        older one; 1 never pools, 0 always.

    Returns
    -------
    GaugeStudy

    Raises
    ------
    NoAnswer
        ``unbalanced``, ``too_few_parts``, ``too_few_operators``, ``too_few_trials``, ``shapes_differ``,
        ``missing_label``, ``bad_labels``, ``out_of_scale``, ``zero_variance``, ``zero_repeatability``,
        ``out_of_range``, and as `numbers`.

    Notes
    -----
    With p parts, o operators and r trials: repeatability MSE; interaction (MSpo - MSE) / r; operator
    (MSo - MSpo) / (p r); part (MSp - MSpo) / (o r); without interaction MSE pools both and takes the place of MSpo.
    Negative estimates become zero and are named in ``clipped``. F of part and operator is against MSpo, or the pooled
    MSE (AIAG, Measurement Systems Analysis, 4th edition, appendix A; Montgomery, section 8.7). R's SixSigma pools at
    0.05 as well; qcc has no gauge studies.

    References
    ----------
    AIAG, Measurement Systems Analysis, 4th edition (2010), appendix A. Montgomery, Introduction to Statistical
    Quality Control, section 8.7.

    Examples
    --------
    >>> values = [1.0, 1.1, 1.2, 1.2, 2.0, 2.2, 2.1, 2.3, 3.1, 3.0, 3.3, 3.2]
    >>> study = gauge_anova(values, [1] * 4 + [2] * 4 + [3] * 4, ["A", "A", "B", "B"] * 3)
    >>> round(study.percent_study.gauge, 1), study.categories.truncated
    (13.0, 10)
    """
    if not 0 <= pool_above <= 1:
        raise NoAnswer("out_of_range", f"pool_above must lie between 0 and 1, not {pool_above}")
    cells = crossed(values, parts, operators)
    table = _table(cells.values)
    part, operator, both, repeat, total = table
    p, o, r = cells.values.shape
    pooled = both.p_value is not None and both.p_value > pool_above
    if pooled:
        error = _row("repeatability", both.ss + repeat.ss, both.freedom + repeat.freedom)
        reduced = (_tested(part, error), _tested(operator, error), error, total)
        found = Sources(
            error.ms, None, (operator.ms - error.ms) / (p * r), 0.0, (part.ms - error.ms) / (o * r), table, reduced
        )
    else:
        found = Sources(
            repeat.ms,
            None,
            (operator.ms - both.ms) / (p * r),
            (both.ms - repeat.ms) / r,
            (part.ms - both.ms) / (o * r),
            table,
        )
    return summarise("anova", (p, o, r), found, multiplier, tolerance)


def _table(boxes: NDArray[np.float64]) -> tuple[AnovaRow, AnovaRow, AnovaRow, AnovaRow, AnovaRow]:
    p, o, r = boxes.shape
    means, within = means_and_within(boxes)
    part, operator = means.mean(axis=1), means.mean(axis=0)
    cross = means - part[:, None] - operator[None, :]
    repeat = _row("repeatability", within, p * o * (r - 1))
    both = _tested(_row("interaction", r * squares(cross), (p - 1) * (o - 1)), repeat)
    total = _row("total", within + r * squares(means), p * o * r - 1)
    first = _row("part", o * r * squares(part), p - 1)
    second = _row("operator", p * r * squares(operator), o - 1)
    return _tested(first, both), _tested(second, both), both, repeat, total


def _row(source: str, ss: float, freedom: int) -> AnovaRow:
    return AnovaRow(source, ss, freedom, ss / freedom, None, None)


def _tested(row: AnovaRow, error: AnovaRow) -> AnovaRow:
    """Return the row with its F test; without any variation in the denominator there is none."""
    if error.ms <= 0:
        return row
    f = row.ms / error.ms
    return AnovaRow(row.source, row.ss, row.freedom, row.ms, f, float(special.fdtrc(row.freedom, error.freedom, f)))
