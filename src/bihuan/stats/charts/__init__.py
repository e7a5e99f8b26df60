"""Control charts: limits, rules, stages and streams.

Give data and a `Setup` to a chart function, or a `Family` and a `Setup` to a `Stream`; both give the same points,
limits and signals. Places of points count from 0 everywhere.
"""

from bihuan.stats.charts.attributes import (
    Attributes,
    c_chart,
    laney_p_chart,
    laney_u_chart,
    np_chart,
    p_chart,
    u_chart,
)
from bihuan.stats.charts.constants import Convention, c4, d2, d3, per_size
from bihuan.stats.charts.engine import Family, Stream
from bihuan.stats.charts.individuals import IMR, Pair, i_mr
from bihuan.stats.charts.judging import Signals, judge_z
from bihuan.stats.charts.model import Chart, Setup, Stage, Standard
from bihuan.stats.charts.rules import (
    LIMITS,
    NELSON,
    WESTERN_ELECTRIC,
    Rule,
    alternating,
    beyond,
    one_side,
    outside,
    share,
    trend,
    within,
)
from bihuan.stats.charts.shortrun import Fixed, fixed_chart, short_run_deviation, short_run_z, standardised
from bihuan.stats.charts.subgroups import XbarR, XbarS, xbar_r, xbar_s
from bihuan.stats.charts.weighted import Cusum, CusumPair, Ewma, cusum, cusum_runs, ewma

__all__ = [
    "IMR",
    "LIMITS",
    "NELSON",
    "WESTERN_ELECTRIC",
    "Attributes",
    "Chart",
    "Convention",
    "Cusum",
    "CusumPair",
    "Ewma",
    "Family",
    "Fixed",
    "Pair",
    "Rule",
    "Setup",
    "Signals",
    "Stage",
    "Standard",
    "Stream",
    "XbarR",
    "XbarS",
    "alternating",
    "beyond",
    "c4",
    "c_chart",
    "cusum",
    "cusum_runs",
    "d2",
    "d3",
    "ewma",
    "fixed_chart",
    "i_mr",
    "judge_z",
    "laney_p_chart",
    "laney_u_chart",
    "np_chart",
    "one_side",
    "outside",
    "p_chart",
    "per_size",
    "share",
    "short_run_deviation",
    "short_run_z",
    "standardised",
    "trend",
    "u_chart",
    "within",
    "xbar_r",
    "xbar_s",
]
