"""Sequential charts and many cells: exact references, streams, false alarms, ranking and the default detector."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, special, stats

from bihuan.stats import rates
from bihuan.stats.rates import shrinkage
from bihuan.stats.rates.tails import predictive_upper
from tests.stats.refusing import refused

few = settings(max_examples=25, deadline=None, derandomize=True)
rows = st.lists(st.tuples(st.integers(0, 12), st.floats(0.01, 5)), min_size=1, max_size=20)


def lattice(limit, periods):
    """Share of periods with S above ``limit`` for ratio 2 and an expectation of ln 2: S / ln 2 moves by y - 1."""
    top = 60
    step = stats.poisson.pmf(np.arange(top + 2), np.log(2))
    move = np.zeros((top + 1, top + 1))
    for state in range(top + 1):
        np.add.at(move[state], np.clip(state + np.arange(top + 2) - 1, 0, top), step)
    now, share = np.eye(top + 1)[0], []
    for _ in range(periods):
        now = now @ move
        share.append(now[np.arange(top + 1) * np.log(2) > limit + 1e-9].sum())
    return np.mean(share)


class TestCusum:
    @few
    @given(rows, st.sampled_from([0.5, 1.5, 2.0, 4.0]))
    def test_as_defined(self, row, ratio):
        found = rates.poisson_cusum([y for y, _ in row], [e for _, e in row], ratio=ratio, limit=2.0)
        state, first = 0.0, -1
        for period, (count, expected) in enumerate(row):
            state = max(0.0, state + count * np.log(ratio) - (ratio - 1) * expected)
            assert found.statistic[period] == pytest.approx(state, abs=1e-9)
            first = period if first < 0 and state > 2 else first
        assert int(found.first) == first

    @few
    @given(rows, st.integers(0, 20), st.booleans())
    def test_stream_equals_batch(self, row, cut, restart):
        counts, expected = np.array([y for y, _ in row]), np.array([e for _, e in row])
        whole = rates.poisson_cusum(counts, expected, limit=1.5, restart=restart)
        cut = min(max(cut, 1), len(row))
        head = rates.poisson_cusum(counts[:cut], expected[:cut], limit=1.5, restart=restart)
        parts = [head]
        if cut < len(row):
            parts.append(rates.poisson_cusum(counts[cut:], expected[cut:], limit=1.5, restart=restart, start=head.last))
        assert (np.concatenate([part.statistic for part in parts]) == whole.statistic).all()
        assert (np.concatenate([part.signal for part in parts]) == whole.signal).all()
        assert parts[-1].last == whole.last

    def test_restart(self):
        found = rates.poisson_cusum([9, 0, 9], 1.0, limit=3.0, restart=True)
        assert found.signal.tolist() == [True, False, True]
        assert found.statistic[0] == found.statistic[2]

    def test_shapes(self):
        assert rates.poisson_cusum([[1, 2]], [[1.0, 1.0]]).statistic.shape == (1, 2)
        assert rates.poisson_cusum([[1], [2]], 1.0).first.tolist() == [-1, -1]

    @pytest.mark.parametrize("rate", [0.01, 0.001])
    def test_limit_against_markov_chain(self, rate):
        """On the lattice of this expectation the exact rate is at most the wanted one, one step lower it is more."""
        found = float(rates.cusum_limits([np.log(2)] * 24, rate, draws=60_000).limit[0])
        assert not rates.cusum_limits([np.log(2)] * 24, rate, draws=60_000).extrapolated
        assert lattice(found, 24) <= rate * 1.1
        assert lattice(found - np.log(2), 24) > rate

    def test_extrapolated_limit_is_on_the_safe_side(self):
        found = rates.cusum_limits([np.log(2)] * 24, 1e-5, draws=2000)
        assert found.extrapolated
        assert lattice(float(found.limit[0]), 24) <= 1e-5

    def test_rate_of_cells(self):
        random = np.random.default_rng(4)
        expected = random.gamma(1.0, 1.0, 2000)[:, None] * np.ones(12) + 0.05
        limits = rates.cusum_limits(expected, 0.02, counting="cells", draws=10_000)
        seen = rates.poisson_cusum(random.poisson(expected), expected, limit=limits.limit).first >= 0
        assert seen.mean() == pytest.approx(0.02, abs=0.008)

    def test_uncertain_expectations_need_higher_limits(self):
        expected = np.full((1, 24), 2.0)
        sure = rates.cusum_limits(expected, 0.01, draws=5000).limit[0]
        unsure = rates.cusum_limits(expected, 0.01, draws=5000, shape=5.0).limit[0]
        assert unsure > 2 * sure

    def test_order_of_cells_does_not_matter(self):
        random = np.random.default_rng(6)
        expected = random.gamma(1.0, 1.0, (100, 6)).round(1) + 0.1
        order = random.permutation(100)
        one, other = (rates.cusum_limits(table, 0.01, draws=500) for table in (expected, expected[order]))
        assert (one.limit[order] == other.limit).all()

    def test_refusals(self):
        for function in (rates.poisson_cusum, lambda y, e: rates.cusum_limits(e, 0.1)):
            refused("negative", function, 1, [-1.0])
            refused("not_finite", function, 1, [np.nan])
            refused("wrong_shape", function, np.ones((1, 1, 1)), np.ones((1, 1, 1)))
        refused("empty", rates.poisson_cusum, [], [])
        refused("not_whole", rates.poisson_cusum, [0.5], [1.0])
        refused("no_expectation", rates.poisson_cusum, [1], [0.0])
        refused("out_of_range", rates.poisson_cusum, [1], [1.0], ratio=1.0)
        refused("not_positive", rates.poisson_cusum, [1], [1.0], ratio=-2.0)
        refused("no_limit", rates.poisson_cusum, [1], [1.0], restart=True)
        refused("shapes_differ", rates.poisson_cusum, [[1], [1]], 1.0, limit=[1.0, 2.0, 3.0])
        refused("out_of_range", rates.cusum_limits, [1.0], 0.0)
        refused("out_of_range", rates.cusum_limits, [1.0], 0.1, draws=0)
        refused("unknown_choice", rates.cusum_limits, [1.0], 0.1, counting="months")


class TestMaxSprt:
    def test_alpha_by_simulation(self):
        """Continuous watching of Poisson events until 5 are expected."""
        random = np.random.default_rng(7)
        critical = rates.maxsprt_critical(5.0)
        times = np.cumsum(random.exponential(size=(40_000, 30)), axis=1)
        number = np.arange(1, 31)
        statistic = np.where(number > times, number * np.log(number / times) - (number - times), 0)
        share = ((statistic >= critical) & (times <= 5)).any(axis=1).mean()
        assert share == pytest.approx(0.05, abs=0.004)

    def test_looks_exactly(self):
        """Two looks, every pair of counts enumerated."""
        critical = rates.maxsprt_critical(3.0, 0.1, looks=[1.0, 2.0])
        first, second = np.meshgrid(np.arange(40), np.arange(40), indexing="ij")
        chance = stats.poisson.pmf(first, 1) * stats.poisson.pmf(second, 2)

        def alpha(value):
            one = (first > 1) & (special.xlogy(first, first) - (first - 1) >= value)
            both = first + second
            two = (both > 3) & (special.xlogy(both, both / 3) - (both - 3) >= value)
            return chance[one | two].sum()

        assert alpha(critical) <= 0.1 < alpha(critical - 1e-6)
        assert rates.maxsprt_power(3.0, 1.0, critical, looks=[1.0, 2.0]) == pytest.approx(alpha(critical), abs=1e-12)

    def test_power_grows_and_minimum_lowers_the_critical_value(self):
        power = [rates.maxsprt_power(10.0, ratio, 3.467952) for ratio in (1.0, 1.5, 2.0, 4.0)]
        assert power[0] == pytest.approx(0.05, abs=1e-6)
        assert power == sorted(power)
        assert rates.maxsprt_critical(10.0, minimum=4) < rates.maxsprt_critical(10.0)

    def test_course(self):
        found = rates.maxsprt([1, 0, 6, 0], [1.0, 1.0, 1.0, 1.0], horizon=20.0, alpha=0.5)
        assert found.first == 2
        assert found.statistic[2] == pytest.approx(7 * np.log(7 / 3) - 4)
        assert found.ratio == pytest.approx([1, 0.5, 7 / 3, 7 / 4])
        assert rates.maxsprt([1, 0, 6, 0], [1.0] * 4, critical=1.0, minimum=8).first == -1

    def test_course_while_less_than_one_event_is_expected(self):
        with np.errstate(all="raise"):
            found = rates.maxsprt([0, 2, 1], [0.0, 0.5, 0.25], critical=1.9)
        assert found.statistic == pytest.approx([0, 2 * np.log(4) - 1.5, 3 * np.log(4) - 2.25])
        assert found.ratio == pytest.approx([np.nan, 4, 4], nan_ok=True)
        assert found.first == 2

    def test_refusals(self):
        refused("not_positive", rates.maxsprt_critical, 0.0)
        refused("out_of_range", rates.maxsprt_critical, 1.0, 1.0)
        refused("out_of_range", rates.maxsprt_critical, 1.0, minimum=0)
        refused("not_whole", rates.maxsprt_critical, 1.0, minimum=1.5)
        refused("not_finite", rates.maxsprt_critical, 1.0, minimum=np.nan)
        refused("unreachable", rates.maxsprt_critical, 1.0, minimum=4)
        refused("shapes_differ", rates.maxsprt_critical, 3.0, looks=[1.0, 1.0])
        refused("beyond_horizon", rates.maxsprt, [1, 1], [1.0, 1.0], horizon=1.0)
        refused("wrong_shape", rates.maxsprt, [[1]], [[1.0]])
        refused("empty", rates.maxsprt, [], [])
        refused("negative", rates.maxsprt, [-1], [1.0])
        refused("no_expectation", rates.maxsprt, [0], [0.0])


class TestShrinkage:
    def cells(self, number=3000, seed=3):
        random = np.random.default_rng(seed)
        expected = random.gamma(2.0, 2.0, number) + 0.2
        true = np.where(random.random(number) < 0.05, random.gamma(8.0, 0.75, number), random.gamma(6.0, 0.15, number))
        return random.poisson(true * expected), expected, true

    def test_gamma_is_the_maximum(self):
        counts, expected, _ = self.cells(400)
        prior = rates.fit_gamma(counts, expected)

        def likelihood(theta):
            shape, rate = np.exp(theta)
            return stats.nbinom.logpmf(counts, shape, rate / (rate + expected)).sum()

        best = optimize.minimize(
            lambda theta: -likelihood(theta), [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10}
        )
        assert prior.log_likelihood == pytest.approx(-best.fun, abs=1e-5)
        assert [prior.shapes[0], prior.rates[0]] == pytest.approx(np.exp(best.x), rel=1e-3)

    def test_mixture_fits_at_least_as_well(self):
        counts, expected, true = self.cells()
        one, two = rates.fit_gamma(counts, expected), rates.fit_gamma_mixture(counts, expected)
        assert two.log_likelihood > one.log_likelihood + 10
        assert two.weights.sum() == pytest.approx(1)
        found = rates.shrink(counts, expected, two)
        assert ((found.lower <= true) & (true <= found.upper)).mean() == pytest.approx(0.9, abs=0.02)
        assert np.mean((found.mean - true) ** 2) < 0.7 * np.mean((counts / expected - true) ** 2)

    def test_posterior_by_integration(self):
        prior = rates.GammaPrior(np.array([3.0, 2.0]), np.array([0.4, 1.9]), np.array([0.1, 0.9]), np.nan)
        found = rates.shrink(4, 0.8, prior, line=1.5)

        def density(ratio):
            parts = prior.weights * stats.gamma.pdf(ratio, prior.shapes, scale=1 / prior.rates)
            return parts.sum() * stats.poisson.pmf(4, 0.8 * ratio)

        whole = integrate.quad(density, 0, 60, limit=200)[0]
        mean = integrate.quad(lambda ratio: ratio * density(ratio), 0, 60, limit=200)[0] / whole
        below = [
            integrate.quad(density, 0, float(one), limit=200)[0] / whole for one in (found.lower, found.upper, 1.5)
        ]
        assert float(found.mean) == pytest.approx(mean, rel=1e-7)
        assert below == pytest.approx([0.05, 0.95, float(found.not_above)], abs=1e-7)

    @few
    @given(st.floats(0.2, 5), st.integers(1, 30))
    def test_between_prior_and_data(self, expected, count):
        prior = rates.GammaPrior(np.array([2.0]), np.array([2.0]), np.array([1.0]), np.nan)
        mean = float(rates.shrink(count, expected, prior).mean)
        assert min(1, count / expected) - 1e-9 <= mean <= max(1, count / expected) + 1e-9

    def test_refusals(self):
        refused("no_overdispersion", rates.fit_gamma, [2, 2, 2, 2], [2.0] * 4)
        refused("no_overdispersion", rates.fit_gamma, [0, 2], [1.0, 1.0])
        refused("no_events", rates.fit_gamma, [0, 0, 0], [2.0] * 3)
        refused("too_few", rates.fit_gamma, [3], [2.0])
        refused("too_few", rates.fit_gamma, [3, 0], [2.0, 0.0])
        refused("too_few", rates.fit_gamma_mixture, [3, 9, 1], [2.0] * 3)
        refused("empty", rates.fit_gamma, [], [])
        refused("no_expectation", rates.fit_gamma, [1, 2, 9], [1.0, 1.0, 0.0])
        refused("wrong_shape", rates.fit_gamma, [[1, 2]], [[1.0, 1.0]])
        refused("out_of_range", rates.GammaPrior, np.array([2.0]), np.array([2.0]), np.array([0.5]), np.nan)
        refused("no_expectation", rates.shrink, 1, 0.0, rates.fit_gamma([0, 9, 1], [2.0] * 3))

    def test_a_search_without_a_finite_likelihood_says_so(self, monkeypatch):
        monkeypatch.setattr(shrinkage, "_loss", lambda theta, *_rest: (np.inf, np.zeros(theta.size)))
        refused("no_convergence", rates.fit_gamma, [0, 2, 30, 4], [9.0] * 4)


class TestRanking:
    @pytest.mark.parametrize("method", ["exact", "gamma-poisson", "gps"])
    def test_finds_the_bad_cells(self, method):
        random = np.random.default_rng(11)
        expected = random.gamma(2.0, 2.0, 1000) + 0.5
        factor = np.where(np.arange(1000) < 30, 5.0, 1.0) * random.gamma(50.0, 1 / 50, 1000)
        found = rates.rank_cells(random.poisson(factor * expected), expected, method=method, line=1.2)
        assert (found.order[:15] < 30).all()
        assert found.selected[:30].sum() >= 18
        assert found.selected[30:].sum() <= (30 if method == "gamma-poisson" else 3)

    def test_discovery_rate_is_the_mean_error_of_the_list(self):
        counts, expected, _ = TestShrinkage().cells(300)
        found = rates.rank_cells(counts, expected, method="gps")
        order = np.argsort(found.error)
        assert found.discovery_rate[order] == pytest.approx(np.cumsum(found.error[order]) / np.arange(1, 301))

    def test_order_of_cells_does_not_matter(self):
        random = np.random.default_rng(12)
        counts, expected = random.poisson(2.0, 60), random.gamma(2.0, 1.0, 60)
        order = random.permutation(60)
        one, other = (rates.rank_cells(counts[i], expected[i]) for i in (np.arange(60), order))
        assert (one.discovery_rate[order] == other.discovery_rate).all()
        assert (one.error[one.order] == other.error[other.order]).all()

    def test_exact_lower_limit(self):
        """95 of 100 hold the true ratio above it: Garwood's limit, 3 seen at 1.5 expected."""
        found = rates.rank_cells([3, 0, 40], [1.5, 2.0, 10.0])
        assert found.lower == pytest.approx([stats.gamma.ppf(0.05, 3) / 1.5, 0, stats.gamma.ppf(0.05, 40) / 10])

    def test_what_is_taken_when_nothing_is_named(self):
        counts, expected, _ = TestShrinkage().cells(200)
        taken = rates.rank_cells(counts, expected)
        named = rates.rank_cells(counts, expected, method="exact", discovery_rate=0.05, line=1.0)
        assert (taken.error == named.error).all()
        assert (taken.selected == named.selected).all()
        assert 0 < taken.selected.sum() < rates.rank_cells(counts, expected, discovery_rate=0.3).selected.sum()

    def test_refusals(self):
        refused("empty", rates.rank_cells, [], [])
        refused("wrong_shape", rates.rank_cells, [[1]], [[1.0]])
        refused("unknown_choice", rates.rank_cells, [1], [1.0], method="best")
        refused("out_of_range", rates.rank_cells, [1], [1.0], line=0.0)
        refused("not_finite", rates.rank_cells, [1], [1.0], line=np.nan)
        refused("no_expectation", rates.rank_cells, [1], [0.0])


