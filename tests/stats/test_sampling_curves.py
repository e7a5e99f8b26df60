"""What plans do and how they are searched: definitions by brute force, properties, refusals by name."""

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as reference

from bihuan.stats import sampling as s
from bihuan.stats.sampling import chances
from tests.stats.refusing import refused

quick = settings(max_examples=25, deadline=None, derandomize=True)
DISTRIBUTIONS = ("binomial", "poisson", "hypergeometric")


@quick
@given(st.integers(1, 300), st.integers(0, 12), st.floats(0, 1))
def test_single_curve_is_the_distribution(sample, accept, p):
    plan = s.SinglePlan(sample, accept)
    assert float(s.oc(plan, p)) == pytest.approx(reference.binom.cdf(accept, sample, p), abs=1e-12)
    mean = sample * p
    assert float(s.oc(plan, p, distribution="poisson")) == pytest.approx(reference.poisson.cdf(accept, mean), abs=1e-12)


@quick
@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 8))
def test_lot_curve_counts_samples(lot, bad, sample, accept):
    bad, sample = min(bad, lot), max(1, min(sample, lot))
    ways = sum(comb(bad, k) * comb(lot - bad, sample - k) for k in range(min(accept, sample) + 1) if sample >= k)
    expected = ways / comb(lot, sample)
    plan = s.SinglePlan(sample, accept)
    assert float(s.oc(plan, bad / lot, distribution="hypergeometric", lot=lot)) == pytest.approx(expected, abs=1e-12)


def test_hypergeometric_keeps_precision_in_large_lots():
    lot, sample, accept, bad = 200_000, 1250, 21, 3400
    exact = sum(comb(bad, k) * comb(lot - bad, sample - k) for k in range(accept + 1)) / comb(lot, sample)
    found = chances.hypergeometric_at_most(accept, sample, np.array([float(bad)]), lot)[0]
    assert found == pytest.approx(exact, rel=1e-12)


def double_by_force(plan, lot, bad):
    total = 0.0
    for i in range(min(plan.first, bad) + 1):
        first = comb(bad, i) * comb(lot - bad, plan.first - i) / comb(lot, plan.first)
        if i <= plan.accept1:
            total += first
        elif first and i < plan.reject1:
            rest, left = lot - plan.first, bad - i
            for j in range(min(plan.second, left) + 1):
                if i + j <= plan.accept2:
                    total += first * comb(left, j) * comb(rest - left, plan.second - j) / comb(rest, plan.second)
    return total


def test_double_curve_in_a_lot_by_counting():
    plan = s.DoublePlan(8, 0, 3, 10, 3)
    for bad in range(31):
        got = float(s.oc(plan, bad / 30, distribution="hypergeometric", lot=30))
        assert got == pytest.approx(double_by_force(plan, 30, bad), abs=1e-12)


def test_double_plan_by_simulation():
    plan, p, lot = s.DoublePlan(40, 1, 4, 60, 4), 0.04, 2000
    rng = np.random.default_rng(7)
    items = rng.random((20_000, 100)) < p
    first, rest = items[:, :40].sum(axis=1), items[:, 40:]
    both = first + rest.sum(axis=1)
    second = (first > 1) & (first < 4)
    accepted = (first <= 1) | (second & (both <= 4))
    assert float(s.oc(plan, p)) == pytest.approx(accepted.mean(), abs=0.012)
    assert float(s.asn(plan, p)) == pytest.approx(40 + 60 * second.mean(), abs=0.8)
    need = np.maximum(5 - first, 1)[:, None]
    reached = np.cumsum(rest, axis=1) >= need
    taken = np.where(reached.any(axis=1), reached.argmax(axis=1) + 1, 60)
    assert float(s.asn(plan, p, curtailed=True)) == pytest.approx(40 + (taken * second).mean(), abs=0.8)
    looked = np.where(first <= 1, 40, np.where(accepted, 100, lot))
    assert float(s.ati(plan, p, lot)) == pytest.approx(looked.mean(), rel=0.02)
    left = np.where(first <= 1, lot - 40, np.where(accepted, lot - 100, 0))
    assert float(s.aoq(plan, p, lot)) == pytest.approx(p * left.mean() / lot, rel=0.03)


@quick
@given(st.integers(1, 200), st.integers(0, 10), st.sampled_from(DISTRIBUTIONS))
def test_curves_fall_and_answer_in_the_shape_asked(sample, accept, distribution):
    plan = s.SinglePlan(sample, accept)
    p = np.arange(0, 401).reshape(-1, 1) / 400
    chance = s.oc(plan, p, distribution=distribution, lot=400)
    assert chance.shape == p.shape
    assert chance[0, 0] == 1
    assert (np.diff(chance[:, 0]) <= 1e-12).all()
    assert ((chance >= 0) & (chance <= 1)).all()
    order = np.random.default_rng(1).permutation(401)
    np.testing.assert_array_equal(chance[order], s.oc(plan, p[order], distribution=distribution, lot=400))


