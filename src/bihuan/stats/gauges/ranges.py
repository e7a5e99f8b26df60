"""Gauge studies by ranges: the average and range method, and the short range method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bihuan.stats.checks import choice, positive
from bihuan.stats.errors import NoAnswer
from bihuan.stats.gauges.constants import d2_star, range_constants
from bihuan.stats.gauges.layout import crossed, measurements
from bihuan.stats.gauges.study import GaugeStudy, Sources, summarise
from bihuan.stats.signatures import checked


@checked
def gauge_ranges(
    values: ArrayLike,
    parts: ArrayLike,
    operators: ArrayLike,
    *,
    tolerance: float | None = None,
    multiplier: float = 6.0,
    constants: str = "aiag",
) -> GaugeStudy:
    """Crossed gauge study by the average and range method.

    Parameters
    ----------
    values, parts, operators : array_like of shape (m,)
        As in `gauge_anova`.
    tolerance, multiplier
        As in `gauge_anova`.
    constants : {"aiag", "exact"}
        K1, K2 and K3 to the four digits that the AIAG form prints, or in full precision.

    Returns
    -------
    GaugeStudy
        ``operator`` and ``interaction`` are None: ranges give reproducibility as a whole.

    Raises
    ------
    NoAnswer
        As `gauge_anova`; ``unknown_choice``; ``out_of_range`` for more than 1000 parts, operators or trials.

    Notes
    -----
    EV = K1 Rbar; AV = sqrt((K2 Xdiff)^2 - EV^2 / (p r)), zero when the root is of a negative number; PV = K3 Rp;
    K1 = 1 / d2(trials), K2 = 1 / d2*(operators, 1), K3 = 1 / d2*(parts, 1) (AIAG, Measurement Systems Analysis, 3rd and
    4th edition, appendix C). The second edition multiplied these by 5.15, which cancels in the percentages.

    References
    ----------
    AIAG, Measurement Systems Analysis, 4th edition (2010), chapter III, section B, and appendix C.

    Examples
    --------
    >>> values = [1.0, 1.1, 1.2, 1.2, 2.0, 2.2, 2.1, 2.3, 3.1, 3.0, 3.3, 3.2]
    >>> study = gauge_ranges(values, [1] * 4 + [2] * 4 + [3] * 4, ["A", "A", "B", "B"] * 3)
    >>> round(study.sd.repeatability, 4), round(study.sd.reproducibility, 4)
    (0.1034, 0.0973)
    """
    choice(constants, ("aiag", "exact"), "constants")
    boxes = crossed(values, parts, operators).values
    p, o, r = boxes.shape
    if np.ptp(boxes) == 0:
        raise NoAnswer("zero_variance", "all values are equal")
    digits = 4 if constants == "aiag" else 16
    k1 = round(1.0 / range_constants(r)[0], digits)
    k2, k3 = (round(1.0 / d2_star(size, 1), digits) for size in (o, p))
    centred = boxes - boxes[0, 0, 0]
    repeat = k1 * float(np.ptp(boxes, axis=2).mean())
    spread = k2 * float(np.ptp(centred.mean(axis=(0, 2))))
    part = k3 * float(np.ptp(centred.mean(axis=(1, 2))))
    found = Sources(repeat**2, spread**2 - repeat**2 / (p * r), None, None, part**2)
    return summarise("average_range", (p, o, r), found, multiplier, tolerance)


@dataclass(frozen=True, slots=True)
class ShortStudy:
    """A gauge study with one trial: repeatability and reproducibility cannot be told apart.

    Attributes
    ----------
    mean_range : float
    gauge : float
        Standard deviation of repeatability and reproducibility together.
    percent_process : float or None
        In percent of the process standard deviation.
    """

    mean_range: float
    gauge: float
    percent_process: float | None


@checked
def gauge_short(values: ArrayLike, *, process_sd: float | None = None) -> ShortStudy:
    """Short study by the range method: each operator measures each part once.

    Parameters
    ----------
    values : array_like of shape (parts, operators)
    process_sd : float, optional
        Standard deviation of the process, from an earlier study.

    Returns
    -------
    ShortStudy

    Raises
    ------
    NoAnswer
        ``wrong_shape``, ``too_few_parts``, ``too_few_operators``, ``zero_repeatability``, and as `numbers`.

    Notes
    -----
    GRR = Rbar / d2*(operators, parts). AIAG, Measurement Systems Analysis, 4th edition, chapter III, range method,
    which rounds GRR to 0.0588 before it prints 75.7 % for the data below.

    References
    ----------
    AIAG, Measurement Systems Analysis, 4th edition (2010), chapter III, range method.

    Examples
    --------
    >>> values = [[0.85, 0.80], [0.75, 0.70], [1.00, 0.95], [0.45, 0.55], [0.50, 0.60]]
    >>> study = gauge_short(values, process_sd=0.0777)
    >>> round(study.gauge, 4), round(study.percent_process, 1)
    (0.0588, 75.6)
    """
    table = measurements(values, ndim=2)
    if table.shape[0] < 2:
        raise NoAnswer("too_few_parts", "a gauge study needs at least 2 parts")
    if table.shape[1] < 2:
        raise NoAnswer("too_few_operators", "a gauge study needs at least 2 operators")
    mean_range = float(np.ptp(table, axis=1).mean())
    if mean_range == 0:
        raise NoAnswer("zero_repeatability", "the operators never differ: the gauge reads too coarsely to be judged")
    gauge = mean_range / d2_star(table.shape[1], table.shape[0])
    share = None if process_sd is None else 100.0 * gauge / positive(process_sd, "process_sd")
    return ShortStudy(mean_range, gauge, share)
