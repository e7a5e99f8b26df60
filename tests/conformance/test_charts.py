"""Control charts against published answers: every case of the reference and worked examples of textbooks and qcc."""

import csv
import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from bihuan.stats import charts
from bihuan.stats.charts import Setup, Standard

DATA = Path(__file__).parent / "data"
RULES = json.loads((DATA / "rule_cases.json").read_text(encoding="utf-8"))
PUBLISHED = {case["id"]: case for case in json.loads((DATA / "published_cases.json").read_text(encoding="utf-8"))}
SETS = {"nelson": charts.NELSON, "western_electric": charts.WESTERN_ELECTRIC}
VISCOSITY = [34.05, 34.40, 33.59, 35.96, 34.70, 33.51, 33.79, 34.04, 34.52, 33.75]
VISCOSITY += [33.27, 33.71, 34.03, 34.58, 34.02, 33.97, 34.05, 34.04, 33.73, 34.05]
ORANGE_JUICE = [
    12,
    15,
    8,
    10,
    4,
    7,
    16,
    9,
    14,
    10,
    5,
    6,
    17,
    12,
    22,
    8,
    10,
    5,
    13,
    11,
    20,
    18,
    24,
    15,
    9,
    12,
    7,
    13,
    9,
    6,
]
CIRCUITS = [21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15]
MONTGOMERY_9_1 = [9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40, 10.08]
MONTGOMERY_9_1 += [9.37, 10.62, 10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52]


