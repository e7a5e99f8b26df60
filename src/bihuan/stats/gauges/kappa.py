"""Agreement of ratings beyond chance: Cohen's kappa of two raters, Fleiss's kappa of several."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from bihuan.stats.checks import choice, counts, label_array, level, numbers
from bihuan.stats.errors import NoAnswer
from bihuan.stats.gauges.layout import codes, one_kind
from bihuan.stats.signatures import checked

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement beyond chance.

    Attributes
    ----------
    kappa : float
        1 for perfect agreement, 0 for that of chance.
    standard_error : float
        For the interval.
    lower, upper : float
        Confidence limits of kappa.
    interval : {"normal", "t", "exact"}
        How they were found: ``exact`` where agreement is perfect and the standard error is zero.
    null_error, z, p : float
        Standard error when there is no agreement beyond chance, and the one-sided test of that.
    observed, expected : float
        Observed share of agreement and that of chance.
    items : int
    categories : ndarray
        The categories in their order.
    """

    kappa: float
    standard_error: float
    lower: float
    upper: float
    interval: str
    null_error: float
    z: float
    p_value: float
    observed: float
    expected: float
    items: int
    categories: NDArray[np.generic]


@checked
def cohen_kappa(first: ArrayLike, second: ArrayLike, *, weights: str | None = None, confidence: float = 0.95) -> Kappa:
    """Cohen's kappa of two raters, or of one rater and the reference.

    Parameters
    ----------
    first, second : array_like of shape (n,)
        The ratings, labels of any one kind.
    weights : {None, "linear", "quadratic"}
        Weights for ordered categories, in the sorted order of the labels.
    confidence : float

    Returns
    -------
    Kappa

    Raises
    ------
    NoAnswer
        ``empty``, ``too_few``, ``shapes_differ``, ``missing_label``, ``bad_labels``, ``one_category``,
        ``unknown_choice``, ``out_of_range``.

    Notes
    -----
    As `cohen_kappa_table`.

    References
    ----------
    Cohen (1960), Educational and Psychological Measurement 20, 37-46; Cohen (1968), Psychological Bulletin 70
    (weights).

    Examples
    --------
    >>> found = cohen_kappa(["ok", "ok", "bad", "bad", "ok"], ["ok", "ok", "bad", "ok", "ok"])
    >>> round(found.kappa, 4)
    0.5455
    """
    one, two = label_array(first, "first"), label_array(second, "second")
    if one.ndim != 1 or two.ndim != 1:
        raise NoAnswer("wrong_shape", "ratings must have one dimension")
    if one.size == 0:
        raise NoAnswer("empty", "ratings must not be empty")
    if one.size != two.size:
        raise NoAnswer("shapes_differ", f"both raters must rate every item: {one.size} against {two.size}")
    names, position = codes(one_kind(one, two), "ratings", 2 * one.size)
    cell = position[: one.size] * names.size + position[one.size :]
    table = np.bincount(cell, minlength=names.size**2).reshape(names.size, names.size)
    return _cohen(table.astype(np.float64), names, weights, confidence)


@checked
def cohen_kappa_table(table: ArrayLike, *, weights: str | None = None, confidence: float = 0.95) -> Kappa:
    """Cohen's kappa from the table of two raters.

    Parameters
    ----------
    table : array_like of shape (c, c)
        Number of items by category of the first rater (rows) and of the second (columns).
    weights, confidence
        As in `cohen_kappa`.

    Returns
    -------
    Kappa

    Raises
    ------
    NoAnswer
        As `cohen_kappa`; ``wrong_shape``, ``negative``, ``not_whole``.

    Notes
    -----
    kappa = (po - pe) / (1 - pe) with po = sum w p, pe = sum w p. p.; interval and test with the large sample errors of
    J. L. Fleiss, J. Cohen and B. S. Everitt (1969), as in statsmodels and SAS. The interval is cut at 1. Perfect
    agreement has no such error: then the exact lower limit of the share of agreement (Clopper and Pearson) takes the
    place of po.

    References
    ----------
    Cohen (1960), Educational and Psychological Measurement 20, 37-46. Fleiss, Cohen and Everitt (1969), Psychological
    Bulletin 72, 323-327.

    Examples
    --------
    >>> found = cohen_kappa_table([[44, 6], [3, 97]])
    >>> round(found.kappa, 2), round(found.lower, 2), round(found.upper, 2)
    (0.86, 0.78, 0.95)
    """
    cells = numbers(table, "table", ndim=2)
    if cells.shape[0] != cells.shape[1]:
        raise NoAnswer("wrong_shape", "the table must have one row and one column for each category")
    counts(cells.ravel(), "table")
    return _cohen(cells, np.arange(cells.shape[0]), weights, confidence)


