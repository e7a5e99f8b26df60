"""Lifetimes against handbooks and the printed answers of SAS and R."""

import csv
from pathlib import Path

import numpy as np
import pytest

from bihuan.stats import life

FANS = """
450 460+ 1150 1150 1560+ 1600 1660+ 1850+ 1850+ 1850+ 1850+ 1850+ 2030+ 2030+ 2030+ 2070 2070 2080 2200+ 3000+ 3000+
3000+ 3000+ 3100 3200+ 3450 3750+ 3750+ 4150+ 4150+ 4150+ 4150+ 4300+ 4300+ 4300+ 4300+ 4600 4850+ 4850+ 4850+ 4850+
5000+ 5000+ 5000+ 6100+ 6100 6100+ 6100+ 6300+ 6450+ 6450+ 6700+ 7450+ 7800+ 7800+ 8100+ 8100+ 8200+ 8500+ 8500+ 8500+
8750+ 8750 8750+ 9400+ 9900+ 10100+ 10100+ 10100+ 11500+
"""


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


def printed(fit, name):
    """Estimate, standard error and normal limits of a parameter, as statistics programs print them in a row."""
    found = life.parameter_interval(fit, name, method="wald")
    spot, unit = {"location": (0, 1.0), "scale": (0, fit.scale), "spread": (1, fit.spread), "shape": (1, fit.shape)}[
        name
    ]
    error = unit * float(np.sqrt(fit.covariance[spot, spot]))
    return [float(found.estimate[0]), error, float(found.lower[0]), float(found.upper[0])]


def test_diesel_engine_fans():
    """Nelson (1982), p. 318; SAS/QC, RELIABILITY procedure: Weibull fit in 1000 hours with errors and limits."""
    ages = np.array([float(age.rstrip("+")) for age in FANS.split()]) / 1000
    failed = [not age.endswith("+") for age in FANS.split()]
    fit = life.fit_weibull(ages, failed)
    assert (fit.units, fit.failures) == (70, 12)
    assert printed(fit, "location") == pytest.approx([3.2694, 0.4659, 2.3563, 4.1826], abs=6e-5)
    assert printed(fit, "spread") == pytest.approx([0.9448, 0.2394, 0.5749, 1.5526], abs=6e-5)
    assert printed(fit, "scale") == pytest.approx([26.2968, 12.2514, 10.5521, 65.5344], abs=6e-5)
    assert printed(fit, "shape") == pytest.approx([1.0584, 0.2683, 0.6441, 1.7394], abs=6e-5)
    assert 1000 * life.fit_exponential(ages, failed).scale == pytest.approx(28_701, abs=5)


def test_cracks_between_inspections():
    """Nelson (1982), p. 415; SAS/QC: Weibull fit of 167 turbine parts from intervals of inspection, in months."""
    ends, cracked = [6.12, 19.92, 29.64, 35.40, 39.72, 45.24, 52.32, 63.48], [5, 16, 12, 18, 18, 2, 6, 17]
    fit = life.fit_weibull(life.intervals([0, *ends], [*ends, np.inf], [*cracked, 73]))
    assert printed(fit, "location") == pytest.approx([4.2724, 0.0744, 4.1265, 4.4182], abs=6e-5)
    assert printed(fit, "spread") == pytest.approx([0.6732, 0.0664, 0.5549, 0.8169], abs=6e-5)
    assert printed(fit, "scale") == pytest.approx([71.6904, 5.3335, 61.9634, 82.9444], abs=6e-4)
    assert printed(fit, "shape") == pytest.approx([1.4854, 0.1465, 1.2242, 1.8022], abs=6e-5)


def test_wheels_looked_at_once():
    """Nelson (1982), p. 409; SAS/QC: lognormal fit of turbine wheels, all left- or right-censored, in 100 hours."""
    looks = np.array([4, 10, 14, 18, 22, 26, 30, 34, 38, 42, 46], dtype=float)
    cracked, whole = [0, 4, 2, 7, 5, 9, 9, 6, 22, 21, 21], [39, 49, 31, 66, 25, 30, 33, 7, 12, 19, 15]
    lower, upper = np.concatenate([0 * looks, looks]), np.concatenate([looks, np.full(11, np.inf)])
    fit = life.fit_lognormal(life.intervals(lower, upper, cracked + whole))
    assert printed(fit, "location") == pytest.approx([3.6999, 0.0708, 3.5611, 3.8387], abs=6e-5)
    assert printed(fit, "spread") == pytest.approx([0.7199, 0.0887, 0.5655, 0.9165], abs=6e-5)


