"""The Weibull distribution with a threshold: nothing fails before it."""

from __future__ import annotations

from math import exp, log

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bihuan.stats.errors import NoAnswer
from bihuan.stats.life import engine
from bihuan.stats.life.data import LifeData
from bihuan.stats.life.families import FAMILIES
from bihuan.stats.life.fit import LifeFit, fit_weibull, taken
from bihuan.stats.life.follow import first_age, profile_at, shifted
from bihuan.stats.signatures import checked

Floats = NDArray[np.float64]
GRID = 48


@checked
def fit_weibull3(
    time: LifeData | ArrayLike, failed: ArrayLike | None = None, weight: ArrayLike | None = None
) -> LifeFit:
    """Three-parameter Weibull distribution by maximum likelihood.

    ``R(t) = exp(-((t - threshold) / scale) ** shape)`` for ``t`` above the threshold. The likelihood is unbounded as
    the threshold nears the first failure with a shape below one; the answer is the highest local maximum with a shape
    above one, found by following the two-parameter fit of ``t - threshold`` over the threshold. The threshold may be
    negative.

    Parameters
    ----------
    time : LifeData or array_like, shape (n,)
        Data of `observed` or `intervals`, or ages as for `observed`.
    failed, weight : array_like, shape (n,), optional
        As for `observed`.

    Returns
    -------
    LifeFit
        ``covariance`` is the inverse observed information of all three. Its normal approximation holds for shapes
        above 2 only (Smith 1985).

    Raises
    ------
    NoAnswer
        As `fit_weibull`; ``no_maximum`` when there is no local maximum: the data ask for a threshold at the first
        failure, or for one so low that the distribution of the age itself is an extreme value distribution.

    Notes
    -----
    Minitab takes a bias-corrected threshold near the first failure where there is no local maximum; here that has a
    name.

    References
    ----------
    Smith, Biometrika 72, 1985. Smith and Naylor, Appl. Statist. 36, 1987. Lawless 2003, 5.5.

    Examples
    --------
    >>> fit = fit_weibull3([12, 15, 17, 19, 20, 22, 25, 27, 31, 40])
    >>> 0 < fit.threshold < 12, fit.shape > 1
    (True, True)
    """
    from scipy.optimize import minimize_scalar

    data = taken(time, failed, weight)
    plain = fit_weibull(data)
    first = first_age(data)
    reach = max(float(np.concatenate((data.time, data.left, data.upper)).max()) - first, 1e-9 * first)
    distances = reach * np.geomspace(1e-6, 1e3, GRID)
    values = np.array([profile_at(data, first - distance) for distance in distances])
    inside = np.flatnonzero((values[1:-1] > values[:-2]) & (values[1:-1] > values[2:])) + 1
    if inside.size == 0:
        raise NoAnswer("no_maximum", "the likelihood has no local maximum over the threshold")
    best = int(inside[np.argmax(values[inside])])
    bounds = (log(distances[best - 1]), log(distances[best + 1]))
    found = minimize_scalar(
        lambda at: -profile_at(data, first - exp(at)), bounds=bounds, method="bounded", options={"xatol": 1e-9}
    )
    return _finished(data, first - exp(float(found.x)), plain)


def _finished(data: LifeData, threshold: float, plain: LifeFit) -> LifeFit:
    """The fit at the best threshold, with the covariance of all three parameters."""
    fit = fit_weibull(shifted(data, threshold))
    if fit.shape <= 1 or fit.log_likelihood < plain.log_likelihood - 1e-6:
        raise NoAnswer("no_maximum", "the likelihood has no local maximum with a shape above one")
    best = np.array([fit.location, log(fit.spread), threshold])
    steps = np.array([1e-4 * fit.spread, 1e-4, 1e-4 * (first_age(data) - threshold)])
    information = np.empty((3, 3))
    for i in range(3):
        for j in range(3):
            one, two = np.eye(3)[i] * steps, np.eye(3)[j] * steps
            corners = [_loglik(data, best + a * one + b * two) * a * b for a in (1, -1) for b in (1, -1)]
            information[i, j] = -sum(corners) / (4 * steps[i] * steps[j])
    if np.linalg.eigvalsh(information * np.outer(steps, steps)).min() <= 0:
        raise NoAnswer("no_maximum", "the likelihood is flat at its top, so the threshold cannot be told")
    inverse: Floats = np.linalg.inv(information).astype(np.float64)
    return LifeFit(
        "weibull", fit.location, fit.spread, threshold, fit.log_likelihood, data.failures, data.units,
        inverse, 3, fit.passes, data,
    )  # fmt: skip


def _loglik(data: LifeData, point: Floats) -> float:
    """Log-likelihood at location, log spread and threshold."""
    rows = engine.prepare(shifted(data, float(point[2])))
    steep = rows.width * exp(-float(point[1]))
    slant = -steep * (float(point[0]) - rows.centre) / rows.width
    return engine.evaluate(rows, FAMILIES["weibull"], np.array([slant, steep]))[0] + rows.constant
