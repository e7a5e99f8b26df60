"""The likelihood-ratio CUSUM of Poisson counts whose expectation varies, with limits by simulation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.checks import choice, level, positive, whole
from bihuan.stats.errors import NoAnswer
from bihuan.stats.rates.arguments import Floats, above_zero, matrix, sizes
from bihuan.stats.signatures import checked

RUNS = 20_000
"""Simulated histories per group of cells."""
GROUPS = 24
"""Groups of cells of similar expectation that share one limit."""
MOST_EXPECTED = 1e12
"""Expected counts per period up to here can be simulated."""
ENOUGH = 20
"""Simulated alarms below which a limit is extrapolated."""

THINNED = 16
"""Every so many simulated values tell where to look for the highest."""


@dataclass(frozen=True, slots=True)
class Cusum:
    """Likelihood-ratio CUSUMs of cells by periods.

    Attributes
    ----------
    statistic : ndarray of float
        S of each period, in the shape of the counts.
    signal : ndarray of bool
        Where S is above the limit; nowhere without a limit.
    first : ndarray of int
        The first period (from 0) of signal per cell, -1 if there is none.
    last : ndarray of float
        S to go on with, per cell: zero after a restart.
    """

    statistic: Floats
    signal: NDArray[np.bool_]
    first: NDArray[np.int64]
    last: Floats


@dataclass(frozen=True, slots=True)
class CusumLimits:
    """Limits found by simulation.

    Attributes
    ----------
    limit : ndarray of float
        Per cell; a signal is a statistic strictly above it.
    group : ndarray of int
        The group of similar expectation to which the cell belongs, 0 for the least expected.
    rate : float
        The false-alarm rate asked for.
    counting : str
        ``periods`` or ``cells``.
    extrapolated : bool
        Whether the simulated histories were too few for the rate, so that the exponential tail was used.
    """

    limit: Floats
    group: NDArray[np.int64]
    rate: float
    counting: str
    extrapolated: bool


@checked
def poisson_cusum(
    counts: ArrayLike,
    expected: ArrayLike,
    *,
    ratio: float = 2.0,
    limit: ArrayLike | None = None,
    start: ArrayLike = 0.0,
    restart: bool = False,
) -> Cusum:
    """Accumulate the evidence that a Poisson rate is ``ratio`` times the expected one.

    S(t) = max(0, S(t-1) + y(t) ln(ratio) - (ratio - 1) E(t)): the log likelihood ratio of E(t) ratio against E(t), so
    expected counts may differ from period to period.

    Parameters
    ----------
    counts, expected : array_like
        Shape (periods,) or (cells, periods).
    ratio : float
        The change to detect, above 1 for a rise, below 1 for a fall.
    limit : array_like, optional
        One limit or one per cell; a signal is S strictly above it.
    start : array_like
        S before the first period, one or one per cell. Pass ``last`` of an earlier call to go on with a stream: the
        result is the same as in one batch.
    restart : bool
        Begin again at zero after each signal. Otherwise S stays up until the evidence is gone.

    Returns
    -------
    Cusum

    Raises
    ------
    NoAnswer
        ``empty``, ``not_numbers``, ``not_finite``, ``negative``, ``not_whole``, ``shapes_differ``, ``wrong_shape``,
        ``no_expectation``, ``out_of_range`` (ratio not above zero, or 1), ``no_limit`` (restart without limit).

    Notes
    -----
    Lucas's CUSUM with reference value k is this one divided by ln(ratio), k = (ratio - 1) E / ln(ratio). It is
    right only for a constant expectation; qcc's ``cusum`` standardises by a normal, which is wrong for rare events.

    References
    ----------
    Lucas (1985), Technometrics 27, 129-144. Steiner, Cook, Farewell and Treasure (2000), Biostatistics 1, 441-452.
    Mei, Han and Tsui (2011), Statistica Sinica 21, 597-624 (varying population).

    Examples
    --------
    >>> found = poisson_cusum([0, 1, 3, 4], [1.0, 1.0, 1.0, 1.0], ratio=2.0, limit=2.0)
    >>> found.statistic.round(3).tolist(), int(found.first)
    ([0.0, 0.0, 1.079, 2.852], 3)
    """
    change = _change(ratio)
    seen, awaited = matrix(counts, expected)
    state = _per_cell(start, seen.shape[0], "start")
    bound = None if limit is None else _per_cell(limit, seen.shape[0], "limit")
    if restart and bound is None:
        raise NoAnswer("no_limit", "a CUSUM cannot restart after signals without a limit")
    statistic, signal, last = accumulate(seen, awaited, change, state, bound, restart)
    first = np.where(signal.any(axis=1), signal.argmax(axis=1), -1)
    shape = np.broadcast_shapes(np.shape(counts), np.shape(expected))
    cells = shape[:-1]
    return Cusum(statistic.reshape(shape), signal.reshape(shape), first.reshape(cells), last.reshape(cells))


@checked
def cusum_limits(
    expected: ArrayLike,
    rate: float,
    *,
    ratio: float = 2.0,
    counting: str = "periods",
    shape: ArrayLike | None = None,
    groups: int = GROUPS,
    draws: int = RUNS,
    seed: int = 1,
) -> CusumLimits:
    """Find the limits at which cells without a change alarm at a wanted rate.

    Cells are sorted by their total expectation into groups of equal number. For each group ``draws`` histories without
    a change are drawn, each with the expectations of a cell drawn from the group, and the limit is the least simulated
    value above which at most the wanted share lies. So the rate holds for a group as a whole. No more cells than groups
    means a limit for each cell.

    Parameters
    ----------
    expected : array_like
        Expected counts without a change, shape (periods,) or (cells, periods).
    rate : float
        Wanted false-alarm rate, between 0 and 1.
    ratio : float
        The ratio of the CUSUM.
    counting : {"periods", "cells"}
        ``periods``: the share of cells in signal in a period, on average over the periods, without restart.
        ``cells``: the share of cells that signal at all within the periods.
    shape : array_like, optional
        Where expectations are uncertain: shape of the gamma distribution of the true over the expected rate, one or one
        per cell (variance 1 / shape). Histories are then drawn with a rate of their own.
    groups, draws, seed : int
        Number of groups, histories per group, seed of numpy's default generator.

    Returns
    -------
    CusumLimits

    Raises
    ------
    NoAnswer
        ``empty``, ``not_numbers``, ``not_finite``, ``negative``, ``wrong_shape``, ``shapes_differ``, ``out_of_range``,
        ``unknown_choice``, ``out_of_scale`` (more than a million million expected in a period).

    Notes
    -----
    The result depends on the seed, not on the order of the cells. With fewer than 20 simulated alarms at the wanted
    rate the limit at 20 alarms is raised by the logarithm of the missing factor: the tail of a sum of log likelihood
    ratios falls like exp(-S) in the long run (E exp(weight) = 1) and faster over a few periods, so such a limit errs to
    fewer alarms. ``extrapolated`` tells.

    References
    ----------
    Steiner et al. (2000), Biostatistics 1, 441-452 (limits by simulated run length). Zhang and Woodall (2015),
    Statistics in Medicine 34, 3336-3348 (rates per period with varying populations).

    Examples
    --------
    >>> found = cusum_limits([[0.2] * 12, [2.0] * 12], 0.001, ratio=3.0, draws=4000)
    >>> bool(found.limit[0] < found.limit[1])
    True
    """
    change, wanted = _change(ratio), level(rate, "rate")
    choice(counting, ("periods", "cells"), "counting")
    awaited = np.atleast_2d(sizes(expected, "expected"))
    if awaited.ndim != 2:
        raise NoAnswer("wrong_shape", "expected must be one row or cells by periods")
    if awaited.max() > MOST_EXPECTED:
        raise NoAnswer("out_of_scale", "so many events are no rare events: chart them as measurements")
    groups, draws = whole(groups, "groups", least=1, most=10_000), whole(draws, "draws", least=1, most=1_000_000)
    doubt = None if shape is None else _per_cell(above_zero(shape, "shape"), awaited.shape[0], "shape")
    generator = np.random.default_rng(seed)
    limit, group = np.empty(awaited.shape[0]), np.empty(awaited.shape[0], dtype=np.int64)
    extrapolated = False
    for number, members in enumerate(np.array_split(_ordered(awaited, doubt), min(groups, awaited.shape[0]))):
        worst = _simulate(awaited, doubt, members, change, draws, counting, generator)
        limit[members], beyond = _quantile(worst, wanted)
        group[members] = number
        extrapolated = extrapolated or beyond
    return CusumLimits(limit, group, wanted, counting, extrapolated)


def accumulate(
    seen: Floats, awaited: Floats, change: float, state: Floats, bound: Floats | None, restart: bool
) -> tuple[Floats, NDArray[np.bool_], Floats]:
    """Statistic, signal and last state of cells by periods, as `poisson_cusum` describes; nothing is checked."""
    gain = np.log(change)
    statistic = np.empty(seen.shape)
    signal = np.zeros(seen.shape, dtype=np.bool_)
    for period in range(seen.shape[1]):
        state = np.maximum(state + (gain * seen[:, period] - (change - 1) * awaited[:, period]), 0.0)
        statistic[:, period] = state
        if bound is not None:
            signal[:, period] = state > bound
        if restart:
            state = np.where(signal[:, period], 0.0, state)
    return statistic, signal, state


def _ordered(awaited: Floats, doubt: Floats | None) -> NDArray[np.intp]:
    """Cells by total expectation; ties by their periods, so that the order given does not matter."""
    total = awaited.sum(axis=1)
    order = np.argsort(total, kind="stable")
    ranked = total[order]
    same = np.concatenate((ranked[1:] == ranked[:-1], [False]))
    tied = same | np.concatenate(([False], same[:-1]))
    if tied.any():
        some = order[tied]
        keys = [*awaited[some].T[::-1]] if doubt is None else [*awaited[some].T[::-1], doubt[some]]
        order[tied] = some[np.lexsort((*keys, total[some]))]
    return order


def _simulate(
    awaited: Floats,
    doubt: Floats | None,
    members: NDArray[np.intp],
    change: float,
    draws: int,
    counting: str,
    generator: np.random.Generator,
) -> Floats:
    """Statistics without a change: of every run and period, or the highest of every run."""
    drawn = members[generator.integers(0, members.size, draws)] if members.size > 1 else np.repeat(members, draws)
    factor = 1.0 if doubt is None else generator.gamma(doubt[drawn]) / doubt[drawn]
    gain = np.log(change)
    state, worst = np.zeros(draws), np.zeros(draws)
    kept = []
    for period in range(awaited.shape[1]):
        mean = awaited[drawn, period]
        state = np.maximum(state + gain * generator.poisson(mean * factor) - (change - 1) * mean, 0.0)
        if counting == "periods":
            kept.append(state)
        else:
            worst = np.maximum(worst, state)
    return np.concatenate(kept) if kept else worst


def _quantile(values: Floats, rate: float) -> tuple[float, bool]:
    """The least simulated value with at most the wanted share above it; further out by the exponential tail."""
    allowed = int(np.floor(rate * values.size))
    if allowed >= ENOUGH or values.size <= ENOUGH:
        return _below(values, allowed), False
    return _below(values, ENOUGH) + float(np.log(ENOUGH / (rate * values.size))), True


def _below(values: Floats, count: int) -> float:
    """The value with ``count`` others at or above it, sought among those that a thinned sample lets through."""
    thin = values[::THINNED] if values.size > THINNED * (count + 1) else values
    line = np.partition(thin, thin.size - 1 - count)[thin.size - 1 - count]
    high = values[values >= line]
    return float(np.partition(high, high.size - 1 - count)[high.size - 1 - count])


def _per_cell(value: ArrayLike, cells: int, name: str) -> Floats:
    array = sizes(value, name)
    if array.ndim > 1 or array.size not in (1, cells):
        raise NoAnswer("shapes_differ", f"{name} must be one number or one per cell")
    return np.broadcast_to(array.reshape(-1), (cells,)).copy()


def _change(ratio: float) -> float:
    change = positive(ratio, "ratio")
    if change == 1:
        raise NoAnswer("out_of_range", "ratio must differ from 1")
    return change
