"""Gauge studies: properties, simulation and every refusal by its name."""

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate
from scipy import stats as reference

from bihuan.stats import gauges as g
from tests.stats.refusing import refused

quick = settings(max_examples=15, deadline=None, derandomize=True)
seeds = st.integers(0, 10_000)


def study_data(seed, parts=6, operators=3, trials=2, sds=(3.0, 1.0, 0.5, 0.8)):
    rng = np.random.default_rng(seed)
    part, operator, both, repeat = sds
    values = (
        rng.normal(0, part, (parts, 1, 1))
        + rng.normal(0, operator, (1, operators, 1))
        + rng.normal(0, both, (parts, operators, 1))
        + rng.normal(0, repeat, (parts, operators, trials))
    )
    index = np.indices(values.shape).reshape(3, -1)
    return values.ravel(), index[0], index[1]


def same(one, two, rel=1e-8):
    for a, b in zip(astuple(one), astuple(two), strict=True):
        assert a == b if a is None or b is None else a == pytest.approx(b, rel=rel, abs=1e-10)


# --- repeatability and reproducibility ---------------------------------------------------------------------------

METHODS = (g.gauge_anova, g.gauge_ranges, g.gauge_nested)


@quick
@given(seeds, st.sampled_from(METHODS))
def test_order_and_names_do_not_matter(seed, method):
    values, parts, operators = study_data(seed)
    order = np.random.default_rng(seed).permutation(values.size)
    first = method(values, parts, operators)
    labels = np.array(["三", "一", "二"])[operators[order]]
    again = method(values[order], parts[order] * 1000 - 7, labels)
    same(first.variance, again.variance)
    same(first.percent_study, again.percent_study)


@quick
@given(seeds, st.sampled_from(METHODS), st.floats(0.001, 1000), st.floats(-1e4, 1e4))
def test_shift_changes_nothing_and_scale_scales(seed, method, scale, shift):
    values, parts, operators = study_data(seed)
    first = method(values, parts, operators, tolerance=10)
    again = method(scale * (values + shift), parts, operators, tolerance=10 * scale)
    same(first.percent_study, again.percent_study, rel=1e-6)
    same(first.percent_tolerance, again.percent_tolerance, rel=1e-6)
    assert again.sd.gauge == pytest.approx(scale * first.sd.gauge, rel=1e-6)
    assert again.categories.truncated == first.categories.truncated


@quick
@given(seeds, st.sampled_from(METHODS))
def test_parts_add_up(seed, method):
    study = method(*study_data(seed), multiplier=5.15)
    v = study.variance
    assert v.gauge == pytest.approx(v.repeatability + v.reproducibility)
    assert v.total == pytest.approx(v.gauge + v.part)
    assert study.contribution.gauge + study.contribution.part == pytest.approx(100)
    assert study.percent_study.gauge**2 + study.percent_study.part**2 == pytest.approx(1e4)
    assert study.study_variation.total == pytest.approx(5.15 * study.sd.total)
    if study.anova:
        assert sum(row.ss for row in study.anova[:-1]) == pytest.approx(study.anova[-1].ss)
        assert sum(row.freedom for row in study.anova[:-1]) == study.anova[-1].freedom


def test_anova_finds_the_variances_it_was_given():
    found = np.array(
        [
            (v.repeatability, v.operator, v.interaction, v.part)
            for seed in range(150)
            for v in [g.gauge_anova(*study_data(seed, 10, 8, 3, (2.0, 1.0, 1.0, 0.5)), pool_above=1).variance]
        ]
    )
    np.testing.assert_allclose(found.mean(axis=0), [0.25, 1.0, 1.0, 4.0], rtol=0.12)


def test_nested_finds_the_variances_it_was_given():
    rng = np.random.default_rng(5)
    found = []
    for _ in range(150):
        operator = rng.normal(0, 1, (8, 1, 1))
        values = operator + rng.normal(0, 2, (8, 5, 1)) + rng.normal(0, 0.5, (8, 5, 2))
        index = np.indices(values.shape).reshape(3, -1)
        v = g.gauge_nested(values.ravel(), index[1], index[0]).variance
        found.append((v.repeatability, v.operator, v.part))
    np.testing.assert_allclose(np.mean(found, axis=0), [0.25, 1.0, 4.0], rtol=0.25)


