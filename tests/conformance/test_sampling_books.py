"""Acceptance sampling against handbooks: rows of the standards, worked examples and answers of other tools."""

import numpy as np
import pytest

from bihuan.stats import sampling


@pytest.mark.parametrize(
    ("lot", "aql", "severity", "sample", "accept"),
    [
        (1000, 1.0, "normal", 80, 2), (1000, 0.65, "normal", 80, 1), (2000, 1.5, "normal", 125, 5),
        (5000, 1.0, "normal", 200, 5), (5000, 2.5, "normal", 200, 10), (20_000, 0.4, "normal", 315, 3),
        (20_000, 2.5, "normal", 315, 14), (20_000, 4.0, "normal", 315, 21), (100, 1.0, "normal", 13, 0),
        (200, 1.0, "normal", 50, 1), (200, 0.65, "normal", 20, 0), (500, 4.0, "normal", 50, 5),
        (50, 2.5, "normal", 5, 0), (50, 6.5, "normal", 8, 1), (1000, 1.0, "tightened", 80, 1),
        (2000, 1.0, "tightened", 125, 2), (5000, 2.5, "tightened", 200, 8), (1000, 1.0, "reduced", 32, 1),
    ],
)  # fmt: skip
def test_rows_of_iso_2859_1(lot, aql, severity, sample, accept):
    """ISO 2859-1:1999, tables 1, 2-A, 2-B and 2-C, level II, with and without arrows."""
    plan = sampling.attribute_plan(lot, aql, severity=severity).plan
    assert (plan.sample, plan.accept) == (sample, accept)


@pytest.mark.parametrize(
    ("letter", "aql", "plan"),
    [
        ("J", 1.0, (50, 0, 3, 50, 3)), ("J", 0.65, (50, 0, 2, 50, 1)), ("K", 1.0, (80, 1, 3, 80, 4)),
        ("K", 1.5, (80, 2, 5, 80, 6)), ("L", 1.5, (125, 3, 6, 125, 9)), ("L", 2.5, (125, 5, 9, 125, 12)),
        ("M", 2.5, (200, 7, 11, 200, 18)), ("M", 4.0, (200, 11, 16, 200, 26)),
    ],
)  # fmt: skip
def test_double_plans_of_iso_2859_1(letter, aql, plan):
    """ISO 2859-1:1999, table 3-A (its acceptance numbers differ from MIL-STD-105E at 3 and 7)."""
    found = sampling.attribute_plan(None, aql, letter=letter, kind="double").plan
    assert (found.first, found.accept1, found.reject1, found.second, found.accept2) == plan


def test_temperature_example_of_the_variables_standard():
    """MIL-STD-414, examples B-1 to B-4 (k 1.53, M 3.32 there): 209 F at most, 180 F at least, AQL 1.0, five of a lot of 40.

    The printed fractions 2.19 and 0.66 are read from a table at Q of 1.59 and 1.70.
    """
    plan = sampling.variables_plan(None, 1.0, letter="D")
    assert (plan.n, plan.k, 100 * plan.m) == pytest.approx((5, 1.53, 3.32), abs=0.011)
    values = [197, 188, 184, 205, 201]
    one = sampling.variables_decision(plan, values, upper=209)
    assert (one.accepted, one.mean) == (True, 195)
    assert one.sd == pytest.approx(8.80, abs=0.006)
    assert one.q_upper == pytest.approx(1.59, abs=0.006)
    both = sampling.variables_decision(plan, values, lower=180, upper=209, method="M")
    assert (100 * both.p_upper, 100 * both.p_lower) == pytest.approx((2.19, 0.66), abs=0.05)
    assert both.accepted


def test_montgomery_single_and_double_sampling():
    """Montgomery, chapter 15: n 89, c 2 in lots of 10,000; double plan 50, 1, 100, 3 at 5 %."""
    plan = sampling.SinglePlan(89, 2)
    printed = {
        0.005: 0.9897,
        0.01: 0.9397,
        0.02: 0.7366,
        0.03: 0.4985,
        0.04: 0.3042,
        0.05: 0.1721,
        0.06: 0.0919,
        0.07: 0.0468,
        0.08: 0.0230,
        0.09: 0.0109,
    }
    assert sampling.oc(plan, list(printed)) == pytest.approx(list(printed.values()), abs=1.1e-4)
    assert float(sampling.ati(plan, 0.01, 10_000)) == pytest.approx(687, abs=1)
    assert float(sampling.aoq(plan, 0.01, 10_000)) == pytest.approx(0.0093, abs=5e-5)
    assert sampling.aoql(plan).limit == pytest.approx(0.0155, abs=2e-4)
    assert float(sampling.oc(sampling.DoublePlan(50, 1, 4, 100, 3), 0.05)) == pytest.approx(0.289, abs=2e-3)


