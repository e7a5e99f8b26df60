"""Further published answers, tried after the modules were written; each names its source."""

import numpy as np
import pytest

from bihuan.stats import capability, charts, demand, gauges, life, noncentral, rates, sampling

# --- charts ------------------------------------------------------------------------------------------------------

NIST_EWMA = [
    52.0,
    47.0,
    53.0,
    49.3,
    50.1,
    47.0,
    51.0,
    50.1,
    51.2,
    50.5,
    49.6,
    47.6,
    49.9,
    51.3,
    47.8,
    51.2,
    52.6,
    52.4,
    53.6,
    52.1,
]
NIST_CUSUM = [
    324.925,
    324.675,
    324.725,
    324.350,
    325.350,
    325.225,
    324.125,
    324.525,
    325.225,
    324.600,
    324.625,
    325.150,
]
NIST_CUSUM += [328.325, 327.250, 327.825, 328.500, 326.675, 327.775, 326.875, 328.350]


def test_nist_ewma():
    """NIST/SEMATECH e-Handbook 6.3.2.4: target 50, sd 2.0539, weight 0.3; limits 47.4115 and 52.5884."""
    chart = charts.ewma(NIST_EWMA, charts.Setup(standard=charts.Standard(50, 2.0539)), weight=0.3, steady=True)
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((47.4115, 52.5884), abs=2e-4)
    printed = [
        50.60,
        49.52,
        50.56,
        50.18,
        50.16,
        49.21,
        49.75,
        49.85,
        50.26,
        50.33,
        50.11,
        49.36,
        49.52,
        50.05,
        49.38,
        49.92,
    ]
    assert chart.points == pytest.approx([*printed, 50.73, 51.23, 51.94, 51.99], abs=0.006)
    assert not chart.signals.any.any()


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


# --- capability and the noncentral t -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "share", "confidence", "factor"),
    [(43, 0.90, 0.99, 1.8740), (10, 0.95, 0.95, 2.911), (20, 0.95, 0.95, 2.396), (10, 0.99, 0.95, 3.981), (5, 0.90, 0.95, 3.407), (50, 0.95, 0.95, 2.065)],
)  # fmt: skip
def test_one_sided_tolerance_factors(size, share, confidence, factor):
    """NIST/SEMATECH e-Handbook 7.2.6.3 (n = 43, exact; its approximation gives 1.8752) and the tables of Owen (1963)."""
    from scipy.special import ndtri

    root = np.sqrt(size)
    found = noncentral.quantile(confidence, float(ndtri(share)) * root, size - 1) / root
    assert found == pytest.approx(factor, abs=6e-4)


def test_montgomery_capability_ratios():
    """Montgomery, section 8.3: Cp of 1.33, 1.00 and 0.67 leave 66, 2700 and 45,500 in a million outside (centred)."""
    for cp, ppm in ((4 / 3, 63), (1.0, 2700), (2 / 3, 45_500)):
        study = capability.distribution_capability(
            capability.Distribution("normal", (0.0, 1.0)), lower=-3 * cp, upper=3 * cp
        )
        assert 1e6 * study.expected.total == pytest.approx(ppm, rel=0.01)
        assert study.pp == pytest.approx(cp, rel=1e-4)


@pytest.mark.parametrize(("adjusted", "p"), [(0.631, 0.10), (0.752, 0.05), (0.873, 0.025), (1.035, 0.01)])
def test_critical_values_of_anderson_and_darling(adjusted, p):
    """D'Agostino and Stephens (1986), table 4.7, mean and deviation estimated."""
    from bihuan.stats.capability import normality

    assert normality._anderson_p(adjusted) == pytest.approx(p, rel=0.03)


# --- sampling ----------------------------------------------------------------------------------------------------


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


# --- gauges ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "kappa"), [([[20, 5], [10, 15]], 0.4), ([[45, 15], [25, 15]], 0.1304), ([[25, 35], [5, 35]], 0.2593)]
)
def test_textbook_kappas(table, kappa):
    """The usual two-by-two examples of Cohen's kappa, with equal and with unequal margins."""
    assert gauges.cohen_kappa_table(table).kappa == pytest.approx(kappa, abs=5e-5)