def test_anova_agrees_with_least_squares():
    """F of the nested and crossed tables against one-way tests of scipy on collapsed data."""
    values, parts, operators = study_data(3, trials=3)
    boxes = values.reshape(6, 3, 3)
    pure = sum(((box - box.mean()) ** 2).sum() for row in boxes for box in row)
    table = g.gauge_anova(values, parts, operators).anova
    assert table[3].ss == pytest.approx(pure)
    f = reference.f_oneway(*boxes.reshape(6, 9))
    between = table[0].ss / 5
    within = (table[4].ss - table[0].ss) / (54 - 6)
    assert between / within == pytest.approx(f.statistic)
    nested = g.gauge_nested(values, parts, operators).anova
    assert nested[0].ss == pytest.approx(table[1].ss)
    assert nested[1].ss == pytest.approx(table[0].ss + table[2].ss)


def test_pooling_is_a_choice():
    data = study_data(1, sds=(3.0, 1.0, 0.0, 0.8))
    assert not g.gauge_anova(*data, pool_above=1).pooled
    always = g.gauge_anova(*data, pool_above=0)
    assert always.pooled
    assert always.variance.interaction == 0
    assert always.pooled_anova[2].freedom == always.anova[2].freedom + always.anova[3].freedom


def test_negative_components_become_zero_and_are_named():
    values = [0.0, 1.0, 1.0, 0.0, 0.2, 0.9, 0.8, 0.1]
    study = g.gauge_anova(values, [1, 1, 1, 1, 2, 2, 2, 2], [1, 1, 2, 2] * 2, pool_above=1)
    assert study.clipped == ("interaction", "part")
    assert study.variance.part == 0
    assert study.categories.truncated == study.categories.rounded == 1


def test_exact_constants_differ_in_the_fifth_digit():
    data = study_data(2)
    printed, exact = g.gauge_ranges(*data), g.gauge_ranges(*data, constants="exact")
    assert printed.sd.repeatability == pytest.approx(exact.sd.repeatability, rel=1e-4)
    assert printed.sd.repeatability != exact.sd.repeatability


@pytest.mark.parametrize("method", METHODS)
def test_refusals_of_studies(method):
    values, parts, operators = study_data(4)
    refused("empty", method, [], [], [])
    refused("not_finite", method, [*values[:-1], np.nan], parts, operators)
    refused("not_finite", method, [*values[:-1], np.inf], parts, operators)
    refused("out_of_scale", method, 1e200 * values, parts, operators)
    refused("out_of_scale", method, 1e-200 * values, parts, operators)
    refused("not_numbers", method, ["a"] * values.size, parts, operators)
    refused("wrong_shape", method, values.reshape(2, -1), parts, operators)
    refused("shapes_differ", method, values, parts[:-1], operators)
    refused("unbalanced", method, values[:-1], parts[:-1], operators[:-1])
    refused("zero_variance", method, np.ones(values.size), parts, operators)
    refused("zero_repeatability", method, 1.0 * parts + operators, parts, operators)
    refused("too_few_operators", method, values, parts, np.zeros(values.size, int))
    refused("too_few_parts", method, values, np.zeros(values.size, int), operators)
    refused("too_few_trials", method, values[::2], parts[::2], operators[::2])
    refused("missing_label", method, values, np.where(parts == 0, np.nan, parts), operators)
    refused("missing_label", method, values, parts, [None, *operators[1:].tolist()])
    refused("missing_label", method, values, parts, ["", *["A"] * (values.size - 1)])
    refused("bad_labels", method, values, np.array(["a", *parts[1:].tolist()], dtype=object), operators)
    refused("wrong_shape", method, values, parts.reshape(2, -1), operators)
    refused("not_positive", method, values, parts, operators, tolerance=0)
    refused("not_positive", method, values, parts, operators, multiplier=-6)
    refused("not_finite", method, values, parts, operators, tolerance=np.nan)


