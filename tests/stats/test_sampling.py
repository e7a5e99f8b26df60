"""Acceptance sampling: plans of the standard and the switching rules."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.stats import sampling as s
from tests.stats.refusing import refused

quick = settings(max_examples=25, deadline=None, derandomize=True)
DISTRIBUTIONS = ("binomial", "poisson", "hypergeometric")


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


def test_double_plans_follow_the_switching_rules():
    """9.3.3.2: acceptance on the first sample earns 3, on the second resets; two lots rejected of five tighten."""
    steps = s.follow([0] * 4 + [(2, 1)] + [0] * 10, 1.0, letter="K", kind="double", approved=True)
    assert [step.state.score for step in steps[:6]] == [3, 6, 9, 12, 0, 3]
    assert [step.found_second for step in steps[3:6]] == [None, 1, None]
    assert steps[-1].state.severity == "reduced"
    assert steps[0].plan.plan == s.DoublePlan(80, 1, 3, 80, 4)
    worse = s.follow([5, (2, 3), 0], 1.0, letter="K", kind="double")
    assert [step.state.severity for step in worse] == ["normal", "tightened", "tightened"]
    assert worse[2].plan.severity == "tightened"
    refused("second_sample_missing", s.follow, [2], 1.0, letter="K", kind="double")
    refused("no_second_sample", s.follow, [(0, 1)], 1.0, letter="K", kind="double")
    refused("wrong_shape", s.follow, [(0, 1, 2)], 1.0, letter="K", kind="double")
    refused("unknown_choice", s.follow, [0], 1.0, letter="K", edition="2026")


def test_refusals_of_switching():
    refused("discontinued", s.follow, [4, 4, *[3] * 6], 1.0, letter="K")
    refused("not_discontinued", s.resume, s.SwitchingState())
    refused("out_of_range", s.switch, s.SwitchingState(), s.LotResult(True, 5))
    refused("out_of_range", s.switch, s.SwitchingState(), s.LotResult(False, 3))
    refused("above_sample", s.follow, [126], 1.0, letter="K")
    for change in ({"severity": "odd"}, {"score": None}, {"recent": [1]}, {"recent": [True] * 5}, {"rejected": -1}):
        refused("bad_state", s.SwitchingState.from_dict, s.SwitchingState().as_dict() | change)
    refused("bad_state", s.SwitchingState.from_dict, {})
