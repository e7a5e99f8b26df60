"""Capability: properties, coverage of intervals, bad input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.stats import capability as cap
from bihuan.stats import charts
from bihuan.stats.errors import NoAnswer

FEW = settings(max_examples=30, derandomize=True, deadline=None)
GOOD = np.random.default_rng(1).normal(10, 1, 40)


@FEW
@given(st.floats(-100, 100), st.floats(0.01, 100))
def test_shift_and_scale(shift, scale):
    """Another unit or origin changes no index."""
    one = cap.capability(GOOD, lower=6, upper=15, target=10)
    other = cap.capability(
        scale * GOOD + shift, lower=scale * 6 + shift, upper=scale * 15 + shift, target=scale * 10 + shift
    )
    for view in ("within", "overall"):
        mine, yours = getattr(one, view), getattr(other, view)
        for name in ("cp", "cpl", "cpu", "cpk", "k", "cpm", "cpm_star"):
            assert getattr(yours.indices, name) == pytest.approx(getattr(mine.indices, name), rel=1e-6)
        assert yours.intervals.cpk.limits == pytest.approx(mine.intervals.cpk.limits, rel=1e-6)
        assert yours.expected.total == pytest.approx(mine.expected.total, rel=1e-4)


@FEW
@given(st.permutations(range(40)))
def test_order_matters_only_within(order):
    one, other = (cap.capability(values, lower=6, upper=15) for values in (GOOD, GOOD[order]))
    assert other.overall.indices.cpk == pytest.approx(one.overall.indices.cpk, rel=1e-12)


def test_mirror():
    """Turned upside down, Ppl and Ppu change places."""
    one = cap.capability(GOOD, lower=6, upper=15).overall
    other = cap.capability(-GOOD, lower=-15, upper=-6).overall
    assert other.indices.cpl == pytest.approx(one.indices.cpu)
    assert other.intervals.cpl.limits == pytest.approx(one.intervals.cpu.limits)


def test_within_agrees_with_the_charts():
    groups = np.random.default_rng(2).normal(size=(20, 5))
    for method, pair in (("range", charts.xbar_r(groups)), ("deviation", charts.xbar_s(groups))):
        study = cap.capability(groups, lower=-5, upper=5, method=method)
        assert study.within.sd == pair.location.standard.sd
    pooled = cap.capability(groups, lower=-5, upper=5)
    assert (pooled.method, pooled.within.freedom) == ("pooled", 80)
    assert cap.capability(GOOD, lower=0).within.sd == charts.i_mr(GOOD).location.standard.sd


def test_one_limit():
    study = cap.capability(GOOD, upper=14, target=10)
    found = study.overall
    assert (found.indices.cp, found.indices.cpl, found.indices.cpm, found.intervals.cp) == (None, None, None, None)
    assert found.indices.cpk == found.indices.cpu
    tau = np.hypot(GOOD.std(ddof=1), GOOD.mean() - 10)
    assert found.indices.cpm_star == pytest.approx(4 / (3 * tau))
    assert study.observed.below == 0


def test_fractions_outside():
    study = cap.capability([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], lower=2, upper=6)
    assert (study.observed.below, study.observed.above) == (1 / 8, 2 / 8)
    assert cap.capability(GOOD, lower=6, upper=14).overall.expected.total < 1e-3


def test_target_off_the_middle():
    found = cap.indices(10, 1, lower=7, upper=15, target=10)
    assert (found.cpm, found.cpm_star) == (pytest.approx(8 / 6), pytest.approx(1))


def _covers(interval, truth):
    return interval.lower <= truth <= interval.upper


def test_intervals_cover_at_their_level():
    """1500 samples of 30 normal values: Pp and Ppu exactly, Ppk and Cpm nearly, Cp with effective degrees nearly.

    The exact limits of Ppu rise with the index, so what they cover is told by the two indices at which they meet the truth.
    """
    from scipy.optimize import brentq

    data, limits = np.random.default_rng(3).normal(0, 1, (1500, 30)), {"lower": -4, "upper": 3.5, "target": -0.25}
    truth = cap.indices(0, 1, **limits)
    ends = [
        brentq(lambda at, end=end: cap.one_sided_interval(at, 30, confidence=0.9).limits[end] - truth.cpu, 0.3, 4)
        for end in (1, 0)
    ]
    freedom = cap.capability(data[0], **limits).within.freedom
    hits = []
    for row in data:
        mean, within = row.mean(), np.abs(np.diff(row)).mean() / charts.d2(2)
        overall = row.std(ddof=1)
        found = cap.indices(mean, overall, **limits)
        hits.append(
            (
                _covers(cap.cp_interval(found.cp, 29, confidence=0.9), truth.cp),
                ends[0] <= found.cpu <= ends[1],
                _covers(cap.cpk_interval(found.cpk, 30, confidence=0.9), truth.cpk),
                _covers(cap.cpm_interval(found.cpm, 30, (mean + 0.25) / overall, confidence=0.9), truth.cpm),
                _covers(cap.cp_interval(7.5 / 6 / within, freedom, confidence=0.9), truth.cp),
            )
        )
    assert np.mean(hits, axis=0) == pytest.approx([0.9] * 5, abs=0.025)


def test_a_study_has_the_intervals_of_its_functions():
    row = np.random.default_rng(4).normal(0, 1, 30)
    study = cap.capability(row, lower=-4, upper=3.5, target=-0.25, confidence=0.9)
    found, mine = study.overall.indices, study.overall.intervals
    offset = (row.mean() + 0.25) / row.std(ddof=1)
    short, freedom = study.within, study.within.freedom
    for one, other in (
        (mine.cp, cap.cp_interval(found.cp, 29, confidence=0.9)),
        (mine.cpl, cap.one_sided_interval(found.cpl, 30, confidence=0.9)),
        (mine.cpu, cap.one_sided_interval(found.cpu, 30, confidence=0.9)),
        (mine.cpk, cap.cpk_interval(found.cpk, 30, 29.0, confidence=0.9)),
        (mine.cpm, cap.cpm_interval(found.cpm, 30, offset, confidence=0.9)),
        (short.intervals.cp, cap.cp_interval(short.indices.cp, freedom, confidence=0.9)),
        (short.intervals.cpu, cap.cpk_interval(short.indices.cpu, 30, freedom, confidence=0.9)),
    ):
        assert one.limits == pytest.approx(other.limits, rel=1e-12)
        assert (one.method, one.side) == (other.method, other.side)


def test_degrees_of_freedom_match_the_scatter():
    """The deviation by moving ranges and by ranges scatters like that of as many degrees as are named."""
    generator = np.random.default_rng(4)
    singles = generator.normal(size=(4000, 25))
    found = np.abs(np.diff(singles, axis=1)).mean(axis=1)
    named = cap.capability(singles[0], lower=-9).within.freedom
    assert named == pytest.approx(_degrees(found), rel=0.06)
    ranges = np.ptp(generator.normal(size=(4000, 8, 5)), axis=2).mean(axis=1)
    named = cap.capability(singles[:8, :5], lower=-9, method="range").within.freedom
    assert named == pytest.approx(_degrees(ranges), rel=0.06)


def _degrees(estimates):
    ratio = (estimates.std() / estimates.mean()) ** 2
    return 1 / (2 * ratio) + 0.25


def test_lower_bounds():
    both = cap.cp_interval(1.5, 30, confidence=0.9)
    assert cap.cp_interval(1.5, 30, confidence=0.95, side="lower").limits == (pytest.approx(both.lower), np.inf)
    both = cap.one_sided_interval(1.5, 30, confidence=0.9)
    assert cap.one_sided_interval(1.5, 30, confidence=0.95, side="lower").limits == (pytest.approx(both.lower), np.inf)
    both = cap.cpk_interval(1.5, 30, None, confidence=0.9)
    assert cap.cpk_interval(1.5, 30, None, confidence=0.95, side="lower").limits == (pytest.approx(both.lower), np.inf)
    assert cap.one_sided_interval(1.5, 400).limits == pytest.approx(cap.cpk_interval(1.5, 400).limits, rel=2e-3)


@pytest.mark.parametrize("method", ["percentile", "z"])
def test_normal_distribution_agrees_with_the_plain_indices(method):
    plain = cap.indices(10, 2, lower=3, upper=18)
    found = cap.distribution_capability(cap.Distribution("normal", (10, 2)), lower=3, upper=18, method=method)
    assert (found.pp, found.ppl, found.ppu, found.ppk) == pytest.approx(
        (plain.cp, plain.cpl, plain.cpu, plain.cpk), rel=1e-4
    )


@pytest.mark.parametrize(
    "distribution",
    [
        cap.Distribution("normal", (1, 2)),
        cap.Distribution("lognormal", (0.3, 0.7), 1.0),
        cap.Distribution("weibull", (2.2, 3)),
        cap.Distribution("gamma", (1.7, 2), -4.0),
        cap.Distribution("exponential", (5,)),
    ],
)
def test_quantiles_and_fractions_are_inverse(distribution):
    for probability in (0.00135, 0.3, 0.5, 0.99865):
        value = distribution.quantile(probability)
        assert float(distribution.below(value)) == pytest.approx(probability, rel=1e-9)
        assert float(distribution.above(value)) == pytest.approx(1 - probability, rel=1e-9)
    assert float(distribution.below(-1e9)) == 0


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("weibull", (1.8, 4)),
        ("gamma", (2.5, 1.5)),
        ("lognormal", (0.5, 0.4)),
        ("exponential", (3,)),
        ("normal", (9, 2)),
    ],
)
def test_fits_recover_the_parameters(name, parameters):
    truth = cap.Distribution(name, parameters)
    data = np.array([truth.quantile(p) for p in np.random.default_rng(5).uniform(size=4000)])
    best = cap.fit(data, name)
    assert best.distribution.parameters == pytest.approx(parameters, rel=0.06)
    assert best.anderson_darling < 2.5
    scaled = cap.fit(25.4 * data, name)
    assert scaled.distribution.quantile(0.9) == pytest.approx(25.4 * best.distribution.quantile(0.9), rel=1e-8)
    assert best.aic < cap.fits(data)[0].aic + 6


def test_fits_near_the_edges_of_shape():
    """Nearly equal values and values over many orders of magnitude still have their maximum."""
    for data in (1e6 + np.arange(5.0), np.array([1e-6, 1e-3, 1.0, 1e3, 1e6])):
        for name in ("weibull", "gamma", "lognormal"):
            assert np.isfinite(cap.fit(data, name).log_likelihood)


def test_bootstrap():
    data = np.random.default_rng(6).weibull(1.5, 60)
    one, two = (cap.fitted_capability(data, "weibull", upper=5, draws=100, seed=3) for _ in range(2))
    assert one.ppk_interval.limits == two.ppk_interval.limits
    assert one.ppk_interval.lower < one.indices.ppk < one.ppk_interval.upper


def test_normality_tests_keep_their_level():
    """At 5 % about 5 of 100 normal samples fail, and most exponential ones of 50."""
    generator = np.random.default_rng(7)
    for test in (cap.anderson_darling, cap.shapiro_wilk):
        failed = np.mean([test(row).p_value < 0.05 for row in generator.normal(size=(600, 30))])
        assert failed == pytest.approx(0.05, abs=0.025)
        assert np.mean([test(row).p_value < 0.05 for row in generator.exponential(size=(50, 50))]) > 0.95


def test_anderson_darling_far_out():
    found = cap.anderson_darling(np.repeat([0.0, 1.0], 500))
    assert found.bound
    assert found.p_value < 1e-20
    assert found.distinct == 2
    assert cap.anderson_darling([*[0.0] * 30, 1e9]).statistic > 5
    huge, plain = ([scale * value for value in (1.0, -1.0, 0.5) * 4] for scale in (1e139, 1.0))
    assert cap.anderson_darling(huge).statistic == pytest.approx(cap.anderson_darling(plain).statistic)


BAD = [
    ("limits_missing", lambda: cap.indices(1, 1)),
    ("limits_reversed", lambda: cap.indices(1, 1, lower=2, upper=1)),
    ("limits_reversed", lambda: cap.indices(1, 1, lower=1, upper=1)),
    ("target_outside", lambda: cap.indices(1, 1, lower=0, upper=1, target=2)),
    ("not_positive", lambda: cap.indices(1, 0, lower=0)),
    ("not_positive", lambda: cap.indices(1, -1, lower=0)),
    ("not_finite", lambda: cap.indices(np.nan, 1, lower=0)),
    ("not_finite", lambda: cap.indices(1, np.nan, lower=0)),
    ("out_of_scale", lambda: cap.indices(1e308, 1, lower=-1e308)),
    ("not_numbers", lambda: cap.indices("x", 1, lower=0)),
    ("not_numbers", lambda: cap.capability([1.0, 2.0], lower="x")),
    ("out_of_scale", lambda: cap.capability([1e308, 1.2e308, 1e308], lower=0)),
    ("no_convergence", lambda: cap.fit([1.0, 1.0 + 1e-15], "gamma")),
    ("out_of_scale", lambda: cap.fit([1e200, 2e200], "normal")),
    ("not_finite", lambda: cap.indices(1, 1, lower=np.nan)),
    ("not_finite", lambda: cap.indices(1, 1, lower=-np.inf)),
    ("empty", lambda: cap.capability([], lower=0)),
    ("too_few", lambda: cap.capability([1.0], lower=0)),
    ("zero_variance", lambda: cap.capability([1.0, 1.0], lower=0)),
    ("zero_variance", lambda: cap.capability([[1.0, 1.0], [2.0, 2.0]], lower=0)),
    ("zero_variance", lambda: cap.capability([0.3, 0.1 + 0.2, 0.3], lower=0)),
    ("not_finite", lambda: cap.capability([1.0, np.nan], lower=0)),
    ("out_of_scale", lambda: cap.capability([1e200, -1e200, 1e308], lower=0)),
    ("wrong_shape", lambda: cap.capability(1.0, lower=0)),
    ("not_numbers", lambda: cap.capability("abc", lower=0)),
    ("subgroup_of_one", lambda: cap.capability([[1.0], [2.0]], lower=0)),
    ("unknown_choice", lambda: cap.capability([1.0, 2.0], lower=0, method="pooled")),
    ("unknown_choice", lambda: cap.capability([[1.0, 2.0], [2.0, 4.0]], lower=0, method="moving_range")),
    ("out_of_range", lambda: cap.capability([1.0, 2.0], lower=0, confidence=95)),
    ("unknown_choice", lambda: cap.capability([1.0, 2.0], lower=0, side="top")),
    ("unknown_choice", lambda: cap.capability([1.0, 2.0], lower=0, constants="rough")),
    ("not_positive", lambda: cap.cp_interval(1, 0)),
    ("too_few", lambda: cap.cpk_interval(1, 1)),
    ("too_few", lambda: cap.one_sided_interval(1, 1)),
    ("too_few", lambda: cap.cpm_interval(1, 0, 0)),
    ("unknown_choice", lambda: cap.Distribution("cauchy", (1, 1))),
    ("wrong_shape", lambda: cap.Distribution("weibull", (1,))),
    ("not_positive", lambda: cap.Distribution("weibull", (1, 0))),
    ("not_finite", lambda: cap.Distribution("normal", (np.nan, 1))),
    ("unknown_choice", lambda: cap.fit([1.0, 2.0], "cauchy")),
    ("not_positive", lambda: cap.fit([0.0, 2.0], "weibull")),
    ("not_positive", lambda: cap.fit([1.0, 2.0], "gamma", threshold=1)),
    ("zero_variance", lambda: cap.fit([2.0, 2.0], "lognormal")),
    ("too_few", lambda: cap.fit([2.0], "lognormal")),
    ("empty", lambda: cap.fits([])),
    ("limits_missing", lambda: cap.fitted_capability([1.0, 2.0], "gamma")),
    ("out_of_range", lambda: cap.fitted_capability([1.0, 2.0], "gamma", lower=0, draws=5)),
    ("unknown_choice", lambda: cap.distribution_capability(cap.Distribution("normal", (0, 1)), lower=-1, method="x")),
    ("nothing_outside", lambda: cap.distribution_capability(cap.Distribution("gamma", (1, 1)), lower=0, method="z")),
    ("too_few", lambda: cap.empirical_capability([1.0] * 100, lower=0)),
    ("zero_variance", lambda: cap.empirical_capability([1.0] * 800, lower=0)),
    ("too_few", lambda: cap.anderson_darling([1.0] * 7)),
    ("zero_variance", lambda: cap.anderson_darling([1.0] * 8)),
    ("zero_variance", lambda: cap.shapiro_wilk([1.0] * 8)),
    ("too_few", lambda: cap.shapiro_wilk([1.0, 2.0])),
    ("too_many", lambda: cap.shapiro_wilk(np.arange(5001))),
    ("not_finite", lambda: cap.shapiro_wilk([1.0, 2.0, np.inf])),
]


@pytest.mark.parametrize(("code", "ask"), BAD, ids=[f"{place}-{code}" for place, (code, _) in enumerate(BAD)])
@pytest.mark.filterwarnings("error")
def test_bad_input_has_a_name(code, ask):
    with pytest.raises(NoAnswer) as refusal:
        ask()
    assert refusal.value.code == code