def test_other_refusals_of_studies():
    data = study_data(4)
    refused("out_of_range", g.gauge_anova, *data, pool_above=1.5)
    refused("unknown_choice", g.gauge_ranges, *data, constants="old")
    refused("unbalanced", g.gauge_anova, [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 2, 2, 2, 2, 2], [1, 1, 2, 2] * 2)
    refused("unbalanced", g.gauge_anova, [1, 2, 3, 4], [1, 1, 2, 2], [1, 1, 2, 2])
    refused("unbalanced", g.gauge_nested, np.arange(8.0), [1, 1, 2, 2, 3, 3, 4, 4], [1, 1, 1, 1, 1, 1, 2, 2])
    refused("zero_repeatability", g.gauge_short, [[1, 1], [2, 2]])
    refused("too_few_parts", g.gauge_short, [[1, 2]])
    refused("too_few_operators", g.gauge_short, [[1], [2]])
    refused("not_positive", g.gauge_short, [[1, 2], [2, 2]], process_sd=0)
    refused("zero_repeatability", g.distinct_categories, 1.0, 0.0)
    refused("negative", g.distinct_categories, -1.0, 1.0)
    refused("not_finite", g.distinct_categories, np.nan, 1.0)
    refused("negative", g.verdict, -1.0)
    refused("not_finite", g.verdict, np.nan)
    assert [g.verdict(x) for x in (9.99, 10, 30, 30.01)] == ["acceptable", "marginal", "marginal", "unacceptable"]


# --- constants ---------------------------------------------------------------------------------------------------


def test_range_constants_against_closed_forms_and_scipy():
    assert g.range_constants(2) == pytest.approx((2 / np.sqrt(np.pi), np.sqrt(2 - 4 / np.pi)), abs=1e-9)
    assert g.range_constants(3)[0] == pytest.approx(3 / np.sqrt(np.pi), abs=1e-12)
    for size in (5, 25, 200):
        d2, _ = integrate.quad(lambda x, n=size: 1 - reference.norm.cdf(x) ** n - reference.norm.sf(x) ** n, -9, 9)
        assert g.range_constants(size)[0] == pytest.approx(d2, abs=1e-7)
        rng = np.random.default_rng(size)
        drawn = np.ptp(rng.normal(size=(20_000, size)), axis=1)
        assert g.range_constants(size)[1] == pytest.approx(drawn.std(), rel=0.02)
    refused("out_of_range", g.range_constants, 1)
    refused("out_of_range", g.d2_star, 2, 0)
    assert g.range_freedom(5, 4) == pytest.approx(14.7, abs=0.05)


# --- bias, linearity, stability ----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["sd", "range"])
def test_bias_interval_covers_at_its_level(method):
    rng = np.random.default_rng(8)
    found = [g.gauge_bias(row, 9.5, method=method, confidence=0.9) for row in rng.normal(10, 1, (1500, 8))]
    assert np.mean([f.lower <= 0.5 <= f.upper for f in found]) == pytest.approx(0.9, abs=0.02)


def test_bias_agrees_with_scipy():
    values = np.random.default_rng(1).normal(5, 2, 20)
    found = g.gauge_bias(values, 4.0, tolerance=4)
    other = reference.ttest_1samp(values, 4.0)
    assert found.t == pytest.approx(other.statistic)
    assert found.p_value == pytest.approx(other.pvalue)
    assert found.percent_tolerance == pytest.approx(100 * abs(values.mean() - 4) / 4)
    assert found.significant is bool(found.p_value < 0.05)