def test_aiag_short_method():
    """AIAG MSA, range method: five parts, two appraisers, mean range 0.07, GRR 0.0588, 75.7 % of a process sd of 0.0777."""
    values = [[0.85, 0.80], [0.75, 0.70], [1.00, 0.95], [0.45, 0.55], [0.50, 0.60]]
    found = gauges.gauge_short(values, process_sd=0.0777)
    assert (found.mean_range, found.gauge) == pytest.approx((0.07, 0.0588), abs=5e-5)
    assert found.percent_process == pytest.approx(75.7, abs=0.1)


@pytest.mark.parametrize(
    ("size", "groups", "d2_star", "freedom"),
    [(2, 1, 1.41421, 1.0), (2, 2, 1.27931, 1.9), (2, 3, 1.23105, 2.8), (3, 1, 1.91155, 2.0), (5, 1, 2.48125, 3.8), (10, 1, 3.17905, 7.7), (5, 5, 2.35781, 18.4)],
)  # fmt: skip
def test_aiag_appendix_c(size, groups, d2_star, freedom):
    """AIAG MSA, appendix C (after Duncan): d2* and its degrees of freedom."""
    assert gauges.d2_star(size, groups) == pytest.approx(d2_star, abs=3e-4)
    assert gauges.range_freedom(size, groups) == pytest.approx(freedom, abs=0.15)


# --- lifetimes ---------------------------------------------------------------------------------------------------


def test_bearing_cages():
    """Abernethy; Meeker and Escobar, example 8.16: 6 failures among 1703 bearing cages, shape 2.035, scale 11,792 hours."""
    running = {
        50: 288,
        150: 148,
        250: 124,
        350: 111,
        450: 106,
        550: 99,
        650: 110,
        750: 114,
        850: 119,
        950: 127,
        1050: 123,
    }
    running |= {1150: 93, 1250: 47, 1350: 41, 1450: 27, 1550: 11, 1650: 6, 1850: 1, 2050: 2}
    failed = [230, 334, 423, 990, 1009, 1510]
    flags = [1] * 6 + [0] * len(running)
    fit = life.fit_weibull([*failed, *running], flags, [*[1] * 6, *running.values()])
    assert fit.units == 1703
    assert fit.shape == pytest.approx(2.035, abs=5e-4)
    assert fit.scale == pytest.approx(11_792, abs=10)


def test_locomotive_controls():
    """Lawless (2003), example 5.3.1: 37 failures of 96 locomotive controls by 135,000 miles, lognormal 5.117, 0.705."""
    miles = "22.5 37.5 46 48.5 51.5 53 54.5 57.5 66.5 68 69.5 76.5 77 78.5 80 81.5 82 83 84 91.5 93.5 102.5 107 108.5"
    miles += " 112.5 113.5 116 117 118.5 119 120 122.5 123 127.5 131 132.5 134"
    ages = [float(age) for age in miles.split()]
    fit = life.fit_lognormal([*ages, 135.0], [*[1] * 37, 0], [*[1] * 37, 59])
    assert (fit.location, fit.spread) == pytest.approx((5.117, 0.705), abs=6e-4)


MAINTAINED = [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161], [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0]
OTHERS = [5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45], [1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1]


def test_acute_myelogenous_leukaemia():
    """R survival, data ``aml`` (Miller 1981): curve of the maintained group with Greenwood's error; log-rank 3.4, p 0.07."""
    curve = life.kaplan_meier(*MAINTAINED, scale="log")
    assert curve.time.tolist() == [9, 13, 18, 23, 31, 34, 48]
    assert curve.survival == pytest.approx([0.909, 0.818, 0.716, 0.614, 0.491, 0.368, 0.184], abs=6e-4)
    assert curve.error == pytest.approx([0.0867, 0.1163, 0.1397, 0.1526, 0.1642, 0.1627, 0.1535], abs=6e-5)
    assert curve.lower[:3] == pytest.approx([0.7541, 0.6192, 0.4884], abs=6e-5)
    assert life.survival_quantile(curve, 0.5) == 31
    times, flags = MAINTAINED[0] + OTHERS[0], MAINTAINED[1] + OTHERS[1]
    test = life.log_rank(times, flags, [0] * 11 + [1] * 12)
    assert (test.statistic, test.p_value) == pytest.approx((3.40, 0.0653), abs=6e-3)


