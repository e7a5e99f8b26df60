"""Gauges and capability at their edges, against the charts and against formulas written out."""

import numpy as np
import pytest
from scipy import stats

from bihuan.stats import capability, charts, gauges
from tests.stats.refusing import refused


@pytest.mark.parametrize("size", [3, 8])
def test_stability_has_the_limits_of_the_charts(size):
    """The same visits on an Xbar-R chart, one mean just outside and one range above; from 7 on ranges have a lower limit."""
    visits = np.random.default_rng(41).normal(6.0, 0.1, (20, size))
    visits[4] += 0.9 / np.sqrt(size) * 0.5
    visits[9] = 6.0 + 4 * (visits[9] - 6.0)
    means, ranges = charts.xbar_r(visits)
    found = gauges.gauge_stability(visits, reference=6.0)
    assert (found.lower, found.centre, found.upper) == pytest.approx((means.lower[0], means.centre[0], means.upper[0]))
    assert (found.range_lower, found.range_upper) == pytest.approx((ranges.lower[0], ranges.upper[0]))
    assert (found.range_lower > 0) is (size == 8)
    assert found.out_means.tolist() == means.signals.points().tolist() != []
    assert found.out_ranges.tolist() == ranges.signals.points().tolist() != []
    assert not found.stable


def test_gauges_at_zero_and_below():
    assert gauges.verdict(0) == "acceptable"
    refused("negative", gauges.verdict, -0.1)
    refused("out_of_scale", gauges.gauge_bias, [-1e-200, -2e-200, -3e-200], 0.0)


@pytest.mark.parametrize("offset", [0.0, 0.8, -2.0])
def test_degrees_of_freedom_of_cpm_by_boyles(offset):
    """Boyles (1991): n (1 + x**2)**2 / (1 + 2 x**2) for a mean x deviations off the target."""
    freedom = 30 * (1 + offset**2) ** 2 / (1 + 2 * offset**2)
    limits = 1.2 * np.sqrt(stats.chi2.ppf([0.025, 0.975], freedom) / freedom)
    assert capability.cpm_interval(1.2, 30, offset).limits == pytest.approx(tuple(limits))
