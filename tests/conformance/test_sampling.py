"""Acceptance sampling against the tables and sequences of the standards and against published plans."""

import csv
import json
from math import comb
from pathlib import Path

import numpy as np
import pytest

from bihuan.stats import sampling as s
from bihuan.stats.errors import NoAnswer

DATA = Path(__file__).parent / "data"
ISO = json.loads((DATA / "iso2859_1.json").read_text(encoding="utf-8"))
SWITCHING = json.loads((DATA / "iso2859_switching_cases.json").read_text(encoding="utf-8"))


def rows(name):
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def unit(aql):
    return "per_hundred" if float(aql) > 10 else "percent"


def test_table_1_code_letters():
    for level, letters in ISO["table1_code_letters"].items():
        for (low, high), letter in zip(ISO["lot_size_ranges"], letters, strict=True):
            assert s.code_letter(low, level) == s.code_letter(high or 10**9, level) == letter


@pytest.mark.parametrize("severity", ["normal", "tightened", "reduced"])
def test_single_plans_follow_every_arrow(severity):
    for letter, cells in ISO["single"][severity]["resolved"].items():
        for aql, cell in zip(ISO["aql"], cells, strict=True):
            if cell is None:
                with pytest.raises(NoAnswer) as refusal:
                    s.attribute_plan(None, aql, severity=severity, letter=letter, unit=unit(aql))
                assert refusal.value.code == "no_plan"
                continue
            found = s.attribute_plan(None, aql, severity=severity, letter=letter, unit=unit(aql))
            assert [found.letter, found.plan.sample, found.plan.accept, found.plan.reject] == cell, (letter, aql)


@pytest.mark.parametrize("severity", ["normal", "tightened", "reduced"])
def test_double_plans_read_every_cell(severity):
    table = ISO["double"][severity]
    order = ISO["code_letters"]
    for letter, cells in table["grid"].items():
        for column, aql in enumerate(ISO["aql"]):
            at, cell = letter, cells[column]
            while cell in ("up", "down"):
                at = order[order.index(at) + (1 if cell == "down" else -1)]
                cell = table["grid"][at][column]
            if cell is None:
                continue
            found = s.attribute_plan(None, aql, severity=severity, letter=letter, unit=unit(aql), kind="double")
            assert found.letter == at
            if cell == "single":
                single = s.attribute_plan(None, aql, severity=severity, letter=at, unit=unit(aql))
                assert found.plan == single.plan
                assert found.table == ISO["table2_names"][severity]
            else:
                plan = found.plan
                assert [plan.accept1, plan.reject1, plan.accept2, plan.reject2] == cell
                assert plan.first == plan.second == table["n1_n2"][at]
                assert found.table == ISO["table3_names"][severity]
                assert found.note


def test_disputed_cells_and_no_others_are_marked():
    cells = {tuple(cell) for cell in ISO["disputed"]["cells"]}
    for severity in ("normal", "tightened", "reduced"):
        for letter in ISO["single"][severity]["resolved"]:
            for aql in ISO["aql"]:
                for kind in ("single", "double"):
                    try:
                        plan = s.attribute_plan(None, aql, severity=severity, letter=letter, unit=unit(aql), kind=kind)
                    except ValueError:
                        continue
                    expected = any((severity, at, aql) in cells for at in (letter, plan.letter))
                    assert plan.disputed is expected, (severity, letter, aql)
                    assert bool(plan.reason) is expected


@pytest.mark.parametrize("case", SWITCHING, ids=lambda case: case["note"][:30])
def test_switching_sequences(case):
    steps = s.follow(case["d"], case["aql"], letter=case["letter"], approved=case["approved"])
    for step, expected in zip(steps, case["steps"], strict=True):
        assert step.plan.severity == expected["state"]
        assert (step.plan.plan.sample, step.plan.plan.accept) == (expected["n"], expected["Ac"])
        assert step.lot.accepted is expected["accepted"]
        assert step.state.severity == expected["state_after"]
        if expected["state_after"] == "normal" and expected["state"] == "normal":
            assert step.state.score == expected["score"]


def test_z19_plans_and_code_letters():
    for row in rows("ansi_z19_sd_unknown.csv"):
        plan = s.variables_plan(None, row["aql"], severity=row["state"], letter=row["letter"])
        assert plan.n == int(row["n"])
        assert plan.k == pytest.approx(float(row["k"]), abs=1e-9)
        assert 100 * plan.m == pytest.approx(float(row["M_percent"]), abs=1e-9)
    letters = rows("ansi_z19_code_letters.csv")
    for row in letters:
        lot = int(row[""].replace(",", "").split("-")[0].split()[0])
        for level in ("S-3", "S-4", "I", "II", "III"):
            assert s.variables_plan(lot, 1.0, level).code_letter == row[level]


def test_z19_k_and_m_say_the_same_of_one_limit():
    """M is the fraction that k estimates (Z1.9, appendix): both forms are the same plan."""
    for row in rows("ansi_z19_sd_unknown.csv"):
        m = 100 * float(s.estimated_nonconforming(float(row["k"]), int(row["n"])))
        assert m == pytest.approx(float(row["M_percent"]), rel=0.012, abs=0.012)


