"""Curves, repairs, warranty charts and forecasts."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import optimize, stats

from bihuan.stats import life
from bihuan.stats.errors import NoAnswer
from bihuan.stats.life import curves, profile
from tests.stats.refusing import refusal

pytestmark = pytest.mark.usefixtures("no_warning")
Floats = NDArray[np.float64]
ROWS = st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.integers(0, 4)), min_size=2, max_size=30)


def plain_kaplan_meier(ages: list[float], failed: list[bool]) -> list[tuple[float, float, float, float]]:
    """Age, at risk, failures and survival by the definition."""
    rows, survival = [], 1.0
    for age in sorted({age for age, flag in zip(ages, failed, strict=True) if flag}):
        at_risk = sum(other >= age for other in ages)
        dead = sum(other == age and flag for other, flag in zip(ages, failed, strict=True))
        survival *= 1 - dead / at_risk
        rows.append((age, at_risk, dead, survival))
    return rows


@settings(max_examples=60, deadline=None, derandomize=True)
@given(ROWS, st.sampled_from([1.0, 0.37]))
def test_kaplan_meier_is_its_definition(rows: list[tuple[int, bool, int]], unit: float) -> None:
    ages = [unit * age for age, _, count in rows for _ in range(count)]
    failed = [flag for _, flag, count in rows for _ in range(count)]
    if not any(failed):
        return
    expected = plain_kaplan_meier(ages, failed)
    spelled = life.kaplan_meier(ages, failed)
    grouped = life.kaplan_meier([unit * row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])
    for curve in (spelled, grouped):
        found = zip(curve.time, curve.at_risk, curve.failures, curve.survival, strict=True)
        assert [tuple(row) for row in found] == [pytest.approx(row) for row in expected]
    assert spelled.lower == pytest.approx(grouped.lower, nan_ok=True)


def test_greenwood_without_censoring_is_binomial() -> None:
    curve = life.kaplan_meier(np.arange(1, 11))
    s = curve.survival[:-1]
    assert curve.error[:-1] == pytest.approx(np.sqrt(s * (1 - s) / 10))
    assert np.isnan(curve.error[-1])
    assert np.isnan(curve.upper[-1])
    assert curve.survival[-1] == 0


@pytest.mark.parametrize("scale", ["log-log", "log", "plain"])
def test_limits_lie_around_the_curve(scale: str) -> None:
    ages, failed = [1, 2, 2, 3, 5, 8, 9], [1, 1, 0, 1, 1, 0, 1]
    curve = life.kaplan_meier(ages, failed, scale=scale)
    inner = slice(0, -1)
    assert (curve.lower[inner] < curve.survival[inner]).all()
    assert (curve.survival[inner] < curve.upper[inner]).all()
    assert ((curve.lower[inner] >= 0) & (curve.upper[inner] <= 1)).all()


def test_limits_are_their_formulas() -> None:
    ages, failed = [1, 2, 2, 3, 5, 8, 9, 12], [1, 1, 0, 1, 1, 0, 1, 0]
    found = {scale: life.kaplan_meier(ages, failed, scale=scale) for scale in ("log-log", "log", "plain")}
    s, error, z = found["plain"].survival, found["plain"].error, stats.norm.ppf(0.975)
    theta, half = np.log(-np.log(s)), z * error / (s * -np.log(s))
    assert found["log-log"].lower == pytest.approx(np.exp(-np.exp(theta + half)))
    assert found["log-log"].upper == pytest.approx(np.exp(-np.exp(theta - half)))
    assert found["log"].lower == pytest.approx(s * np.exp(-z * error / s))
    assert found["plain"].lower == pytest.approx(np.maximum(s - z * error, 0))


def test_log_log_limits_cover() -> None:
    generator = np.random.default_rng(1)
    hits = 0
    for _ in range(400):
        ages, ends = generator.exponential(10, 40), generator.uniform(0, 25, 40)
        curve = life.kaplan_meier(np.minimum(ages, ends), ages <= ends, confidence=0.9)
        spot = int(np.searchsorted(curve.time, 7.0, side="right")) - 1
        hits += bool(curve.lower[spot] <= np.exp(-0.7) <= curve.upper[spot])
    assert 0.86 < hits / 400 < 0.94


def test_whole_ages_and_others_agree() -> None:
    generator = np.random.default_rng(2)
    ages, failed = generator.integers(0, 30, 200).astype(float), generator.random(200) < 0.3
    weight = generator.integers(1, 5, 200)
    whole, shifted = life.kaplan_meier(ages, failed, weight), life.kaplan_meier(ages + 0.5, failed, weight)
    assert whole.survival == pytest.approx(shifted.survival)
    assert whole.at_risk.tolist() == shifted.at_risk.tolist()


def test_negative_zero_is_zero() -> None:
    curve = life.kaplan_meier([-0.0, 0.0, 1.0, 2.0])
    assert curve.time.tolist() == [0, 1, 2]
    assert curve.failures.tolist() == [2, 1, 1]


def test_reading_a_curve() -> None:
    curve = life.kaplan_meier([1, 2, 3, 4], [1, 1, 0, 0])
    assert life.survival_at(curve, [0, 1, 1.5, 4]).tolist() == [1, 0.75, 0.75, 0.5]
    assert life.survival_at(life.kaplan_meier([1, 2]), 10).tolist() == [0]
    with refusal("beyond_data"):
        life.survival_at(curve, [1, 4.1])
    with refusal("negative"):
        life.survival_at(curve, -1)
    assert life.survival_quantile(curve, 0.5) == 2
    with refusal("not_reached"):
        life.survival_quantile(curve, 0.51)
    with refusal("out_of_range"):
        life.survival_quantile(curve, 1)


@pytest.mark.parametrize(
    ("code", "arguments", "options"),
    [
        ("empty", ([],), {}),
        ("no_failures", ([1, 2], [0, 0]), {}),
        ("not_positive", ([-1, 2],), {}),
        ("not_finite", ([1, np.nan],), {}),
        ("not_a_flag", ([1, 2], [1, 3]), {}),
        ("negative", ([1, 2], None, [-1, 2]), {}),
        ("no_units", ([1, 2], None, [0, 0]), {}),
        ("unknown_choice", ([1, 2],), {"scale": "logit"}),
        ("out_of_range", ([1, 2],), {"confidence": 95}),
    ],
)
def test_refusals_of_kaplan_meier(code: str, arguments: Any, options: Any) -> None:
    with refusal(code):
        life.kaplan_meier(*arguments, **options)


def residual_variance(unit: Floats, age: Floats, end: Floats, cost: Floats, found: life.MeanCumulative) -> list[float]:
    """Lawless and Nadeau's sum, unit by unit."""
    result = []
    for until in found.age:
        total = 0.0
        for index, last in enumerate(end):
            residual = 0.0
            for at, n, d in zip(found.age, found.at_risk, found.events, strict=True):
                if at <= until and at <= last:
                    residual += (cost[(unit == index) & (age == at)].sum() - d / n) / n
            total += residual**2
        result.append(total)
    return result


