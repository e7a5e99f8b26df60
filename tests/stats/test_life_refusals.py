"""What the fits of lifetimes refuse, and under which name."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bihuan.stats import life
from tests.stats.refusing import refusal

pytestmark = pytest.mark.usefixtures("no_warning")
INF = float("inf")
FITTERS = [life.fit_weibull, life.fit_lognormal, life.fit_exponential, life.fit_weibull3]


@pytest.mark.parametrize("fitter", FITTERS)
@pytest.mark.parametrize(
    ("code", "time", "failed", "weight"),
    [
        ("empty", [], None, None),
        ("not_finite", [1.0, np.nan], None, None),
        ("not_finite", [1.0, INF], None, None),
        ("not_positive", [1.0, 0.0], None, None),
        ("not_positive", [1.0, -3.0], None, None),
        ("not_numbers", ["a"], None, None),
        ("wrong_shape", [[1.0, 2.0]], None, None),
        ("no_failures", [1.0, 2.0, 3.0], [0, 0, 0], None),
        ("no_failures", [1.0, 2.0, 3.0], [1, 0, 0], [0, 1, 1]),
        ("no_units", [1.0, 2.0], None, [0, 0]),
        ("negative", [1.0, 2.0], None, [1, -1]),
        ("not_whole", [1.0, 2.0], None, [1, 1.5]),
        ("shapes_differ", [1.0, 2.0], [1], None),
        ("shapes_differ", [1.0, 2.0], None, [1]),
        ("not_a_flag", [1.0, 2.0], [1, 2], None),
        ("not_finite", [1.0, 2.0], [1, np.nan], None),
    ],
)
def test_refusals_of_fits(fitter: Callable[..., life.LifeFit], code: str, time: Any, failed: Any, weight: Any) -> None:
    with refusal(code):
        fitter(time, failed, weight)


@pytest.mark.parametrize("fitter", [life.fit_weibull, life.fit_lognormal])
@pytest.mark.parametrize(
    "data",
    [
        life.observed([5.0]),
        life.observed([5.0, 5.0, 5.0]),
        life.observed([5.0, 5.0, 3.0], [1, 1, 0]),
        life.intervals([0, 0], [5, 9]),
        life.intervals([0, 5], [5, INF]),
        life.intervals([2, 3], [8, 9]),
    ],
)
def test_one_age_that_explains_everything(fitter: Callable[..., life.LifeFit], data: life.LifeData) -> None:
    with refusal("no_spread"):
        fitter(data)


def test_likelihood_that_falls_with_age() -> None:
    """Units found failed early and running late, the wrong way round: no shape above zero fits best."""
    with refusal("no_maximum"):
        life.fit_weibull(life.intervals([0, 0, 9, 1, 10], [1, 10, INF, INF, INF], [9, 1, 9, 1, 9]))
    with refusal("no_maximum"):
        life.fit_exponential(life.intervals([0, 0], [5, 9]))


@pytest.mark.parametrize(
    ("code", "lower", "upper", "weight"),
    [
        ("limits_reversed", [3.0], [2.0], None),
        ("says_nothing", [0.0, 1.0], [INF, 2.0], None),
        ("not_positive", [-1.0], [2.0], None),
        ("not_positive", [0.0], [0.0], None),
        ("not_finite", [1.0], [np.nan], None),
        ("not_finite", [INF], [INF], None),
        ("shapes_differ", [1.0, 2.0], [3.0], None),
        ("not_numbers", [1.0], ["x"], None),
        ("no_units", [1.0], [3.0], [0]),
        ("empty", [], [], None),
    ],
)
def test_refusals_of_intervals(code: str, lower: Any, upper: Any, weight: Any) -> None:
    with refusal(code):
        life.intervals(lower, upper, weight)


def test_refusals_of_questions() -> None:
    fit = life.fit_weibull([10, 20, 30, 55, 60], [1, 1, 0, 1, 0])
    for code, ask in [
        ("out_of_range", lambda: life.quantile(fit, 0)),
        ("out_of_range", lambda: life.quantile_interval(fit, [0.5, 1.0])),
        ("negative", lambda: life.reliability(fit, -1)),
        ("out_of_range", lambda: life.reliability_interval(fit, 0)),
        ("out_of_range", lambda: life.hazard(fit, 0)),
        ("out_of_range", lambda: life.parameter_interval(fit, "shape", confidence=1.0)),
        ("unknown_choice", lambda: life.parameter_interval(fit, "slope")),
        ("unknown_choice", lambda: life.parameter_interval(fit, "shape", method="exact")),
        ("unknown_choice", lambda: life.parameter_interval(fit, "shape", side="left")),
        ("held", lambda: life.parameter_interval(fit, "threshold")),
        ("given_twice", lambda: life.fit_weibull(fit.data, [1])),
        ("not_positive", lambda: life.fit_weibull([1, 2], shape=0)),
    ]:
        with refusal(code):
            ask()
