"""Draw the pictures of docs/stats from published data with the product's own functions. usage: draw_docs.py [folder]"""

import csv
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src")]

from bihuan.stats import capability, charts, demand, gauges, life, rates, sampling, text  # noqa: E402
from bihuan.ui.pictures import Axis, Band, Bars, Level, Line, Picture, Points, draw  # noqa: E402

DATA = ROOT / "tests" / "conformance" / "data"
FOLDER = ROOT / "docs" / "stats"
REMISSION = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
COMPLAINTS = (
    *("电机异响很大", "电机有异响", "开机电机异响", "运行时电机异响", "电机嗡嗡异响", "夜里电机异响"),
    *("屏幕碎裂", "收货屏幕碎裂了", "屏幕碎裂不能用", "开箱发现屏幕碎裂", "左上角屏幕碎裂"),
    *("接头漏水", "进水管接头漏水", "接头漏水严重", "安装后接头漏水"),
    *("遥控器失灵", "遥控器时好时坏失灵", "新电池遥控器失灵"),
)


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a published table."""
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def control_chart(chart: charts.Chart, name: str, title: str, description: str, y: str, x: str) -> Picture:
    """A control chart: points, limits, and every signal as a square with its place."""
    places = (chart.positions + 1).tolist()
    signals = chart.signals.points().tolist()
    limits = [
        Level(float(chart.upper[0]), f"UCL {chart.upper[0]:.6g}", "red"),
        Level(float(chart.centre[0]), f"CL {chart.centre[0]:.6g}", "green"),
        Level(float(chart.lower[0]), f"LCL {chart.lower[0]:.6g}", "red"),
    ]
    line = Line(places, chart.points.tolist(), "测量值 · value", marked=True)
    marks = Points(
        [places[i] for i in signals],
        chart.points[signals].tolist(),
        "信号 · signal",
        "red",
        [str(places[i]) for i in signals],
    )
    return Picture(name, title, description, Axis(x), Axis(y), [*limits, line, *([marks] if signals else [])])


def of_charts() -> list[Picture]:
    """Pictures of `bihuan.stats.charts`."""
    rings = np.array([float(row["diameter"]) for row in rows("montgomery_pistonrings.csv")]).reshape(40, 5)
    means = charts.xbar_r(rings, charts.Setup(baseline=25, rules=charts.NELSON)).location
    first = control_chart(
        means, "charts-xbar", "均值图：活塞环内径 · Xbar chart of piston rings",
        "Means of 40 samples of five rings; limits from the first 25. The last samples run above the centre line and beyond the upper limit.",
        "均值 · mean, mm", "样本 · sample",
    )  # fmt: skip
    values = [9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40, 10.08]
    values += [9.37, 10.62, 10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52]
    pair = charts.cusum(values, charts.Setup(standard=charts.Standard(10, 1)))
    at = list(range(1, 31))
    hits = pair.upper.signals.points().tolist()
    sums = Picture(
        "charts-cusum", "累积和图：均值自第 21 点起上移一个标准差 · CUSUM after a shift of one sigma at point 21",
        "Two one-sided cumulative sums. The upper one climbs from point 22 and passes the decision interval 5 at point 29.",
        Axis("观测 · observation"), Axis("累积和 · cumulative sum", low=0, high=6),
        [
            Level(5.0, "H = 5", "red"),
            Line(at, pair.upper.points.tolist(), "向上 · upwards", "blue", marked=True),
            Line(at, pair.lower.points.tolist(), "向下 · downwards", "grey", marked=True),
            Points([at[i] for i in hits], [float(pair.upper.points[i]) for i in hits], "信号 · signal", "red"),
        ],
    )  # fmt: skip
    return [first, sums]


def of_capability() -> list[Picture]:
    """Pictures of `bihuan.stats.capability`."""
    rings = np.array([float(row["diameter"]) for row in rows("montgomery_pistonrings.csv")])[:125]
    study = capability.capability(rings.reshape(25, 5), lower=73.95, upper=74.05, target=74.0)
    edges = np.linspace(73.9675, 74.0325, 14)
    counts, _ = np.histogram(rings, edges)
    curve = np.linspace(73.945, 74.055, 160)
    sd = study.overall.sd
    height = (
        rings.size * (edges[1] - edges[0]) * np.exp(-0.5 * ((curve - study.mean) / sd) ** 2) / (sd * np.sqrt(2 * np.pi))
    )
    found = study.overall.indices
    low, high = study.overall.intervals.cpk.limits
    picture = Picture(
        "capability-rings", f"过程能力：活塞环 · Capability of piston rings: Ppk {found.cpk:.2f} ({low:.2f} – {high:.2f})",
        "Histogram of 125 diameters with the fitted normal curve, well inside the specification limits 73.95 and 74.05.",
        Axis("内径 · diameter, mm"), Axis("件数 · count"),
        [
            Bars(((edges[:-1] + edges[1:]) / 2).tolist(), counts.tolist(), float(edges[1] - edges[0]), "实测 · measured", "blue"),
            Line(curve.tolist(), height.tolist(), "正态分布 · normal distribution", "violet"),
            Level(73.95, "LSL 73.95", "red", upright=True), Level(74.0, "目标 · target", "green", upright=True),
            Level(74.05, "USL 74.05", "red", upright=True),
        ],
    )  # fmt: skip
    return [picture]


def of_sampling() -> list[Picture]:
    """Pictures of `bihuan.stats.sampling`."""
    p = np.linspace(0.0, 0.10, 201)
    layers: list[Line | Level] = []
    for severity, word, tone in (
        ("reduced", "放宽", "green"),
        ("normal", "正常", "blue"),
        ("tightened", "加严", "red"),
    ):
        plan = sampling.attribute_plan(1000, 1.0, severity=severity).plan
        name = f"{word} · {severity}: n {plan.sample}, Ac {plan.accept}"
        layers.append(Line((100 * p).tolist(), sampling.oc(plan, p).tolist(), name, tone))
    oc = Picture(
        "sampling-oc", "抽检特性曲线：批量 1000，AQL 1.0，水平 II · OC curves, lot 1000, AQL 1.0, level II",
        "Chance of acceptance against quality for the normal, tightened and reduced single plans: tightened falls first.",
        Axis("不合格品率 · nonconforming, %"), Axis("接收概率 · chance of acceptance", 0, 1),
        [*layers, Level(1.0, "AQL", "grey", upright=True)],
    )  # fmt: skip
    plan = sampling.SinglePlan(89, 2)
    out, top = sampling.aoq(plan, p, 10_000), sampling.aoql(plan, 10_000)
    aoq = Picture(
        "sampling-aoq", "平均检出质量：n 89，Ac 2，批量 10000 · Average outgoing quality, lot 10,000",
        f"Outgoing quality rises to its limit of {100 * top.limit:.2f} % and falls again, as rejected lots are sorted.",
        Axis("进厂质量 · incoming, %"), Axis("检出质量 · outgoing, %"),
        [
            Line((100 * p).tolist(), (100 * out).tolist(), "AOQ", "blue"),
            Points([100 * top.at], [100 * top.limit], "AOQL", "red", [f"{100 * top.limit:.2f} %"]),
        ],
    )  # fmt: skip
    return [oc, aoq]


def of_gauges() -> list[Picture]:
    """Pictures of `bihuan.stats.gauges`."""
    data = rows("aiag_grr_10x3x3.csv")
    study = gauges.gauge_anova(
        [float(r["value"]) for r in data], [r["part"] for r in data], [r["operator"] for r in data]
    )
    share, size = study.contribution, study.percent_study
    names = {
        0.0: "量具 · gauge R&R",
        1.0: "重复性 · repeatability",
        2.0: "再现性 · reproducibility",
        3.0: "零件 · part",
    }
    keys = ("gauge", "repeatability", "reproducibility", "part")
    parts = Picture(
        "gauges-components", f"量具研究 · Gauge study of AIAG's data: {study.categories.truncated} distinct categories",
        "Gauge R&R takes 7.76 % of the variance and 27.86 % of the study variation; the parts take nearly all the rest.",
        Axis("", names=names), Axis("占比 · share, %", 0, 100),
        [
            Bars([i - 0.2 for i in range(4)], [getattr(share, key) for key in keys], 0.38, "方差贡献 · contribution to the variance", "blue"),
            Bars([i + 0.2 for i in range(4)], [getattr(size, key) for key in keys], 0.38, "研究变差 · study variation", "amber"),
        ],
    )  # fmt: skip
    readings = [2.7, 2.5, 2.4, 2.5, 2.7, 2.3, 2.5, 2.5, 2.4, 2.4, 2.6, 2.4, 5.1, 3.9, 4.2, 5.0, 3.8, 3.9, 3.9, 3.9]
    readings += [3.9, 4.0, 4.1, 3.8, 5.8, 5.7, 5.9, 5.9, 6.0, 6.1, 6.0, 6.1, 6.4, 6.3, 6.0, 6.1, 7.6, 7.7, 7.8, 7.7]
    readings += [7.8, 7.8, 7.8, 7.7, 7.8, 7.5, 7.6, 7.7, 9.1, 9.3, 9.5, 9.3, 9.4, 9.5, 9.5, 9.5, 9.6, 9.2, 9.3, 9.4]
    at = np.repeat([2.0, 4, 6, 8, 10], 12)
    line = gauges.gauge_linearity(readings, at)
    linearity = Picture(
        "gauges-linearity", "线性：偏倚随基准值变化 · Linearity: the bias falls with the reference",
        "Single biases of 5 parts, their line and its 95 % limits. The zero line leaves the limits, so the gauge is not linear.",
        Axis("基准值 · reference"), Axis("偏倚 · bias"),
        [
            Band(line.references.tolist(), line.lower.tolist(), line.upper.tolist(), "95 %", "blue"),
            Level(0.0, "0", "green"),
            Points(at.tolist(), (np.array(readings) - at).tolist(), "单次偏倚 · single bias", "grey"),
            Line(line.references.tolist(), line.fit.tolist(), "回归线 · fitted line", "blue"),
        ],
    )  # fmt: skip
    return [parts, linearity]


def of_life() -> list[Picture]:
    """Pictures of `bihuan.stats.life`."""
    data = rows("nist_weibull_500h.csv")
    time, failed = [float(row["time"]) for row in data], [int(row["event"]) for row in data]
    fit = life.fit_weibull(time, failed)
    shares = np.array([0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.632, 0.8, 0.9])
    seen = life.quantile_interval(fit, shares)

    def stretch(share: np.ndarray) -> list[float]:
        return np.log(-np.log1p(-share)).tolist()

    curve = life.kaplan_meier(time, failed)
    before = np.concatenate(([1.0], curve.survival[:-1]))
    middle = 1 - (before + curve.survival) / 2
    names = {stretch(np.array([s]))[0]: f"{100 * s:g} %" for s in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.8, 0.9)}
    paper = Picture(
        "life-weibull", f"威布尔概率图 · Weibull plot, NIST 500 h test: shape {fit.shape:.3f}, scale {fit.scale:.1f} h",
        "Twenty units, ten failures within 500 hours. The failures follow the fitted line inside its 95 % limits.",
        Axis("时间 · time, h", log=True), Axis("累积失效 · failed", names=names),
        [
            Line(seen.estimate.tolist(), stretch(shares), "极大似然 · maximum likelihood", "blue"),
            Line(seen.lower.tolist(), stretch(shares), "95 % (轮廓似然 · profile)", "grey"),
            Line(seen.upper.tolist(), stretch(shares), "", "grey"),
            Points(curve.time.tolist(), stretch(middle), "失效 · failures", "red"),
        ],
    )  # fmt: skip
    layers: list[Line | Band] = []
    for ages, flags, tone, name in (
        (REMISSION, RELAPSED, "blue", "6-MP"),
        (PLACEBO, [1] * 21, "red", "安慰剂 · placebo"),
    ):
        found = life.kaplan_meier(ages, flags)
        x = [0.0, *found.time.tolist(), float(max(ages))]
        low, high, curve = (
            [1.0, *side.tolist(), float(side[-1])] for side in (found.lower, found.upper, found.survival)
        )
        layers += [
            Band(x, low, high, "", tone, steps=True),
            Line(x, curve, name, tone, steps=True),
        ]
    test = life.log_rank([*REMISSION, *PLACEBO], [*RELAPSED, *[1] * 21], [0] * 21 + [1] * 21)
    steps = Picture(
        "life-kaplan-meier", f"生存曲线 · Kaplan-Meier, Freireich's data: log-rank chi-square {test.statistic:.2f}",
        "Weeks in remission under 6-MP and placebo with 95 % limits: the curve of placebo falls to zero by week 23.",
        Axis("周 · weeks"), Axis("缓解率 · in remission", 0, 1), layers,
    )  # fmt: skip
    return [paper, steps, of_repairs(), of_claims()]


def of_repairs() -> Picture:
    """Repairs that come again."""
    seats = rows("nelson_valve_seats.csv")
    ends = {row["engine"]: float(row["days"]) for row in seats if row["replaced"] == "0"}
    events = [(list(ends).index(row["engine"]), float(row["days"])) for row in seats if row["replaced"] == "1"]
    units, days = zip(*events, strict=True)
    found = life.mean_cumulative(units, days, list(ends.values()))
    x = [0.0, *found.age.tolist()]
    low, mean, high = ([0.0, *side.tolist()] for side in (found.lower, found.mean, found.upper))
    return Picture(
        "life-repairs", f"平均累积函数 · Mean cumulative function: {len(events)} valve seats of {len(ends)} engines",
        "Mean number of valve seats replaced per engine with 95 % limits: about 0.6 by a year, then faster, 1.5 at the end.",
        Axis("天 · days"), Axis("每台次数 · replacements per engine", low=0),
        [Band(x, low, high, "95 %", "blue", steps=True), Line(x, mean, "平均 · mean", "blue", steps=True)],
    )  # fmt: skip


def of_claims() -> Picture:
    """Claims to come, from a chart of shipments by returns."""
    chart = life.nevada([100, 140, 150], [[0, 3, 3, 5], [0, 0, 2, 4], [0, 0, 0, 4]], start=1, kind="exact")
    fit = life.fit_weibull(chart.data)
    found = life.forecast_claims(fit, chart.running, chart.age, 4)
    months = [1.0, 2.0, 3.0, 4.0]
    return Picture(
        "life-claims", f"索赔预测 · Claims to come: shape {fit.shape:.2f}, scale {fit.scale:.2f} months",
        "Expected claims of three lots in the next four months, rising from 29 to 56, with 90 % prediction limits.",
        Axis("月 · months ahead", names={month: f"+{month:g}" for month in months}),
        Axis("索赔数 · claims", low=0),
        [
            Bars(months, found.months.expected.tolist(), 0.6, "期望 · expected"),
            Line(months, found.months.upper.tolist(), "90 % 上限 · upper", "red", marked=True),
            Line(months, found.months.lower.tolist(), "90 % 下限 · lower", "grey", marked=True),
        ],
    )  # fmt: skip


def of_rates() -> list[Picture]:
    """Pictures of `bihuan.stats.rates`."""
    counts = np.array([0, 1, 0, 2, 1, 0, 1, 1, 0, 3, 4, 2, 5, 3, 4, 4.0])
    expected = np.full(16, 0.8)
    limit = float(rates.cusum_limits([expected], 0.001, ratio=3.0).limit[0])
    course = rates.poisson_cusum(counts, expected, ratio=3.0, limit=limit)
    months = list(range(1, 17))
    hits = np.nonzero(course.signal)[0].tolist()
    sums = Picture(
        "rates-cusum", "似然比累积和：故障率自第 10 月起上升 · Likelihood-ratio CUSUM, rate up from month 10",
        f"Monthly failures against 0.8 expected, and the cumulative sum, which passes its simulated limit in month {months[hits[0]]}.",
        Axis("月 · month"), Axis("次数，累积和 · failures, sum"),
        [
            Bars(months, counts.tolist(), 0.6, "故障数 · failures", "grey"),
            Line(months, course.statistic.tolist(), "累积和 · cumulative sum", "blue", marked=True),
            Level(limit, f"{limit:.2f}", "red"),
            Points([months[i] for i in hits], [float(course.statistic[i]) for i in hits], "信号 · signal", "red"),
        ],
    )  # fmt: skip
    seen = np.arange(0, 16)
    exact, score = (rates.poisson_interval(seen, method=method) for method in ("garwood", "score"))
    limits = Picture(
        "rates-intervals", "泊松均值的置信区间 · Confidence limits of a Poisson mean, 95 %",
        "Exact limits by Garwood are wider than score limits, most of all for few events; with none the upper exact limit is 3.69.",
        Axis("观测数 · events"), Axis("均值 · mean", low=0),
        [
            Band(seen.tolist(), exact.lower.tolist(), exact.upper.tolist(), "精确 · exact (Garwood)", "blue"),
            Line(seen.tolist(), score.lower.tolist(), "得分 · score", "amber"), Line(seen.tolist(), score.upper.tolist(), "", "amber"),
            Line(seen.tolist(), seen.tolist(), "估计 · estimate", "blue"),
        ],
    )  # fmt: skip
    return [sums, limits]


def of_demand() -> list[Picture]:
    """Pictures of `bihuan.stats.demand`."""
    history = [0, 0, 3, 0, 0, 0, 2, 0, 5, 0, 0, 1, 0, 0, 4, 0, 2, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    months = list(range(1, len(history) + 1))
    lines = [
        Line(months, demand.forecast_demand(history, method).fitted.tolist(), name, tone)
        for method, name, tone in (("croston", "Croston", "amber"), ("sba", "SBA", "green"), ("tsb", "TSB", "violet"))
    ]
    picture = Picture(
        "demand-intermittent", "间歇需求的预测 · Forecasts of intermittent demand",
        "After the last demand Croston and SBA stay where they were, while TSB falls towards zero month by month.",
        Axis("月 · month"), Axis("件 · parts"), [Bars(months, history, 0.6, "需求 · demand", "grey"), *lines],
    )  # fmt: skip
    return [picture]


def of_text() -> list[Picture]:
    """Pictures of `bihuan.stats.text`."""
    found = text.cluster_texts(COMPLAINTS, 4)
    order = np.argsort(-found.size, kind="stable")
    names = {float(place): "、".join(found.words[one][:2]) for place, one in enumerate(order)}
    picture = Picture(
        "text-clusters", "投诉聚类及其关键词 · Clusters of complaints with the words that explain them",
        "Eighteen complaints fall into four clusters: noise of the motor, broken screens, leaking joints, dead remote controls.",
        Axis("", names=names), Axis("条 · texts"), [Bars(list(range(4)), found.size[order].tolist(), 0.6, "", "blue")],
    )  # fmt: skip
    return [picture]


MODULES = (of_charts, of_capability, of_sampling, of_gauges, of_life, of_rates, of_demand, of_text)


def pictures() -> dict[str, str]:
    """The name of every file with its text."""
    return {f"{picture.name}.svg": draw(picture) for module in MODULES for picture in module()}


def main() -> None:
    """Write the files."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    for name, drawn in pictures().items():
        (folder / name).write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
