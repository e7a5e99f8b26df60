"""One valid call of every public function of the statistics, from which the sweep of bad input starts."""

from typing import Any

import numpy as np

from bihuan.stats import capability, charts, demand, gauges, life, rates, sampling, text

VALUES = [9.8, 10.1, 10.0, 9.9, 10.3, 10.2, 9.7, 10.4, 10.1, 9.95, 10.05, 10.15]
GROUPS = [[9.8, 10.1, 10.0], [9.9, 10.3, 10.2], [9.7, 10.4, 10.1], [9.95, 10.05, 10.15]]
FOUND, SIZES = [4, 6, 3, 7, 5], [50, 60, 40, 55, 50]
AGES, FAILED = [30.0, 50.0, 80.0, 100.0, 100.0, 120.0], [1, 1, 1, 0, 0, 1]
PART = [0, 0, 1, 1, 2, 2] * 2
OPERATOR = [0] * 6 + [1] * 6
READINGS = [1.0, 1.1, 2.0, 2.2, 3.1, 3.0, 1.2, 1.1, 2.1, 2.0, 3.2, 3.1]
FIT = life.fit_weibull(AGES, FAILED)
CURVE = life.kaplan_meier(AGES, FAILED)
LIVES = life.observed(AGES, FAILED)
PRIOR = rates.fit_gamma([0, 9, 2, 14, 1, 0, 7, 3], [2.0] * 8)
PLAN, DOUBLE = sampling.SinglePlan(80, 2), sampling.DoublePlan(50, 0, 3, 50, 3)
BOOK = sampling.attribute_plan(1000, 1.0)
VARIABLES = sampling.variables_plan(100, 1.0)
STATE = sampling.SwitchingState()
STOPPED = sampling.SwitchingState(severity="discontinued", score=None)
YEARS = [10.0 + month % 12 + 0.1 * (month * 7 % 5) for month in range(48)]
HISTORY = [0, 3, 0, 0, 2, 5, 0, 1, 0, 0, 4, 2]
TEXTS = ["电机异响", "电机有异响", "屏幕碎裂", "屏幕裂了", "底部漏水", "漏水严重"]
STANDARD = charts.Standard(10.0, 0.2)


def staged(stages, excluded, standard):
    setup = charts.Setup(stages=stages, excluded=excluded, standard=standard)
    return charts.i_mr(VALUES, setup), charts.short_run_deviation(VALUES, ["a"] * 12, None, setup)


def streamed(first, second, family, setup):
    stream = charts.Stream(family, setup)
    return stream.extend(first), stream.extend(second)


def prior_of(shapes, rates_, weights):
    return rates.shrink([0, 9], [2.0, 2.0], rates.GammaPrior(shapes, rates_, weights, 0.0))


