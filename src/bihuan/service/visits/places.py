"""Where customers and regions are, and how long the ways between them take by the company's rules (WO-18)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from bihuan.core.policy.schema.profile import Profile
from bihuan.service.visits.models import Spot
from bihuan.service.visits.routing import Place, Travel

STEP = 15


def travel_of(rules: Profile) -> Travel:
    """The ways as the policy reckons them, up to a whole quarter of an hour."""
    found = rules.visits.travel
    return Travel(found.speed_kmh, found.detour, found.near_minutes, found.far_minutes, STEP)


@dataclass(frozen=True)
class Way:
    """The way between two visits of one person, and the time that he has for it, in minutes."""

    minutes: int
    gap: int

    @classmethod
    def between(cls, minutes: int, leaves: datetime, arrives: datetime) -> "Way":
        """The way from the end of one visit to the beginning of the next."""
        return cls(minutes, max(0, int((arrives - leaves).total_seconds() // 60)))

    @property
    def is_tight(self) -> bool:
        """Whether the time between does not suffice; the way is an estimate, so this warns and never refuses."""
        return self.gap < self.minutes


class Places:
    """Where customers and regions are, as far as somebody has recorded it; of these customers, or of all."""

    def __init__(self, customers: Collection[int | None] | None = None) -> None:
        rows = Spot.objects.all()
        if customers is not None:
            rows = rows.filter(Q(region__isnull=False) | Q(customer__in={pk for pk in customers if pk}))
        self.customers = {row.customer_id: row for row in rows if row.customer_id}
        self.regions = {row.region_id: row for row in rows if row.region_id}

    def of(self, customer: int | None, region: int | None) -> Place:
        """A customer's own place, else the middle of the region, else the region alone."""
        spot = self.customers.get(customer or 0) or self.regions.get(region or 0)
        if spot is None:
            return Place(region=region, customer=customer)
        return Place(float(spot.latitude), float(spot.longitude), region, customer)
