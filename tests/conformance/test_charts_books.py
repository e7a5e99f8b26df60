"""Control charts against handbooks: worked examples, factors in print and run lengths in the literature."""

import dataclasses

import numpy as np
import pytest

from bihuan.stats import capability, charts

NIST_CUSUM = [324.925, 324.675, 324.725, 324.350, 325.350, 325.225, 324.125, 324.525, 325.225, 324.600]
NIST_CUSUM += [324.625, 325.150, 328.325, 327.250, 327.825, 328.500, 326.675, 327.775, 326.875, 328.350]
HARD_BAKE = """
1.3235 1.4128 1.6744 1.4573 1.6914 1.4314 1.3592 1.6075 1.4666 1.6109 1.4284 1.4871 1.4932 1.4324 1.5674
1.5028 1.6352 1.3841 1.2831 1.5507 1.5604 1.2735 1.5265 1.4363 1.6441 1.5955 1.5451 1.3574 1.3281 1.4198
1.6274 1.5064 1.8366 1.4177 1.5144 1.4190 1.4303 1.6637 1.6067 1.5519 1.3884 1.7277 1.5355 1.5176 1.3688
1.4039 1.6697 1.5089 1.4627 1.5220 1.4158 1.7667 1.4278 1.5928 1.4181 1.5821 1.3355 1.5777 1.3908 1.7559
1.2856 1.4106 1.4447 1.6398 1.1928 1.4951 1.4036 1.5893 1.6458 1.4969 1.3589 1.2863 1.5996 1.2497 1.5471
1.5747 1.5301 1.5171 1.1839 1.8662 1.3680 1.7269 1.3957 1.5014 1.4449 1.4163 1.3864 1.3057 1.6210 1.5573
1.5796 1.4185 1.6541 1.5116 1.7247 1.7106 1.4412 1.2361 1.3820 1.7601 1.4371 1.5051 1.3485 1.5670 1.4880
1.4738 1.5936 1.6583 1.4973 1.4720 1.5917 1.4333 1.5551 1.5295 1.6866 1.6399 1.5243 1.5705 1.5563 1.5530
1.5797 1.3663 1.6240 1.3732 1.6887
"""


def test_hard_bake_process():
    """Montgomery, 6th edition, example 6.1: flow widths, mean 1.5056, mean range 0.32521, 1.31795 to 1.69325, 0.68749.

    The book rounds A2 to 0.577; section 6.2.1 goes on to 0.1398 microns and Cp 1.192 for 1.00 to 2.00.
    """
    widths = np.array(HARD_BAKE.split(), dtype=float).reshape(25, 5)
    means, ranges = charts.xbar_r(widths, charts.Setup(constants="table"))
    assert (means.centre[0], ranges.centre[0]) == pytest.approx((1.5056, 0.32521), abs=5e-5)
    assert (means.lower[0], means.upper[0]) == pytest.approx((1.31795, 1.69325), abs=1.5e-4)
    assert (ranges.lower[0], ranges.upper[0]) == pytest.approx((0, 0.68749), abs=2e-4)
    assert not means.signals.any.any()
    assert not ranges.signals.any.any()
    study = capability.capability(widths, lower=1.00, upper=2.00, method="range", constants="table")
    assert (study.within.sd, study.within.indices.cp) == pytest.approx((0.1398, 1.192), abs=6e-4)


def test_purchase_orders():
    """Montgomery, table 7.4: fraction 234 of 2450, limits 0.007 and 0.184 for samples of 100, sample 11 above its own."""
    sizes = [
        100,
        80,
        80,
        100,
        110,
        110,
        100,
        100,
        90,
        90,
        110,
        120,
        120,
        120,
        110,
        80,
        80,
        80,
        90,
        100,
        100,
        100,
        100,
        90,
        90,
    ]
    orders = [12, 8, 6, 9, 10, 12, 11, 16, 10, 6, 20, 15, 9, 8, 6, 8, 10, 7, 5, 8, 5, 8, 10, 6, 9]
    chart = charts.p_chart(orders, sizes)
    assert chart.centre[0] == 234 / 2450
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((0.007, 0.184), abs=5e-4)
    assert (chart.signals.points() + 1).tolist() == [11]


def test_mortgage_loans():
    """Montgomery, table 6.6: costs of 20 loans, mean 300.5, mean moving range 7.79, 279.78 to 321.22, ranges to 25.45."""
    costs = [310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304]
    singles, moving = charts.i_mr(costs, charts.Setup(constants="table"))
    assert (singles.centre[0], moving.centre[0]) == pytest.approx((300.5, 7.79), abs=5e-3)
    assert (singles.lower[0], singles.upper[0]) == pytest.approx((279.78, 321.22), abs=5e-3)
    assert (moving.lower[0], moving.upper[0]) == pytest.approx((0, 25.45), abs=5e-3)
    assert not singles.signals.any.any()


def test_nist_cusum():
    """NIST/SEMATECH e-Handbook 6.3.2.3: target 325, k 0.3175, h 4.1959; the upper sum signals from group 14 on."""
    pair = charts.cusum(NIST_CUSUM, charts.Setup(standard=charts.Standard(325, 1)), k=0.3175, h=4.1959)
    assert pair.upper.points[12:] == pytest.approx([3.01, 4.94, 7.45, 10.63, 11.99, 14.44, 16.00, 19.04], abs=0.006)
    assert (pair.upper.signals.points() + 1).tolist() == list(range(14, 21))
    assert not pair.lower.signals.any.any()


