"""Conventions at their edges: what a single wrong comparison, constant or default would change and nothing else."""

import inspect
import itertools

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtri

from bihuan.stats import capability, charts, demand, gauges, life, rates, sampling
from bihuan.stats.charts import individuals
from bihuan.stats.gauges import attribute
from bihuan.stats.rates import cusum
from tests.stats.refusing import refused


class TestCharts:
    def test_baselines_of_none_and_of_one(self):
        refused("out_of_range", charts.Setup, baseline=0)
        refused("too_few", charts.i_mr, [1.0, 2.0, 4.0], charts.Setup(baseline=1))

    def test_streams_begin_with_the_defaults_of_the_functions(self):
        assert charts.Cusum() == charts.Cusum(0.5, 5.0, 0.0, False, False)
        assert charts.Ewma() == charts.Ewma(0.2, False)
        for function, family in (
            (charts.cusum, charts.Cusum()),
            (charts.ewma, charts.Ewma()),
            (charts.i_mr, charts.IMR()),
        ):
            for name, parameter in inspect.signature(function).parameters.items():
                if name not in ("values", "setup", "base"):
                    assert getattr(family, name) == parameter.default, name

    @pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
    def test_both_limits_and_all_zones_in_any_unit(self, unit):
        known = charts.Setup(rules=charts.NELSON, standard=charts.Standard(0.0, unit))
        z = [-3.1, 3.1, 0.1, -2.1, 0.2, -2.1, 0.1, 2.1, 0.2, 2.1, -3.0, 3.0]
        chart = charts.i_mr([unit * value for value in z], known).location
        assert (chart.signals.mask == charts.judge_z(z, charts.NELSON).mask).all()
        assert chart.signals.points("nelson-1").tolist() == [0, 1]
        assert chart.signals.points("nelson-5").size

    def test_the_last_point_of_two_in_three_must_qualify(self):
        for rules, name in ((charts.NELSON, "nelson-5"), (charts.WESTERN_ELECTRIC, "western-electric-2")):
            for z, found in (([2.5, 2.5, 0.5], []), ([2.5, 0.5, 2.5], [2]), ([0.5, 2.5, 2.5], [2]), ([2.5, 2.5], [])):
                assert charts.judge_z(z, rules).points(name).tolist() == found
        loose = charts.share(2, 3, 2.0, last_must_qualify=False)
        assert charts.judge_z([2.5, 2.5, 0.5], [loose]).points().tolist() == [2]

    def test_short_runs_are_single_or_in_subgroups(self):
        refused("wrong_shape", charts.short_run_z, np.ones((2, 2, 2)), ["a", "b"])
        refused("wrong_shape", charts.short_run_deviation, 1.0, ["a"])

    def test_every_d3_of_qcc_is_near_the_integral(self):
        """qcc's own constants lie above the integral by 1e-6 to 1.2e-5, more for larger subgroups."""
        off = np.array([charts.d3(size, "qcc") - charts.d3(size) for size in range(2, 26)])
        assert ((off > 5e-7) & (off < 1.3e-5)).all()
        assert (np.diff(off) > -2e-7).all()

    def test_long_data_are_summed_over_blocks_that_meet(self, monkeypatch):
        values = np.random.default_rng(21).normal(size=100)
        whole = [charts.i_mr(values, span=span).location.standard for span in (2, 3, 5)]
        monkeypatch.setattr(individuals, "_BLOCK", 7)
        for one, span in zip(whole, (2, 3, 5), strict=True):
            found = charts.i_mr(values, span=span).location.standard
            assert (found.mean, found.sd) == pytest.approx((one.mean, one.sd), rel=1e-13)