def test_insulating_fluid_and_aircraft_components():
    """Nelson (1972) at 34 kV: 0.771 and 12.2; Mann and Fertig (1973), 10 of 13 failed: u 0.821, b 0.706 (Lawless 2003, 5.2)."""
    fluid = "0.19 0.78 0.96 1.31 2.78 3.16 4.15 4.67 4.85 6.50 7.35 8.01 8.27 12.06 31.75 32.52 33.91 36.71 72.89"
    fit = life.fit_weibull([float(age) for age in fluid.split()])
    assert (fit.shape, fit.scale) == pytest.approx((0.771, 12.22), abs=5e-3)
    parts = life.fit_weibull(
        [0.22, 0.50, 0.88, 1.00, 1.32, 1.33, 1.54, 1.76, 2.50, 3.00, 3.00], [1] * 10 + [0], [1] * 10 + [3]
    )
    assert (parts.location, parts.spread) == pytest.approx((0.821, 0.706), abs=6e-4)


OVARIAN = """
59d1 115d1 156d1 421-2 431d1 448-1 464d2 475d2 477-1 563d2 638d1 744-2 769-2 770-2 803-1 855-1 1040-1 1106-1 1129-2
1206-2 1227-2 268d1 329d1 353d2 365d2 377-2
"""


def test_ovarian_cancer():
    """R survival, data ``ovarian`` (Edmonson et al. 1979): survreg without covariates, survdiff by treatment."""
    rows = OVARIAN.split()
    times, flags = [float(row[:-2]) for row in rows], [row[-2] == "d" for row in rows]
    fit = life.fit_weibull(times, flags)
    assert (fit.location, fit.spread) == pytest.approx((7.111, 0.902), abs=6e-4)
    assert fit.log_likelihood == pytest.approx(-98.0, abs=0.05)
    test = life.log_rank(times, flags, [row[-1] for row in rows])
    assert test.observed.tolist() == [7, 5]
    assert test.expected == pytest.approx([5.23, 6.77], abs=5e-3)
    assert (test.statistic, test.p_value) == pytest.approx((1.06, 0.303), abs=5e-3)


def test_recurrence_by_hand():
    """Meeker and Escobar (1998), 16.2: three systems, mean and variance of the cumulative function in fractions."""
    found = life.mean_cumulative([0, 0, 2, 2, 2], [5, 8, 1, 8, 16], [12, 16, 20])
    assert found.age.tolist() == [1, 5, 8, 16]
    assert found.mean == pytest.approx([1 / 3, 2 / 3, 4 / 3, 11 / 6])
    assert found.error**2 == pytest.approx([6 / 81, 6 / 81, 24 / 81, 163 / 216])


def test_valve_seats():
    """Nelson (1995): 48 replacements in 41 engines. SAS/QC's limits, by Nelson's variance, are near."""
    with (Path(__file__).parent / "data" / "nelson_valve_seats.csv").open(encoding="utf-8") as file:
        rows = [(row["engine"], float(row["days"]), row["replaced"] == "1") for row in csv.DictReader(file)]
    ends = {engine: days for engine, days, replaced in rows if not replaced}
    events = [(list(ends).index(engine), days) for engine, days, replaced in rows if replaced]
    found = life.mean_cumulative(*zip(*events, strict=True), list(ends.values()), scale="plain")
    assert (len(ends), int(found.events.sum())) == (41, 48)
    at = found.age.tolist().index(139)
    assert found.mean[: at + 1] == pytest.approx([0.024, 0.049, 0.073, 0.098, 0.122, 0.146, 0.171, 0.220], abs=6e-4)
    assert (found.error[at], found.lower[at], found.upper[at]) == pytest.approx((0.073, 0.076, 0.363), abs=1.1e-3)


def test_nevada_chart_of_weibull_plus_plus():
    """ReliaSoft Weibull++, warranty example: lots of June to August, returns of July to September, forecast of October."""
    chart = life.nevada([100, 140, 150], [[0, 3, 3, 5], [0, 0, 2, 4], [0, 0, 0, 4]], start=1, kind="exact")
    assert chart.running.tolist() == [89, 134, 146]
    fit = life.fit_weibull(chart.data)
    assert (fit.shape, fit.scale) == pytest.approx((2.49, 6.70), abs=6e-3)
    october = life.forecast_claims(fit, chart.running, chart.age, 1, draws=100)
    assert october.cells.expected[0, 0] == pytest.approx(89 * 0.132, abs=0.05)


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


def test_zero_failures_at_high_reliability():
    """Success-run theorem: 2302 units without failure for 99.9 % at 90 %, 61 with two for 90 % at 95 %."""
    assert life.demonstration_units(0.999, 0.90) == 2302
    assert life.demonstration_units(0.90, 0.95, allowed=2) == 61
