"""Gauge studies against published studies."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from bihuan.stats import gauges as g

DATA = Path(__file__).parent / "data"
CASE = next(
    case
    for case in json.loads((DATA / "published_cases.json").read_text(encoding="utf-8"))
    if case["id"] == "aiag_grr_anova"
)


def aiag():
    with (DATA / CASE["inputs"]["file"]).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [float(row["value"]) for row in rows], [row["part"] for row in rows], [row["operator"] for row in rows]


def test_aiag_study_by_anova():
    study = g.gauge_anova(*aiag())
    part, operator, both, repeat, _ = study.anova
    variance = study.variance
    found = {
        "SS_part": part.ss,
        "SS_operator": operator.ss,
        "SS_interaction": both.ss,
        "SS_repeat": repeat.ss,
        "VarComp_repeatability": variance.repeatability,
        "VarComp_reproducibility": variance.reproducibility,
        "VarComp_part": variance.part,
        "VarComp_GRR": variance.gauge,
        "VarComp_total": variance.total,
    }
    for name, value in found.items():
        assert value == pytest.approx(CASE["expected"][name], abs=CASE["tolerance"]), name
    assert both.p_value == pytest.approx(CASE["expected"]["p_interaction"], abs=5e-4)
    assert study.contribution.gauge == pytest.approx(CASE["expected"]["pct_contribution_GRR"], abs=0.005)
    assert study.percent_study.gauge == pytest.approx(CASE["expected"]["pct_study_var_GRR"], abs=0.005)
    assert study.categories.truncated == CASE["expected"]["ndc"]
    assert study.categories.rounded == 5
    assert study.pooled


def test_aiag_study_by_anova_prints_the_table_of_minitab():
    study = g.gauge_anova(*aiag(), tolerance=8)
    assert [row.freedom for row in study.anova] == [9, 2, 18, 60, 89]
    assert study.anova[0].f == pytest.approx(492.291, abs=5e-4)
    assert study.anova[1].f == pytest.approx(79.406, abs=5e-4)
    assert study.anova[2].f == pytest.approx(0.434, abs=5e-4)
    assert study.pooled_anova[0].f == pytest.approx(245.614, abs=5e-4)
    assert study.pooled_anova[1].f == pytest.approx(39.617, abs=5e-4)
    assert study.percent_tolerance.gauge == pytest.approx(22.68, abs=0.005)


def test_aiag_study_by_average_and_range():
    """AIAG MSA, 4th edition, figure III-B 16: the completed form."""
    study = g.gauge_ranges(*aiag())
    for value, printed in (
        (study.sd.repeatability, 0.20188),
        (study.sd.reproducibility, 0.22963),
        (study.sd.gauge, 0.30575),
        (study.sd.part, 1.10456),
        (study.sd.total, 1.14610),
    ):
        assert value == pytest.approx(printed, abs=5e-5)
    percent = study.percent_study
    for value, printed in ((percent.repeatability, 17.62), (percent.reproducibility, 20.04)):
        assert value == pytest.approx(printed, abs=0.015)
    assert percent.gauge == pytest.approx(26.68, abs=0.005)
    assert percent.part == pytest.approx(96.38, abs=0.005)
    assert study.categories.ratio == pytest.approx(5.094, abs=1e-3)
    assert study.categories.truncated == study.categories.rounded == 5


def test_thermal_impedance_with_interaction():
    """Montgomery, section 8.7 (Houf and Berman 1988): 10 modules, 3 inspectors, 3 trials, interaction kept."""
    values = np.array(
        [
            [37, 38, 37, 41, 41, 40, 41, 42, 41], [42, 41, 43, 42, 42, 42, 43, 42, 43],
            [30, 31, 31, 31, 31, 31, 29, 30, 28], [42, 43, 42, 43, 43, 43, 42, 42, 42],
            [28, 30, 29, 29, 30, 29, 31, 29, 29], [42, 42, 43, 45, 45, 45, 44, 46, 45],
            [25, 26, 27, 28, 28, 30, 29, 27, 27], [40, 40, 40, 43, 42, 42, 43, 43, 41],
            [25, 25, 25, 27, 29, 28, 26, 26, 26], [35, 34, 34, 35, 35, 34, 35, 34, 35],
        ]
    )  # fmt: skip
    study = g.gauge_anova(values.ravel(), np.repeat(np.arange(10), 9), np.tile(np.repeat([1, 2, 3], 3), 10))
    assert not study.pooled
    assert [row.ss for row in study.anova] == pytest.approx([3935.96, 39.27, 48.51, 30.67, 4054.40], abs=0.005)
    assert [row.f for row in study.anova[:3]] == pytest.approx([162.27, 7.28, 5.27], abs=0.005)
    v = study.variance
    found = [v.part, v.operator, v.interaction, v.repeatability]
    assert found == pytest.approx([48.2926, 0.5646, 0.7280, 0.5111], abs=5e-5)


def test_constants_of_the_form():
    """AIAG MSA, appendix C and the form: K1, K2, K3 and d2*."""
    assert [round(1 / g.range_constants(n)[0], 4) for n in (2, 3)] == [0.8862, 0.5908]
    assert [round(1 / g.d2_star(n, 1), 4) for n in range(2, 11)] == [
        0.7071, 0.5231, 0.4467, 0.4030, 0.3742, 0.3534, 0.3375, 0.3249, 0.3146,
    ]  # fmt: skip
    assert g.d2_star(2, 5) == pytest.approx(1.19105, abs=5e-6)
    assert g.d2_star(15, 1) == pytest.approx(3.55333, abs=2e-4)


def test_aiag_bias_study():
    """AIAG MSA, independent sample method: 15 readings of a part of 6.00."""
    values = [5.8, 5.7, 5.9, 5.9, 6.0, 6.1, 6.0, 6.1, 6.4, 6.3, 6.0, 6.1, 6.2, 5.6, 6.0]
    found = g.gauge_bias(values, 6.0, method="range")
    assert found.mean == pytest.approx(6.0067, abs=5e-5)
    assert found.repeatability == pytest.approx(0.22514, abs=2e-5)
    assert found.standard_error == pytest.approx(0.05813, abs=1e-5)
    assert found.t == pytest.approx(0.1147, abs=1e-4)
    assert found.freedom == pytest.approx(10.8, abs=0.05)
    shortened = (found.upper - found.bias) * g.range_constants(15)[0] / g.d2_star(15, 1)
    assert found.bias - shortened == pytest.approx(-0.1185, abs=3e-4)
    assert found.bias + shortened == pytest.approx(0.1319, abs=3e-4)
    assert not found.significant


def test_aiag_linearity_study():
    """AIAG MSA, linearity example: 5 parts of 2, 4, 6, 8, 10, each measured 12 times."""
    values = [
        *(2.7, 2.5, 2.4, 2.5, 2.7, 2.3, 2.5, 2.5, 2.4, 2.4, 2.6, 2.4),
        *(5.1, 3.9, 4.2, 5.0, 3.8, 3.9, 3.9, 3.9, 3.9, 4.0, 4.1, 3.8),
        *(5.8, 5.7, 5.9, 5.9, 6.0, 6.1, 6.0, 6.1, 6.4, 6.3, 6.0, 6.1),
        *(7.6, 7.7, 7.8, 7.7, 7.8, 7.8, 7.8, 7.7, 7.8, 7.5, 7.6, 7.7),
        *(9.1, 9.3, 9.5, 9.3, 9.4, 9.5, 9.5, 9.5, 9.6, 9.2, 9.3, 9.4),
    ]
    found = g.gauge_linearity(values, np.repeat([2, 4, 6, 8, 10], 12))
    np.testing.assert_allclose(found.bias, [0.491667, 0.125, 0.025, -0.29167, -0.61667], atol=5e-6)
    assert found.slope == pytest.approx(-0.131667, abs=5e-7)
    assert found.intercept == pytest.approx(0.736667, abs=5e-7)
    assert found.slope_t == pytest.approx(-12.043, abs=5e-4)
    assert found.intercept_t == pytest.approx(10.158, abs=5e-4)
    assert found.residual_sd == pytest.approx(0.23954, abs=5e-6)
    assert found.r_squared == pytest.approx(0.714, abs=5e-4)
    assert not found.zero_inside


TABLES = {
    ("A", "B"): ([[44, 6], [3, 97]], 0.86),
    ("B", "C"): ([[42, 5], [9, 94]], 0.79),
    ("A", "C"): ([[43, 7], [8, 92]], 0.78),
    ("A", "reference"): ([[45, 5], [3, 97]], 0.88),
    ("B", "reference"): ([[45, 2], [3, 100]], 0.92),
    ("C", "reference"): ([[42, 9], [6, 93]], 0.77),
}


@pytest.mark.parametrize("pair", TABLES, ids="-".join)
def test_aiag_attribute_study_kappa(pair):
    """AIAG MSA, chapter III, section C: cross-tabulations of 50 parts, 3 appraisers, 3 trials."""
    table, printed = TABLES[pair]
    assert g.cohen_kappa_table(table).kappa == pytest.approx(printed, abs=0.005)


def test_aiag_attribute_study_misses_and_false_alarms():
    """The same study: 16 bad and 34 good parts, misses 3, 3, 6 of 48 and false alarms 5, 2, 9 of 102."""
    reference = np.array([0] * 16 + [1] * 34)
    ratings = np.repeat(np.repeat(reference[:, None], 3, axis=1)[:, :, None], 3, axis=2)
    for person, (misses, alarms) in enumerate(((3, 5), (3, 2), (6, 9))):
        for item in range(misses):
            ratings[item, person, 0] = 1
        for item in range(alarms):
            ratings[16 + item, person, 0] = 0
    study = g.attribute_agreement(ratings, reference, bad=0)
    assert [round(100 * a.miss.share, 1) for a in study.each] == [6.2, 6.2, 12.5]
    assert [round(100 * a.false_alarm.share, 1) for a in study.each] == [4.9, 2.0, 8.8]
    for person, name in enumerate("ABC"):
        assert study.each[person].kappa.kappa == pytest.approx(TABLES[name, "reference"][1], abs=0.005)


def test_effectiveness_interval_of_the_aiag_study():
    """The same study: 42, 45 and 40 of 50 parts with exact 95 % intervals of 71-93, 78-97 and 66-90 %."""
    from bihuan.stats.gauges.kappa import share_interval

    for hits, low, high in ((42, 71, 93), (45, 78, 97), (40, 66, 90)):
        assert [round(100 * end) for end in share_interval(hits, 50, 0.95)] == [low, high]


def test_fleiss_example():
    """The usual example of 14 raters, 10 items and 5 categories: kappa 0.210, mean agreement 0.378, chance 0.213."""
    table = [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]  # fmt: skip
    found = g.fleiss_kappa_counts(table)
    assert found.kappa == pytest.approx(0.210, abs=5e-4)
    assert found.observed == pytest.approx(0.378, abs=5e-4)
    assert found.expected == pytest.approx(0.213, abs=5e-4)


def test_kappa_errors_of_statsmodels():
    """Fleiss, Cohen and Everitt (1969) as statsmodels has it, weighted and not."""
    from statsmodels.stats import inter_rater

    table = np.array([[53, 5, 2], [11, 14, 5], [1, 6, 3]])
    steps = np.abs(np.subtract.outer(range(3), range(3)))
    for weights, distance in ((None, None), ("linear", steps / 2), ("quadratic", steps**2 / 4)):
        other = inter_rater.cohens_kappa(table, weights=distance)
        ours = g.cohen_kappa_table(table, weights=weights)
        assert ours.kappa == pytest.approx(other.kappa, abs=1e-12)
        assert ours.standard_error == pytest.approx(other.std_kappa, rel=1e-9)
        assert ours.null_error == pytest.approx(other.std_kappa0, rel=1e-9)


@pytest.mark.parametrize(
    ("table", "kappa"), [([[20, 5], [10, 15]], 0.4), ([[45, 15], [25, 15]], 0.1304), ([[25, 35], [5, 35]], 0.2593)]
)
def test_textbook_kappas(table, kappa):
    """The usual two-by-two examples of Cohen's kappa, with equal and with unequal margins."""
    assert g.cohen_kappa_table(table).kappa == pytest.approx(kappa, abs=5e-5)


