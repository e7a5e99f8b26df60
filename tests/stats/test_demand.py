"""Intermittent demand, stock and seasons."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from bihuan.stats import demand
from tests.stats.refusing import refusal

pytestmark = pytest.mark.usefixtures("no_warning")
HISTORY = [0, 0, 3, 0, 2, 0, 0, 0, 4, 0, 1, 0, 0, 2, 0, 0]
SOME = st.lists(st.integers(0, 9), min_size=4, max_size=40).filter(
    lambda values: sum(value > 0 for value in values) >= 2
)
METHODS = ["croston", "sba", "tsb"]


def test_croston_by_hand() -> None:
    """First demand 3 in period 3; then 2 after two periods; then 4 after four."""
    found = demand.forecast_demand(HISTORY[:9], "croston", alpha=0.2)
    size = 3 + 0.2 * (2 - 3)
    size += 0.2 * (4 - size)
    interval = 3 + 0.2 * (2 - 3)
    interval += 0.2 * (4 - interval)
    assert (found.size, found.interval) == pytest.approx((size, interval))
    assert found.rate == pytest.approx(size / interval)
    assert np.isnan(found.fitted[:3]).all()
    assert found.fitted[3:5] == pytest.approx([1, 1])
    assert found.fitted[5] == pytest.approx(2.8 / 2.8)
    corrected = demand.forecast_demand(HISTORY[:9], "sba", alpha=0.2, beta=0.3)
    plain = demand.forecast_demand(HISTORY[:9], "croston", alpha=0.2, beta=0.3)
    assert corrected.rate == pytest.approx(0.85 * plain.rate)


def test_tsb_by_hand() -> None:
    found = demand.forecast_demand([0, 4, 0, 2], "tsb", alpha=0.5, beta=0.2)
    chance = 0.5
    assert found.fitted[2] == pytest.approx(4 * chance)
    chance -= 0.2 * chance
    assert found.fitted[3] == pytest.approx(4 * chance)
    chance += 0.2 * (1 - chance)
    assert found.rate == pytest.approx(3 * chance)
    assert found.interval == pytest.approx(1 / chance)


def test_tsb_forgets_and_croston_does_not() -> None:
    before = HISTORY
    after = HISTORY + [0] * 40
    for method in METHODS:
        old, new = demand.forecast_demand(before, method), demand.forecast_demand(after, method)
        assert (new.rate < 0.1 * old.rate) == (method == "tsb")
    assert demand.classify_demand(before).method == "sba"
    assert demand.classify_demand(after).method == "tsb"
    assert demand.forecast_demand(after).method == "tsb"


def test_smooth_demand_takes_croston() -> None:
    assert demand.classify_demand([4, 5, 6, 5, 4, 5]).method == "croston"


@settings(max_examples=40, deadline=None, derandomize=True)
@given(SOME, st.sampled_from(METHODS), st.floats(0.01, 100))
def test_forecasts_scale(values: list[int], method: str, factor: float) -> None:
    one = demand.forecast_demand(values, method)
    two = demand.forecast_demand([factor * value for value in values], method)
    assert two.rate == pytest.approx(factor * one.rate)
    assert two.interval == pytest.approx(one.interval)
    kinds = demand.classify_demand(values), demand.classify_demand([factor * value for value in values])
    assert kinds[0].variation == pytest.approx(kinds[1].variation)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(SOME, st.sampled_from(METHODS), st.integers(1, 5))
def test_a_forecast_looks_only_back(values: list[int], method: str, more: int) -> None:
    short, long = demand.forecast_demand(values, method), demand.forecast_demand([*values, *[7] * more], method)
    assert long.fitted[: len(values)] == pytest.approx(short.fitted, nan_ok=True)
    assert long.fitted[len(values)] == pytest.approx(short.rate)


def test_syntetos_boylan_takes_out_the_bias() -> None:
    generator = np.random.default_rng(1)
    rates: dict[str, list[float]] = {method: [] for method in METHODS}
    for _ in range(20):
        history = (generator.random(1500) < 0.25) * generator.integers(1, 6, 1500)
        for method, found in rates.items():
            found.append(float(np.mean(demand.forecast_demand(history, method, alpha=0.2).fitted[60:])))
    bias = {method: float(np.mean(found)) / 0.75 - 1 for method, found in rates.items()}
    assert bias["croston"] > 0.05
    assert abs(bias["sba"]) < 0.04
    assert abs(bias["tsb"]) < 0.03


def test_chosen_constants_have_the_smallest_error() -> None:
    best = demand.forecast_demand(HISTORY, "sba", alpha=None)
    assert best.variance <= min(
        demand.forecast_demand(HISTORY, "sba", alpha=alpha).variance for alpha in (0.05, 0.1, 0.2, 0.3)
    )
    assert demand.forecast_demand(HISTORY, "sba", alpha=None, beta=0.07).beta == 0.07


@pytest.mark.parametrize(
    ("code", "values", "options"),
    [
        ("empty", [], {}),
        ("no_demand", [0, 0], {}),
        ("negative", [1, -1], {}),
        ("not_finite", [1, np.nan], {}),
        ("not_numbers", ["x"], {}),
        ("too_few", [0, 1, 0], {}),
        ("too_few", [0, 1, 0], {"method": "sba", "alpha": None}),
        ("out_of_range", HISTORY, {"alpha": 1.0}),
        ("out_of_range", HISTORY, {"beta": 0.0}),
        ("unknown_choice", HISTORY, {"method": "ses"}),
    ],
)
def test_refusals_of_forecasts(code: str, values: Any, options: Any) -> None:
    with refusal(code):
        demand.forecast_demand(values, **options)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.floats(1, 100),
    st.floats(0.05, 3),
    st.floats(0.5, 12),
    st.floats(0, 3).map(lambda x: round(x, 6)),
    st.floats(0.6, 0.99),
)
def test_reorder_points_are_quantiles(mean: float, share: float, lead: float, wobble: float, service: float) -> None:
    deviation = share * mean
    normal = demand.reorder_point(mean, deviation, lead, lead_deviation=wobble, service=service)
    assert stats.norm.cdf(normal.reorder_point, normal.expected, normal.deviation) == pytest.approx(service)
    gamma = demand.reorder_point(mean, deviation, lead, lead_deviation=wobble, service=service, method="gamma")
    shape = (gamma.expected / gamma.deviation) ** 2
    assert stats.gamma.cdf(gamma.reorder_point, shape, scale=gamma.expected / shape) == pytest.approx(service)
    assert gamma.reorder_point >= 0
    assert gamma.safety == pytest.approx(gamma.reorder_point - gamma.expected)


def test_lead_demand_is_that_of_simulation() -> None:
    generator = np.random.default_rng(2)
    leads = generator.integers(1, 8, 40_000)
    totals = np.array([0.0] * 40_000)
    for period in range(7):
        totals += np.where(period < leads, generator.normal(20, 6, 40_000), 0)
    mean, deviation = demand.lead_demand(20, 6, leads.mean(), leads.std())
    assert totals.mean() == pytest.approx(mean, rel=0.01)
    assert totals.std() == pytest.approx(deviation, rel=0.02)


def test_fill_rate_is_reached() -> None:
    plan = demand.fill_rate_point(100, 30, 4, 500, fill=0.98)
    generator = np.random.default_rng(3)
    short = np.maximum(generator.normal(plan.expected, plan.deviation, 400_000) - plan.reorder_point, 0).mean()
    assert 1 - short / 500 == pytest.approx(0.98, abs=5e-4)
    assert demand.fill_rate_point(100, 30, 4, 1e6, fill=0.5).safety < 0


def test_simulation_agrees_with_the_exact_distribution() -> None:
    """Demand of 2 in every other period, in a chain the history fixes at about one half."""
    generator = np.random.default_rng(4)
    history = 2 * (generator.random(4000) < 0.5)
    plan = demand.simulated_point(history, 6, service=0.9)
    assert plan.reorder_point == 2 * stats.binom.ppf(0.9, 6, 0.5)
    assert plan.expected == pytest.approx(6, rel=0.05)
    assert plan == demand.simulated_point(history, 6, service=0.9)
    wide = demand.simulated_point(history, [2, 6, 10], service=0.9)
    assert wide.reorder_point > plan.reorder_point
    assert demand.simulated_point([2, 2, 2], 5).expected > 0
    steady = demand.simulated_point([1] * 500, [2, 4], service=0.9)
    assert (steady.reorder_point, round(steady.expected, 1)) == (4, 3.0)


@pytest.mark.parametrize(
    ("code", "ask"),
    [
        ("not_positive", lambda: demand.reorder_point(0, 1, 1)),
        ("not_positive", lambda: demand.reorder_point(5, 1, 0)),
        ("out_of_range", lambda: demand.reorder_point(5, 1, 1, service=1)),
        ("negative", lambda: demand.reorder_point(5, -1, 1)),
        ("negative", lambda: demand.reorder_point(5, 1, 1, lead_deviation=-1)),
        ("not_finite", lambda: demand.reorder_point(5, np.nan, 1)),
        ("zero_variance", lambda: demand.reorder_point(5, 0, 1)),
        ("unknown_choice", lambda: demand.reorder_point(5, 1, 1, method="poisson")),
        ("not_positive", lambda: demand.fill_rate_point(5, 1, 1, 0)),
        ("out_of_range", lambda: demand.fill_rate_point(5, 1, 1, 10, fill=0)),
        ("not_finite", lambda: demand.normal_loss(np.inf)),
        ("too_few", lambda: demand.simulated_point([1], 3)),
        ("no_demand", lambda: demand.simulated_point([0, 0], 3)),
        ("negative", lambda: demand.simulated_point([0, -1], 3)),
        ("not_whole", lambda: demand.simulated_point([0, 1], 2.5)),
        ("out_of_range", lambda: demand.simulated_point([0, 1], 0)),
        ("out_of_range", lambda: demand.simulated_point([0, 1], 3, draws=5)),
        ("out_of_range", lambda: demand.simulated_point([0, 1], 3, service=0)),
        ("empty", lambda: demand.simulated_point([0, 1], [])),
    ],
)
def test_refusals_of_stock(code: str, ask: Any) -> None:
    with refusal(code):
        ask()


def series(seed: int = 5, years: int = 6) -> Any:
    generator = np.random.default_rng(seed)
    month = np.arange(12 * years)
    return 100 + 0.5 * month + 20 * np.sin(2 * np.pi * month / 12) + generator.normal(0, 3, month.size)


@pytest.mark.parametrize("method", ["stl", "classical"])
@pytest.mark.parametrize("model", ["additive", "multiplicative"])
def test_parts_make_up_the_series(method: str, model: str) -> None:
    values = series()
    found = demand.seasonal_parts(values, 12, method=method, model=model)
    whole = (
        found.trend + found.seasonal + found.rest if model == "additive" else found.trend * found.seasonal * found.rest
    )
    kept = np.isfinite(found.trend)
    assert kept.sum() == (72 if method == "stl" else 60)
    assert whole[kept] == pytest.approx(values[kept])
    assert found.seasonal_strength > 0.9
    assert found.trend_strength > 0.8
    assert int(np.argmax(found.pattern)) in (2, 3, 4)


def test_no_season_is_weak() -> None:
    values = 100 + np.random.default_rng(6).normal(0, 3, 120)
    assert demand.seasonal_parts(values, 12).seasonal_strength < 0.3
    assert demand.seasonal_parts(values, 12, window=7).seasonal_strength > 0.3


def test_holt_winters_goes_on() -> None:
    values = series(years=7)
    for season in ("additive", "multiplicative"):
        found = demand.holt_winters(values[:72], 12, 12, season=season)
        assert found.expected == pytest.approx(values[72:], abs=12)
        assert ((found.lower < found.expected) & (found.expected < found.upper)).all()
        assert np.mean((found.lower <= values[72:]) & (values[72:] <= found.upper)) >= 0.6
    again = demand.holt_winters(values[:72], 12, 12, season="multiplicative")
    assert again.lower.tolist() == found.lower.tolist()
    flat = demand.holt_winters(values, 12, 3, season=None, trend=False)
    assert flat.expected[0] == pytest.approx(flat.expected[2])
    assert (flat.trend, flat.season) == (0, 0)
    assert demand.holt_winters(values, 12, 3, damped=True).expected.size == 3


@pytest.mark.parametrize(
    ("code", "ask"),
    [
        ("too_few", lambda: demand.seasonal_parts(np.arange(23.0), 12)),
        ("empty", lambda: demand.seasonal_parts([], 12)),
        ("not_finite", lambda: demand.seasonal_parts([np.nan] * 24, 12)),
        ("zero_variance", lambda: demand.seasonal_parts([5.0] * 24, 12)),
        ("out_of_range", lambda: demand.seasonal_parts(np.arange(24.0), 1)),
        ("unknown_choice", lambda: demand.seasonal_parts(np.arange(24.0), 12, method="x11")),
        ("out_of_range", lambda: demand.seasonal_parts(np.arange(24.0), 12, window=8)),
        ("unknown_choice", lambda: demand.seasonal_parts(np.arange(24.0), 12, model="log")),
        ("not_positive", lambda: demand.seasonal_parts(np.arange(24.0), 12, model="multiplicative")),
        ("not_positive", lambda: demand.holt_winters(np.arange(24.0), 12, season="multiplicative")),
        ("unknown_choice", lambda: demand.holt_winters(np.arange(24.0), 12, season="log")),
        ("out_of_range", lambda: demand.holt_winters(np.arange(24.0), 12, 0)),
        ("out_of_range", lambda: demand.holt_winters(np.arange(24.0), 12, confidence=0)),
    ],
)
def test_refusals_of_seasons(code: str, ask: Any) -> None:
    with refusal(code):
        ask()
