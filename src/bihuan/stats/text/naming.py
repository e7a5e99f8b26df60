"""Words that set a cluster of texts apart from the others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bihuan.stats.text.ngrams import FEW, Floats, Grams, Units, grams

PARTICLES = frozenset("的了是在我你他她它们也就都很又还和与及或吗吧呢啊呀嘛之其这那个着把被给让有没不到")
"""Characters that do not end a name; all but those of `NEGATIONS` do not begin one either."""
NEGATIONS = frozenset("不没有")
"""不亮 and 没电 are faults: these may begin a name."""
CANDIDATES = 40
"""The n-grams looked at for each cluster."""
WHOLE = 0.7
"""A longer n-gram stands for a shorter one within it if it is in this share of the shorter one's texts."""
LONGEST = 6
"""Units of the longest word."""
LIFT = 2.0
"""A word is in so many times the share of the cluster's texts than of the others at least."""
SUPPORT = 0.05
"""The share of a cluster's texts that must hold a word."""


def naming_words(cut: Units, group: NDArray[np.int64], repeats: Floats, count: int) -> tuple[tuple[str, ...], ...]:
    """For each cluster the n-grams with most of p ln(p / q), without fragments of one another.

    p is the share of the cluster's texts that hold the n-gram, q that of the other texts, both with half a text added.
    """
    found = grams(cut, 2, LONGEST, 1 if repeats.size <= FEW else 2)
    if not found.words:
        found = grams(cut, 1, LONGEST)
    inside = _holders(found, group, repeats)
    size = np.bincount(group[group >= 0], repeats[group >= 0]).astype(np.float64)
    score = _scores(inside, size)
    score[:, [_particle(word) for word in found.words]] = -np.inf
    return tuple(_named(found, row, held, count) for row, held in zip(score, inside, strict=True))


def _holders(found: Grams, group: NDArray[np.int64], repeats: Floats) -> Floats:
    """Texts of each cluster that hold each gram."""
    clusters, kinds = int(group.max()) + 1, len(found.words)
    placed = group[found.text] >= 0
    cell = group[found.text[placed]] * kinds + found.gram[placed]
    held = np.bincount(cell, repeats[found.text[placed]], minlength=clusters * kinds)
    return held.astype(np.float64).reshape(clusters, kinds)


def _scores(inside: Floats, size: Floats) -> Floats:
    p = (inside + 0.5) / (size[:, None] + 1)
    q = (inside.sum(axis=0) - inside + 0.5) / (size.sum() - size[:, None] + 1)
    fit = (inside > SUPPORT * size[:, None]) & (p >= LIFT * q)
    result: Floats = np.where(fit, p * np.log(p / q), -np.inf)
    return result


def _particle(word: str) -> bool:
    return word[-1] in PARTICLES or (word[0] in PARTICLES and word[0] not in NEGATIONS)


def _named(found: Grams, score: Floats, held: Floats, count: int) -> tuple[str, ...]:
    best = np.lexsort((np.arange(score.size), -score))[:CANDIDATES]
    usable = [int(one) for one in best if score[one] > 0]
    chosen: list[str] = []
    for one in usable:
        word = _whole(found, held, usable, one)
        if not any(_overlap(word, other) for other in chosen):
            chosen.append(word)
        if len(chosen) == count:
            break
    return tuple(chosen)


def _overlap(one: str, other: str) -> bool:
    """Whether one holds the other, or one ends with two or more characters with which the other begins."""
    if one in other or other in one:
        return True
    reach = range(2, min(len(one), len(other)))
    return any(one.endswith(other[:size]) or other.endswith(one[:size]) for size in reach)


def _whole(found: Grams, held: Floats, usable: list[int], one: int) -> str:
    """The longest n-gram around this one that most of its texts hold."""
    word = found.words[one]
    around = [
        other for other in usable if word in found.words[other] and held[other] >= WHOLE * held[one] and other != one
    ]
    if not around:
        return word
    return found.words[max(around, key=lambda other: (found.length[other], held[other], -other))]
