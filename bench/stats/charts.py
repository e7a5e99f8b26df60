"""Limits and eight rules over ten million points, against the pass that computes mean and moving range."""

import numpy as np

from bench.stats.timing import best, ratio
from bihuan.stats import charts


def measure(full: bool) -> list[tuple[str, float, str]]:
    """Ratios of the best of several rounds, each in turn with its bare pass on the same data."""
    count = 10_000_000 if full else 2_000_000
    x = np.random.default_rng(1).normal(50, 2, count)
    sizes = np.random.default_rng(2).integers(50, 100, count // 10)
    defectives = np.random.default_rng(3).binomial(sizes, 0.1)
    setup = charts.Setup(rules=charts.NELSON)

    def bare() -> None:
        x.mean()
        np.abs(np.diff(x)).mean()

    def bare_fraction() -> None:
        (defectives / sizes).mean()

    i_mr = ratio(lambda: charts.i_mr(x, setup), bare)
    p = ratio(lambda: charts.p_chart(defectives, sizes, setup), bare_fraction)
    stream = charts.Stream(charts.IMR(), charts.Setup(rules=charts.NELSON, standard=charts.Standard(50, 2)))
    each = best(lambda: [stream.extend(x[at : at + 1]) for at in range(1000)]) / 1000
    return [
        (f"{count} points, I-MR limits and all eight rules, times the bare pass", i_mr, "at most 4"),
        (f"{count // 10} samples, p chart with limits per point and eight rules, times the bare fractions", p, ""),
        ("one point of an I-MR stream with eight rules, microseconds", each * 1e6, ""),
    ]


if __name__ == "__main__":
    for name, value, wanted in measure(full=True):
        print(f"{name}: {value:.2f} {wanted}")