def test_z19_example_of_the_thermal_switch():
    """MIL-STD-414 and Z1.9, examples B-1 and B-3: upper limit 209, lot of 40, level II, AQL 1 %."""
    plan = s.variables_plan(40, "1.0")
    verdict = s.variables_decision(plan, [197, 188, 184, 205, 201], upper=209)
    assert verdict.mean == 195
    assert verdict.sd == pytest.approx(8.81, abs=0.01)
    assert verdict.q_upper == pytest.approx(1.59, abs=0.005)
    assert verdict.accepted
    second = s.variables_decision(plan, [197, 188, 184, 205, 201], upper=209, method="M")
    assert 100 * second.p == pytest.approx(2.19, abs=0.03)
    assert second.accepted


def test_montgomery_single_plan_curve():
    """Montgomery, Introduction to Statistical Quality Control, table 15.2: n = 89, c = 2."""
    p = [0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09]
    published = [0.9897, 0.9397, 0.7366, 0.4985, 0.3042, 0.1721, 0.0919, 0.0468, 0.0230, 0.0109]
    np.testing.assert_allclose(s.oc(s.SinglePlan(89, 2), p), published, atol=1.1e-4)


def test_montgomery_rectifying_inspection():
    """Montgomery, section 15.2: N = 10000, n = 89, c = 2, p = 0.01."""
    assert float(s.aoq(s.SinglePlan(89, 2), 0.01, 10_000)) == pytest.approx(0.0093, abs=5e-5)
    assert float(s.ati(s.SinglePlan(89, 2), 0.01, 10_000)) == pytest.approx(687, abs=0.5)


def test_montgomery_double_plan():
    """Montgomery, section 15.3: n1 = 50, c1 = 1, n2 = 100, c2 = 3 at p = 0.05; the book rounds each term."""
    plan = s.DoublePlan(50, 1, 4, 100, 3)
    assert float(s.oc(plan, 0.05)) == pytest.approx(0.289, abs=0.002)
    assert float(s.oc(s.SinglePlan(50, 1), 0.05)) == pytest.approx(0.279, abs=5e-4)


def test_double_plan_functions_of_sas():
    """SAS/QC user's guide, functions PROBACC2, ASN2, ATI2 and AOQ2 at (0, 2, 1, 13, 13, 0.18), N = 120."""
    plan = s.DoublePlan(13, 0, 2, 13, 1)
    assert float(s.oc(plan, 0.18)) == pytest.approx(0.0921738126, abs=5e-11)
    assert float(s.asn(plan, 0.18)) == pytest.approx(15.811418112, abs=5e-10)
    assert float(s.asn(plan, 0.18, curtailed=True)) == pytest.approx(14.110408695, abs=5e-10)
    assert float(s.ati(plan, 0.18, 120)) == pytest.approx(110.35046381, abs=5e-9)
    assert float(s.aoq(plan, 0.18, 120)) == pytest.approx(0.0144743043, abs=5e-11)
    assert float(s.aoq(plan, 0.18, 120, replaced=False)) == pytest.approx(0.0148099904, abs=5e-11)


def test_double_plan_in_a_lot_draws_without_replacement():
    """PROBACC2(1, 4, 3, 50, 100, 10, 200) of SAS/QC is 0.23967, as if the second sample came from the whole lot."""
    found = float(s.oc(s.DoublePlan(50, 1, 4, 100, 3), 10 / 200, distribution="hypergeometric", lot=200))
    exact = sum(
        comb(10, i) * comb(190, 50 - i) * comb(10 - i, j) * comb(140 + i, 100 - j) for i in (2, 3) for j in range(4 - i)
    ) / (comb(200, 50) * comb(150, 100))
    exact += sum(comb(10, i) * comb(190, 50 - i) for i in (0, 1)) / comb(200, 50)
    assert found == pytest.approx(exact, abs=1e-13)
    assert found == pytest.approx(0.2374843, abs=5e-8)


def test_plan_searches_of_r():
    """Vignette of the R package AccSamplingDesign: two binomial plans and one by variables, sigma known."""
    for risks, sample, accept, producer, consumer, at in (
        ((0.01, 0.05, 0.05, 0.10), 132, 3, 0.04425251, 0.0992283, 0.4384354),
        ((0.01, 0.02, 0.05, 0.15), 144, 4, 0.01534843, 0.1487162, 0.5656415),
    ):
        found = s.find_single(*risks)
        assert found.plan == s.SinglePlan(sample, accept)
        assert found.producer_risk == pytest.approx(producer, abs=5e-9)
        assert found.consumer_risk == pytest.approx(consumer, abs=5e-8)
        assert float(s.oc(found.plan, 0.03)) == pytest.approx(at, abs=5e-8)
    known = s.find_variables(0.025, 0.05, 0.10, 0.10, sigma="known")
    assert known.n == 19
    assert known.k == pytest.approx(1.579, abs=5e-4)


def test_acceptance_of_the_standard_at_its_aql():
    """ISO 2859-1, table 10 (letter J, normal): quality accepted in 95, 50 and 10 percent of lots, n = 80, Ac = 2."""
    plan = s.SinglePlan(80, 2)
    for chance, percent in ((0.95, 1.03), (0.5, 3.33), (0.10, 6.52)):
        assert 100 * s.quality_at(plan, chance) == pytest.approx(percent, abs=0.011)


def test_zero_acceptance_stays_near_the_printed_table():
    """Squeglia's c = 0 table, AQL 1.0: one sample size per range of lots, here at the top of each range."""
    printed = {1200: 34, 3200: 42, 10_000: 50, 35_000: 60, 150_000: 74, 500_000: 90, 1_000_000: 102}
    for lot, sample in printed.items():
        assert abs(s.zero_acceptance_like(lot, 1.0).plan.sample - sample) <= 1
