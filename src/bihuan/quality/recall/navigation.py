"""Menu entry of recalls."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.quality.recall import permissions as perm
from bihuan.quality.recall.queries import visible_to
from bihuan.ui import nav


def late(user: Any) -> int:
    """Recalls with a limit that is over, counted to a hundred."""
    return visible_to(user).filter(next_due_at__lt=timezone.now()).order_by()[:100].count()


nav.register(
    nav.NavItem(
        "recalls", _("Recalls"), "recall:list", icon="history", group="quality", permission=perm.RECALL_VIEW,
        order=36, count=late,
    )
)  # fmt: skip
