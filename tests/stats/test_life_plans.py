"""Comparisons of groups and test plans."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from bihuan.stats import life
from bihuan.stats.errors import NoAnswer
from tests.stats.refusing import refusal

pytestmark = pytest.mark.usefixtures("no_warning")


@pytest.mark.parametrize("rho", [0.0, 1.0, 2.5])
def test_log_rank_of_two_groups_by_hand(rho: float) -> None:
    """With rho each age counts by the share of both groups that was alive just before it (Fleming, Harrington 1981)."""
    time, failed, group = [3, 5, 5, 7, 8, 9], [1, 1, 1, 0, 1, 1], [0, 0, 1, 1, 0, 1]
    observed = expected = variance = 0.0
    alive = 1.0
    for at in (3, 5, 8, 9):
        n, one = sum(t >= at for t in time), sum(t >= at and g == 0 for t, g in zip(time, group, strict=True))
        d = sum(t == at and f for t, f in zip(time, failed, strict=True))
        own = sum(t == at and f and g == 0 for t, f, g in zip(time, failed, group, strict=True))
        worth = alive**rho
        observed, expected = observed + worth * own, expected + worth * d * one / n
        variance += worth**2 * d * one * (n - one) * (n - d) / (n * n * max(n - 1, 1))
        alive *= 1 - d / n
    found = life.log_rank(time, failed, group, rho=rho)
    assert found.observed[0] == pytest.approx(observed)
    assert found.expected[0] == pytest.approx(expected)
    assert found.statistic == pytest.approx((observed - expected) ** 2 / variance)
    assert found.freedom == 1


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.integers(1, 9), st.booleans(), st.sampled_from("abc")), min_size=8, max_size=30),
    st.randoms(use_true_random=False),
)
def test_log_rank_knows_no_order(rows: list[tuple[int, bool, str]], random: Any) -> None:
    def ask(items: list[tuple[int, bool, str]], **options: Any) -> life.GroupTest | str:
        try:
            return life.log_rank(
                [row[0] for row in items], [row[1] for row in items], [row[2] for row in items], **options
            )
        except NoAnswer as refusal:
            return refusal.code

    first = ask(rows)
    mixed = list(rows)
    random.shuffle(mixed)
    names = {"a": "z", "b": "y", "c": "x"}
    renamed = ask([(t, f, names[g]) for t, f, g in mixed])
    if isinstance(first, str) or isinstance(renamed, str):
        assert first == renamed
        return
    assert renamed.statistic == pytest.approx(first.statistic, rel=1e-6, abs=1e-9)
    assert first.expected.sum() == pytest.approx(first.observed.sum())
    weighted = ask(rows, weight=[2] * len(rows))
    doubled = ask(rows * 2)
    assert weighted.statistic == pytest.approx(doubled.statistic, rel=1e-6, abs=1e-9)  # type: ignore[union-attr]


def test_log_rank_keeps_its_level() -> None:
    generator = np.random.default_rng(6)
    values = [
        life.log_rank(generator.exponential(1, 60), generator.random(60) < 0.7, np.arange(60) % 3).p_value
        for _ in range(400)
    ]
    assert 0.025 < np.mean(np.array(values) < 0.05) < 0.08


def test_refusals_of_comparisons() -> None:
    pair = [life.observed([1, 2, 3]), life.observed([2, 4, 5])]
    for code, ask in [
        ("one_group", lambda: life.log_rank([1, 2], None, ["a", "a"])),
        ("shapes_differ", lambda: life.log_rank([1, 2], None, ["a"])),
        ("missing_label", lambda: life.log_rank([1, 2], None, [1.0, np.nan])),
        ("no_failures", lambda: life.log_rank([1, 2], [0, 0], ["a", "b"])),
        ("no_overlap", lambda: life.log_rank([1, 2], [0, 1], ["a", "b"])),
        ("out_of_range", lambda: life.log_rank([1, 2], None, ["a", "b"], rho=-1)),
        ("one_group", lambda: life.compare_fits(pair[:1])),
        ("unknown_choice", lambda: life.compare_fits(pair, "gamma")),
        ("unknown_choice", lambda: life.compare_fits(pair, same="mean")),
        ("held", lambda: life.compare_fits(pair, "exponential", same="shape")),
        ("no_failures", lambda: life.compare_fits([pair[0], life.observed([1], [0])])),
        ("empty", lambda: life.joined([])),
    ]:
        with refusal(code):
            ask()


@pytest.mark.parametrize("family", ["weibull", "lognormal"])
def test_hypotheses_nest(family: str) -> None:
    generator = np.random.default_rng(7)
    groups = [life.observed(scale * generator.weibull(1.5, 30)) for scale in (10, 14, 12)]
    whole = life.compare_fits(groups, family)
    shape, scale = (life.compare_fits(groups, family, same=same) for same in ("shape", "scale"))
    assert whole.statistic == pytest.approx(shape.statistic + scale.statistic)
    assert (whole.freedom, shape.freedom, scale.freedom) == (4, 2, 2)
    assert shape.statistic > 0
    twins = life.compare_fits([groups[0], groups[0]], family)
    assert twins.statistic == pytest.approx(0, abs=1e-8)
    assert twins.p_value == pytest.approx(1, abs=1e-4)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.floats(0.5, 0.995), st.floats(0.5, 0.99), st.integers(0, 5), st.floats(0.5, 4), st.floats(0.7, 3))
def test_plans_meet_their_risk_and_no_smaller_one_does(reliability: float, confidence: float, allowed: int, length: float, shape: float) -> None:  # fmt: skip
    if reliability ** (length**shape) < 1e-12:
        return
    options: dict[str, Any] = {"allowed": allowed, "length": length, "shape": shape}
    units = life.demonstration_units(reliability, confidence, **options)
    true = reliability ** (length**shape)
    assert stats.binom.cdf(allowed, units, 1 - true) <= (1 - confidence) * (1 + 1e-9)
    if units > allowed + 1:
        assert stats.binom.cdf(allowed, units - 1, 1 - true) > 1 - confidence
        assert life.pass_chance(units - 1, reliability, **options) > 1 - confidence
    shown = life.demonstrated_reliability(units, allowed, confidence, length=length, shape=shape)
    assert shown >= reliability * (1 - 1e-9)
    needed = life.demonstration_length(reliability, confidence, units, allowed=allowed, shape=shape)
    assert needed <= length * (1 + 1e-9)


def test_a_test_of_one_life_at_any_shape() -> None:
    """Without a length and a shape the units run exactly as long as their reliability is asked for."""
    assert life.pass_chance(20, 0.9, allowed=1) == pytest.approx(stats.binom.cdf(1, 20, 0.1))
    assert life.pass_chance(20, 0.9, allowed=1, length=2) == pytest.approx(stats.binom.cdf(1, 20, 1 - 0.9**2))
    assert life.pass_chance(20, 0.9, length=2, shape=3) == pytest.approx(0.9 ** (20 * 8))


def test_exponential_plans() -> None:
    for failures in range(5):
        total = life.exponential_test_time(250, 0.9, allowed=failures)
        assert stats.poisson.cdf(failures, total / 250) == pytest.approx(0.1)
        found = life.exponential_interval(total, failures, confidence=0.9, side="lower")
        assert found.lower == pytest.approx(250)
    by_failure = life.exponential_interval(100, 4, confidence=0.9, ended="failure")
    assert by_failure.lower == pytest.approx(200 / stats.chi2.ppf(0.95, 8))
    assert by_failure.upper == pytest.approx(200 / stats.chi2.ppf(0.05, 8))
    assert life.exponential_interval(100, 4, side="upper").lower == 0


@pytest.mark.parametrize("mean", [20.0, 100.0, 400.0])
def test_exponential_intervals_cover(mean: float) -> None:
    """Over every number of failures in a fixed total time; two-sided from the first failure on, one-sided always."""
    total, chances = 1000.0, stats.poisson.pmf(np.arange(1, 200), 1000.0 / mean)
    inside = [_holds(life.exponential_interval(total, r, confidence=0.9), mean) for r in range(1, 200)]
    nothing = float(np.exp(-total / mean))
    assert float(chances @ np.array(inside)) + nothing >= 0.9
    lower = [_holds(life.exponential_interval(total, r, confidence=0.9, side="lower"), mean) for r in range(200)]
    assert float(np.concatenate(([nothing], chances)) @ np.array(lower)) >= 0.9


def _holds(found: Any, truth: float) -> bool:
    return bool(found.lower <= truth <= found.upper)


def test_weibayes() -> None:
    low = life.weibayes_lower([100, 200, 300], 2.0, confidence=0.9)
    assert np.exp(-sum((t / low) ** 2 for t in (100, 200, 300))) == pytest.approx(0.1)
    again = life.weibayes_lower([100.0, 200, 300], 2.0, failed=[1, 0, 0], confidence=0.9)
    assert again < low
    assert life.weibayes_lower([100, 200], 2.0, weight=[3, 1]) == pytest.approx(
        life.weibayes_lower([100, 100, 100, 200], 2.0)
    )


def test_duration_of_a_test() -> None:
    generator = np.random.default_rng(8)
    third = np.sort(500 * generator.weibull(1.8, (4000, 12)), axis=1)[:, 2]
    assert np.mean(third <= life.duration_until(3, 12, scale=500, shape=1.8, probability=0.8)) == pytest.approx(
        0.8, abs=0.02
    )


@pytest.mark.parametrize("family", ["weibull", "lognormal"])
def test_precision_is_reached(family: str) -> None:
    """Simulated tests of the planned size: the mean width of the log interval is that of the plan."""
    generator = np.random.default_rng(9)
    units = life.precision_units(0.1, 1.3, spread=0.5, failing=0.5, family=family)
    draw = np.log(-np.log(generator.random((60, units)))) if family == "weibull" else generator.normal(size=(60, units))
    ages = np.exp(0.5 * draw)
    end = np.exp(0.5 * (np.log(np.log(2)) if family == "weibull" else 0.0))
    widths = []
    for row in ages:
        fitter = life.fit_weibull if family == "weibull" else life.fit_lognormal
        found = life.quantile_interval(fitter(np.minimum(row, end), row <= end), 0.1, method="wald")
        widths.append(np.log(found.upper[0] / found.lower[0]) / 2)
    assert np.mean(widths) == pytest.approx(np.log(1.3), rel=0.05)


def test_refusals_of_plans() -> None:
    for code, ask in [
        ("out_of_range", lambda: life.demonstration_units(1.0, 0.9)),
        ("out_of_range", lambda: life.demonstration_units(0.9, 0.0)),
        ("negative", lambda: life.demonstration_units(0.9, 0.9, allowed=-1)),
        ("not_whole", lambda: life.demonstration_units(0.9, 0.9, allowed=0.5)),  # type: ignore[arg-type]
        ("not_positive", lambda: life.demonstration_units(0.9, 0.9, length=0)),
        ("too_many", lambda: life.demonstration_units(0.9999, 0.99, length=1e-4, shape=2)),
        ("too_few", lambda: life.demonstrated_reliability(3, 3, 0.9)),
        ("too_few", lambda: life.demonstration_length(0.9, 0.9, 0)),
        ("not_positive", lambda: life.pass_chance(0, 0.9)),
        ("not_positive", lambda: life.exponential_test_time(-5, 0.9)),
        ("no_failures", lambda: life.exponential_interval(100, 0)),
        ("no_failures", lambda: life.exponential_interval(100, 0, side="lower", ended="failure")),
        ("unknown_choice", lambda: life.exponential_interval(100, 1, side="x")),
        ("unknown_choice", lambda: life.exponential_interval(100, 1, ended="x")),
        ("too_few", lambda: life.duration_until(5, 4, scale=1)),
        ("not_positive", lambda: life.duration_until(0, 4, scale=1)),
        ("out_of_range", lambda: life.precision_units(0.1, 1.0, spread=1, failing=0.5)),
        ("out_of_range", lambda: life.precision_units(0.1, 2.0, spread=1, failing=0)),
        ("unknown_choice", lambda: life.precision_units(0.1, 2.0, spread=1, failing=0.5, family="gamma")),
        ("too_many", lambda: life.precision_units(0.1, 1.000001, spread=1, failing=0.5)),
        ("not_positive", lambda: life.weibayes_lower([0, 1], 2)),
        ("out_of_range", lambda: life.information(1.5)),
        ("unknown_choice", lambda: life.information(0.5, "gamma")),
    ]:
        with refusal(code):
            ask()