@pytest.mark.parametrize(
    ("reliability", "confidence", "allowed", "units"),
    [(0.90, 0.90, 0, 22), (0.95, 0.95, 0, 59), (0.99, 0.95, 0, 299), (0.95, 0.90, 0, 45), (0.999, 0.90, 0, 2302), (0.95, 0.95, 1, 93), (0.90, 0.95, 2, 61)],
)  # fmt: skip
def test_success_run_tables(reliability, confidence, allowed, units):
    """Tables of demonstration tests (MIL-HDBK-781; success-run theorem)."""
    assert life.demonstration_units(reliability, confidence, allowed=allowed) == units


# --- rates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [
        (0, 0, 3.689),
        (1, 0.0253, 5.572),
        (5, 1.623, 11.668),
        (20, 12.217, 30.888),
        (50, 37.11, 65.92),
        (100, 81.36, 121.63),
    ],
)
def test_tables_of_poisson_limits(count, low, high):
    """Garwood (1936); Pearson and Hartley, Biometrika Tables I, table 40."""
    found = rates.poisson_interval(count)
    assert (float(found.lower), float(found.upper)) == pytest.approx((low, high), abs=6e-3)


@pytest.mark.parametrize(
    ("method", "found", "size", "low", "high"),
    [
        ("wilson", 15, 148, 0.0624, 0.1605), ("wilson", 0, 20, 0, 0.1611), ("wilson", 1, 29, 0.0061, 0.1718),
        ("clopper-pearson", 81, 263, 0.2527, 0.3676), ("clopper-pearson", 0, 20, 0, 0.1684),
        ("clopper-pearson", 1, 29, 0.0009, 0.1776), ("midp", 81, 263, 0.2544, 0.3658), ("midp", 0, 20, 0, 0.1391),
        ("midp", 1, 29, 0.0017, 0.1585),
    ],
)  # fmt: skip
def test_newcombe_table_1(method, found, size, low, high):
    """Newcombe (1998), Statistics in Medicine 17, 857-872, table I, methods 3, 5 and 6."""
    limits = rates.binomial_interval(found, size, method=method)
    assert (float(limits.lower), float(limits.upper)) == pytest.approx((low, high), abs=6e-5)


def test_benjamini_and_hochberg_example():
    """Benjamini and Hochberg (1995), section 4: fifteen p-values at 0.05, 4 rejected, 3 by Bonferroni and Hochberg."""
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
    for method, rejected in (("benjamini-hochberg", 4), ("bonferroni", 3), ("hochberg", 3), ("holm", 3)):
        assert rates.adjust(p, method).rejected.sum() == rejected


def test_examples_of_r():
    """R: ``binom.test(682, 925, 0.75)`` (Mendel) and ``poisson.test(c(11, 21), c(800, 3011))`` (Ashley and Hall)."""
    assert float(rates.binomial_test(682, 925, 0.75, method="minlike").p_value) == pytest.approx(0.3825, abs=5e-5)
    limits = rates.binomial_interval(682, 925)
    assert (float(limits.lower), float(limits.upper)) == pytest.approx((0.7076683, 0.7654066), abs=5e-8)
    ratio = rates.rate_ratio(11, 800, 21, 3011)
    assert float(ratio.ratio) == pytest.approx(1.971488, abs=5e-7)
    assert (float(ratio.lower), float(ratio.upper)) == pytest.approx((0.8584264, 4.2772659), abs=5e-7)
    assert float(rates.binomial_test(11, 32, 800 / 3811, method="minlike").p_value) == pytest.approx(0.07967, abs=5e-6)


# --- demand ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("k", "loss"), [(0, 0.3989), (0.5, 0.1978), (1, 0.08332), (1.5, 0.02931), (2, 0.00849), (-1, 1.08332)]
)
def test_table_of_the_unit_normal_loss(k, loss):
    """Silver, Pyke and Thomas, appendix II; Brown (1967)."""
    assert demand.normal_loss(k) == pytest.approx(loss, abs=6e-5)


def test_croston_by_hand():
    """Croston (1972) and Syntetos and Boylan (2005) by their recursions, both constants 0.1."""
    history = [0, 0, 3, 0, 5, 0, 0, 0, 2]
    size = 0.9 * (0.9 * 3 + 0.1 * 5) + 0.1 * 2
    gap = 0.9 * (0.9 * 3 + 0.1 * 2) + 0.1 * 4
    croston, sba = (demand.forecast_demand(history, method) for method in ("croston", "sba"))
    assert croston.rate == pytest.approx(size / gap)
    assert sba.rate == pytest.approx(0.95 * size / gap)
