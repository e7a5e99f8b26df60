"""Stock and forecasts against published answers."""

import pytest

from bihuan.stats import demand


def test_chopra_meindl_safety_stock() -> None:
    """Chopra and Meindl, Supply Chain Management: B&M office supplies, weekly demand 2500 with deviation 500, two weeks."""
    plan = demand.reorder_point(2500, 500, 2, service=0.9)
    assert plan.deviation == pytest.approx(707, abs=0.5)
    assert plan.safety == pytest.approx(906, abs=0.5)


def test_chopra_meindl_uncertain_lead_time() -> None:
    """The same: computers, daily demand 2500 with deviation 500, seven days with deviation seven, 90 percent."""
    plan = demand.reorder_point(2500, 500, 7, lead_deviation=7, service=0.9)
    assert plan.deviation == pytest.approx(17550, abs=1)
    assert plan.safety == pytest.approx(22491, abs=1.5)


def test_chopra_meindl_fill_rate() -> None:
    """The same: lots of 10000 and a fill rate of 0.975 need a safety stock of 67."""
    assert demand.fill_rate_point(2500, 500, 2, 10_000, fill=0.975).safety == pytest.approx(67, abs=0.5)


@pytest.mark.parametrize(
    ("factor", "loss"), [(0.0, 0.3989), (0.5, 0.1978), (1.0, 0.08332), (2.0, 0.008491), (-1.0, 1.08332)]
)
def test_normal_loss_table(factor: float, loss: float) -> None:
    """Unit normal loss as tabulated in Silver, Pyke and Thomas."""
    assert demand.normal_loss(factor) == pytest.approx(loss, abs=6e-5)


@pytest.mark.parametrize(
    ("history", "kind"),
    [
        ([10, 11, 9, 10, 12, 10, 9, 11], "smooth"),
        ([10, 90, 3, 10, 12, 70, 9, 1], "erratic"),
        ([0, 0, 3, 0, 0, 0, 2, 0, 3, 0, 0, 4], "intermittent"),
        ([0, 0, 3, 0, 0, 0, 40, 0, 3, 0, 0, 4], "lumpy"),
    ],
)
def test_four_kinds(history: list[float], kind: str) -> None:
    """Syntetos, Boylan and Croston 2005: bounds 1.32 and 0.49."""
    assert demand.classify_demand(history).kind == kind


def test_croston_by_hand():
    """Croston (1972) and Syntetos and Boylan (2005) by their recursions, both constants 0.1."""
    history = [0, 0, 3, 0, 5, 0, 0, 0, 2]
    size = 0.9 * (0.9 * 3 + 0.1 * 5) + 0.1 * 2
    gap = 0.9 * (0.9 * 3 + 0.1 * 2) + 0.1 * 4
    croston, sba = (demand.forecast_demand(history, method) for method in ("croston", "sba"))
    assert croston.rate == pytest.approx(size / gap)
    assert sba.rate == pytest.approx(0.95 * size / gap)


def test_silver_pyke_and_peterson() -> None:
    """Silver, Pyke and Peterson (1998), 7.7: 90 % of cycles with 58.3 and 13.1; 99 % of demand with 50, 10 and lots of 85."""
    cycles = demand.reorder_point(58.3, 13.1, 1, service=0.90)
    assert cycles.safety == pytest.approx(16.8, abs=0.05)
    assert cycles.reorder_point == pytest.approx(75.1, abs=0.05)
    filled = demand.fill_rate_point(50, 10, 1, 85, fill=0.99)
    assert demand.normal_loss(filled.safety / 10) == pytest.approx(0.085, abs=1e-6)
    assert filled.reorder_point == pytest.approx(60, abs=0.5)


def test_nahmias_mustard():
    """Nahmias, Production and Operations Analysis, examples 5.5 and 5.6: lead demand 100 and 25, lots of 100, 98 %.

    Of the cycles: z 2.05, reorder at 151; of the demand: L(z) 0.08, z 1.02, reorder at 126.
    """
    cycles = demand.reorder_point(100, 25, 1, service=0.98)
    assert (cycles.safety / 25, cycles.reorder_point) == pytest.approx((2.05, 151), abs=0.5)
    filled = demand.fill_rate_point(100, 25, 1, 100, fill=0.98)
    assert demand.normal_loss(filled.safety / 25) == pytest.approx(0.08, abs=1e-9)
    assert filled.safety / 25 == pytest.approx(1.02, abs=5e-3)
    assert round(filled.reorder_point) in (125, 126)
