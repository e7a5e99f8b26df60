"""Clusters and lookup of texts: planted faults are found again, order does not matter, refusals."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_rand_score

from bihuan.stats import text
from bihuan.stats.text import naming
from bihuan.stats.text.ngrams import grams, normalised, units
from tests.stats.refusing import refused

few = settings(max_examples=20, deadline=None, derandomize=True)

FAULTS = {
    "电机异响": ("电机异响很大", "电机有异响", "启动时电机异响", "电机异响像打雷"),
    "屏幕碎裂": ("屏幕碎裂", "收货时屏幕碎裂了", "屏幕碎裂一角", "打开包装屏幕碎裂"),
    "漏水": ("底部漏水", "接头漏水严重", "漏水到地板上", "一晚上漏水半桶"),
    "无法开机": ("无法开机", "充电后仍无法开机", "按键后无法开机", "突然无法开机"),
}


def complaints(size=400, seed=1):
    random = np.random.default_rng(seed)
    names, openings = list(FAULTS), ("今天发现", "型号A12", "机器", "家里的", "")
    fault = random.integers(0, 4, size)
    lines = [
        openings[random.integers(5)] + FAULTS[names[one]][random.integers(4)] + str(random.integers(9999))
        for one in fault
    ]
    return lines, fault


class TestGrams:
    def test_punctuation_separates_and_runs_stay_whole(self):
        found = grams(units([normalised("电机，异响ＥＲＲ03！报警")]), 2, 3)
        assert sorted(found.words) == ["err03", "异响", "报警", "电机"]

    @few
    @given(st.lists(st.text("电机屏幕漏水A1 ，", max_size=12), min_size=1, max_size=6))
    def test_as_counted_by_hand(self, lines):
        lines = [normalised(line) for line in lines]
        found = grams(units(lines), 2, 2)
        ours = {(int(one), found.words[gram]) for one, gram in zip(found.text, found.gram, strict=True)}
        expected = set()
        for number, line in enumerate(lines):
            han = [one if "一" <= one <= "鿿" else " " for one in line]
            expected |= {(number, a + b) for a, b in itertools.pairwise(han) if a != " " and b != " "}
            expected |= {(number, run) for run in "".join(one if one in "a1" else " " for one in line).split()}
        assert ours == expected

    def test_numbering_does_not_depend_on_order(self):
        lines, _ = complaints(50)
        assert grams(units(lines), 1, 3).words == grams(units(lines[::-1]), 1, 3).words


class TestClusters:
    def test_finds_planted_faults_and_names_them(self):
        lines, fault = complaints()
        found = text.cluster_texts(lines, 4)
        assert adjusted_rand_score(fault, found.label) > 0.85
        for number, typical in enumerate(found.typical):
            name = list(FAULTS)[fault[typical]]
            assert name in found.words[number][:2]
        assert found.size.tolist() == sorted(np.bincount(found.label), reverse=True)
        assert ((found.closeness > 0) & (found.closeness <= 1 + 1e-12)).all()

    def test_order_does_not_matter(self):
        lines, _ = complaints()
        order = np.random.default_rng(3).permutation(len(lines))
        one, other = text.cluster_texts(lines), text.cluster_texts([lines[place] for place in order])
        assert (one.label[order] == other.label).all()
        assert one.words == other.words
        assert (one.closeness == other.closeness).all()

    def test_seed_decides(self):
        lines, _ = complaints()
        assert (text.cluster_texts(lines, seed=5).label == text.cluster_texts(lines, seed=5).label).all()

    def test_case_width_and_repeats(self):
        lines = ["电机异响ERR1", "电机异响ｅｒｒ1", "屏幕碎裂", "屏幕碎裂", "屏幕碎裂"]
        found = text.cluster_texts(lines, 2)
        assert found.label.tolist() == [1, 1, 0, 0, 0]
        assert found.size.tolist() == [3, 2]
        assert found.typical.tolist() == [2, 0]

    def test_the_heaviest_cluster_is_first(self):
        lines = ["屏幕碎裂", "屏幕碎裂了", "屏幕碎裂严重", *["电机异响"] * 10]
        found = text.cluster_texts(lines, 2)
        assert found.size.tolist() == [10, 3]
        assert [one[0] for one in found.words] == ["电机异响", "屏幕碎裂"]

    def test_as_many_words_as_asked_for(self):
        lines, _ = complaints()
        for words in (1, 2):
            assert [len(one) for one in text.cluster_texts(lines, 4, words=words).words] == [words] * 4

    def test_names_may_begin_with_no_but_not_with_other_particles(self):
        assert [naming._particle(word) for word in ("不亮", "没电", "有异响")] == [False] * 3
        assert [naming._particle(word) for word in ("的异响", "很亮", "亮的", "电没", "把电机")] == [True] * 5
        found = text.cluster_texts(["灯，不亮", "灯，不亮了", "很，没电", "是，没电了"], 2)
        assert {one[0] for one in found.words} == {"不亮", "没电"}

    def test_words_of_half_a_cluster_are_named_too(self):
        found = text.cluster_texts(["电机，异响", "电机，过热", "屏幕，碎裂", "屏幕，发黑"], 2)
        assert sorted(one[0] for one in found.words) == ["屏幕", "电机"]
        assert {frozenset(one[1:]) for one in found.words} == {frozenset(("异响", "过热")), frozenset(("碎裂", "发黑"))}

    def test_score_of_a_word_by_hand(self):
        """p ln(p / q) with half a text added; nothing below 5 % of the cluster's texts or twice the share elsewhere."""
        inside = np.array([[9.0, 10.0, 0.5, 4.0], [1.0, 30.0, 0.0, 9.0]])
        found = naming._scores(inside, np.array([10.0, 30.0]))
        p, q = 9.5 / 11, 1.5 / 31
        assert found[0, 0] == pytest.approx(p * np.log(p / q))
        p, q = 30.5 / 31, 10.5 / 11
        assert p < 2 * q
        assert found[1, 1] == -np.inf
        assert found[0, 2] == found[1, 2] == -np.inf
        assert found[0, 3] == -np.inf

    def test_rare_numbers_are_no_words(self):
        lines, _ = complaints()
        assert not any(word.isdigit() for words in text.cluster_texts(lines, 4).words for word in words)

    def test_texts_that_say_nothing_stay_out(self):
        found = text.cluster_texts(["电机异响", "！！！", "", "您好，谢谢", "屏幕碎裂"], 2)
        assert found.label[1:4].tolist() == [-1, -1, -1]
        assert sorted(found.label[[0, 4]].tolist()) == [0, 1]

    def test_ignored_phrases(self):
        lines = ["本单由客服录入电机异响", "本单由客服录入屏幕碎裂", "电机异响了", "屏幕碎裂了"]
        found = text.cluster_texts(lines, 2, ignore=["本单由客服录入"])
        assert found.label[0] == found.label[2] != found.label[1] == found.label[3]

    def test_large_enough_for_random_projection(self):
        lines, fault = complaints(3000, seed=9)
        found = text.cluster_texts(lines, 4)
        assert adjusted_rand_score(fault, found.label) > 0.9

    def test_refusals(self):
        refused("empty", text.cluster_texts, [])
        refused("not_text", text.cluster_texts, "电机异响")
        refused("not_text", text.cluster_texts, ["电机异响", None])
        refused("no_words", text.cluster_texts, ["！", " "])
        refused("too_few", text.cluster_texts, ["电机异响"])
        refused("too_few", text.cluster_texts, ["电机异响", "电机异响"], 2)
        refused("out_of_range", text.cluster_texts, ["电机异响", "漏水"], 1)
        refused("out_of_range", text.cluster_texts, ["电机异响", "漏水"], 2, words=0)
        refused("not_whole", text.cluster_texts, ["电机异响", "漏水"], 2.5)
        refused("not_text", text.cluster_texts, ["电机异响", "漏水"], ignore="您好")


