"""Which places are to be counted now, by the company's plan (PRT-04, D32)."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bihuan.core.notify.models import Level
from bihuan.core.notify.services import tell_roles
from bihuan.core.policy import queries as policy
from bihuan.core.policy.schema.parts import CountPeriod
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import Balance, Count, CountKind, CountState, Move, Place, PlaceKind

# A count at the end of the year is the count of its month too.
SERVES = {CountPeriod.MONTH: (CountKind.MONTH, CountKind.YEAR), CountPeriod.YEAR: (CountKind.YEAR,)}


@dataclass(frozen=True)
class Due:
    """A place that waits for its count."""

    place: Place
    period: CountPeriod
    first: date
    last: date
    today: date

    @property
    def kind(self) -> str:
        """The kind of count that is due, in words."""
        return str(CountKind(self.period.value).label)

    @property
    def is_late(self) -> bool:
        """Whether the days for counting are over."""
        return self.today > self.last


def due_counts(today: date | None = None) -> list[Due]:
    """The places with parts in them that nobody began to count since the plan's day, the longest waiting first."""
    today = today or timezone.localdate()
    held = Balance.objects.filter(quantity__gt=0, place__kind=PlaceKind.STORE, place__is_active=True)
    begun_at = Move.objects.filter(destination=OuterRef("pk")).order_by("at", "id").values("at")[:1]
    rows = Place.objects.filter(pk__in=held.values("place")).annotate(begun_at=Subquery(begun_at))
    # The day from which a place has held parts: an earlier count asks nothing of it.
    places = [(place, timezone.localdate(place.begun_at)) for place in rows]
    windows = [(plan, *plan.window(today)) for plan in policy.default().parts.counts]
    begun = _begun_since(min((first for _plan, first, _last in windows), default=today))
    found = []
    for plan, first, last in windows:
        counted = {place for place, kind, day in begun if day >= first and kind in SERVES[plan.period]}
        found += [
            Due(place, plan.period, first, last, today)
            for place, since in places
            if place.pk not in counted and since <= last
        ]
    return sorted(found, key=lambda due: (due.last, due.place.code))


def tell_due(today: date | None = None) -> int:
    """Tell those who keep the stock of each count once when it is due and once when it is late; how many there are."""
    due = due_counts(today)
    roles = policy.default().roles_with(perm.PARTS_KEEP)
    for one in due:
        words: dict[str, Any] = {"kind": one.kind, "place": one.place, "day": date_format(one.last, "Y-m-d")}
        title = (
            _("%(kind)s of %(place)s was due by %(day)s") if one.is_late else _("%(kind)s of %(place)s, due by %(day)s")
        )
        tell_roles(
            roles=roles, title=title % words, level=Level.WARN if one.is_late else Level.INFO,
            thread_key=f"count:{one.period}:{one.place.pk}:{one.first}{':late' if one.is_late else ''}",
        )  # fmt: skip
    return len(due)


def _begun_since(day: date) -> list[tuple[int, str, date]]:
    """Place, kind and day of each count that was begun since a day and not called off."""
    rows = Count.objects.filter(created_at__gte=_midnight(day)).exclude(state=CountState.CANCELLED)
    return [
        (place, kind, timezone.localdate(at)) for place, kind, at in rows.values_list("place", "kind", "created_at")
    ]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
