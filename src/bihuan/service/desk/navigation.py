"""Menu entries of the desk."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.service.desk import permissions as perm
from bihuan.service.desk.models import CaseState
from bihuan.service.desk.queries import visible_to
from bihuan.ui import nav


def waiting(user: Any) -> int:
    """New cases that nobody has judged, counted to a hundred."""
    return visible_to(user).filter(state=CaseState.NEW).order_by()[:100].count()


nav.register(nav.NavItem("home", _("My day"), "home", icon="layout-dashboard", order=1, phone=True))
nav.register(
    nav.NavItem(
        "cases",
        _("Cases"),
        "desk:list",
        icon="clipboard-list",
        group="service",
        permission=perm.CASE_VIEW,
        order=10,
        count=waiting,
        phone=True,
    )
)
nav.register(
    nav.NavItem(
        "register",
        _("New case"),
        "desk:register",
        icon="plus",
        group="service",
        permission=perm.CASE_REGISTER,
        order=11,
        phone=True,
    )
)
nav.register(
    nav.NavItem(
        "board",
        _("Deadline board"),
        "desk:board",
        icon="clock-exclamation",
        group="service",
        permission=perm.BOARD_VIEW,
        order=12,
    )
)
