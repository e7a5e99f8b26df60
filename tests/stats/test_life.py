"""Fits of lifetimes: the likelihood, its intervals, and what is refused."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import optimize, stats

from bihuan.stats import life
from bihuan.stats.life import engine
from bihuan.stats.life import fit as fitting
from bihuan.stats.life.families import FAMILIES
from tests.stats.refusing import refusal

pytestmark = pytest.mark.usefixtures("no_warning")
INF = float("inf")
FITS: dict[str, Callable[..., life.LifeFit]] = {
    "weibull": life.fit_weibull,
    "lognormal": life.fit_lognormal,
    "exponential": life.fit_exponential,
}
MIXED = ([0, 10, 20, 35, 40, 15, 3], [9, 20, INF, 35, INF, 90, 4.0], [1, 2, 3, 4, 5, 1, 2])
AGES = st.lists(st.floats(0.1, 1000), min_size=5, max_size=25, unique=True)


def sample(seed: int, size: int = 40) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    generator = np.random.default_rng(seed)
    ages, ends = 100 * generator.weibull(1.7, size), generator.uniform(20, 200, size)
    return np.minimum(ages, ends), ages <= ends


@pytest.mark.parametrize("family", ["weibull", "lognormal"])
@pytest.mark.parametrize("theta", [(0.3, 1.2), (-1.0, 0.4), (2.0, 3.0)])
def test_derivatives_agree_with_differences(family: str, theta: tuple[float, float]) -> None:
    rows, at, step = engine.prepare(life.intervals(*MIXED)), np.array(theta), 1e-5
    _, gradient, curvature = engine.evaluate(rows, FAMILIES[family], at)
    for i, unit in enumerate(step * np.eye(2)):
        up, down = (engine.evaluate(rows, FAMILIES[family], at + sign * unit) for sign in (1, -1))
        assert (up[0] - down[0]) / (2 * step) == pytest.approx(gradient[i], abs=1e-6)
        assert (up[1] - down[1]) / (2 * step) == pytest.approx(curvature[i], abs=1e-5)


@pytest.mark.parametrize("family", ["weibull", "lognormal", "exponential"])
def test_likelihood_is_that_of_scipy(family: str) -> None:
    fit = FITS[family](life.intervals(*MIXED))
    law = (
        stats.lognorm(fit.spread, scale=fit.scale)
        if family == "lognormal"
        else stats.weibull_min(fit.shape, scale=fit.scale)
    )
    total = 0.0
    for low, high, weight in zip(*MIXED, strict=True):
        chance = law.pdf(low) if low == high else law.cdf(high) - law.cdf(low)
        total += weight * np.log(chance)
    assert fit.log_likelihood == pytest.approx(total, rel=1e-10)


@pytest.mark.parametrize("family", ["weibull", "lognormal"])
def test_mixed_censoring_against_a_search(family: str) -> None:
    data = life.intervals(*MIXED)
    rows = engine.prepare(data)
    fit = FITS[family](data)
    found = optimize.minimize(
        lambda at: -engine.evaluate(rows, FAMILIES[family], np.array([at[0], np.exp(at[1])]))[0], [0.0, 0.0], method="Nelder-Mead",
        options={"xatol": 1e-10, "fatol": 1e-12},
    )  # fmt: skip
    location, spread = fitting.unscaled(rows, np.array([found.x[0], np.exp(found.x[1])]))
    assert (fit.location, fit.spread) == pytest.approx((location, spread), rel=1e-6)


def test_two_ways_to_a_weibull_agree() -> None:
    data = life.observed(*sample(1))
    tight, general = life.fit_weibull(data), fitting._climbed("weibull", data)
    assert tight.shape == pytest.approx(general.shape, rel=1e-7)
    assert tight.scale == pytest.approx(general.scale, rel=1e-7)
    assert tight.log_likelihood == pytest.approx(general.log_likelihood, rel=1e-12)
    assert tight.covariance == pytest.approx(general.covariance, rel=1e-5)


def test_complete_weibull_against_scipy() -> None:
    ages = sample(2)[0]
    shape, _, scale = stats.weibull_min.fit(ages, floc=0)
    fit = life.fit_weibull(ages)
    assert (fit.shape, fit.scale) == pytest.approx((shape, scale), rel=1e-3)


def test_thinned_start_reaches_the_same_fit() -> None:
    generator = np.random.default_rng(3)
    size = 60_000
    failed = generator.random(size) < 0.002
    ages = np.where(failed, 20 * generator.weibull(1.5, size) + 0.1, generator.uniform(1, 36, size))
    weight = generator.integers(0, 50, size)
    fit = life.fit_weibull(ages, failed, weight)
    order = generator.permutation(size)
    again = life.fit_weibull(ages[order], failed[order], weight[order])
    assert fit.shape == pytest.approx(again.shape, rel=1e-9)
    logs, hits = np.log(ages), weight * failed
    powers = weight * ages**fit.shape
    assert 1 / fit.shape + hits @ logs / hits.sum() - powers @ logs / powers.sum() == pytest.approx(0, abs=1e-9)
    assert fit.passes <= 5


@settings(max_examples=25, deadline=None, derandomize=True)
@given(AGES, st.floats(1e-3, 1e3), st.randoms(use_true_random=False))
def test_scale_and_order(ages: list[float], factor: float, random: Any) -> None:
    failed = [index % 3 != 2 for index in range(len(ages))]
    rows = list(zip(ages, failed, strict=True))
    random.shuffle(rows)
    for family, fitter in FITS.items():
        fit = fitter(ages, failed)
        moved = fitter([factor * age for age, _ in rows], [flag for _, flag in rows])
        assert moved.spread == pytest.approx(fit.spread, rel=1e-6), family
        assert moved.scale == pytest.approx(factor * fit.scale, rel=1e-6), family
        assert moved.log_likelihood == pytest.approx(fit.log_likelihood - sum(failed) * np.log(factor), abs=1e-6), (
            family
        )


@settings(max_examples=15, deadline=None, derandomize=True)
@given(AGES, st.integers(2, 5))
def test_weights_are_repetitions(ages: list[float], times: int) -> None:
    failed = [index % 4 != 3 for index in range(len(ages))]
    for fitter in FITS.values():
        grouped = fitter(ages, failed, [times] * len(ages))
        spelled = fitter(ages * times, failed * times)
        assert grouped.location == pytest.approx(spelled.location, rel=1e-7, abs=1e-7)
        assert grouped.spread == pytest.approx(spelled.spread, rel=1e-6)
        assert grouped.units == spelled.units


def test_narrow_intervals_are_nearly_exact() -> None:
    ages = sample(4)[0]
    for fitter in FITS.values():
        exact, narrow = fitter(ages), fitter(life.intervals(ages * (1 - 1e-7), ages * (1 + 1e-7)))
        assert (exact.location, exact.spread) == pytest.approx((narrow.location, narrow.spread), rel=1e-4)


@pytest.mark.parametrize("family", ["weibull", "lognormal", "exponential"])
def test_profile_ends_lie_on_the_contour(family: str) -> None:
    """The definition itself: the best likelihood with the quantity held is lower by half the chi-square quantile."""
    ages, failed = sample(5, 25)
    data = life.observed(ages, failed)
    fit, rows = FITS[family](data), engine.prepare(data)

    def log_likelihood(location: float, spread: float) -> float:
        slope = rows.width / spread
        return (
            engine.evaluate(rows, FAMILIES[family], np.array([(rows.centre - location) / spread, slope]))[0]
            + rows.constant
        )

    def held(log_time: float, z: float) -> float:
        if family == "exponential":
            return log_likelihood(log_time - z, 1.0)
        best = optimize.minimize_scalar(lambda log_spread: -log_likelihood(log_time - np.exp(log_spread) * z, np.exp(log_spread)), bounds=(-4, 4), method="bounded", options={"xatol": 1e-10})  # fmt: skip
        return -float(best.fun)

    drop = stats.chi2.ppf(0.9, 1) / 2
    found = life.quantile_interval(fit, [0.1], confidence=0.9)
    z = float(FAMILIES[family].point(np.array([0.1]))[0])
    for end in (found.lower[0], found.upper[0]):
        assert fit.log_likelihood - held(np.log(end), z) == pytest.approx(drop, abs=1e-6)
    share = life.reliability_interval(fit, [50.0], confidence=0.9)
    assert share.lower[0] < share.estimate[0] < share.upper[0]
    for end in (share.lower[0], share.upper[0]):
        at = float(FAMILIES[family].point(np.array([1 - end]))[0])
        assert fit.log_likelihood - held(np.log(50.0), at) == pytest.approx(drop, abs=1e-6)
    if family != "exponential":
        spread = life.parameter_interval(fit, "spread", confidence=0.9)
        for end in (spread.lower[0], spread.upper[0]):
            best = optimize.minimize_scalar(
                lambda at, end=end: -log_likelihood(at, end), bounds=(0, 12), method="bounded", options={"xatol": 1e-10}
            )
            assert fit.log_likelihood + float(best.fun) == pytest.approx(drop, abs=1e-6)


def test_intervals_cover() -> None:
    """Of 400 simulated tests of 40 units, profile intervals at 90 % hold the truth in 86 to 94 %."""
    truth = {"shape": 1.7, "scale": 100.0}
    b10 = 100 * (-np.log(0.9)) ** (1 / 1.7)
    hits = np.zeros(4)
    for seed in range(400):
        fit = life.fit_weibull(*sample(seed))
        found = [life.parameter_interval(fit, name, confidence=0.9) for name in truth]
        found.append(life.quantile_interval(fit, 0.1, confidence=0.9))
        found.append(life.quantile_interval(fit, 0.1, confidence=0.9, method="wald"))
        hits += [
            one.lower[0] <= value <= one.upper[0] for one, value in zip(found, [*truth.values(), b10, b10], strict=True)
        ]
    assert ((hits / 400 > 0.86) & (hits / 400 < 0.94)).all()


def test_intervals_of_looks_cover() -> None:
    """Of 150 lots of 60 units looked at every 20 hours until 100: lognormal location and reliability at 90 %."""
    random, looks = np.random.default_rng(31), np.array([0.0, 20, 40, 60, 80, 100, INF])
    truth = float(stats.norm.cdf((4.0 - np.log(50)) / 0.7))
    hits = np.zeros(3)
    for _ in range(150):
        held = np.histogram(np.exp(random.normal(4.0, 0.7, 60)), looks)[0]
        fit = life.fit_lognormal(life.intervals(looks[:-1], looks[1:], held))
        location = life.parameter_interval(fit, "location", confidence=0.9)
        alive = [life.reliability_interval(fit, 50.0, confidence=0.9, method=method) for method in ("profile", "wald")]
        hits += [
            location.lower[0] <= 4.0 <= location.upper[0],
            *(one.lower[0] <= truth <= one.upper[0] for one in alive),
        ]
    assert ((hits / 150 > 0.82) & (hits / 150 < 0.97)).all()


def test_sides_of_intervals() -> None:
    fit = life.fit_weibull(*sample(6))
    for method in ("profile", "wald"):
        two = life.quantile_interval(fit, 0.1, confidence=0.9, method=method)
        low = life.quantile_interval(fit, 0.1, confidence=0.95, method=method, side="lower")
        high = life.quantile_interval(fit, 0.1, confidence=0.95, method=method, side="upper")
        assert (low.lower[0], high.upper[0]) == pytest.approx((two.lower[0], two.upper[0]), rel=1e-6)
        assert (low.upper[0], high.lower[0]) == (INF, 0)


def test_shape_and_spread_mirror_each_other() -> None:
    fit = life.fit_weibull(*sample(7))
    shape, spread = life.parameter_interval(fit, "shape"), life.parameter_interval(fit, "spread")
    assert (shape.lower[0], shape.upper[0]) == pytest.approx((1 / spread.upper[0], 1 / spread.lower[0]))
    normal = life.fit_lognormal(*sample(7))
    assert life.parameter_interval(normal, "shape").lower[0] == life.parameter_interval(normal, "spread").lower[0]


def test_a_single_failure_gives_a_wide_answer() -> None:
    fit = life.fit_weibull([10, 20], [1, 0], [1, 999])
    found = life.quantile_interval(fit, 0.1)
    assert found.lower[0] < found.estimate[0] / 5
    assert found.upper[0] > 1e10


def test_predictions_belong_together() -> None:
    for fitter in FITS.values():
        fit = fitter(*sample(8))
        p = np.array([0.01, 0.1, 0.5, 0.99])
        ages = life.quantile(fit, p)
        assert life.reliability(fit, ages) == pytest.approx(1 - p)
        step = 1e-4 * ages
        fall = np.log(life.reliability(fit, ages - step)) - np.log(life.reliability(fit, ages + step))
        assert life.hazard(fit, ages) == pytest.approx(fall / (2 * step), rel=1e-5)
        fine = np.linspace(0, 40 * fit.scale, 400_001)
        assert np.trapezoid(life.reliability(fit, fine), fine) == pytest.approx(life.mean_life(fit), rel=1e-3)


def test_held_shape() -> None:
    ages, failed = sample(9)
    fit = life.fit_weibull(ages, failed, shape=2.0)
    assert fit.scale == pytest.approx(np.sqrt((ages**2).sum() / failed.sum()))
    assert life.fit_weibull(ages, failed, shape=1.0).log_likelihood == pytest.approx(
        life.fit_exponential(ages, failed).log_likelihood
    )
    with refusal("held"):
        life.parameter_interval(fit, "shape")
    grouped = life.fit_weibull(life.intervals([0, 10, 20], [10, 20, INF], [2, 5, 9]), shape=2.0)
    assert grouped.free == 1
    assert life.parameter_interval(grouped, "scale").lower[0] < grouped.scale


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.floats(0.5, 50), st.floats(5, 500))
def test_threshold_shifts_and_scales(factor: float, shift: float) -> None:
    ages = np.array([12, 15, 17, 19, 20, 22, 25, 27, 31, 40.0])
    fit, moved = life.fit_weibull3(ages), life.fit_weibull3(factor * ages + shift)
    assert moved.threshold == pytest.approx(factor * fit.threshold + shift, abs=1e-4 * factor)
    assert moved.shape == pytest.approx(fit.shape, rel=1e-4)


def test_threshold_with_censoring_and_limits() -> None:
    generator = np.random.default_rng(10)
    ages = 50 + 30 * generator.weibull(2.2, 200)
    fit = life.fit_weibull3(np.minimum(ages, 90), ages <= 90)
    found = life.parameter_interval(fit, "threshold")
    assert found.lower[0] < 50 < found.upper[0] < ages.min() + 1e-9
    wald = life.parameter_interval(fit, "threshold", method="wald")
    assert wald.lower[0] < 50 < wald.upper[0]
    assert life.reliability(fit, [10.0]).tolist() == [1.0]
    share = life.reliability_interval(fit, [70.0], method="wald")
    assert share.lower[0] < np.exp(-((20 / 30) ** 2.2)) < share.upper[0]
    b10 = life.quantile_interval(fit, 0.1, method="wald")
    assert b10.lower[0] < 50 + 30 * (-np.log(0.9)) ** (1 / 2.2) < b10.upper[0]


@pytest.mark.parametrize("name", ["scale", "shape"])
def test_profiles_lie_on_the_contour(name: str) -> None:
    """At each end twice the loss of likelihood is the chi-square quantile, the other parameter searched for."""
    time, failed = sample(6)
    fit = life.fit_weibull(time, failed)
    found = life.parameter_interval(fit, name, confidence=0.9)
    for end in (found.lower[0], found.upper[0]):

        def loss(other: float, end: float = end) -> float:
            scale, shape = (end, np.exp(other)) if name == "scale" else (np.exp(other), end)
            own = np.where(failed, stats.weibull_min.logpdf(time, shape, scale=scale), -((time / scale) ** shape))
            return -float(own.sum())

        start = np.log(fit.shape if name == "scale" else fit.scale)
        least = optimize.minimize_scalar(loss, bounds=(start - 2, start + 2), method="bounded", options={"xatol": 1e-9})
        assert 2 * (least.fun + fit.log_likelihood) == pytest.approx(stats.chi2.ppf(0.9, 1), rel=1e-5)


@pytest.mark.parametrize(("low", "high"), [(0.0, 30.0), (60.0, 90.0)], ids=["one left", "one interval"])
def test_one_row_that_is_no_exact_age_counts(low: float, high: float) -> None:
    """The likelihood written out has its maximum where the fit says."""
    exact, running = np.array([25.0, 48, 70, 95, 140]), np.array([150.0, 150])
    ends = np.concatenate((exact, np.full(2, INF), [high]))
    fit = life.fit_weibull(life.intervals(np.concatenate((exact, running, [low])), ends))

    def loss(theta: Any) -> float:
        shape, scale = np.exp(theta)
        alive = lambda age: np.exp(-((age / scale) ** shape))  # noqa: E731
        own = stats.weibull_min.logpdf(exact, shape, scale=scale).sum() + np.log(alive(running)).sum()
        return -float(own + np.log(alive(low) - alive(high)))

    best = optimize.minimize(loss, np.log([1.5, 100.0]), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12})
    assert fit.log_likelihood == pytest.approx(-best.fun, abs=1e-8)
    assert [fit.shape, fit.scale] == pytest.approx(np.exp(best.x), rel=1e-5)


def test_normal_limits_of_quantiles_with_a_threshold() -> None:
    """The delta method written out: slopes of the quantile by differences, in (location, log spread, threshold)."""
    generator = np.random.default_rng(10)
    fit = life.fit_weibull3(50 + 30 * generator.weibull(2.2, 200))

    def quantile(theta: Any) -> float:
        return float(theta[2] + np.exp(theta[0] + np.exp(theta[1]) * np.log(-np.log(0.9))))

    best = np.array([fit.location, np.log(fit.spread), fit.threshold])
    slopes = np.array([(quantile(best + step) - quantile(best - step)) / 2e-5 for step in np.eye(3) * 1e-5])
    half = stats.norm.ppf(0.95) * np.sqrt(slopes @ fit.covariance @ slopes)
    found = life.quantile_interval(fit, 0.1, confidence=0.9, method="wald")
    assert found.lower[0] == pytest.approx(quantile(best) - half, rel=1e-6)
    assert found.upper[0] == pytest.approx(quantile(best) + half, rel=1e-6)


def test_reliability_of_the_first_moments() -> None:
    """Ages far below one unit of time keep their share."""
    fit = life.fit_exponential([1e-3, 3e-3])
    assert life.reliability(fit, [0.0, 1e-6, 1e-3, 0.02]) == pytest.approx(np.exp(-np.array([0, 5e-4, 0.5, 10])))


def test_profiles_of_a_threshold_fit_lie_on_the_contour() -> None:
    """The likelihood written out anew, one quantity held, the other two searched for."""
    generator = np.random.default_rng(10)
    ages = 50 + 30 * generator.weibull(2.2, 60)
    fit = life.fit_weibull3(ages)
    drop = stats.chi2.ppf(0.95, 1) / 2

    def fallen(scale: Callable[[float, float], float]) -> float:
        def loss(at: NDArray[np.float64]) -> float:
            threshold, shape = float(at[0]), float(np.exp(at[1]))
            if threshold >= ages.min():
                return 1e9
            z = (ages - threshold) / scale(threshold, shape)
            return -float(np.sum(np.log(shape) - np.log(ages - threshold) + shape * np.log(z) - z**shape))

        found = optimize.minimize(
            loss, [fit.threshold, np.log(fit.shape)], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10}
        )
        return fit.log_likelihood + float(found.fun)

    scale = life.parameter_interval(fit, "scale")
    b10 = life.quantile_interval(fit, 0.1)
    share = life.reliability_interval(fit, 70.0)
    for side in ("lower", "upper"):
        held = float(getattr(scale, side)[0])
        assert fallen(lambda _, __, held=held: held) == pytest.approx(drop, abs=1e-4)
        age = float(getattr(b10, side)[0])
        assert fallen(
            lambda low, shape, age=age: max(age - low, 1e-9) / (-np.log(0.9)) ** (1 / shape)
        ) == pytest.approx(drop, abs=1e-4)
        chance = float(getattr(share, side)[0])
        assert fallen(lambda low, shape, chance=chance: (70 - low) / (-np.log(chance)) ** (1 / shape)) == pytest.approx(
            drop, abs=1e-4
        )
    shape = life.parameter_interval(fit, "shape")
    spread = life.parameter_interval(fit, "spread")
    assert shape.lower[0] < fit.shape < shape.upper[0]
    assert (shape.lower[0], shape.upper[0]) == pytest.approx((1 / spread.upper[0], 1 / spread.lower[0]), rel=1e-6)


def test_profile_of_a_threshold_fit_may_end_nowhere() -> None:
    """Ball bearings (Lieblein and Zelen): with a shape near one the threshold runs into the first failure."""
    ages = "17.88 28.92 33.00 41.52 42.12 45.60 48.48 51.84 51.96 54.12 55.56 67.80 68.64 68.64 68.88 84.12 93.12 98.64 105.12 105.84 127.92 128.04 173.40"
    fit = life.fit_weibull3([float(age) for age in ages.split()])
    with refusal("no_limit"):
        life.parameter_interval(fit, "shape")
    assert life.parameter_interval(fit, "shape", method="wald").lower[0] > 1


def test_threshold_of_grouped_ages() -> None:
    generator = np.random.default_rng(11)
    ages = 50 + 30 * generator.weibull(2.2, 400)
    low = np.floor(ages)
    fit = life.fit_weibull3(life.intervals(low, low + 1))
    assert fit.threshold == pytest.approx(life.fit_weibull3(ages).threshold, abs=1.0)


def test_no_threshold_to_be_found() -> None:
    with refusal("no_maximum"):
        life.fit_weibull3([1.0, 1.01, 1.05, 1.2, 2.0, 4.0, 9.0, 25.0])
