"""Menu entries of field service."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.service.visits import permissions as perm
from bihuan.service.visits.queries import going, of_days
from bihuan.service.visits.staffing import day_of
from bihuan.ui import nav


def today(user: Any) -> int:
    """My visits today."""
    start, end = day_of(timezone.now())
    return of_days(start, end).filter(going(user)).order_by()[:100].count()


nav.register(
    nav.NavItem(
        "my_visits", _("My visits"), "visits:mine", icon="route", group="service", permission=perm.VISITS_WORK,
        order=16, count=today, phone=True,
    )
)  # fmt: skip
nav.register(
    nav.NavItem(
        "visits", _("Visits"), "visits:list", icon="map-pin", group="service", permission=perm.VISITS_VIEW, order=17,
    )
)  # fmt: skip
nav.register(
    nav.NavItem(
        "dispatch", _("Dispatch board"), "visits:board", icon="calendar-time", group="service",
        permission=perm.VISITS_PLAN, order=18,
    )
)  # fmt: skip
