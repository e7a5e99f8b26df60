"""Making words of any text so that Chinese, numbers and serials are found alike on both databases."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from opencc import OpenCC

HAN_RANGES = ((0x3400, 0xA000), (0xF900, 0xFB00))
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
WORD = re.compile(r"[a-z0-9]+")
TAILS = (4, 6)
LONGEST = 40


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    """Traditional characters to simplified ones, one by one: a part of a word folds as it does within the word."""
    chars = [chr(code) for start, end in HAN_RANGES for code in range(start, end)]
    simple = OpenCC("t2s").convert(" ".join(chars)).split(" ")
    return {ord(char): other for char, other in zip(chars, simple, strict=True) if char != other}


def normalise(text: str) -> str:
    """Fold width and case, and traditional characters to simplified ones."""
    folded = unicodedata.normalize("NFKC", text.replace("\x00", " ")).casefold()
    return folded.translate(_simplified()) if HAN.search(folded) else folded


def tokens(normal: str) -> Iterator[str]:
    """Yield the index words of a normalised text: each Chinese character and pair, each word, ends of serials."""
    for match in HAN.finditer(normal):
        run = match.group()
        yield from run
        yield from (run[i : i + 2] for i in range(len(run) - 1))
    for match in WORD.finditer(normal):
        word = match.group()[:LONGEST]
        yield word
        if any(char.isdigit() for char in word):
            yield from (f"z{word[-size:]}" for size in TAILS if len(word) > size)


def query_terms(query: str) -> tuple[list[str], list[str], list[str]]:
    """Split a query into exact words, word beginnings, and pieces that the text itself must hold."""
    exact: list[str] = []
    prefixes: list[str] = []
    pieces: list[str] = []
    for part in normalise(query).split():
        for match in HAN.finditer(part):
            run = match.group()
            exact += [run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)]
            if len(run) > 2:
                pieces.append(run)
        words = WORD.findall(part)
        prefixes += [word[:LONGEST] for word in words]
        if len(words) > 1 or (words and HAN.search(part)):
            pieces.append(part)
    return exact, prefixes, pieces
