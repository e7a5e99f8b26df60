"""Exact tests, intervals, ratios and adjustments: rules that hold for every input, and refusals."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from bihuan.stats import rates
from tests.stats.refusing import refused

few = settings(max_examples=30, deadline=None, derandomize=True)
counts = st.integers(0, 300)
means = st.floats(0.01, 300)


class TestExceeds:
    def test_line_itself_is_not_exceeded(self):
        shipped = np.arange(1000, 2_000_000, 1000)
        assert not rates.exceeds(shipped * 3 // 1000, shipped, 3, 1000).any()
        assert rates.exceeds(shipped * 3 // 1000 + 1, shipped, 3, 1000).all()

    def test_no_overflow(self):
        assert rates.exceeds(3 * 10**30 + 1, 10**33, 3, 1000)
        assert not rates.exceeds(3 * 10**30, 10**33, 3, 1000)
        assert rates.exceeds(np.int64(2**62), np.int64(2**62), 999, 1000)

    @few
    @given(st.integers(0, 10**9), st.integers(1, 10**9), st.integers(0, 50), st.integers(1, 1000))
    def test_as_fractions(self, count, shipped, numerator, denominator):
        expected = Fraction(count, shipped) > Fraction(numerator, denominator)
        assert bool(rates.exceeds(count, shipped, numerator, denominator)) is expected

    @pytest.mark.parametrize(
        ("code", "args"),
        [
            ("zero_denominator", (1, 0, 3, 1000)),
            ("zero_denominator", (1, [5, 0], 3, 1000)),
            ("zero_denominator", (1, 10, 3, 0)),
            ("negative", (-1, 10, 3, 1000)),
            ("negative", (1, -10, 3, 1000)),
            ("not_whole", (1.5, 10, 3, 1000)),
            ("not_whole", (1, 10, 0.003, 1)),
            ("not_whole", (1.0, 10, 3, 1000)),
            ("not_whole", (float("nan"), 10, 3, 1000)),
            ("not_whole", ("1", 10, 3, 1000)),
            ("not_whole", (True, 10, 3, 1000)),
            ("empty", ([], 10, 3, 1000)),
            ("shapes_differ", ([1, 2], [1, 2, 3], 3, 1000)),
        ],
    )
    def test_refusals(self, code, args):
        refused(code, rates.exceeds, *args)


class TestPoisson:
    @few
    @given(counts, means)
    def test_tails_sum_to_one(self, count, mean):
        upper = rates.poisson_test(count + 1, mean, alternative="greater").p_value
        lower = rates.poisson_test(count, mean, alternative="less").p_value
        assert float(upper + lower) == pytest.approx(1, abs=1e-12)
        assert float(lower) == pytest.approx(stats.poisson.cdf(count, mean), rel=1e-10)

    @few
    @given(st.integers(0, 60), st.floats(0.01, 40))
    def test_minlike_sums_what_is_as_unlikely(self, count, mean):
        mass = stats.poisson.pmf(np.arange(600), mean)
        expected = mass[mass <= stats.poisson.pmf(count, mean) * (1 + 1e-7)].sum()
        assert float(rates.poisson_test(count, mean, method="minlike").p_value) == pytest.approx(expected, abs=1e-10)

    def test_mid_p_takes_half_of_the_count(self):
        found = rates.poisson_test(3, 2.0, alternative="greater", method="midp").p_value
        assert float(found) == pytest.approx(stats.poisson.sf(2, 2) - stats.poisson.pmf(3, 2) / 2)

    def test_nothing_expected_and_nothing_seen(self):
        for method in ("central", "minlike", "midp"):
            assert float(rates.poisson_test(0, 0.0, method=method).p_value) == 1

    def test_far_tail_keeps_its_digits(self):
        found = rates.poisson_test(120, 1.0, alternative="greater").p_value
        exact = Fraction(1)
        for number in range(300, 120, -1):
            exact = 1 + exact / number
        assert float(np.log(found)) == pytest.approx(float(np.log(float(exact))) - 1 - special.gammaln(121), rel=1e-10)

    @few
    @given(counts, st.floats(0.5, 300))
    def test_central_test_and_interval_agree(self, count, mean):
        found = rates.poisson_interval(count)
        p_value = float(rates.poisson_test(count, mean).p_value)
        if abs(p_value - 0.05) > 1e-9:
            assert (float(found.lower) < mean < float(found.upper)) is (p_value > 0.05)

    @few
    @given(counts, st.floats(0.01, 1000), st.sampled_from(["garwood", "midp", "score"]))
    def test_exposure_scales(self, count, exposure, method):
        one = rates.poisson_interval(count, 1.0, method=method)
        many = rates.poisson_interval(count, exposure, method=method)
        assert [many.lower * exposure, many.upper * exposure] == pytest.approx([one.lower, one.upper], rel=1e-9)
        assert one.lower <= one.estimate <= one.upper

    @pytest.mark.parametrize(
        ("method", "least", "mean"), [("garwood", 0.95, 0.95), ("midp", 0.916, 0.945), ("score", 0.895, 0.945)]
    )
    def test_coverage(self, method, least, mean):
        """Exact coverage over a grid of means."""
        grid = np.linspace(0.5, 40, 2000)
        numbers = np.arange(150)
        found = rates.poisson_interval(numbers, method=method)
        covers = (found.lower <= grid[:, None]) & (grid[:, None] <= found.upper)
        coverage = (stats.poisson.pmf(numbers, grid[:, None]) * covers).sum(axis=1)
        assert coverage.min() >= least
        assert coverage.mean() >= mean

    def test_one_sided_limits(self):
        upper = rates.poisson_interval([0, 4], side="upper")
        lower = rates.poisson_interval([0, 4], side="lower")
        assert upper.upper == pytest.approx(
            -np.log(0.05) * np.array([1, 0]) + np.array([0, special.gammaincinv(5, 0.95)])
        )
        assert upper.lower.tolist() == [0, 0]
        assert lower.lower == pytest.approx([0, special.gammaincinv(4, 0.05)])
        assert np.isinf(lower.upper).all()

    def test_shapes_and_permutation(self):
        table = np.arange(12).reshape(3, 4)
        found = rates.poisson_test(table, 3.0).p_value
        assert found.shape == (3, 4)
        order = np.array([2, 0, 1])
        assert (rates.poisson_test(table[order], 3.0).p_value == found[order]).all()
        assert rates.poisson_interval(5).lower.shape == ()

    @pytest.mark.parametrize("function", [rates.poisson_test, rates.poisson_interval, rates.standardised_ratio])
    @pytest.mark.parametrize(
        ("code", "args"),
        [
            ("empty", ([], 1.0)),
            ("not_finite", ([1, np.nan], 1.0)),
            ("not_finite", (1, np.inf)),
            ("negative", (-1, 1.0)),
            ("not_whole", (1.5, 1.0)),
            ("not_numbers", ("many", 1.0)),
            ("not_numbers", ([[1], [1, 2]], 1.0)),
            ("shapes_differ", ([1, 2], [1.0, 2.0, 3.0])),
        ],
    )
    def test_refusals(self, function, code, args):
        refused(code, function, *args)

    def test_refusals_of_their_own(self):
        refused("no_expectation", rates.poisson_test, [0, 1], 0.0)
        refused("negative", rates.poisson_test, 1, -1.0)
        refused("not_positive", rates.poisson_interval, 1, -1.0)
        refused("not_positive", rates.poisson_interval, 1, 0.0)
        refused("out_of_range", rates.poisson_interval, 1, confidence=1.0)
        refused("unknown_choice", rates.poisson_interval, 1, method="wald")
        refused("unknown_choice", rates.poisson_interval, 1, side="two")
        refused("unknown_choice", rates.poisson_test, 1, 1, alternative="larger")
        refused("unknown_choice", rates.poisson_test, 1, 1, method="wald")
        refused("not_positive", rates.standardised_ratio, 1, 0.0)


class TestBinomial:
    @few
    @given(st.integers(1, 200), st.data())
    def test_as_scipy(self, size, data):
        found, share = data.draw(st.integers(0, size)), data.draw(st.floats(0.001, 0.999))
        for ours, theirs in (("two-sided", "two-sided"), ("greater", "greater"), ("less", "less")):
            method = "minlike" if ours == "two-sided" else "central"
            result = float(rates.binomial_test(found, size, share, alternative=ours, method=method).p_value)
            assert result == pytest.approx(stats.binomtest(found, size, share, theirs).pvalue, rel=1e-6, abs=1e-12)

    @few
    @given(st.integers(1, 200), st.data(), st.sampled_from(["clopper-pearson", "midp", "wilson"]))
    def test_good_and_bad_mirror(self, size, data, method):
        found = data.draw(st.integers(0, size))
        one, other = (rates.binomial_interval(number, size, method=method) for number in (found, size - found))
        assert [one.lower, one.upper] == pytest.approx([1 - other.upper, 1 - other.lower], abs=1e-9)
        assert 0 <= one.lower <= one.estimate <= one.upper <= 1

    @pytest.mark.parametrize(("method", "least"), [("clopper-pearson", 0.95), ("midp", 0.924), ("wilson", 0.894)])
    def test_coverage(self, method, least):
        """Exact coverage over a grid of shares, for 30 units."""
        grid, found = np.linspace(0.01, 0.99, 197), np.arange(31)
        limits = rates.binomial_interval(found, 30, method=method)
        covers = (limits.lower <= grid[:, None]) & (grid[:, None] <= limits.upper)
        coverage = (stats.binom.pmf(found, 30, grid[:, None]) * covers).sum(axis=1)
        assert coverage.min() >= least
        assert coverage.mean() >= 0.949

    def test_certain_shares(self):
        assert rates.binomial_test([0, 1, 5], 5, 0.0, method="minlike").p_value.tolist() == [1, 0, 0]
        assert rates.binomial_test([0, 4, 5], 5, 1.0, method="minlike").p_value.tolist() == [0, 0, 1]

    @pytest.mark.parametrize("function", [lambda x, n: rates.binomial_test(x, n, 0.1), rates.binomial_interval])
    @pytest.mark.parametrize(
        ("code", "args"),
        [
            ("above_sample", (6, 5)),
            ("no_trials", (0, 0)),
            ("empty", ([], 5)),
            ("negative", (-1, 5)),
            ("not_whole", (1, 5.5)),
            ("not_finite", (np.nan, 5)),
            ("shapes_differ", ([1, 2], [3, 4, 5])),
        ],
    )
    def test_refusals(self, function, code, args):
        refused(code, function, *args)

    def test_refusals_of_their_own(self):
        refused("out_of_range", rates.binomial_test, 1, 5, 1.1)
        refused("not_finite", rates.binomial_test, 1, 5, np.nan)
        refused("shapes_differ", rates.binomial_test, [1, 2], 5, [0.1, 0.2, 0.3])
        refused("out_of_range", rates.binomial_interval, 1, 5, confidence=0.0)
        refused("unknown_choice", rates.binomial_interval, 1, 5, method="wald")


class TestRatios:
    @few
    @given(st.integers(0, 80), st.integers(0, 80), st.floats(0.1, 50), st.sampled_from(["central", "minlike", "midp"]))
    def test_swapped_groups_give_the_reciprocal(self, one, two, exposure, method):
        if one + two == 0:
            return
        here = rates.rate_ratio(one, exposure, two, 2.0, method=method)
        back = rates.rate_ratio(two, 2.0, one, exposure, method=method)
        assert float(here.p_value) == pytest.approx(float(back.p_value), rel=1e-6)
        if one and two:
            assert [here.lower, here.upper] == pytest.approx([1 / back.upper, 1 / back.lower], rel=1e-7)
            assert here.lower <= here.ratio <= here.upper

    def test_limits_are_tests(self):
        found = rates.rate_ratio(9, 3.0, 4, 5.0)
        for limit in (found.lower, found.upper):
            assert float(rates.rate_ratio(9, 3.0, 4, 5.0, null=float(limit)).p_value) == pytest.approx(0.05, rel=1e-6)

    def test_one_group_without_events(self):
        found = rates.rate_ratio([0, 5], 1.0, [5, 0], 1.0)
        assert found.ratio.tolist() == [0, np.inf]
        assert found.lower[0] == 0
        assert np.isinf(found.upper[1])

    def test_indirect_standardisation(self):
        exposure, reference = np.array([[100.0, 50], [10, 400]]), np.array([0.01, 0.02])
        found = rates.indirectly_standardised([5, 5], exposure, reference)
        assert found.expected == pytest.approx([2, 8.1])
        alone = rates.indirectly_standardised(5, exposure[0], reference)
        assert float(alone.upper) == pytest.approx(float(found.upper[0]))

    @pytest.mark.parametrize(("method", "least"), [("central", 0.95), ("midp", 0.93)])
    def test_coverage_of_the_ratio(self, method, least):
        """Worked out over all pairs of counts; pairs without any event, which are refused, count as covered."""
        seen = np.arange(60)
        one, two = (grid.ravel() for grid in np.meshgrid(seen, seen, indexing="ij"))
        some = one + two > 0
        for first, second in ((3.0, 5.0), (12.0, 4.0), (0.7, 20.0)):
            found = rates.rate_ratio(one[some], 2.0, two[some], 3.0, method=method)
            truth = (first / 2) / (second / 3)
            inside = np.ones(one.size, dtype=bool)
            inside[some] = (found.lower <= truth) & (truth <= found.upper)
            chance = stats.poisson.pmf(one, first) * stats.poisson.pmf(two, second)
            assert chance[inside].sum() / chance.sum() >= least

    def test_direct_standardisation_is_its_definition(self):
        counts, exposure, standard = [[3, 9, 1], [0, 2, 0]], [[10.0, 40, 5], [20, 5, 30]], [2.0, 1, 1]
        found = rates.directly_standardised(counts, exposure, standard, confidence=0.9)
        weights = np.array(standard) / 4 / np.array(exposure)
        rate, spread = (weights * counts).sum(axis=1), (weights**2 * counts).sum(axis=1)
        most = weights.max(axis=1)
        lower = stats.gamma.ppf(0.05, rate**2 / spread, scale=spread / rate)
        above, wide = rate + most, spread + most**2
        assert found.estimate == pytest.approx(rate)
        assert found.lower == pytest.approx(lower)
        assert found.upper == pytest.approx(stats.gamma.ppf(0.95, above**2 / wide, scale=wide / above))
        turned = rates.directly_standardised(
            [row[::-1] for row in counts], [row[::-1] for row in exposure], standard[::-1]
        )
        assert turned.estimate == pytest.approx(found.estimate)
        one = rates.directly_standardised(counts[0], exposure[0], standard, confidence=0.95, side="upper")
        assert (float(one.upper), float(one.lower)) == (pytest.approx(float(found.upper[0])), 0)
        nothing = rates.directly_standardised([0, 0], [5.0, 5.0], [1, 1])
        assert (float(nothing.lower), float(nothing.estimate)) == (0, 0)

    def test_direct_standardisation_of_one_stratum_is_garwood(self):
        for count in (0, 1, 7, 60):
            found, plain = rates.directly_standardised([count], [12.0], [3.0]), rates.poisson_interval(count, 12.0)
            assert (float(found.lower), float(found.upper)) == pytest.approx((float(plain.lower), float(plain.upper)))

    def test_direct_standardisation_covers(self):
        random = np.random.default_rng(21)
        exposure, standard, true = np.array([200.0, 900, 50]), np.array([1.0, 2, 1]), np.array([0.02, 0.005, 0.1])
        counts = random.poisson(exposure * true, (4000, 3))
        found = rates.directly_standardised(counts, np.broadcast_to(exposure, counts.shape), standard, confidence=0.9)
        wanted = (standard * true).sum() / standard.sum()
        assert ((found.lower <= wanted) & (wanted <= found.upper)).mean() >= 0.89

    def test_refusals(self):
        refused("no_exposure", rates.directly_standardised, [1], [1.0], [0.0])
        refused("not_positive", rates.directly_standardised, [1, 0], [1.0, 0.0], [1.0, 1.0])
        refused("shapes_differ", rates.directly_standardised, [1, 0], [1.0, 2.0], [1.0])
        refused("wrong_shape", rates.directly_standardised, 1, 1.0, 1.0)
        refused("no_events", rates.rate_ratio, 0, 1.0, 0, 1.0)
        refused("not_positive", rates.rate_ratio, 1, 0.0, 1, 1.0)
        refused("not_positive", rates.rate_ratio, 1, 1.0, 1, 1.0, null=0.0)
        refused("unknown_choice", rates.rate_ratio, 1, 1.0, 1, 1.0, method="wald")
        refused("shapes_differ", rates.rate_ratio, [1, 2], 1.0, [1, 2, 3], 1.0)
        refused("shapes_differ", rates.indirectly_standardised, 1, [1.0, 2.0], [0.1])
        refused("not_positive", rates.indirectly_standardised, 1, [1.0, 2.0], [0.0, 0.0])


class TestAdjust:
    @few
    @given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
    def test_as_defined(self, p_values):
        """Benjamini's procedures as scipy has them, the others by their definition, hypothesis by hypothesis."""
        p, number = np.array(p_values), len(p_values)
        assert rates.adjust(p).adjusted == pytest.approx(stats.false_discovery_control(p), abs=1e-12)
        found = rates.adjust(p, "benjamini-yekutieli").adjusted
        assert found == pytest.approx(stats.false_discovery_control(p, method="by"), abs=1e-12)
        assert rates.adjust(p, "bonferroni").adjusted == pytest.approx(np.minimum(1, number * p))
        holm = [max((p >= other).sum() * other for other in p if other <= one) for one in p]
        assert rates.adjust(p, "holm").adjusted == pytest.approx(np.minimum(1, holm), abs=1e-12)
        hochberg = [min(((p > other).sum() + 1) * other for other in p if other >= one) for one in p]
        assert rates.adjust(p, "hochberg").adjusted == pytest.approx(np.minimum(1, hochberg), abs=1e-12)

    @few
    @given(st.lists(st.floats(0, 1), min_size=2, max_size=40), st.randoms())
    def test_order_does_not_matter(self, p_values, random):
        order = list(range(len(p_values)))
        random.shuffle(order)
        for method in ("holm", "benjamini-hochberg"):
            found = rates.adjust(p_values, method).adjusted
            assert (rates.adjust(np.array(p_values)[order], method).adjusted == found[order]).all()

    def test_discovery_rate_is_controlled(self):
        random = np.random.default_rng(8)
        shares = {"benjamini-hochberg": [], "storey": []}
        for _ in range(200):
            z = random.normal(size=200)
            z[:40] += 3
            for method, seen in shares.items():
                rejected = rates.adjust(special.ndtr(-z), method, alpha=0.1).rejected
                seen.append(rejected[40:].sum() / max(rejected.sum(), 1))
        assert np.mean(shares["benjamini-hochberg"]) == pytest.approx(0.08, abs=0.012)
        assert np.mean(shares["storey"]) == pytest.approx(0.1, abs=0.012)

    def test_null_share(self):
        random = np.random.default_rng(2)
        p_values = np.concatenate((random.uniform(size=700), random.beta(0.2, 20, 300)))
        assert rates.null_share(p_values) == pytest.approx(0.7, abs=0.06)
        assert rates.null_share(p_values, None) == pytest.approx(0.7, abs=0.1)
        assert rates.null_share([0.5, 0.9, 1.0]) == 1.0
        assert rates.null_share([0.1, 0.2, 0.5, 0.9]) == 0.5

    @pytest.mark.parametrize("seed", range(12))
    def test_null_share_takes_the_tuning_of_least_error(self, seed):
        """Storey, Taylor and Siegmund (2004): least of (W / (m^2 (1 - l)^2)) (1 - W / m) + (share - tenth)^2."""
        random = np.random.default_rng(seed)
        p_values = np.concatenate((random.uniform(size=30), random.beta(0.3, 5, 10)))
        many, tried = p_values.size, []
        for step in range(1, 20):
            above = int((p_values > step * 0.05).sum())
            tried.append((above / (many * (1 - step * 0.05)), above, step * 0.05))
        tenth = np.quantile([share for share, _above, _tuning in tried], 0.1)
        errors = [w / (many * (1 - x)) ** 2 * (1 - w / many) + (share - tenth) ** 2 for share, w, x in tried]
        assert rates.null_share(p_values, None) == pytest.approx(min(1, tried[int(np.argmin(errors))][0]))

    def test_refusals(self):
        refused("empty", rates.adjust, [])
        refused("out_of_range", rates.adjust, [0.5, 1.1])
        refused("out_of_range", rates.adjust, [-0.1])
        refused("out_of_range", rates.adjust, [0.1], alpha=0.0)
        refused("not_finite", rates.adjust, [np.nan])
        refused("wrong_shape", rates.adjust, [[0.1]])
        refused("unknown_choice", rates.adjust, [0.1], "sidak")
        refused("no_null_share", rates.adjust, [0.1, 0.2], "storey")
        refused("out_of_range", rates.null_share, [0.1], 1.0)