@pytest.mark.parametrize(
    ("size", "a2", "d3", "d4", "a3", "b3", "b4"),
    [
        (2, 1.880, 0, 3.267, 2.659, 0, 3.267), (3, 1.023, 0, 2.574, 1.954, 0, 2.568), (5, 0.577, 0, 2.114, 1.427, 0, 2.089),
        (7, 0.419, 0.076, 1.924, 1.182, 0.118, 1.882), (10, 0.308, 0.223, 1.777, 0.975, 0.284, 1.716),
        (15, 0.223, 0.347, 1.653, 0.789, 0.428, 1.572), (25, 0.153, 0.459, 1.541, 0.606, 0.565, 1.435),
    ],
)  # fmt: skip
def test_factors_of_the_charts(size, a2, d3, d4, a3, b3, b4):
    """ASTM Manual 7 and Montgomery, appendix VI: factors for the limits of means, ranges and deviations."""
    ratio = 3 * charts.d3(size) / charts.d2(size)
    share = 3 * np.sqrt(1 - charts.c4(size) ** 2) / charts.c4(size)
    found = [3 / (charts.d2(size) * np.sqrt(size)), max(0, 1 - ratio), 1 + ratio]
    found += [3 / (charts.c4(size) * np.sqrt(size)), max(0, 1 - share), 1 + share]
    assert found == pytest.approx([a2, d3, d4, a3, b3, b4], abs=1.1e-3)


@pytest.mark.parametrize(("h", "shift", "length"), [(4, 0, 168), (5, 0, 465), (4, 1, 8.38), (5, 1, 10.4), (5, 2, 4.01)])
def test_run_lengths_of_the_cusum(h, shift, length):
    """Montgomery, table 9.3 (Lucas and Crosier): average run lengths of the two-sided CUSUM with k = 0.5."""
    random = np.random.default_rng(7)
    setup = charts.Setup(standard=charts.Standard(0, 1))
    values = random.normal(shift, 1, 60_000 if shift else 400_000)
    pair = charts.cusum(values, setup, h=h, restart=True)
    alarms = [len(side.signals.points()) for side in pair]
    assert values.size / sum(alarms) == pytest.approx(length, rel=0.08)


def test_nelson_run_lengths():
    """Champ and Woodall (1987): test 1 alone 370.4, tests 1 and 2 (9 in a row) near 239, all of Western Electric 91.75."""
    z = np.random.default_rng(8).normal(size=1_500_000)
    lone = charts.judge_z(z, charts.NELSON[:1]).points().size
    assert z.size / lone == pytest.approx(370.4, rel=0.05)
    four = charts.judge_z(z, charts.WESTERN_ELECTRIC).any.reshape(-1)
    starts = np.flatnonzero(four)
    gaps, at = [], 0
    while at + 3000 < z.size and len(gaps) < 4000:
        first = charts.judge_z(z[at : at + 1500], charts.WESTERN_ELECTRIC).points()
        if first.size == 0:
            break
        gaps.append(int(first[0]) + 1)
        at += gaps[-1]
    assert starts.size > 0
    assert np.mean(gaps) == pytest.approx(91.75, rel=0.05)


@pytest.mark.parametrize(
    ("rules", "shift", "length"),
    [(charts.NELSON[:1], 2.0, 6.30), (charts.WESTERN_ELECTRIC, 1.0, 9.22), (charts.WESTERN_ELECTRIC, 2.0, 3.13)],
)
def test_run_lengths_of_champ_and_woodall(rules, shift, length):
    """Champ and Woodall (1987), Technometrics 29, table 1: average run lengths after a shift, from the first point on."""
    early = tuple(dataclasses.replace(rule, full_window=False) if rule.kind == "share" else rule for rule in rules)
    runs, most = 3000, 100
    z = np.random.default_rng(9).normal(shift, 1, (runs, most))
    first = [next(iter(charts.judge_z(row, early).points()), most) + 1 for row in z]
    assert np.mean(first) == pytest.approx(length, rel=0.05)


@pytest.mark.parametrize(
    ("weight", "sigmas", "length"), [(0.4, 3.054, 14.3), (0.25, 2.998, 11.1), (0.1, 2.814, 10.3), (0.05, 2.615, 11.4)]
)
def test_run_lengths_of_lucas_and_saccucci(weight, sigmas, length):
    """Lucas and Saccucci (1990), table 3; Montgomery, table 9.11: an EWMA with steady limits after a shift of one sigma."""
    runs, most = 1000, 80
    values = np.random.default_rng(10).normal(1, 1, runs * most)
    stages = np.repeat(np.arange(runs), most).tolist()
    setup = charts.Setup(standard=charts.Standard(0, 1), sigmas=sigmas, stages=stages)
    signals = charts.ewma(values, setup, weight=weight, steady=True).signals.any.reshape(runs, most)
    assert np.where(signals.any(axis=1), signals.argmax(axis=1) + 1, most).mean() == pytest.approx(length, rel=0.06)
