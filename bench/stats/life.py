"""Lifetimes against bare numpy on the same data."""

import numpy as np

from bench.stats.timing import best
from bihuan.stats import life


def grouped(rows: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ages, flags and counts of a warranty of 36 months; two rows in a thousand are failures."""
    generator = np.random.default_rng(3)
    failed = (generator.random(rows) < 0.002).astype(float)
    age = np.where(failed > 0, 20 * generator.weibull(1.5, rows) + 0.1, generator.uniform(1, 36, rows))
    return age, failed, generator.integers(1, 50, rows).astype(float)


def fits() -> list[tuple[str, float, str]]:
    """The fits against one evaluation of the log-likelihood."""
    age, failed, weight = grouped(100_000)

    def likelihood() -> float:
        log_age = np.log(age)
        z = 1.5 * (log_age - 3.0)
        return float((weight * (failed * (np.log(1.5) + z - log_age) - np.exp(z))).sum())

    bare = best(likelihood, 30)
    tight = best(lambda: life.fit_weibull(age, failed, weight), 30)
    data = life.intervals(np.where(failed > 0, age * 0.95, age), np.where(failed > 0, age, np.inf), weight)
    spans = best(lambda: life.fit_weibull(data), 10)
    few, flags = age[:25] + 1, np.arange(25) % 2
    return [
        ("Weibull, 100,000 grouped rows, 99.8 % censored, likelihood passes", tight / bare, "at most 8"),
        ("the same with failures between two looks, likelihood passes", spans / bare, "at most 8"),
        ("Weibull, 25 rows, ms", 1e3 * best(lambda: life.fit_weibull(few, flags), 300), "under 0.3"),
        ("lognormal, 25 rows, ms", 1e3 * best(lambda: life.fit_lognormal(few, flags), 300), ""),
        ("profile interval of a B10 life, 25 rows, ms", profile(few, flags), ""),
    ]


def profile(age: np.ndarray, failed: np.ndarray) -> float:
    """Time of a profile interval, in ms."""
    fit = life.fit_weibull(age, failed)
    return 1e3 * best(lambda: life.quantile_interval(fit, 0.1), 100)


def curves(rows: int) -> list[tuple[str, float, str]]:
    """Kaplan-Meier against the sort of its ages."""
    generator = np.random.default_rng(1)
    age, end = 20 * generator.weibull(1.5, rows), generator.uniform(0, 40, rows)
    time, failed = np.minimum(age, end), age <= end
    found = []
    for name, ages in (("distinct ages", time), ("ages with ties", np.ceil(time * 10))):
        sort = best(lambda ages=ages: np.sort(ages), 9)
        found.append(
            (
                f"Kaplan-Meier, {rows:,} rows, {name}, sorts",
                best(lambda ages=ages: life.kaplan_meier(ages, failed), 9) / sort,
                "at most 8",
            )
        )
    sort = best(lambda: np.sort(age), 9)
    found.append(
        (f"Kaplan-Meier, {rows:,} rows, all failed, sorts", best(lambda: life.kaplan_meier(age), 9) / sort, "at most 8")
    )
    return found


def measure(full: bool) -> list[tuple[str, float, str]]:
    """Name, measured ratio or value, and what is wanted."""
    return [*fits(), *curves(1_000_000 if full else 200_000)]


if __name__ == "__main__":
    for name, value, wanted in measure(full=True):
        print(f"{name}: {value:.3f} ({wanted})")