def test_aiag_short_method():
    """AIAG MSA, range method: five parts, two appraisers, mean range 0.07, GRR 0.0588, 75.7 % of a process sd of 0.0777."""
    values = [[0.85, 0.80], [0.75, 0.70], [1.00, 0.95], [0.45, 0.55], [0.50, 0.60]]
    found = g.gauge_short(values, process_sd=0.0777)
    assert (found.mean_range, found.gauge) == pytest.approx((0.07, 0.0588), abs=5e-5)
    assert found.percent_process == pytest.approx(75.7, abs=0.1)


@pytest.mark.parametrize(
    ("size", "groups", "d2_star", "freedom"),
    [(2, 1, 1.41421, 1.0), (2, 2, 1.27931, 1.9), (2, 3, 1.23105, 2.8), (3, 1, 1.91155, 2.0), (5, 1, 2.48125, 3.8), (10, 1, 3.17905, 7.7), (5, 5, 2.35781, 18.4)],
)  # fmt: skip
def test_aiag_appendix_c(size, groups, d2_star, freedom):
    """AIAG MSA, appendix C (after Duncan): d2* and its degrees of freedom."""
    assert g.d2_star(size, groups) == pytest.approx(d2_star, abs=3e-4)
    assert g.range_freedom(size, groups) == pytest.approx(freedom, abs=0.15)


