"""Control charts point by point: a stream agrees with the whole sequence to the last bit."""

import numpy as np
import pytest

from bihuan.stats import charts
from bihuan.stats.charts import NELSON, Setup, Standard, Stream
from bihuan.stats.charts.engine import draw_charts


def _sizes(count):
    return np.random.default_rng(12).integers(20, 80, count)


STREAMED = {
    "i_mr": (charts.IMR(), charts.i_mr, None),
    "i_mr_3": (charts.IMR(span=3), lambda x, s: charts.i_mr(x, s, span=3), None),
    "xbar_r": (charts.XbarR(), charts.xbar_r, None),
    "xbar_s": (charts.XbarS(), charts.xbar_s, None),
    "ewma": (charts.Ewma(), lambda x, s: (charts.ewma(x, s),), None),
    "cusum": (
        charts.Cusum(h=2, restart=True, head_start=1),
        lambda x, s: charts.cusum(x, s, h=2, restart=True, head_start=1),
        None,
    ),
    "p": (charts.Attributes("p"), charts.p_chart, _sizes),
    "np": (charts.Attributes("np"), charts.np_chart, _sizes),
    "c": (charts.Attributes("c"), lambda x, s: (charts.c_chart(x, s),), None),
    "u": (charts.Attributes("u"), charts.u_chart, _sizes),
    "laney_p": (charts.Attributes("laney_p"), charts.laney_p_chart, _sizes),
    "laney_u": (charts.Attributes("laney_u"), charts.laney_u_chart, _sizes),
}


def _data(name, count):
    generator = np.random.default_rng(13)
    if name.startswith("xbar"):
        return generator.normal(10, 1, (count, 3))
    if name in ("i_mr", "i_mr_3", "ewma", "cusum"):
        return generator.normal(10, 1, count)
    return generator.integers(1, 20, count)


@pytest.mark.parametrize("name", STREAMED)
@pytest.mark.parametrize("chunks", [[1] * 90, [5, 14, 1, 40, 30], [90]])
def test_streams_agree_exactly_with_the_whole(name, chunks):
    """Points, limits, signals and places are equal, bit for bit, however the data are cut."""
    family, batch, sizes = STREAMED[name]
    data, weights = _data(name, 90), None if sizes is None else sizes(90)
    setup = Setup(baseline=20, rules=NELSON, excluded={7: "trial"})
    whole = batch(data, setup) if weights is None else (batch(data, weights, setup),)
    stream = Stream(family, setup)
    pieces, start = [], 0
    for size in chunks:
        end = start + size
        piece = stream.extend(data[start:end], None if weights is None else weights[start:end])
        pieces += [piece] if piece else []
        start = end
    assert stream.standard == whole[0].standard
    for place, chart in enumerate(whole):
        for field in ("points", "centre", "sigma", "lower", "upper", "positions"):
            joined = np.concatenate([getattr(piece[place], field) for piece in pieces])
            assert (joined == getattr(chart, field)).all(), field
        assert (np.concatenate([piece[place].signals.mask for piece in pieces]) == chart.signals.mask).all()


def test_a_stream_says_nothing_while_it_learns():
    stream = Stream(charts.IMR(), Setup(baseline=3))
    assert stream.extend([1.0, 2.0]) == ()
    assert stream.standard is None
    assert stream.extend([1.5])[0].points.tolist() == [1.0, 2.0, 1.5]


RULES = (
    *NELSON[:4],
    charts.share(2, 3, 1.5, last_must_qualify=False, full_window=False, name="loose"),
    charts.share(3, 300, 1.0, name="long"),
    charts.outside(4, 0.5, both_sides=False),
    charts.beyond(1.7),
    charts.within(4, 1.2),
    charts.trend(3),
    charts.alternating(4),
    charts.one_side(3),
)


def _world(random, count):
    """A family with data of its kind and the standard behind them."""
    sizes, plain = random.integers(20, 60, count), Standard(10, 1)
    kinds = {
        "singles": (charts.IMR(int(random.integers(2, 4))), random.normal(10, 1, count).round(1), None, plain),
        "means": (charts.XbarR(), random.normal(10, 1, (count, 4)), None, plain),
        "uneven": (charts.XbarS(), [random.normal(10, 1, random.integers(2, 6)) for _ in range(count)], None, plain),
        "p": (charts.Attributes("p"), random.binomial(sizes, 0.2), sizes, Standard(0.2)),
        "laney": (charts.Attributes("laney_u"), random.poisson(sizes / 9), sizes / 45, Standard(5.0, None, 1.3)),
        "ewma": (charts.Ewma(0.2, base=charts.XbarS()), random.normal(10, 1, (count, 3)), None, plain),
        "cusum": (
            charts.Cusum(head_start=2.0, restart=bool(random.integers(2))),
            random.normal(10, 1, count),
            None,
            plain,
        ),
    }
    return kinds[random.choice(list(kinds))]


@pytest.mark.parametrize("seed", range(60))
def test_streams_agree_with_any_whole(seed):
    """Any family, any chunks, a baseline or a standard, exclusions, rules of every kind and window."""
    random = np.random.default_rng(seed)
    count = int(random.integers(10, 60))
    family, data, sizes, standard = _world(random, count)
    known = random.random() < 0.5
    excluded = {int(place): "trial" for place in random.integers(0, count, 2)} if random.random() < 0.5 else {}
    baseline = None if known else int(random.integers(8, count))
    setup = Setup(rules=RULES, baseline=baseline, standard=standard if known else None, excluded=excluded)
    whole = draw_charts(family, data, sizes, setup)
    stream, parts, at = Stream(family, setup), [], 0
    while at < count:
        step = slice(at, at + int(random.integers(1, 7)))
        parts.append(stream.extend(data[step], None if sizes is None else sizes[step]))
        at = step.stop
    for place, chart in enumerate(whole):
        found = [part[place] for part in parts if part]
        for name in ("points", "centre", "sigma", "lower", "upper"):
            assert np.array_equal(np.concatenate([getattr(part, name) for part in found]), getattr(chart, name)), name
        assert np.array_equal(np.concatenate([part.signals.mask for part in found]), chart.signals.mask)