def _cohen(table: Floats, names: NDArray[np.generic], weights: str | None, confidence: float) -> Kappa:
    inside = level(confidence)
    items = float(table.sum())
    if items < 2:
        raise NoAnswer("too_few", "agreement needs at least 2 items")
    p = table / items
    row, column = p.sum(axis=1), p.sum(axis=0)
    w = _weights(len(row), weights)
    observed, expected = float((w * p).sum()), float(row @ w @ column)
    if expected >= 1 - 1e-12:
        raise NoAnswer("one_category", "all ratings are of one category: agreement beyond chance is not defined")
    kappa = (observed - expected) / (1 - expected)
    means = (w @ column)[:, None] + (row @ w)[None, :]
    spread = (p * (w * (1 - expected) - means * (1 - observed)) ** 2).sum()
    spread -= (observed * expected - 2 * expected + observed) ** 2
    error = float(np.sqrt(max(spread, 0.0) / items)) / (1 - expected) ** 2
    null = (np.outer(row, column) * (w - means) ** 2).sum() - expected**2
    null_error = float(np.sqrt(max(null, 0.0) / items)) / (1 - expected)
    if observed >= 1 - 1e-12:
        lower, how = (float(_least_share(items, items, inside)) - expected) / (1 - expected), "exact"
        kappa, error, upper = 1.0, 0.0, 1.0
    else:
        half, how = float(special.ndtri(0.5 + inside / 2)) * error, "normal"
        lower, upper = max(kappa - half, -1.0), min(kappa + half, 1.0)
    z, p_value = _test(kappa, null_error)
    return Kappa(kappa, error, lower, upper, how, null_error, z, p_value, observed, expected, int(items), names)


@checked
def fleiss_kappa(ratings: ArrayLike, *, confidence: float = 0.95) -> Kappa:
    """Fleiss's kappa of several raters, each item rated equally often.

    Parameters
    ----------
    ratings : array_like of shape (items, raters)
        Labels of any one kind.
    confidence : float

    Returns
    -------
    Kappa

    Raises
    ------
    NoAnswer
        ``wrong_shape``, ``empty``, ``too_few`` (items or raters below 2), ``missing_label``, ``bad_labels``,
        ``one_category``, ``out_of_range``.

    Notes
    -----
    As `fleiss_kappa_counts`.

    References
    ----------
    Fleiss (1971), Psychological Bulletin 76, 378-382.

    Examples
    --------
    >>> round(fleiss_kappa([[1, 1, 1], [0, 0, 1], [0, 0, 0], [1, 1, 1]]).kappa, 4)
    0.6571
    """
    table, names = rating_counts(ratings)
    return _fleiss(table, names, confidence)


@checked
def fleiss_kappa_counts(table: ArrayLike, *, confidence: float = 0.95) -> Kappa:
    """Fleiss's kappa from the number of ratings of each item in each category.

    Parameters
    ----------
    table : array_like of shape (items, categories)
        Whole numbers; every row has the same sum, the number of raters.
    confidence : float

    Returns
    -------
    Kappa

    Raises
    ------
    NoAnswer
        As `fleiss_kappa`; ``negative``, ``not_whole``, ``unbalanced``.

    Notes
    -----
    J. L. Fleiss (1971), with the null error of Fleiss, Nee and Landis (1979) for the test, as in Minitab and R's irr.
    The interval uses the error of K. L. Gwet (2008) over items and t with items - 1 degrees of freedom, as in R's
    irrCAC; the null error must not be used for it. The exact lower limit of the share of items with full agreement
    stands in when agreement is perfect.

    References
    ----------
    Fleiss (1971), Psychological Bulletin 76, 378-382. Fleiss, Nee and Landis (1979), Psychological Bulletin 86,
    974-977. Gwet (2008), British Journal of Mathematical and Statistical Psychology 61, 29-48.

    Examples
    --------
    >>> round(fleiss_kappa_counts([[3, 0], [2, 1], [0, 3], [0, 3]]).kappa, 4)
    0.6571
    """
    cells = numbers(table, "table", ndim=2)
    counts(cells.ravel(), "table")
    sums = cells.sum(axis=1)
    if (sums != sums[0]).any():
        raise NoAnswer("unbalanced", "every item must be rated equally often")
    return _fleiss(cells, np.arange(cells.shape[1]), confidence)


