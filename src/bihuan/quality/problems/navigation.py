"""Menu entries of the quality problem database."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.quality.problems import permissions as perm
from bihuan.quality.problems import queries
from bihuan.ui import nav


def mine(user: Any) -> int:
    """Questions that wait for this person, counted to a hundred."""
    return queries.waiting(user).order_by()[:100].count()


nav.register(
    nav.NavItem(
        "problems", _("Quality problem database"), "problems:list", icon="search", group="quality",
        permission=perm.PROBLEMS_VIEW, order=37, count=mine,
    )
)  # fmt: skip
