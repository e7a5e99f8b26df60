"""Which cells a new day may judge otherwise: the others are as they were judged last, and the night passes them over.

A judgement reads the counters of its cell, the units of its scope, the policy and the day. Whoever writes a counter
judges its cell in the same transaction, whoever writes units leaves a job for their scopes. What is left is the day
and the policy:

- windows by month, and spans of months, begin and end with months: they move with the first day of a month only;
- a window of rolling days moves daily: what leaves it at its beginning or enters it at its end is found by the day on
  which a counter or a unit counts;
- what is dated after the day of a judgement was not seen by it, and is when its day comes.

Judging a cell again with the same figures under the same policy changes nothing, so that one too many does no harm.
A night that is through writes its day once (`Held`), not on every cell: a night costs what moved.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Min, Q, QuerySet

from bihuan.core.policy import queries as policy
from bihuan.core.policy.schema.monitor import Monitor
from bihuan.quality.monitor.exposure import START
from bihuan.quality.monitor.facts import month_of
from bihuan.quality.monitor.models import Cell, Counter, Exposure, Held, Kind
from bihuan.quality.monitor.windows import bounds
from bihuan.registry.products.models import ProductLine

DAYS = (Kind.COMPLAINT, Kind.SERIOUS, Kind.DANGER)
DAY = timedelta(days=1)


def held_until() -> date | None:
    """The day up to which every cell holds; None before the first night."""
    return Held.objects.values_list("until", flat=True).first()


def hold(on: date) -> None:
    """A night is through: every cell holds up to its day."""
    Held.objects.update_or_create(pk=1, defaults={"until": on})


def release() -> None:
    """The days of the cells speak for themselves again, as after a clock that was put back."""
    Held.objects.all().delete()


def moved(on: date) -> Iterator[QuerySet[Cell]]:
    """The cells that a day may judge otherwise, a part for each policy; a cell may stand in more than one part."""
    month, until = month_of(on), held_until()
    held = until is not None and until >= month
    for group, version, rules in _groups():
        whole = Q(version_id__isnull=True) | ~Q(version_id=version) | Q(judged_on__isnull=True) | Q(judged_on__gt=on)
        yield group.filter(whole if held else whole | Q(judged_on__lt=month))
        older = group.filter(version_id=version, judged_on__lt=on)
        if not held:
            older = older.filter(judged_on__gte=month)
        since = until if held else older.aggregate(first=Min("judged_on"))["first"]
        if since is not None and since < on:
            yield from _by_day(older, rules, since, on)


def _groups() -> Iterator[tuple[QuerySet[Cell], int, Monitor]]:
    """The cells under each policy with its version in force; lines without a profile follow the default one."""
    codes: dict[str | None, list[int]] = {None: []}
    for pk, profile in ProductLine.objects.values_list("pk", "profile__code"):
        codes.setdefault(profile, []).append(pk)
    for code, lines in codes.items():
        wanted = Q(line__in=lines) | Q(line__isnull=True) if code is None else Q(line__in=lines)
        version = policy.current(code)
        yield Cell.objects.filter(wanted), version.pk, policy.parsed(version).monitor


def _by_day(older: QuerySet[Cell], rules: Monitor, since: date, on: date) -> Iterator[QuerySet[Cell]]:
    """Cells with something that entered or left between the two days."""
    spans = [(since + DAY, on)]
    rolls = rules.window.basis == "rolling_days"
    if rolls:
        spans.append((bounds(rules.window, since).first, bounds(rules.window, on).first - DAY))
    for first, last in spans:
        dated = Counter.objects.filter(kind__in=DAYS, period__gte=first, period__lte=last)
        yield older.filter(pk__in=dated.values("cell"))
        if rolls:
            units = Exposure.objects.filter(kind=START, period__gte=first, period__lte=last)
            yield older.filter(scope__in=units.values("scope"))
