"""Control charts: rules, limits, stages, revision, bad input, and streams that agree with the whole."""

import itertools
import sys

import numpy as np
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln

from bihuan.stats import capability, charts
from bihuan.stats.charts import NELSON, WESTERN_ELECTRIC, Setup, Standard, Stream, judging, recursions
from bihuan.stats.errors import NoAnswer

FEW = settings(max_examples=40, derandomize=True, deadline=None)
STEPS = st.lists(st.integers(-8, 8).map(lambda step: step / 2), min_size=1, max_size=60)
MEASURES = st.lists(st.integers(-300, 300).map(lambda value: value / 10), min_size=3, max_size=40)


def naive(rule, z):
    """One rule read aloud, point by point."""
    found = []
    for end in range(len(z)):
        window = z[max(end - rule.window + 1, 0) : end + 1]
        full = len(window) == rule.window
        steps = np.diff(window)
        if rule.kind == "beyond":
            hit = abs(z[end]) > (rule.sigmas or 3)
        elif rule.kind == "one_side":
            hit = full and (all(v > 0 for v in window) or all(v < 0 for v in window))
        elif rule.kind == "trend":
            hit = full and (all(steps > 0) or all(steps < 0))
        elif rule.kind == "alternating":
            hit = full and all(a * b < 0 for a, b in itertools.pairwise(steps))
        elif rule.kind == "within":
            hit = full and all(abs(v) < rule.sigmas for v in window)
        elif rule.kind == "outside":
            hit = full and all(abs(v) > rule.sigmas for v in window)
            hit = hit and (not rule.both_sides or (max(window) > 0 > min(window)))
        else:
            sides = [[side * v > rule.sigmas for v in window] for side in (1, -1)]
            hit = any(sum(s) >= rule.need and (s[-1] or not rule.last_must_qualify) for s in sides)
            hit = hit and (full or not rule.full_window)
        if hit:
            found.append(end)
    return found


OTHERS = (
    charts.beyond(2.5, name="far"),
    charts.one_side(1),
    charts.trend(2),
    charts.alternating(3),
    charts.share(2, 3, 2, last_must_qualify=False),
    charts.share(2, 3, 1, full_window=False, name="early"),
    charts.share(4, 7, 0.5, last_must_qualify=False, name="of-seven"),
    charts.share(3, 6, 0.5, name="of-six"),
    charts.share(1, 3, 2, full_window=False, name="one-of-three"),
    charts.within(1, 0.5),
    charts.outside(3, 1, both_sides=False),
)


@FEW
@given(STEPS)
def test_rules_agree_with_their_words(z):
    for rules in (NELSON, OTHERS, (*NELSON, *OTHERS[3:])):
        signals = charts.judge_z(z, rules)
        for rule in rules:
            assert signals.points(rule.name).tolist() == naive(rule, z), rule.name


def test_rules_agree_with_their_words_on_long_data():
    z = np.random.default_rng(3).normal(size=3000) * np.repeat([2.0, 0.6], 1500)
    signals = charts.judge_z(z, NELSON)
    for rule in NELSON:
        assert signals.points(rule.name).tolist() == naive(rule, z.tolist()), rule.name
        assert signals.points(rule.name).size


def test_blocks_do_not_show(monkeypatch):
    z = np.random.default_rng(4).normal(size=500)
    whole = [charts.judge_z(z, rules).mask for rules in (NELSON, OTHERS)]
    monkeypatch.setattr(judging, "BLOCK", 32)
    for mask, rules in zip(whole, (NELSON, OTHERS), strict=True):
        assert (charts.judge_z(z, rules).mask == mask).all()


@FEW
@given(STEPS)
def test_signals_are_symmetric(z):
    assert (charts.judge_z(z, NELSON).mask == charts.judge_z([-v for v in z], NELSON).mask).all()


@FEW
@given(MEASURES, st.integers(-5, 5), st.sampled_from([0.001, 1.0, 25.4]))
def test_shift_and_scale(values, shift, scale):
    """Another unit or origin changes the limits with the data and no signal."""
    if len(set(values)) < 2:
        return
    one = charts.i_mr(values, Setup(rules=NELSON))
    other = charts.i_mr([scale * (value + shift) for value in values], Setup(rules=NELSON))
    assert other.location.upper == pytest.approx(scale * (one.location.upper + shift), rel=1e-9, abs=1e-9)
    assert other.location.signals.points().tolist() == one.location.signals.points().tolist()
    assert other.spread.signals.points().tolist() == one.spread.signals.points().tolist()


