"""Menu entries of quality issues."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.quality.issues import permissions as perm
from bihuan.quality.issues.models import IssueState
from bihuan.quality.issues.queries import visible_to
from bihuan.ui import nav


def waiting(user: Any) -> int:
    """Registered issues that nobody investigates yet, counted to a hundred."""
    return visible_to(user).filter(state=IssueState.REGISTERED).order_by()[:100].count()


nav.register(
    nav.NavItem(
        "issues", _("Quality issues"), "issues:list", icon="clipboard-list", group="quality",
        permission=perm.ISSUE_VIEW, order=30, count=waiting,
    )
)  # fmt: skip
nav.register(
    nav.NavItem(
        "supervision", _("Supervision"), "issues:supervision", icon="eye", group="quality",
        permission=perm.ISSUE_SUPERVISE, order=33,
    )
)  # fmt: skip
nav.register(nav.NavItem("report", _("Report a problem"), "issues:report", icon="flag", group="quality", order=31))
nav.register(nav.NavItem("notices-board", _("Notice board"), "issues:board", icon="pin", group="quality", order=32))
