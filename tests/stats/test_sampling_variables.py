"""Plans by variables and zero acceptance."""

from dataclasses import replace
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as reference

from bihuan.stats import sampling as s
from tests.stats.refusing import refused

quick = settings(max_examples=25, deadline=None, derandomize=True)
DISTRIBUTIONS = ("binomial", "poisson", "hypergeometric")


def test_lot_decision_does_not_depend_on_order_or_unit():
    plan = s.variables_plan(100, 1.0)
    values = np.random.default_rng(2).normal(10, 1, plan.n)
    first = s.variables_decision(plan, values, lower=7, upper=13)
    again = s.variables_decision(plan, 3 * values[::-1] + 5, lower=26, upper=44)
    assert first.method == "M"
    assert first.p == pytest.approx(again.p, rel=1e-12)
    assert first.accepted is again.accepted
    mirrored = s.variables_decision(plan, -values, lower=-13)
    assert mirrored.q_lower == pytest.approx(s.variables_decision(plan, values, upper=13).q_upper)


def test_equality_accepts():
    plan = s.variables_plan(40, 1.0)
    values = [1.0, 2.0, 3.0, 4.0, 5.0]
    verdict = s.variables_decision(plan, values, upper=5.0)
    for k, accepted in ((verdict.q_upper, True), (np.nextafter(verdict.q_upper, 9), False)):
        assert s.variables_decision(replace(plan, k=k), values, upper=5.0).accepted is accepted
    for m, accepted in ((verdict.p, True), (np.nextafter(verdict.p, 0), False)):
        assert s.variables_decision(replace(plan, m=m), values, upper=5.0, method="M").accepted is accepted


def test_estimate_of_the_fraction_outside_is_unbiased():
    rng = np.random.default_rng(11)
    values = rng.normal(size=(20_000, 7))
    q = (1.2 - values.mean(axis=1)) / values.std(axis=1, ddof=1)
    assert s.estimated_nonconforming(q, 7).mean() == pytest.approx(reference.norm.sf(1.2), abs=0.002)


def test_refusals_of_variables():
    plan = s.variables_plan(100, 1.0)
    values = np.arange(plan.n, dtype=float)
    refused("sample_mismatch", s.variables_decision, plan, values[:-1], upper=20)
    refused("zero_variance", s.variables_decision, plan, np.ones(plan.n), upper=20)
    refused("not_finite", s.variables_decision, plan, [*values[:-1], np.nan], upper=20)
    refused("empty", s.variables_decision, plan, [], upper=20)
    refused("limits_missing", s.variables_decision, plan, values)
    refused("limits_reversed", s.variables_decision, plan, values, lower=3, upper=1)
    refused("k_needs_one_limit", s.variables_decision, plan, values, lower=0, upper=1, method="k")
    refused("unknown_choice", s.variables_decision, plan, values, upper=1, method="R")
    refused("full_inspection", s.variables_decision, s.variables_plan(3, 1.0), [1, 2, 3], upper=5)
    refused("aql_not_in_table", s.variables_plan, 100, 0.065)
    refused("unknown_choice", s.variables_plan, 100, 1.0, "S-1")
    refused("unknown_choice", s.variables_plan, 100, 1.0, "II", "odd")
    refused("unknown_choice", s.variables_plan, None, 1.0, letter="A")
    refused("unknown_choice", s.variables_plan, 100, 1.0, edition="2008")
    refused("lot_missing", s.variables_plan, None, 1.0)
    refused("lot_too_small", s.variables_plan, 1, 1.0)
    refused("out_of_range", s.estimated_nonconforming, 1.0, 2)


@quick
@given(st.integers(2, 400), st.floats(0.005, 0.5), st.sampled_from([0.05, 0.1]))
def test_zero_plan_is_the_smallest_that_keeps_the_risk(lot, limit, risk):
    found = s.zero_acceptance(lot, limit, risk)
    bad, sample = found.defectives, found.plan.sample
    assert comb(lot - bad, sample) <= risk * (1 + 1e-9) * comb(lot, sample)
    assert comb(lot - bad, sample - 1) > risk * comb(lot, sample - 1) * (1 - 1e-9)
    assert found.full_inspection is (sample == lot)


def test_refusals_of_zero_plans():
    refused("out_of_range", s.zero_acceptance, 100, 0.0)
    refused("out_of_range", s.zero_acceptance, 100, 0.1, 1.0)
    refused("out_of_range", s.zero_acceptance, 0, 0.1)
    refused("not_whole", s.zero_acceptance, 10.5, 0.1)
    refused("full_inspection", s.zero_acceptance_like, 15, 0.65)
    refused("aql_needs_nonconformities", s.zero_acceptance_like, 1000, 15)
