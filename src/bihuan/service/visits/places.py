"""Where customers and regions are, and how long the ways between them take by the company's rules (WO-18)."""

from bihuan.core.policy.schema.profile import Profile
from bihuan.service.visits.models import Spot
from bihuan.service.visits.routing import Place, Travel

STEP = 15


def travel_of(rules: Profile) -> Travel:
    """The ways as the policy reckons them, up to a whole quarter of an hour."""
    found = rules.visits.travel
    return Travel(found.speed_kmh, found.detour, found.near_minutes, found.far_minutes, STEP)


class Places:
    """Where customers and regions are, as far as somebody has recorded it."""

    def __init__(self) -> None:
        rows = Spot.objects.all()
        self.customers = {row.customer_id: row for row in rows if row.customer_id}
        self.regions = {row.region_id: row for row in rows if row.region_id}

    def of(self, customer: int | None, region: int | None) -> Place:
        """A customer's own place, else the middle of the region, else the region alone."""
        spot = self.customers.get(customer or 0) or self.regions.get(region or 0)
        if spot is None:
            return Place(region=region, customer=customer)
        return Place(float(spot.latitude), float(spot.longitude), region, customer)
