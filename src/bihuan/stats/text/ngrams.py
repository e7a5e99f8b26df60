"""Character n-grams of many texts at once, without a dictionary of words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bihuan.stats.errors import NoAnswer

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]

HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))
"""Code points that stand for a syllable of their own."""
FEW = 1000
"""Up to so many distinct texts, n-grams of a single text count too."""


@dataclass(frozen=True, slots=True)
class Units:
    """Texts cut into units: one Han character, or a run of letters and digits such as E03.

    Attributes
    ----------
    joined : str
        All normalised texts, one a line.
    start, end : ndarray of int
        Where each unit stands in ``joined``.
    code : ndarray of int
        Equal for equal units; ordered as their strings are, Han characters before runs.
    text : ndarray of int
        The text of each unit.
    single : ndarray of bool
        Whether a unit is a word by itself (a run).
    kinds : int
        Number of different units.
    """

    joined: str
    start: Integers
    end: Integers
    code: Integers
    text: Integers
    single: NDArray[np.bool_]
    kinds: int


@dataclass(frozen=True, slots=True)
class Grams:
    """The n-grams of texts, each text counting each gram once.

    Attributes
    ----------
    text, gram : ndarray of int
        Pairs: this text holds this gram. Sorted by text, then by gram.
    words : list of str
        The grams as strings, by number.
    length : ndarray of int
        Units of each gram.
    """

    text: Integers
    gram: Integers
    words: list[str]
    length: Integers


def normalised(text: str) -> str:
    """One line in compatibility form (full-width letters become plain), lower case."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def read_texts(texts: Sequence[str]) -> list[str]:
    """The texts, normalised.

    Raises
    ------
    NoAnswer
        ``not_text`` or ``empty``.
    """
    if isinstance(texts, str) or not isinstance(texts, Iterable):
        raise NoAnswer("not_text", "texts must be a list of texts, not one text")
    listed: list[Any] = list(texts)
    if not listed:
        raise NoAnswer("empty", "texts must not be empty")
    if not all(isinstance(one, str) for one in listed):
        raise NoAnswer("not_text", "every text must be a string")
    return [normalised(one) for one in listed]


def units(texts: Sequence[str]) -> Units:
    """Cut normalised texts into units; everything but letters, digits and Han characters separates."""
    joined = "\n".join(texts) + "\n"
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds, inverse = np.unique(points, return_inverse=True)
    han_kind = np.logical_or.reduce([(kinds >= low) & (kinds <= high) for low, high in HAN])
    word_kind = np.array([chr(point).isalnum() for point in kinds], dtype=np.bool_) & ~han_kind
    word = word_kind[inverse]
    begins = word & ~np.concatenate(([False], word[:-1]))
    ends = word & ~np.concatenate((word[1:], [False]))
    run_start, run_end = np.nonzero(begins)[0], np.nonzero(ends)[0] + 1
    han_start = np.nonzero(han_kind[inverse])[0]
    runs = [joined[a:b] for a, b in zip(run_start.tolist(), run_end.tolist(), strict=True)]
    names = sorted(set(runs))
    number = {name: kinds.size + place for place, name in enumerate(names)}
    code = np.concatenate((inverse[han_start], np.array([number[run] for run in runs], dtype=np.int64)))
    start = np.concatenate((han_start, run_start))
    order = np.argsort(start, kind="stable")
    end = np.concatenate((han_start + 1, run_end))
    single = np.concatenate((np.zeros(han_start.size, dtype=np.bool_), np.ones(run_start.size, dtype=np.bool_)))
    breaks = np.nonzero(points == ord("\n"))[0]
    return Units(
        joined,
        start[order].astype(np.int64),
        end[order].astype(np.int64),
        code[order].astype(np.int64),
        np.searchsorted(breaks, start[order]).astype(np.int64),
        single[order],
        int(kinds.size + len(names)),
    )


def grams(cut: Units, shortest: int, longest: int, least_texts: int = 1) -> Grams:
    """The grams of ``shortest`` to ``longest`` neighbouring units, and every run, in at least ``least_texts`` texts.

    Grams are numbered by length and then in the order of their units, whatever the order of the texts.
    """
    texts, numbers, words, lengths = [], [], [], []
    offset = 0
    code, place = cut.code, np.arange(cut.code.size)
    joins = _neighbours(cut)
    for length in range(1, longest + 1):
        if length > 1:
            carried = joins[place + length - 2]
            place = place[carried]
            code = _renumbered(code[carried]) * cut.kinds + cut.code[place + length - 1]
        taken = np.ones(place.size, dtype=np.bool_) if length >= shortest else _runs(cut, place, length)
        found = _counted(cut.text[place[taken]], code[taken], place[taken], least_texts)
        texts.append(found[0])
        numbers.append(found[1] + offset)
        ends = cut.end[found[2] + length - 1]
        words += [cut.joined[a:b] for a, b in zip(cut.start[found[2]].tolist(), ends.tolist(), strict=True)]
        lengths.append(np.full(found[2].size, length, dtype=np.int64))
        offset += found[2].size
    text, gram = np.concatenate(texts), np.concatenate(numbers)
    order = np.lexsort((gram, text))
    return Grams(text[order], gram[order], words, np.concatenate(lengths))


def _neighbours(cut: Units) -> NDArray[np.bool_]:
    """Whether a unit and the next are Han characters side by side."""
    joins = np.zeros(cut.code.size, dtype=np.bool_)
    joins[:-1] = (cut.start[1:] == cut.end[:-1]) & ~cut.single[1:] & ~cut.single[:-1]
    return joins


def _runs(cut: Units, place: Integers, length: int) -> NDArray[np.bool_]:
    taken: NDArray[np.bool_] = cut.single[place] if length == 1 else np.zeros(place.size, dtype=np.bool_)
    return taken


def _renumbered(code: Integers) -> Integers:
    """Small numbers in the same order, so that longer grams do not overflow."""
    return np.unique(code, return_inverse=True)[1].astype(np.int64)


def _counted(text: Integers, code: Integers, place: Integers, least_texts: int) -> tuple[Integers, Integers, Integers]:
    """Distinct pairs of text and gram, and for each gram a place where it stands."""
    kinds, first, inverse = np.unique(code, return_index=True, return_inverse=True)
    if kinds.size == 0:
        return text, code, place
    pair = np.sort(text * kinds.size + inverse)
    pair = pair[np.concatenate(([True], pair[1:] != pair[:-1]))]
    owner, gram = pair // kinds.size, pair % kinds.size
    often = np.bincount(gram, minlength=kinds.size) >= least_texts
    kept = often[gram]
    return owner[kept], (np.cumsum(often) - 1)[gram[kept]], place[first[often]]
