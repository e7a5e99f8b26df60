"""Attribute agreement: appraisers who judge items, against themselves, each other and the reference."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.checks import label_array, level
from bihuan.stats.errors import NoAnswer
from bihuan.stats.gauges.kappa import Kappa, cohen_kappa, fleiss_kappa, share_interval
from bihuan.stats.gauges.layout import codes, one_kind
from bihuan.stats.signatures import checked

Labels = NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Share:
    """A number of items (or judgements) out of all.

    Attributes
    ----------
    hits, total : int
        How many of how many.
    share, lower, upper : float
        As a fraction, with the exact limits of Clopper and Pearson.
    """

    hits: int
    total: int
    share: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Appraiser:
    """One appraiser.

    Attributes
    ----------
    within : Share or None
        Items judged alike in all trials; None with one trial.
    effectiveness : Share or None
        Items judged as the reference in all trials; None without a reference.
    kappa : Kappa or str or None
        Cohen's kappa of all judgements with the reference, or the code of the refusal.
    miss : Share or None
        Judgements that pass a bad item, out of all judgements of bad items; None without ``bad``.
    false_alarm : Share or None
        Judgements that fail a good item, out of all judgements of good items.
    verdict : {"acceptable", "marginal", "unacceptable"} or None
        By the criteria of the AIAG manual.
    """

    within: Share | None
    effectiveness: Share | None
    kappa: Kappa | str | None
    miss: Share | None
    false_alarm: Share | None
    verdict: str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two appraisers over the same trials.

    Attributes
    ----------
    first, second : int
        Which appraisers, counted from 0.
    kappa : Kappa or str
        Cohen's kappa, or the code of its refusal.
    """

    first: int
    second: int
    kappa: Kappa | str


@dataclass(frozen=True, slots=True)
class AttributeStudy:
    """An attribute agreement study.

    Attributes
    ----------
    items, appraisers, trials : int
    each : tuple of Appraiser
    pairs : tuple of Pair
    between : Share
        Items on which all judgements of all appraisers agree.
    all_right : Share or None
        Items on which all of them agree with the reference.
    fleiss : Kappa or str
        Fleiss's kappa over all judgements, or the code of the refusal.
    """

    items: int
    appraisers: int
    trials: int
    each: tuple[Appraiser, ...]
    pairs: tuple[Pair, ...]
    between: Share
    all_right: Share | None
    fleiss: Kappa | str


@checked
def attribute_agreement(
    ratings: ArrayLike,
    reference: ArrayLike | None = None,
    *,
    bad: Any = None,
    confidence: float = 0.95,
) -> AttributeStudy:
    """Study the agreement of appraisers who judge items by attributes.

    Parameters
    ----------
    ratings : array_like of shape (items, appraisers, trials) or (items, appraisers)
        Judgements, labels of any one kind.
    reference : array_like of shape (items,), optional
        The right judgement of each item.
    bad : label, optional
        The label that fails an item; with it and two categories, misses and false alarms are counted.
    confidence : float

    Returns
    -------
    AttributeStudy

    Raises
    ------
    NoAnswer
        ``wrong_shape``, ``empty``, ``too_few`` (items or appraisers below 2), ``shapes_differ``, ``missing_label``,
        ``bad_labels``, ``reference_missing`` (``bad`` without a reference), ``unknown_label`` (``bad`` is not among the
        labels), ``too_many_categories`` (``bad`` with more than 2), ``no_bad_items``, ``no_good_items``,
        ``out_of_range``. A kappa that does not exist is replaced by the code of its refusal.

    Notes
    -----
    AIAG, Measurement Systems Analysis, 4th edition, chapter III, section C. Effectiveness counts items, misses and
    false alarms count judgements. Criteria: effectiveness at least 90 %, miss rate to 2 %, false alarm rate to 5 %
    acceptable; 80 %, 5 %, 10 % marginal. Minitab compares appraisers with Fleiss's kappa instead of pairs.

    References
    ----------
    AIAG, Measurement Systems Analysis, 4th edition (2010), chapter III, section C.

    Examples
    --------
    >>> ratings = [[[1, 1], [1, 1]], [[0, 0], [0, 1]], [[1, 1], [1, 1]], [[0, 0], [0, 0]]]
    >>> study = attribute_agreement(ratings, [1, 0, 1, 0], bad=0)
    >>> [a.effectiveness.share for a in study.each], [a.miss.share for a in study.each]
    ([1.0, 0.75], [0.0, 0.25])
    """
    inside = level(confidence)
    coded, right, names = _coded(ratings, reference)
    fail = _fail(bad, right, names)
    items, people, trials = coded.shape
    each = tuple(_appraiser(coded[:, person, :], right, fail, names, inside) for person in range(people))
    pairs = tuple(
        Pair(a, b, _kappa(names[coded[:, a, :].ravel()], names[coded[:, b, :].ravel()], inside))
        for a, b in combinations(range(people), 2)
    )
    flat = coded.reshape(items, people * trials)
    together = (flat == flat[:, :1]).all(axis=1)
    all_right = None if right is None else _share(int((flat == right[:, None]).all(axis=1).sum()), items, inside)
    try:
        overall: Kappa | str = fleiss_kappa(names[flat], confidence=inside)
    except NoAnswer as refusal:
        overall = refusal.code
    return AttributeStudy(
        items, people, trials, each, pairs, _share(int(together.sum()), items, inside), all_right, overall
    )


