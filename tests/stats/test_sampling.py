"""Acceptance sampling: definitions by brute force, properties, and every refusal by its name."""

import json
from dataclasses import replace
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as reference

from bihuan.stats import sampling as s
from bihuan.stats.errors import NoAnswer
from bihuan.stats.sampling import chances

quick = settings(max_examples=25, deadline=None, derandomize=True)
DISTRIBUTIONS = ("binomial", "poisson", "hypergeometric")


def refused(code, function, *args, **kwargs):
    with pytest.raises(NoAnswer) as refusal:
        function(*args, **kwargs)
    assert refusal.value.code == code


# --- plans of the standard ---------------------------------------------------------------------------------------


def test_plan_names_what_was_asked_and_where_it_stands():
    plan = s.attribute_plan(1000, 1, "II")
    assert (plan.edition, plan.table, plan.code_letter, plan.letter) == ("1999", "2-A", "J", "J")
    assert "GB/T 2828.1-2012" in plan.standard
    assert not plan.disputed
    assert s.attribute_plan(10**6, 0.01, "III").plan == s.SinglePlan(1250, 0)


def test_arrow_changes_sample_and_number():
    plan = s.attribute_plan(100, 0.10)
    assert (plan.code_letter, plan.letter, plan.table_sample) == ("F", "K", 125)
    assert plan.full_inspection
    assert plan.plan == s.SinglePlan(100, 0)


def test_second_sample_is_at_most_what_is_left():
    plan = s.attribute_plan(3, 10, letter="C", kind="double")
    assert plan.full_inspection
    plan = s.attribute_plan(5, 10, letter="C", kind="double")
    assert plan.plan == s.DoublePlan(3, 0, 2, 2, 1)
    assert not plan.full_inspection


def test_tables_agree_with_their_own_rules():
    loaded = s.tables()
    column = {aql: i for i, aql in enumerate(loaded["aql"])}
    for severity, table in loaded["single"].items():
        for letter, cells in table["grid"].items():
            numbers = [c for c in cells if isinstance(c, int)]
            assert numbers == sorted(numbers), (severity, letter)
    for letter, cells in loaded["single"]["normal"]["grid"].items():
        for aql, cell in zip(loaded["aql"], cells, strict=True):
            if isinstance(cell, int) and cell >= 2:
                assert isinstance(cells[column[aql] - 1], int), (letter, aql)


@pytest.mark.parametrize("severity", ["normal", "tightened"])
def test_plans_of_the_standard_accept_most_lots_at_their_aql(severity):
    for aql in ("0.10", "0.65", "1.0", "4.0"):
        for letter in "FGHJKLMN":
            plan = s.attribute_plan(None, aql, severity=severity, letter=letter)
            accepted = float(s.oc(plan.plan, float(aql) / 100, distribution="binomial"))
            assert accepted > (0.85 if severity == "normal" else 0.55), (letter, aql)


def test_refusals_of_plans():
    refused("aql_not_in_table", s.attribute_plan, 100, 2.0)
    refused("not_numbers", s.attribute_plan, 100, "one")
    refused("aql_needs_nonconformities", s.attribute_plan, 100, 15)
    refused("unknown_choice", s.attribute_plan, 100, 1.0, "IV")
    refused("unknown_choice", s.attribute_plan, 100, 1.0, "II", "strict")
    refused("discontinued", s.attribute_plan, 100, 1.0, "II", "discontinued")
    refused("unknown_choice", s.attribute_plan, 100, 1.0, kind="triple")
    refused("unknown_choice", s.attribute_plan, 100, 1.0, unit="ppm")
    refused("unknown_choice", s.attribute_plan, 100, 1.0, letter="I")
    refused("unknown_choice", s.attribute_plan, 100, 1.0, edition="2026")
    refused("lot_missing", s.attribute_plan, None, 1.0)
    refused("lot_too_small", s.attribute_plan, 1, 1.0)
    refused("negative", s.attribute_plan, -5, 1.0)
    refused("not_whole", s.attribute_plan, 100.5, 1.0)
    refused("not_finite", s.attribute_plan, float("nan"), 1.0)
    refused("no_plan", s.attribute_plan, None, 1.0, severity="tightened", letter="S")