CALLS: dict[Any, dict[str, Any]] = {
    staged: {"stages": ["a"] * 6 + ["b"] * 6, "excluded": {1: "tool broke"}, "standard": {"a": STANDARD}},
    streamed: {"first": VALUES, "second": VALUES, "family": charts.IMR(), "setup": charts.Setup(baseline=5)},
    prior_of: {"shapes": [2.0, 1.0], "rates_": [2.0, 1.0], "weights": [0.3, 0.7]},
    charts.judge_z(VALUES, charts.NELSON).points: {"name": "nelson-1"},
    charts.judge_z(VALUES, charts.NELSON).names: {"point": 3},
    capability.Distribution("weibull", (2.0, 10.0)).quantile: {"probability": 0.5},
    capability.Distribution("gamma", (2.0, 10.0)).below: {"values": [1.0, 2.0]},
    capability.Limits: {"lower": 9.0, "upper": 11.0, "target": 10.0},
    charts.Rule: {"name": "own", "kind": "share", "need": 2, "window": 3, "sigmas": 2.0},
    sampling.SwitchingState: {"severity": "normal", "score": 3, "recent": (True,), "accepted_run": 0, "rejected": 0},
    sampling.SwitchingState.from_dict: {"stored": sampling.SwitchingState().as_dict()},
    sampling.LotResult: {"accepted": True, "credit": 2, "original": True, "steady": True, "approved": False},
    charts.alternating: {"count": 14},
    charts.beyond: {"sigmas": 3.0},
    charts.c4: {"size": 5, "convention": "exact"},
    charts.c_chart: {"nonconformities": FOUND},
    charts.cusum: {"values": VALUES, "k": 0.5, "h": 5.0, "head_start": 0.0},
    charts.cusum_runs: {"chart": charts.cusum(VALUES).upper},
    charts.d2: {"size": 5, "convention": "exact"},
    charts.d3: {"size": 5, "convention": "exact"},
    charts.ewma: {"values": VALUES, "weight": 0.2},
    charts.fixed_chart: {"values": VALUES, "centre": 10.0, "lower": 9.0, "upper": 11.0, "sigma": 0.3},
    charts.i_mr: {"values": VALUES, "span": 2, "method": "average"},
    charts.judge_z: {"z": VALUES, "rules": charts.NELSON},
    charts.laney_p_chart: {"defectives": FOUND, "sizes": SIZES},
    charts.laney_u_chart: {"nonconformities": FOUND, "sizes": SIZES},
    charts.np_chart: {"defectives": FOUND, "sizes": 50},
    charts.one_side: {"count": 9},
    charts.outside: {"count": 8, "sigmas": 1.0},
    charts.p_chart: {"defectives": FOUND, "sizes": SIZES},
    charts.per_size: {"name": "d2", "sizes": [2, 3], "convention": "exact"},
    charts.share: {"need": 2, "window": 3, "sigmas": 2.0},
    charts.short_run_deviation: {"values": VALUES, "parts": ["a"] * 12, "targets": {"a": 10.0}},
    charts.short_run_z: {"values": VALUES, "parts": ["a"] * 12, "standards": {"a": STANDARD}},
    charts.standardised: {"values": VALUES, "parts": ["a"] * 12, "standards": {"a": STANDARD}},
    charts.trend: {"count": 6},
    charts.u_chart: {"nonconformities": FOUND, "sizes": SIZES},
    charts.within: {"count": 15, "sigmas": 1.0},
    charts.xbar_r: {"subgroups": GROUPS, "method": "weighted"},
    charts.xbar_s: {"subgroups": GROUPS, "method": "weighted"},
    charts.Setup: {"sigmas": 3.0, "baseline": 5, "constants": "exact", "rules": charts.NELSON, "excluded": {}},
    charts.Standard: {"mean": 10.0, "sd": 0.2, "inflation": 1.0},
    charts.Ewma: {"weight": 0.2},
    charts.Cusum: {"k": 0.5, "h": 5.0, "head_start": 0.0},
    charts.Fixed: {"centre": 10.0, "lower": 9.0, "upper": 11.0, "sigma": 0.3},
    charts.IMR: {"span": 2, "method": "average"},
    charts.XbarR: {"method": "weighted"},
    charts.XbarS: {"method": "weighted"},
    charts.Attributes: {"kind": "p"},
    capability.anderson_darling: {"values": VALUES},
    capability.shapiro_wilk: {"values": VALUES},
    capability.capability: {"values": VALUES, "lower": 9.0, "upper": 11.0, "target": 10.0, "method": "moving_range"},
    capability.cp_interval: {"cp": 1.3, "freedom": 19.0, "confidence": 0.95, "side": "both"},
    capability.cpk_interval: {"cpk": 1.3, "count": 20, "freedom": 19.0, "confidence": 0.95, "side": "both"},
    capability.cpm_interval: {"cpm": 1.1, "count": 20, "offset": 0.3, "confidence": 0.95, "side": "both"},
    capability.one_sided_interval: {"index": 1.2, "count": 20, "confidence": 0.95, "side": "both"},
    capability.Distribution: {"name": "weibull", "parameters": (2.0, 10.0), "threshold": 0.0},
    capability.distribution_capability: {
        "distribution": capability.Distribution("weibull", (2.0, 10.0)), "lower": 1.0, "upper": 30.0,
        "method": "percentile",
    },
    capability.empirical_capability: {"values": np.arange(1000.0), "lower": -50.0, "upper": 1050.0},
    capability.fit: {"values": VALUES, "name": "gamma", "threshold": 0.0},
    capability.fits: {"values": VALUES, "names": ("gamma",), "threshold": 0.0},
    capability.fitted_capability: {
        "values": VALUES, "name": "weibull", "lower": 9.0, "upper": 11.0, "threshold": 0.0, "method": "percentile",
        "confidence": 0.95, "draws": 0, "seed": 1,
    },
    capability.indices: {"mean": 10.0, "sd": 0.2, "lower": 9.0, "upper": 11.0, "target": 10.0},
    sampling.SinglePlan: {"sample": 80, "accept": 2},
    sampling.DoublePlan: {"first": 50, "accept1": 0, "reject1": 3, "second": 50, "accept2": 3},
    sampling.aoq: {"plan": DOUBLE, "p": [0.01, 0.1], "lot": 1000, "distribution": "binomial"},
    sampling.aoql: {"plan": PLAN, "lot": 1000, "distribution": "binomial"},
    sampling.aql_name: {"aql": 1.0, "edition": "1999"},
    sampling.asn: {"plan": DOUBLE, "p": [0.01, 0.1], "distribution": "binomial", "lot": 1000},
    sampling.ati: {"plan": DOUBLE, "p": [0.01, 0.1], "lot": 1000, "distribution": "binomial"},
    sampling.attribute_plan: {
        "lot": 1000, "aql": 1.0, "level": "II", "severity": "normal", "kind": "single", "unit": "percent",
        "letter": None, "edition": "1999",
    },
    sampling.code_letter: {"lot": 1000, "level": "II", "edition": "1999"},
    sampling.decide: {"plan": PLAN, "found": 1, "found_second": None, "unit": "percent"},
    sampling.estimated_nonconforming: {"q": [1.0, 2.0], "n": 10},
    sampling.find_double: {"p1": 0.01, "alpha": 0.05, "p2": 0.06, "beta": 0.1, "ratio": 1, "distribution": "binomial"},
    sampling.find_single: {
        "p1": 0.01, "alpha": 0.05, "p2": 0.06, "beta": 0.1, "distribution": "binomial", "lot": None, "largest": 1000,
    },
    sampling.find_variables: {"p1": 0.01, "alpha": 0.05, "p2": 0.06, "beta": 0.1, "sigma": "unknown"},
    sampling.follow: {
        "found": [0, (1, 1), 0], "aql": 1.0, "letter": "J", "level": "II", "unit": "percent", "kind": "double",
        "edition": "1999",
    },
    sampling.lot_result: {"plan": BOOK, "found": 1, "found_second": None},
    sampling.oc: {"plan": DOUBLE, "p": [0.01, 0.1], "distribution": "binomial", "lot": 1000},
    sampling.quality_at: {"plan": PLAN, "acceptance": 0.95, "distribution": "binomial", "lot": None},
    sampling.resume: {"state": STOPPED},
    sampling.switch: {"state": STATE, "lot": sampling.lot_result(BOOK, 1)},
    sampling.tables: {"edition": "1999"},
    sampling.tighter_accept: {"plan": BOOK},
    sampling.variables_decision: {"plan": VARIABLES, "values": VALUES[:10], "lower": 9.0, "upper": 11.0, "method": "M"},
    sampling.variables_oc: {"n": 20, "k": 1.8, "p": [0.01, 0.1], "sigma": "unknown"},
    sampling.variables_plan: {"lot": 100, "aql": 1.0, "level": "II", "severity": "normal", "edition": "z1.9"},
    sampling.variables_tables: {"edition": "z1.9"},
    sampling.zero_acceptance: {"lot": 500, "limit": 0.02, "consumer_risk": 0.1},
    sampling.zero_acceptance_like: {"lot": 500, "aql": 1.0, "level": "II", "consumer_risk": 0.1},
    gauges.attribute_agreement: {
        "ratings": [[[0, 0], [0, 1]], [[1, 1], [1, 1]], [[1, 1], [1, 0]]], "reference": [0, 1, 1], "bad": 0,
        "confidence": 0.95,
    },
    gauges.cohen_kappa: {"first": [0, 1, 1, 0], "second": [0, 1, 0, 0], "weights": "linear", "confidence": 0.95},
    gauges.cohen_kappa_table: {"table": [[40, 5], [3, 50]], "weights": "linear", "confidence": 0.95},
    gauges.d2_star: {"size": 3, "groups": 10},
    gauges.distinct_categories: {"part": 5.0, "gauge": 1.0},
    gauges.fleiss_kappa: {"ratings": [[0, 0, 1], [1, 1, 1], [0, 1, 1]], "confidence": 0.95},
    gauges.fleiss_kappa_counts: {"table": [[3, 0], [1, 2], [0, 3]], "confidence": 0.95},
    gauges.gauge_anova: {
        "values": READINGS, "parts": PART, "operators": OPERATOR, "tolerance": 4.0, "multiplier": 6.0,
        "pool_above": 0.05,
    },
    gauges.gauge_bias: {"values": VALUES, "reference": 10.0, "method": "sd", "confidence": 0.95, "tolerance": 2.0},
    gauges.gauge_linearity: {
        "values": READINGS, "references": PART, "confidence": 0.95, "process_variation": 3.0,
    },
    gauges.gauge_nested: {
        "values": READINGS, "parts": PART, "operators": OPERATOR, "tolerance": 4.0, "multiplier": 6.0,
    },
    gauges.gauge_ranges: {
        "values": READINGS, "parts": PART, "operators": OPERATOR, "tolerance": 4.0, "multiplier": 6.0,
        "constants": "aiag",
    },
    gauges.gauge_short: {"values": [[0.85, 0.80], [0.75, 0.70], [1.00, 0.95]], "process_sd": 0.1},
    gauges.gauge_stability: {"values": GROUPS, "reference": 10.0},
    gauges.range_constants: {"size": 5},
    gauges.range_freedom: {"size": 5, "groups": 4},
    gauges.verdict: {"percent": 12.0},
    life.observed: {"time": AGES, "failed": FAILED, "weight": [1] * 6},
    life.intervals: {"lower": [0, 10, 20.0], "upper": [10.0, 20.0, np.inf], "weight": [1, 2, 3]},
    life.joined: {"groups": [LIVES, LIVES]},
    life.compare_fits: {"groups": [LIVES, LIVES], "family": "weibull", "same": "everything"},
    life.demonstrated_reliability: {"units": 22, "failures": 0, "confidence": 0.9, "length": 1.0, "shape": 1.0},
    life.demonstration_length: {"reliability": 0.9, "confidence": 0.9, "units": 10, "allowed": 0, "shape": 1.5},
    life.demonstration_units: {"reliability": 0.9, "confidence": 0.9, "allowed": 0, "length": 1.0, "shape": 1.5},
    life.duration_until: {"failures": 3, "units": 10, "scale": 100.0, "shape": 1.5, "probability": 0.5},
    life.exponential_interval: {"total": 1000.0, "failures": 3, "confidence": 0.9, "side": "both", "ended": "time"},
    life.exponential_test_time: {"mean": 100.0, "confidence": 0.9, "allowed": 0},
    life.fit_exponential: {"time": AGES, "failed": FAILED, "weight": [1] * 6},
    life.fit_lognormal: {"time": AGES, "failed": FAILED, "weight": [1] * 6},
    life.fit_weibull: {"time": AGES, "failed": FAILED, "weight": [1] * 6, "shape": None},
    life.fit_weibull3: {"time": [12, 15, 17, 19, 20, 22, 25, 27, 31, 40.0], "failed": [1] * 10, "weight": [1] * 10},
    life.forecast_claims: {
        "fit": FIT, "running": [100, 200], "age": [5.0, 3.0], "months": 3, "limit": 24.0, "confidence": 0.9,
        "draws": 100, "seed": 1,
    },
    life.hazard: {"fit": FIT, "t": [10.0, 20.0]},
    life.reliability: {"fit": FIT, "t": [10.0, 20.0]},
    life.quantile: {"fit": FIT, "p": [0.1, 0.5]},
    life.mean_life: {"fit": FIT},
    life.information: {"failing": 0.5, "family": "weibull"},
    life.kaplan_meier: {"time": AGES, "failed": FAILED, "weight": [1] * 6, "confidence": 0.95, "scale": "log-log"},
    life.survival_at: {"curve": CURVE, "t": [10.0, 60.0]},
    life.survival_quantile: {"curve": CURVE, "p": 0.3},
    life.log_rank: {"time": AGES, "failed": FAILED, "group": [0, 0, 1, 1, 0, 1], "weight": [1] * 6, "rho": 0.0},
    life.mean_cumulative: {
        "unit": [1, 1, 2], "age": [10.0, 20.0, 15.0], "end": [50.0, 60.0, 70.0], "cost": [1.0, 2.0, 3.0],
        "confidence": 0.95, "variance": "robust", "scale": "log",
    },
    life.nevada: {"shipped": [100, 200], "returned": [[1, 2, 0], [0, 1, 2]], "start": 0.5, "kind": "interval"},
    life.parameter_interval: {"fit": FIT, "name": "shape", "confidence": 0.95, "method": "profile", "side": "both"},
    life.quantile_interval: {"fit": FIT, "p": [0.1], "confidence": 0.95, "method": "profile", "side": "both"},
    life.reliability_interval: {"fit": FIT, "t": [20.0], "confidence": 0.95, "method": "profile", "side": "both"},
    life.pass_chance: {"units": 22, "reliability": 0.9, "allowed": 0, "length": 1.0, "shape": 1.0},
    life.precision_units: {
        "p": 0.1, "ratio": 1.5, "spread": 0.5, "failing": 0.3, "confidence": 0.95, "family": "weibull",
    },
    life.weibayes_lower: {"time": AGES, "shape": 2.0, "failed": FAILED, "weight": [1] * 6, "confidence": 0.9},
    rates.adjust: {"p_values": [0.01, 0.6, 0.03], "method": "storey", "alpha": 0.05, "tuning": 0.5},
    rates.binomial_interval: {
        "defectives": FOUND, "sample": SIZES, "confidence": 0.95, "method": "wilson", "side": "both",
    },
    rates.binomial_test: {
        "defectives": FOUND, "sample": SIZES, "share": 0.1, "alternative": "two-sided", "method": "minlike",
    },
    rates.cusum_limits: {
        "expected": [[1.0, 2.0], [0.5, 0.7]], "rate": 0.01, "ratio": 2.0, "counting": "periods", "shape": None,
        "groups": 2, "draws": 50, "seed": 1,
    },
    rates.detect: {
        "counts": [[1, 2, 0], [0, 1, 9]], "expected": [[1.0, 2.0, 1.0], [0.5, 0.7, 0.6]], "shape": None, "ratio": 3.0,
        "false_cells": 1.5, "discovery_rate": 0.01, "groups": 2, "draws": 50, "seed": 1,
    },
    rates.exceeds: {"count": [4, 1], "shipped": [1000, 1000], "numerator": 3, "denominator": 1000},
    rates.fit_gamma: {"counts": [0, 9, 2, 14, 1, 0, 7, 3], "expected": [2.0] * 8},
    rates.fit_gamma_mixture: {"counts": [0, 9, 2, 14, 1, 0, 7, 3, 0, 1, 2, 30], "expected": [2.0] * 12},
    rates.history_expectation: {
        "history": [4, 60, 3, 7, 50], "history_exposure": SIZES, "exposure": [[10.0, 11.0]] * 5,
    },
    rates.indirectly_standardised: {
        "observed": [3, 4], "exposure": [[100.0, 50.0], [80.0, 60.0]], "reference": [0.01, 0.02], "confidence": 0.95,
        "method": "garwood",
    },
    rates.directly_standardised: {
        "counts": [[3, 4], [0, 2]], "exposure": [[100.0, 50.0], [80.0, 60.0]], "standard": [0.3, 0.7],
        "confidence": 0.95, "side": "both",
    },
    rates.maxsprt: {
        "counts": [0, 1, 2], "expected": [0.5, 0.5, 0.6], "horizon": 5.0, "alpha": 0.05, "minimum": 1,
        "critical": None,
    },
    rates.maxsprt_critical: {"horizon": 5.0, "alpha": 0.05, "minimum": 1, "looks": [1.0, 3.0, 1.0]},
    rates.maxsprt_power: {"horizon": 5.0, "ratio": 2.0, "critical": 3.0, "minimum": 1, "looks": None},
    rates.null_share: {"p_values": [0.01, 0.6, 0.03, 0.8], "tuning": 0.5},
    rates.poisson_cusum: {
        "counts": [[1, 2, 0], [0, 1, 9]], "expected": [[1.0, 2.0, 1.0], [0.5, 0.7, 0.6]], "ratio": 2.0, "limit": 3.0,
        "start": 0.0,
    },
    rates.poisson_interval: {"counts": FOUND, "exposure": SIZES, "confidence": 0.95, "method": "midp", "side": "both"},
    rates.poisson_test: {
        "counts": FOUND, "expected": 4.0, "alternative": "two-sided", "method": "minlike",
    },
    rates.population_expectation: {
        "counts": [[4, 6], [3, 7], [5, 1], [2, 2]], "exposure": [[50, 60], [40, 55], [50, 20], [20, 20]],
        "strata": [0, 0, 1, 1],
    },
    rates.rank_cells: {
        "counts": [0, 9, 2, 14, 1, 0, 7, 3], "expected": [2.0] * 8, "method": "gamma-poisson", "discovery_rate": 0.05,
        "line": 1.0,
    },
    rates.rate_ratio: {
        "first": 10, "first_exposure": 100.0, "second": 5, "second_exposure": 120.0, "null": 1.0, "confidence": 0.95,
        "method": "central",
    },
    rates.shrink: {"counts": [0, 9], "expected": [2.0, 2.0], "prior": PRIOR, "credibility": 0.9, "line": 1.0},
    rates.standardised_ratio: {"observed": [3, 4], "expected": [2.0, 5.0], "confidence": 0.95, "method": "garwood"},
    demand.classify_demand: {"demand": HISTORY},
    demand.fill_rate_point: {
        "mean": 10.0, "deviation": 3.0, "lead": 2.0, "lot": 50.0, "lead_deviation": 0.5, "fill": 0.95,
    },
    demand.forecast_demand: {"demand": HISTORY, "method": "tsb", "alpha": 0.1, "beta": 0.2},
    demand.holt_winters: {
        "values": YEARS, "period": 12, "horizon": 2, "season": "additive", "confidence": 0.9, "draws": 100, "seed": 1,
    },
    demand.lead_demand: {"mean": 10.0, "deviation": 3.0, "lead": 2.0, "lead_deviation": 0.5},
    demand.normal_loss: {"factor": 0.5},
    demand.reorder_point: {
        "mean": 10.0, "deviation": 3.0, "lead": 2.0, "lead_deviation": 0.5, "service": 0.95, "method": "gamma",
    },
    demand.seasonal_parts: {"values": YEARS, "period": 12, "method": "stl", "model": "additive", "window": None},
    demand.simulated_point: {"demand": HISTORY, "lead": [2, 3], "service": 0.95, "draws": 100, "seed": 1},
    text.cluster_texts: {"texts": TEXTS, "clusters": 3, "words": 3, "ignore": ("您好",), "seed": 1},
    text.SimilarTexts.fit: {"texts": TEXTS},
    text.SimilarTexts.fit(TEXTS).query: {"text": "电机响", "count": 3},
}  # fmt: skip