def test_equal_means_with_rounding_are_a_tie():
    """0.1 + 0.2 and 0.3 differ in the last digit only: no increase, and no point above the limit."""
    assert not charts.judge_z([0.1, 0.3, 0.1 + 0.2, 0.5], [charts.trend(4)]).any.any()
    assert not charts.judge_z([3.0 + 4e-16], [charts.beyond()]).any.any()


def test_spread_charts_run_no_zone_rules():
    pair = charts.i_mr([1.0, 2.0, 1.5, 2.5, 1.0], Setup(rules=NELSON))
    assert [rule.name for rule in pair.spread.signals.rules] == [f"nelson-{n}" for n in (1, 2, 3, 4)]
    assert [rule.name for rule in pair.spread.signals.skipped] == [f"nelson-{n}" for n in (5, 6, 7, 8)]
    assert not pair.location.signals.skipped
    averages = charts.ewma([1.0, 2.0, 1.5], Setup(rules=NELSON))
    assert [rule.name for rule in averages.signals.rules] == ["nelson-1"]


def test_names_of_signals():
    signals = charts.judge_z([0, 3.5], NELSON)
    assert signals.names(1) == ("nelson-1",)
    assert signals.names(0) == ()
    with pytest.raises(NoAnswer, match="did not run"):
        signals.points("nelson-9")


def test_stages_have_their_own_limits_and_begin_anew():
    values = [1.0, 1.2, 0.9, 1.1, 5.0, 5.3, 4.9, 5.2]
    chart, moving = charts.i_mr(values, Setup(stages=["old"] * 4 + ["new"] * 4, rules=[charts.one_side(2)]))
    assert [stage.label for stage in chart.stages] == ["old", "new"]
    assert chart.centre.tolist() == pytest.approx([1.05] * 4 + [5.1] * 4)
    assert moving.positions.tolist() == [1, 2, 3, 5, 6, 7]
    alone = charts.i_mr(values[4:], Setup(rules=[charts.one_side(2)]))
    assert (chart.upper[4:] == alone.location.upper).all()
    assert (chart.signals.mask[4:] == alone.location.signals.mask).all()
    given = charts.i_mr(values, Setup(stages=["a"] * 4 + ["b"] * 4, standard={"b": Standard(5, 0.1)}))
    assert [stage.estimated for stage in given.location.stages] == [True, False]
    assert given.location.standard == Standard(5, 0.1)


def test_phase_two_with_the_standard_of_phase_one():
    subgroups = np.random.default_rng(5).normal(10, 1, (30, 4))
    baseline = charts.xbar_r(subgroups, Setup(baseline=20))
    first = charts.xbar_r(subgroups[:20])
    second = charts.xbar_r(subgroups[20:], Setup(standard=first.location.standard))
    for place in (0, 1):
        joined = np.concatenate([first[place].upper, second[place].upper])
        assert (baseline[place].upper == joined).all()
    assert baseline.location.stages[0].estimated
    assert not second.location.stages[0].estimated


def test_excluded_points_are_drawn_and_judged_but_not_estimated_from():
    values = [10.0, 10.2, 9.9, 10.1, 30.0, 10.0, 9.8, 10.1]
    chart, moving = charts.i_mr(values, Setup(excluded={4: "sensor loose"}))
    assert chart.centre[0] == pytest.approx(np.mean(values[:4] + values[5:]))
    assert chart.standard.sd == pytest.approx(np.mean([0.2, 0.3, 0.2, 0.2, 0.3]) / charts.d2(2))
    assert chart.signal_positions.tolist() == [4]
    assert moving.signal_positions.tolist() == [4, 5]
    assert dict(chart.excluded) == {4: "sensor loose"}


