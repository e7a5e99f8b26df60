"""Capability indices from a mean and a standard deviation."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bihuan.stats.checks import positive
from bihuan.stats.errors import NoAnswer
from bihuan.stats.signatures import check_fields, checked


@dataclass(frozen=True, slots=True)
class Limits:
    """Specification limits, checked; at least one of them is there.

    Attributes
    ----------
    lower, upper : float or None
        Limits, unit of the data; None for a side without a limit.
    target : float or None
        Wanted value, between the limits.

    Raises
    ------
    NoAnswer
        ``limits_missing``, ``limits_reversed``, ``target_outside``, ``not_finite`` or ``not_numbers``.

    Examples
    --------
    >>> Limits(8, 20).two_sided
    True
    """

    lower: float | None = None
    upper: float | None = None
    target: float | None = None

    def __post_init__(self) -> None:
        check_fields(self)
        if self.lower is None and self.upper is None:
            raise NoAnswer("limits_missing", "capability needs at least one specification limit")
        if self.lower is not None and self.upper is not None and self.lower >= self.upper:
            raise NoAnswer("limits_reversed", f"the lower limit {self.lower} must lie below the upper one {self.upper}")
        low = -math.inf if self.lower is None else self.lower
        high = math.inf if self.upper is None else self.upper
        if self.target is not None and not low <= self.target <= high:
            raise NoAnswer("target_outside", f"the target {self.target} must lie within the limits")

    @property
    def two_sided(self) -> bool:
        """Whether there is a limit on both sides."""
        return self.lower is not None and self.upper is not None


@dataclass(frozen=True, slots=True)
class Indices:
    """Capability indices, all without unit. With the overall standard deviation they are called Pp, Ppl, Ppu and Ppk.

    Attributes
    ----------
    cp : float or None
        ``(upper - lower) / (6 * sd)``; None with one limit.
    cpl : float or None
        ``(mean - lower) / (3 * sd)``; None without lower limit.
    cpu : float or None
        ``(upper - mean) / (3 * sd)``; None without upper limit.
    cpk : float
        The smaller of those two, or the one there is. Below zero for a mean outside the limits.
    k : float or None
        Distance of the mean from the middle of the limits in half widths; ``cpk = (1 - k) * cp``.
    cpm : float or None
        ``(upper - lower) / (6 * tau)`` with ``tau**2 = sd**2 + (mean - target)**2``; None with one limit or no target.
    cpm_star : float or None
        Distance from target to the nearer limit over ``3 * tau``: equal to cpm for a target in the middle, and the
        form for one limit; None without target.
    """

    cp: float | None
    cpl: float | None
    cpu: float | None
    cpk: float
    k: float | None
    cpm: float | None
    cpm_star: float | None


@checked
def indices(
    mean: float, sd: float, *, lower: float | None = None, upper: float | None = None, target: float | None = None
) -> Indices:
    """Capability indices of a normal process with known mean and standard deviation.

    Parameters
    ----------
    mean : float
        Process mean, unit of the data.
    sd : float
        Standard deviation, same unit, above zero.
    lower, upper : float, optional
        Specification limits; at least one.
    target : float, optional
        Wanted value, for Cpm.

    Returns
    -------
    Indices
        See there for the formulas.

    Raises
    ------
    NoAnswer
        ``out_of_range`` for a standard deviation that is not above zero, ``limits_missing``, ``limits_reversed``,
        ``target_outside``, ``not_finite``.

    Notes
    -----
    For a target off the middle Minitab reports what is called ``cpm_star`` here; NIST and qcc report ``cpm``. ``k`` is
    the distance, without sign.

    References
    ----------
    NIST/SEMATECH e-Handbook 6.1.6; Kane (1986), JQT 18; Chan, Cheng and Spiring (1988), JQT 20.

    Examples
    --------
    >>> found = indices(16, 2, lower=8, upper=20, target=14)
    >>> found.cp, round(found.cpk, 4), round(found.cpm, 4)
    (1.0, 0.6667, 0.7071)
    """
    return of_limits(mean, positive(sd, "sd"), Limits(lower, upper, target))


def of_limits(mean: float, sd: float, limits: Limits) -> Indices:
    """`indices` for checked input."""
    cpl = None if limits.lower is None else (mean - limits.lower) / (3 * sd)
    cpu = None if limits.upper is None else (limits.upper - mean) / (3 * sd)
    cp = k = cpm = cpm_star = None
    if limits.lower is not None and limits.upper is not None:
        width = limits.upper - limits.lower
        cp, k = width / (6 * sd), abs(limits.lower + width / 2 - mean) / (width / 2)
    if limits.target is not None:
        tau = math.hypot(sd, mean - limits.target)
        sides = [abs(limits.target - side) for side in (limits.lower, limits.upper) if side is not None]
        cpm_star = min(sides) / (3 * tau)
        cpm = sum(sides) / (6 * tau) if limits.two_sided else None
    cpk = min(side for side in (cpl, cpu) if side is not None)
    if not all(math.isfinite(index) for index in (cpk, cp or 0.0, k or 0.0)):
        raise NoAnswer("not_finite", "mean and limits are too far apart to compute with")
    return Indices(cp, cpl, cpu, cpk, k, cpm, cpm_star)
