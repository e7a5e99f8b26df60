"""Rates against bare scipy, and false alarms and delay over 20,000 cells and 24 months.

The world of the simulation: 20,000 cells whose expected counts per month are drawn from a gamma distribution of shape 1
and mean 1, cut to 0.05 .. 5, times a factor common to all cells that varies by 20 % from month to month (the year's
course). 100 cells, drawn at random, rise fourfold from a month drawn among the 7th to 12th on. Counts are Poisson. A
false cell is a cell in signal in a month without having risen, counted in each month again; found is a cell in signal
in any month from its rise on.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bench.stats.timing import best
from bihuan.stats import rates

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Row = tuple[str, float, str]
MONTHS = 24
RISEN = 100


def measure(full: bool) -> list[Row]:
    """Rows of name, measured value and what is wanted."""
    cells = 20_000
    return [*tails(1_000_000 if full else 200_000), *charts(cells), *alarms(cells, seeds=5 if full else 1)]


def tails(size: int) -> list[Row]:
    """Exact tests against the special function that they rest on."""
    random = np.random.default_rng(5)
    mean = np.clip(random.gamma(1.0, 1.0, size), 0.05, 5)
    counts = random.poisson(mean).astype(np.float64)
    bare = best(lambda: special.gammainc(counts, mean))
    one = best(lambda: rates.poisson_test(counts, mean, alternative="greater"))
    two = best(lambda: rates.poisson_test(counts, mean))
    tie = best(lambda: rates.poisson_test(counts, mean, method="minlike"))
    adjusted = best(lambda: rates.adjust(rates.poisson_test(counts, mean, alternative="greater").p_value))
    return [
        (f"{size:,} exact Poisson upper tails, times gammainc", one / bare, "at most 15"),
        (f"{size:,} two-sided central tests, times gammainc", two / bare, "at most 15"),
        (f"{size:,} two-sided minlike tests, times gammainc", tie / bare, ""),
        (f"{size:,} tails with Benjamini-Hochberg, times gammainc", adjusted / bare, "at most 15"),
    ]


def charts(cells: int) -> list[Row]:
    """CUSUM with simulated limits, and the whole detector."""
    counts, expected, _, _ = world(cells, 1)

    def chart() -> object:
        limits = rates.cusum_limits(expected, 1e-4, ratio=3.0)
        return rates.poisson_cusum(counts, expected, ratio=3.0, limit=limits.limit)

    name = f"{cells:,} cells by {MONTHS} months, seconds"
    return [
        (f"CUSUM with simulated limits, {name}", best(chart, 2), "under 5"),
        (f"default detector, {name}", best(lambda: rates.detect(counts, expected), 2), "under 5"),
        (f"two-part shrinkage and ranking, {name}", best(lambda: rank(counts, expected), 1), ""),
    ]


def rank(counts: Floats, expected: Floats) -> object:
    return rates.rank_cells(counts.sum(axis=1), expected.sum(axis=1), method="gps")


def alarms(cells: int, seeds: int) -> list[Row]:
    """False cells per month, cells found and delay of each way to look, over several worlds."""
    ways: dict[str, Callable[[Floats, Floats], Flags]] = {
        "3-sigma u chart": u_chart,
        "exact test at 0.001": lambda y, e: exact(y, e) <= 0.001,
        "exact test, false discovery rate 0.05": lambda y, e: by_month(exact(y, e)) <= 0.05,
        "rolling 6 months exact, false discovery rate 0.05": rolling,
        "CUSUM, limits for 1 cell in 10,000": cusum,
        "default detector": lambda y, e: rates.detect(y, e).signal,
    }
    wanted = {"default detector": ("at most 3", "at least 80", "")}
    rows: list[Row] = []
    for name, way in ways.items():
        results = np.array([judged(way, *world(cells, seed)) for seed in range(1, seeds + 1)])
        false, found, delay = results.mean(axis=0)
        lines = wanted.get(name, ("",) * 3)
        rows.append((f"{name}: false cells per month", float(false), lines[0]))
        rows.append((f"{name}: found of {RISEN}", float(found), lines[1]))
        rows.append((f"{name}: median months to signal", float(delay), lines[2]))
    return rows


def world(cells: int, seed: int) -> tuple[Floats, Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Counts, expectations, the cells that rise and the months from which they do."""
    random = np.random.default_rng(seed)
    level = np.clip(random.gamma(1.0, 1.0, cells), 0.05, 5)
    expected = level[:, None] * np.exp(random.normal(0, 0.2, (1, MONTHS)))
    risen = random.choice(cells, RISEN, replace=False)
    begin = random.integers(6, 12, RISEN)
    factor = np.ones((cells, MONTHS))
    factor[risen] = np.where(np.arange(MONTHS) >= begin[:, None], 4.0, 1.0)
    return random.poisson(expected * factor).astype(np.float64), expected, risen, begin


def judged(
    way: Callable[[Floats, Floats], Flags],
    counts: Floats,
    expected: Floats,
    risen: NDArray[np.int64],
    begin: NDArray[np.int64],
) -> tuple[float, float, float]:
    signal = way(counts, expected)
    calm = np.ones(counts.shape[0], dtype=np.bool_)
    calm[risen] = False
    true = signal[risen] & (np.arange(MONTHS) >= begin[:, None])
    seen = true.any(axis=1)
    delay = true.argmax(axis=1)[seen] - begin[seen] + 1
    return float(signal[calm].sum() / MONTHS), float(seen.sum()), float(np.median(delay)) if seen.any() else np.nan


def u_chart(counts: Floats, expected: Floats) -> Flags:
    return counts > expected + 3 * np.sqrt(expected)


def exact(counts: Floats, expected: Floats) -> Floats:
    return rates.poisson_test(counts, expected, alternative="greater").p_value


def by_month(p_values: Floats) -> Floats:
    return np.array([rates.adjust(month).adjusted for month in p_values.T]).T


def rolling(counts: Floats, expected: Floats) -> Flags:
    return by_month(exact(summed(counts), summed(expected))) <= 0.05


def summed(values: Floats, window: int = 6) -> Floats:
    total = np.cumsum(values, axis=1)
    return total - np.pad(total, ((0, 0), (window, 0)))[:, :-window]


def cusum(counts: Floats, expected: Floats) -> Flags:
    limits = rates.cusum_limits(expected, 1e-4, ratio=3.0)
    return rates.poisson_cusum(counts, expected, ratio=3.0, limit=limits.limit).signal


if __name__ == "__main__":
    for name, value, line in measure(full=True):
        print(f"{name:75} {value:12.2f}  {line}")
