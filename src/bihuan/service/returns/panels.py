"""What the pages of a case and of a unit show of returns."""

from typing import Any

from bihuan.core.permissions.services import can
from bihuan.registry.products import panels as unit_panels
from bihuan.service.desk import case_panels
from bihuan.service.returns import permissions as perm
from bihuan.service.returns.queries import visible_to

NEWEST = 20


def of_case(user: Any, case: Any) -> tuple[str, dict[str, Any]]:
    """The returns of a case, and the way to ask for one."""
    rows = list(visible_to(user).filter(case=case).order_by("-id"))
    may = case.is_open and can(user, perm.RETURNS_REQUEST, case)
    return "returns/_panel.html", {"returns": rows, "case": case, "may": may}


def of_unit(user: Any, unit: Any) -> tuple[str, dict[str, Any]]:
    """The returns of a unit (RET-06)."""
    return "returns/_panel.html", {"returns": list(visible_to(user).filter(unit=unit).order_by("-id")[:NEWEST])}


case_panels.register(of_case)
unit_panels.register(of_unit)
