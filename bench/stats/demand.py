"""Forecasts of many parts."""

from time import process_time

import numpy as np

from bihuan.stats import demand


def measure(full: bool) -> list[tuple[str, float, str]]:
    """Name, measured value, and what is wanted."""
    parts = 5000 if full else 500
    generator = np.random.default_rng(1)
    history = (generator.random((parts, 60)) < 0.3) * generator.integers(1, 6, (parts, 60))
    history[:, :2] = 1
    start = process_time()
    for row in history:
        demand.forecast_demand(row)
    each = 1e6 * (process_time() - start) / parts
    start = process_time()
    demand.simulated_point(history[0], 6)
    return [
        ("forecast of 60 periods with choice of method, microseconds per part", each, ""),
        ("simulated reorder point, 20,000 lead times, ms", 1e3 * (process_time() - start), ""),
    ]


if __name__ == "__main__":
    for name, value, wanted in measure(full=True):
        print(f"{name}: {value:.3f} ({wanted})")
