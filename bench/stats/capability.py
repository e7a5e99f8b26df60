"""A capability study over a million values, against mean and standard deviation of numpy."""

import numpy as np

from bench.stats.timing import best, ratio
from bihuan.stats import capability as cap


def measure(full: bool) -> list[tuple[str, float, str]]:
    """Ratios of the best of several rounds on the same data, and the time of a fit."""
    count = 1_000_000 if full else 200_000
    x = np.random.default_rng(1).normal(50, 2, count)
    few = np.random.default_rng(2).weibull(1.5, 25)

    def bare() -> None:
        x.mean()
        x.std(ddof=1)
        np.abs(np.diff(x)).mean()

    study = ratio(lambda: cap.capability(x, lower=40, upper=60, target=50), bare)
    normality = ratio(lambda: cap.anderson_darling(x), lambda: np.sort(x))
    fitting = best(lambda: [cap.fit(few, "weibull") for _ in range(100)]) / 100
    return [
        (f"{count} values, capability study, times mean, deviation and moving range", study, ""),
        (f"{count} values, Anderson-Darling, times the sort", normality, ""),
        ("Weibull fit of 25 values, milliseconds", fitting * 1e3, ""),
    ]


if __name__ == "__main__":
    for name, value, wanted in measure(full=True):
        print(f"{name}: {value:.2f} {wanted}")