def test_nist_single_sampling_plan():
    """NIST/SEMATECH e-Handbook 6.2.3.2: n = 52, c = 3, lots of 10,000; curves of acceptance, outgoing quality, inspection."""
    plan, p = sampling.SinglePlan(52, 3), np.arange(1, 13) / 100
    accepted = [0.998, 0.980, 0.930, 0.845, 0.739, 0.620, 0.502, 0.394, 0.300, 0.223, 0.162, 0.115]
    outgoing = [0.0100, 0.0196, 0.0278, 0.0338, 0.0369, 0.0372, 0.0351, 0.0315, 0.0270, 0.0223, 0.0178, 0.0138]
    inspected = [70, 253, 753, 1584, 2655, 3836, 5007, 6083, 7012, 7779, 8388, 8854]
    assert sampling.oc(plan, p) == pytest.approx(accepted, abs=1.1e-3)
    assert sampling.aoq(plan, p) == pytest.approx(outgoing, abs=1.1e-4)
    assert sampling.ati(plan, p, 10_000) == pytest.approx(inspected, abs=1.1)
    limit = sampling.aoql(plan)
    assert limit.limit == pytest.approx(0.0372, abs=2e-4)
    assert limit.at == pytest.approx(0.06, abs=5e-3)


@pytest.mark.parametrize(
    ("aql", "qualities"),
    [
        (1.0, (1.03, 2.16, 3.33, 4.84, 6.52)),
        (1.5, (1.73, 3.18, 4.57, 6.31, 8.16)),
        (2.5, (3.32, 5.30, 7.06, 9.14, 11.3)),
    ],
)
def test_operating_characteristics_of_letter_j(aql, qualities):
    """MIL-STD-105E, table X-J (ISO 2859-1, table 10-J): quality accepted with 95, 75, 50, 25 and 10 %."""
    plan = sampling.attribute_plan(None, aql, letter="J").plan
    found = [100 * sampling.quality_at(plan, chance) for chance in (0.95, 0.75, 0.50, 0.25, 0.10)]
    assert found == pytest.approx(qualities, abs=0.02)


def test_searches_of_acceptance_sampling_packages():
    """R AcceptanceSampling (Kiermeier 2008): 5 % at 95 %, 15 % at 7.5 %; R AccSamplingDesign, introduction: the rest."""
    assert sampling.find_single(0.05, 0.05, 0.15, 0.075).plan == sampling.SinglePlan(80, 7)
    assert sampling.find_variables(0.05, 0.05, 0.15, 0.075, sigma="known").n == 26
    assert sampling.find_variables(0.05, 0.05, 0.15, 0.075).n == 49
    found = sampling.find_single(0.01, 0.05, 0.05, 0.10)
    assert found.plan == sampling.SinglePlan(132, 3)
    assert (found.producer_risk, found.consumer_risk) == pytest.approx((0.04425251, 0.0992283), abs=5e-8)
    assert float(sampling.oc(found.plan, 0.03)) == pytest.approx(0.4384354, abs=5e-8)
    known = sampling.find_variables(0.025, 0.05, 0.1, 0.1, sigma="known")
    assert (known.n, known.k) == (19, pytest.approx(1.579, abs=5e-4))
    assert sampling.find_variables(0.005, 0.05, 0.03, 0.1, sigma="known").n == 18


def test_searches_in_a_lot_against_every_smaller_plan():
    """In a lot of 100, 5 bad at 95 % and 15 bad at 7.5 %: 47 and 4, by scipy's hypergeometric over all smaller plans."""
    from scipy import stats

    found = sampling.find_single(0.05, 0.05, 0.15, 0.075, distribution="hypergeometric", lot=100).plan
    accept, sample = (grid.ravel() for grid in np.meshgrid(np.arange(16), np.arange(1, 101)))
    good, poor = (stats.hypergeom.cdf(accept, 100, bad, sample) for bad in (5, 15))
    kept = (good >= 0.95) & (poor <= 0.075)
    assert found == sampling.SinglePlan(int(sample[kept].min()), int(accept[kept][sample[kept].argmin()]))
    assert found == sampling.SinglePlan(47, 4)