def rating_counts(ratings: ArrayLike) -> tuple[Floats, NDArray[np.generic]]:
    """Return how often each item got each category, and the categories.

    Raises
    ------
    NoAnswer
        ``wrong_shape``, ``empty``, ``missing_label``, ``bad_labels``.
    """
    array = label_array(ratings, "ratings")
    if array.ndim != 2:
        raise NoAnswer("wrong_shape", "ratings must be items by raters")
    if array.size == 0:
        raise NoAnswer("empty", "ratings must not be empty")
    names, position = codes(array.ravel(), "ratings", array.size)
    cell = np.repeat(np.arange(array.shape[0]), array.shape[1]) * names.size + position
    table = np.bincount(cell, minlength=array.shape[0] * names.size).reshape(array.shape[0], names.size)
    return table.astype(np.float64), names


def _fleiss(table: Floats, names: NDArray[np.generic], confidence: float) -> Kappa:
    inside = level(confidence)
    items, raters = table.shape[0], float(table[0].sum())
    if items < 2 or raters < 2:
        raise NoAnswer("too_few", "agreement needs at least 2 items and 2 ratings of each")
    share = table.sum(axis=0) / table.sum()
    each = ((table * table).sum(axis=1) - raters) / (raters * (raters - 1))
    observed, expected = float(each.mean()), float(share @ share)
    if expected >= 1 - 1e-12:
        raise NoAnswer("one_category", "all ratings are of one category: agreement beyond chance is not defined")
    kappa = (observed - expected) / (1 - expected)
    spread = float((share * (1 - share)).sum())
    null = spread**2 - float((share * (1 - share) * (1 - 2 * share)).sum())
    null_error = float(np.sqrt(2.0 * null / (items * raters * (raters - 1)))) / spread
    if observed >= 1 - 1e-12:
        kappa, error, upper, how = 1.0, 0.0, 1.0, "exact"
        lower = (float(_least_share(items, items, inside)) - expected) / (1 - expected)
    else:
        chance = table @ share / raters
        single = (each - expected) / (1 - expected) - 2 * (1 - kappa) * (chance - expected) / (1 - expected)
        error = float(np.sqrt(((single - kappa) ** 2).sum() / (items * (items - 1))))
        half, how = float(special.stdtrit(items - 1, 0.5 + inside / 2)) * error, "t"
        lower, upper = max(kappa - half, -1.0), min(kappa + half, 1.0)
    z, p = _test(kappa, null_error)
    return Kappa(kappa, error, lower, upper, how, null_error, z, p, observed, expected, items, names)


def share_interval(hits: float, total: float, confidence: float) -> tuple[float, float]:
    """Return the exact (Clopper and Pearson) interval of a share."""
    tail = (1 - confidence) / 2
    lower = 0.0 if hits == 0 else float(special.betaincinv(hits, total - hits + 1, tail))
    upper = 1.0 if hits == total else float(special.betaincinv(hits + 1, total - hits, 1 - tail))
    return lower, upper


def _least_share(hits: float, total: float, confidence: float) -> float:
    return share_interval(hits, total, confidence)[0]


def _test(kappa: float, null_error: float) -> tuple[float, float]:
    if null_error <= 0:
        raise NoAnswer("one_category", "one rater uses one category only: agreement beyond chance cannot be tested")
    z = kappa / null_error
    return z, float(special.ndtr(-z))


def _weights(size: int, weights: str | None) -> Floats:
    if weights is None:
        return np.eye(size)
    choice(weights, ("linear", "quadratic"), "weights")
    gap = np.abs(np.subtract.outer(np.arange(size), np.arange(size))) / max(size - 1, 1)
    return np.asarray(1.0 - (gap if weights == "linear" else gap**2), dtype=np.float64)