class TestExpectation:
    def test_population_by_strata(self):
        counts, exposure = [[4], [6], [1], [9]], [[100], [100], [10], [90]]
        found = rates.population_expectation(counts, exposure, ["a", "a", "b", "b"], leave_out=False)
        assert found.expected.ravel() == pytest.approx([5, 5, 1, 9])
        left_out = rates.population_expectation(counts, exposure, ["a", "a", "b", "b"]).expected
        assert left_out.ravel() == pytest.approx([6, 4, 1, 9])

    def test_history_shrinks_and_says_how_sure(self):
        random = np.random.default_rng(13)
        true = random.gamma(3.0, 1 / 3, 4000)
        history = random.poisson(true * 4.0)
        found = rates.history_expectation(history, np.full(4000, 400.0), np.full((4000, 1), 100.0))
        assert found.expected.mean() == pytest.approx(1, abs=0.05)
        assert found.shape is not None
        share = predictive_upper(random.poisson(true).astype(float), found.expected[:, 0], found.shape)
        assert (share <= 0.05).mean() == pytest.approx(0.035, abs=0.015)

    def test_refusals(self):
        refused("wrong_shape", rates.population_expectation, [1], [1.0])
        refused("shapes_differ", rates.population_expectation, [[1]], [[1.0, 2.0]])
        refused("shapes_differ", rates.population_expectation, [[1], [2]], [[1.0], [2.0]], ["a"])
        refused("no_exposure", rates.population_expectation, [[1]], [[1.0]])
        refused("no_events", rates.population_expectation, [[0], [0]], [[1.0], [1.0]])
        refused("no_exposure", rates.history_expectation, [0, 0], [0.0, 0.0], [[1.0], [1.0]])
        refused("no_events", rates.history_expectation, [0, 0], [1.0, 1.0], [[1.0], [1.0]])
        refused("no_overdispersion", rates.history_expectation, [2, 2], [1.0, 1.0], [[1.0], [1.0]])
        refused("shapes_differ", rates.history_expectation, [2, 2], [1.0], [[1.0], [1.0]])


