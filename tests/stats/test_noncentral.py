"""The noncentral t distribution against definitions, and where scipy's own fails."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

from bihuan.stats import capability, noncentral, sampling

FEW = settings(max_examples=40, deadline=None, derandomize=True)


def by_definition(t, shift, freedom):
    """``P(Z + shift <= t S)`` with the density of S written out, by adaptive quadrature."""
    peak = math.sqrt(max((freedom - 1) / freedom, 0.0))
    log_peak = stats.chi.logpdf(math.sqrt(freedom) * max(peak, 1e-9), freedom)

    def density(s):
        return math.exp(stats.chi.logpdf(math.sqrt(freedom) * s, freedom) - log_peak)

    reach = 10 / math.sqrt(2 * freedom)
    low, high = max(0.0, peak - reach), peak + reach
    top = integrate.quad(lambda s: density(s) * special.ndtr(t * s - shift), low, high, limit=400, epsabs=1e-13)[0]
    return top / integrate.quad(density, low, high, limit=400, epsabs=1e-13)[0]


@FEW
@given(st.floats(-30, 30), st.floats(-30, 30), st.integers(2, 500))
def test_as_its_definition(t, shift, freedom):
    assert noncentral.below(t, shift, freedom) == pytest.approx(by_definition(t, shift, freedom), abs=2e-9)


@FEW
@given(st.floats(-6, 6), st.floats(-4, 4), st.integers(1, 200))
def test_as_scipy_where_it_is_sound(t, shift, freedom):
    assert noncentral.below(t, shift, freedom) == pytest.approx(special.nctdtr(freedom, shift, t), abs=1e-9)


@FEW
@given(st.floats(0.001, 0.999), st.floats(-200, 2000), st.integers(1, 100_000))
def test_quantile_and_noncentrality_turn_it_around(probability, shift, freedom):
    t = noncentral.quantile(probability, shift, freedom)
    assert noncentral.below(t, shift, freedom) == pytest.approx(probability, abs=1e-9)
    if freedom > 1:
        back = noncentral.noncentrality(probability, t, freedom)
        assert noncentral.below(t, back, freedom) == pytest.approx(probability, abs=1e-9)


@FEW
@given(st.floats(0, 50), st.floats(-60, 60), st.integers(1, 300))
def test_tails_are_mirrored(t, shift, freedom):
    both = noncentral.below(t, shift, freedom) + noncentral.below(-t, -shift, freedom)
    assert both == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(
    ("t", "shift", "freedom"),
    [(1260.0, 1265.0, 100_000), (3000.0, 3010.0, 1_000_000), (150.0, 150.0, 999), (-900.0, -900.0, 60_731)],
)
def test_large_samples(t, shift, freedom):
    """Where many samples make the distribution nearly normal."""
    spread = math.sqrt(1 + t**2 / (2 * freedom))
    limit = special.ndtr((t * (1 - 1 / (4 * freedom)) - shift) / spread)
    assert noncentral.below(t, shift, freedom) == pytest.approx(limit, abs=2e-3)


@pytest.mark.parametrize(
    ("freedom", "shift", "z"), [(1, 30, -3), (1, -40, 3), (2, 100, -8), (4, 37.6, -3), (9, -40, 8), (29, 40, -8)]
)
def test_where_scipy_has_nan(freedom, shift, z):
    """Few degrees of freedom, far from the noncentrality on the side of zero or beyond it."""
    t = shift + z * math.sqrt(1 + shift**2 / (2 * freedom))
    assert np.isnan(special.nctdtr(freedom, shift, t))
    assert noncentral.below(t, shift, freedom) == pytest.approx(float(z > 0), abs=1e-12)


def test_intervals_and_plans_of_large_samples():
    low, high = capability.one_sided_interval(3.0, 200_000).limits
    error = math.sqrt(1 / (9 * 200_000) + 9 / (2 * 200_000))
    assert (low, high) == pytest.approx((3 - 1.96 * error, 3 + 1.96 * error), abs=1e-4)
    found = sampling.find_variables(0.001, 0.05, 0.0011, 0.1)
    assert (found.producer_risk, found.consumer_risk) == pytest.approx((0.05, 0.1), abs=1e-5)
    k, z = found.k, special.ndtri(0.95) + special.ndtri(0.9)
    near = (z / (special.ndtri(0.999) - special.ndtri(0.9989))) ** 2 * (1 + k**2 / 2)
    assert found.n == pytest.approx(near, rel=1e-3)
    curve = sampling.variables_oc(60_000, 3.07, np.linspace(0.0005, 0.002, 50))
    assert np.isfinite(curve).all()
    assert (np.diff(curve) <= 0).all()