@quick
@given(st.integers(5, 200), st.integers(0, 4), st.integers(1, 8), st.sampled_from(DISTRIBUTIONS))
def test_limit_is_the_top_of_the_outgoing_quality(sample, accept, more, distribution):
    lot = 1000
    plan = (
        s.DoublePlan(sample, accept, accept + more + 1, sample, accept + more)
        if more > 1
        else s.SinglePlan(sample, accept)
    )
    worst = s.aoql(plan, lot, distribution=distribution)
    everywhere = s.aoq(plan, np.arange(0, lot + 1) / lot, lot, distribution=distribution)
    assert worst.limit >= everywhere.max() - 1e-9
    assert float(s.aoq(plan, round(worst.at * lot) / lot, lot, distribution=distribution)) == pytest.approx(
        worst.limit, rel=0.02
    )


@quick
@given(st.integers(2, 300), st.integers(0, 8), st.floats(0.01, 0.99))
def test_quality_at_inverts_the_curve(sample, accept, chance):
    plan = s.SinglePlan(sample, min(accept, sample - 1))
    for distribution in ("binomial", "poisson"):
        p = s.quality_at(plan, chance, distribution=distribution)
        assert float(s.oc(plan, p, distribution=distribution)) == pytest.approx(chance, abs=1e-9)
    p = s.quality_at(plan, chance, distribution="hypergeometric", lot=400)
    at = [float(s.oc(plan, q, distribution="hypergeometric", lot=400)) for q in (p, p - 1 / 400)]
    assert at[0] <= chance < at[1]


def test_single_and_double_agree_where_they_are_the_same_plan():
    p = np.linspace(0, 0.2, 21)
    np.testing.assert_array_equal(s.asn(s.SinglePlan(50, 2), p), np.full(21, 50.0))
    split = s.DoublePlan(50, 0, 3, 1, 2)
    assert (s.oc(split, p) <= s.oc(s.SinglePlan(50, 2), p) + 1e-12).all()


def test_refusals_of_curves():
    plan = s.SinglePlan(50, 2)
    refused("out_of_range", s.oc, plan, [-0.1])
    refused("out_of_range", s.oc, plan, 1.1)
    refused("not_finite", s.oc, plan, [np.nan])
    refused("not_finite", s.oc, plan, np.inf)
    refused("empty", s.oc, plan, [])
    refused("not_numbers", s.oc, plan, ["a"])
    refused("unknown_choice", s.oc, plan, 0.1, distribution="normal")
    refused("lot_missing", s.oc, plan, 0.1, distribution="hypergeometric")
    refused("not_whole", s.oc, plan, 0.0005, distribution="hypergeometric", lot=1000)
    refused("lot_smaller_than_sample", s.oc, plan, 0.1, distribution="hypergeometric", lot=40)
    refused("lot_smaller_than_sample", s.oc, s.DoublePlan(30, 0, 2, 30, 1), 0.1, distribution="hypergeometric", lot=40)
    refused("lot_smaller_than_sample", s.ati, plan, 0.1, 40)
    refused("lot_smaller_than_sample", s.aoq, plan, 0.1, 40)
    refused("full_inspection", s.aoql, s.SinglePlan(40, 1), 40)
    refused("unknown_choice", s.asn, s.DoublePlan(30, 0, 2, 30, 1), 0.1, distribution="poisson", curtailed=True)
    refused("always_accepts", s.quality_at, s.SinglePlan(5, 5), 0.1)
    refused("always_accepts", s.quality_at, s.DoublePlan(2, 3, 6, 2, 5), 0.1)
    refused("out_of_range", s.quality_at, plan, 1.0)


# --- searches ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
@pytest.mark.parametrize(
    ("p1", "alpha", "p2", "beta"), [(0.02, 0.05, 0.1, 0.1), (0.05, 0.1, 0.25, 0.05), (0.01, 0.05, 0.06, 0.1)]
)
def test_no_smaller_single_plan_keeps_both_risks(distribution, p1, alpha, p2, beta):
    lot = 400
    found = s.find_single(p1, alpha, p2, beta, distribution=distribution, lot=lot)
    assert found.producer_risk <= alpha
    assert found.consumer_risk <= beta
    for risk, p in ((1 - found.producer_risk, p1), (found.consumer_risk, p2)):
        assert float(s.oc(found.plan, p, distribution=distribution, lot=lot)) == pytest.approx(risk, abs=1e-12)
    for sample in range(1, found.plan.sample):
        for accept in range(min(sample, found.plan.accept + 3)):
            good, poor = s.oc(s.SinglePlan(sample, accept), [p1, p2], distribution=distribution, lot=lot)
            assert good < 1 - alpha or poor > beta, (sample, accept)