def test_verdicts():
    double = s.DoublePlan(50, 0, 3, 50, 3)
    assert [s.decide(double, d) for d in (0, 1, 2, 3)] == ["accept", "second_sample", "second_sample", "reject"]
    assert s.decide(double, 2, 1) == "accept"
    assert s.decide(double, 2, 2) == "reject"
    assert s.decide(s.SinglePlan(5, 7), 9, unit="per_hundred") == "reject"
    refused("above_sample", s.decide, s.SinglePlan(5, 1), 6)
    refused("negative", s.decide, s.SinglePlan(5, 1), -1)
    refused("not_whole", s.decide, s.SinglePlan(5, 1), 0.5)
    refused("no_second_sample", s.decide, double, 0, 1)
    refused("no_second_sample", s.decide, s.SinglePlan(5, 1), 0, 1)
    refused("above_sample", s.decide, double, 1, 51)
    refused("unknown_choice", s.decide, double, 1, unit="ppm")
    refused("limits_reversed", s.DoublePlan, 50, 3, 3, 50, 5)
    refused("out_of_range", s.SinglePlan, 0, 0)
    refused("negative", s.SinglePlan, 5, -1)


# --- switching ---------------------------------------------------------------------------------------------------

lots = st.builds(
    lambda accepted, credit, original, steady, approved: s.LotResult(
        accepted, credit if accepted else 0, original, steady, approved
    ),
    st.booleans(),
    st.sampled_from([0, 2, 3]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@quick
@given(st.lists(lots, max_size=80))
def test_states_survive_a_database_and_keep_their_invariants(series):
    state = s.SwitchingState()
    for lot in series:
        state = s.SwitchingState.from_dict(json.loads(json.dumps(state.as_dict())))
        if state.severity == "discontinued":
            refused("discontinued", s.switch, state, lot)
            state = s.resume(state)
            assert state.severity == "tightened"
        before, state = state, s.switch(state, lot)
        if not lot.original:
            assert state == before
        assert (state.score is None) == (state.severity != "normal")
        assert state.recent.count(False) <= 1
        assert state.rejected < 5
        assert state.accepted_run < 5


def test_resubmitted_lots_do_not_count():
    state = s.SwitchingState()
    for original in (True, False, False):
        state = s.switch(state, s.LotResult(False, original=original))
    assert state.severity == "normal"
    assert s.switch(state, s.LotResult(False)).severity == "tightened"


def test_reduced_ends_with_unsteady_production_and_starts_only_with_approval():
    state = s.SwitchingState("reduced", None)
    assert s.switch(state, s.LotResult(True)).severity == "reduced"
    assert s.switch(state, s.LotResult(True, steady=False)) == s.SwitchingState()
    assert s.switch(state, s.LotResult(False)) == s.SwitchingState()
    near = s.SwitchingState("normal", 28, (True,) * 4)
    assert s.switch(near, s.LotResult(True, 2, approved=True)).severity == "reduced"
    assert s.switch(near, s.LotResult(True, 2, approved=True, steady=False)).score == 30
    assert s.switch(near, s.LotResult(True, 2)).severity == "normal"


def test_credit_of_double_and_single_lots():
    double = s.attribute_plan(1000, 1.0, kind="double")
    assert s.lot_result(double, 0).credit == 3
    assert s.lot_result(double, 1, 1) == s.LotResult(True, 0)
    refused("second_sample_missing", s.lot_result, double, 1)
    assert s.lot_result(s.attribute_plan(1000, 0.15), 0).credit == 2
    assert s.tighter_accept(s.attribute_plan(3000, 1.0)) == 2
    assert s.tighter_accept(s.attribute_plan(1000, 0.15)) is None
    state = s.switch(s.SwitchingState(), s.lot_result(s.attribute_plan(np.int64(3000), 1.0), np.int64(1)))
    assert json.dumps(s.switch(state, s.LotResult(np.bool_(True), np.int64(3))).as_dict())


def test_refusals_of_switching():
    refused("discontinued", s.follow, [4, 4, *[3] * 6], 1.0, letter="K")
    refused("not_discontinued", s.resume, s.SwitchingState())
    refused("out_of_range", s.switch, s.SwitchingState(), s.LotResult(True, 5))
    refused("out_of_range", s.switch, s.SwitchingState(), s.LotResult(False, 3))
    refused("above_sample", s.follow, [126], 1.0, letter="K")
    for change in ({"severity": "odd"}, {"score": None}, {"recent": [1]}, {"recent": [True] * 5}, {"rejected": -1}):
        refused("bad_state", s.SwitchingState.from_dict, s.SwitchingState().as_dict() | change)
    refused("bad_state", s.SwitchingState.from_dict, {})


# --- what a plan does --------------------------------------------------------------------------------------------


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


# --- variables and zero acceptance -------------------------------------------------------------------------------


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