class TestLookup:
    def test_as_scikit_learn(self):
        """One unit a character, so that scikit-learn's character n-grams are the same."""
        lines = ["电机异响很大", "屏幕碎裂", "电机不转", "接头漏水", "电机电机异响"]
        tool = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), binary=True)
        rows = tool.fit_transform(lines)
        index = text.SimilarTexts.fit(lines)
        for query in ("电机异响", "屏幕漏水"):
            expected = (rows @ tool.transform([query]).T).toarray().ravel()
            found = index.query(query, 5)
            known = {gram for line in lines for gram in tool.build_analyzer()(line)}
            if set(tool.build_analyzer()(query)) <= known:
                assert found.score == pytest.approx(np.sort(expected[expected > 0])[::-1])
            assert found.index[0] == expected.argmax()

    def test_itself_first(self):
        lines, _ = complaints(200)
        index = text.SimilarTexts.fit(lines)
        for place in range(0, 200, 20):
            found = index.query(lines[place])
            assert found.score[0] == pytest.approx(1)
            assert lines[found.index[0]] == lines[place]
            assert (np.diff(found.score) <= 0).all()

    def test_order_does_not_matter(self):
        lines, _ = complaints(200)
        one, other = text.SimilarTexts.fit(lines), text.SimilarTexts.fit(lines[::-1])
        found, back = one.query("电机异响", 300), other.query("电机异响", 300)
        assert (np.sort(found.index) == np.sort(199 - back.index)).all()
        assert (found.score == back.score).all()

    def test_unknown_words_lower_the_score(self):
        index = text.SimilarTexts.fit(["电机异响", "屏幕碎裂"])
        assert index.query("电机异响").score[0] > index.query("电机异响猫猫狗狗").score[0]
        assert index.query("猫狗").index.size == 0
        assert index.query("电机", least=0.99).index.size == 0

    def test_refusals(self):
        refused("empty", text.SimilarTexts.fit, [])
        refused("not_text", text.SimilarTexts.fit, [1])
        refused("no_words", text.SimilarTexts.fit, ["……"])
        index = text.SimilarTexts.fit(["电机异响"])
        refused("no_words", index.query, "？")
        refused("not_text", index.query, None)
        refused("out_of_range", index.query, "电机", 0)
        refused("not_whole", index.query, "电机", 1.5)
