"""Menu entries of nonconformities."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.quality.nonconformity import permissions as perm
from bihuan.quality.nonconformity.models import SheetState
from bihuan.quality.nonconformity.queries import visible_to
from bihuan.ui import nav


def waiting(user: Any) -> int:
    """Sheets that nobody handles yet, counted to a hundred."""
    return visible_to(user).filter(state=SheetState.REPORTED).order_by()[:100].count()


nav.register(
    nav.NavItem(
        "nonconformity", _("Nonconformities"), "nonconformity:list", icon="barrier-block", group="quality",
        permission=perm.VIEW, order=33, count=waiting,
    )
)  # fmt: skip