@quick
@given(st.floats(0.001, 0.05), st.floats(2.5, 10), st.sampled_from([0.01, 0.05, 0.1]), st.sampled_from([0.05, 0.1]))
def test_found_plans_meet_their_risks(p1, factor, alpha, beta):
    p2 = min(p1 * factor, 0.6)
    for distribution in ("binomial", "poisson"):
        found = s.find_single(p1, alpha, p2, beta, distribution=distribution)
        good, poor = s.oc(found.plan, [p1, p2], distribution=distribution)
        assert good >= 1 - alpha - 1e-12
        assert poor <= beta + 1e-12
    for sigma in ("known", "unknown"):
        plan = s.find_variables(p1, alpha, p2, beta, sigma=sigma)
        good, poor = s.variables_oc(plan.n, plan.k, [p1, p2], sigma=sigma)
        assert good >= 1 - alpha - 1e-9
        assert poor <= beta + 1e-9


def test_double_plan_meets_its_risks_and_saves_items():
    for ratio, distribution in ((1, "binomial"), (2, "binomial"), (1, "poisson")):
        found = s.find_double(0.01, 0.05, 0.06, 0.10, ratio=ratio, distribution=distribution)
        good, poor = s.oc(found.plan, [0.01, 0.06], distribution=distribution)
        assert good == pytest.approx(1 - found.producer_risk, abs=1e-12)
        assert poor == pytest.approx(found.consumer_risk, abs=1e-12)
        assert good >= 0.95
        assert poor <= 0.10
        assert found.plan.second == ratio * found.plan.first
        single = s.find_single(0.01, 0.05, 0.06, 0.10, distribution=distribution).plan
        assert float(s.asn(found.plan, 0.01, distribution=distribution)) < single.sample


def test_smallest_variables_plan_and_its_risk_in_simulation():
    found = s.find_variables(0.01, 0.05, 0.06, 0.10)
    smaller = found.n - 1
    ks = np.linspace(1.7, 2.1, 401)
    kept = [(s.variables_oc(smaller, k, [0.01, 0.06]) - [0.95, 0.10]) for k in ks]
    assert not any(good >= 0 and poor <= 0 for good, poor in kept)
    rng = np.random.default_rng(3)
    values = rng.normal(size=(20_000, found.n))
    limit = reference.norm.isf(0.06)
    accepted = (limit - values.mean(axis=1)) / values.std(axis=1, ddof=1) >= found.k
    assert accepted.mean() == pytest.approx(found.consumer_risk, abs=0.01)
    known = s.find_variables(0.01, 0.05, 0.06, 0.10, sigma="known")
    ratio = (reference.norm.isf(0.05) + reference.norm.isf(0.10)) / (reference.norm.isf(0.01) - limit)
    assert known.n == int(np.ceil(ratio**2))


def test_refusals_of_searches():
    for function in (s.find_single, s.find_double, s.find_variables):
        refused("limits_reversed", function, 0.06, 0.05, 0.01, 0.10)
        refused("limits_reversed", function, 0.01, 0.95, 0.06, 0.10)
        refused("out_of_range", function, 0.0, 0.05, 0.01, 0.10)
        refused("out_of_range", function, 0.01, 1.05, 0.06, 0.10)
        refused("not_finite", function, float("nan"), 0.05, 0.06, 0.10)
    refused("no_plan", s.find_single, 0.01, 0.05, 0.06, 0.10, largest=50)
    refused("no_plan", s.find_single, 0.1, 0.05, 0.1 + 1e-12, 0.10, distribution="hypergeometric", lot=10)
    refused("lot_missing", s.find_single, 0.01, 0.05, 0.06, 0.10, distribution="hypergeometric")
    refused("unknown_choice", s.find_single, 0.01, 0.05, 0.06, 0.10, distribution="normal")
    refused("unknown_choice", s.find_double, 0.01, 0.05, 0.06, 0.10, distribution="hypergeometric")
    refused("unknown_choice", s.find_variables, 0.01, 0.05, 0.06, 0.10, sigma="guess")
    refused("unknown_choice", s.variables_oc, 10, 1.5, 0.1, sigma="guess")
    refused("out_of_range", s.variables_oc, 1, 1.5, 0.1)
    refused("out_of_range", s.variables_oc, 10, 1.5, 0.0)
    refused("no_plan", s.find_double, 0.01, 0.05, 0.0101, 0.10)
