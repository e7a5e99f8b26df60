"""Clusters of texts by what they complain about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bihuan.stats.checks import whole
from bihuan.stats.errors import NoAnswer
from bihuan.stats.signatures import checked
from bihuan.stats.text.naming import naming_words
from bihuan.stats.text.ngrams import FEW, Floats, Units, grams, read_texts, units
from bihuan.stats.text.weights import rarity, weighed
from bihuan.stats.threads import one_thread

DIMENSIONS = 64
"""Directions kept of the space of n-grams."""
MOST = 100
"""The most clusters made unless a number is asked for."""
COURTESIES = ("您好", "你好", "谢谢", "请尽快处理", "请尽快解决", "客户反映", "用户反映", "客户反馈", "用户反馈")
"""Phrases that say nothing of the fault, left out unless told otherwise."""


@dataclass(frozen=True, slots=True)
class TextClusters:
    """Texts in clusters, the largest first.

    Attributes
    ----------
    label : ndarray of int
        The cluster of each text; -1 for a text that says nothing (no letter, digit or Han character, or only ignored
        phrases) or has nothing in common with any other.
    size : ndarray of int
        Texts in each cluster.
    words : tuple of tuple of str
        For each cluster the words that set it apart, the most telling first.
    typical : ndarray of int
        The text nearest to the centre of each cluster.
    closeness : ndarray of float
        Mean cosine of the texts of a cluster to its centre, 1 if all are alike.
    """

    label: NDArray[np.int64]
    size: NDArray[np.int64]
    words: tuple[tuple[str, ...], ...]
    typical: NDArray[np.int64]
    closeness: Floats


@checked
def cluster_texts(
    texts: Sequence[str],
    clusters: int | None = None,
    *,
    words: int = 5,
    ignore: Sequence[str] = COURTESIES,
    seed: int = 1,
) -> TextClusters:
    """Group texts by their character n-grams and name each group by words of its own.

    Equal texts are joined first and then weigh as often as they came. Pairs of neighbouring Han characters and runs of
    letters and digits (E03), in at least two texts where there are more than 1000, are weighed by the square of
    ln((1 + n) / (1 + df)) + 1, projected on their 64 leading singular vectors, scaled to unit length and grouped by
    k-means.

    Parameters
    ----------
    texts : sequence of str
        Chinese, or mixed with other scripts; punctuation, case and full width do not matter.
    clusters : int, optional
        Number of clusters; unless given, the square root of half the number of distinct texts, from 2 to 100.
    words : int
        Words at most for each cluster.
    ignore : sequence of str
        Phrases to leave out before texts are compared, such as greetings; add those of your own forms.
    seed : int
        Of scikit-learn's random state. The same seed gives the same clusters, whatever the order of the texts.

    Returns
    -------
    TextClusters

    Raises
    ------
    NoAnswer
        ``not_text``, ``empty``, ``no_words``, ``too_few`` (fewer distinct texts than clusters, or than 2),
        ``not_whole``, ``out_of_range`` (a number of clusters below 2).

    Notes
    -----
    The square makes phrases that stand in every tenth text, as openings and requests do, weigh less than names of
    faults; scikit-learn's ``TfidfTransformer`` has the first power.

    No dictionary segments the words, so new part names and slang need no upkeep; a word that explains is an n-gram of
    two to six units, or a run such as an error code. Fewer clusters than asked for come back if some stay empty.

    References
    ----------
    Deerwester et al. (1990), JASIS 41, 391-407 (latent semantic analysis). Dhillon and Modha (2001), Machine Learning
    42, 143-175 (k-means on the sphere). Arthur and Vassilvitskii (2007), SODA (k-means++).

    Examples
    --------
    >>> texts = ["电机异响很大", "电机有异响", "开机电机异响", "屏幕碎裂", "收货屏幕碎裂了", "屏幕碎裂不能用"]
    >>> found = cluster_texts(texts, 2)
    >>> found.label.tolist(), found.words[0][0], found.words[1][0]
    ([1, 1, 1, 0, 0, 0], '屏幕碎裂', '异响')
    """
    phrases = [phrase for phrase in read_texts(ignore) if phrase] if len(ignore) else []
    lines = [_without(line, phrases) for line in read_texts(texts)]
    words = whole(words, "words", least=1)
    said = np.nonzero([any(one.isalnum() for one in line) for line in lines])[0]
    if said.size == 0:
        raise NoAnswer("no_words", "no text has a letter, digit or Han character")
    distinct, back, repeats = _distinct([lines[one] for one in said])
    wanted = _wanted(clusters, distinct.size)
    cut = units(distinct.tolist())
    points = _points(cut, repeats, seed)
    placed = np.nonzero(points.any(axis=1))[0]
    if placed.size < wanted:
        raise NoAnswer("too_few", f"{placed.size} texts with something in common cannot make {wanted} clusters")
    group = np.full(distinct.size, -1, dtype=np.int64)
    group[placed] = _grouped(points[placed], repeats[placed], wanted, seed)
    label = np.full(len(lines), -1, dtype=np.int64)
    label[said] = group[back]
    first = np.full(distinct.size, len(lines), dtype=np.int64)
    np.minimum.at(first, back, said)
    closeness, typical = _centres(points[placed], group[placed], repeats[placed])
    named = naming_words(cut, group, repeats, words)
    return TextClusters(label, np.bincount(label[label >= 0]), named, first[placed[typical]], closeness)


def _without(line: str, phrases: Sequence[str]) -> str:
    for phrase in phrases:
        line = line.replace(phrase, " ")
    return line.strip()


def _distinct(lines: list[str]) -> tuple[NDArray[np.object_], NDArray[np.intp], Floats]:
    """The distinct texts in order, where each text is among them, and how often each came."""
    found = np.unique(np.array(lines, dtype=object), return_inverse=True, return_counts=True)
    return found[0], found[1], found[2].astype(np.float64)


def _wanted(clusters: int | None, distinct: int) -> int:
    if clusters is None:
        if distinct < 2:
            raise NoAnswer("too_few", "clusters need at least two distinct texts")
        return min(max(round(float(np.sqrt(distinct / 2))), 2), MOST)
    clusters = whole(clusters, "clusters", least=2)
    if distinct < clusters:
        raise NoAnswer("too_few", f"{distinct} distinct texts cannot make {clusters} clusters")
    return clusters


def _points(cut: Units, repeats: Floats, seed: int) -> Floats:
    """Each distinct text as a point of unit length in few dimensions."""
    least = 1 if repeats.size <= FEW else 2
    found = grams(cut, 2, 2, least)
    if not found.words:
        found = grams(cut, 1, 2)
    rows = weighed(found, rarity(found, repeats) ** 2, repeats.size)
    if min(rows.shape) <= 4 * DIMENSIONS:
        with one_thread():
            left, values, _ = np.linalg.svd(rows.toarray(), full_matrices=False)
        projected = left[:, :DIMENSIONS] * values[:DIMENSIONS]
    else:
        projected = _projected(rows, seed)
    norm = np.linalg.norm(projected, axis=1, keepdims=True)
    result: Floats = projected / np.where(norm > 0, norm, 1)
    return result


def _projected(rows: Any, seed: int) -> Floats:
    from sklearn.utils.extmath import randomized_svd

    with one_thread():
        left, values, _ = randomized_svd(rows, DIMENSIONS, n_iter=2, random_state=seed)
    result: Floats = left * values
    return result


def _grouped(points: Floats, repeats: Floats, clusters: int, seed: int) -> NDArray[np.int64]:
    """Cluster numbers, the heaviest cluster first; equal ones by their first text."""
    from sklearn.cluster import KMeans

    with one_thread():
        model = KMeans(clusters, n_init=2, max_iter=50, random_state=seed)
        raw = model.fit_predict(points, sample_weight=repeats)
    used, first, inverse = np.unique(raw, return_index=True, return_inverse=True)
    order = np.lexsort((first, -np.bincount(inverse, repeats)))
    rank = np.empty(used.size, dtype=np.int64)
    rank[order] = np.arange(used.size)
    return rank[inverse]


def _centres(points: Floats, group: NDArray[np.int64], repeats: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Mean cosine to the centre, and the text nearest to it."""
    number = int(group.max()) + 1
    centre = np.zeros((number, points.shape[1]))
    np.add.at(centre, group, points * repeats[:, None])
    norm = np.linalg.norm(centre, axis=1, keepdims=True)
    cosine = np.einsum("ij,ij->i", points, (centre / np.where(norm > 0, norm, 1))[group])
    order = np.lexsort((-cosine, group))
    nearest = order[np.searchsorted(group[order], np.arange(number))]
    return np.bincount(group, cosine * repeats) / np.bincount(group, repeats), nearest.astype(np.int64)
