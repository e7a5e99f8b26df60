"""Acceptance sampling against bare scipy on the same data. usage: python -m bench.stats.sampling [full]"""

import sys

import numpy as np
from scipy import special, stats

from bench.stats.timing import best
from bihuan.stats import sampling as s


def measure(full: bool) -> list[tuple[str, float, str]]:
    """Measure; each row is what, the value, and what is wanted."""
    size = 1_000_000 if full else 100_000
    p = np.random.default_rng(1).uniform(0.0, 0.1, size)
    single, double = s.SinglePlan(80, 2), s.DoublePlan(50, 0, 3, 50, 3)
    lot = 100_000
    bad = np.arange(2_000 if full else 1_000)
    bare = best(lambda: special.betainc(78, 3, 1 - p))
    lots = best(lambda: stats.hypergeom.cdf(2, lot, bad, 80))
    counts = np.random.default_rng(2).binomial(80, 0.002, 2_000).tolist()
    return [
        (
            f"{size} points of a single OC curve, times the incomplete beta",
            best(lambda: s.oc(single, p)) / bare,
            "at most 1.5",
        ),
        (
            f"{size} points of a double OC curve, times the incomplete beta",
            best(lambda: s.oc(double, p)) / bare,
            "at most 8",
        ),
        (
            f"{bad.size} points in a lot of {lot}, times scipy's hypergeometric",
            best(lambda: s.oc(single, bad / lot, distribution="hypergeometric", lot=lot)) / lots,
            "at most 1",
        ),
        ("plan by two risks, binomial, ms", 1e3 * best(lambda: s.find_single(0.01, 0.05, 0.06, 0.1)), "at most 1"),
        (
            "plan by two risks, sample of 23222, ms",
            1e3 * best(lambda: s.find_single(0.01, 0.05, 0.012, 0.1)),
            "at most 20",
        ),
        ("double plan by two risks, ms", 1e3 * best(lambda: s.find_double(0.01, 0.05, 0.06, 0.1)), "at most 10"),
        (
            "plan by variables, sigma unknown, ms",
            1e3 * best(lambda: s.find_variables(0.01, 0.05, 0.06, 0.1)),
            "at most 3",
        ),
        ("AOQL, ms", 1e3 * best(lambda: s.aoql(single, 1000)), "at most 5"),
        ("plan from the tables, us", 1e6 * best(lambda: s.attribute_plan(1000, 1.0)), "at most 30"),
        (
            "lot through the switching rules, us",
            1e6 / 2000 * best(lambda: s.follow(counts, 1.0, letter="J")),
            "at most 50",
        ),
    ]


if __name__ == "__main__":
    for name, value, wanted in measure("full" in sys.argv[1:]):
        print(f"{name}: {value:.2f} (wanted {wanted})")
