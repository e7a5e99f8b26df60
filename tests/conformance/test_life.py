"""Lifetimes against published answers."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from bihuan.stats import life

DATA = Path(__file__).parent / "data"
BEARINGS = "17.88 28.92 33.00 41.52 42.12 45.60 48.48 51.84 51.96 54.12 55.56 67.80 68.64 68.64 68.88 84.12 93.12 98.64 105.12 105.84 127.92 128.04 173.40"
FIBRES = "0.55 0.74 0.77 0.81 0.84 0.93 1.04 1.11 1.13 1.24 1.25 1.27 1.28 1.29 1.30 1.36 1.39 1.42 1.48 1.48 1.49 1.49 1.50 1.50 1.51 1.52 1.53 1.54 1.55 1.55 1.58 1.59 1.60 1.61 1.61 1.61 1.61 1.62 1.62 1.63 1.64 1.66 1.66 1.66 1.67 1.68 1.68 1.69 1.70 1.70 1.73 1.76 1.76 1.77 1.78 1.81 1.82 1.84 1.84 1.89 2.00 2.01 2.24"
ABSORBERS = "6700 6950 7820 8790 9120 9660 9820 11310 11690 11850 11880 12140 12200 12870 13150 13330 13470 14040 14300 17520 17540 17890 18450 18960 18980 19410 20100 20100 20150 20320 20900 22700 23490 26510 27410 27490 27890 28100"
ABSORBERS_FAILED = [0, 4, 12, 14, 18, 19, 26, 30, 31, 33, 35]
TREATED = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
TREATED_FAILED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
UNTREATED = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def ages(text: str) -> np.ndarray:
    return np.array(text.split(), dtype=float)


def test_nist_weibull() -> None:
    cases = json.loads((DATA / "published_cases.json").read_text(encoding="utf-8"))
    case = next(case for case in cases if case["id"] == "nist_weibull")
    with (DATA / case["inputs"]["file"]).open(newline="") as file:
        rows = list(csv.DictReader(file))
    fit = life.fit_weibull([float(row["time"]) for row in rows], [int(row["event"]) for row in rows])
    expected = case["expected"]
    assert fit.scale == pytest.approx(expected["eta"], abs=case["tolerance"])
    assert fit.shape == pytest.approx(expected["beta"], abs=case["tolerance"])
    assert fit.log_likelihood == pytest.approx(expected["loglik"], abs=case["tolerance"])


def test_lawless_ball_bearings() -> None:
    """Lieblein and Zelen 1956; Lawless 2003, examples 5.2.1 and 5.3; R survreg prints 81.87, 2.102 and -113.7."""
    fit = life.fit_weibull(ages(BEARINGS))
    assert (round(fit.scale, 1), round(fit.shape, 3)) == (81.9, 2.102)
    assert fit.log_likelihood == pytest.approx(-113.691, abs=5e-4)
    normal = life.fit_lognormal(ages(BEARINGS))
    assert (round(normal.location, 3), round(normal.spread, 3)) == (4.150, 0.522)
    three = life.fit_weibull3(ages(BEARINGS))
    assert three.threshold == pytest.approx(14.876, abs=1e-3)
    assert three.shape == pytest.approx(1.594, abs=1e-3)
    assert three.scale == pytest.approx(63.88, abs=1e-2)


def test_smith_naylor_fibres() -> None:
    """Strength of 1.5 cm glass fibres, Smith and Naylor 1987: 5.78 and 1.628; with threshold -1.6 and 11.9."""
    fit = life.fit_weibull(ages(FIBRES))
    assert (round(fit.shape, 3), round(fit.scale, 3), round(fit.log_likelihood, 2)) == (5.781, 1.628, -15.21)
    three = life.fit_weibull3(ages(FIBRES))
    assert (round(three.threshold, 1), round(three.shape, 1)) == (-1.6, 11.9)


def test_meeker_escobar_shock_absorbers() -> None:
    """Meeker and Escobar 1998, table 8.1: estimates, standard errors and Wald limits."""
    failed = np.isin(np.arange(38), ABSORBERS_FAILED)
    fit = life.fit_weibull(ages(ABSORBERS), failed)
    assert fit.location == pytest.approx(10.23, abs=5e-3)
    assert fit.spread == pytest.approx(0.3164, abs=5e-5)
    assert np.sqrt(fit.covariance[0, 0]) == pytest.approx(0.1099, abs=5e-5)
    assert fit.spread * np.sqrt(fit.covariance[1, 1]) == pytest.approx(0.0732, abs=1e-4)
    assert (round(fit.scale), round(fit.shape, 2)) == (27719, 3.16)
    scale = life.parameter_interval(fit, "scale", method="wald")
    assert scale.lower[0] == pytest.approx(22349, abs=3)
    assert scale.upper[0] == pytest.approx(34378, abs=3)
    normal = life.fit_lognormal(ages(ABSORBERS), failed)
    assert (round(normal.location, 2), round(normal.spread, 3)) == (10.14, 0.530)


@pytest.mark.parametrize(
    ("numbers", "mean", "profile", "wald"),
    [
        ([41, 44, 24, 32, 29, 21, 9], 572.3, (498, 662), (496, 660)),
        ([3, 7, 4, 1, 3, 2, 0], 440, (289, 713), (281, 690)),
    ],
)
def test_meeker_escobar_alpha_particles(
    numbers: list[int], mean: float, profile: tuple[int, int], wald: tuple[int, int]
) -> None:
    """Meeker and Escobar 1998, tables 7.1 and 7.3: grouped exponential times."""
    bounds = [0, 100, 300, 500, 700, 1000, 2000, 4000]
    fit = life.fit_exponential(life.intervals(bounds[:-1], bounds[1:], numbers))
    assert fit.scale == pytest.approx(mean, abs=0.5 if mean == 440 else 0.05)
    for method, limits in (("profile", profile), ("wald", wald)):
        found = life.parameter_interval(fit, "scale", method=method)
        assert (round(found.lower[0]), round(found.upper[0])) == limits


def test_leukaemia() -> None:
    """Freireich et al. 1963 in Kalbfleisch and Prentice, Kleinbaum and Klein, and Lawless."""
    curve = life.kaplan_meier(TREATED, TREATED_FAILED, scale="log")
    assert curve.time.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve.survival.round(3).tolist() == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert curve.error.round(4).tolist() == [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
    assert curve.lower.round(3).tolist()[:2] == [0.720, 0.653]
    assert curve.upper.round(3).tolist()[:2] == [1.000, 0.996]
    test = life.log_rank(TREATED + UNTREATED, TREATED_FAILED + [1] * 21, ["6-MP"] * 21 + ["placebo"] * 21)
    assert test.observed.tolist() == [9, 21]
    assert test.expected.round(2).tolist() == [19.25, 10.75]
    assert test.statistic == pytest.approx(16.79, abs=5e-3)
    assert test.p_value == pytest.approx(4.17e-5, abs=5e-8)
    both = [life.observed(TREATED, TREATED_FAILED), life.observed(UNTREATED)]
    assert life.compare_fits(both, "exponential").statistic == pytest.approx(16.49, abs=5e-3)


def test_leukaemia_by_weibull() -> None:
    """R MASS, data ``gehan``, survreg: one shape of 1 / 0.732, log-likelihoods -106.6 and -116.4, chi square 19.65."""
    both = [life.observed(TREATED, TREATED_FAILED), life.observed(UNTREATED)]
    test = life.compare_fits(both, same="scale")
    assert test.statistic == pytest.approx(19.65, abs=5e-3)
    assert (test.log_likelihood_same, test.log_likelihood_apart) == pytest.approx((-116.4, -106.6), abs=0.05)
    assert [1 / life.fit_weibull(group).shape for group in both] == pytest.approx([0.732, 0.732], abs=8e-3)
    assert life.compare_fits(both, same="shape").p_value > 0.9


@pytest.mark.parametrize(
    ("confidence", "factors"),
    [
        (0.5, [0.693, 1.68, 2.67, 3.67]),
        (0.6, [0.916, 2.02, 3.11, 4.18]),
        (0.9, [2.30, 3.89, 5.32, 6.68]),
        (0.95, [3.00, 4.74, 6.30, 7.75]),
    ],
)
def test_nist_test_length_factors(confidence: float, factors: list[float]) -> None:
    """NIST/SEMATECH e-Handbook 8.3.1.1."""
    found = [life.exponential_test_time(1.0, confidence, allowed=allowed) for allowed in range(4)]
    assert found == pytest.approx(factors, abs=6e-3)


@pytest.mark.parametrize(
    ("confidence", "low", "high"),
    [(0.6, 0.3340, 4.4814), (0.8, 0.2571, 9.4912), (0.9, 0.2108, 19.4958), (0.95, 0.1795, 39.4978)],
)
def test_nist_factors_of_one_failure(confidence: float, low: float, high: float) -> None:
    """NIST/SEMATECH e-Handbook 8.4.5.1, multipliers of the mean for one failure in a time-ended test."""
    found = life.exponential_interval(1.0, 1, confidence=confidence)
    assert found.lower == pytest.approx(low, abs=6e-5)
    assert found.upper == pytest.approx(high, abs=2e-4)


@pytest.mark.parametrize(
    ("reliability", "confidence", "units"),
    [
        (0.90, 0.90, [22, 38, 52, 65]),
        (0.95, 0.90, [45, 77, 105, 132]),
        (0.95, 0.95, [59, 93, 124, 153]),
        (0.99, 0.95, [299, 473]),
    ],
)
def test_success_run_tables(reliability: float, confidence: float, units: list[int]) -> None:
    """Binomial demonstration tables as in MIL-HDBK-781 and most textbooks."""
    assert [life.demonstration_units(reliability, confidence, allowed=k) for k in range(len(units))] == units


def test_weibull_information() -> None:
    """Complete samples: n Var = 0.608 shape**2, 1.109 (scale / shape)**2, covariance 0.257 (Cohen; Lawless 5.2)."""
    inverse = np.linalg.inv(life.information(1.0))
    assert inverse[0, 0] == pytest.approx(1.1087, abs=1e-4)
    assert inverse[1, 1] == pytest.approx(0.6079, abs=1e-4)
    assert inverse[0, 1] == pytest.approx(-0.2570, abs=1e-4)