class TestCapability:
    @pytest.mark.parametrize("bend", [0.0, 0.05, 0.1, 0.12, 0.15, 0.25])
    def test_p_of_anderson_and_darling_in_every_piece(self, bend):
        """Stephens' formula has four pieces, from 0.03 (all too normal) to 0.9; statsmodels writes them out as well."""
        from statsmodels.stats.diagnostic import normal_ad

        z = ndtri((np.arange(1, 41) - 0.5) / 40)
        statistic, p_value = normal_ad(z + bend * z**2)
        found = capability.anderson_darling(z + bend * z**2)
        assert (found.statistic, found.p_value) == pytest.approx((statistic, p_value))
        assert not found.bound

    def test_values_that_differ_by_rounding_only_do_not_vary(self):
        last = 1 - 4 * np.finfo(float).eps
        refused("zero_variance", capability.anderson_darling, [1.0] * 9 + [last])
        refused("zero_variance", capability.shapiro_wilk, [1.0] * 9 + [last])

    def test_the_least_sample_with_percentiles_of_its_own(self):
        values = np.random.default_rng(22).normal(size=740)
        found = capability.empirical_capability(values, lower=-4, upper=4)
        assert found.low == pytest.approx(values.min(), abs=1e-2)
        refused("too_few", capability.empirical_capability, values[1:], lower=-4, upper=4)

    def test_the_side_that_was_not_asked_for_ends_where_indices_end(self):
        assert capability.cp_interval(1.2, 30, side="upper").lower == 0.0
        assert capability.cpm_interval(1.2, 30, 0.5, side="upper").lower == 0.0
        assert capability.cpk_interval(1.2, 30, side="upper").lower == -np.inf
        assert capability.one_sided_interval(1.2, 30, side="lower").upper == np.inf

    @pytest.mark.parametrize(
        ("name", "theirs"),
        [
            ("normal", stats.norm), ("lognormal", lambda mu, sigma: stats.lognorm(sigma, scale=np.exp(mu))),
            ("weibull", lambda shape, scale: stats.weibull_min(shape, scale=scale)),
            ("gamma", lambda shape, scale: stats.gamma(shape, scale=scale)), ("exponential", lambda scale: stats.expon(scale=scale)),
        ],
    )  # fmt: skip
    def test_anderson_and_darling_of_a_fit_by_hand(self, name, theirs):
        values = np.sort(np.random.default_rng(24).gamma(3, 2, 20))
        fit = capability.fit(values, name)
        law = theirs(*fit.distribution.parameters)
        terms = [(2 * i - 1) * (law.logcdf(values[i - 1]) + law.logsf(values[20 - i])) for i in range(1, 21)]
        assert fit.anderson_darling == pytest.approx(-20 - sum(terms) / 20)
        assert fit.log_likelihood == pytest.approx(law.logpdf(values).sum())
        assert fit.aic == pytest.approx(2 * len(fit.distribution.parameters) - 2 * law.logpdf(values).sum())


