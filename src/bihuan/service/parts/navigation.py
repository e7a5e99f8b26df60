"""Menu entries of spare parts."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.permissions.services import can
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import Discrepancy, DiscrepancyState, RequisitionState
from bihuan.service.parts.queries import requisitions_for
from bihuan.ui import nav


def to_issue(user: Any) -> int:
    """Requisitions that wait for the keeper."""
    if not can(user, perm.PARTS_KEEP):
        return 0
    return requisitions_for(user).filter(state=RequisitionState.APPROVED).order_by()[:100].count()


def to_settle(user: Any) -> int:
    """Parts on signed reports that no issue covers."""
    if not can(user, perm.PARTS_KEEP):
        return 0
    return Discrepancy.objects.filter(state=DiscrepancyState.OPEN).order_by()[:100].count()


nav.register(
    nav.NavItem("parts", _("Spare parts"), "parts:stock", icon="packages", group="service", permission=perm.PARTS_VIEW,
                order=20)
)  # fmt: skip
nav.register(
    nav.NavItem("requisitions", _("Requisitions of parts"), "parts:requisitions", icon="clipboard-list",
                group="service", permission=perm.PARTS_VIEW, order=21, count=to_issue)
)  # fmt: skip
nav.register(
    nav.NavItem("parts_ledger", _("Parts ledger"), "parts:ledger", icon="list-details", group="service",
                permission=perm.PARTS_VIEW, order=22)
)  # fmt: skip
nav.register(
    nav.NavItem("part_discrepancies", _("Parts used without an issue"), "parts:discrepancies", icon="alert-triangle",
                group="service", permission=perm.PARTS_KEEP, order=22, count=to_settle)
)  # fmt: skip
