"""What costs show on the pages of cases, issues and sheets."""

from collections.abc import Callable
from typing import Any

from bihuan.quality.cost.queries import of_subject
from bihuan.quality.issues import issue_panels
from bihuan.quality.nonconformity import sheet_panels
from bihuan.service.desk import case_panels

TEMPLATE = "cost/_panel.html"


def panel(field: str) -> Callable[[Any, Any], tuple[str, dict[str, Any]]]:
    """The panel of a kind of subject."""

    def of_page(user: Any, subject: Any) -> tuple[str, dict[str, Any]]:
        return TEMPLATE, {"cost": of_subject(user, field, subject)}

    return of_page


case_panels.register(panel("case"))
issue_panels.register(panel("issue"))
sheet_panels.register(panel("sheet"))
