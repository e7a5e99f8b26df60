"""Menu entries of quality costs."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.quality.cost import permissions as perm
from bihuan.quality.cost.models import VoucherState
from bihuan.quality.cost.queries import visible_to
from bihuan.ui import nav

WAITING = (VoucherState.OBJECTED, VoucherState.AGREED)


def waiting(user: Any) -> int:
    """Vouchers that wait for a decision or for finance, counted to a hundred."""
    return visible_to(user).filter(state__in=WAITING).order_by()[:100].count()


nav.register(
    nav.NavItem(
        "costs", _("Quality costs"), "cost:list", icon="coin-yuan", group="quality", permission=perm.VIEW, order=34,
        count=waiting,
    )
)  # fmt: skip