def test_different_subgroup_sizes():
    groups = [[1.0, 1.2], [0.9, 1.3, 1.1], [1.0, 1.1, 1.2, 0.8], [1.1, 0.7]]
    means, ranges = charts.xbar_r(groups)
    assert means.centre[0] == pytest.approx(np.concatenate([np.array(group) for group in groups]).mean())
    weights = np.array([(charts.d2(len(g)) / charts.d3(len(g))) ** 2 for g in groups])
    sd = np.sum(weights * [np.ptp(g) / charts.d2(len(g)) for g in groups]) / weights.sum()
    assert means.standard.sd == pytest.approx(sd)
    assert means.upper == pytest.approx([means.centre[0] + 3 * sd / len(g) ** 0.5 for g in groups])
    assert ranges.centre == pytest.approx([charts.d2(len(g)) * sd for g in groups])
    plain = charts.xbar_r(groups, method="unweighted").location.standard.sd
    assert plain == pytest.approx(np.mean([np.ptp(g) / charts.d2(len(g)) for g in groups]))


def test_deviation_methods():
    groups = [[1.0, 1.2], [0.9, 1.3, 1.1], [1.0, 1.1, 1.2, 0.8]]
    s = np.array([np.std(g, ddof=1) for g in groups])
    n = np.array([2, 3, 4])
    pooled = np.sqrt(np.sum((n - 1) * s**2) / 6) / charts.c4(7)
    assert charts.xbar_s(groups, method="pooled").location.standard.sd == pytest.approx(pooled)
    plain = charts.xbar_s(groups, method="unweighted").location.standard.sd
    assert plain == pytest.approx(np.mean(s / charts.per_size("c4", n)))


def test_equal_sizes_make_weights_idle():
    table = np.random.default_rng(6).normal(size=(12, 5))
    one, other = (charts.xbar_r(table, method=method).location.standard.sd for method in ("weighted", "unweighted"))
    assert one == pytest.approx(other, rel=1e-14)
    assert charts.xbar_r([row.tolist() for row in table]).location.standard.sd == one


@FEW
@given(st.permutations(range(12)))
def test_order_of_subgroups_does_not_matter_to_limits(order):
    table = np.random.default_rng(7).normal(size=(12, 5))
    one, other = charts.xbar_s(table), charts.xbar_s(table[order])
    assert other.location.upper == pytest.approx(one.location.upper, rel=1e-13)


def test_frames_and_what_is_drawn_once_are_read_whole():
    """A table of pandas is a table, not its column names; a generator loses no subgroup to the look at its first."""
    table = np.random.default_rng(15).normal(10, 1, (8, 4))
    frame, column = pandas.DataFrame(table, columns=list("abcd")), pandas.Series(table[:, 0])
    for draw in (charts.ewma, lambda values: charts.cusum(values).upper, lambda values: charts.xbar_s(values).spread):
        whole = draw(table)
        for other in (frame, table.tolist(), (row for row in table)):
            assert draw(other).points.tolist() == whole.points.tolist()
    assert charts.i_mr(column).location.points.tolist() == table[:, 0].tolist()
    study = [capability.capability(values, lower=5, upper=15).within.sd for values in (table, frame, iter(table))]
    assert study[0] == study[1] == study[2]
    with pytest.raises(NoAnswer) as refusal:
        charts.ewma(np.ma.masked_greater(table, 11))
    assert refusal.value.code == "not_finite"


def test_counts_with_limits_per_point():
    chart = charts.p_chart([2, 5, 3], [50, 100, 25])
    mean = 10 / 175
    assert chart.upper == pytest.approx([mean + 3 * (mean * (1 - mean) / n) ** 0.5 for n in (50, 100, 25)])
    assert chart.lower.tolist() == [0, 0, 0]
    assert charts.p_chart([9, 10, 8], [10, 10, 10]).upper[0] == 1
    number = charts.np_chart([2, 5, 3], [50, 100, 25])
    assert number.upper == pytest.approx(chart.upper * [50, 100, 25])


def test_laney_finds_no_inflation_in_binomial_data():
    generator = np.random.default_rng(8)
    sizes = generator.integers(500, 1500, 4000)
    plain = charts.laney_p_chart(generator.binomial(sizes, 0.1), sizes).standard.inflation
    assert plain == pytest.approx(1, abs=0.04)
    wide = charts.laney_p_chart(generator.binomial(sizes, generator.normal(0.1, 0.03, 4000).clip(0.01)), sizes)
    assert wide.standard.inflation > 2


def test_false_alarms_of_individuals():
    """Rule 1 calls 0.27 % of normal values."""
    z = np.random.default_rng(9).normal(size=400_000)
    share = charts.i_mr(z).location.signals.any.mean()
    assert share == pytest.approx(0.0027, abs=0.0003)


