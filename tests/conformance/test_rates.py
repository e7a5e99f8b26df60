"""Rates against published answers; the sources stand in the data files."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from bihuan.stats import rates
from bihuan.stats.errors import NoAnswer

DATA = Path(__file__).parent / "data"
PUBLISHED = json.loads((DATA / "rates_published.json").read_text(encoding="utf-8"))
with (DATA / "maxsprt_poisson.csv").open(encoding="utf-8", newline="") as table:
    MAXSPRT = [(float(row["horizon"]), int(row["minimum"]), row["critical"]) for row in csv.DictReader(table)]


@pytest.mark.parametrize("method", ["wilson", "clopper-pearson", "midp"])
@pytest.mark.parametrize("case", PUBLISHED["binomial_intervals"]["cases"], ids=lambda case: f"{case['x']}/{case['n']}")
def test_newcombe(case, method):
    found = rates.binomial_interval(case["x"], case["n"], method=method)
    assert [found.lower, found.upper] == pytest.approx(case[method], abs=PUBLISHED["binomial_intervals"]["tolerance"])


def test_garwood():
    count, lower, upper = np.array(PUBLISHED["garwood"]["cases"]).T
    found = rates.poisson_interval(count)
    assert found.lower == pytest.approx(lower, abs=PUBLISHED["garwood"]["tolerance"])
    assert found.upper == pytest.approx(upper, abs=PUBLISHED["garwood"]["tolerance"])


def test_nist_proportion():
    """NIST/SEMATECH e-Handbook 7.2.4.1: 4 defectives of 20, exact 90 % limits."""
    found = rates.binomial_interval(4, 20, confidence=0.9)
    assert (float(found.lower), float(found.upper)) == pytest.approx((0.071354, 0.401029), abs=1e-6)


def test_r_binomial():
    """R ``binom.test(682, 925, p = 0.75)``, Conover (1971): p-value 0.3825, limits 0.7076683 and 0.7654066."""
    assert float(rates.binomial_test(682, 925, 0.75, method="minlike").p_value) == pytest.approx(0.3825, abs=5e-5)
    found = rates.binomial_interval(682, 925)
    assert (float(found.lower), float(found.upper)) == pytest.approx((0.7076683, 0.7654066), abs=5e-8)


def test_r_welsh_nickel_workers():
    """R ``poisson.test(137, 24.19893)``: rate 5.661407, limits 4.753125 and 6.692709, p-value below 2.2e-16."""
    found = rates.standardised_ratio(137, 24.19893)
    values = (float(found.ratio), float(found.lower), float(found.upper))
    assert values == pytest.approx((5.661407, 4.753125, 6.692709), abs=5e-7)
    assert found.p_value < 2.2e-16


def test_r_two_cities():
    """R ``poisson.test(c(11, 21), c(800, 3011))``: ratio 1.971488, limits 0.8584264 and 4.2772659, p-value 0.07967."""
    found = rates.rate_ratio(11, 800, 21, 3011, method="minlike")
    values = (float(found.ratio), float(found.lower), float(found.upper))
    assert values == pytest.approx((1.971488, 0.8584264, 4.2772659), abs=5e-7)
    assert float(found.p_value) == pytest.approx(0.07967, abs=5e-6)


@pytest.mark.parametrize(("method", "number"), PUBLISHED["benjamini_hochberg"]["rejected"].items())
def test_benjamini_hochberg_example(method, number):
    assert rates.adjust(PUBLISHED["benjamini_hochberg"]["p"], method).rejected.sum() == number


@pytest.mark.parametrize(("horizon", "minimum", "critical"), MAXSPRT)
def test_maxsprt_critical_values(horizon, minimum, critical):
    """Kulldorff et al. (2011), Kulldorff and Silva (2017): critical values at alpha 0.05."""
    if critical:
        assert rates.maxsprt_critical(horizon, minimum=minimum) == pytest.approx(float(critical), abs=2e-6)
    else:
        with pytest.raises(NoAnswer, match="no critical value"):
            rates.maxsprt_critical(horizon, minimum=minimum)


def test_gamma_poisson_shrinker():
    case = PUBLISHED["shrinker"]
    prior = rates.GammaPrior(*(np.array(case["prior"][name]) for name in ("shapes", "rates", "weights")), np.nan)
    count, expected, lower, middle, upper = np.array(case["cases"]).T
    found = rates.shrink(count, expected, prior)
    assert found.lower == pytest.approx(lower, abs=case["quantile_tolerance"])
    assert found.geometric_mean == pytest.approx(middle, abs=case["tolerance"])
    assert found.upper == pytest.approx(upper, abs=case["quantile_tolerance"])
    count, expected, part = np.array(case["first_part"]).T
    assert rates.shrink(count, expected, prior).first_part == pytest.approx(part, abs=5e-7)


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


MOTHERS = """
230061 329449 114920 39487 14208 3052  72202 326701 208667 83228 28466 5375  15050 175702 207081 117300 45026 8660
2293 68800 132424 98301 46075 9834  327 30666 123419 149919 104088 34392
"""
CHILDREN = "107 141 60 40 39 25  25 150 110 84 82 39  3 71 114 103 108 75  1 26 64 89 137 96  0 8 63 112 262 295"


def test_direct_standardisation_by_age_of_mothers():
    """Fleiss (1981), p. 249 (Stark and Mantel 1966), in R's epitools: Down's syndrome by birth order, per 100,000 births."""
    births, cases = (np.array(text.split(), dtype=float).reshape(5, 6) for text in (MOTHERS, CHILDREN))
    found = rates.directly_standardised(cases, births, births.sum(axis=0))
    assert 1e5 * cases[0].sum() / births[0].sum() == pytest.approx(56.3, abs=0.05)
    assert 1e5 * found.estimate[0] == pytest.approx(92.3, abs=0.05)