def test_linearity_agrees_with_scipy_whatever_the_order():
    rng = np.random.default_rng(2)
    at = np.repeat([1.0, 2.0, 5.0, 9.0], 6)
    values = at + 0.2 - 0.03 * at + rng.normal(0, 0.05, at.size)
    order = rng.permutation(at.size)
    found = g.gauge_linearity(values[order], at[order], process_variation=12)
    other = reference.linregress(at, values - at)
    assert found.slope == pytest.approx(other.slope)
    assert found.intercept == pytest.approx(other.intercept)
    assert found.slope_error == pytest.approx(other.stderr)
    assert found.intercept_error == pytest.approx(other.intercept_stderr)
    assert found.slope_p_value == pytest.approx(other.pvalue)
    assert found.r_squared == pytest.approx(other.rvalue**2)
    assert found.linearity == pytest.approx(abs(other.slope) * 12)
    assert found.bias_p_value.shape == found.lower.shape == (4,)
    first = g.gauge_bias(values[:6], 1.0)
    assert found.bias_p_value[0] == pytest.approx(first.p_value)
    assert g.gauge_linearity(values[::6], at[::6]).bias_p_value is None


def test_linearity_band_covers_at_its_level():
    rng = np.random.default_rng(4)
    at = np.repeat([1.0, 4.0, 9.0], 4)
    truth = 0.1 - 0.02 * np.array([1.0, 4.0, 9.0])
    hits = []
    for _ in range(600):
        found = g.gauge_linearity(at + 0.1 - 0.02 * at + rng.normal(0, 0.1, at.size), at, confidence=0.9)
        hits.append((found.lower <= truth) & (truth <= found.upper))
    np.testing.assert_allclose(np.mean(hits, axis=0), 0.9, atol=0.04)


def test_stability_sees_a_jump_and_a_drift():
    values = np.random.default_rng(0).normal(10, 0.1, (25, 5))
    calm = g.gauge_stability(values, reference=10)
    assert calm.stable
    assert calm.bias == pytest.approx(values.mean() - 10)
    assert calm.drift_p_value > 0.05
    jumped = values.copy()
    jumped[12] += 0.5
    jumped[3, 0] += 1.0
    found = g.gauge_stability(jumped)
    assert 12 in found.out_means
    assert 3 in found.out_ranges
    assert not found.stable
    drifting = values + 0.02 * np.arange(25)[:, None]
    assert g.gauge_stability(drifting).drift_p_value < 1e-6
    moved = g.gauge_stability(3 * values + 7)
    np.testing.assert_allclose(moved.upper - moved.lower, 3 * (calm.upper - calm.lower))


def test_refusals_of_bias_linearity_and_stability():
    refused("too_few", g.gauge_bias, [1.0], 1.0)
    refused("empty", g.gauge_bias, [], 1.0)
    refused("zero_variance", g.gauge_bias, [1.0, 1.0], 1.0)
    refused("out_of_scale", g.gauge_bias, [1e300, 1e301], 1.0)
    refused("out_of_scale", g.gauge_linearity, [1, 2, 1e200], [1, 2, 3])
    refused("out_of_scale", g.gauge_stability, [[1e200, 1], [1, 2], [2, 1]])
    refused("not_finite", g.gauge_bias, [1.0, 2.0], np.nan)
    refused("unknown_choice", g.gauge_bias, [1.0, 2.0], 1.0, method="mad")
    refused("out_of_range", g.gauge_bias, [1.0, 2.0], 1.0, confidence=1.0)
    refused("out_of_range", g.gauge_bias, np.arange(1001.0), 1.0, method="range")
    refused("not_positive", g.gauge_bias, [1.0, 2.0], 1.0, tolerance=-1)
    refused("too_few", g.gauge_linearity, [1, 2], [1, 2])
    refused("shapes_differ", g.gauge_linearity, [1, 2, 3], [1, 2])
    refused("too_few_references", g.gauge_linearity, [1, 2, 3], [1, 1, 1])
    refused("zero_variance", g.gauge_linearity, [1.1, 2.1, 3.1], [1, 2, 3])
    refused("not_positive", g.gauge_linearity, [1.1, 2.0, 3.1], [1, 2, 3], process_variation=0)
    refused("wrong_shape", g.gauge_stability, [1, 2, 3])
    refused("too_few", g.gauge_stability, [[1, 2], [2, 3]])
    refused("too_few", g.gauge_stability, [[1], [2], [3]])
    refused("zero_variance", g.gauge_stability, [[1, 1], [2, 2], [3, 3]])
    refused("zero_variance", g.gauge_stability, [[1, 2], [2, 1], [1, 2]])