def test_longer_moving_ranges_and_the_median():
    z = np.random.default_rng(10).normal(5, 2, 50_000)
    for pair in (charts.i_mr(z, span=3), charts.i_mr(z, method="median"), charts.i_mr(z, method="deviation")):
        assert pair.location.standard.sd == pytest.approx(2, rel=0.02)
    assert charts.i_mr([1.0, 4.0, 2.0, 2.5], span=3).spread.points.tolist() == [3.0, 2.0]


def test_cumulative_sums():
    setup = Setup(standard=Standard(0, 2))
    pair = charts.cusum([4.0, 4.0, 4.0, 4.0, 0.0], setup, h=4, restart=True, head_start=1)
    assert pair.upper.points.tolist() == [5, 8, 11, 5, 4]
    assert pair.upper.signals.points().tolist() == [2]
    scaled = charts.cusum([4.0, 4.0, 4.0, 4.0, 0.0], setup, h=4, restart=True, head_start=1, standardised=True)
    assert (scaled.upper.points * 2).tolist() == [5, 8, 11, 5, 4]
    mixed = charts.cusum([[1.0, 2.0], [1.0, 2.0, 3.0]], setup, standardised=True).upper
    assert mixed.points[0] == pytest.approx(1.5 / (2 / 2**0.5) - 0.5)
    with pytest.raises(NoAnswer) as refusal:
        charts.cusum([[1.0, 2.0], [1.0, 2.0, 3.0]], setup)
    assert refusal.value.code == "sizes_vary"


def test_ewma_of_different_sizes_agrees_with_the_closed_form_for_equal_ones():
    weight, count = 0.25, 12
    chart = charts.ewma(np.zeros((count, 4)), Setup(standard=Standard(0, 3)), weight=weight)
    powers = 1 - (1 - weight) ** (2 * np.arange(1, count + 1))
    assert chart.upper == pytest.approx(3 * 3 / 2 * np.sqrt(weight / (2 - weight) * powers))


def test_compiled_loops_agree_to_the_last_bit(monkeypatch):
    generator = np.random.default_rng(11)
    x, shares = generator.normal(size=3000), 1 / generator.integers(1, 5, 3000)
    limits = np.full(3000, 4.0)
    plain = [*recursions.weighted_averages(x, shares, 0.2, (0.1, 0.2))]
    plain.append(recursions.cumulative_sums(x, shares, limits, 0.0, 2.0))
    monkeypatch.setattr(recursions, "COMPILE_FROM", 0)
    compiled = [*recursions.weighted_averages(x, shares, 0.2, (0.1, 0.2))]
    compiled.append(recursions.cumulative_sums(x, shares, limits, 0.0, 2.0))
    for one, other in zip(plain, compiled, strict=True):
        assert (one == other).all()


