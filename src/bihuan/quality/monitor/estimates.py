"""How sure a rate is: the exact interval, and a remark for people where the sample is small (QIS-01)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from bihuan.core.policy.schema.monitor import Monitor
from bihuan.stats.rates import binomial_interval, poisson_interval

Limits = tuple[float | None, float | None]


def interval(count: int, exposure: int, confidence: float) -> Limits:
    """Clopper-Pearson limits; none without units.

    More failures than units happen in a window of complaints, since some were shipped before it; then the exact
    limits of a count stand in.
    """
    return intervals([(count, exposure)], confidence)[0]


def intervals(pairs: Sequence[tuple[int, int]], confidence: float) -> list[Limits]:
    """The limits of many rates at once."""
    found: list[Limits] = [(None, None)] * len(pairs)
    for pick, method in ((_is_share, binomial_interval), (_is_count, poisson_interval)):
        places = [index for index, pair in enumerate(pairs) if pick(*pair)]
        if not places:
            continue
        result = method([pairs[i][0] for i in places], [pairs[i][1] for i in places], confidence=confidence)
        for index, low, high in zip(places, result.lower, result.upper, strict=True):
            found[index] = (float(low), float(high))
    return found


def _is_share(count: int, exposure: int) -> bool:
    return 0 <= count <= exposure and exposure > 0


def _is_count(count: int, exposure: int) -> bool:
    return count > exposure > 0


def remark(count: int, exposure: int, low: float | None, rules: Monitor) -> str:
    """What people should know before they act on the number; the rule has fired or not regardless."""
    if exposure <= 0:
        return _("No units are known here, so there is no rate yet.") if count else ""
    if count > exposure:
        return _("More failures than units: some were shipped before the window.")
    line = min((rule.above.numerator / rule.above.denominator for rule in rules.rules if rule.above), default=None)
    small = exposure < rules.small_sample
    unsure = line is not None and low is not None and low <= line < count / exposure
    if small and unsure:
        return _("Small sample: %(count)s of %(units)s may be chance.") % {"count": count, "units": exposure}
    if unsure:
        return _("The true rate may still lie below the line.")
    return _("Small sample of %(units)s units.") % {"units": exposure} if small and count else ""
