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


nav.register(nav.NavItem("home", _("My day"), "home", "layout-dashboard", order=1, phone=True))
nav.register(nav.NavItem("cases", _("Cases"), "desk:list", "clipboard-list", "service", perm.CASE_VIEW, 10, waiting, phone=True))
nav.register(nav.NavItem("register", _("New case"), "desk:register", "plus", "service", perm.CASE_REGISTER, 11, phone=True))
nav.register(nav.NavItem("board", _("Deadline board"), "desk:board", "clock-exclamation", "service", perm.BOARD_VIEW, 12))