class TestSampling:
    def test_the_level_is_named_where_it_decided(self):
        assert sampling.attribute_plan(1000, 1.0, "I").level == "I"
        assert sampling.attribute_plan(1000, 1.0, letter="J").level is None
        assert sampling.variables_plan(1000, 1.0, "I").level == "I"
        assert sampling.variables_plan(1000, 1.0, letter="J").level is None

    def test_a_double_plan_leaves_room_for_its_second_sample(self):
        refused("limits_reversed", sampling.DoublePlan, 50, 0, 1, 50, 3)
        refused("limits_reversed", sampling.DoublePlan, 50, 0, 5, 50, 3)
        assert sampling.DoublePlan(50, 0, 4, 50, 3).reject2 == 4

    def test_good_and_poor_quality_differ(self):
        refused("limits_reversed", sampling.find_single, 0.05, 0.05, 0.05, 0.1)
        refused("limits_reversed", sampling.find_single, 0.05, 0.75, 0.1, 0.25)

    def test_a_search_stays_within_what_may_be_taken(self):
        given = (0.01, 0.05, 0.06, 0.1)
        assert sampling.find_single(*given, distribution="hypergeometric", lot=1000).plan.sample > 50
        refused("no_plan", sampling.find_single, *given, distribution="hypergeometric", lot=1000, largest=50)

    def test_no_smaller_plan_by_variables_keeps_both_risks_of_near_qualities(self):
        """At hundreds of items the first guess is off by more than one, and the search has to close in."""
        found = sampling.find_variables(0.01, 0.05, 0.02, 0.1)
        assert found.n > 200
        for n, kept in ((found.n, True), (found.n - 1, False)):
            lowest = stats.nct.ppf(0.9, n - 1, ndtri(0.98) * np.sqrt(n))
            assert bool(stats.nct.cdf(lowest, n - 1, ndtri(0.99) * np.sqrt(n)) <= 0.05) is kept

    def test_all_or_nothing_is_estimated_far_beyond_a_limit(self):
        assert sampling.estimated_nonconforming([-10, 10], 5).tolist() == [1, 0]

    def test_worst_outgoing_quality_of_a_small_lot_may_be_nearly_all_bad(self):
        """Three of four, at most two bad: three bad items in the lot pass three times in four, one of them unseen."""
        found = sampling.aoql(sampling.SinglePlan(3, 2), 4, distribution="hypergeometric")
        assert (found.limit, found.at) == pytest.approx((0.75 * 0.75 / 4, 0.75))

    @pytest.mark.parametrize(
        ("passed", "severity"), [("01110", "tightened"), ("011110", "normal"), ("00", "tightened")]
    )
    def test_two_of_five_lots_in_a_row(self, passed, severity):
        """ISO 2859-1:1999, 9.3.1: the first and the fifth tighten inspection, the first and the sixth do not."""
        state = sampling.SwitchingState()
        for one in passed:
            state = sampling.switch(state, sampling.LotResult(one == "1"))
        assert state.severity == severity

    @pytest.mark.parametrize(
        ("aql", "accept", "earned"),
        [(0.15, 0, [2]), (0.65, 1, [2, 2]), (1.0, 2, [3, 3, 0]), (1.5, 3, [3, 3, 3, 0]), (2.5, 5, [3, 3, 3, 3, 0, 0])],
    )
    def test_credit_of_every_count(self, aql, accept, earned):
        """9.3.3.2 at letter J: from an acceptance number of 2 on, the next tighter AQL (Ac 1, 2, 3) decides on 3 points."""
        plan = sampling.attribute_plan(None, aql, letter="J")
        assert plan.plan.accept == accept
        assert [sampling.lot_result(plan, found).credit for found in range(accept + 1)] == earned
        assert sampling.lot_result(plan, accept + 1).credit == 0


