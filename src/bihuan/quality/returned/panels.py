"""What the page of a case shows of its returned defectives."""

from typing import Any

from bihuan.core.permissions.services import can
from bihuan.quality.returned import permissions as perm
from bihuan.quality.returned.queries import visible_to
from bihuan.service.desk import case_panels


def of_page(user: Any, case: Any) -> tuple[str, dict[str, Any]]:
    """The hand-overs of a case, and the way to make one."""
    rows = list(visible_to(user).filter(case=case).order_by("-id"))
    return "returned/_case_panel.html", {"rows": rows, "case": case, "may": can(user, perm.RETURNED_HAND_OVER, case)}


case_panels.register(of_page)
