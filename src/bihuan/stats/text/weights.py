"""How much each n-gram weighs in each text."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bihuan.stats.text.ngrams import Floats, Grams


def rarity(found: Grams, repeats: Floats) -> Floats:
    """Smoothed inverse document frequency ln((1 + n) / (1 + df)) + 1 of each gram; repeated texts count."""
    seen = np.bincount(found.gram, repeats[found.text], minlength=len(found.words))
    result: Floats = np.log((1 + repeats.sum()) / (1 + seen)) + 1
    return result


def weighed(found: Grams, idf: Floats, texts: int) -> Any:
    """Sparse rows of unit length, one a text (scipy.sparse.csr_array)."""
    from scipy import sparse

    value = idf[found.gram]
    norm = np.sqrt(np.bincount(found.text, value**2, minlength=texts))
    bounds: NDArray[np.int64] = np.searchsorted(found.text, np.arange(texts + 1))
    columns, rows = found.gram.astype(np.int32), bounds.astype(np.int32)
    return sparse.csr_array((value / norm[found.text], columns, rows), shape=(texts, len(found.words)))