def test_montgomery_purity_of_suppliers():
    """Montgomery, Design and Analysis of Experiments, table 14.3: 3 suppliers, 4 batches of each, 3 determinations."""
    batches = [(1, -1, 0), (-2, -3, -4), (-2, 0, 1), (1, 4, 0), (1, -2, -3), (0, 4, 2)]
    batches += [(-1, 0, -2), (0, 3, 2), (2, 4, 0), (-2, 0, 2), (1, -1, 2), (3, 2, 1)]
    study = g.gauge_nested(np.ravel(batches), np.repeat(range(12), 3), np.repeat(["a", "b", "c"], 12))
    supplier, batch, *_ = study.anova
    assert [row.ss for row in study.anova] == pytest.approx([15.06, 69.92, 63.33, 148.31], abs=0.005)
    assert [row.freedom for row in study.anova] == [2, 9, 24, 35]
    assert (supplier.f, batch.f) == pytest.approx((0.97, 2.94), abs=0.005)
    assert (supplier.p_value, batch.p_value) == pytest.approx((0.42, 0.02), abs=0.005)
    assert (study.variance.part, study.variance.repeatability) == pytest.approx((1.71, 2.64), abs=0.005)
    assert study.clipped == ("operator",)


def test_cohen_example():
    """Cohen (1960), table 1: two judges of 200 patients, kappa 0.492 from 0.70 observed and 0.41 by chance."""
    found = g.cohen_kappa_table([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    assert (found.observed, found.expected) == pytest.approx((0.70, 0.41))
    assert found.kappa == pytest.approx(0.492, abs=5e-4)


def test_fleiss_psychiatric_diagnoses():
    """Fleiss (1971), table 1: 30 patients, 6 psychiatrists, 5 diagnoses; R irr prints kappa 0.43 and z 17.7."""
    table = """
    00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
    00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
    """
    found = g.fleiss_kappa_counts([[int(count) for count in row] for row in table.split()])
    assert (found.items, found.kappa) == (30, pytest.approx(0.430, abs=5e-4))
    assert found.z == pytest.approx(17.65, abs=5e-3)


def test_psychiatric_diagnoses_of_two():
    """Fleiss, Levin and Paik (2003), table 18.1: 100 diagnoses, kappa 0.68 with errors 0.087 and, for the test, 0.076."""
    found = g.cohen_kappa_table([[75, 1, 4], [5, 4, 1], [0, 0, 10]])
    assert found.kappa == pytest.approx(0.23 / 0.34)
    assert (found.standard_error, found.null_error) == pytest.approx((0.087, 0.076), abs=8e-4)
    assert (found.lower, found.upper) == pytest.approx((0.51, 0.85), abs=6e-3)
