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
    return function.__name__


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
    assert name_of(function) in MAY_BE_NAN or not holds_nan(answer), "NaN instead of an answer"
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


ANYTHING = st.one_of(
    st.floats(), st.integers(-(10**6), 10**6), st.text(max_size=3), st.lists(st.floats(), max_size=6), st.none(),
    st.lists(st.integers(-5, 50), max_size=8), st.lists(st.lists(st.floats(-1e3, 1e3), max_size=3), max_size=3),
)  # fmt: skip
SLOW = {
    rates.cusum_limits,
    rates.detect,
    rates.maxsprt,
    rates.maxsprt_critical,
    rates.maxsprt_power,
    demand.holt_winters,
}


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.sampled_from([function for function in CALLS if function not in SLOW]), st.data())
def test_anything_at_all_is_answered_or_refused(function, data):
    arguments = dict(CALLS[function])
    for argument in data.draw(st.sets(st.sampled_from(sorted(arguments)), min_size=1, max_size=2)):
        arguments[argument] = data.draw(ANYTHING)
    ask(function, arguments)