def piston_rings():
    with (DATA / "montgomery_pistonrings.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return np.array([float(row["diameter"]) for row in rows]).reshape(40, 5)


def first(chart):
    return [float(side[0]) for side in (chart.lower, chart.centre, chart.upper)]


@pytest.mark.parametrize("case", RULES, ids=[case["id"] for case in RULES])
def test_rule_cases(case):
    rules = SETS[case["set"]]
    found = charts.judge_z(case["z"], rules).points(rules[case["rule"] - 1].name)
    assert (found + 1).tolist() == case["signal_points"]


def test_nelson_8_on_one_side_as_minitab_has_it():
    rule = charts.outside(8, both_sides=False)
    assert charts.judge_z([1.5] * 8, [rule]).points().tolist() == [7]


def test_constants_of_the_reference():
    with (DATA / "spc_constants_n2_10.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            size = int(row["n"])
            assert charts.d2(size, "table") == float(row["d2"])
            assert charts.d3(size, "table") == float(row["d3"])
            assert charts.c4(size) == pytest.approx(float(row["c4"]), abs=5.1e-9)


def test_constants_in_closed_form():
    """Ranges of two and three normal values have known moments; c4(2) is the root of 2 / pi."""
    assert charts.d2(2) == pytest.approx(2 / np.sqrt(np.pi), abs=1e-12)
    assert charts.d3(2) == pytest.approx(np.sqrt(2 - 4 / np.pi), abs=1e-12)
    assert charts.d2(3) == pytest.approx(3 / np.sqrt(np.pi), abs=1e-12)
    assert charts.c4(2) == pytest.approx(np.sqrt(2 / np.pi), abs=1e-14)


@pytest.mark.parametrize(
    ("size", "d2", "c4"), [(11, 3.173, 0.9754), (15, 3.472, 0.9823), (20, 3.735, 0.9869), (25, 3.931, 0.9896)]
)
def test_constants_of_montgomery_appendix_vi(size, d2, c4):
    assert charts.d2(size, "table") == d2
    assert charts.c4(size, "table") == c4


def test_nist_individuals():
    case = PUBLISHED["nist_imr"]
    pair = charts.i_mr(case["inputs"]["x"], Setup(constants="table"))
    expected = [case["expected"][name] for name in ("LCL", "center", "UCL")]
    assert first(pair.location) == pytest.approx(expected, abs=case["tolerance"])
    assert float(pair.spread.centre[0]) == pytest.approx(case["expected"]["mr_bar"], abs=case["tolerance"])
    exact = charts.i_mr(case["inputs"]["x"]).location
    assert first(exact) == pytest.approx([45.8176, 50.81, 55.8024], abs=5e-5)


def test_nist_c_chart():
    case = PUBLISHED["nist_c_chart"]
    chart = charts.c_chart(case["inputs"]["c"])
    expected = [case["expected"][name] for name in ("LCL", "center", "UCL")]
    assert first(chart) == pytest.approx(expected, abs=case["tolerance"])
    assert (chart.signals.points() + 1).tolist() == case["expected"]["signals"]


def test_piston_rings_as_qcc_prints_them():
    """R qcc, vignette: xbar, R and S charts of samples 1 to 25, judged on 26 to 40."""
    assert PUBLISHED["montgomery_pistonrings_R"]["inputs"]["file"] == "montgomery_pistonrings.csv"
    setup = Setup(baseline=25, constants="qcc")
    means, ranges = charts.xbar_r(piston_rings(), setup)
    assert means.standard.sd == pytest.approx(0.009785039, abs=5e-10)
    assert first(means) == pytest.approx([73.98805, 74.00118, 74.0143], abs=5.1e-6)
    assert first(ranges) == pytest.approx([0, 0.02276, 0.04812533], abs=5e-9)
    assert (means.signals.points() + 1).tolist() == [37, 38, 39]
    assert not ranges.signals.any.any()
    means, deviations = charts.xbar_s(piston_rings(), setup)
    assert means.standard.sd == pytest.approx(0.009829977, abs=5e-10)
    assert first(deviations) == pytest.approx([0, 0.009240037, 0.01930242], abs=5e-9)


def test_piston_rings_in_montgomery():
    """Montgomery, 6th edition, section 6.3: mean of s 0.0094 with limits of the tables."""
    means, deviations = charts.xbar_s(piston_rings()[:25], Setup(constants="table"))
    assert first(means) == pytest.approx([73.988, 74.001, 74.014], abs=5e-4)
    assert float(deviations.centre[0]) == pytest.approx(0.0094, abs=2e-4)


@pytest.mark.parametrize(
    ("method", "sd", "lower", "upper"),
    [("average", 0.5076521, 32.56504, 35.61096), ("deviation", 0.5769854, 32.35704, 35.81896)],
)
def test_viscosity_as_qcc_prints_it(method, sd, lower, upper):
    chart = charts.i_mr(VISCOSITY, Setup(constants="qcc"), method=method).location
    assert chart.standard.sd == pytest.approx(sd, abs=5e-8)
    assert first(chart) == pytest.approx([lower, 34.088, upper], abs=5e-6)
    assert (chart.signals.points() + 1).tolist() == [4]


def test_viscosity_without_batch_4():
    """Qcc deletes the batch and so bridges the gap: 0.4117415. An exclusion takes the two ranges with it."""
    bridged = charts.i_mr(VISCOSITY[:3] + VISCOSITY[4:], Setup(constants="qcc")).location
    assert bridged.standard.sd == pytest.approx(0.4117415, abs=5e-8)
    assert first(bridged) == pytest.approx([32.75425, 33.98947, 35.2247], abs=5e-6)
    excluded = charts.i_mr(VISCOSITY, Setup(constants="qcc", excluded={3: "temperature controller failed"})).location
    assert excluded.standard.mean == pytest.approx(33.98947, abs=5e-6)
    ranges = np.abs(np.diff(VISCOSITY))[[0, 1, *range(4, 19)]]
    assert excluded.standard.sd == pytest.approx(ranges.mean() / 1.128)


def test_orange_juice_cans():
    """Montgomery, chapter 7: p chart of 30 samples of 50, samples 15 and 23 excluded with their reasons."""
    chart = charts.p_chart(ORANGE_JUICE, 50)
    assert first(chart) == pytest.approx([0.05242755, 0.2313333, 0.4102391], abs=5e-8)
    assert (chart.signals.points() + 1).tolist() == [15, 23]
    revised = charts.p_chart(ORANGE_JUICE, 50, Setup(excluded={14: "new batch of cardboard", 22: "new operator"}))
    assert first(revised) == pytest.approx([0.04070284, 0.215, 0.3892972], abs=5e-8)
    assert (revised.signals.points() + 1).tolist() == [15, 21, 23]
    assert first(charts.np_chart(ORANGE_JUICE, 50)) == pytest.approx([2.621377, 11.56667, 20.51196], abs=5e-6)


def test_circuit_boards():
    """Montgomery, chapter 7: c chart of 26 samples, samples 6 and 20 excluded; u chart of the same per board."""
    chart = charts.c_chart(CIRCUITS)
    assert first(chart) == pytest.approx([6.481447, 19.84615, 33.21086], abs=5.1e-6)
    assert (chart.signals.points() + 1).tolist() == [6, 20]
    setup = Setup(excluded={5: "inspection error", 19: "temperature"})
    assert first(charts.c_chart(CIRCUITS, setup)) == pytest.approx([6.362532, 19.66667, 32.9708], abs=5e-6)
    assert first(charts.u_chart(CIRCUITS, 100, setup)) == pytest.approx([0.06362532, 0.1966667, 0.329708], abs=5e-8)


def test_personal_computers_and_dyed_cloth():
    """Montgomery, chapter 7: u charts with equal and with different areas."""
    faults = [10, 12, 8, 14, 10, 16, 11, 7, 10, 15, 9, 5, 7, 11, 12, 6, 8, 10, 7, 5]
    assert first(charts.u_chart(faults, 5)) == pytest.approx([0.06613305, 1.93, 3.793867], abs=5e-7)
    cloth = charts.u_chart(
        [14, 12, 20, 11, 7, 10, 21, 16, 19, 23], [10, 8, 13, 10, 9.5, 10, 12, 10.5, 12, 12.5], Setup(sigmas=3)
    )
    assert cloth.centre[0] == pytest.approx(153 / 107.5)
    assert cloth.upper[1] == pytest.approx(153 / 107.5 + 3 * np.sqrt(153 / 107.5 / 8))


def test_montgomery_cusum():
    """Montgomery, table 9.2: target 10, sigma 1, k = 0.5, h = 5; the sum exceeds 5 at period 29, seven periods long."""
    pair = charts.cusum(MONTGOMERY_9_1, Setup(standard=Standard(10, 1)))
    upper = [0, 0, 0, 1.16, 2.82, 2.50, 0.04, 1.00, 0, 0, 0, 0.97, 0.98, 0, 0, 0, 0.12, 0, 0, 0.34, 0.74, 0]
    upper += [1.79, 2.79, 2.89, 3.47, 3.35, 4.47, 5.28, 5.30]
    assert pair.upper.points == pytest.approx(upper, abs=1e-9)
    assert pair.lower.points[:9] == pytest.approx([0.05, 1.56, 1.77, 0, 0, 0, 1.46, 0, 0.30], abs=1e-9)
    assert (pair.upper.signals.points() + 1).tolist() == [29, 30]
    assert charts.cusum_runs(pair.upper)[28] == 7


def test_montgomery_ewma():
    """Montgomery, example 9.2: weight 0.1, L = 2.7; the averages of the last two periods lie beyond 10.62."""
    chart = charts.ewma(MONTGOMERY_9_1, Setup(standard=Standard(10, 1), sigmas=2.7), weight=0.1)
    assert chart.points[:5] == pytest.approx([9.945, 9.7495, 9.70355, 9.8992, 10.1253], abs=5e-5)
    assert chart.upper[:2] == pytest.approx([10.27, 10.36], abs=5e-3)
    assert float(chart.upper[-1]) == pytest.approx(10.62, abs=5e-3)
    assert chart.points[-3:] == pytest.approx([10.5731, 10.6468, 10.6341], abs=5e-5)
    assert (chart.signals.points() + 1).tolist() == [29, 30]


def test_nist_ewma():
    """NIST/SEMATECH e-Handbook 6.3.2.4: weight 0.3, steady limits 52.5884 and 47.4115 from s = 2.0539."""
    data = [52.0, 47.0, 53.0, 49.3, 50.1, 47.0, 51.0, 50.1, 51.2, 50.5, 49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4]
    chart = charts.ewma([*data, 53.6, 52.1], Setup(standard=Standard(50, 2.0539)), weight=0.3, steady=True)
    expected = [50.60, 49.52, 50.56, 50.18, 50.16, 49.21, 49.75, 49.85, 50.26, 50.33, 50.11, 49.36, 49.52, 50.05, 49.38]
    assert chart.points == pytest.approx([*expected, 49.92, 50.73, 51.23, 51.94, 51.99], abs=5.1e-3)
    assert first(chart) == pytest.approx([47.4115, 50, 52.5884], abs=1e-4)


@pytest.mark.parametrize(
    ("length", "lower", "upper"),
    [(1, [73.99855], [74.00380]), (2, [73.99781], [74.00454]), (25, [73.99680], [74.00555])],
)
def test_ewma_of_piston_rings_as_qcc_prints_it(length, lower, upper):
    chart = charts.ewma(piston_rings(), Setup(baseline=25, constants="qcc"))
    assert [chart.lower[length - 1]] == pytest.approx(lower, abs=5.1e-6)
    assert [chart.upper[length - 1]] == pytest.approx(upper, abs=5.1e-6)


def test_laney_by_its_formulas():
    """Laney (2002), written out with plain loops."""
    defectives, sizes = [16, 30, 22, 41, 18, 25], [900, 1100, 950, 1200, 1000, 980]
    mean = sum(defectives) / sum(sizes)
    errors = [(mean * (1 - mean) / size) ** 0.5 for size in sizes]
    z = [(count / size - mean) / error for count, size, error in zip(defectives, sizes, errors, strict=True)]
    inflation = sum(abs(after - before) for before, after in itertools.pairwise(z)) / 5 / 1.128
    chart = charts.laney_p_chart(defectives, sizes, Setup(constants="table"))
    assert chart.standard.inflation == pytest.approx(inflation)
    assert chart.upper == pytest.approx([mean + 3 * error * inflation for error in errors])
