"""Every public function answers bad input with a refusal that has a name: never a warning, never another exception."""

import dataclasses
import inspect
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.stats import capability, charts, demand, gauges, life, rates, sampling, text
from bihuan.stats.errors import NoAnswer
from tests.stats.calls import CALLS
from tests.stats.refusing import refused

ROOMS = (capability, charts, demand, gauges, life, rates, sampling, text)
NAN, INF = float("nan"), float("inf")
BAD = {
    "empty": [], "empty table": np.empty((0, 3)), "one": [1.0], "zero": 0, "half": 0.5, "three": 3, "true": True,
    "none": None, "nan": NAN, "nan among": [1.0, NAN, 2.0], "all nan": np.full(5, NAN), "infinite": INF,
    "less than all": -INF, "infinite among": [1.0, INF, 2.0], "negative": -1, "negative part": -0.5,
    "negatives": [-1.0, -2.0, -3.0], "zeros": [0] * 5, "constant": [7.0] * 12, "falling": list(range(12, 0, -1)),
    "word": "x", "words": ["a", "b"], "digits": ["1", "2"], "bytes": b"q", "mixed": [1, "a", None], "cube": np.ones((2, 2, 2)),
    "ragged": [[1], [2, 3]], "mapping": {}, "object": object(), "complex": 1 + 2j, "large": 10**9, "huge": 1e308,
    "beyond": 10**400, "huge among": [1e308, -1e308] * 6, "tiny": 5e-324, "tiny among": [1e-320, 3e-320, 2e-320] * 4,
}  # fmt: skip
MAY_BE_NAN = {"kaplan_meier", "mean_cumulative", "forecast_demand", "seasonal_parts", "maxsprt"}
"""Where the documentation says what a NaN in the answer stands for."""


def name_of(function):
    return function.__qualname__


def holds_nan(answer):
    if isinstance(answer, float | np.floating):
        return bool(np.isnan(answer))
    if isinstance(answer, np.ndarray):
        return answer.dtype.kind == "f" and bool(np.isnan(answer).any())
    if isinstance(answer, tuple | list):
        return any(holds_nan(part) for part in answer)
    if dataclasses.is_dataclass(answer):
        return any(holds_nan(getattr(answer, field.name)) for field in dataclasses.fields(answer))
    return False