def test_without_numba_the_plain_loop_runs(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    assert recursions._compiled.__wrapped__(recursions._sum_loop) is recursions._sum_loop


def test_short_runs():
    parts = ["A"] * 4 + ["B"] * 4 + ["A"] * 2
    values = [10.1, 9.9, 10.0, 10.2, 55.0, 54.0, 56.0, 55.5, 10.0, 10.1]
    pair = charts.short_run_z(values, parts)
    rows = [0, 1, 2, 3, 8, 9]
    own = np.array(values)[rows]
    sd = np.abs(np.diff(own)).mean() / charts.d2(2)
    assert pair.location.points[rows] == pytest.approx((own - own.mean()) / sd)
    assert (pair.location.upper[0], pair.spread.centre[0]) == (3, pytest.approx(charts.d2(2)))
    deviations = charts.short_run_deviation(values, parts)
    assert deviations.location.points[rows] == pytest.approx(own - own.mean())
    table = charts.short_run_z([[1.0, 2.0], [1.5, 2.5], [9.0, 7.0], [8.0, 8.5]], ["A", "A", "B", "B"])
    assert table.spread.kind == "range"


def test_fixed_limits():
    chart = charts.fixed_chart([1, 5, 9, 9.5], centre=5, upper=9, setup=Setup(rules=NELSON))
    assert chart.signals.points().tolist() == [3]
    assert {rule.kind for rule in chart.signals.skipped} == {"share", "within", "outside"}
    zones = charts.fixed_chart([7.1, 5, 7.1], centre=5, lower=0, upper=9, sigma=1, setup=Setup(rules=WESTERN_ELECTRIC))
    assert zones.signals.points("western-electric-2").tolist() == [2]


BAD = [
    ("empty", lambda: charts.i_mr([])),
    ("too_few", lambda: charts.i_mr([1.0])),
    ("zero_variance", lambda: charts.i_mr([2.0, 2.0, 2.0])),
    ("zero_variance", lambda: charts.i_mr([0.3, 0.1 + 0.2, 0.3])),
    ("not_finite", lambda: charts.i_mr([1.0, np.nan])),
    ("out_of_scale", lambda: charts.i_mr([1e308, -1e308, 1e308])),
    ("out_of_scale", lambda: charts.xbar_s([[1e308, -1e308], [1e308, 0.0]])),
    ("not_finite", lambda: charts.i_mr([1.0, np.inf])),
    ("not_numbers", lambda: charts.i_mr(["a", "b"])),
    ("wrong_shape", lambda: charts.i_mr([[1.0, 2.0], [3.0, 4.0]])),
    ("out_of_range", lambda: charts.i_mr([1.0, 2.0], span=1)),
    ("too_few", lambda: charts.i_mr([1.0, 2.0], span=3)),
    ("unknown_choice", lambda: charts.i_mr([1.0, 2.0], method="mode")),
    ("out_of_range", lambda: charts.i_mr([1.0, 2.0, 3.0], span=3, method="median")),
    ("too_few", lambda: charts.i_mr([1.0, 2.0, 3.0], Setup(excluded={1: "x"}))),
    ("out_of_range", lambda: charts.i_mr([1.0, 2.0, 3.0], Setup(excluded={3: "x"}))),
    ("no_reason", lambda: Setup(excluded={1: " "})),
    ("too_few", lambda: charts.i_mr([1.0, 2.0], Setup(baseline=5))),
    ("conflict", lambda: Setup(baseline=5, stages=["a"])),
    ("conflict", lambda: Setup(baseline=5, standard=Standard(0, 1))),
    ("out_of_range", lambda: Setup(baseline=0)),
    ("out_of_range", lambda: Setup(sigmas=0)),
    ("unknown_choice", lambda: Setup(constants="rough")),
    ("wrong_shape", lambda: charts.i_mr([1.0, 2.0], Setup(stages=["a"]))),
    ("too_few", lambda: charts.i_mr([1.0, 2.0, 3.0], Setup(stages=["a", "a", "b"]))),
    ("no_deviation", lambda: charts.i_mr([1.0, 2.0], Setup(standard=Standard(1.0)))),
    ("zero_variance", lambda: Standard(0, 0)),
    ("zero_variance", lambda: Standard(0, -1)),
    ("not_finite", lambda: Standard(np.nan, 1)),
    ("not_finite", lambda: Standard(0, np.nan)),
    ("subgroup_of_one", lambda: charts.xbar_r([[1.0], [2.0]])),
    ("subgroup_of_one", lambda: charts.xbar_s([[1.0, 2.0], [2.0]])),
    ("empty", lambda: charts.xbar_s([[1.0, 2.0], []])),
    ("empty", lambda: charts.xbar_r([])),
    ("too_few", lambda: charts.xbar_r([[1.0, 2.0]])),
    ("zero_variance", lambda: charts.xbar_r([[1.0, 1.0], [2.0, 2.0]])),
    ("wrong_shape", lambda: charts.xbar_r([1.0, 2.0])),
    ("wrong_shape", lambda: charts.xbar_r(3.0)),
    ("not_finite", lambda: charts.xbar_r([[1.0, np.nan], [1.0, 2.0, 3.0]])),
    ("unknown_choice", lambda: charts.xbar_r([[1.0, 2.0], [1.0, 3.0]], method="x")),
    ("negative", lambda: charts.c_chart([1, -1])),
    ("not_whole", lambda: charts.c_chart([1, 1.5])),
    ("zero_variance", lambda: charts.c_chart([0, 0, 0])),
    ("too_few", lambda: charts.c_chart([5])),
    ("empty", lambda: charts.c_chart([])),
    ("wrong_shape", lambda: charts.u_chart([1, 2], [1, 2, 3])),
    ("wrong_shape", lambda: charts.u_chart([1, 2], None)),
    ("not_positive", lambda: charts.u_chart([1, 2], [1, 0])),
    ("not_finite", lambda: charts.u_chart([1, 2], np.nan)),
    ("above_sample", lambda: charts.p_chart([1, 6], [5, 5])),
    ("not_whole", lambda: charts.p_chart([1, 2], [5.5, 5])),
    ("zero_variance", lambda: charts.p_chart([0, 0], 10)),
    ("zero_variance", lambda: charts.p_chart([10, 10], 10)),
    ("zero_variance", lambda: charts.laney_p_chart([1, 1], 10)),
    ("out_of_range", lambda: charts.p_chart([1, 2], 10, Setup(standard=Standard(1.5)))),
    ("unknown_choice", lambda: charts.Attributes("g")),
    ("out_of_range", lambda: charts.ewma([1.0, 2.0], weight=0)),
    ("out_of_range", lambda: charts.cusum([1.0, 2.0], h=0)),
    ("out_of_range", lambda: charts.cusum([1.0, 2.0], k=-1)),
    ("out_of_range", lambda: charts.cusum([1.0, 2.0], head_start=6)),
    ("wrong_shape", lambda: charts.ewma(1.0)),
    ("wrong_chart", lambda: charts.cusum_runs(charts.c_chart([1, 2]))),
    ("limits_reversed", lambda: charts.fixed_chart([1.0], centre=0, lower=1, upper=-1)),
    ("limits_reversed", lambda: charts.fixed_chart([1.0], centre=9, lower=-1, upper=1)),
    ("not_finite", lambda: charts.fixed_chart([1.0], centre=0, lower=np.nan, upper=1)),
    ("not_finite", lambda: charts.fixed_chart([1.0], centre=np.nan)),
    ("wrong_shape", lambda: charts.cusum([1.0, 2.0], base=charts.XbarR())),
    ("unknown_part", lambda: charts.short_run_z([1.0, 2.0], ["A", "B"], {"A": Standard(1, 1)})),
    ("no_deviation", lambda: charts.short_run_z([1.0, 2.0], ["A", "A"], {"A": Standard(1)})),
    ("too_few", lambda: charts.short_run_z([1.0, 2.0, 3.0], ["A", "A", "B"])),
    ("conflict", lambda: charts.short_run_z([1.0, 2.0], ["A", "A"], None, Setup(baseline=2))),
    ("wrong_shape", lambda: charts.short_run_z([1.0, 2.0], ["A"])),
    ("wrong_shape", lambda: charts.short_run_z(1.0, ["A"])),
    ("conflict", lambda: Stream(charts.IMR(), Setup())),
    ("conflict", lambda: Stream(charts.IMR(), Setup(stages=["a"], standard=Standard(0, 1)))),
    ("out_of_range", lambda: charts.share(4, 3, 1)),
    ("out_of_range", lambda: charts.beyond(-1)),
    ("out_of_range", lambda: charts.trend(1)),
    ("out_of_range", lambda: charts.alternating(2)),
    ("not_unique", lambda: charts.judge_z([1.0], [charts.trend(), charts.trend(7)])),
    ("too_many", lambda: charts.judge_z([1.0], [charts.trend(n, name=str(n)) for n in range(2, 20)])),
    ("out_of_range", lambda: charts.d2(1)),
    ("out_of_range", lambda: charts.d2(1001)),
    ("out_of_range", lambda: charts.d3(26, "qcc")),
    ("out_of_range", lambda: charts.c4(1)),
    ("unknown_choice", lambda: charts.c4(5, "rough")),
]


@pytest.mark.parametrize(("code", "ask"), BAD, ids=[f"{place}-{code}" for place, (code, _) in enumerate(BAD)])
@pytest.mark.filterwarnings("error")
def test_bad_input_has_a_name(code, ask):
    with pytest.raises(NoAnswer) as refusal:
        ask()
    assert refusal.value.code == code


def test_constants_of_large_subgroups_join_smoothly():
    for size in (299, 300, 400):
        halves = gammaln(size / 2) - gammaln((size - 1) / 2)
        assert charts.c4(size) == pytest.approx(np.sqrt(2 / (size - 1)) * np.exp(halves), abs=1e-12)
    generator = np.random.default_rng(14)
    ranges = np.ptp(generator.normal(size=(20_000, 50)), axis=1)
    assert charts.d2(50) == pytest.approx(ranges.mean(), abs=0.02)
    assert charts.d3(50) == pytest.approx(ranges.std(), abs=0.02)
