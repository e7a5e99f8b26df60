"""Menu entries of the monitor."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.quality.monitor import permissions as perm
from bihuan.quality.monitor.models import AlarmState
from bihuan.quality.monitor.queries import alarms_for
from bihuan.ui import nav


def waiting(user: Any) -> int:
    """Open alarms that no issue has taken, counted to a hundred."""
    return alarms_for(user).filter(state=AlarmState.OPEN).order_by()[:100].count()


nav.register(
    nav.NavItem(
        "monitor", _("Quality monitor"), "monitor:board", icon="chart-line", group="quality",
        permission=perm.QUALITY_VIEW, order=10,
    )
)  # fmt: skip
nav.register(
    nav.NavItem(
        "alarms", _("Alarms"), "monitor:alarms", icon="alert-triangle", group="quality",
        permission=perm.QUALITY_VIEW, order=11, count=waiting,
    )
)  # fmt: skip