class TestGauges:
    def test_zero_between_two_references(self):
        """The limits are narrowest between the references: zero lies inside at 10 and at 20 but not at 15."""
        found = gauges.gauge_linearity([11.0, 10.5, 10.7, 19.9, 21.3, 21.4], [10, 10, 10, 20, 20, 20])
        assert ((found.lower < 0) & (found.upper > 0)).all()
        half = stats.t.ppf(0.975, 4) * found.residual_sd / np.sqrt(6)
        assert half < found.mean_bias
        assert not found.zero_inside

    def test_zero_inside_as_tried_at_many_places(self):
        random, seen = np.random.default_rng(23), set()
        for _ in range(60):
            at = np.sort(random.choice(20, 8)).astype(float)
            found = gauges.gauge_linearity(at + random.choice([-0.3, 0.0, 0.5]) + random.normal(0, 0.5, 8), at)
            places = np.linspace(at[0], at[-1], 501)
            spread = np.sqrt(1 / 8 + (places - at.mean()) ** 2 / ((at - at.mean()) ** 2).sum())
            half = stats.t.ppf(0.975, 6) * found.residual_sd * spread
            seen.add(found.zero_inside)
            assert found.zero_inside is bool((np.abs(found.intercept + found.slope * places) <= half).all())
        assert seen == {True, False}

    def test_constants_of_the_range_are_those_of_the_charts(self):
        assert gauges.range_constants(7) == (charts.d2(7), charts.d3(7))

    def test_p_of_kappa_speaks_against_chance(self):
        """In two by two, z is the signed root of Pearson's chi square; p is the normal tail above it."""
        agree, disagree = gauges.cohen_kappa_table([[20, 5], [10, 15]]), gauges.cohen_kappa_table([[5, 20], [15, 10]])
        root = np.sqrt(stats.chi2_contingency([[20, 5], [10, 15]], correction=False).statistic)
        assert agree.z == pytest.approx(root)
        assert (agree.p_value, disagree.p_value) == pytest.approx((stats.norm.sf(agree.z), stats.norm.sf(disagree.z)))
        assert agree.p_value < 0.002 < 0.998 < disagree.p_value
        fleiss = gauges.fleiss_kappa([["a", "a"], ["b", "b"], ["a", "a"], ["b", "b"], ["a", "b"]])
        assert fleiss.p_value == pytest.approx(stats.norm.sf(fleiss.z))

    def test_visits_without_spread_have_no_limits(self):
        refused("zero_variance", gauges.gauge_stability, [[6.0, 6.0], [6.1, 6.1], [5.9, 5.9]])
        refused("zero_variance", gauges.gauge_stability, [[6.0, 6.2], [6.2, 6.0], [6.1, 6.1]])

    @pytest.mark.parametrize(
        ("effective", "miss", "alarm", "verdict"),
        [
            (0.90, 0.02, 0.05, "acceptable"), (0.89, 0.02, 0.05, "marginal"), (0.90, 0.021, 0.05, "marginal"),
            (0.90, 0.02, 0.051, "marginal"), (0.80, 0.05, 0.10, "marginal"), (0.79, 0.05, 0.10, "unacceptable"),
            (0.80, 0.051, 0.10, "unacceptable"), (0.80, 0.05, 0.101, "unacceptable"),
        ],
    )  # fmt: skip
    def test_criteria_of_appraisers(self, effective, miss, alarm, verdict):
        """AIAG MSA, 4th edition, chapter III, section C: the bounds themselves still belong to the better class."""
        assert attribute._verdict(effective, miss, alarm) == verdict

    def test_verdicts_on_percentages(self):
        assert [gauges.verdict(share) for share in (9.99, 10, 30, 30.01)] == [
            "acceptable", "marginal", "marginal", "unacceptable",
        ]  # fmt: skip

    def test_an_interaction_is_pooled_above_five_per_cent(self):
        assert inspect.signature(gauges.gauge_anova).parameters["pool_above"].default == 0.05
        values, parts, operators = [1, 2, 4, 5, 3, 2, 7, 5, 2, 1, 6, 4], [1, 1, 2, 2] * 3, np.repeat([1, 2, 3], 4)
        p = gauges.gauge_anova(values, parts, operators).anova[2].p_value
        assert not gauges.gauge_anova(values, parts, operators, pool_above=p).pooled
        assert gauges.gauge_anova(values, parts, operators, pool_above=p - 1e-9).pooled

    def test_nested_parts_that_do_not_differ(self):
        """Without variation among parts there is no F of the operators, and the parts' component is cut to zero."""
        study = gauges.gauge_nested([1, 3, 1, 3, 5, 7, 5, 7], [1, 1, 2, 2] * 2, [1] * 4 + [2] * 4)
        assert (study.anova[0].f, study.anova[0].p_value, study.clipped) == (None, None, ("part",))
        assert study.variance.operator == pytest.approx(8)

    def test_limits_of_kappa_end_where_kappa_ends(self):
        assert gauges.cohen_kappa_table([[9, 0], [1, 10]]).upper == 1
        assert gauges.cohen_kappa_table([[0, 4], [3, 1]]).lower == -1

    def test_references_in_columns_of_one_length(self):
        refused("shapes_differ", gauges.gauge_linearity, [1.0, 2.0, 3.0], [1.0, 2.0])