class TestDetect:
    def world(self, cells=4000, seed=5):
        random = np.random.default_rng(seed)
        expected = np.clip(random.gamma(1.0, 1.0, cells), 0.05, 5)[:, None] * np.ones(24)
        factor = np.ones((cells, 24))
        factor[:20, 8:] = 4
        return random.poisson(expected * factor), expected

    def test_finds_what_rose_and_little_else(self):
        counts, expected = self.world()
        found = rates.detect(counts, expected, draws=5000)
        assert found.signal[:20, 8:].any(axis=1).sum() >= 16
        assert found.signal[20:].sum() / 24 <= 3
        assert (found.first[:20] >= 8).sum() >= 16
        assert np.array_equal(found.first >= 0, found.signal.any(axis=1))
        assert (found.order[:10] < 20).all()
        assert found.p_value == pytest.approx(stats.poisson.sf(counts - 1, expected))
        assert (found.q_value >= found.p_value).all()

    def test_order_of_cells_does_not_matter(self):
        counts, expected = self.world(500)
        order = np.random.default_rng(1).permutation(500)
        one, other = (
            rates.detect(counts, expected, draws=1000),
            rates.detect(counts[order], expected[order], draws=1000),
        )
        assert (one.signal[order] == other.signal).all()
        assert (one.q_value[order] == other.q_value).all()

    def test_what_is_taken_when_nothing_is_named(self):
        counts, expected = self.world(2000)
        taken = rates.detect(counts, expected, draws=1000)
        named = rates.detect(
            counts, expected, ratio=3.0, false_cells=1.5, discovery_rate=0.01, groups=24, draws=1000, seed=1
        )
        assert taken.rate == named.rate == 1.5 / 2000
        assert (taken.limit == named.limit).all()
        assert (taken.signal == named.signal).all()

    def test_uncertain_history_does_not_flood(self):
        random = np.random.default_rng(14)
        true = random.gamma(2.0, 0.5, 20_000)
        history = random.poisson(true * 12)
        past = rates.history_expectation(history, np.full(20_000, 12.0), np.ones((20_000, 12)))
        counts = random.poisson(true[:, None] * np.ones(12))
        careful = rates.detect(counts, past.expected, shape=past.shape, false_cells=6.0, draws=6000)
        plain = rates.detect(counts, past.expected, false_cells=6.0, draws=6000)
        assert careful.signal.sum() / 12 == pytest.approx(6, abs=3)
        assert plain.signal.sum() > 4 * careful.signal.sum()

    def test_months_without_exposure(self):
        counts, expected = self.world(50)
        expected[:, 3] = 0
        counts[:, 3] = 0
        found = rates.detect(counts, expected, draws=500)
        assert (found.p_value[:, 3] == 1).all()
        assert not found.signal[20:, 3].any()

    def test_refusals(self):
        refused("empty", rates.detect, [], [])
        refused("wrong_shape", rates.detect, [1], [1.0])
        refused("no_expectation", rates.detect, [[1]], [[0.0]])
        refused("shapes_differ", rates.detect, [[1, 2]], [[1.0, 1.0, 1.0]])
        refused("not_positive", rates.detect, [[1]], [[1.0]], false_cells=0.0)
        refused("out_of_range", rates.detect, [[1]], [[1.0]], discovery_rate=1.0)
        refused("not_positive", rates.detect, [[1]], [[1.0]], shape=0.0)
        refused("negative", rates.detect, [[-1]], [[1.0]])


def test_summed_tails_are_those_of_the_incomplete_beta_function() -> None:
    """Small counts are summed term by term, small tails and large counts are not; both are the same number."""
    random = np.random.default_rng(5)
    counts = random.integers(0, 15, 20_000).astype(float)
    mean, shape = 10 ** random.uniform(-6, 2, counts.size), 10 ** random.uniform(-3, 8, counts.size)
    exact = np.where(counts > 0, special.betainc(np.maximum(counts, 1), shape, mean / (mean + shape)), 1.0)
    np.testing.assert_allclose(predictive_upper(counts, mean, shape), exact, rtol=1e-11)
    two = predictive_upper(np.array([[0.0, 1.0], [2.0, 9.0]]), np.ones((2, 2)), np.array([[1.0], [4.0]]))
    np.testing.assert_allclose(two, [[1.0, 0.5], [1 - 0.8**4 * 1.8, special.betainc(9, 4, 0.2)]], rtol=1e-12)