def ask(function, arguments):
    """The answer, or the code of the refusal; warnings and other exceptions come through."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            answer = function(**arguments)
        except NoAnswer as refusal:
            return refusal.code
    assert function.__name__ in MAY_BE_NAN or not holds_nan(answer), "NaN instead of an answer"
    return answer


def test_no_public_function_is_left_out():
    public = {getattr(room, name) for room in ROOMS for name in room.__all__ if inspect.isfunction(getattr(room, name))}
    assert public - set(CALLS) == set()


@pytest.mark.parametrize("function", CALLS, ids=name_of)
def test_bad_input_is_refused(function):
    function(**CALLS[function])
    for argument, bad in ((argument, bad) for argument in CALLS[function] for bad in BAD):
        try:
            ask(function, {**CALLS[function], argument: BAD[bad]})
        except Exception as problem:
            raise AssertionError(f"{name_of(function)}({argument}={bad})") from problem


SLOW = {
    rates.cusum_limits,
    rates.detect,
    rates.maxsprt,
    rates.maxsprt_critical,
    rates.maxsprt_power,
    demand.holt_winters,
    rates.fit_gamma_mixture,
}
"""Functions that simulate or search: their arguments are tried at fewer places, and without what they would work on."""

MAY_BE_RIGHT = {"one less", "one more", "turned", "the first", "all alike"}
MAY_BE_RIGHT |= {f"(0,)={name}" for name in ("half", "true", "large", "negative")}

ELEMENTS = {
    "nan": NAN, "infinite": INF, "negative": -1, "half": 0.5, "word": "x", "digit": "3", "none": None, "huge": 1e300,
    "large": 10**30, "list": [1], "mapping": {}, "complex": 1j, "true": True,
}  # fmt: skip


def parts_of(value, before=()):
    """Where the first and the last items of an argument lie, at every depth."""
    value = value.tolist() if isinstance(value, np.ndarray) else value
    if isinstance(value, dict):
        keys = list(value)
    else:
        keys = sorted({0, len(value) - 1}) if isinstance(value, list | tuple) and value else []
    for key in keys:
        yield (*before, key)
        yield from parts_of(value[key], (*before, key))


def with_part(value, path, part):
    value = value.tolist() if isinstance(value, np.ndarray) else value
    if not path:
        return part
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[path[0]] = with_part(value[path[0]], path[1:], part)
    return tuple(changed) if isinstance(value, tuple) else changed


def misshapen(value):
    """The same argument too short, too long, turned, wrapped, and in containers that are no arrays."""
    value = value.tolist() if isinstance(value, np.ndarray) else value
    if not isinstance(value, list | tuple) or not value:
        return {}
    value = list(value)
    return {
        "one less": value[:-1], "one more": value + value[-1:], "the first": value[:1], "turned": value[::-1],
        "all alike": [value[0]] * len(value), "empty rows": [[] for _ in value], "drawn once": iter(value),
        "without order": set(map(str, value)), "by place": dict(enumerate(value)), "as words": [str(v) for v in value],
        "nested": [value], "masked": np.ma.masked_array(np.zeros(len(value)), mask=True),
        "dates": np.array(["2020-01-01"] * len(value), dtype="datetime64"),
        "records": np.zeros(len(value), dtype=[("a", "f8")]),
    }  # fmt: skip


@pytest.mark.parametrize("function", CALLS, ids=name_of)
def test_one_bad_item_is_refused(function):
    """A single item of an argument is bad, or the argument has another shape."""
    for argument, good in CALLS[function].items():
        wrong = {
            f"{path}={name}": with_part(good, path, bad) for path in parts_of(good) for name, bad in ELEMENTS.items()
        }
        wrong |= misshapen(good)
        for name in wrong.keys() - (MAY_BE_RIGHT if function in SLOW else set()):
            try:
                ask(function, {**CALLS[function], argument: wrong[name]})
            except Exception as problem:
                raise AssertionError(f"{name_of(function)}({argument}: {name})") from problem


@pytest.mark.parametrize(
    ("function", "argument", "bad", "code"),
    [
        (charts.i_mr, "values", [True, False, True, True], "not_numbers"),
        (charts.i_mr, "values", np.array(["1", "2", "3"], dtype=object), "not_numbers"),
        (charts.i_mr, "values", np.ma.masked_equal([1.0, 2.0, 3.0], 2.0), "not_finite"),
        (charts.c_chart, "nonconformities", [1, 2, 1e17], "out_of_scale"),
        (charts.ewma, "weight", True, "not_numbers"),
        (charts.short_run_deviation, "targets", {"a": "10"}, "not_numbers"),
        (charts.short_run_z, "standards", {"a": 0.2}, "wrong_kind"),
        (charts.short_run_z, "parts", [[1]] * 12, "bad_labels"),
        (charts.Setup, "rules", iter(charts.NELSON), "wrong_kind"),
        (charts.Setup, "excluded", {"x": "broken"}, "not_numbers"),
        (sampling.code_letter, "lot", True, "not_numbers"),
        (sampling.SwitchingState, "severity", "loose", "bad_state"),
        (sampling.LotResult, "accepted", "yes", "not_a_flag"),
        (life.log_rank, "group", [0, 0, 1, None, 0, 1], "missing_label"),
        (life.log_rank, "group", [0, 0, 1, "b", 0, 1], None),
        (life.intervals, "upper", ["10", "20", "30"], "not_numbers"),
        (life.joined, "groups", iter([]), "wrong_kind"),
        (rates.population_expectation, "strata", [0, 0, 1, None], "missing_label"),
        (rates.cusum_limits, "expected", [[1e30, 1.0]], "out_of_scale"),
    ],
)  # fmt: skip
def test_refusals_have_the_right_name(function, argument, bad, code):
    found = ask(function, {**CALLS[function], argument: bad})
    assert found == code if code else not isinstance(found, str)


@pytest.mark.parametrize(
    ("code", "function", "arguments"),
    [
        ("empty", charts.i_mr, [[]]), ("empty", capability.anderson_darling, [[]]), ("empty", life.fit_weibull, [[]]),
        ("too_few", charts.i_mr, [[1.0]]), ("no_spread", life.fit_weibull, [[5.0]]), ("too_few", charts.xbar_r, [[[1.0, 2.0]]]),
        ("not_finite", charts.i_mr, [[1.0, NAN, 2.0]]), ("not_finite", life.kaplan_meier, [[1.0, INF]]),
        ("negative", charts.c_chart, [[3, -1, 2]]), ("negative", rates.poisson_test, [-1, 2.0]),
        ("above_sample", charts.p_chart, [[2, 60], 50]), ("above_sample", rates.binomial_interval, [6, 5]),
        ("above_sample", sampling.decide, [sampling.SinglePlan(5, 0), 6]),
        ("zero_variance", charts.i_mr, [[5.0] * 9]), ("zero_variance", charts.xbar_s, [[[2.0, 2.0]] * 5]),
        ("zero_variance", charts.p_chart, [[0, 0, 0], 50]), ("zero_variance", capability.anderson_darling, [[5.0] * 9]),
        ("no_failures", life.fit_weibull, [[1.0, 2.0, 3.0], [0, 0, 0]]), ("no_failures", life.fit_lognormal, [[1.0, 2.0], [0, 0]]),
        ("no_failures", life.fit_exponential, [[1.0, 2.0], [0, 0]]), ("no_failures", life.fit_weibull3, [[1.0, 2.0], [0, 0]]),
        ("no_failures", life.kaplan_meier, [[1.0, 2.0], [0, 0]]), ("no_failures", life.log_rank, [[1.0, 2.0], [0, 0], [0, 1]]),
        ("no_spread", life.fit_weibull, [life.intervals([0.0, 0.0], [5.0, 6.0])]),
        ("no_spread", life.fit_lognormal, [life.intervals([2.0, 3.0], [5.0, 6.0])]),
        ("limits_reversed", life.intervals, [[5.0], [3.0]]), ("limits_reversed", capability.Limits, [5.0, 2.0]),
        ("limits_reversed", charts.Fixed, [0.0, 3.0, 1.0]), ("subgroup_of_one", charts.xbar_r, [[[1.0], [2.0], [3.0]]]),
        ("subgroup_of_one", charts.xbar_s, [[[1.0, 2.0], [3.0]]]),
        ("lot_smaller_than_sample", sampling.ati, [sampling.SinglePlan(50, 1), 0.01, 20]),
        ("aql_not_in_table", sampling.attribute_plan, [1000, 1.2]), ("aql_not_in_table", sampling.variables_plan, [1000, 1.2]),
    ],
)  # fmt: skip
def test_the_cases_that_everybody_tries(code, function, arguments):
    """Empty, one point, no number, negative, above the sample, constant, nothing failed, all censored, reversed, too small."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        refused(code, function, *arguments)


ANYTHING = st.one_of(
    st.floats(), st.integers(-(10**6), 10**6), st.text(max_size=3), st.lists(st.floats(), max_size=6), st.none(),
    st.lists(st.integers(-5, 50), max_size=8), st.lists(st.lists(st.floats(-1e3, 1e3), max_size=3), max_size=3),
)  # fmt: skip


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.sampled_from([function for function in CALLS if function not in SLOW]), st.data())
def test_anything_at_all_is_answered_or_refused(function, data):
    arguments = dict(CALLS[function])
    for argument in data.draw(st.sets(st.sampled_from(sorted(arguments)), min_size=1, max_size=2)):
        arguments[argument] = data.draw(ANYTHING)
    ask(function, arguments)