class TestDemand:
    @pytest.mark.parametrize(
        ("periods", "demands", "kind"), [(33, 25, "intermittent"), (131, 100, "smooth"), (133, 100, "intermittent")]
    )
    def test_intervals_from_132_hundredths_on_are_long(self, periods, demands, kind):
        history = np.zeros(periods)
        history[np.linspace(0, periods - 1, demands).astype(int)] = 4.0
        assert demand.classify_demand(history).kind == kind

    @pytest.mark.parametrize(
        ("square", "kind"), [(0.485, "smooth"), (0.4899, "smooth"), (0.4901, "erratic"), (0.495, "erratic")]
    )
    def test_sizes_from_49_hundredths_on_are_wide(self, square, kind):
        """Two sizes whose sample variance, divisor n - 1, is this share of the squared mean."""
        half = np.sqrt(square / 2)
        found = demand.classify_demand([1 + half, 1 - half])
        assert (found.variation, found.kind) == (pytest.approx(square), kind)

    def test_demand_has_ended_when_its_silence_is_unlikely(self):
        """Every second period had a demand: six silent ones have a chance of 1.6 %, seven of 0.8 %."""
        history = [0, 4.0] * 5
        assert [demand.classify_demand(history + [0] * quiet).method for quiet in (6, 7)] == ["sba", "tsb"]

    def test_half_a_transition_is_added_to_each_side_of_the_chain(self):
        """Four periods with demand, three transitions: the next has demand with a chance of 3.5 in 4."""
        found = demand.simulated_point([2.0] * 4, 1, draws=100_000)
        assert found.expected == pytest.approx(2 * 3.5 / 4, abs=0.02)

    def test_an_outlier_leaves_no_mark_on_the_season(self):
        months = np.arange(60)
        series = 50 + 10 * np.sin(2 * np.pi * months / 12) + np.random.default_rng(33).normal(0, 0.5, 60)
        plain = demand.seasonal_parts(series).pattern
        series[30] += 200
        assert demand.seasonal_parts(series).pattern == pytest.approx(plain, abs=1)
        assert np.abs(demand.seasonal_parts(series, robust=False).pattern - plain).max() > 5

    def test_small_values_may_be_multiplied(self):
        series = 0.5 + 0.3 * np.sin(2 * np.pi * np.arange(36) / 12)
        assert demand.seasonal_parts(series, model="multiplicative").seasonal_strength > 0.9


class TestLife:
    def test_wald_limits_of_a_quantile_with_a_threshold(self):
        """Age plus and minus z times the error of the delta method, its gradient taken by small steps."""
        fit = life.fit_weibull3(20 + 50 * np.random.default_rng(31).weibull(2.5, 80))

        def age(location, log_spread, threshold):
            return threshold + np.exp(location + np.exp(log_spread) * np.log(-np.log(0.9)))

        best = np.array([fit.location, np.log(fit.spread), fit.threshold])
        gradient = [(age(*(best + step)) - age(*(best - step))) / 2e-6 for step in 1e-6 * np.eye(3)]
        half = stats.norm.ppf(0.95) * np.sqrt(gradient @ fit.covariance @ gradient)
        found = life.quantile_interval(fit, 0.1, confidence=0.9, method="wald")
        assert (found.lower[0], found.upper[0]) == pytest.approx((age(*best) - half, age(*best) + half), rel=1e-6)

    @pytest.mark.parametrize("method", ["profile", "wald"])
    def test_limits_with_a_threshold_know_no_unit(self, method):
        """The same ages in hundreds: the threshold's variance is far below one then."""
        hours = 20 + 50 * np.random.default_rng(34).weibull(2.5, 60)
        one, other = life.fit_weibull3(hours), life.fit_weibull3(hours / 100)
        assert one.covariance[2, 2] > 1 > other.covariance[2, 2]
        for name, unit in (("shape", 1), ("scale", 100), ("threshold", 100)):
            found, small = (life.parameter_interval(fit, name, method=method) for fit in (one, other))
            assert [small.lower[0] * unit, small.upper[0] * unit] == pytest.approx(
                [found.lower[0], found.upper[0]], rel=1e-4
            )
        found, small = (life.quantile_interval(fit, 0.1, method=method) for fit in (one, other))
        assert [small.lower[0] * 100, small.upper[0] * 100] == pytest.approx([found.lower[0], found.upper[0]], rel=1e-4)
        found = life.reliability_interval(one, 50.0, method=method)
        small = life.reliability_interval(other, 0.5, method=method)
        assert [small.lower[0], small.upper[0]] == pytest.approx([found.lower[0], found.upper[0]], rel=1e-4)

    def test_one_sided_limits_end_where_parameters_end(self):
        fit = life.fit_weibull([1.0, 2, 4, 5, 9])
        for name, edge in (("shape", 0), ("scale", 0), ("spread", 0), ("location", -np.inf)):
            assert life.parameter_interval(fit, name, side="upper").lower[0] == edge
            assert life.parameter_interval(fit, name, side="lower").upper[0] == np.inf
        assert life.quantile_interval(fit, 0.1, side="upper").lower[0] == 0
        alive = [life.reliability_interval(fit, 3.0, side=side) for side in ("upper", "lower")]
        assert (alive[0].lower[0], alive[1].upper[0]) == (0, 1)

    def test_repairs_of_units_seen_for_a_short_while(self):
        """Lawless and Nadeau's variance with plain loops; one unit left before the first repair of any."""
        unit, age, end = [0, 0, 2, 3, 3, 3], [5.0, 9, 7, 5, 8, 8], np.array([10.0, 2, 7, 12, 6])
        found = life.mean_cumulative(unit, age, end, variance="robust")
        ages = sorted(set(age))
        at_risk = {t: (end >= t).sum() for t in ages}
        rate = {t: age.count(t) / at_risk[t] for t in ages}
        for place, until in enumerate(ages):
            residuals = [
                sum((sum(u == one and a == t for u, a in zip(unit, age, strict=True)) - rate[t]) / at_risk[t]
                    for t in ages if t <= min(until, end[one]))
                for one in range(5)
            ]  # fmt: skip
            assert found.error[place] ** 2 == pytest.approx(sum(one**2 for one in residuals))

    def test_limits_of_claims_take_both_tails(self):
        """Certain parameters and one lot: the limits are the quantiles of a binomial distribution."""
        fit = life.fit_exponential(np.full(4, 100.0), None, np.full(4, 10**12))
        found = life.forecast_claims(fit, [500], [3.0], 1, confidence=0.9, draws=40_000).cells
        chance = 1 - np.exp(-0.01)
        assert found.expected[0, 0] == pytest.approx(500 * chance)
        assert (found.lower[0, 0], found.upper[0, 0]) == tuple(stats.binom.ppf([0.05, 0.95], 500, chance))


