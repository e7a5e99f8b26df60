"""Capability against published answers: the cases of the reference, NIST, Montgomery, qcc and Shapiro's own example."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from bihuan.stats import capability as cap
from bihuan.stats import noncentral

DATA = Path(__file__).parent / "data"
PUBLISHED = {case["id"]: case for case in json.loads((DATA / "published_cases.json").read_text(encoding="utf-8"))}
WEIGHTS = [148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236]


def piston_rings():
    with (DATA / "montgomery_pistonrings.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return np.array([float(row["diameter"]) for row in rows]).reshape(40, 5)


def test_nist_indices():
    case = PUBLISHED["nist_capability"]
    given = case["inputs"]
    found = cap.indices(given["mean"], given["sd"], lower=given["LSL"], upper=given["USL"], target=given["target"])
    names = {"Cp": "cp", "Cpk": "cpk", "Cpu": "cpu", "Cpl": "cpl", "k": "k", "Cpm": "cpm"}
    for published, name in names.items():
        assert getattr(found, name) == pytest.approx(case["expected"][published], abs=case["tolerance"]), name
    assert found.cpk == pytest.approx((1 - found.k) * found.cp)


def test_percentiles_of_a_weibull_distribution():
    case = PUBLISHED["nonnormal_percentile_weibull"]
    given, expected, tolerance = case["inputs"], case["expected"], case["tolerance"]
    weibull = cap.Distribution("weibull", (given["shape"], given["scale"]))
    found = cap.distribution_capability(weibull, lower=given["LSL"], upper=given["USL"])
    assert found.low == pytest.approx(expected["P0_135"], abs=tolerance)
    assert found.median == pytest.approx(expected["P50"], abs=tolerance)
    assert found.high == pytest.approx(expected["P99_865"], abs=tolerance)
    assert found.pp == pytest.approx(expected["Pp"], abs=tolerance)
    assert found.ppk == pytest.approx(expected["Ppk"], abs=tolerance)


def test_montgomery_intervals():
    """Montgomery, examples 8.4 (Cp 2.29 of 20 values: 1.57 to 3.01) and 8.5 (Cpk 1.33 of 20 values: 0.88 to 1.78)."""
    assert cap.cp_interval(2.29, 19).limits == pytest.approx((1.57, 3.01), abs=5e-3)
    assert cap.cpk_interval(1.33, 20).limits == pytest.approx((0.88, 1.78), abs=5e-3)


def test_montgomery_bottles():
    """Montgomery, section 8.2: bursting strength with mean 264.06, sd 32.02 and a lower limit of 200 has Cpl 0.67."""
    found = cap.indices(264.06, 32.02, lower=200)
    assert (found.cp, found.cpu) == (None, None)
    assert found.cpk == found.cpl == pytest.approx(0.67, abs=5e-3)


@pytest.mark.parametrize(
    ("lower", "upper", "target", "cp", "cpl", "cpu", "cpm"),
    [
        (73.95, 74.05, 74.00, 1.703, 1.743, 1.663, 1.691),
        (73.95, 74.05, 74.02, 1.703, 1.743, 1.663, 0.786),
        (73.99, 74.01, 74.00, 0.341, 0.381, 0.301, 0.338),
        (73.99, 74.10, 74.045, 1.874, 0.381, 3.367, 0.408),
    ],
)
def test_piston_rings_as_qcc_prints_them(lower, upper, target, cp, cpl, cpu, cpm):
    """R qcc, vignette: indices with the standard deviation of the ranges of samples 1 to 25."""
    study = cap.capability(
        piston_rings()[:25], lower=lower, upper=upper, target=target, method="range", constants="qcc"
    )
    found = study.within.indices
    assert study.within.sd == pytest.approx(0.009785039, abs=5e-10)
    assert (found.cp, found.cpl, found.cpu) == pytest.approx((cp, cpl, cpu), abs=5.1e-4)
    assert found.cpm == pytest.approx(cpm, abs=5.1e-4)


def test_intervals_of_qcc():
    """Cp by chi square and Cpk by Bissell with n - 1 = 124 degrees, to the three decimals printed."""
    assert cap.cp_interval(1.703, 124).limits == pytest.approx((1.491, 1.915), abs=1e-3)
    assert cap.cpk_interval(1.663, 125).limits == pytest.approx((1.448, 1.878), abs=1e-3)


def test_shapiro_and_wilk():
    """Shapiro and Wilk (1965), weights of eleven men: W = 0.79; R prints 0.7888 and p = 0.0067."""
    found = cap.shapiro_wilk(WEIGHTS)
    assert found.statistic == pytest.approx(0.7888, abs=5e-5)
    assert found.p_value == pytest.approx(0.0067, abs=5e-5)


def test_anderson_darling_as_statsmodels_has_it():
    from statsmodels.stats.diagnostic import normal_ad

    generator = np.random.default_rng(1)
    for data in (WEIGHTS, generator.normal(size=50), generator.gamma(2, size=80), generator.uniform(size=30)):
        statistic, p_value = normal_ad(np.asarray(data, dtype=float))
        found = cap.anderson_darling(data)
        assert found.statistic == pytest.approx(statistic)
        assert found.p_value == pytest.approx(p_value)


@pytest.mark.parametrize("name", ["weibull", "gamma", "lognormal", "exponential"])
def test_fits_as_scipy_finds_them(name):
    from scipy import stats

    data = np.random.default_rng(2).gamma(2.5, 3, 200)
    other = {"weibull": stats.weibull_min, "gamma": stats.gamma, "lognormal": stats.lognorm, "exponential": stats.expon}
    theirs = other[name].fit(data, floc=0)
    found = cap.fit(data, name)
    assert found.log_likelihood == pytest.approx(other[name].logpdf(data, *theirs).sum(), abs=1e-5)
    assert found.distribution.quantile(0.9) == pytest.approx(other[name].ppf(0.9, *theirs), rel=1e-3)
    assert found.distribution.below([1, 5, 20]) == pytest.approx(other[name].cdf([1, 5, 20], *theirs), abs=1e-3)
    assert found.distribution.above([1, 5, 20]) == pytest.approx(other[name].sf([1, 5, 20], *theirs), abs=1e-3)


@pytest.mark.parametrize(
    ("size", "share", "confidence", "factor"),
    [
        (43, 0.90, 0.99, 1.8740), (10, 0.95, 0.95, 2.911), (20, 0.95, 0.95, 2.396), (10, 0.99, 0.95, 3.981),
        (5, 0.90, 0.95, 3.407), (50, 0.95, 0.95, 2.065),
    ],
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
        study = cap.distribution_capability(cap.Distribution("normal", (0.0, 1.0)), lower=-3 * cp, upper=3 * cp)
        assert 1e6 * study.expected.total == pytest.approx(ppm, rel=0.01)
        assert study.pp == pytest.approx(cp, rel=1e-4)


@pytest.mark.parametrize(("adjusted", "p"), [(0.631, 0.10), (0.752, 0.05), (0.873, 0.025), (1.035, 0.01)])
def test_critical_values_of_anderson_and_darling(adjusted, p):
    """D'Agostino and Stephens (1986), table 4.7, mean and deviation estimated."""
    from bihuan.stats.capability import normality

    assert normality._anderson_p(adjusted) == pytest.approx(p, rel=0.03)


def test_minitab_warping_tiles():
    """Minitab, nonnormal capability of warping tiles: Weibull 1.69368 and 3.27812, at most 8: Ppk 0.73, 10,765 in a million."""
    tiles = cap.Distribution("weibull", (1.69368, 3.27812))
    found = cap.distribution_capability(tiles, upper=8)
    assert (found.pp, found.ppl) == (None, None)
    assert found.ppk == found.ppu == pytest.approx(0.73, abs=5e-3)
    assert 1e6 * found.expected.above == pytest.approx(10_764.53, abs=0.05)
    by_z = cap.distribution_capability(tiles, upper=8, method="z")
    assert by_z.ppk == pytest.approx(0.77, abs=5e-3)
