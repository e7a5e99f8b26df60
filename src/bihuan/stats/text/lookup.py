"""Find the stored texts most like a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bihuan.stats.checks import number, whole
from bihuan.stats.errors import NoAnswer
from bihuan.stats.text.ngrams import Floats, grams, read_texts, units
from bihuan.stats.text.weights import rarity, weighed

LONGEST = 3
"""Units of the longest n-gram compared."""


@dataclass(frozen=True, slots=True)
class Similar:
    """The stored texts most like a query.

    Attributes
    ----------
    index : ndarray of int
        Places of the texts in the list the index was made of, most similar first; equal scores in the order stored.
    score : ndarray of float
        Cosine similarity, above 0 and at most 1.
    """

    index: NDArray[np.int64]
    score: Floats


@dataclass(frozen=True, slots=True)
class SimilarTexts:
    """An index of texts that answers which of them are most like another.

    Texts are compared by the cosine of their n-grams of one to three units (Han characters, runs of letters and
    digits), each once, weighed by ln((1 + n) / (1 + df)) + 1. Build it with `SimilarTexts.fit`.

    Attributes
    ----------
    size : int
        Number of texts.
    columns : dict of str to int
        Number of each n-gram.
    rarity : ndarray of float
        Weight of each n-gram.
    rows : scipy.sparse.csr_array
        N-grams by texts.

    References
    ----------
    Salton and Buckley (1988), Information Processing & Management 24, 513-523. Cavnar and Trenkle (1994), SDAIR-94
    (character n-grams). The weights are those of scikit-learn's ``TfidfTransformer`` with binary counts.

    Examples
    --------
    >>> index = SimilarTexts.fit(["电机异响", "屏幕不亮", "电机有异响，很大", "漏水"])
    >>> found = index.query("电机异响严重", 2)
    >>> found.index.tolist(), bool(found.score[0] > found.score[1])
    ([0, 2], True)
    """

    size: int
    columns: dict[str, int]
    rarity: Floats
    rows: Any

    @classmethod
    def fit(cls, texts: Sequence[str]) -> SimilarTexts:
        """Make an index.

        Parameters
        ----------
        texts : sequence of str
            Blank ones keep their place but are never found.

        Returns
        -------
        SimilarTexts

        Raises
        ------
        NoAnswer
            ``not_text``, ``empty``, ``no_words`` if no text has a letter, digit or Han character.

        Examples
        --------
        >>> SimilarTexts.fit(["门锁打不开", "门铃不响"]).size
        2
        """
        lines = read_texts(texts)
        found = grams(units(lines), 1, LONGEST)
        if not found.words:
            raise NoAnswer("no_words", "no text has a letter, digit or Han character")
        idf = rarity(found, np.ones(len(lines)))
        columns = {word: number for number, word in enumerate(found.words)}
        return cls(len(lines), columns, idf, weighed(found, idf, len(lines)).T.tocsr())

    def query(self, text: str, count: int = 5, *, least: float = 0.0) -> Similar:
        """Find the texts most like ``text``.

        Parameters
        ----------
        text : str
            N-grams that no stored text has still lengthen the query and so lower its scores.
        count : int
            At most so many answers.
        least : float
            Only answers with a higher score.

        Returns
        -------
        Similar
            Empty if nothing stored shares an n-gram.

        Raises
        ------
        NoAnswer
            ``not_text``, ``no_words`` for a text without letter, digit or Han character, ``not_whole`` or
            ``out_of_range`` for a count below 1.

        Examples
        --------
        >>> SimilarTexts.fit(["门锁打不开", "门铃不响"]).query("门铃").index.tolist()
        [1, 0]
        """
        if not isinstance(text, str):
            raise NoAnswer("not_text", "text must be a string")
        count, least = whole(count, "count", least=1), number(least, "least")
        words = grams(units(read_texts([text])), 1, LONGEST).words
        if not words:
            raise NoAnswer("no_words", "the text has no letter, digit or Han character")
        known = np.array([self.columns[word] for word in words if word in self.columns], dtype=np.int64)
        unknown = (np.log1p(self.size) + 1) ** 2 * (len(words) - known.size)
        weight = self.rarity[known]
        scores = self.rows[known].T @ weight / np.sqrt(np.sum(weight**2) + unknown) if known.size else np.zeros(0)
        return _best(scores, count, least)


def _best(scores: Floats, count: int, least: float) -> Similar:
    """The highest scores; those that differ by rounding only count as equal."""
    scores = np.round(scores, 12)
    index = np.nonzero(scores > max(least, 0.0))[0].astype(np.int64)
    order = np.argsort(-scores[index], kind="stable")[:count]
    return Similar(index[order], scores[index[order]])
