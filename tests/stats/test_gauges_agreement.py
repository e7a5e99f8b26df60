"""Agreement of ratings: properties, coverage by simulation and every refusal by its name."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.stats import gauges as g
from tests.stats.refusing import refused

quick = settings(max_examples=15, deadline=None, derandomize=True)
seeds = st.integers(0, 10_000)


@quick
@given(seeds)
def test_kappa_does_not_depend_on_order_names_or_sides(seed):
    rng = np.random.default_rng(seed)
    one = rng.integers(0, 3, 80)
    two = np.where(rng.random(80) < 0.6, one, rng.integers(0, 3, 80))
    found = g.cohen_kappa(one, two)
    order = rng.permutation(80)
    names = np.array(["坏", "好", "修"])
    for other in (g.cohen_kappa(names[one[order]], names[two[order]]), g.cohen_kappa(two, one)):
        assert other.kappa == pytest.approx(found.kappa, abs=1e-12)
        assert other.standard_error == pytest.approx(found.standard_error, abs=1e-12)
    table = np.zeros((3, 3))
    np.add.at(table, (one, two), 1)
    assert g.cohen_kappa_table(table).kappa == pytest.approx(found.kappa, abs=1e-12)
    assert found.lower <= found.kappa <= found.upper
    ratings = np.column_stack([one, two, one])
    first = g.fleiss_kappa(ratings)
    again = g.fleiss_kappa(names[ratings[order][:, ::-1]])
    assert again.kappa == pytest.approx(first.kappa, abs=1e-12)
    assert again.standard_error == pytest.approx(first.standard_error, abs=1e-12)


def test_fleiss_of_all_categories_is_that_of_statsmodels():
    from statsmodels.stats import inter_rater

    ratings = np.random.default_rng(3).integers(0, 4, (40, 6))
    table, _ = inter_rater.aggregate_raters(ratings)
    assert g.fleiss_kappa(ratings).kappa == pytest.approx(inter_rater.fleiss_kappa(table), abs=1e-12)
    assert g.fleiss_kappa_counts(table).kappa == pytest.approx(inter_rater.fleiss_kappa(table), abs=1e-12)


def test_errors_of_kappa_are_those_of_leaving_items_out():
    rng = np.random.default_rng(9)
    real = rng.random(150) < 0.25
    ratings = real[:, None] ^ (rng.random((150, 3)) < 0.15)
    rows = np.arange(150)
    left = np.array(
        [
            (g.fleiss_kappa(kept).kappa, g.cohen_kappa(kept[:, 0], kept[:, 1]).kappa)
            for kept in (ratings[rows != row] for row in rows)
        ]
    )
    jackknife = np.sqrt(149 / 150 * ((left - left.mean(axis=0)) ** 2).sum(axis=0))
    assert g.fleiss_kappa(ratings).standard_error == pytest.approx(jackknife[0], rel=0.03)
    assert g.cohen_kappa(ratings[:, 0], ratings[:, 1]).standard_error == pytest.approx(jackknife[1], rel=0.03)


def test_kappa_intervals_cover_at_their_level():
    rng = np.random.default_rng(10)
    share, noise, items = 0.3, 0.1, 100
    agree = (1 - noise) ** 2 + noise**2
    seen = share * (1 - noise) + (1 - share) * noise
    expected = seen**2 + (1 - seen) ** 2
    truth = (agree - expected) / (1 - expected)
    cohen, fleiss = [], []
    for _ in range(800):
        real = rng.random(items) < share
        judged = real[:, None] ^ (rng.random((items, 3)) < noise)
        two, all_three = g.cohen_kappa(judged[:, 0], judged[:, 1]), g.fleiss_kappa(judged)
        cohen.append(two.lower <= truth <= two.upper)
        fleiss.append(all_three.lower <= truth <= all_three.upper)
    assert np.mean(cohen) == pytest.approx(0.95, abs=0.02)
    assert np.mean(fleiss) == pytest.approx(0.95, abs=0.02)


def test_null_test_rejects_at_its_level():
    rng = np.random.default_rng(12)
    ratings = rng.random((800, 150, 3)) < 0.4
    p = [g.fleiss_kappa(r).p_value for r in ratings]
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.02)
    p = [g.cohen_kappa(r[:, 0], r[:, 1]).p_value for r in ratings]
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.02)


def test_perfect_agreement_has_an_interval_too():
    ratings = np.array([[0, 0, 0], [1, 1, 1], [1, 1, 1], [0, 0, 0], [1, 1, 1]])
    for found in (g.cohen_kappa(ratings[:, 0], ratings[:, 1]), g.fleiss_kappa(ratings)):
        assert (found.kappa, found.upper, found.interval) == (1.0, 1.0, "exact")
        least = 0.025 ** (1 / 5)
        assert found.lower == pytest.approx((least - found.expected) / (1 - found.expected))


def test_agreement_study_counts():
    ratings = np.array(
        [
            [["G", "G"], ["G", "G"]],
            [["G", "B"], ["G", "G"]],
            [["B", "B"], ["G", "B"]],
            [["B", "B"], ["B", "B"]],
        ]
    )
    study = g.attribute_agreement(ratings, ["G", "G", "B", "B"], bad="B")
    first, second = study.each
    assert (first.within.hits, first.effectiveness.hits) == (3, 3)
    assert (first.miss.hits, first.miss.total, first.false_alarm.hits) == (0, 4, 1)
    assert (second.miss.hits, second.false_alarm.hits) == (1, 0)
    assert (study.between.hits, study.all_right.hits) == (2, 2)
    assert first.verdict == "unacceptable"
    assert study.pairs[0].kappa.kappa == pytest.approx(
        g.cohen_kappa(ratings[:, 0].ravel(), ratings[:, 1].ravel()).kappa
    )
    assert first.kappa.categories.tolist() == ["B", "G"]
    assert study.fleiss.kappa == pytest.approx(g.fleiss_kappa(ratings.reshape(4, 4)).kappa)
    alone = g.attribute_agreement(ratings[:, :, 0])
    assert alone.each[0].within is None
    assert alone.all_right is None
    assert g.attribute_agreement(ratings, ["G", "G", "B", "B"]).each[0].miss is None
    one_kind = g.attribute_agreement([[1, 1], [1, 1]], [1, 1])
    assert one_kind.fleiss == one_kind.pairs[0].kappa == one_kind.each[0].kappa == "one_category"


def test_refusals_of_agreement():
    refused("empty", g.cohen_kappa, [], [])
    refused("too_few", g.cohen_kappa, [1], [0])
    refused("shapes_differ", g.cohen_kappa, [1, 0], [1])
    refused("wrong_shape", g.cohen_kappa, [[1, 0]], [[1, 0]])
    refused("one_category", g.cohen_kappa, [1, 1], [1, 1])
    refused("one_category", g.cohen_kappa, [1, 1, 1], [1, 0, 1])
    refused("missing_label", g.cohen_kappa, [1.0, np.nan], [1.0, 0.0])
    refused("bad_labels", g.cohen_kappa, ["1", "0"], [1, 0])
    refused("unknown_choice", g.cohen_kappa, [1, 0], [1, 1], weights="cubic")
    refused("out_of_range", g.cohen_kappa, [1, 0], [1, 0], confidence=2)
    refused("wrong_shape", g.cohen_kappa_table, [[1, 2, 3], [1, 2, 3]])
    refused("negative", g.cohen_kappa_table, [[1, -2], [1, 2]])
    refused("not_whole", g.cohen_kappa_table, [[1, 0.5], [1, 2]])
    refused("too_few", g.cohen_kappa_table, [[0, 0], [0, 0]])
    refused("too_few", g.fleiss_kappa, [[1, 0]])
    refused("too_few", g.fleiss_kappa, [[1], [0]])
    refused("wrong_shape", g.fleiss_kappa, [1, 0])
    refused("empty", g.fleiss_kappa, np.empty((0, 3)))
    refused("one_category", g.fleiss_kappa, [[1, 1], [1, 1]])
    refused("unbalanced", g.fleiss_kappa_counts, [[2, 1], [1, 1]])
    refused("negative", g.fleiss_kappa_counts, [[2, -1], [1, 0]])
    refused("empty", g.attribute_agreement, np.empty((0, 2, 2)))
    refused("wrong_shape", g.attribute_agreement, [1, 0])
    refused("too_few", g.attribute_agreement, [[1], [0]])
    ratings = [[1, 1], [0, 1], [0, 0]]
    refused("shapes_differ", g.attribute_agreement, ratings, [1, 0])
    refused("bad_labels", g.attribute_agreement, ratings, ["1", "0", "0"])
    refused("reference_missing", g.attribute_agreement, ratings, bad=0)
    refused("unknown_label", g.attribute_agreement, ratings, [1, 0, 0], bad=2)
    refused("too_many_categories", g.attribute_agreement, ratings, [1, 0, 2], bad=0)
    refused("no_bad_items", g.attribute_agreement, ratings, [1, 1, 1], bad=0)
    refused("no_good_items", g.attribute_agreement, ratings, [0, 0, 0], bad=0)
