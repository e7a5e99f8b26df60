"""Charts of counts: nonconforming items (p, np) and nonconformities (c, u), plain and by Laney."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from bihuan.stats.charts.constants import d2
from bihuan.stats.charts.engine import Carry, Sample, Used, chosen, draw_charts, enough, total, varies
from bihuan.stats.charts.individuals import mean_moving_range
from bihuan.stats.charts.judging import Band
from bihuan.stats.charts.model import Chart, Floats, Panel, Setup, Standard
from bihuan.stats.checks import choice, counts, numbers
from bihuan.stats.errors import NoAnswer
from bihuan.stats.signatures import check_fields, checked

Kind = Literal["p", "np", "c", "u", "laney_p", "laney_u"]


@checked
def p_chart(defectives: ArrayLike, sizes: ArrayLike, setup: Setup | None = None) -> Chart:
    """Chart of the fraction nonconforming.

    ``mean +- 3 * sqrt(mean * (1 - mean) / n)`` for every point, cut at 0 and 1; ``mean = sum(D) / sum(n)``.

    Parameters
    ----------
    defectives : array_like
        Nonconforming items per sample, shape (m,).
    sizes : array_like
        Items per sample, shape (m,) or one number.
    setup : Setup, optional
        Stages, baseline, exclusions, standard, rules.

    Returns
    -------
    Chart
        Points are fractions.

    Raises
    ------
    NoAnswer
        ``above_sample``, ``negative``, ``not_whole``, ``not_positive`` for an empty sample, ``too_few`` for
        estimates from less than 2 samples, ``zero_variance`` when no item or every item is nonconforming.

    Notes
    -----
    Normal approximation, as in every textbook and in qcc and Minitab; it is poor while ``n * mean`` is below about 5.

    References
    ----------
    Montgomery, chapter 7; NIST/SEMATECH e-Handbook 6.3.3.2.

    Examples
    --------
    >>> chart = p_chart([12, 15, 8, 10], 50)
    >>> round(float(chart.centre[0]), 4), round(float(chart.upper[0]), 4)
    (0.225, 0.4022)
    """
    return draw_charts(Attributes("p"), defectives, sizes, setup or Setup())[0]


@checked
def np_chart(defectives: ArrayLike, sizes: ArrayLike, setup: Setup | None = None) -> Chart:
    """Chart of the number of nonconforming items: the p chart times the sample size.

    Parameters
    ----------
    defectives : array_like
        Nonconforming items per sample, shape (m,).
    sizes : array_like
        Items per sample, shape (m,) or one number. With different sizes the centre line differs too.
    setup : Setup, optional
        Stages, baseline, exclusions, standard (its mean is a fraction), rules.

    Returns
    -------
    Chart
        Points are counts; limits ``n * mean +- 3 * sqrt(n * mean * (1 - mean))``, cut at 0 and n.

    Raises
    ------
    NoAnswer
        As `p_chart`.

    References
    ----------
    Montgomery, chapter 7.

    Examples
    --------
    >>> float(np_chart([12, 15, 8, 10], 50).centre[0])
    11.25
    """
    return draw_charts(Attributes("np"), defectives, sizes, setup or Setup())[0]


@checked
def c_chart(nonconformities: ArrayLike, setup: Setup | None = None) -> Chart:
    """Chart of nonconformities in units of equal size.

    Parameters
    ----------
    nonconformities : array_like
        Counts, shape (m,).
    setup : Setup, optional
        Stages, baseline, exclusions, standard, rules.

    Returns
    -------
    Chart
        Limits ``mean +- 3 * sqrt(mean)``, cut at 0.

    Raises
    ------
    NoAnswer
        ``negative``, ``not_whole``, ``too_few``, ``zero_variance`` when all counts are zero.

    Notes
    -----
    Normal approximation. A count that lies on the limit is no signal.

    References
    ----------
    NIST/SEMATECH e-Handbook 6.3.3.1; Montgomery, chapter 7.

    Examples
    --------
    >>> chart = c_chart([16, 14, 28, 16, 12, 20, 10, 12])
    >>> float(chart.centre[0]), float(chart.upper[0])
    (16.0, 28.0)
    """
    return draw_charts(Attributes("c"), nonconformities, None, setup or Setup())[0]


@checked
def u_chart(nonconformities: ArrayLike, sizes: ArrayLike, setup: Setup | None = None) -> Chart:
    """Chart of nonconformities per unit.

    Parameters
    ----------
    nonconformities : array_like
        Counts, shape (m,).
    sizes : array_like
        Inspected units (area, length, items, months in use), above zero, not necessarily whole, shape (m,) or one.
    setup : Setup, optional
        Stages, baseline, exclusions, standard, rules.

    Returns
    -------
    Chart
        Limits ``mean +- 3 * sqrt(mean / n)`` for every point, cut at 0; ``mean = sum(c) / sum(n)``.

    Raises
    ------
    NoAnswer
        As `c_chart`, and ``not_positive`` for a size that is not above zero.

    References
    ----------
    Montgomery, chapter 7.

    Examples
    --------
    >>> round(float(u_chart([14, 12, 20], [10.0, 8.0, 13.0]).centre[0]), 4)
    1.4839
    """
    return draw_charts(Attributes("u"), nonconformities, sizes, setup or Setup())[0]


@checked
def laney_p_chart(defectives: ArrayLike, sizes: ArrayLike, setup: Setup | None = None) -> Chart:
    """Chart of fractions whose scatter between samples is not binomial (Laney's p').

    ``z = (p - mean) / sqrt(mean * (1 - mean) / n)``; the limits of the p chart are widened by
    ``inflation = average moving range of z / d2(2)``.

    Parameters
    ----------
    defectives : array_like
        Nonconforming items per sample, in their order in time, shape (m,).
    sizes : array_like
        Items per sample, shape (m,) or one number.
    setup : Setup, optional
        Stages, baseline, exclusions, standard (with its inflation), rules.

    Returns
    -------
    Chart
        ``standard.inflation`` is Laney's sigma z: 1 for binomial data, above 1 for overdispersion.

    Raises
    ------
    NoAnswer
        As `p_chart`; ``zero_variance`` also when z does not move.

    Notes
    -----
    An inflation below 1 narrows the limits, as Laney has it and Minitab does. ``constants="table"`` divides by 1.128.

    References
    ----------
    Laney (2002), Quality Engineering 14(4), 531-537.

    Examples
    --------
    >>> chart = laney_p_chart([20, 60, 25, 70], 1000)
    >>> round(chart.standard.inflation, 4)
    5.4806
    """
    return draw_charts(Attributes("laney_p"), defectives, sizes, setup or Setup())[0]


@checked
def laney_u_chart(nonconformities: ArrayLike, sizes: ArrayLike, setup: Setup | None = None) -> Chart:
    """Chart of nonconformities per unit whose scatter is not Poisson (Laney's u').

    Parameters
    ----------
    nonconformities : array_like
        Counts in their order in time, shape (m,).
    sizes : array_like
        Inspected units, above zero, shape (m,) or one number.
    setup : Setup, optional
        Stages, baseline, exclusions, standard (with its inflation), rules.

    Returns
    -------
    Chart
        As `laney_p_chart`, with ``z = (u - mean) / sqrt(mean / n)``.

    Raises
    ------
    NoAnswer
        As `u_chart`; ``zero_variance`` also when z does not move.

    References
    ----------
    Laney (2002), Quality Engineering 14(4), 531-537.

    Examples
    --------
    >>> round(laney_u_chart([20, 60, 25, 70], 10.0).standard.inflation, 4)
    5.3594
    """
    return draw_charts(Attributes("laney_u"), nonconformities, sizes, setup or Setup())[0]


@dataclass(frozen=True, slots=True)
class Attributes:
    """The family behind the charts of counts, for `Stream`.

    Attributes
    ----------
    kind : {"p", "np", "c", "u", "laney_p", "laney_u"}
        Which chart.
    """

    kind: Kind

    def __post_init__(self) -> None:
        check_fields(self)
        choice(self.kind, ("p", "np", "c", "u", "laney_p", "laney_u"), "kind")

    @property
    def _binomial(self) -> bool:
        return self.kind in ("p", "np", "laney_p")

    def read(self, values: ArrayLike, sizes: ArrayLike | None) -> Sample:
        """Counts with the sizes of their samples."""
        found = counts(values)
        if self.kind == "c":
            if sizes is not None:
                raise NoAnswer("wrong_shape", "a c chart has units of one size; chart other sizes with u")
            return Sample(found, np.ones(found.size), np.empty(0))
        if sizes is None:
            raise NoAnswer("wrong_shape", f"chart {self.kind} needs the sizes of the samples")
        return Sample(found, self._sizes(sizes, found), np.empty(0))

    def _sizes(self, sizes: ArrayLike, found: Floats) -> Floats:
        given = numbers(sizes if np.iterable(sizes) else np.array([sizes]), "sizes")
        if given.size not in (1, found.size):
            raise NoAnswer("wrong_shape", f"{found.size} counts need as many sizes or one, not {given.size}")
        if (given <= 0).any():
            raise NoAnswer("not_positive", "sizes must be above zero")
        if self._binomial and (given != np.floor(given)).any():
            raise NoAnswer("not_whole", "sample sizes must be whole numbers")
        if self._binomial and (found > given).any():
            raise NoAnswer("above_sample", "a sample cannot hold more nonconforming items than items")
        return np.array(np.broadcast_to(given, found.shape))

    def estimate(self, sample: Sample, used: Used, setup: Setup) -> Standard:
        """Mean, and for Laney's charts the inflation."""
        enough(used, sample.values.size, 2)
        mean = total(chosen(sample.values, used)) / total(chosen(sample.sizes, used))
        self._usable(mean, "zero_variance")
        if not self.kind.startswith("laney"):
            return Standard(mean)
        z = (sample.values / sample.sizes - mean) / self._error(mean, sample.sizes)
        return Standard(mean, None, varies(mean_moving_range(z, 2, used) / d2(2, setup.constants)))

    def _usable(self, mean: float, code: str) -> None:
        if mean <= 0 or (self._binomial and mean >= 1):
            raise NoAnswer(code, f"a mean of {mean} leaves no room for limits")

    def _error(self, mean: float, sizes: Floats) -> Floats:
        variance = mean * (1 - mean) if self._binomial else mean
        return np.sqrt(variance / sizes)

    def draw(self, sample: Sample, standard: Standard, setup: Setup, carry: Carry) -> tuple[list[Panel], Carry]:
        """The one panel."""
        self._usable(standard.mean, "out_of_range")
        centre = np.asarray(standard.mean, dtype=np.float64)
        sizes = sample.sizes
        if self.kind == "np":
            points, centre, top = sample.values, centre * sizes, sizes
            sigma = np.sqrt(sizes * standard.mean * (1 - standard.mean))
        else:
            points, top = sample.values / sizes, np.asarray(1.0 if self._binomial else np.inf)
            sigma = self._error(standard.mean, sizes) * (standard.inflation if self.kind.startswith("laney") else 1.0)
        lower = np.maximum(centre - setup.sigmas * sigma, 0.0)
        upper = np.minimum(centre + setup.sigmas * sigma, top)
        return [Panel(self.kind, Band(points, centre, sigma, lower, upper))], None
