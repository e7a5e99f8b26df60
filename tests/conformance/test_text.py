"""Texts against a published collection: the nine titles of Deerwester et al. (1990)."""

import math
import re

import pytest

from bihuan.stats import text

TITLES = {
    "c1": "Human machine interface for Lab ABC computer applications",
    "c2": "A survey of user opinion of computer system response time",
    "c3": "The EPS user interface management system",
    "c4": "System and human system engineering testing of EPS",
    "c5": "Relation of user-perceived response time to error measurement",
    "m1": "The generation of random, binary, unordered trees",
    "m2": "The intersection graph of paths in trees",
    "m3": "Graph minors IV: Widths of trees and well-quasi-ordering",
    "m4": "Graph minors: A survey",
}
QUERY = "human computer interaction"


def words(line):
    return set(re.findall("[a-z]+", line.lower()))


def test_what_shares_words_with_the_query():
    """Deerwester et al. (1990), JASIS 41, 393: matching of words finds c1, c2 and c4 only; c3 and c5 take more."""
    found = text.SimilarTexts.fit(list(TITLES.values())).query(QUERY, 9)
    names = [list(TITLES)[place] for place in found.index]
    assert names[0] == "c1"
    assert sorted(names) == ["c1", "c2", "c4"]


def test_scores_by_hand():
    """Salton and Buckley (1988): cosines of weights ln((1 + n) / (1 + df)) + 1, written out with sets of words."""
    held = [words(line) for line in TITLES.values()]

    def weight(word):
        return math.log(10 / (1 + sum(word in one for one in held))) + 1

    def length(some):
        return math.sqrt(sum(weight(word) ** 2 for word in some))

    asked = words(QUERY)
    by_hand = [sum(weight(word) ** 2 for word in asked & one) / length(asked) / length(one) for one in held]
    found = text.SimilarTexts.fit(list(TITLES.values())).query(QUERY, 9)
    assert found.score == pytest.approx([by_hand[place] for place in found.index], abs=1e-12)
    assert sum(score > 0 for score in by_hand) == found.index.size