def _coded(
    ratings: ArrayLike, reference: ArrayLike | None
) -> tuple[NDArray[np.intp], NDArray[np.intp] | None, NDArray[np.generic]]:
    array = label_array(ratings, "ratings")
    if array.ndim == 2:
        array = array[:, :, None]
    if array.ndim != 3:
        raise NoAnswer("wrong_shape", "ratings must be items by appraisers by trials")
    if array.size == 0:
        raise NoAnswer("empty", "ratings must not be empty")
    if array.shape[0] < 2 or array.shape[1] < 2:
        raise NoAnswer("too_few", "agreement needs at least 2 items and 2 appraisers")
    labels, wanted = array.ravel(), None
    if reference is not None:
        wanted = label_array(reference, "reference")
        if wanted.shape != (array.shape[0],):
            raise NoAnswer("shapes_differ", "there must be one reference per item")
        labels = one_kind(labels, wanted)
    names, position = codes(labels, "ratings", labels.size)
    return position[: array.size].reshape(array.shape), None if wanted is None else position[array.size :], names


def _fail(bad: Any, right: NDArray[np.intp] | None, names: NDArray[np.generic]) -> int | None:
    """Return the code of the failing label after checking that misses and false alarms can be counted."""
    if bad is None:
        return None
    if right is None:
        raise NoAnswer("reference_missing", "misses and false alarms need the right judgement of each item")
    if names.size > 2:
        raise NoAnswer("too_many_categories", "misses and false alarms need two categories")
    if np.ndim(label_array(bad, "bad")):
        raise NoAnswer("wrong_shape", "bad must be one label")
    found = [i for i, name in enumerate(names.tolist()) if name == bad]
    if not found:
        raise NoAnswer("unknown_label", f"no rating or reference is {bad!r}")
    if not (right == found[0]).any():
        raise NoAnswer("no_bad_items", "no item is bad: there is no miss rate")
    if (right == found[0]).all():
        raise NoAnswer("no_good_items", "no item is good: there is no false alarm rate")
    return found[0]


def _appraiser(
    judged: NDArray[np.intp], right: NDArray[np.intp] | None, fail: int | None, names: Labels, confidence: float
) -> Appraiser:
    items, trials = judged.shape
    alike = (judged == judged[:, :1]).all(axis=1)
    within = None if trials < 2 else _share(int(alike.sum()), items, confidence)
    if right is None:
        return Appraiser(within, None, None, None, None, None)
    effective = _share(int((judged == right[:, None]).all(axis=1).sum()), items, confidence)
    kappa = _kappa(names[judged.ravel()], names[np.repeat(right, trials)], confidence)
    if fail is None:
        return Appraiser(within, effective, kappa, None, None, None)
    bad = right == fail
    miss = _share(int((judged[bad] != fail).sum()), int(bad.sum()) * trials, confidence)
    alarm = _share(int((judged[~bad] == fail).sum()), int((~bad).sum()) * trials, confidence)
    return Appraiser(within, effective, kappa, miss, alarm, _verdict(effective.share, miss.share, alarm.share))


def _verdict(effective: float, miss: float, alarm: float) -> str:
    if effective >= 0.9 and miss <= 0.02 and alarm <= 0.05:
        return "acceptable"
    return "marginal" if effective >= 0.8 and miss <= 0.05 and alarm <= 0.1 else "unacceptable"


def _kappa(first: Labels, second: Labels, confidence: float) -> Kappa | str:
    try:
        return cohen_kappa(first, second, confidence=confidence)
    except NoAnswer as refusal:
        return refusal.code


def _share(hits: int, total: int, confidence: float) -> Share:
    lower, upper = share_interval(hits, total, confidence)
    return Share(hits, total, hits / total, lower, upper)
