"""Menu entries of returns."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.service.returns import permissions as perm
from bihuan.service.returns.models import ReturnState
from bihuan.service.returns.queries import visible_to
from bihuan.ui import nav


def waiting(user: Any) -> int:
    """Requests that wait for a review."""
    return visible_to(user).filter(state=ReturnState.REQUESTED).order_by()[:100].count()


nav.register(
    nav.NavItem(
        "returns", _("Returns"), "returns:list", icon="truck-delivery", group="service", permission=perm.RETURNS_VIEW,
        order=19, count=waiting,
    )
)  # fmt: skip