@pytest.mark.parametrize("priced", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_mean_cumulative_is_its_definition(seed: int, priced: bool) -> None:
    generator = np.random.default_rng(seed)
    end = generator.integers(5, 20, 15).astype(float)
    unit = np.repeat(np.arange(15), generator.poisson(2, 15))
    age = np.minimum(generator.integers(1, 20, unit.size), end[unit]).astype(float)
    cost = generator.integers(1, 9, unit.size).astype(float) if priced else np.ones(unit.size)
    found = life.mean_cumulative(unit, age, end, cost if priced else None)
    mean = 0.0
    for at, n, d, m in zip(found.age, found.at_risk, found.events, found.mean, strict=True):
        assert n == (end >= at).sum()
        assert d == cost[age == at].sum()
        mean += d / n
        assert m == pytest.approx(mean)
    assert found.error**2 == pytest.approx(residual_variance(unit, age, end, cost, found))
    assert (found.lower < found.mean).all()
    order = generator.permutation(unit.size)
    again = life.mean_cumulative(unit[order], age[order], end, cost[order])
    assert again.error == pytest.approx(found.error)


def test_mean_cumulative_of_complete_histories() -> None:
    """All watched equally long: the variance of the totals with divisor n squared."""
    found = life.mean_cumulative([0, 0, 0, 1, 2, 2], [1, 2, 3, 4, 5, 6], [10, 10, 10, 10], scale="plain")
    totals = np.array([3, 1, 2, 0])
    assert found.mean[-1] == pytest.approx(1.5)
    assert found.error[-1] == pytest.approx(np.sqrt(totals.var() / 4))
    poisson = life.mean_cumulative([0, 0, 0, 1, 2, 2], [1, 2, 3, 4, 5, 6], [10] * 4, variance="poisson")
    assert poisson.error[-1] == pytest.approx(np.sqrt(6 / 16))


def test_mean_cumulative_limits_cover() -> None:
    generator = np.random.default_rng(3)
    hits = 0
    for _ in range(300):
        end = generator.uniform(5, 15, 40)
        unit = np.repeat(np.arange(40), generator.poisson(0.3 * end))
        found = life.mean_cumulative(unit, generator.random(unit.size) * end[unit], end, confidence=0.9)
        spot = int(np.searchsorted(found.age, 8.0, side="right")) - 1
        hits += bool(found.lower[spot] <= 2.4 <= found.upper[spot])
    assert 0.85 < hits / 300 < 0.95


@pytest.mark.parametrize(
    ("code", "arguments", "options"),
    [
        ("empty", ([], [], [5]), {}),
        ("after_end", ([0], [6], [5, 5]), {}),
        ("not_a_unit", ([2], [1], [5, 5]), {}),
        ("not_a_unit", ([0.5], [1], [5, 5]), {}),
        ("not_a_unit", ([-1], [1], [5, 5]), {}),
        ("negative", ([0], [-1], [5, 5]), {}),
        ("negative", ([0], [1], [5, 5], [-2]), {}),
        ("not_positive", ([0], [0], [0, 5]), {}),
        ("not_finite", ([0], [np.inf], [5, 5]), {}),
        ("shapes_differ", ([0, 1], [1], [5, 5]), {}),
        ("too_few", ([0], [1], [5]), {}),
        ("unknown_choice", ([0], [1], [5, 5]), {"scale": "x"}),
        ("unknown_choice", ([0], [1], [5, 5]), {"variance": "x"}),
    ],
)
def test_refusals_of_mean_cumulative(code: str, arguments: Any, options: Any) -> None:
    with refusal(code):
        life.mean_cumulative(*arguments, **options)


def test_nevada_keeps_every_unit() -> None:
    shipped, returned = [100, 80, 120], [[1, 2, 3, 1], [0, 0, 2, 2], [0, 0, 1, 0]]
    for start, kind in [(0.0, "interval"), (0.5, "interval"), (0.5, "exact"), (0.0, "exact")]:
        chart = life.nevada(shipped, returned, start=start, kind=kind)
        assert chart.data.units == 300
        assert chart.data.failures == 12
        assert chart.running.tolist() == [93, 76, 119]
        assert chart.age.tolist() == [4 - start, 3 - start, 2 - start]
    middle = life.nevada(shipped, returned)
    assert middle.data.left.tolist() == [0.5]
    assert middle.data.left_weight.tolist() == [2]
    assert middle.data.lower.tolist() == [0.5, 1.5, 2.5]
    assert middle.data.span_weight.tolist() == [4, 5, 1]


def test_nevada_finds_the_distribution_again() -> None:
    generator = np.random.default_rng(4)
    months, size = 24, 4000
    returned = np.zeros((months, months))
    for lot in range(months):
        ages = lot + generator.random(size) + 60 * generator.weibull(1.6, size)
        returned[lot] = np.histogram(ages, np.arange(months + 1))[0]
    chart = life.nevada([size] * months, returned)
    fit = life.fit_weibull(chart.data)
    assert fit.shape == pytest.approx(1.6, abs=0.06)
    assert fit.scale == pytest.approx(60, rel=0.06)


@pytest.mark.parametrize(
    ("code", "shipped", "returned", "options"),
    [
        ("empty", [], [[]], {}),
        ("shapes_differ", [10], [[1, 0], [0, 1]], {}),
        ("wrong_shape", [10, 10], [[1], [0]], {}),
        ("wrong_shape", [10], [1], {}),
        ("before_shipment", [10, 10], [[1, 0], [1, 1]], {}),
        ("too_many_returns", [2, 10], [[1, 2], [0, 1]], {}),
        ("negative", [10, 10], [[-1, 2], [0, 1]], {}),
        ("negative", [-10, 10], [[0, 2], [0, 1]], {}),
        ("not_whole", [10.5], [[1]], {}),
        ("no_age", [10], [[1]], {"start": 1}),
        ("no_units", [10], [[0]], {"start": 1}),
        ("out_of_range", [10], [[1]], {"start": 2}),
        ("unknown_choice", [10], [[1]], {"kind": "left"}),
    ],
)
def test_refusals_of_nevada(code: str, shipped: Any, returned: Any, options: Any) -> None:
    with refusal(code):
        life.nevada(shipped, returned, **options)


def test_no_returns_at_all_is_no_fit() -> None:
    with refusal("no_failures"):
        life.fit_weibull(life.nevada([10, 10], [[0, 0], [0, 0]]).data)


def test_forecast_adds_up_and_repeats() -> None:
    fit = life.fit_weibull([5, 9, 14, 30], [1, 1, 1, 0], [2, 3, 2, 400])
    found = life.forecast_claims(fit, [1000, 0, 500], [10, 4, -2], 6, draws=500)
    again = life.forecast_claims(fit, [1000, 0, 500], [10, 4, -2], 6, draws=500)
    assert found.cells.expected.sum(axis=0) == pytest.approx(found.months.expected)
    assert found.cells.expected.sum(axis=1) == pytest.approx(found.lots.expected)
    assert found.months.upper.tolist() == again.months.upper.tolist()
    assert found.cells.expected[1].tolist() == [0] * 6
    assert found.cells.expected[2, :2].tolist() == [0, 0]
    assert found.cells.expected[2, 2] > 0
    assert (found.cells.lower <= found.cells.upper).all()
    assert found.total.lower <= found.total.expected <= found.total.upper
    survival = life.reliability(fit, [10, 11])
    assert found.cells.expected[0, 0] == pytest.approx(1000 * (survival[0] - survival[1]) / survival[0])


def test_a_unit_claims_once() -> None:
    fit = life.fit_weibull([5, 6, 7, 8], weight=[20] * 4)
    found = life.forecast_claims(fit, [30, 7], [4, 5], 12, confidence=0.999)
    assert found.lots.upper.tolist() == [30, 7]
    assert found.total.upper == 37
    assert found.lots.expected == pytest.approx([30, 7], abs=1e-6)


def test_forecast_stops_at_the_end_of_warranty() -> None:
    fit = life.fit_exponential([10.0], weight=[50])
    found = life.forecast_claims(fit, [1000], [10], 4, limit=12)
    assert (found.cells.expected[0, :2] > 0).all()
    assert found.cells.expected[0, 2:].tolist() == [0, 0]
    assert life.forecast_claims(fit, [1000], [30], 4, limit=12).total.expected == 0


def test_forecast_limits_cover() -> None:
    """Fit on half of the story, count what then happens: limits at 90 % hold it in 84 to 97 % of 150 tries."""
    generator = np.random.default_rng(5)
    hits = 0
    for seed in range(150):
        ages = 60 * generator.weibull(1.5, 2000)
        fit = life.fit_weibull(np.minimum(ages, 12), ages <= 12)
        found = life.forecast_claims(fit, [int((ages > 12).sum())], [12], 6, draws=400, seed=seed)
        hits += bool(found.total.lower <= ((ages > 12) & (ages <= 18)).sum() <= found.total.upper)
    assert 0.84 < hits / 150 < 0.97


@pytest.mark.parametrize(
    ("code", "arguments", "options"),
    [
        ("shapes_differ", ([10], [1, 2], 3), {}),
        ("empty", ([], [], 3), {}),
        ("negative", ([-1], [1], 3), {}),
        ("not_finite", ([1], [np.nan], 3), {}),
        ("out_of_range", ([1], [1], 0), {}),
        ("out_of_range", ([1], [1], 3), {"confidence": 1.2}),
        ("not_positive", ([1], [1], 3), {"limit": -1}),
        ("out_of_range", ([1], [1], 3), {"draws": 1}),
        ("none_left", ([1], [1e9], 3), {}),
    ],
)
def test_refusals_of_forecasts(code: str, arguments: Any, options: Any) -> None:
    fit = life.fit_exponential([10.0, 20.0])
    with refusal(code):
        life.forecast_claims(fit, *arguments, **options)


def test_steps_of_rows_and_of_weights_agree() -> None:
    generator = np.random.default_rng(10)
    ages, flag = np.round(generator.exponential(5, 300), 1), (generator.random(300) < 0.4).astype(float)
    for one, two in zip(curves._steps(ages, flag), curves._weighted_steps(ages, flag, np.ones(300)), strict=True):
        assert one.tolist() == two.tolist()


def test_limits_of_the_scale_where_the_shape_is_known() -> None:
    """Only the scale is left to vary: twice the loss of likelihood at each end is the chi-square quantile."""
    time, failed = np.array([40.0, 75, 90, 120, 160, 200, 200]), np.array([1, 1, 1, 1, 1, 0, 0])
    fit = life.fit_weibull(time, failed, shape=2.5)

    def loss(scale: float) -> float:
        gone = stats.weibull_min.logpdf(time, 2.5, scale=scale)
        return -float(np.where(failed, gone, -((time / scale) ** 2.5)).sum())

    drop = stats.chi2.ppf(0.9, 1) / 2
    low, high = (
        optimize.brentq(lambda scale: loss(scale) - loss(fit.scale) - drop, *ends)
        for ends in ((fit.scale / 4, fit.scale), (fit.scale, fit.scale * 4))
    )
    found = life.parameter_interval(fit, "scale", confidence=0.9)
    assert [found.lower[0], found.upper[0]] == pytest.approx([low, high], rel=1e-7)


def test_a_search_that_finds_no_end_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """No half-way value is given out as a limit."""
    fit = life.fit_weibull([20.0, 50, 70, 110, 130], [1, 1, 1, 1, 0])
    monkeypatch.setattr(profile, "MOST_STEPS", 1)
    with pytest.raises(NoAnswer, check=lambda refusal: refusal.code == "no_limit"):
        life.parameter_interval(fit, "shape")
