"""Menu entry of returned defectives."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.quality.returned import permissions as perm
from bihuan.quality.returned.models import ReturnedState
from bihuan.quality.returned.queries import visible_to
from bihuan.ui import nav


def waiting(user: Any) -> int:
    """Hand-overs that nobody has received, counted to a hundred."""
    return visible_to(user).filter(state=ReturnedState.HANDED).order_by()[:100].count()


nav.register(
    nav.NavItem(
        "returned", _("Returned defectives"), "returned:list", icon="box", group="quality",
        permission=perm.RETURNED_VIEW, order=34, count=waiting,
    )
)  # fmt: skip