class TestRates:
    @pytest.mark.parametrize("count", [0, 1, 4, 10, 137])
    def test_limits_of_a_mean_solve_their_equations(self, count):
        """Mid-p: half the observed count's chance belongs to each tail. Score: both limits lie z root-means away."""
        found = rates.poisson_interval(count, method="midp")
        for limit, tail in (
            (found.lower, stats.poisson.sf),
            (found.upper, lambda x, mean: stats.poisson.cdf(x - 1, mean)),
        ):
            if limit > 0:
                assert tail(count, limit) + stats.poisson.pmf(count, limit) / 2 == pytest.approx(0.025, abs=1e-9)
        score, z = rates.poisson_interval(count, method="score"), stats.norm.ppf(0.975)
        assert (score.upper - count) / np.sqrt(score.upper) == pytest.approx(z)
        assert (count - score.lower) == pytest.approx(z * np.sqrt(score.lower), abs=1e-12)
        assert bool(found.lower == 0) == bool(score.lower == 0) == (count == 0)

    def test_a_sum_on_its_limit_is_no_signal(self):
        reached = float(rates.poisson_cusum([1], [0.25]).statistic[0])
        assert reached == np.log(2) - 0.25
        assert not rates.poisson_cusum([1], [0.25], limit=reached).signal[0]
        assert rates.poisson_cusum([1], [0.25], limit=np.nextafter(reached, 0)).signal[0]

    def test_a_watch_signals_on_its_critical_value(self):
        reached = float(rates.maxsprt([3], [1.0], critical=1.0).statistic[0])
        assert rates.maxsprt([3], [1.0], critical=reached).signal[0]
        assert not rates.maxsprt([3], [1.0], critical=np.nextafter(reached, 9)).signal[0]

    def test_looks_of_a_watch_are_its_expectations_above_zero(self):
        found = rates.maxsprt([1, 0, 2], [0.5, 0.0, 0.7])
        assert found.critical == rates.maxsprt_critical(1.2, looks=[0.5, 0.7])

    def test_the_highest_of_many_simulated_values(self):
        random = np.random.default_rng(32)
        for size, places in itertools.product((1, 2, 30, 700, 5000), (0, 1, 3)):
            values = np.round(random.exponential(1, size), places) * (random.random(size) < 0.7)
            for count in {0, min(7, size - 1), size // 20, size - 1}:
                assert cusum._below(values, count) == np.sort(values)[size - 1 - count]
