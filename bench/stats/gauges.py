"""Gauge studies against bare numpy on the same data. usage: python -m bench.stats.gauges [full]"""

import sys

import numpy as np

from bench.stats.timing import best
from bihuan.stats import gauges as g


def bare_pass(values: np.ndarray, cell: np.ndarray) -> None:
    """One pass over the data: the sums and sums of squares by cell that every analysis of variance needs."""
    np.bincount(cell, weights=values)
    np.bincount(cell, weights=values * values)


def measure(full: bool) -> list[tuple[str, float, str]]:
    """Measure; each row is what, the value, and what is wanted."""
    parts, operators, trials = (50_000, 10, 4) if full else (10_000, 5, 4)
    rng = np.random.default_rng(1)
    boxes = rng.normal(0, 3, (parts, 1, 1)) + rng.normal(0, 1, (parts, operators, trials))
    index = np.indices(boxes.shape).reshape(3, -1)
    values, part, operator = boxes.ravel(), index[0], index[1]
    cell = part * operators + operator
    pass_ = best(lambda: bare_pass(values, cell))
    order = rng.permutation(values.size)
    mixed, mixed_part, mixed_operator = values[order], part[order], operator[order]
    sort = best(lambda: np.argsort(cell[order], kind="stable")) + pass_
    small = (values[:90], np.repeat(np.arange(10), 9), np.tile(np.repeat([0, 1, 2], 3), 10))
    ratings = rng.integers(0, 3, (values.size // 10, 10))
    tally = best(lambda: np.bincount(ratings.ravel()))
    two = ratings[:, 0], ratings[:, 1]
    return [
        (
            f"{values.size} rows in order by ANOVA, times the bare sums",
            best(lambda: g.gauge_anova(values, part, operator)) / pass_,
            "at most 8",
        ),
        (
            f"{values.size} rows mixed, nested, times one sort and the bare sums",
            best(lambda: g.gauge_nested(mixed, mixed_part, mixed_operator)) / sort,
            "at most 4",
        ),
        (
            f"{values.size} rows mixed by ANOVA, times one sort and the bare sums",
            best(lambda: g.gauge_anova(mixed, mixed_part, mixed_operator)) / sort,
            "at most 4",
        ),
        ("study of 90 rows by ANOVA, ms", 1e3 * best(lambda: g.gauge_anova(*small), 50), "at most 0.5"),
        ("study of 90 rows by ranges, ms", 1e3 * best(lambda: g.gauge_ranges(*small), 50), "at most 0.5"),
        (
            f"Fleiss's kappa of {ratings.size} ratings, times one count",
            best(lambda: g.fleiss_kappa(ratings)) / tally,
            "at most 20",
        ),
        (f"Cohen's kappa of {two[0].size} pairs, ms", 1e3 * best(lambda: g.cohen_kappa(*two)), "at most 10"),
    ]


if __name__ == "__main__":
    for name, value, wanted in measure("full" in sys.argv[1:]):
        print(f"{name}: {value:.2f} (wanted {wanted})")
